"""What a check of infrastructure code says: to a terminal, to a review, to code scanning, to a test report, to other programs."""

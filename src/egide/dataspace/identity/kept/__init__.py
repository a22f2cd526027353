"""What identity keeps: tokens seen, requests for credentials on both sides, and the credentials that were received."""

"""What we offer: datasets, the offers on them, the policies of those; kept, and shown a page at a time."""

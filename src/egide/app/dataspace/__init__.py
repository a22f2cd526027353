"""The use cases of a data space: a connector's folder, what its owner asks of it, and what it answers to peers."""

"""What a connector keeps: the tables of the data space, and how they came to be."""

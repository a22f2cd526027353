"""Infrastructure code: found, read, placed and checked."""

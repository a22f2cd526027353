"""The notes, as packages, as prose and as templates of strangers."""

"""One module for each job that people come for."""

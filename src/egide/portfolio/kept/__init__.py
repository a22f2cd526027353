"""A body's list of services in the database: the files as they came, and every version of the answers."""

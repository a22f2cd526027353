"""Who may do what: bodies apart from each other, people and programs with their roles in each, and the trail of what they did.

A body's things are seen by those who have a role in it; to all others they are not there. Secrets are kept as digests: whoever reads the
database can log in as nobody.
"""

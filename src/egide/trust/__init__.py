"""Who said it, may they, and is it still so: keys, identifiers, credentials, status lists, the public log.

Every part is pure: bytes and values in, values out, the moment an argument. What must be fetched is asked of a function that the
application hands in, and what that function answers is checked like anything else.
"""

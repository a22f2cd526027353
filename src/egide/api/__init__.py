"""The door for programs: HTTP over the same use cases as the command line.

Errors become RFC 9457 problems here and nowhere else.
"""

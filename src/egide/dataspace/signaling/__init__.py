"""Data Plane Signaling 1.0: how the part that negotiates tells the parts that move data what to do, and hears what became of it.

Our own plane and those of others are told the same messages; the first within the process, the others over HTTP.
"""

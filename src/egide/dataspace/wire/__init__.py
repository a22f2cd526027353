"""The way to a peer: which addresses may be reached, HTTP/1.1 with bounds on everything, and when a peer is left alone for a while."""

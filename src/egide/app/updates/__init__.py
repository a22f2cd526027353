"""Signed offline updates of the catalogue and the law: made, looked at, accepted, in use."""

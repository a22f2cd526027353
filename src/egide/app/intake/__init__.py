"""Taking files into the catalogue: gathered, checked, reported, as one job that can be gone on with."""

"""Services of a body: judged, asked about, recorded, written out."""

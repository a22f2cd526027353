"""Dossiers of labels kept by a site, and the three hands that they pass through."""

"""OSCAL 1.2, in and out: the dossier and its assessment as the documents that other tools exchange."""

from __future__ import annotations

from egide.label.oscal.reading import Imported, read_oscal
from egide.label.oscal.writing import write_oscal

__all__ = ["Imported", "read_oscal", "write_oscal"]

"""Reads what people have: MonServiceSécurisé's workbook, ours, any spreadsheet or list; and what they answer.

What a file does not hold is absent, never guessed; what could not be used is reported with its place, and the rest goes on.
"""

from egide.portfolio.mapping import ColumnMapping, ColumnUse, SheetMapping, UnusedColumn, read_mapping, write_mapping
from egide.portfolio.matching import THRESHOLD, OfferIndex, OfferMatch, match_offer
from egide.portfolio.reading import Reading, read_services, unite
from egide.portfolio.register import BodyRecord, body_claims

__all__ = [
    "THRESHOLD",
    "BodyRecord",
    "ColumnMapping",
    "ColumnUse",
    "OfferIndex",
    "OfferMatch",
    "Reading",
    "SheetMapping",
    "UnusedColumn",
    "body_claims",
    "match_offer",
    "read_mapping",
    "read_services",
    "unite",
    "write_mapping",
]

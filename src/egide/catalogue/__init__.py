"""The dated catalogue of offers: what each is, where it runs, and where its qualification stood on a given day.

What no source says stays unknown; what a source says holds only for the days it speaks of. Names are imported when they
are first used: reading the list needs none of what takes lists in.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.catalogue.accept import merge, offer_of
    from egide.catalogue.age import OLD_AFTER_DAYS, age_days, age_sentence
    from egide.catalogue.columns import Line
    from egide.catalogue.difference import Change, Difference, Differences, differences
    from egide.catalogue.dumping import dump
    from egide.catalogue.knowledge import facts_on
    from egide.catalogue.reading import read_catalogue, shipped
    from egide.catalogue.tables import Imported, is_list, read_import

HOME = {
    "Change": "difference", "Difference": "difference", "Differences": "difference", "Imported": "tables", "Line": "columns",
    "OLD_AFTER_DAYS": "age", "age_days": "age", "age_sentence": "age", "differences": "difference", "dump": "dumping",
    "facts_on": "knowledge", "is_list": "tables", "merge": "accept", "offer_of": "accept", "read_catalogue": "reading",
    "read_import": "tables", "shipped": "reading",
}  # fmt: skip
__all__ = [
    "OLD_AFTER_DAYS",
    "Change",
    "Difference",
    "Differences",
    "Imported",
    "Line",
    "age_days",
    "age_sentence",
    "differences",
    "dump",
    "facts_on",
    "is_list",
    "merge",
    "offer_of",
    "read_catalogue",
    "read_import",
    "shipped",
]


def __getattr__(name: str) -> object:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOME[name]}"), name)

"""The dated catalogue of offers: what each is, where it runs, and where its qualification stood on a given day.

What no source says stays unknown; what a source says holds only for the days it speaks of.
"""

from egide.catalogue.accept import merge, offer_of
from egide.catalogue.age import OLD_AFTER_DAYS, age_days, age_sentence
from egide.catalogue.columns import Line
from egide.catalogue.difference import Change, Difference, Differences, differences
from egide.catalogue.dumping import dump
from egide.catalogue.knowledge import facts_on
from egide.catalogue.reading import read_catalogue, shipped
from egide.catalogue.tables import Imported, is_list, read_import

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

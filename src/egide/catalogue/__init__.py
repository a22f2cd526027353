"""The dated catalogue of offers: what each is, where it runs, and where its qualification stood on a given day.

What no source says stays unknown; what a source says holds only for the days it speaks of.
"""

from egide.catalogue.age import OLD_AFTER_DAYS, age_days, age_sentence
from egide.catalogue.dumping import dump
from egide.catalogue.knowledge import facts_on
from egide.catalogue.reading import read_catalogue, shipped

__all__ = ["OLD_AFTER_DAYS", "age_days", "age_sentence", "dump", "facts_on", "read_catalogue", "shipped"]

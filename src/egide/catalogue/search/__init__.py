"""Finding offers: words in French or English, conditions with units, counts by value, and what is left out because it isn't known."""

from egide.catalogue.fields import Field, field_named, fields
from egide.catalogue.search.asking import SORTS, Answered, Finder
from egide.catalogue.search.conditions import Condition, Where
from egide.catalogue.search.facets import USUAL, Count, Facet, chosen
from egide.catalogue.search.grammar import parse
from egide.catalogue.search.index import amend, build, release
from egide.catalogue.search.refusals import WhereError, near
from egide.catalogue.search.rows import Row, rows, rows_of

__all__ = [
    "SORTS",
    "USUAL",
    "Answered",
    "Condition",
    "Count",
    "Facet",
    "Field",
    "Finder",
    "Row",
    "Where",
    "WhereError",
    "amend",
    "build",
    "chosen",
    "field_named",
    "fields",
    "near",
    "parse",
    "release",
    "rows",
    "rows_of",
]

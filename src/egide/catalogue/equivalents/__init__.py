"""Which offers do what a cloud service does, what is lost, and what nobody qualified does."""

from egide.catalogue.equivalents.knowledge import CloudService, Cover, Coverage, Function, by_name, coverage, named_in, services
from egide.catalogue.equivalents.matching import (
    Best,
    Candidate,
    Equivalents,
    Gap,
    Match,
    Offered,
    Part,
    Qualified,
    Replaced,
    Stand,
    candidate,
    functions_of,
    gaps,
    ordered,
)
from egide.catalogue.equivalents.offered import listed_offers, stated_offer
from egide.catalogue.equivalents.stated import Functions

__all__ = [
    "Best",
    "Candidate",
    "CloudService",
    "Cover",
    "Coverage",
    "Equivalents",
    "Function",
    "Functions",
    "Gap",
    "Match",
    "Offered",
    "Part",
    "Qualified",
    "Replaced",
    "Stand",
    "by_name",
    "candidate",
    "coverage",
    "functions_of",
    "gaps",
    "listed_offers",
    "named_in",
    "ordered",
    "services",
    "stated_offer",
]  # fmt: skip

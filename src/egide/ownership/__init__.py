"""Who holds and who controls whom, on a day: shares, votes, powers, ranges, cycles.

    from egide.ownership import Readings, ownership, read_register
    answer = ownership(read_register({"table.csv": content}), "nuage-fictif", date(2026, 11, 23), Readings(EU, "EU"))

Names are imported when they are first used, so that a reader of dossiers does not pay for arithmetic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.ownership.answer import Prepared, UnknownCompanyError, ownership, prepare
    from egide.ownership.answers import Method, Ownership, Readings
    from egide.ownership.countries import EEA, EU
    from egide.ownership.graph import Graph
    from egide.ownership.holdings import Register, Right
    from egide.ownership.reading import read_register
    from egide.ownership.wording import between, percent

HOME = {
    "EEA": "countries", "EU": "countries", "Graph": "graph", "Method": "answers", "Ownership": "answers", "Prepared": "answer",
    "Readings": "answers", "Register": "holdings", "Right": "holdings", "UnknownCompanyError": "answer", "between": "wording",
    "ownership": "answer", "percent": "wording", "prepare": "answer", "read_register": "reading",
}  # fmt: skip
__all__ = [
    "EEA", "EU", "Graph", "Method", "Ownership", "Prepared", "Readings", "Register", "Right", "UnknownCompanyError", "between",
    "ownership", "percent", "prepare", "read_register",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOME[name]}"), name)

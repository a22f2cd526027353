"""What came of putting nodes to shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from egide.vocabulary.findings import Answer, Reason

if TYPE_CHECKING:
    from egide.trust.shapes.graph import Term
    from egide.trust.shapes.model import Constraint

LONGEST_SAID = 120
"""Characters of a value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One demand that one node, or one value of one of its properties, does not meet. IRIs are in their internal form."""

    focus: Term
    path: str | None
    """None when the demand is made of the node itself."""
    value: Term | None
    """None when the fault is in how many values there are."""
    constraint: Constraint
    shape: str
    """The nearest shape that has a name."""
    message: Reason


class Report(msgspec.Struct, frozen=True):
    """The shape step of a verification."""

    conforms: Answer
    """MET, NOT_MET, or UNKNOWN when something that should have been looked at was not."""
    reason: Reason
    results: tuple[Violation, ...]
    """In an order that does not depend on that of the triples."""
    focus_nodes: int
    """Nodes put to at least one shape. Zero is *not evaluated*, never conformity."""
    unseen: tuple[str, ...] = ()
    """Credential subjects that no shape looked at."""
    flags: tuple[Reason, ...] = ()
    """What the compatible mode supplied."""


def said(term: Term) -> str:
    """A value as a message repeats it: its text alone, cut when it is long."""
    text = term if isinstance(term, str) else term[0]
    return text if len(text) <= LONGEST_SAID else text[: LONGEST_SAID - 1] + "…"

"""What a policy is put to: who asks to do what with which asset, and what is known at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from egide.dataspace.policies.values import Value


class Outcome(IntEnum):
    """How a condition stands, from what denies to what allows: `and` is the least of its parts, `or` the greatest.

    Kleene's three answers, the middle one told apart: nobody here could ever know, nobody has said yet, or the party gives its word.
    """

    NOT_MET = 0
    UNUSABLE = 1
    """Nothing that is said can make it known: an operand that no profile declares, a value of the wrong kind."""
    UNKNOWN = 2
    """Not known, and it could be."""
    PROMISED = 3
    """By promise only, and nothing is known against it."""
    MET = 4


class DutyState(StrEnum):
    """The deontic state of a duty (FORCE compliance report)."""

    NON_SET = "non-set"
    FULFILLED = "fulfilled"
    VIOLATED = "violated"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known. What is not there is not known: nothing defaults."""

    at: datetime
    values: Mapping[str, Value] = field(default_factory=dict)
    """Left operands to values; a set where several hold."""
    within: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Parties, assets and terms to the collections, wholes and classes that they belong to, directly."""
    duties: Mapping[str, DutyState] = field(default_factory=dict)
    """By the duty's identifier."""
    infringed: frozenset[str] = frozenset()
    """Prohibitions that were infringed, by identifier."""

    def above(self, one: str) -> frozenset[str]:
        """Everything that it belongs to, directly or through others; circles end."""
        if one not in self.within:
            return frozenset()
        found, ahead = set[str](), [one]
        while ahead:
            for wider in self.within.get(ahead.pop(), frozenset()) - found:
                found.add(wider)
                ahead.append(wider)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody wants to do something with an asset."""

    action: str
    facts: Facts
    target: str | None = None
    party: str | None = None
    """None: not known."""
    id: str | None = None
    rule: str | None = None
    """The identifier of the rule inside an ODRL request, for the report."""

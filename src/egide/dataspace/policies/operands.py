"""Left operands: what each is made of, and **where it is enforced**. What nobody declares is unknown, and denies.

At the door, before anything moves; during the transfer, again and again; or by promise only: the party binds itself, and no program of the
provider can see whether it keeps its word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from egide.dataspace.policies.values import Kind

if TYPE_CHECKING:
    from egide.dataspace.policies.model import Policy
    from egide.vocabulary.findings import Reason


class Where(StrEnum):
    """Where a left operand is enforced."""

    DOOR = "at-the-door"
    TRANSFER = "during-the-transfer"
    """At the door, and all along."""
    PROMISE = "by-promise"


@dataclass(frozen=True, slots=True)
class LeftOperand:
    """One left operand that a profile declares."""

    name: str
    kind: Kind
    where: Where
    title: str
    """A message of the catalogue, as it begins a sentence: «the purpose»."""
    many: bool = False
    """Several values hold at once, and each that is not among them does not: labels, groups."""
    allowed: frozenset[str] | None = None
    """All values there are, where the profile closes the list."""
    whole: bool = False
    """Numbers are whole: nothing lies between 3 and 4."""
    unit: str | None = None
    """The unit that values are given in; a constraint in another is not compared."""
    onward: bool = False
    """It only ever grows: what lies behind it is closed for good."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a profile does not allow in a policy, and where."""

    path: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Profile:
    """A vocabulary, and what it demands of policies that follow it."""

    name: str
    iri: str
    title: str
    """A message of the catalogue."""
    operands: Mapping[str, LeftOperand]
    wider: Mapping[str, str] = field(default_factory=dict)
    """Its own actions, and what each is part of (``includedIn``)."""
    implies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Its actions, and those that must not be prohibited for them to be done (``implies``)."""
    actions: frozenset[str] = frozenset()
    """Its actions that are part of nothing wider."""
    contexts: frozenset[str] = frozenset()
    """JSON-LD contexts by which a policy says that it follows the profile."""
    demands: Callable[[Policy], Iterable[Fault]] = lambda policy: ()


def declared(*operands: LeftOperand) -> Mapping[str, LeftOperand]:
    """The operands by name."""
    return {one.name: one for one in operands}

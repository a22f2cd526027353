"""What a check of infrastructure code finds: a rule, how grave it is, the resource, the line, why, and what to say or do.

A fingerprint names a finding whatever the line: the rule, the file, the address and what was found there. When the resource moves
to another place, or another name is called, it is another finding: that is what a baseline accepts «until it changes».
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from egide.vocabulary.findings import Effect, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from egide.infrastructure.resources import FileRead, Where
    from egide.vocabulary.findings import Problem, Reason, Source
    from egide.vocabulary.language import Text

PRODUCT = "*"
"""The address of a finding about the product as a whole."""


class Level(StrEnum):
    """How grave, the gravest first: verdict tokens, and advice that no verdict rests on."""

    FORBIDDEN = "forbidden"
    UNDETERMINED = "undetermined"
    CONDITIONAL = "conditional"
    ADVICE = "advise"


LEVELS = tuple(Level)
RANKS: Mapping[Level, int] = {level: rank for rank, level in enumerate(LEVELS)}
OF_VERDICT: Mapping[Verdict, Level | None] = {
    Verdict.STOP: Level.FORBIDDEN, Verdict.FORBIDDEN: Level.FORBIDDEN, Verdict.UNDETERMINED: Level.UNDETERMINED,
    Verdict.DEROGATION: Level.CONDITIONAL, Verdict.CONDITIONAL: Level.CONDITIONAL, Verdict.ALLOWED: None, Verdict.OUT_OF_SCOPE: None,
}  # fmt: skip
"""What the doctrine's verdict makes of a finding; None: nothing to find."""


@dataclass(frozen=True, slots=True)
class Article:
    """A rule of the law that made a finding."""

    rule: str
    """``book@version#article``."""
    title: Text
    source: Source
    effect: Effect


class CodeFinding(Struct, frozen=True):
    """One thing found."""

    rule: str
    """A name of `code_rules`."""
    level: Level
    address: str
    """Of the resource; `PRODUCT` for the whole."""
    where: Where
    reason: Reason
    """Why: a stable code, arguments, and the message that words them."""
    also: Reason | None = None
    """What the law says to it, where that is another thing."""
    ask: Reason | None = None
    """What to declare, when something is not known."""
    place: str | None = None
    """``offer/region`` where it stands, when that is known."""
    party: str | None = None
    """Who operates it, or answers the name."""
    articles: tuple[Article, ...] = ()
    key: tuple[str, ...] = ()
    """What tells this finding from another of the same rule on the same resource: the name that is called, the container."""

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits that don't depend on lines, levels or the day."""
        return fingerprint(self)


def fingerprint(one: CodeFinding) -> str:
    """The first half of the SHA-256 of rule, file, address, place, the reason's code and the key."""
    return hashlib.sha256("\0".join(_identity(one)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _identity(one: CodeFinding) -> tuple[str, ...]:
    return one.rule, plain_name(one.where.file), one.address, one.place or "", one.reason.code, *one.key


@cache
def plain_name(file: str) -> str:
    """The file's name as it is compared: forward slashes, no ``./``."""
    name = file.replace("\\", "/")
    while name.startswith("./"):
        name = name[2:]
    return name


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a finding does not count, on whose word, until when."""

    kind: str
    """``waiver`` in the code or the declaration, ``baseline`` for what was accepted before."""
    reason: str
    until: date | None = None
    at: Where | None = None


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that was found and does not count."""

    finding: CodeFinding
    by: Suppression


@dataclass(frozen=True, slots=True)
class Checked:
    """All that a check says: what stands, what was set aside, what was looked at, on which day and with which law."""

    on: date
    standing: tuple[CodeFinding, ...]
    """The gravest first."""
    suppressed: tuple[Suppressed, ...]
    problems: tuple[Problem, ...]
    """What could not be read, and what is to be said of waivers."""
    files: tuple[FileRead, ...]
    resources: int
    unplaced: int
    """Resources whose place isn't known."""
    nowhere: int
    """Resources that have no place of their own."""
    catalogue_as_of: date
    law_as_read: date
    offers: Mapping[str, str]
    """Offer identifiers to names."""
    data: tuple[str, ...] = ()
    """The kinds of data that the product says it holds."""
    says_data: bool = True
    """Whether the product says anything of its data."""
    body: str | None = None
    no_longer: int = 0
    """Findings of the baseline that are found no more."""

    def count(self, level: Level) -> int:
        """How many findings of that level stand."""
        return sum(one.level is level for one in self.standing)


def ordered(found: Iterable[CodeFinding]) -> tuple[CodeFinding, ...]:
    """Each finding once, the gravest first, then by rule, file, line and address: the order of the input changes nothing."""
    once: dict[tuple[str, ...], CodeFinding] = {}
    for one in sorted(found, key=_order):
        once.setdefault(_identity(one), one)
    return tuple(once.values())


def _order(one: CodeFinding) -> tuple[object, ...]:
    where = one.where
    return RANKS[one.level], one.rule, where.file, where.line or 0, one.address, one.reason.code, one.key

"""The nouns of ownership: parties, holdings, powers, concerts, each with who said it and when it held.

A share is a range in per cent, because a declaration of threshold, a bracket of a register or silence are all that is
often known. Nothing here has a default that decides: what nobody said is None.
Values are msgspec structs without cycles, so that a register of millions stays small and quick to build.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from egide.ownership.figures import exactly, shortest, told

if TYPE_CHECKING:
    from fractions import Fraction

    from egide.ownership.figures import Figure
    from egide.vocabulary.errors import Location
    from egide.vocabulary.findings import Problem
else:
    Figure = Any  # msgspec knows no float that may be a fraction: who decodes a range passes it to `Range.checked`


class PartyKind(StrEnum):
    """What a party is."""

    ENTITY = "entity"
    PERSON = "person"
    STATE = "state"
    FUND = "fund"
    ARRANGEMENT = "arrangement"
    """A trust, a fiducie, a nominee arrangement."""
    UNDISCLOSED = "undisclosed"
    """Somebody holds, nobody says who: a float, an unnamed statement."""


class Right(StrEnum):
    """The two rights that are counted apart."""

    CAPITAL = "capital"
    VOTES = "votes"


class Nature(StrEnum):
    """In which way shares are held."""

    FULL = "full"
    USUFRUCT = "usufruct"
    BARE_OWNERSHIP = "bare-ownership"
    PLEDGE = "pledge"
    """The shares stay the pledgor's until the pledge is enforced: shown, never counted."""
    OPTION = "option"
    """Counts only fully diluted."""
    CONVERTIBLE = "convertible"
    """Counts only fully diluted."""
    TREASURY = "treasury"
    """Held by the company itself: out of the votes that can be cast."""


class Power(StrEnum):
    """A hold on a company that is not a count of shares (Code de commerce, L.233-3)."""

    MAJORITY_BY_AGREEMENT = "majority-by-agreement"
    APPOINTS_ORGANS = "appoints-majority-of-organs"
    VETO = "veto"
    DE_FACTO = "de-facto"
    GENERAL_PARTNER = "general-partner"
    MANAGEMENT_COMPANY = "management-company"
    INFLUENCE = "influence"
    """Stated without saying which: shown, never taken for control."""


class Range(msgspec.Struct, frozen=True, gc=False):
    """Per cent, 0 to 100, from low to high, each a figure as written; an open end is not reached. Exact when both are equal."""

    low: Figure
    high: Figure
    low_open: bool = False
    high_open: bool = False

    @property
    def exact(self) -> bool:
        """Whether one figure is all that it can be."""
        return type(self.low) is type(self.high) and self.low == self.high

    def checked(self) -> Range:
        """The same, decoded from anybody's JSON. Raises `ValueError`."""
        found = between((exactly(told(self.low)), self.low_open), (exactly(told(self.high)), not self.high_open))
        if found is None or not exactly(found.low) >= 0 or not exactly(found.high) <= 100:
            raise ValueError(f"{self.low}–{self.high}")
        return found

    def fractions(self) -> tuple[Fraction, Fraction]:
        """Both ends as exact fractions of one: 24.1 per cent is 241/1000, not its binary neighbour."""
        return exactly(self.low) / 100, exactly(self.high) / 100

    def least(self) -> tuple[Fraction, bool]:
        """Where it begins, in per cent, and whether that is not reached: greater is narrower."""
        return exactly(self.low), self.low_open

    def most(self) -> tuple[Fraction, bool]:
        """Where it ends, in per cent, and whether that is reached: lesser is narrower."""
        return exactly(self.high), not self.high_open


def between(least: tuple[Fraction, bool], most: tuple[Fraction, bool]) -> Range | None:
    """The range from one end to the other, as `Range.least` and `Range.most` give them; None when it holds nothing."""
    (low, low_open), (high, reached) = least, most
    if low > high or (low == high and (low_open or not reached)):
        return None
    return Range(shortest(low), shortest(high), low_open, not reached)


NOTHING_SAID = Range(0.0, 100.0)
"""What a share may be when nobody says."""


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Who said it, on which day, in which source."""

    issuer: str
    on: date | None
    source: str
    read: str = "primary"


class Party(msgspec.Struct, frozen=True, gc=False):
    """An entity, a person, a State, a fund, or nobody known. Countries are ISO 3166-1 alpha-2."""

    id: str
    name: str
    kind: PartyKind
    seat: str | None = None
    """Registered office (GLEIF: legal address)."""
    administration: str | None = None
    """Central administration (GLEIF: headquarters)."""
    establishment: str | None = None
    """Main establishment."""
    listed: bool | None = None
    """Shares admitted to a regulated market: only declared holders count (SecNumCloud 3.2, 19.6.b)."""
    identifiers: tuple[str, ...] = ()
    """``scheme:number``, for example ``LEI:…`` or ``SIREN:…``."""
    origin: Origin | None = None


class Holding(msgspec.Struct, frozen=True, gc=False):
    """One party holds shares of one company. ``capital`` and ``votes`` are None when that right is not spoken of."""

    holder: str
    held: str
    capital: Range | None
    votes: Range | None
    origin: Origin
    nature: Nature = Nature.FULL
    since: date | None = None
    """First day, included; None is open."""
    until: date | None = None
    """Last day, included; None is open."""
    declared_threshold: bool = False
    """Comes from a declaration of crossing a threshold (L.233-7): a bracket, not a count."""
    id: str = ""
    """The statement's or row's own identifier."""


class Influence(msgspec.Struct, frozen=True, gc=False):
    """One party has a power over one company."""

    holder: str
    held: str
    power: Power
    origin: Origin
    since: date | None = None
    until: date | None = None
    id: str = ""


class Concert(msgspec.Struct, frozen=True, gc=False):
    """Parties that act in concert over a company: counted as one holder of it."""

    members: tuple[str, ...]
    held: str
    origin: Origin
    since: date | None = None
    until: date | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two statements that hold on common days and cannot both be true; both are kept and the range covers both."""

    holder: str
    held: str
    right: str
    """``capital``, ``votes``, or the party's field that differs (``seat`` …), ``held`` being empty then."""
    first: str
    """The first statement in words: value, issuer, day, source."""
    second: str


@dataclass(slots=True)
class Register:
    """All that was said, of all days: what readers return and `egide.ownership.graph` takes on a day."""

    parties: dict[str, Party] = field(default_factory=dict)
    holdings: list[Holding] = field(default_factory=list)
    influences: list[Influence] = field(default_factory=list)
    concerts: list[Concert] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    at: dict[str, Location] = field(default_factory=dict)
    """Where a holding's or power's identifier stands in its file; only kept for files of people (cap tables), not for millions."""

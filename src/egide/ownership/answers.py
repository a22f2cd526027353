"""What the engine answers of one company: who holds how much, who controls, by which chains, and what would settle a doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.ownership.holdings import Conflict, Origin, Party, Range, Right
    from egide.vocabulary.findings import Problem, Reason

CUT_OFF = N_(
    "more than {limit} companies and holders stand above «{company}»: the nearest are looked at, "
    "and who holds those at the edge counts as not disclosed"
)
"""Said beside the answer when not all that stands above a company was looked at."""


class Method(StrEnum):
    """How a holding through others is counted."""

    LOOK_THROUGH = "look-through"
    """Shares multiplied along chains: the share of a third entity is the chance that the upward walk first meets it."""
    ATTRIBUTION = "attribution"
    """What a controlled company holds is its controller's in full (L.233-3, L.233-4)."""


@dataclass(frozen=True, slots=True)
class Readings:
    """The parameters of a reading of 19.6.b, printed with every answer."""

    union: frozenset[str]
    """ISO codes of the countries that are inside."""
    union_name: str
    """``EU``, ``EEA`` or a country code."""
    persons_count: bool = False
    """Whether a natural person from outside counts as a third entity; the text speaks of entities."""
    one: Fraction = Fraction(24, 100)
    """The most that one third entity may hold; the label passes the rulebook's own limit of the day."""
    together: Fraction = Fraction(39, 100)
    either_breach_fails: bool = True
    """«24 et 39»: True, either breach fails (strict); False, only both together."""
    presumption: Fraction = Fraction(40, 100)
    """Above this share of the votes, with nobody above, control is presumed (L.233-3, II)."""


class Bounds(msgspec.Struct, frozen=True, gc=False):
    """Fractions of one between which the truth lies whatever is undisclosed; exact when equal."""

    low: Fraction
    high: Fraction
    rounded: bool = False
    """Found in floating point, to 10⁻¹² of one: never beside a cap, where everything is a fraction."""
    low_open: bool = False
    """The lowest is beside a cap and is not reached: the truth is above it."""

    @property
    def exact(self) -> bool:
        """Whether one figure is all that it can be."""
        return self.low == self.high

    def against(self, cap: Fraction) -> Answer:
        """Where the truth stands against a cap: strictly above it fails."""
        if self.high <= cap:
            return Answer.MET
        return Answer.NOT_MET if (self.low, self.low_open) > (cap, False) else Answer.UNKNOWN


class Link(msgspec.Struct, frozen=True, gc=False):
    """One step of a chain: this party has this hold on that company."""

    holder: str
    held: str
    how: str
    """A token: ``capital``, ``votes``, or one of `Power`, or ``concert``, ``presumed``."""
    share: Range | None
    origin: Origin | None


class Chain(msgspec.Struct, frozen=True, gc=False):
    """Steps from the company upwards to a holder, and what they carry together."""

    links: tuple[Link, ...]
    """From the company's own holder, upwards."""
    share: Bounds | None
    """The product along the chain; None for a chain of control."""


class Held(msgspec.Struct, frozen=True, gc=False):
    """What one party holds of the company, directly and through others."""

    party: str
    third: Answer
    """Met: it is a third entity under the readings; unknown when its places are not all known."""
    shares: Mapping[tuple[Method, Right], Bounds]
    chains: tuple[Chain, ...]
    """The heaviest first, at most ten."""
    power: Fraction | None = None
    """Shapley-Shubik index among the company's own voters, when the votes are exact."""


@dataclass(frozen=True, slots=True)
class Controller:
    """A party that controls the company, may control it, or is presumed to."""

    party: str
    third: Answer
    how: str
    """The token of the decisive hold: ``votes``, one of `Power`, ``concert``, ``presumed``."""
    answer: Answer
    chain: Chain


@dataclass(frozen=True, slots=True)
class CapTest:
    """One reading of the caps: method, right, current or diluted, and where it stands."""

    method: Method
    right: Right
    diluted: bool
    largest: str | None
    """The third entity with the largest upper bound."""
    one: Bounds
    """That entity's share."""
    one_answer: Answer
    together: Bounds
    together_answer: Answer
    answer: Answer
    """Under the readings' way of joining the two."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What somebody must disclose for an unknown to become an answer, most settling first."""

    holder: str
    held: str
    right: str
    """``capital``, ``votes``, or ``places`` (where the holder has its seat, administration, establishment), or ``holders``."""
    ask: Reason
    settles: bool
    """Whether some disclosure of this alone would settle the caps."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """The answer for one company on one day."""

    company: str
    on: date
    readings: Readings
    parties: Mapping[str, Party]
    """Every party that is named below."""
    links: tuple[Link, ...]
    """Every direct holding and power above the company, for the picture and its table."""
    holders: tuple[Held, ...]
    """Third entities first, largest upper bound first."""
    tests: tuple[CapTest, ...]
    """Every method × right × current/diluted."""
    answer: Answer
    """The worst of `tests`: met only when every reading is met, not met when one is not, else unknown."""
    controllers: tuple[Controller, ...]
    third_control: Answer
    """Met: a third entity (one, or several in concert) controls the company."""
    third_veto: Answer
    third_organs: Answer
    """Met: third entities can appoint the majority of the organs, alone or together."""
    disclosures: tuple[Disclosure, ...]
    conflicts: tuple[Conflict, ...]
    oscillating: tuple[str, ...]
    """Companies whose presumed control has no stable answer."""
    problems: tuple[Problem, ...]

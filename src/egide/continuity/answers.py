"""What the assessment of a service's continuity says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from datetime import date

    from egide.continuity.declared import Architecture, Declared, Disruption, Target
    from egide.continuity.losses import Known
    from egide.continuity.order import Outcome
    from egide.continuity.spans import Span


@dataclass(frozen=True, slots=True)
class Reached:
    """What a service would come to by our parameters."""

    architecture: Architecture | None
    """The cheapest that meets the target, where each contains what the one before holds; None: none of them does, or by a plan."""
    rto: Span
    rpo: Span
    rto_answer: Answer | None
    rpo_answer: Answer | None
    parameters: tuple[str, ...] = ()
    """Those that counted."""
    cost: int | None = None
    """Micro-euros a month of what is added; None: no plan says it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One disruption: where the service stands today, and what could be reached."""

    disruption: Disruption
    outcomes: tuple[Outcome, ...]
    """Every single loss of that kind, the longest outage first."""
    rto: Span
    rpo: Span
    target: Target
    rto_answer: Answer | None
    """None: nobody set a target."""
    rpo_answer: Answer | None
    architecture: Architecture | None
    """Of the parts that the worst loss takes, the weakest; None: not known."""
    asks: frozenset[str]
    """Declarations without which an answer is open."""
    planned: Reached | None = None
    """With the plan's places and spares."""
    reachable: Reached | None = None
    """With the cheapest architecture that meets the target."""

    @property
    def worst(self) -> Outcome | None:
        """The loss that keeps the service away longest."""
        return self.outcomes[0] if self.outcomes else None


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """One thing whose loss some essential part has no way back from."""

    node: str
    how: str
    """``own``, ``controls`` or ``carries``."""
    answer: Answer
    """Met: surely; unknown: it may be."""
    parts: tuple[str, ...]
    asks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score: so many of so many, at least and at most."""

    name: str
    low: int
    high: int
    of: int
    weight: int


@dataclass(frozen=True, slots=True)
class Score:
    """The parts and their weighted mean, as fractions of one; two figures while something is unknown."""

    parts: tuple[Part, ...]

    @property
    def weights(self) -> int:
        """All weights together."""
        return sum(one.weight for one in self.parts)

    def _mean(self, counted: Mapping[str, int]) -> Fraction:
        if not self.weights:
            return Fraction(0)
        return sum((Fraction(one.weight * counted[one.name], max(one.of, 1)) for one in self.parts), Fraction(0)) / self.weights

    @property
    def low(self) -> Fraction:
        """With every unknown against it."""
        return self._mean({one.name: one.low for one in self.parts})

    @property
    def high(self) -> Fraction:
        """With every unknown for it."""
        return self._mean({one.name: one.high for one in self.parts})


@dataclass(frozen=True, slots=True)
class Ask:
    """A declaration that is missing."""

    path: str
    settles: tuple[str, ...]
    """``disruption rto`` and ``disruption rpo`` that it alone would settle."""
    opens: int
    """How many it stands in the way of, with others."""


@dataclass(frozen=True, slots=True)
class Continuity:
    """The whole answer."""

    declared: Declared
    known: Known
    cells: tuple[Cell, ...]
    lost: Outcome | None
    """What was asked with ``--lose``."""
    points: tuple[SinglePoint, ...]
    score: Score
    asks: tuple[Ask, ...]
    """The one that settles most first."""
    how: Mapping[str, str]
    """Node to how it is reached when it is not one's own."""

    @property
    def on(self) -> date:
        """The day assessed."""
        return self.known.on

    @property
    def answer(self) -> Answer:
        """Met: every target is; not met: one is not; unknown otherwise, and where nobody set one."""
        answers = [one for cell in self.cells for one in (cell.rto_answer, cell.rpo_answer)]
        if Answer.NOT_MET in answers:
            return Answer.NOT_MET
        said = [one for one in answers if one is not None]
        return Answer.MET if said and all(one is Answer.MET for one in said) else Answer.UNKNOWN

    @property
    def unset(self) -> tuple[str, ...]:
        """Targets that nobody set."""
        return tuple(
            f"targets.{cell.disruption}.{name}"
            for cell in self.cells for name in ("rto", "rpo") if getattr(cell.target, name) is None
        )  # fmt: skip

    def cell(self, disruption: Disruption) -> Cell:
        """The one of that disruption."""
        return next(one for one in self.cells if one.disruption is disruption)

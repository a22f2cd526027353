"""Answers people gave: who said what of which services, on which day, with which source.

An answer is about services (and, in them, one hosting or all), a body, or an offer. ``value`` None is somebody who does not know:
it is kept, so that nobody is asked twice, and never hides what another source knows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from egide.vocabulary.facts import FACTS, FROM_CATALOGUE, Claim, Subject
from egide.vocabulary.offers import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from egide.portfolio.register import BodyRecord
    from egide.vocabulary.facts import FactType, Value
    from egide.vocabulary.findings import Override
    from egide.vocabulary.services import Body

HOSTING_OFFER = "hosting.offer"
"""Not a fact of the law: it names the offer itself, whose facts the catalogue knows."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question and all it is about; asked once, its answer holds for each of the services."""

    fact: FactType
    services: tuple[tuple[str, str], ...]
    """Identifiers and names."""
    body: Body | None = None
    """Set when the question is about the body."""
    owner: str | None = None
    offer: str | None = None
    """Set when the question is about an offer of the catalogue."""
    region: str | None = None
    hosting: int | str | None = None
    """Which hosting of the service: its place from zero, or its text; None: all."""
    would: Mapping[str, str] = field(default_factory=dict)
    """Answers to the verdict each would give."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered."""

    fact: str
    value: Value | None
    by: str
    on: date | None
    """The day on which it was said; None when the reply does not give it."""
    source: str = ""
    services: tuple[str, ...] = ()
    body: str | None = None
    """`Body.key`: the SIREN, or the name when the file gives no SIREN."""
    offer: str | None = None
    region: str | None = None
    """The region an answer about an offer holds in, or the one that ``hosting.offer`` names."""
    hosting: int | str | None = None
    start: date | None = None
    end: date | None = None

    @classmethod
    def to(cls, ask: Ask, value: Value | None, *, by: str, on: date | None, source: str = "") -> Answer:
        """The answer to a question, about all that the question is about. An offer may be named ``offer/region``."""
        if ask.offer is not None:
            return cls(ask.fact.name, value, by, on, source, (), None, ask.offer, ask.region)
        if ask.body is not None:
            return cls(ask.fact.name, value, by, on, source, (), ask.body.key)
        services = tuple(name for name, _ in ask.services)
        if ask.fact.name == HOSTING_OFFER and isinstance(value, str):
            offer, _, region = value.partition("/")
            return cls(HOSTING_OFFER, offer, by, on, source, services, None, None, region or ask.region, ask.hosting)
        return cls(ask.fact.name, value, by, on, source, services, None, None, None, ask.hosting)

    @property
    def period(self) -> Period:
        """When it holds."""
        return Period(self.start, self.end)

    @property
    def about(self) -> tuple[object, ...]:
        """The question, apart from the services: two answers with the same one answer the same thing."""
        region = None if self.fact == HOSTING_OFFER else self.region
        return self.fact, self.body, self.offer, region, self.hosting, self.start, self.end

    @property
    def said(self) -> tuple[object, ...]:
        """The value, with the region when it names an offer."""
        return self.value, self.region if self.fact == HOSTING_OFFER else None

    def claim(self) -> Claim:
        """The answer as a claim."""
        return Claim(self.fact, self.value, self.by, self.on, self.source)


@dataclass(frozen=True, slots=True)
class Answers:
    """A register of bodies, answers, and decisions that a person took beside the verdicts."""

    bodies: tuple[BodyRecord, ...] = ()
    answers: tuple[Answer, ...] = ()
    overrides: tuple[Override, ...] = ()

    def adding(self, *more: Answer) -> Answers:
        """With more answers. One to the same question about the same services replaces what the same person said that day."""
        kept = list(self.answers)
        for answer in more:
            kept = [one for one in kept if not _corrected(one, answer)]
            kept.append(answer)
        return replace(self, answers=tuple(kept))

    def with_bodies(self, records: Iterable[BodyRecord]) -> Answers:
        """With more lines of the register; the same line is not written twice."""
        kept = list(self.bodies)
        for record in records:
            if record not in kept:
                kept.append(record)
        return replace(self, bodies=tuple(kept))

    def offer_claims(self, on: date) -> dict[tuple[str, str | None], dict[str, Claim]]:
        """What was answered about offers that holds on that day: offer and region (None: all) to claims."""
        found: dict[tuple[str, str | None], dict[str, Claim]] = {}
        for answer in self.answers:
            if answer.offer is not None and answer.period.holds(on) and answer.fact not in FROM_CATALOGUE:
                claims = found.setdefault((answer.offer, answer.region), {})
                claims[answer.fact] = stronger(claims.get(answer.fact), answer.claim())
        return found


def _corrected(one: Answer, other: Answer) -> bool:
    return one.about == other.about and set(one.services) <= set(other.services) and (one.by, one.on) == (other.by, other.on)


def stronger(one: Claim | None, other: Claim) -> Claim:
    """Of two claims the known one, then the later said, then the later read."""
    if one is None or (one.value is None and other.value is not None):
        return other
    if other.value is None or (one.on and other.on and one.on > other.on):
        return one
    return other


def subject_of(name: str) -> Subject:
    """Whose fact it is; naming the offer is a hosting's."""
    return Subject.HOSTING if name == HOSTING_OFFER else FACTS[name].subject

"""Which offers do what a cloud service does: all of it, all as far as is known, a part of it with the loss named; and what none does.

Three answers everywhere: what a source says is there, what a source says is not there, and what no source says. The last is never taken
for either of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from egide.catalogue.equivalents.knowledge import Cover
from egide.vocabulary.findings import Verdict

if TYPE_CHECKING:
    from egide.catalogue.equivalents.knowledge import CloudService, Coverage, Function
    from egide.vocabulary.findings import Change, Reason

QUALIFIED = "qualified"
LAWFUL = (Verdict.ALLOWED, Verdict.CONDITIONAL, Verdict.OUT_OF_SCOPE)
OPEN_VERDICTS = (None, Verdict.UNDETERMINED)


class Match(StrEnum):
    """How far an offer stands for a service, the farthest first."""

    SAME = "same"
    """All of it is known to be there."""
    OPEN = "open"
    """Nothing is known to be lost, and not everything is known."""
    PARTIAL = "partial"
    """A part is known to be there; a trait is known to be lost, or no source gives it a function."""


class Best(StrEnum):
    """What a service comes to."""

    SAME = "same"
    OPEN = "open"
    PARTIAL = "partial"
    PERHAPS = "perhaps"
    """Offers do it; of none is it known that it is lawful, or qualified for it."""
    NONE = "none"
    """No offer is known to do any of it, lawfully or qualified for it."""


@dataclass(frozen=True, slots=True)
class Qualified:
    """Where the qualification of an offer stands on the day."""

    status: str | None
    """None: it isn't known, and ``because`` says why."""
    until: date | None = None
    regions: tuple[str, ...] = ()
    """The regions it holds in, when it does not in all."""
    kinds: frozenset[str] = frozenset()
    """The kinds that the list names; empty: it isn't said."""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer, and what is known that it does."""

    id: str
    name: str
    provider: str
    qualified: Qualified
    covers: Mapping[str, Cover]


@dataclass(frozen=True, slots=True)
class Part:
    """One function of the service, on one offer."""

    function: Function
    cover: Cover | None
    """None: no source says that the offer does it."""
    lost: tuple[str, ...] = ()
    """Traits that a source says are not there."""
    open: tuple[str, ...] = ()
    """Traits of which no source speaks."""
    near: Function | None = None
    """The broader or narrower function that a source gives the offer instead."""
    inside: bool | None = None
    """Whether the qualification covers it."""

    @property
    def match(self) -> Match | None:
        """How far it goes; None when no source says that the offer does it."""
        if self.cover is None:
            return None
        if self.lost:
            return Match.PARTIAL
        return Match.OPEN if self.open or self.near or self.cover.loose or self.cover.doubtful else Match.SAME


@dataclass(frozen=True, slots=True)
class Stand:
    """What the rules say of one service of the reader's on that offer."""

    service: str
    verdict: Verdict | None
    """None: the rules did not weigh that offer for it."""
    region: str | None = None
    """The region it would be in, when not all of them would do."""
    conditions: tuple[Change, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def lawful(self) -> bool | None:
        """Whether it may run there; None when that isn't known."""
        return None if self.verdict in OPEN_VERDICTS else self.verdict in LAWFUL


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer in the place of one service."""

    offer: Offered
    parts: tuple[Part, ...]
    stands: tuple[Stand, ...] = ()
    """What the rules say of each service of the reader's that uses it."""

    @property
    def match(self) -> Match:
        """The least of its parts; a part that no source gives makes it partial."""
        each = [one.match or Match.PARTIAL for one in self.parts]
        return max(each, key=list(Match).index)

    @property
    def inside(self) -> bool | None:
        """Whether the qualification covers all that the offer is known to do of it."""
        each = {one.inside for one in self.parts if one.cover is not None}
        return False if False in each else None if None in each else True

    @property
    def lawful(self) -> bool | None:
        """Whether every service of the reader's that uses it may run there; None when it isn't known, or none was put to the rules."""
        each = {one.lawful for one in self.stands}
        return None if not each or (None in each and False not in each) else False not in each

    @property
    def qualified(self) -> bool | None:
        """Whether it is qualified that day, and for this."""
        if self.offer.qualified.status is None:
            return False if self.inside is False else None
        return self.inside if self.offer.qualified.status == QUALIFIED else False


@dataclass(frozen=True, slots=True)
class Replaced:
    """One cloud service, what may stand for it, and which services of the reader's use it."""

    service: CloudService
    functions: tuple[Function, ...]
    """What it does."""
    candidates: tuple[Candidate, ...]
    uses: tuple[str, ...] = ()
    assumed: bool = False
    """The file does not name it: all that runs on its offer is taken to use it."""
    more: int = 0
    """How many further offers are known only to do something of that kind."""

    @property
    def best(self) -> Best:
        """What it comes to: of the reader's services that use it, the one that fares worst, each with the offer that suits it best."""
        if not self.uses:
            return _best((one.match, one.qualified) for one in self.candidates)
        each = [_best((one.match, one.stands[place].lawful) for one in self.candidates) for place in range(len(self.uses))]
        return max(each, key=list(Best).index)

    @property
    def good(self) -> tuple[tuple[Candidate, int], ...]:
        """The offers that may take its place, and for how many of the reader's services; without any, those qualified for it."""
        if not self.uses:
            return tuple((one, 0) for one in self.candidates if one.qualified)
        counted = ((one, sum(stand.lawful is True for stand in one.stands)) for one in self.candidates)
        return tuple(sorted(((one, count) for one, count in counted if count), key=lambda pair: -pair[1]))


def _best(each: Iterable[tuple[Match, bool | None]]) -> Best:
    told = list(each)
    if held := [match for match, good in told if good]:
        return Best(min(held, key=list(Match).index).value)
    return Best.PERHAPS if any(good is None for _, good in told) else Best.NONE


@dataclass(frozen=True, slots=True)
class Gap:
    """A function, and the qualified offers that are known to have it inside their qualification, or may."""

    function: Function
    held: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    """Offers that do it, where it isn't known whether they are qualified that day, or whether the qualification covers it."""


@dataclass(frozen=True, slots=True)
class Equivalents:
    """The whole answer."""

    on: date
    replaced: tuple[Replaced, ...]
    gaps: tuple[Gap, ...]
    """Every function of the services asked for."""
    silent: tuple[Offered, ...]
    """Qualified offers of which no source says what they do."""
    unnamed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Offers that the reader's services run on without naming which of their services, to the names of the reader's."""

    @property
    def uncovered(self) -> tuple[Gap, ...]:
        """The functions that no qualified offer is known to have inside its qualification."""
        return tuple(one for one in self.gaps if not one.held)


def functions_of(service: CloudService, known: Coverage) -> tuple[Function, ...]:
    """What a service does."""
    return tuple(known.functions[name] for name in service.does)


def candidate(service: CloudService, offer: Offered, known: Coverage) -> Candidate | None:
    """The offer in the place of the service; None when no source gives it anything of it."""
    parts = tuple(_part(function, traits, offer, known) for function, traits in service.does.items())
    return Candidate(offer, parts) if any(one.cover is not None for one in parts) else None


def _part(function: str, traits: frozenset[str], offer: Offered, known: Coverage) -> Part:
    of = known.functions[function]
    if (cover := offer.covers.get(function)) is not None:
        lost = tuple(one for one in of.traits if one in traits & cover.lacks)
        unsaid = tuple(one for one in of.traits if one in traits - cover.lacks - cover.has)
        return Part(of, cover, lost, unsaid, None, inside(of, cover, offer.qualified))
    for name in (of.broader, *sorted(known.narrower(function))):
        if name is not None and (cover := offer.covers.get(name)) is not None:
            return Part(of, cover, (), (), known.functions[name], inside(of, cover, offer.qualified))
    return Part(of, None)


def inside(function: Function, cover: Cover, qualified: Qualified) -> bool | None:
    """Whether the qualification covers it: what a source says, else outside when the list qualifies other kinds only."""
    if cover.qualified is not None:
        return cover.qualified
    return False if function.kind is not None and qualified.kinds and function.kind not in qualified.kinds else None


def ordered(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Lawful for the reader's services first, then qualified for it, then the closest, then those that lose least, then by name."""
    rank = {True: 0, None: 1, False: 2}
    matches = list(Match)
    return tuple(sorted(candidates, key=lambda one: (
        rank[one.lawful], rank[one.qualified], one.offer.qualified.status != QUALIFIED, matches.index(one.match),
        sum(part.cover is None for part in one.parts),
        sum(len(part.lost) for part in one.parts), sum(len(part.open) for part in one.parts), one.offer.name.casefold(),
    )))  # fmt: skip


def gaps(services: Iterable[CloudService], offers: Sequence[Offered], known: Coverage) -> tuple[Gap, ...]:
    """Each function of the services once, with the qualified offers that have it."""
    wanted = dict.fromkeys(function for service in services for function in service.does)
    may = [one for one in offers if one.qualified.status in {QUALIFIED, None}]
    made = []
    for name in wanted:
        of = known.functions[name]
        held: list[str] = []
        perhaps: list[str] = []
        for offer in may:
            part = _part(name, frozenset(), offer, known)
            if part.cover is not None and part.inside is not False:
                (held if part.inside and part.near is None and offer.qualified.status else perhaps).append(offer.id)
        made.append(Gap(of, tuple(held), tuple(perhaps)))
    return tuple(made)

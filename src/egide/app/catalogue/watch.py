"""What became of the catalogue since a day, and which services it touches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.portfolio import assess
from egide.catalogue.composition import FOLLOWED
from egide.catalogue.shelf import Listed
from egide.catalogue.watching import Event, events, touched

if TYPE_CHECKING:
    from egide.catalogue.kept.reading import Kept
    from egide.vocabulary.services import Service

RELATIONS = (*FOLLOWED, "same_as")


@dataclass(frozen=True, slots=True)
class Touched:
    """A service of a portfolio that stands on a subject to which something happened."""

    service: str
    name: str
    offer: str
    region: str | None


@dataclass(frozen=True, slots=True)
class Watched:
    """One event with the services that it touches."""

    event: Event
    services: tuple[Touched, ...]


def watch(kept: Kept | None, since: date, on: date, within_days: int, portfolio: Sequence[Path] = (), lang: str = "fr") -> list[Watched]:
    """Every event since that day, the services that stand on each beside it; those that touch a service first."""
    catalogue = assess.catalogue()
    listed_then, listed = Listed(catalogue, since), Listed(catalogue, on)
    found: list[Event] = []
    for subject in listed.subjects():
        found += events(listed_then.about(subject), listed.about(subject), since, on, within_days, {}, {})
    if kept is not None:
        found += _kept_events(kept, since, on, within_days)
    reach = _reach(kept, listed, {event.subject for event in found})
    services = _services(portfolio, lang)
    watched = [
        Watched(replace(event, touches=tuple(sorted(reach[event.subject]))), tuple(_touched(event, reach[event.subject], services)))
        for event in found
    ]  # fmt: skip
    return sorted(watched, key=lambda one: (not one.services, one.event.day or on, one.event.subject, one.event.property or ""))


def _kept_events(kept: Kept, since: date, on: date, within_days: int) -> list[Event]:
    from egide.catalogue.kept.watch import moved_subjects, statements_and_when

    end = datetime.combine(since, time.max, UTC)
    withdrawn, withdrawn_then = kept.withdrawn(), kept.withdrawn(end)
    found: list[Event] = []
    subjects = moved_subjects(kept, end, datetime.combine(on + timedelta(days=within_days), time.max, UTC))
    for statements in statements_and_when(kept, subjects):
        then = [one for one in statements if one.origin.recorded_at <= end]
        found += events(then, statements, since, on, within_days, withdrawn_then, withdrawn)
    return found


def _reach(kept: Kept | None, listed: Listed, subjects: Iterable[str]) -> dict[str, set[str]]:
    """Each subject to all that stand on it, in the list and in the database."""
    below: dict[str, set[str]] = {}
    for subject in listed.subjects():
        for one in listed.about(subject):
            if one.property in RELATIONS and isinstance(one.value, frozenset):
                for to in one.value:
                    below.setdefault(to, set()).add(subject)

    def standing_on(some: Iterable[str]) -> Mapping[str, Iterable[str]]:
        some = list(some)
        found = {one: set(below.get(one, ())) for one in some}
        for to, those in (kept.standing_on(some, RELATIONS) if kept else {}).items():
            found.setdefault(to, set()).update(those)
        return found

    return touched(sorted(subjects), standing_on)


def _services(files: Sequence[Path], lang: str) -> tuple[Service, ...]:
    return assess.portfolio(files, assess.catalogue(), lang=lang).services if files else ()


def _touched(event: Event, reach: set[str], services: Iterable[Service]) -> Iterable[Touched]:
    """Services hosted there; one whose region isn't known may be."""
    for service in services:
        for hosting in service.hostings:
            offers = {name for name in (hosting.offer, *hosting.near) if name}
            here = offers & {event.subject, *reach}
            if here and (event.region is None or hosting.region in (None, event.region) or event.subject not in offers):
                yield Touched(service.id, service.name, min(here), hosting.region)


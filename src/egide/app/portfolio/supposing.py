"""What if an offer is qualified on a day, or loses its qualification: the same law and services on a catalogue that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from egide.app.catalogue.catalogues import find
from egide.app.portfolio.assess import survey
from egide.papers.deadlines import clocks_of, reason_key
from egide.vocabulary.language import N_
from egide.vocabulary.offers import Qualification

if TYPE_CHECKING:
    from egide.app.portfolio.assess import Run
    from egide.vocabulary.findings import Clock, Decision
    from egide.vocabulary.offers import Catalogue

SUPPOSED = N_("supposed, and not read anywhere")
YEARS = 3
"""How long a qualification lasts when it is supposed; ANSSI's last up to three years."""


class Event(StrEnum):
    """What is supposed of an offer."""

    QUALIFIES = "qualifies"
    LOSES = "loses"


@dataclass(frozen=True, slots=True)
class Turned:
    """A service that the event touches: its decision before and after, and the clocks that only run after."""

    before: Decision
    after: Decision
    starting: Sequence[Clock]


def supposed(catalogue: Catalogue, offer: str, event: Event, on: date) -> Catalogue:
    """The catalogue as it would be if that happened on that day. Raises `UnknownOfferError` with near names."""
    found, _ = find(offer, catalogue)
    read = max((day for day in catalogue.readings if day <= on), default=catalogue.as_of)
    if event is Event.QUALIFIES:
        ends = date(on.year + YEARS, on.month, min(on.day, 28))
        line = Qualification("qualified", None, "", on, ends, SUPPOSED, "3.2", SUPPOSED, "secondary", read)
        lines = (*(one for one in found.qualifications if one.status != "in-progress"), line)
    else:
        lines = tuple(replace(one, end=on - timedelta(days=1)) if _lasts(one, on) else one for one in found.qualifications)
    changed = replace(found, qualifications=lines)
    return replace(catalogue, offers=tuple(changed if one.id == found.id else one for one in catalogue.offers), by_id={})


def touched(run: Run, catalogue: Catalogue) -> list[Turned]:
    """The services whose verdict or clocks differ on the other catalogue, on the day of the run."""
    after = survey(run.portfolio, catalogue, run.assessment.on)
    found = []
    for old, new in zip(run.assessment.decisions, after.assessment.decisions, strict=True):
        known = {_key(clock) for clock in clocks_of(old)}
        starting = [clock for clock in clocks_of(new) if _key(clock) not in known]
        if old.verdict is not new.verdict or starting:
            found.append(Turned(old, new, starting))
    return found


def _lasts(line: Qualification, on: date) -> bool:
    return line.status == "qualified" and (line.end is None or line.end >= on)


def _key(clock: Clock) -> tuple[object, ...]:
    return clock.kind, clock.on, clock.owner, reason_key(clock.because)

"""What a newer reading changes, told before anybody accepts it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from egide.catalogue.standing import same_line
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from egide.vocabulary.offers import Catalogue, Offer, Qualification


class Change(StrEnum):
    """What became of a line, or of an offer."""

    ADDED = "line-added"
    ENDED = "line-ended"
    """It is no longer listed, and its announced end has passed."""
    GONE = "line-gone"
    """It is no longer listed although its announced end has not come: unknown from that day on."""
    DATES = "dates-changed"
    DECISION = "decision-changed"
    STATUS = "status-changed"
    OFFER = "offer-added"
    """An offer that was not in the catalogue, and of which nothing but its lines is known."""


MESSAGES: Mapping[Change, str] = {
    Change.ADDED: N_("{offer}: a line is added, {status} from {start} to {end}, decision {decision}."),
    Change.ENDED: N_("{offer}: the line of decision {decision} ended on {end} and is no longer listed."),
    Change.GONE: N_("{offer}: the line of decision {decision}, announced to {end}, is no longer listed: unknown from now on."),
    Change.DATES: N_("{offer}: the dates of decision {decision} change, now from {start} to {end}."),
    Change.DECISION: N_("{offer}: the decision number of the line is now {decision}."),
    Change.STATUS: N_("{offer}: the status of the line is now {status}."),
    Change.OFFER: N_("{offer}: an offer unknown to the catalogue is added; nothing but its qualification is known of it."),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One change, with the line before and after it."""

    change: Change
    offer: str
    """The identifier."""
    name: str
    before: Qualification | None = None
    after: Qualification | None = None

    @property
    def message(self) -> str:
        """A message of the catalogue, to be filled from `args`."""
        return MESSAGES[self.change]

    @property
    def args(self) -> dict[str, object]:
        """What fills the message."""
        line = self.after or self.before
        facts = {} if line is None else {name: getattr(line, name) for name in ("status", "start", "end", "decision")}
        return {"offer": self.name, **facts}


@dataclass(frozen=True, slots=True)
class Differences:
    """The report on a newer catalogue."""

    old_as_of: date
    new_as_of: date
    changes: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def new_offers(self) -> tuple[str, ...]:
        """The identifiers of the offers that were not in the catalogue."""
        return tuple(change.offer for change in self.changes if change.change is Change.OFFER)


def differences(old: Catalogue, new: Catalogue) -> Differences:
    """What the reading that `new` adds to `old` changes against the reading just before it."""
    added = sorted(set(new.readings) - set(old.readings))
    day = added[-1] if added else new.as_of
    before = max((known for known in old.readings if known <= day), default=old.readings[0])
    changes: list[Difference] = []
    for offer in new.offers:
        known = old.by_id.get(offer.id)
        if known is None:
            changes.append(Difference(Change.OFFER, offer.id, offer.name))
        changes += _lines(offer, _reading(known, before) if known else [], _reading(offer, day), day)
    return Differences(before, day, tuple(changes))


def _reading(offer: Offer, day: date) -> list[Qualification]:
    return [line for line in offer.qualifications if line.as_of == day]


def _lines(offer: Offer, olds: Sequence[Qualification], news: Sequence[Qualification], day: date) -> Iterator[Difference]:
    for old, new in _pairs(olds, news):
        if old is None:
            yield Difference(Change.ADDED, offer.id, offer.name, None, new)
        elif new is None:
            past = old.end is not None and old.end < day
            yield Difference(Change.ENDED if past else Change.GONE, offer.id, offer.name, old, None)
        else:
            if old.status != new.status:
                yield Difference(Change.STATUS, offer.id, offer.name, old, new)
            if old.decision != new.decision:
                yield Difference(Change.DECISION, offer.id, offer.name, old, new)
            if (old.start, old.end) != (new.start, new.end):
                yield Difference(Change.DATES, offer.id, offer.name, old, new)


def _pairs(olds: Sequence[Qualification],
           news: Sequence[Qualification]) -> Iterator[tuple[Qualification | None, Qualification | None]]:
    """Each line with what became of it; a line that lacked its number may have found it, one in progress an end."""
    left = {same_line(line): line for line in olds}
    unmatched = []
    for new in news:
        if same_line(new) in left:
            yield left.pop(same_line(new)), new
        else:
            unmatched.append(new)
    for new in unmatched:
        found = next((key for key, old in left.items() if old.decision is None), None)
        yield (left.pop(found) if found else None), new
    for old in left.values():
        yield old, None

"""What an update changes, told before it is accepted: offers, rulebooks and schemes, line by line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from egide.catalogue import differences

if TYPE_CHECKING:
    from datetime import date

    from egide.catalogue import Differences
    from egide.label.scheme import Scheme
    from egide.rules.book import Rulebook
    from egide.vocabulary.language import Text
    from egide.vocabulary.offers import Catalogue, Offer


class Becomes(StrEnum):
    """What becomes of a text or of a list."""

    ADDED = "added"
    REPLACED = "replaced"
    SAME = "same"
    OLDER = "older"
    """What is in use was read later, and stays."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What becomes of the catalogue."""

    becomes: Becomes
    before: date
    after: date
    changes: Differences
    offers_added: tuple[str, ...]
    offers_changed: tuple[str, ...]
    """Offers of which something else than their qualification is said anew."""
    offers_gone: tuple[str, ...]
    lost: tuple[date, ...]
    """The days of lists that are known here and that the bundle does not hold: what stood then will be unknown."""
    set_aside: str | None
    """SHA-256 of the list accepted here, when the bundle's takes its place."""


@dataclass(frozen=True, slots=True)
class BookChange:
    """What becomes of one rulebook or scheme."""

    id: str
    title: Text
    becomes: Becomes
    before: str | None
    """The version in use."""
    after: str
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class _Numbered(Protocol):
    @property
    def id(self) -> str: ...


class _Text(_Numbered, Protocol):
    @property
    def title(self) -> Text: ...
    @property
    def version(self) -> str: ...
    @property
    def read_on(self) -> date: ...
    @property
    def digest(self) -> str: ...


def lists(before: Catalogue, after: Catalogue, own: bytes | None) -> Lists:
    """What becomes of the catalogue in use. ``own``: the list accepted on this machine, when that is the one in use."""
    older = after.as_of < before.as_of
    becomes = Becomes.OLDER if older else Becomes.SAME if after == before else Becomes.REPLACED
    changed = [one.id for one in after.offers if one.id in before.by_id and _told(one) != _told(before.by_id[one.id])]
    return Lists(
        becomes, before.as_of, after.as_of, differences(before, after),
        tuple(one.id for one in after.offers if one.id not in before.by_id), tuple(changed),
        tuple(one.id for one in before.offers if one.id not in after.by_id),
        tuple(day for day in before.readings if day not in after.readings) if not older else (),
        hashlib.sha256(own).hexdigest() if own and not older else None,
    )  # fmt: skip


def _told(offer: Offer) -> tuple[object, ...]:
    return offer.name, offer.provider, offer.kinds, offer.regions, offer.claims, offer.aliases, offer.built_on, offer.note


def book_change(before: Rulebook | None, after: Rulebook) -> BookChange:
    """What becomes of a rulebook."""
    return _change(before, after, before.rules if before else (), after.rules)


def scheme_change(before: Scheme | None, after: Scheme) -> BookChange:
    """What becomes of a label scheme."""
    return _change(before, after, before.requirements if before else (), after.requirements)


def _change(before: _Text | None, after: _Text, olds: Iterable[_Numbered], news: Iterable[_Numbered]) -> BookChange:
    if before is None:
        becomes = Becomes.ADDED
    elif after.digest == before.digest:
        becomes = Becomes.SAME
    else:
        becomes = Becomes.OLDER if after.read_on < before.read_on else Becomes.REPLACED
    was, now = {one.id: one for one in olds}, {one.id: one for one in news}
    return BookChange(
        after.id, after.title, becomes, before.version if before else None, after.version, tuple(one for one in now if one not in was),
        tuple(one for one in was if one not in now), tuple(one for one in now if one in was and now[one] != was[one]),
    )  # fmt: skip

"""The catalogue in use with what a database holds beside it, on a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from egide.app.catalogue.catalogues import UnknownOfferError, find
from egide.app.database import database_if_any
from egide.app.portfolio import assess
from egide.catalogue.equivalents import Functions
from egide.catalogue.shelf import Listed, Shelf, Source

if TYPE_CHECKING:
    from egide.catalogue.kept.reading import Kept

NEAR = 2000
"""Names that an unknown one is held against."""


@contextmanager
def shelf(on: date, db: str | None = None) -> Iterator[tuple[Shelf, Kept | None]]:
    """All that is stated on that day, and the database's part of it when there is one."""
    sources = written(on)
    with database_if_any(db) as store:
        if store is None:
            yield Shelf(sources, on), None
            return
        from egide.catalogue.kept.reading import Kept

        kept = Kept(store)
        yield Shelf([*sources, kept], on), kept


def written(on: date) -> list[Source]:
    """What is stated without a database: the catalogue in use, and what is known that its offers do."""
    offers = assess.catalogue()
    return [Listed(offers, on), Functions(offers.by_id, on)]


def subject_of(name: str, shelf: Shelf, kept: Kept | None) -> tuple[str, str | None]:
    """The subject that a person means, and the region when the name ends with one. Raises `UnknownOfferError`.

    By name or alias in the catalogue's own list; by identifier anywhere, where the case of letters counts only when two would be meant.
    """
    try:
        offer, region = find(name, assess.catalogue())
    except UnknownOfferError as unknown:
        if shelf.about(name):
            return name, None
        start, _, region = name.rpartition("/")
        if start and region in shelf.regions(start):
            return start, region
        alike = kept.named(name) if kept else []
        if len(alike) == 1:
            return alike[0], None
        if kept is not None:
            known = [one for one, _ in zip(kept.subjects(), range(NEAR), strict=False)]
            raise UnknownOfferError(name, [*alike, *assess.catalogue().by_id, *known]) from unknown
        raise
    return offer.id, region

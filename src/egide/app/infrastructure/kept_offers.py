"""Offers that only a database holds, as the catalogue's own values: so that what stands on one is identified and judged like any other.

Whoever was taken in may have said anything of itself. Where it runs, what it is and who is behind it are taken at the word of who says so,
with their name; what would make an offer more lawful (an immunity, an equivalence, a certificate) only from who examined it or has the
authority to say it; and a qualification from the catalogue alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING

from egide.app.database import database_if_any
from egide.app.portfolio import assess
from egide.vocabulary.facts import FROM_CATALOGUE, Claim
from egide.vocabulary.offers import Catalogue, Offer, Period, Region
from egide.vocabulary.properties import OF_FACT
from egide.vocabulary.statements import Assurance

if TYPE_CHECKING:
    from egide.catalogue.sheets import Sheet
    from egide.catalogue.shelf import Shelf

AT_ITS_WORD = frozenset({"offer.controlled_from", "offer.place", "offer.model", "offer.provider_nature"})
"""What an offer's own provider is believed on."""
BY_THE_LIST = FROM_CATALOGUE | {"offer.framework", "offer.on_qualified_base"}
ALWAYS = Period(None, None)


def with_kept(names: Collection[str], on: date, db: str | None = None) -> Catalogue:
    """The catalogue in use, with those of the named offers that it lacks and the database holds."""
    known = assess.catalogue()
    missing = [name for name in dict.fromkeys(names) if name not in known.by_id]
    if not missing:
        return known
    with database_if_any(db) as store:
        if store is None:
            return known
        from egide.app.catalogue.shelves import written
        from egide.catalogue.kept.reading import Kept
        from egide.catalogue.shelf import Shelf

        shelf = Shelf([*written(on), Kept(store)], on)
        found = [offer for name in missing if (offer := _offer(name, shelf)) is not None]
    return Catalogue(known.as_of, (*known.offers, *found), known.source) if found else known


def _offer(name: str, shelf: Shelf) -> Offer | None:
    sheet = shelf.sheet(name)
    if sheet is None:
        return None
    named = shelf.regions(name)
    each = {region: there for region in named if (there := shelf.sheet(name, region)) is not None}
    everywhere = list(_claims(sheet))
    claims: list[tuple[Period, str | None, Claim]] = [(ALWAYS, None, claim) for claim in everywhere]
    claims += [(ALWAYS, region, claim) for region, there in each.items() for claim in _claims(there) if claim not in everywhere]
    return Offer(
        name, sheet.name, str(sheet.value("provider") or sheet.name), tuple(sorted(sheet.listed("kinds"))),
        tuple(region for name, there in each.items() if (region := _region(name, there)) is not None),
        tuple(sorted(sheet.listed("aliases"))), tuple(claims),
    )  # fmt: skip


def _region(name: str, sheet: Sheet) -> Region | None:
    """A region whose country is said, and only one."""
    countries, cell = sheet.listed("countries"), sheet.cells.get("countries")
    if len(countries) != 1 or cell is None or not cell.holding:
        return None
    origin = cell.holding[0].origin
    read_on = (origin.issued or origin.recorded_at).date()
    return Region(name, name, next(iter(countries)), (), origin.source or origin.issuer, origin.read, read_on)


def _claims(sheet: Sheet) -> Iterator[Claim]:
    for fact, name in OF_FACT.items():
        cell = sheet.cells.get(name)
        said = cell.strongest() if cell is not None else None
        if fact in BY_THE_LIST or cell is None or said is None or cell.value is None or isinstance(cell.value, (float, frozenset)):
            continue
        if fact in AT_ITS_WORD or said.origin.assurance is not Assurance.DECLARED:
            origin = said.origin
            yield Claim(fact, cell.value, origin.issuer, (origin.issued or origin.recorded_at).date(), origin.source, origin.read)

"""Offers as they may stand for a service: where their qualification stands that day, and what is known that they do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from egide.catalogue.equivalents.knowledge import Cover
from egide.catalogue.equivalents.matching import QUALIFIED, Offered, Qualified
from egide.catalogue.form import SourceForm
from egide.catalogue.standing import standing

if TYPE_CHECKING:
    from egide.catalogue.equivalents.knowledge import Coverage
    from egide.catalogue.sheets import Sheet
    from egide.vocabulary.offers import Catalogue, Offer

KIND = re.compile(r"\b(?:IaaS|CaaS|PaaS|SaaS)\b")


def listed_offers(catalogue: Catalogue, known: Coverage, on: date) -> Iterator[Offered]:
    """The offers of a list, those of which nothing is known too."""
    for offer in catalogue.offers:
        yield Offered(offer.id, offer.name, offer.provider, qualification(offer, catalogue, on), known.offers.get(offer.id, {}))


def qualification(offer: Offer, catalogue: Catalogue, on: date) -> Qualified:
    """Where it stands: qualified in any region is qualified, and the regions are named when they are not all."""
    regions: list[str | None] = [one.id for one in offer.regions] or [None]
    each = {region: standing(offer, region, on, catalogue.readings) for region in regions}
    held = {region: one for region, one in each.items() if one.status == QUALIFIED}
    if not held:
        told = {(one.status, one.because) for one in each.values()}
        first = next((one for one in each.values() if one.status is None), next(iter(each.values())))
        return Qualified(first.status if len(told) == 1 or first.status is None else "none", because=first.because)
    lines = [one.line for one in held.values() if one.line is not None]
    until = max((line.end for line in lines if line.end), default=None)
    names = tuple(region for region in held if region is not None) if len(held) < len(regions) else ()
    return Qualified(QUALIFIED, until, names, kinds_of(line.perimeter for line in lines))


def kinds_of(perimeters: Iterable[str]) -> frozenset[str]:
    """The kinds that lines of the list name; none when one of them is not sure."""
    told = tuple(perimeters)
    return frozenset() if any("?" in one for one in told) else frozenset(kind for one in told for kind in KIND.findall(one))


def stated_offer(sheet: Sheet, known: Coverage) -> Offered:
    """An offer of a database, by the functions that are stated of it."""
    tokens = sheet.listed("functions")
    shared = [one.token for one in known.functions.values()]
    cell = sheet.cells.get("functions")
    sources = tuple(
        SourceForm(one.origin.source, one.origin.issuer, (one.origin.issued or one.origin.recorded_at).date(),
                   "primary" if one.origin.read == "primary" else "secondary")
        for one in (cell.holding if cell else ())
    )  # fmt: skip
    covers = {
        one.id: Cover(one.id, sources=sources, loose=shared.count(one.token) > 1)
        for one in known.functions.values() if one.token in tokens
    }  # fmt: skip
    status, until = sheet.value("qualification"), sheet.value("qualified_to")
    qualified = Qualified(str(status) if status is not None else None, until if isinstance(until, date) else None)
    return Offered(sheet.subject, sheet.name, str(sheet.value("provider") or ""), qualified, covers)

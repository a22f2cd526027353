"""Joins a newer list to the catalogue. Nothing is edited or dropped: each list is one more dated reading.

Which offer a line is about is told by its decision number, else by provider and service; a line that matches none opens
a new offer of which nothing else is known. What a list doesn't say and an earlier reading did (the version behind a
decision, the regions that a line is limited to) is carried over: a limit never falls because a list is silent about it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from egide.catalogue.names import plain, slug
from egide.catalogue.standing import same_line
from egide.vocabulary.offers import Catalogue, Offer, Qualification

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.catalogue.columns import Line
    from egide.catalogue.tables import Imported

KINDS = ("IaaS", "PaaS", "CaaS", "SaaS")


def merge(catalogue: Catalogue, imported: Imported) -> Catalogue:
    """The catalogue with the list as one more reading; a second list of the same day completes the first."""
    offers = dict(catalogue.by_id)
    gained: dict[str, list[Qualification]] = {}
    for line in imported.lines:
        offer = offer_of(line, offers.values()) or _new_offer(line, offers)
        offers[offer.id] = offer
        gained.setdefault(offer.id, []).append(_qualification(line, offer, imported))
    joined = (_joined(offer, gained.get(offer.id, ())) for offer in offers.values())
    newest = imported.as_of > catalogue.as_of
    return Catalogue(max(catalogue.as_of, imported.as_of), tuple(joined), imported.source if newest else catalogue.source)


def offer_of(line: Line, offers: Iterable[Offer]) -> Offer | None:
    """The offer that the line is about, when the catalogue knows it."""
    offers = list(offers)
    if line.decision:
        for offer in offers:
            if any(known.decision == line.decision for known in offer.qualifications) and _same_provider(line, offer):
                return offer
    theirs = [offer for offer in offers if _same_provider(line, offer)]
    if line.service:
        wanted = {plain(line.service), plain(f"{line.provider} {line.service}")}
        return next((offer for offer in theirs if wanted & _names(offer)), None)
    listed = [offer for offer in theirs if offer.qualifications]
    return listed[0] if len(listed) == 1 else theirs[0] if len(theirs) == 1 else None


def _same_provider(line: Line, offer: Offer) -> bool:
    said = plain(line.provider)
    return said == plain(offer.provider) or said in _names(offer) or plain(offer.provider) in said.split()


def _names(offer: Offer) -> set[str]:
    return {plain(name) for name in (offer.name, *offer.aliases)}


def _new_offer(line: Line, offers: Mapping[str, Offer]) -> Offer:
    name = line.service if plain(line.service).startswith(plain(line.provider)) else f"{line.provider} {line.service}".strip()
    taken = {known for offer in offers.values() for known in _names(offer)}
    stem, count = slug(name), 1
    while slug(name) in offers or plain(name) in taken:
        count += 1
        name = f"{stem} {count}"
    kinds = tuple(kind for kind in KINDS if kind.casefold() in line.kind.casefold())
    return Offer(slug(name), name, line.provider, kinds, ())


def _qualification(line: Line, offer: Offer, imported: Imported) -> Qualification:
    known = {region.id: region.id for region in offer.regions} | {
        plain(name): region.id for region in offer.regions for name in (region.id, region.name, *region.aliases)
    }
    regions = None
    if line.regions:
        regions = tuple(dict.fromkeys(known.get(plain(name), name) for name in line.regions if plain(name) in known)) or None
    start, framework, versioned = line.start, line.framework, ""
    for earlier in sorted(offer.qualifications, key=lambda known: known.as_of):
        if line.status == "qualified" and earlier.status == "qualified":
            regions = regions or earlier.regions
        if line.status == earlier.status == "in-progress":
            start = start or earlier.start
        if line.decision and earlier.decision == line.decision and line.framework is None and earlier.framework:
            framework, versioned = earlier.framework, earlier.framework_source or earlier.source
    return Qualification(line.status, regions, line.kind, start, line.end, line.decision, framework, imported.source,
                         imported.read, imported.as_of, versioned)


def _joined(offer: Offer, gained: Iterable[Qualification]) -> Offer:
    gained = tuple(gained)
    if not gained:
        return offer
    again = {same_line(line) for line in gained}
    day = gained[0].as_of
    kept = tuple(line for line in offer.qualifications if line.as_of != day or same_line(line) not in again)
    return replace(offer, qualifications=kept + gained)

"""Offers in our own YAML as statements: what each source says, for its days and its region.

A line that says «qualified» is kept as what its source declares. Only ANSSI's list, accepted as such, is attested.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from egide.catalogue.gaia_x import Said
from egide.catalogue.kept.packs import Pack, body_of
from egide.catalogue.listed import provider_id
from egide.vocabulary.properties import OF_FACT
from egide.vocabulary.statements import Assurance, Backing

if TYPE_CHECKING:
    from egide.vocabulary.offers import Catalogue, Offer
    from egide.vocabulary.properties import Value

_Source = tuple[str, str, "date | None", "date | None", str]
"""Issuer, source, from, to, how it was read."""


def offer_packs(catalogue: Catalogue, document: str, source: str, assurance: Assurance = Assurance.DECLARED) -> Iterator[Pack]:
    """What the offers of a file state, one pack for each source and period."""
    for offer in catalogue.offers:
        groups: dict[_Source, list[Said]] = {}
        for key, said in _all(offer, catalogue, source):
            groups.setdefault(key, []).append(said)
        for (issuer, text, start, end, read), those in groups.items():
            yield Pack(
                offer.id, document, text, issuer, assurance, Backing.TRANSCRIBED, text, _moment(start, time.min), _moment(end, time.max),
                body_of(those), read,
            )  # fmt: skip


def _all(offer: Offer, catalogue: Catalogue, file: str) -> Iterator[tuple[_Source, Said]]:
    own: _Source = (file, catalogue.source or file, catalogue.as_of, None, "primary")
    about: dict[str, Value | None] = {
        "name": offer.name, "provider": offer.provider, "kinds": frozenset(offer.kinds) or None,
        "aliases": frozenset(offer.aliases) or None,
        "provided_by": frozenset({provider_id(offer.provider)}), "depends_on": frozenset(offer.built_on) or None,
        "description": offer.note.fr if offer.note else None,
    }  # fmt: skip
    for name, value in about.items():
        if value is not None:
            yield own, _said(name, value)
    for region in offer.regions:
        where: _Source = (file, region.source, region.on, None, region.read)
        yield where, _said("regions", frozenset({region.id}), region.id)
        yield where, _said("countries", frozenset({region.country}), region.id)
    for period, where_at, claim in offer.claims:
        if claim.fact in OF_FACT:
            key: _Source = (claim.issuer, claim.source, period.start or claim.on, period.end, claim.read)
            yield key, _said(OF_FACT[claim.fact], claim.value, where_at)
    for line in offer.qualifications:
        key = (file, line.source, line.start or line.as_of, line.end, line.read)
        for place in line.regions or (None,):
            yield key, _said("qualification", line.status, place)
            if line.end is not None:
                yield key, _said("qualified_to", line.end, place)
            if line.framework is not None:
                yield key, _said("framework", line.framework, place)


def _said(name: str, value: Value | None, region: str | None = None) -> Said:
    text = ", ".join(sorted(value)) if isinstance(value, frozenset) else "" if value is None else str(value)
    return Said(name, value, text, "", region)


def _moment(day: date | None, at: time) -> datetime | None:
    return datetime.combine(day, at, UTC) if day else None

"""The catalogue that ships, and the one accepted after it, as statements: one source among others, so that all can be put side by side.

What is stated of a day is exactly what `facts_on` says of it, which is what the law's rules read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from egide.catalogue.knowledge import facts_on
from egide.catalogue.names import slug
from egide.catalogue.sheets import PROVIDER_NAMED
from egide.vocabulary.facts import FROM_CATALOGUE
from egide.vocabulary.properties import OF_FACT
from egide.vocabulary.statements import Assurance, Backing, Origin, Statement

if TYPE_CHECKING:
    from egide.vocabulary.facts import Claim
    from egide.vocabulary.offers import Catalogue, Offer
    from egide.vocabulary.properties import Value

EGIDE = "Égide"
ATTESTED_FACTS = FROM_CATALOGUE | {"offer.framework"}
"""What ANSSI alone says, in its list."""


def provider_id(name: str) -> str:
    """The subject that stands for a provider known by name only."""
    return f"{PROVIDER_NAMED}{slug(name)}"


def listed_statements(offer: Offer, catalogue: Catalogue, on: date) -> Iterator[Statement]:
    """What the catalogue states of an offer on a day."""
    read = _origin(EGIDE, catalogue.source, catalogue.as_of, "secondary", on)
    note = offer.note.fr if offer.note else None
    told: dict[str, Value | None] = {
        "name": offer.name, "provider": offer.provider, "kinds": frozenset(offer.kinds) or None,
        "aliases": frozenset(offer.aliases) or None, "description": note,
        "provided_by": frozenset({provider_id(offer.provider)}), "depends_on": frozenset(offer.built_on) or None,
    }  # fmt: skip
    for name, value in told.items():
        if value is not None:
            yield _statement(offer.id, name, value, read)
    for region in offer.regions:
        where = _origin(EGIDE, region.source, region.on or catalogue.as_of, region.read, on)
        yield _statement(offer.id, "regions", frozenset({region.id}), where, region.id)
        yield _statement(offer.id, "countries", frozenset({region.country}), where, region.id)
    yield from _facts(offer, catalogue, on)


def provider_statements(catalogue: Catalogue, on: date) -> Iterator[Statement]:
    """What the catalogue states of providers: their names, and from where they are controlled when every offer of theirs says the same."""
    said: dict[str, list[Claim | None]] = {}
    for offer in catalogue.offers:
        said.setdefault(offer.provider, []).append(facts_on(offer, None, on, catalogue).get("offer.controlled_from"))
    for name, claims in said.items():
        yield _statement(provider_id(name), "name", name, _origin(EGIDE, catalogue.source, catalogue.as_of, "secondary", on))
        known = [claim for claim in claims if claim is not None and claim.value is not None]
        if len({claim.value for claim in known}) == 1:
            yield _said(provider_id(name), known[0], None, on)


def _facts(offer: Offer, catalogue: Catalogue, on: date) -> Iterator[Statement]:
    """Each fact once when it is the same everywhere, else once for each region."""
    regions: list[str | None] = [region.id for region in offer.regions] or [None]
    each = {region: facts_on(offer, region, on, catalogue) for region in regions}
    for fact in dict.fromkeys(name for claims in each.values() for name in claims):
        if fact not in OF_FACT:
            continue
        claims = {region: said[fact] for region, said in each.items() if fact in said}
        if len(set(claims.values())) == 1 and len(claims) == len(regions):
            yield _said(offer.id, next(iter(claims.values())), None, on)
        else:
            yield from (_said(offer.id, claim, region, on) for region, claim in claims.items())


def _said(subject: str, claim: Claim, region: str | None, on: date) -> Statement:
    assurance = Assurance.ATTESTED if claim.fact in ATTESTED_FACTS else Assurance.DECLARED
    origin = _origin(claim.issuer, claim.source, claim.on, claim.read, on, assurance)
    return _statement(subject, OF_FACT[claim.fact], claim.value, origin, region)


def _origin(issuer: str, source: str, read_on: date | None, read: str, on: date, assurance: Assurance = Assurance.DECLARED) -> Origin:
    """A source as it speaks of the day ``on``: one that was read later and reaches back to that day is already there."""
    recorded = datetime.combine(read_on or on, time.min, UTC)
    issued = datetime.combine(min(read_on or on, on), time.min, UTC)
    return Origin(issuer, assurance, Backing.TRANSCRIBED, source, "", source, issued, None, recorded, read)


def _statement(subject: str, name: str, value: Value | None, origin: Origin, region: str | None = None) -> Statement:
    text = ", ".join(sorted(value)) if isinstance(value, frozenset) else "" if value is None else str(value)
    return Statement(subject, name, value, text, origin, "", region)

"""A price list as statements: each thing priced is a subject, a variant of the offer that it is a size of when that is known.

Whether a size belongs to an offer is not guessed from names, as a qualification would follow from it: the two provider's answers that are
read tell of one offer each, and for any other list the user says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from egide.catalogue.gaia_x import Said
from egide.catalogue.kept.packs import Pack, body_of
from egide.catalogue.listed import provider_id
from egide.catalogue.names import plain, slug
from egide.catalogue.prices import Basis, Price, Priced, PriceList, Tariff
from egide.catalogue.units import ARCHITECTURES
from egide.vocabulary.statements import Assurance, Backing

if TYPE_CHECKING:
    from egide.vocabulary.offers import Catalogue
    from egide.vocabulary.properties import Value

OFFER_OF: Mapping[str, str] = {"OVHcloud": "ovh-public-cloud", "Scaleway": "scaleway"}
"""The offer of the catalogue whose sizes a provider's public price answer lists."""
FUNCTIONS: Mapping[Priced, str] = {
    Priced.INSTANCE: "compute", Priced.BLOCK_STORAGE: "block-storage", Priced.OBJECT_STORAGE: "object-storage",
    Priced.EGRESS: "networking", Priced.SWITCHING: "networking", Priced.LOAD_BALANCER: "load-balancer", Priced.CONTROL_PLANE: "kubernetes",
}  # fmt: skip
BY_TIME = frozenset({Priced.INSTANCE, Priced.LOAD_BALANCER, Priced.CONTROL_PLANE})
STORED = frozenset({Priced.BLOCK_STORAGE, Priced.OBJECT_STORAGE})
STATED: Mapping[str, tuple[Tariff, frozenset[Priced], Basis]] = {
    "price_hour": (Tariff.LIST, BY_TIME, Basis.HOUR), "price_month": (Tariff.LIST, BY_TIME, Basis.MONTH),
    "storage_price": (Tariff.LIST, STORED, Basis.GB_MONTH), "egress_price": (Tariff.LIST, frozenset({Priced.EGRESS}), Basis.GB),
    "switching_price": (Tariff.LIST, frozenset({Priced.SWITCHING}), Basis.GB),
    "negotiated_hour": (Tariff.NEGOTIATED, BY_TIME, Basis.HOUR), "negotiated_month": (Tariff.NEGOTIATED, BY_TIME, Basis.MONTH),
    "negotiated_storage": (Tariff.NEGOTIATED, STORED, Basis.GB_MONTH),
    "negotiated_egress": (Tariff.NEGOTIATED, frozenset({Priced.EGRESS}), Basis.GB),
    "negotiated_switching": (Tariff.NEGOTIATED, frozenset({Priced.SWITCHING}), Basis.GB),
}  # fmt: skip
"""Each property that holds a price, and whose price it is: of what, per what."""
GB_OF_MIB = 2**20 / 10**9
MICROGRAMS = 10**6


def price_packs(
    prices: PriceList, document: str, source: str, catalogue: Catalogue, offer: str | None = None, read: str = "primary",
    assurance: Assurance = Assurance.DECLARED,
) -> Iterator[Pack]:
    """What a price list states, one pack for each thing priced, day and issuer.

    ``offer``: the offer of which everything in the list is a size, when the list itself does not tell. Later tiers stay in the document:
    a price here is that of the first unit.
    """
    groups: dict[tuple[str, str, date, str], list[Price]] = {}
    providers = _providers(catalogue)
    for price in prices.prices:
        if price.from_quantity <= 1:
            groups.setdefault((providers.get(plain(price.provider), price.provider), price.item, price.on, price.issuer), []).append(price)
    for (provider, item, on, issuer), those in groups.items():
        parent = offer or (OFFER_OF.get(provider) if provider == prices.provider else None)
        said = list(_said(those, provider, parent, _regions(catalogue, parent)))
        yield Pack(
            f"{slug(provider)}/{item}", document, f"prices:{issuer}:{provider}", issuer or provider, assurance, Backing.TRANSCRIBED, source,
            datetime.combine(on, time.min, UTC), _until(those), body_of(said), read,
        )  # fmt: skip


def _said(prices: list[Price], provider: str, parent: str | None, regions: Mapping[str, str]) -> Iterator[Said]:
    first = prices[0]
    at = first.at.path or f"row {first.at.row}"
    functions = {FUNCTIONS[first.what]} | ({"gpu"} if first.shape and first.shape.gpus else set())
    told: dict[str, Value | None] = {
        "name": first.name or first.item, "provider": provider, "provided_by": frozenset({provider_id(provider)}),
        "variant_of": parent, "functions": frozenset(functions), "sold_until": first.until if first.tariff is Tariff.LIST else None,
    }  # fmt: skip
    if shape := first.shape:
        told |= {"vcpu": shape.vcpus, "disk_gb": shape.disk_gb, "gpu": shape.gpus or None}
        told["architecture"] = ARCHITECTURES.get((shape.architecture or "").casefold(), shape.architecture)
        told["memory_gb"] = round(shape.ram_mib * GB_OF_MIB, 6) if shape.ram_mib is not None else None
    if carbon := first.carbon:
        told |= {"carbon_g_hour": carbon.micrograms_co2e_per_hour / MICROGRAMS, "carbon_method": carbon.method or None}
    for name, value in told.items():
        if value is not None:
            yield Said(name, value, ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value), at)
    for price in prices:
        amounts = (name for name, (tariff, of, per) in STATED.items() if (tariff, per) == (price.tariff, price.basis) and price.what in of)
        region = regions.get(plain(price.place), price.place) if price.place else None
        for amount in amounts:
            yield Said(amount, price.micro_euros, price.quoted, price.at.path or f"row {price.at.row}", region)


def _providers(catalogue: Catalogue) -> dict[str, str]:
    """Names of providers and of their offers, to the name that the catalogue gives the provider."""
    return {plain(name): offer.provider for offer in catalogue.offers for name in (*offer.aliases, offer.name, offer.provider)}


def _regions(catalogue: Catalogue, parent: str | None) -> dict[str, str]:
    """Names of places to the regions of the offer that they are in."""
    offer = catalogue.by_id.get(parent or "")
    if offer is None:
        return {}
    return {plain(name): region.id for region in offer.regions for name in (region.id, region.name, *region.aliases)}


def _until(prices: Iterable[Price]) -> datetime | None:
    """The end of a negotiated price; that of a product is stated as such."""
    ends = [price.until for price in prices if price.tariff is Tariff.NEGOTIATED and price.until]
    return datetime.combine(min(ends), time.max, UTC) if ends else None

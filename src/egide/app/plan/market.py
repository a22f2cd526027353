"""From prices and regions to a market: which machines stand in which place, what each place charges, and what has no price.

A place is a region of a provider. It is named by the price list where that tells places apart, else by the user's regions, else by the
catalogue's. The offer by which the law judges a place is the one that the user's regions name, the one that the price list is of, or the
one that the catalogue knows by exactly that name; otherwise the law judges an offer that nobody listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from egide.catalogue.names import plain
from egide.catalogue.prices import Basis, Price, Priced, Tariff, in_force, per_month
from egide.catalogue.units import ARCHITECTURES
from egide.planner.market import HOURS_A_MONTH, Machine, Market, Place, Source, Tariffs
from egide.planner.plan_file import Unpriced
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.plan.prices import Prices
    from egide.planner.regions import Region
    from egide.vocabulary.offers import Catalogue, Offer
    from egide.vocabulary.offers import Region as Listed

ANYWHERE = "*"
"""The region of a provider of which nobody names one."""
NO_SIZE = N_("its size is not stated")
NO_PRICE = N_("no price is in force on that day")
AROUND: Mapping[Priced, str] = {
    Priced.BLOCK_STORAGE: "block", Priced.OBJECT_STORAGE: "object", Priced.EGRESS: "egress", Priced.SWITCHING: "switching",
    Priced.LOAD_BALANCER: "load_balancer", Priced.CONTROL_PLANE: "control_plane",
}  # fmt: skip
LEAVES = frozenset({Priced.EGRESS, Priced.SWITCHING})
SWITCHING_IS_FREE = date(2027, 1, 12)
"""From this day a provider may charge nothing for leaving (regulation (EU) 2023/2854, article 29(1))."""
FREE = Source("UE", "Règlement (UE) 2023/2854, art. 29(1)", SWITCHING_IS_FREE)
CONTROL = "offer.controlled_from"
"""The column of the user's table that says it."""


@dataclass(slots=True)
class Seller:
    """One offer of a provider, or a provider whose offers nobody tells apart."""

    name: str
    offer: Offer | None
    regions: list[Region] = field(default_factory=list)
    prices: list[Price] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """The market, and what could not be part of it."""

    market: Market
    unpriced: tuple[Unpriced, ...]
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By place: what the user's regions say of the offer there."""


def market(prices: Prices, regions: Sequence[Region], catalogue: Catalogue, on: date) -> Made:
    """All of it, in a fixed order whatever the order of the files."""
    sellers = _sellers(prices, regions, catalogue)
    places: dict[str, Place] = {}
    machines: list[Machine] = []
    unpriced: list[Unpriced] = []
    facts: dict[str, Mapping[str, str]] = {}
    for _, seller in sorted(sellers.items(), key=lambda one: (one[1].name, one[0])):
        if not seller.prices:
            continue
        for place, words in sorted(_places(seller, places), key=lambda one: one[0].key):
            here = _here(seller, words)
            if (row := _row(seller, plain(place.region))) and row.facts:
                facts[place.key] = row.facts
            held = {key: chosen.price for key, chosen in in_force(here, on).items()}
            places[place.key] = replace(place, tariffs=_tariffs(held.values(), on))
            for found in _machines(place.key, here, held.values()):
                (machines if isinstance(found, Machine) else unpriced).append(found)  # type: ignore[arg-type]
    unpriced += [Unpriced(one.place or ANYWHERE, one.item, one.because) for one in prices.apart]
    return Made(Market(places, tuple(machines)), tuple(unpriced), facts)


def provider_names(catalogue: Catalogue) -> dict[str, Offer]:
    """Names in lower case without accents, to the offer that the catalogue knows by them."""
    return {
        plain(name): offer for offer in reversed(catalogue.offers) for name in (*offer.aliases, offer.name, offer.id)
    }  # fmt: skip


def _sellers(prices: Prices, regions: Sequence[Region], catalogue: Catalogue) -> dict[str, Seller]:
    named = provider_names(catalogue)
    sellers: dict[str, Seller] = {}

    def seller(name: str, offer: Offer | None) -> Seller:
        key = offer.id if offer else plain(name)
        return sellers.setdefault(key, Seller((offer.provider if offer else name).replace("/", "-"), offer))

    said: dict[str, list[Region]] = defaultdict(list)
    for region in regions:
        said[plain(region.provider)].append(region)
        offer = catalogue.by_id.get(region.offer or "") or named.get(plain(region.provider))
        seller(region.provider, offer).regions.append(region)
    for line in prices.lines:
        offer = catalogue.by_id.get(line.offer or "")
        own = {one.offer for one in said[plain(line.price.provider)] if one.offer}
        if offer is None and len(own) == 1:
            offer = catalogue.by_id.get(own.pop())
        offer = offer or named.get(plain(line.price.provider))
        seller(line.price.provider, offer).prices.append(line.price)
    return sellers


def _places(seller: Seller, taken: Mapping[str, Place]) -> Iterator[tuple[Place, frozenset[str]]]:
    """Each place, with the words by which price lists name it or the class of places that it is in."""
    stated = {plain(one.place): one.place for one in seller.prices if one.place and one.what is Priced.INSTANCE}
    classes = {plain(one.prices) for one in seller.regions if one.prices}
    for word, name in stated.items():
        if word not in classes:
            row, listed = _row(seller, word), _listed(seller, word)
            yield _place(seller, name, row, listed, taken), frozenset({word} | ({plain(listed.id)} if listed else set()))
    everywhere = any(one.place is None and one.what is Priced.INSTANCE for one in seller.prices) or not stated
    for row in seller.regions:
        word = plain(row.name)
        if word not in stated and (row.prices or everywhere):
            yield _place(seller, row.name, row, _listed(seller, word), taken), frozenset({plain(row.prices)} if row.prices else {word})
    if everywhere and not seller.regions:
        for listed in seller.offer.regions if seller.offer else ():
            if not stated.keys() & {plain(name) for name in (listed.id, *listed.aliases)}:
                yield _place(seller, listed.id, None, listed, taken), frozenset({plain(listed.id)})
        if not (seller.offer and seller.offer.regions):
            yield _place(seller, ANYWHERE, None, None, taken), frozenset()


def _place(seller: Seller, name: str, row: Region | None, listed: Listed | None, taken: Mapping[str, Place]) -> Place:
    offer = seller.offer.id if seller.offer else None
    region = name if f"{seller.name}/{name}" not in taken else f"{offer or seller.name}:{name}"
    country = row.country if row and row.country else listed.country if listed else None
    where = row.source if row and row.country else listed.source if listed else None
    judged = f"{offer}/{listed.id}" if offer and listed else offer
    control = row.facts.get(CONTROL, "").strip().upper() if row and not offer else ""
    return Place(
        seller.name, region, country, row.latitude if row else None, row.longitude if row else None, offer=judged, where=where or None,
        controlled_from=control if len(control) == 2 and control.isascii() and control.isalpha() else None,
    )  # fmt: skip


def _row(seller: Seller, word: str) -> Region | None:
    """The user's row of that place: of its name, of the region that it is a zone of, or of another name of the same region."""
    by_name = {plain(one.name): one for one in seller.regions}
    found = by_name.get(word) or by_name.get(word.rpartition(" ")[0])
    if found is None and (listed := _listed(seller, word)):
        found = next((by_name[one] for one in map(plain, (listed.id, *listed.aliases)) if one in by_name), None)
    return found


def _listed(seller: Seller, word: str) -> Listed | None:
    for one in seller.offer.regions if seller.offer else ():
        names = {plain(name) for name in (one.id, one.name, *one.aliases)}
        if word in names or word.rpartition(" ")[0] == plain(one.id):
            return one
    return None


def _here(seller: Seller, words: frozenset[str]) -> list[Price]:
    """The prices that hold in a place: those of its name, and those of no place for what has none of its name.

    A public list that names the place and not the machine does not sell it there.
    """
    near = [one for one in seller.prices if one.place is not None and plain(one.place) in words]
    own = {(one.item, one.what, one.tariff) for one in near}
    telling = {one.source for one in near if one.what is Priced.INSTANCE and one.tariff is Tariff.LIST}
    general = [
        one for one in seller.prices
        if one.place is None and (one.item, one.what, one.tariff) not in own
        and not (one.what is Priced.INSTANCE and one.tariff is Tariff.LIST and one.source in telling)
    ]  # fmt: skip
    return [replace(one, place=None, provider=seller.name) for one in (*near, *general)]


def _machines(place: str, here: Iterable[Price], held: Iterable[Price | None]) -> Iterator[Machine | Unpriced]:
    shapes = {one.item: one for one in here if one.what is Priced.INSTANCE and one.shape and one.shape.vcpus is not None}
    carbon = {one.item: one.carbon for one in here if one.carbon}
    items: dict[str, list[Price]] = {one.item: [] for one in here if one.what is Priced.INSTANCE}
    for price in held:
        if price is not None and price.what is Priced.INSTANCE and price.from_quantity <= 1:
            items[price.item].append(price)
    for item, prices in sorted(items.items()):
        negotiated = [one for one in prices if one.tariff is Tariff.NEGOTIATED]
        by = {one.basis: one for one in negotiated or prices}
        if not by:
            yield Unpriced(place, item, NO_PRICE)
            continue
        shape = shapes[item].shape if item in shapes else None
        if shape is None or shape.vcpus is None or shape.ram_mib is None:
            yield Unpriced(place, item, NO_SIZE)
            continue
        hour, month = by.get(Basis.HOUR), by.get(Basis.MONTH)
        told = min((one for one in (hour, month) if one), key=lambda one: (per_month(one) or 0, one.basis))
        grams = carbon.get(item)
        kind = shape.architecture or ""
        yield Machine(
            item, place, shape.vcpus, shape.ram_mib, hour.micro_euros if hour else None, month.micro_euros if month else None,
            shape.disk_gb or 0, shape.gpus or 0, shape.gpu_model, ARCHITECTURES.get(kind.casefold(), kind) or None,
            _source(told), round(grams.micrograms_co2e_per_hour * HOURS_A_MONTH / 10**6) if grams else None,
        )  # fmt: skip


def _tariffs(held: Iterable[Price | None], on: date) -> Tariffs:
    """Of several kinds of storage or balancer the cheapest; of tiers, and of what leaves, the dearest: a plan never asks too little."""
    by: dict[Priced, dict[str, list[Price]]] = defaultdict(lambda: defaultdict(list))
    for price in held:
        if price is not None and price.what in AROUND:
            by[price.what][price.item].append(price)
    amounts: dict[str, int] = {}
    sources: dict[str, Source] = {}
    for what, items in by.items():
        every = [one for prices in items.values() for one in prices]
        negotiated = {one.item for one in every if one.tariff is Tariff.NEGOTIATED}
        dearest = [max(prices, key=_amount) for item, prices in sorted(items.items()) if not negotiated or item in negotiated]
        chosen = max(dearest, key=_amount) if what in LEAVES else min(dearest, key=_amount)
        amounts[AROUND[what]], sources[AROUND[what]] = _amount(chosen), _source(chosen)
    if on >= SWITCHING_IS_FREE:
        amounts["switching"], sources["switching"] = 0, FREE
    return Tariffs(**amounts, sources=dict(sorted(sources.items())))


def _amount(price: Price) -> int:
    month = per_month(price)
    return price.micro_euros if month is None else month


def _source(price: Price) -> Source:
    text = f"{price.source} — {price.item}" if price.source else price.item
    return Source(price.issuer or price.provider, text, price.on, price.tariff is Tariff.NEGOTIATED)

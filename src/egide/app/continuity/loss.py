"""A qualification lost on a day, put to the portfolios of one or several bodies: who is touched, what the law then says, what to write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.catalogue.catalogues import UnknownOfferError, find
from egide.app.catalogue.shelves import shelf
from egide.app.continuity.leaving_terms import terms
from egide.app.files import write_all
from egide.app.plan.prices import stated
from egide.app.portfolio import assess
from egide.catalogue.prices import Priced, Tariff, in_force, per_month
from egide.catalogue.standing import standing
from egide.continuity.leaving import leaving
from egide.continuity.qualification import QualificationLost, Replacement, StatedPrice, Touched, hit, paths
from egide.portfolio import apply
from egide.vocabulary.errors import EgideError
from egide.vocabulary.facts import values_of
from egide.vocabulary.language import N_
from egide.vocabulary.offers import Catalogue, Offer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.app.plan.prices import Line
    from egide.app.portfolio.assess import Run
    from egide.catalogue.prices import Price
    from egide.catalogue.sheets import Sheet
    from egide.vocabulary.findings import Decision
    from egide.vocabulary.offers import Qualification
    from egide.vocabulary.services import Service

MONTHS = ("negotiated_month", "price_month")
MOST_REPLACEMENTS = 6


class NoQualificationError(EgideError):
    """That offer has no qualification to lose on that day."""

    hint = "egide catalogue list"

    def __init__(self, offer: str, on: date) -> None:
        super().__init__(N_("«{offer}» holds no qualification on {day} that it could lose"), {"offer": offer, "day": on})


class NotKnownThenError(EgideError):
    """Whether the offer is qualified on that day is not known: nothing is said to be lost."""

    def __init__(self, offer: str, on: date, because: str) -> None:
        super().__init__(N_("whether «{offer}» is qualified on {day} is not known"), {"offer": offer, "day": on})
        self.hint = because


def loss(
    name: str, on: date, portfolios: Sequence[Path], *, answers: Path | None = None, mapping: Path | None = None, db: str | None = None,
    lang: str = "fr", progress: Callable[[int, int], None] | None = None,
) -> QualificationLost:  # fmt: skip
    """What follows from that loss.

    ``name``: an offer, ``offer/region`` or the number of ANSSI's decision. Raises `UnknownOfferError`, `NoQualificationError`,
    `NotKnownThenError` for a day of which the catalogue does not speak.
    """
    offers = assess.catalogue()
    return lost(name, on, assess.portfolio(portfolios, offers, answers, mapping, lang), offers, db=db, progress=progress)


def lost(
    name: str, on: date, given: assess.Portfolio, offers: Catalogue, *, db: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> QualificationLost:  # fmt: skip
    """As `loss`, of a portfolio that is read already."""
    offer, region, line = _line(name, offers, on)
    regions = (region,) if region else line.regions or ()
    on_it = paths(offers.by_id, offer.id)
    reached = list(hit(apply(given.answers, given.services, on), on_it, regions))
    names_of = {service.id for service, _, _ in reached}
    near = replace(given, services=tuple(service for service in given.services if service.id in names_of))
    before = assess.decide(near, offers, on - timedelta(days=1))
    after = assess.decide(near, _without(offers, offer, line, regions, on), on, progress=progress)
    lines = list(stated(on, db))
    prices = _prices({one.offer for decision in after.assessment.decisions for one in decision.eligible}, lines, on, db)
    touched = _touched(reached, before, after, offers, on_it, prices)
    ordered = sorted(touched, key=lambda one: (one.service.body.name or one.service.body.key, one.service.name, one.hosting.text))
    names = {one.id: one.name for one in offers.offers}
    return QualificationLost(
        on, offer, regions, line, tuple(ordered), tuple(leaving(on, terms(on))), len(given.services), names,
        {one.id: one.provider for one in offers.offers}, _switching(offer.id, lines, on),
    )  # fmt: skip


def _line(name: str, offers: Catalogue, on: date) -> tuple[Offer, str | None, Qualification]:
    """The offer, its region if one is named, and the line that is lost."""
    numbered = [offer for offer in offers.offers if any(line.decision == name.strip() for line in offer.qualifications)]
    offer, region = (numbered[0], None) if numbered else find(name, offers)
    wanted = [region] if region else _regions(offer)
    day = on - timedelta(days=1)
    stands = [standing(offer, one, day, offers.readings) for one in wanted]
    held = [one.line for one in stands if one.status == "qualified" and one.line and (not numbered or one.line.decision == name.strip())]
    if held:
        return offer, region, max(held, key=lambda line: line.end or day)
    ended = [one.line for one in stands if one.status == "expired" and one.line]
    if ended:
        return offer, region, ended[0]
    open_ = [one for one in stands if one.status is None]
    if open_:
        raise NotKnownThenError(offer.name, on, open_[0].because)
    raise NoQualificationError(offer.name, on)


def _regions(offer: Offer) -> list[str | None]:
    """The regions that lines name, and none when a line names none."""
    named = {region for line in offer.qualifications for region in line.regions or ()}
    return [*sorted(named), *([None] if not named or any(line.regions is None for line in offer.qualifications) else [])]


def _without(offers: Catalogue, lost: Offer, line: Qualification, regions: Sequence[str], on: date) -> Catalogue:
    """The catalogue as it would stand: the line ends the day before; in regions that are not lost, it goes on."""
    def ended(one: Qualification) -> list[Qualification]:
        if one.decision != line.decision or (one.start, one.status) != (line.start, line.status):
            return [one]
        over = replace(one, end=on - timedelta(days=1), regions=tuple(regions) or one.regions)
        left = tuple(region for region in one.regions or () if region not in regions)
        return [over, replace(one, regions=left)] if left else [over]

    changed = replace(lost, qualifications=tuple(part for one in lost.qualifications for part in ended(one)))
    return Catalogue(offers.as_of, tuple(changed if one.id == lost.id else one for one in offers.offers), offers.source)


def _touched(
    reached: Iterable[tuple[Service, int, bool]], before: Run, after: Run, offers: Catalogue, on_it: Mapping[str, tuple[str, ...]],
    prices: Mapping[str, StatedPrice],
) -> list[Touched]:  # fmt: skip
    """Each hosting that stands there, as the law judges it on both days."""
    now = {decision.service.id: decision for decision in after.assessment.decisions}
    then = {decision.service.id: decision for decision in before.assessment.decisions}
    found = []
    for service, place, surely in reached:
        hosting = service.hostings[place]
        said = values_of(service.claims, hosting.claims)
        ends, agreed, terms_ = (said.get(f"hosting.{one}") for one in ("contract_end", "agreement_says_qualified", "exit_terms"))
        found.append(Touched(
            service, hosting, on_it.get(hosting.offer or "", next(iter(on_it.values()))), surely,
            then[service.id].hostings[place].verdict, now[service.id].hostings[place].verdict,
            _replacements(now[service.id], on_it, offers, after.assessment.on, prices), ends if isinstance(ends, date) else None,
            agreed if isinstance(agreed, bool) else None, terms_ if isinstance(terms_, bool) else None,
        ))  # fmt: skip
    return found


def _replacements(
    decision: Decision, on_it: Mapping[str, object], offers: Catalogue, on: date, prices: Mapping[str, StatedPrice]
) -> tuple[Replacement, ...]:
    """The lawful offers that don't stand on the lost one: qualified or internal ones first, then as the rules rank them."""
    kept = []
    for one in decision.eligible:
        if one.offer not in on_it and one.offer in offers.by_id:
            offer = offers.by_id[one.offer]
            qualified = standing(offer, one.region, on, offers.readings).status == "qualified"
            kept.append((not (qualified or _internal(offer)), Replacement(one, offer.name, prices.get(one.offer), qualified)))
    return tuple(one for _, one in sorted(kept, key=lambda pair: pair[0])[:MOST_REPLACEMENTS])


def _internal(offer: Offer) -> bool:
    return any(claim.fact == "offer.model" and claim.value == "internal-cloud" for _, _, claim in offer.claims)


def _prices(names: set[str], lines: Iterable[Line], on: date, db: str | None) -> dict[str, StatedPrice]:
    """The price of a month that a database states: of the offer itself, else of its cheapest machine; a body's own before any list."""
    found: dict[str, StatedPrice] = {}
    with shelf(on, db) as (known, kept):
        for name in sorted(names) if kept is not None else ():
            if price := _of_itself(known.sheet(name)):
                found[name] = price
    sizes: dict[str, list[Price]] = {}
    for line in lines:
        if line.offer in names - found.keys() and line.price.what is Priced.INSTANCE:
            sizes.setdefault(str(line.offer), []).append(line.price)
    for name, prices in sizes.items():
        held = [one.price for one in in_force(prices, on).values() if one.price and per_month(one.price) is not None]
        for one in sorted(held, key=lambda price: (per_month(price) or 0, price.item))[:1]:
            found[name] = _stated(one, per_month(one) or 0, one.name)
    return found


def _switching(offer: str, lines: Iterable[Line], on: date) -> StatedPrice | None:
    """Of several prices for taking a GB out of it on leaving, the dearest: what leaving costs is never said too low."""
    told = [line.price for line in lines if line.offer == offer and line.price.what is Priced.SWITCHING]
    held = [one.price for one in in_force(told, on).values() if one.price]
    dearest = max(held, key=lambda price: (price.tariff is Tariff.NEGOTIATED, price.micro_euros, price.item), default=None)
    return None if dearest is None else _stated(dearest, dearest.micro_euros, None)


def _stated(price: Price, micro_euros: int, size: str | None) -> StatedPrice:
    return StatedPrice(micro_euros, size, price.issuer, price.on, price.tariff is Tariff.NEGOTIATED)


def _of_itself(sheet: Sheet | None) -> StatedPrice | None:
    """A month of the offer as such."""
    for name in MONTHS:
        cell = sheet.cells.get(name) if sheet else None
        said = cell.strongest() if cell else None
        if cell and said and isinstance(cell.value, int):
            day = (said.origin.issued or said.origin.recorded_at).date()
            return StatedPrice(cell.value, None, said.origin.issuer, day, name == MONTHS[0])
    return None


def save(made: QualificationLost, folder: Path, lang: str, *, force: bool = False) -> list[Path]:
    """The page, the document, a calendar, and one letter for each provider and body in both formats."""
    from egide.papers.continuity.loss import papers

    return write_all(folder, papers(made, lang), force)


__all__ = ["NoQualificationError", "NotKnownThenError", "UnknownOfferError", "loss", "save"]

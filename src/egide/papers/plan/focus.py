"""The costs of a plan as lines of FOCUS 1.2 (FinOps Open Cost and Usage Specification), beside real bills of the same form.

The columns are those that the specification makes mandatory, then conditional ones that a plan knows, then our own (``x_``). They are
estimates and say so: ``x_Estimate``. The period is the calendar month of the plan's day, its quantity a month of 730 hours. A negotiated
price's list price is not known: its ``ListCost`` is the contracted one, and ``x_Tariff`` tells.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

from egide.planner.need import INTERNET

if TYPE_CHECKING:
    from egide.planner.market import Place, Source
    from egide.planner.plan_file import PlanFile
    from egide.planner.plans import Placement

MICRO, MILLI, HOURS = 1_000_000, 1000, 730
COLUMNS = (
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory",
    "ChargeClass", "ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart", "ContractedCost", "EffectiveCost", "InvoiceIssuerName",
    "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName", "ChargeFrequency",
    "ContractedUnitPrice", "PricingCategory", "RegionId", "RegionName", "ResourceId", "SkuId", "x_Component", "x_Estimate", "x_PriceIssuer",
    "x_PriceDate", "x_PriceSource", "x_Tariff",
)  # fmt: skip
TARIFFS = (
    ("block_gib", "block", "Storage", "Block storage", "GiB-Months"), ("object_gib", "object", "Storage", "Object storage", "GiB-Months"),
    ("load_balancers", "load_balancer", "Networking", "Load balancer", "Months"),
    ("control_planes", "control_plane", "Compute", "Kubernetes control plane", "Months"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One charge. ``micro`` is ``quantity`` times ``unit``."""

    provider: str
    region: str
    category: str
    service: str
    sku: str
    component: str
    quantity: Decimal
    unit: str
    each: Decimal | None
    micro: int
    source: Source | None = None


def focus_csv(made: PlanFile) -> bytes:
    """The lines; their costs add up to the plan's total. Decimal points and commas, as the specification wants."""
    held = StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    start = made.on.replace(day=1)
    end = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    for one in lines(made):
        cost, source = _plain(Decimal(one.micro) / MICRO), one.source
        writer.writerow((
            cost, made.name, made.name, "EUR", _moment(end), _moment(start), "Usage", "", f"{one.service}: {one.component}", _moment(end),
            _moment(start), cost, cost, one.provider, cost, _plain(one.quantity), one.unit, one.provider, one.provider, one.category,
            one.service, "Usage-Based", "" if one.each is None else _plain(one.each), "Standard", one.region, one.region,
            f"{one.component}@{one.provider}/{one.region}", one.sku, one.component, "true", source.issuer if source else "",
            source.on.isoformat() if source else "", source.text if source else "", _tariff(source),
        ))  # fmt: skip
    return held.getvalue().encode()


def lines(made: PlanFile) -> Iterator[Line]:
    """Every charge of the plan."""
    places = {place.key: place for place in made.places}
    for one in made.placements:
        yield from _of_component(made, one, places[one.place])
    at = made.plan().place_of
    for move in made.transfers:
        place = places[at[move.source]]
        yield _egress(place, move.source, f"{move.source} → {move.target}", move.milli_gb, move.cost)
    for provider, cost in sorted(made.fixed.items()):
        yield Line(provider, "", "Other", "Using the provider", "fixed", "", Decimal(1), "Months", Decimal(cost) / MICRO, cost)


def _of_component(made: PlanFile, one: Placement, place: Place) -> Iterator[Line]:
    component, machine, tariffs = made.need.by_id[one.component], made.machine(one), place.tariffs
    where = (place.provider, place.region)
    if machine is not None and machine.month is not None:
        hourly = machine.per_hour is not None and machine.per_hour * HOURS == machine.month
        quantity, unit = (Decimal(HOURS * component.count), "Hours") if hourly else (Decimal(component.count), "Months")
        each = Decimal((machine.per_hour or 0) if hourly else machine.month) / MICRO
        yield Line(*where, "Compute", "Virtual machines", machine.id, component.id, quantity, unit, each, one.machines, machine.source)
    for amount, tariff, category, service, unit in TARIFFS:
        number, price = getattr(component, amount), getattr(tariffs, tariff)
        if number and price is not None:
            said, each = tariffs.sources.get(tariff), Decimal(price) / MICRO
            yield Line(*where, category, service, tariff, component.id, Decimal(number), unit, each, number * price, said)
    leaving = sum(flow.milli_gb for flow in made.need.flows if flow.source == component.id and flow.target == INTERNET)
    if leaving:
        yield _egress(place, component.id, f"{component.id} → internet", leaving, one.internet)


def _egress(place: Place, component: str, sku: str, milli_gb: int, cost: int) -> Line:
    """A cost that was rounded to the micro-euro has no exact unit price: the column stays empty then, as it may."""
    price = place.tariffs.egress or 0
    exact = milli_gb * price == cost * MILLI
    return Line(
        place.provider, place.region, "Networking", "Outgoing traffic", sku, component, Decimal(milli_gb) / MILLI, "GB",
        Decimal(price) / MICRO if exact else None, cost, place.tariffs.sources.get("egress"),
    )  # fmt: skip


def _tariff(source: Source | None) -> str:
    return "" if source is None else "negotiated" if source.negotiated else "list"


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _plain(value: Decimal) -> str:
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown

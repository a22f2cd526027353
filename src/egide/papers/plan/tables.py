"""A plan as tables: the same rows on the terminal, on the page, and in the workbook."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from egide.papers import text
from egide.papers.plan import words
from egide.planner.need import INTERNET
from egide.planner.plan_file import sources
from egide.vocabulary.findings import Verdict
from egide.vocabulary.language import N_, Language, language

if TYPE_CHECKING:
    from egide.planner.plan_file import PlanFile

Cell = str | int | Decimal | date | Verdict | None
"""A `Decimal` is euros."""
Rows = Iterator[tuple[Cell, ...]]
MOST_PLACES = 400
"""Lines of refused places on a page; all are in `plan.json`."""
ANYWHERE = "*"
"""The place of a machine whose price list names none."""
MEASURED, ESTIMATED = N_("measured"), N_("estimated")
Filled = Callable[["PlanFile", Language, Mapping[str, str]], Rows]


@dataclass(frozen=True, slots=True)
class Part:
    """One table."""

    id: str
    title: str
    columns: tuple[tuple[str, int], ...]
    """Headings and widths in characters."""
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def parts(made: PlanFile, lang: str, offers: Mapping[str, str]) -> list[Part]:
    """Every table that has a row, in the order in which they are read."""
    said = language(lang)
    found = []
    for name, (title, note, columns, filled) in TABLES.items():
        rows = tuple(filled(made, said, offers))
        if rows:
            heads = tuple((said.text(head), width) for head, width in columns)
            found.append(Part(name, said.text(title), heads, rows, said.text(note) if note else ""))
    return found


def _placements(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    judged = {(one.component, one.place): one.verdict for one in made.verdicts}
    counts = {one.id: one.count for one in made.need.components}
    for one in made.placements:
        machine = made.machine(one)
        name = f"{counts[one.component]} × {one.machine}" if one.machine else "—"
        yield (
            one.component, one.place, name, judged.get((one.component, one.place)), words.euros(one.machines), words.euros(one.storage),
            words.euros(one.services), words.euros(one.internet), words.euros(one.cost),
            words.source(machine.source, said) if machine else "", machine.source.on if machine and machine.source else None,
        )  # fmt: skip


def _more(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    if not made.placements:
        return
    yield said.text(N_("Components")), "", words.euros(sum(one.cost for one in made.placements))
    for one in made.transfers:
        yield said.text(N_("Transfer between providers")), f"{one.source} → {one.target}", words.euros(one.cost)
    for provider, cost in sorted(made.fixed.items()):
        yield said.text(N_("Using a provider")), provider, words.euros(cost)
    yield said.text(N_("Total")), "", words.euros(made.total or 0)


def _flows(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    market, at = made.market(), made.plan().place_of
    paid: Counter[tuple[str, str]] = Counter()
    for one in made.transfers:
        paid[one.source, one.target] += one.cost
    for flow in made.need.flows if at else ():
        there = None if flow.target == INTERNET else at[flow.target]
        taken = market.round_trip_us(at[flow.source], there) if there else None
        yield (
            flow.source, said.text(N_("the internet")) if there is None else flow.target,
            words.decimals(flow.milli_gb / words.MILLI, said), "" if there is None else _milliseconds(taken, said),
            "" if taken is None or there is None else said.text(MEASURED if market.measured(at[flow.source], there) else ESTIMATED),
            "" if flow.round_trip_us is None else _milliseconds(flow.round_trip_us, said),
            None if there is None else words.euros(paid[flow.source, flow.target]),
        )  # fmt: skip


def _milliseconds(taken: int | None, said: Language) -> str:
    return said.text(N_("not known")) if taken is None else words.decimals(taken / 1000, said)


def _spares(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    market, at = made.market(), made.plan().place_of
    for component, spare, asked in made.need.spares if at else ():
        away = market.distance_km(at[component], at[spare])
        yield (
            component, at[component], spare, at[spare], said.text(N_("not known")) if away is None else round(away), asked.at_least_km,
        )  # fmt: skip


def _conditions(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    """What is alike for several components in a place stands on one line."""
    found: dict[tuple[str, Verdict, str], list[str]] = defaultdict(list)
    for one in made.verdicts:
        told = [words.change(condition.fact, condition.to, said, offers) for condition in one.conditions]
        for condition in (*told, *(words.why(reason, said, offers) for reason in one.reasons)):
            found[one.place, one.verdict, condition].append(one.component)
    for (place, verdict, condition), components in found.items():
        yield place, verdict, condition, text.listed(components, said.code)


def _alternatives(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    for one in made.alternatives:
        lost = words.whys(one.broken, said, offers) if one.broken else said.text(N_("it is dearer, all counted"))
        yield one.component, one.place, one.machine or "—", words.euros(one.more), lost


def _refused(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    """Places and reasons that are alike for several components stand on one line."""
    found: dict[tuple[str, Verdict | None, str], list[str]] = defaultdict(list)
    for one in made.refused:
        found[one.place, one.verdict, words.whys(one.reasons, said, offers)].append(one.component)
    for (place, verdict, because), components in list(found.items())[:MOST_PLACES]:
        yield place, verdict, because, text.listed(components, said.code)


def _rules(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    for one in sorted(made.rule_costs, key=lambda cost: -(cost.cost or 0)):
        proven = said.text(N_("yes")) if one.proven else said.text(N_("no"))
        yield words.kind(one.requirements, said), len(one.requirements), None if one.cost is None else words.euros(one.cost), proven


def _by_providers(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    for one in made.by_providers:
        total = said.label(f"plan-{one.status}") if one.total is None else words.euros(one.total)
        yield one.at, total, ", ".join(one.providers), _kilograms(one.grams, said)


def _by_carbon(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    for one in made.by_carbon:
        yield one.at, None if one.total is None else words.euros(one.total), _kilograms(one.grams, said), ", ".join(one.providers)


def _kilograms(grams: int | None, said: Language) -> str:
    return said.text(N_("not known")) if grams is None else words.decimals(grams / 1000, said)


def _let_go(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    for one in made.conflict:
        kept = said.text(N_("law: never let go")) if one.law else ""
        let_go = made.let_go is not None and one in made.let_go.requirements
        yield words.requirement(one, said), kept or (said.text(N_("let go in the cheapest way out")) if let_go else "")
    for one in made.let_go.requirements if made.let_go else ():
        if one not in made.conflict:
            yield words.requirement(one, said), said.text(N_("let go in the cheapest way out"))


def _places(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    used = {one.place for one in made.placements}
    for place in made.places:
        if place.key in used:
            prices = [
                said.text(N_("not stated")) if price is None else words.decimals(price / words.MICRO, said)
                for price in (place.tariffs.egress, place.tariffs.switching, place.tariffs.block, place.tariffs.object)
            ]  # fmt: skip
            judged = text.offer_text(place.offer, offers) if place.offer else said.text(N_("not in the catalogue"))
            yield place.key, place.country or said.text(N_("not known")), judged, *prices


def _leaving(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    """What is stored at each place, and what taking it out once, to change provider, would cost by the tariff of that day."""
    places = {place.key: place for place in made.places}
    stored: Counter[str] = Counter()
    for one in made.placements:
        component = made.need.by_id[one.component]
        stored[one.place] += component.block_gib + component.object_gib
    for key, amount in sorted(stored.items()):
        price = places[key].tariffs.switching
        if amount:
            yield key, amount, said.text(N_("not stated")) if price is None else words.decimals(price / words.MICRO, said), (
                None if price is None else words.euros(amount * price)
            )  # fmt: skip


def _unpriced(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in made.unpriced:
        found[one.place, one.because].append(one.machine)
    for (place, because), machines in sorted(found.items()):
        sold = said.text(N_("wherever it is sold")) if place == ANYWHERE else place
        yield sold, text.listed(machines, said.code), len(machines), said.text(because)


def _sources(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    used = {(one.place, one.machine) for one in made.placements}
    machines = [one for one in made.machines if (one.place, one.id) in used]
    places = {one.place for one in made.placements}
    for one in sources(machines, [place for place in made.places if place.key in places]):
        yield one.issuer, one.text, one.on, said.text(N_("negotiated")) if one.negotiated else said.text(N_("public list"))


def _inputs(made: PlanFile, said: Language, offers: Mapping[str, str]) -> Rows:
    for one in made.inputs:
        yield said.label(f"plan-input-{one.role}"), one.name, one.sha256


_COMPONENT, _PLACE, _MACHINE, _A_MONTH = (N_("Component"), 24), (N_("Place"), 28), (N_("Machine"), 24), (N_("€ a month"), 12)
_VERDICT = (N_("Verdict"), 16)
TABLES: Mapping[str, tuple[str, str, tuple[tuple[str, int], ...], Filled]] = {
    "conflict": (N_("What cannot hold together"), "", ((N_("Requirement"), 60), (N_("What becomes of it"), 40)), _let_go),
    "placements": (N_("What runs where"), "", (
        _COMPONENT, _PLACE, _MACHINE, _VERDICT, (N_("Machines, €"), 12), (N_("Storage, €"), 12), (N_("Services, €"), 12),
        (N_("Internet, €"), 12), _A_MONTH, (N_("Price stated by"), 26), (N_("On the day"), 12),
    ), _placements),
    "costs": (N_("What it costs a month"), "", ((N_("What"), 34), (N_("Which"), 34), _A_MONTH), _more),
    "flows": (N_("What flows between them"), N_("Round trips are estimated from the distance where none was measured: 0.5 ms, and 1 ms for "
              "each 100 km."), (
        (N_("From the component"), 24), (N_("To the component"), 24), (N_("GB a month"), 12), (N_("Round trip, ms"), 12),
        (N_("Known by"), 12), (N_("At most, ms"), 12), _A_MONTH,
    ), _flows),
    "spares": (N_("What stands by"), "", (
        _COMPONENT, _PLACE, (N_("Spare"), 28), (N_("Its place"), 28), (N_("Distance, km"), 12), (N_("At least, km"), 12),
    ), _spares),
    "conditions": (N_("What is to be obtained"), "", (
        _PLACE, _VERDICT, (N_("Condition"), 60), (N_("Components"), 40),
    ), _conditions),
    "alternatives": (N_("Why the nearest others lost"), N_("Each component moved alone, all else as planned."), (
        _COMPONENT, _PLACE, _MACHINE, (N_("More, € a month"), 14), (N_("Why it lost"), 70),
    ), _alternatives),
    "rules": (N_("What each rule costs"), N_("The plan's total less that of the cheapest plan without the rule."), (
        (N_("Rule"), 50), (N_("Requirements"), 12), _A_MONTH, (N_("Proven"), 10),
    ), _rules),
    "providers": (N_("Cost against diversity"), "", (
        (N_("Providers, at least"), 12), _A_MONTH, (N_("Providers"), 60), (N_("kg CO₂e a month"), 16),
    ), _by_providers),
    "carbon": (N_("Cost against carbon"), N_("Only machines whose issuer states their carbon; each line is the cheapest plan when a tonne "
               "costs so much."), (
        (N_("€ a tonne"), 12), _A_MONTH, (N_("kg CO₂e a month"), 16), (N_("Providers"), 60),
    ), _by_carbon),
    "refused": (N_("Where it cannot run, and why"), "", (
        _PLACE, _VERDICT, (N_("Why"), 70), (N_("Components"), 40),
    ), _refused),
    "places": (N_("The places and their tariffs"), "", (
        _PLACE, (N_("Country"), 10), (N_("Offer judged"), 34), (N_("Outgoing, €/GB"), 14), (N_("Outgoing on leaving, €/GB"), 14),
        (N_("Block storage, €/GiB"), 14), (N_("Object storage, €/GiB"), 14),
    ), _places),
    "leaving": (N_("What leaving costs, once"), N_("What is stored, taken out to change provider. From 12 January 2027 nothing may be "
                "charged for it (regulation (EU) 2023/2854, article 29)."), (
        _PLACE, (N_("GiB stored"), 12), (N_("Outgoing on leaving, €/GB"), 14), (N_("€ once"), 12),
    ), _leaving),
    "unpriced": (N_("Planned apart, without a price"), "", (
        _PLACE, (N_("Machines"), 40), (N_("How many"), 10), (N_("Why"), 60),
    ), _unpriced),
    "sources": (N_("Who states the prices"), "", ((N_("Issuer"), 26), (N_("Source"), 60), (N_("Day"), 12), (N_("Tariff"), 14)), _sources),
    "inputs": (N_("The files it was made from"), "", ((N_("Role"), 14), (N_("File"), 34), (N_("SHA-256"), 66)), _inputs),
}  # fmt: skip

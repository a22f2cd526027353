"""From a need to a plan that is written down: law first, then price, then the proof, and what each rule costs when asked.

Whatever the solver returns is derived again by `egide.planner.verify` before anybody sees it; a fault there is a fault of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import read
from egide.app.plan.law import Lawfulness, judged
from egide.app.plan.sources import gathered, names, refuse_sizeless
from egide.app.portfolio import assess
from egide.planner.need import Spare, with_spares
from egide.planner.need_form import read_need
from egide.planner.plan_file import Input
from egide.planner.plan_reading import read_plan, verify_file
from egide.planner.shortlist import candidates
from egide.planner.verifying import verify
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.plan.sources import Sources
    from egide.catalogue.prices import Apart
    from egide.planner.market import Market
    from egide.planner.need import Need
    from egide.planner.plan_file import PlanFile, Unpriced
    from egide.planner.plans import Plan
    from egide.planner.shortlist import Candidates
    from egide.planner.solve import Limits
    from egide.vocabulary.findings import Problem, Reason
    from egide.vocabulary.offers import Catalogue

NO_SUCH_PROVIDER = N_("«{name}» is a provider of which no price is known; known: {known}")
Told = Callable[[str, int | None, int | None], None]
"""Hears which step is under way, and of the search the best total and the bound so far (or how many are done, of how many)."""


class WrongPlanError(EgideError):
    """The checker found a fault in our own plan."""

    def __init__(self, faults: Iterable[Reason]) -> None:
        said = "; ".join(fault.code for fault in faults)
        super().__init__(N_("the checker finds a fault in the plan, which is not shown: {faults}"), {"faults": said})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked beside the files."""

    on: date
    budget: int | None = None
    """Micro-euros a month, instead of what the file says."""
    spare: Spare | None = None
    """A spare for every component that has none."""
    allow_undetermined: bool = False
    rule_costs: bool = False
    each_rule: bool = False
    frontier: bool = False
    alternatives: bool = True
    beginning: Path | None = None
    """An earlier plan to begin the search from."""


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that the search starts from."""

    need: Need
    market: Market
    law: Lawfulness
    found: Candidates
    facts: dict[str, dict[str, object]]
    told: Mapping[str, Mapping[str, str]]
    """By place: what the user's regions say of the offer there."""
    unpriced: tuple[Unpriced, ...]
    inputs: tuple[Input, ...]
    problems: tuple[Problem, ...]
    apart: tuple[Apart, ...]


def question(sources: Sources, wishes: Wishes) -> Question:
    """Read all files and put the law to every place. Raises `InputError` and `NoPricesError`."""
    content = read(sources.service)
    asked = read_need(content, str(sources.service))
    catalogue = assess.catalogue()
    all_read = gathered(sources, catalogue, wishes.on)
    made = all_read.made
    if any(one.runs for one in asked.need.components):
        refuse_sizeless(all_read, sources)
    inputs = (Input("need", sources.service.name, hashlib.sha256(content).hexdigest()), *all_read.inputs)
    need, facts = _named(asked.need, made.market, catalogue, str(sources.service)), dict(asked.facts)
    if wishes.budget is not None:
        need = replace(need, budget=wishes.budget)
    if wishes.spare is not None:
        need = with_spares(need, wishes.spare)
        facts = {one.id: facts[one.id if one.id in facts else str(one.spare_of)] for one in need.components}
    law = judged(
        facts, made.market, catalogue, wishes.on, str(sources.service), made.facts, allow_undetermined=wishes.allow_undetermined
    )  # fmt: skip
    found = candidates(need, made.market, law.admission)
    apart = tuple(all_read.prices.apart)
    return Question(need, made.market, law, found, facts, made.facts, made.unpriced, inputs, all_read.problems, apart)


def _named(need: Need, market: Market, catalogue: Catalogue, file: str) -> Need:
    """The need with providers and places by the names that the market has. Raises `InputError` for a provider without any price."""
    known = names(market, catalogue)

    def provider(name: str, path: str) -> str:
        found = known.provider(name)
        if found is None:
            raise InputError(NO_SUCH_PROVIDER, Location(file, path=path), values={"name": name, "known": ", ".join(known.providers)})
        return found

    def place(name: str, path: str) -> str:
        return known.place(name) or f"{provider(name.partition('/')[0], path)}/{name.partition('/')[2]}"

    components = tuple(
        replace(
            one,
            providers=one.providers and frozenset(provider(name, f"$.components.{one.id}.providers") for name in one.providers),
            places=one.places and frozenset(place(name, f"$.components.{one.id}.places") for name in one.places),
        )
        for one in need.components
    )
    fixed = {provider(name, "$.providers.fixed_eur_per_month"): amount for name, amount in need.fixed.items()}
    return replace(need, components=components, fixed=fixed)


def make(asked: Question, wishes: Wishes, limits: Limits, told: Told) -> PlanFile:
    """Solve, check, explain, write down. Raises `WrongPlanError`; an interrupt goes through with nothing written."""
    from egide.app.plan.parts import document
    from egide.planner.solve import plan

    hint = _beginning(wishes.beginning)
    best: list[int | None] = [None, None]

    def progress(total: int | None, bound: int | None) -> None:
        best[0], best[1] = total if total is not None else best[0], bound if bound is not None else best[1]
        told("search", best[0], best[1])

    made = plan(asked.need, asked.market, asked.law.admission, limits, found=asked.found, hint=hint, progress=progress)
    if made.placements and (faults := verify(made, asked.need, asked.market, asked.law.admission)):
        raise WrongPlanError(faults)
    written_down = document(asked, made, wishes, limits, told)
    if faults := verify_file(written_down):
        raise WrongPlanError(faults)
    return written_down


def _beginning(path: Path | None) -> Plan | None:
    return read_plan(read(path), str(path)).plan() if path else None

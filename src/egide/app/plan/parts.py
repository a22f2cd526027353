"""The parts of a plan on paper: the answer, the verdict of the law on each place, why others lost, what rules and diversity cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from egide import __version__
from egide.app.plan.law import written
from egide.planner.conflict import UndecidedError, asked, cheapest_relaxation, minimal_conflict
from egide.planner.plan_file import (
    SCHEMA,
    Condition,
    Judged,
    LetGo,
    Moved,
    PlanFile,
    Refused,
    RoundTrip,
    RuleCost,
    Step,
    Why,
)
from egide.planner.plans import Plan, Requirement, Status
from egide.planner.worth import alternatives, by_carbon, frontier, price_of_rules
from egide.vocabulary.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.app.plan.making import Question, Told, Wishes
    from egide.planner.plan_file import FactValue
    from egide.planner.solve import Limits
    from egide.planner.worth import Alternative
    from egide.vocabulary.findings import Reason

MOST_PROVIDERS = 6
"""Points of the frontier of diversity."""


def document(question: Question, made: Plan, wishes: Wishes, limits: Limits, told: Told) -> PlanFile:
    """The whole file."""
    need, market, law, found = question.need, question.market, question.law, question.found
    conflict, let_go = _blocked(question, made, limits, told)
    moved = alternatives(made, need, market, law.admission, found) if made.placements and wishes.alternatives else ()
    rules = _rule_costs(question, made, wishes, limits, told)
    spread = tuple(_spread(question, made, limits, told)) if made.placements and wishes.frontier else ()
    carbon = tuple(_carbon(question, limits, told)) if made.placements and wishes.frontier else ()
    relaxed = let_go.placements if let_go else ()
    used = {(one.place, one.machine) for one in (*made.placements, *relaxed)} | {(one.place, one.machine) for one in moved}
    return PlanFile(
        schema=SCHEMA, made_by=f"egide {__version__}", name=need.name, on=wishes.on, status=made.status,
        total=made.total if made.placements else None, bound=made.bound, replayable=made.replayable, effort=round(made.effort, 6),
        need=need, facts=written(question.facts), undetermined_allowed=wishes.allow_undetermined,
        places=tuple(market.places.values()), machines=tuple(one for one in market.machines if (one.place, one.id) in used),
        round_trips=tuple(RoundTrip(one, other, taken) for (one, other), taken in sorted(market.round_trips.items())),
        placements=made.placements, transfers=made.transfers, fixed=dict(made.fixed), verdicts=tuple(_verdicts(question, made)),
        refused=tuple(_refused(question)), alternatives=tuple(
            Moved(one.component, one.place, one.machine, one.more, tuple(_broken(question, one))) for one in moved
        ),
        rule_costs=rules, by_providers=spread, by_carbon=carbon, conflict=conflict, let_go=let_go, unpriced=question.unpriced,
        inputs=question.inputs, law=law.law,
    )  # fmt: skip


def _broken(question: Question, one: Alternative) -> Iterator[Why]:
    """What moving there breaks; where that is the law, in the law's own reasons."""
    stand = question.law.stands.get((one.component, one.place))
    for reason in one.broken:
        yield from (why(of_law) for of_law in stand.reasons) if reason.code == "law" and stand and stand.reasons else (why(reason),)


def why(reason: Reason) -> Why:
    """The reason as it is kept."""
    return Why(reason.code, reason.message, {name: _plain(value) for name, value in reason.args.items()})


def _plain(value: object) -> FactValue:
    if isinstance(value, (list, tuple, set, frozenset)):
        return sorted(str(one) for one in value)
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _verdicts(question: Question, made: Plan) -> Iterator[Judged]:
    for placed in made.placements:
        stand = question.law.stands.get((placed.component, placed.place))
        offer = question.market.places[placed.place].offer
        if stand is None:  # planned all the same only where that was asked for
            yield Judged(placed.component, placed.place, Verdict.UNDETERMINED, offer)
            continue
        conditions = tuple(Condition(one.fact, _plain(one.to)) for one in stand.conditions)
        yield Judged(placed.component, placed.place, stand.verdict, offer, conditions, tuple(why(one) for one in stand.reasons))


def _refused(question: Question) -> Iterator[Refused]:
    found = question.found
    for component, places in found.refused.items():
        for place, reason in places.items():
            law = "admission" in found.broken[component].get(place, ())
            stand = question.law.stands.get((component, place)) if law else None
            verdict = (stand.verdict if stand else Verdict.UNDETERMINED) if law else None
            reasons = stand.reasons if stand and stand.reasons else (reason,)
            would = found.would[component].get(place)
            yield Refused(component, place, tuple(why(one) for one in reasons), law, verdict, would.cost if would else None)


def _blocked(question: Question, made: Plan, limits: Limits, told: Told) -> tuple[tuple[Requirement, ...], LetGo | None]:
    if made.status is not Status.INFEASIBLE:
        return (), None
    put = asked(question.need, question.market, question.law.admission, limits, question.found)
    try:
        told("conflict", None, None)
        conflict = minimal_conflict(put)
        told("relaxation", None, None)
        relaxed = cheapest_relaxation(put)
    except UndecidedError:
        return (), None
    if relaxed is None or not relaxed.dropped:
        return conflict, None
    return conflict, LetGo(relaxed.dropped, relaxed.plan.total, relaxed.cheapest, relaxed.plan.placements)


def _rule_costs(question: Question, made: Plan, wishes: Wishes, limits: Limits, told: Told) -> tuple[RuleCost, ...]:
    if not made.placements or not wishes.rule_costs:
        return ()
    prices = price_of_rules(
        made, question.need, question.market, question.law.admission, limits, question.found, each=wishes.each_rule,
        told=lambda done, of: told("rules", done, of),
    )  # fmt: skip
    return tuple(RuleCost(one.requirements, one.price(made), _proven((made, one.without))) for one in prices)


def _proven(plans: Iterable[Plan]) -> bool:
    return all(one.status in (Status.OPTIMAL, Status.INFEASIBLE) for one in plans)


def _spread(question: Question, made: Plan, limits: Limits, told: Told) -> Iterator[Step]:
    most = min(MOST_PROVIDERS, len(question.need.components), len({one.provider for one in question.market.places.values()}))
    grams = grams_of(question)
    for providers, one in frontier(made, question.need, question.market, question.law.admission, limits, question.found, most):
        told("frontier", providers, most)
        total = one.total if one.placements else None
        yield Step(providers, one.status, total, one.bound, one.providers, _grams(one, grams, question) if one.placements else None)


def grams_of(question: Question) -> Mapping[tuple[str, str], int | None]:
    """What the issuer of each machine says of its carbon."""
    return {(one.place, one.id): one.carbon for one in question.market.machines}


def _grams(made: Plan, known: Mapping[tuple[str, str], int | None], question: Question) -> int | None:
    counts = {one.id: one.count for one in question.need.components}
    each = [(known.get((one.place, one.machine)), counts[one.component]) for one in made.placements if one.machine]
    return None if any(grams is None for grams, _ in each) else sum((grams or 0) * count for grams, count in each)


def _carbon(question: Question, limits: Limits, told: Told) -> Iterator[Step]:
    for euros, one, grams in by_carbon(question.need, question.market, question.law.admission, limits):
        told("carbon", None, None)
        yield Step(euros, one.status, one.total, None, one.providers, grams)

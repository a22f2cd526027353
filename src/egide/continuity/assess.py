"""A service's continuity on a day: where it stands for each disruption against its targets, what is shared, what would settle a doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf

from egide.continuity.answers import Ask, Cell, Continuity, Reached, SinglePoint
from egide.continuity.declared import Architecture, At, Declared, Disruption, Target
from egide.continuity.losses import Ground, Known, Loss, kind_of, name_of, parse, usual
from egide.continuity.order import Outcome, Service
from egide.continuity.parameters import value
from egide.continuity.score import score
from egide.continuity.spans import NONE, Span, exactly, longest
from egide.continuity.ways import COSTLIEST, Way
from egide.vocabulary.findings import Answer

USED = {
    Architecture.BACKUP_AND_RESTORE: ("restore", "backup_every"), Architecture.PILOT_LIGHT: ("start_machines", "replication_lag"),
    Architecture.WARM_STANDBY: ("scale_up", "replication_lag"), Architecture.MULTI_SITE: ("switch_traffic", "replication_lag"),
}  # fmt: skip
"""The parameters of each: how long it takes, how much it loses. The cheapest first: each adds to what the one before holds."""
LEGAL_OPEN = ("law:", "qualification:")
SHARED = ("provider", "region", "zone", "law", "qualification", "dependency")
"""What several parts may share."""


def assess(declared: Declared, known: Known, lose: Iterable[str] = (), planned: Planned | None = None) -> Continuity:
    """The whole answer. ``lose``: what is lost together. Raises `InputError` when that names nothing the service stands on."""
    service = Service(declared, Ground(declared, known))
    by_plan = None if planned is None else planned.service(declared, known)
    losses = usual(service.present, known)
    lose = tuple(lose)
    lost = service.after(parse(lose, service.ground, service.present, service.open)) if lose else None
    cells = tuple(_cell(service, disruption, losses[disruption], by_plan, planned) for disruption in Disruption)
    points = tuple(_points(service, known))
    return Continuity(declared, known, cells, lost, points, score(service, cells, points), _asks(cells), dict(service.ground.how))


class Planned:
    """Where a plan would put the parts, their spares, and what the spares cost."""

    def __init__(self, places: Mapping[str, str], spares: Mapping[str, str], cost: int | None) -> None:
        self.places, self.spares, self.cost = places, spares, cost
        """By component: ``provider/region``; of the spares too; micro-euros a month of all spares."""

    def service(self, declared: Declared, known: Known) -> Service:
        """The service as it would then be: machines stand ready in the spares' places."""
        entries = {
            name: replace(entry, at=at(self.places[name])) if name in self.places else entry
            for name, entry in declared.components.items()
        }
        moved = replace(declared, components=entries)
        extra = {name: (_way(Architecture.WARM_STANDBY, declared, at(place)),) for name, place in self.spares.items()}
        return Service(moved, Ground(moved, known), extra)


def at(place: str) -> At:
    """A place of a plan, ``provider/region``."""
    provider, _, region = place.partition("/")
    return At(provider, region or None)


def _way(architecture: Architecture, declared: Declared, place: At) -> Way:
    takes, loses = (value(declared.parameters, name) for name in USED[architecture])
    return Way(architecture, place, exactly(takes), exactly(loses), ours=True)


def _cell(service: Service, disruption: Disruption, losses: tuple[Loss, ...], by_plan: Service | None, planned: Planned | None) -> Cell:
    target = service.declared.targets.get(disruption, Target())
    outcomes = tuple(sorted((service.after(loss) for loss in losses), key=_length))
    rto, rpo = _span(service, disruption, outcomes)
    answers = _answer(rto, target.rto), _answer(rpo, target.rpo)
    asks = frozenset(_cell_asks(service, disruption, outcomes)) if Answer.UNKNOWN in answers else frozenset[str]()
    cell = Cell(disruption, outcomes, rto, rpo, target, *answers, _architecture(service, outcomes), asks)
    if by_plan is not None and planned is not None:
        cell = replace(cell, planned=_by_plan(by_plan, disruption, target, planned))
    if any(one in (Answer.NOT_MET, Answer.UNKNOWN) for one in answers) and losses:
        cell = replace(cell, reachable=_reachable(service, disruption, outcomes, target))
    return cell


def _length(one: Outcome) -> tuple[float, float, float, float, str]:
    return -one.rto.low, -one.rto.high, -one.rpo.low, -one.rpo.high, one.loss.name


def _answer(span: Span, target: int | None) -> Answer | None:
    return None if target is None else span.within(target)


def _span(service: Service, disruption: Disruption, outcomes: tuple[Outcome, ...]) -> tuple[Span, Span]:
    """The worst of all losses of that kind; of laws and qualifications that are not known, no upper bound."""
    rto, rpo = longest(one.rto for one in outcomes), longest(one.rpo for one in outcomes)
    if disruption is Disruption.LEGAL and any(start in service.open for start in LEGAL_OPEN):
        return Span(rto.low, inf), rpo
    return rto, rpo


def _architecture(service: Service, outcomes: tuple[Outcome, ...]) -> Architecture | None:
    if not outcomes:
        return Architecture.NONE
    taken = outcomes[0].taken.items()
    found = [one.architecture for name, one in taken if name in service.declared.components and name in service.essentials]
    return None if None in found else max((one for one in found if one), key=COSTLIEST.index, default=Architecture.NONE)


def _by_plan(service: Service, disruption: Disruption, target: Target, planned: Planned) -> Reached:
    losses = usual(service.present, service.ground.known)[disruption]
    rto, rpo = _span(service, disruption, tuple(service.after(loss) for loss in losses))
    used = USED[Architecture.WARM_STANDBY] if planned.spares else ()
    return Reached(None, rto, rpo, _answer(rto, target.rto), _answer(rpo, target.rpo), used, planned.cost)


def _reachable(service: Service, disruption: Disruption, outcomes: tuple[Outcome, ...], target: Target) -> Reached:
    """The first of the four, cheapest first, by which both targets would be met; else what the costliest would come to."""
    declared = service.declared
    tried = tuple(USED)[:1] if disruption is Disruption.SOFTWARE else tuple(USED)
    for architecture in tried:
        way, alternative = _way(architecture, declared, At()), _way(Architecture.WARM_STANDBY, declared, At())
        rto, rpo = NONE, NONE
        for outcome in outcomes:
            one, other = service.with_ways(outcome, way, alternative)
            rto, rpo = rto.or_later(one), rpo.or_later(other)
            answers = _answer(rto, target.rto), _answer(rpo, target.rpo)
            missed = any(it not in (None, Answer.MET) for it in answers)
            if missed and architecture is not tried[-1]:
                break  # the next costs more and does more
        if not missed:
            break
    return Reached(None if missed else architecture, rto, rpo, *answers, USED[architecture])


def _cell_asks(service: Service, disruption: Disruption, outcomes: tuple[Outcome, ...]) -> Iterable[str]:
    if disruption is Disruption.LEGAL:
        yield from (ask for start, ask in service.open.items() if start in LEGAL_OPEN)
    for outcome in outcomes:
        for name, part in outcome.taken.items():
            if name not in service.essentials or (part.takes.known and part.loses.known):
                continue
            yield from part.asks
            for way in part.ways:
                if not (way.takes.known and way.loses.known):
                    yield from way.asks


def _asks(cells: tuple[Cell, ...]) -> tuple[Ask, ...]:
    settles: dict[str, list[str]] = {}
    opens: dict[str, int] = {}
    for cell in cells:
        open_ = [name for name, answer in (("rto", cell.rto_answer), ("rpo", cell.rpo_answer)) if answer is Answer.UNKNOWN]
        for ask in cell.asks:
            opens[ask] = opens.get(ask, 0) + len(open_)
            settles.setdefault(ask, [])
            if len(cell.asks) == 1:
                settles[ask] += [f"{cell.disruption} {name}" for name in open_]
    ranked = sorted(opens, key=lambda ask: (-len(settles[ask]), -opens[ask], ask))
    return tuple(Ask(ask, tuple(settles[ask]), opens[ask]) for ask in ranked)


def _points(service: Service, known: Known) -> Iterable[SinglePoint]:
    found = []
    for node in service.present:
        if kind_of(node) not in SHARED or "?" in name_of(node) or (kind_of(node) == "law" and name_of(node) in known.inside):
            continue
        outcome = service.after(Loss(frozenset({node})))
        hit = {name: one for name, one in outcome.taken.items() if name in service.essentials}
        sure = tuple(name for name, one in hit.items() if one.takes.never)
        open_ = tuple(name for name, one in hit.items() if not one.takes.never and one.takes.high == inf)
        if sure or open_:
            asks = frozenset(ask for name in open_ for ask in (*hit[name].asks, *(it for way in hit[name].ways for it in way.asks)))
            how = service.ground.how.get(node, "own")
            found.append(SinglePoint(node, how, Answer.MET if sure else Answer.UNKNOWN, sure or open_, asks))
    return sorted(found, key=lambda one: (one.answer is not Answer.MET, SHARED.index(kind_of(one.node)), -len(one.parts), one.node))

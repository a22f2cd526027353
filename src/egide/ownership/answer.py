"""The answer for one company on one day: all readings of 19.6.b, who controls, by which chains, and what would settle a doubt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from egide.ownership.answers import CUT_OFF, Held, Method, Ownership
from egide.ownership.caps import WORST, cap_tests
from egide.ownership.chains import chains
from egide.ownership.control import controls
from egide.ownership.disclosures import disclosures
from egide.ownership.governance import controllers_of, third_control, third_organs, third_veto
from egide.ownership.graph import Graph, graph
from egide.ownership.holdings import Right
from egide.ownership.links import Sources, links
from egide.ownership.power import shapley_shubik
from egide.ownership.shares import bounds_of, parts_of
from egide.ownership.subgraph import LARGEST, Role, Sub, above
from egide.ownership.walks import walks
from egide.vocabulary.errors import EgideError, Location
from egide.vocabulary.findings import Answer, Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from egide.ownership.answers import Readings
    from egide.ownership.holdings import Conflict, Party, Register
    from egide.ownership.walks import Walks

THIRD = {1: Answer.MET, 0: Answer.NOT_MET, -1: Answer.UNKNOWN}
FIRST = {Answer.MET: 0, Answer.UNKNOWN: 1, Answer.NOT_MET: 2}


class UnknownCompanyError(EgideError):
    """The register names no such company."""

    hint = N_("give its identifier as it stands in the register")

    def __init__(self, company: str) -> None:
        super().__init__(N_("no company «{company}» in the register"), {"company": company})


@dataclass(slots=True)
class Prepared:
    """A register on one day, ready to answer for any of its companies."""

    graph: Graph
    diluted: Graph | None
    """None when nothing dilutes."""

    def ownership(self, company: str) -> Ownership:
        """The answer for one company. Raises `UnknownCompanyError`."""
        if company not in self.graph.index:
            raise UnknownCompanyError(company)
        sub = above(self.graph, self.graph.index[company])
        more = above(self.diluted, self.diluted.index[company]) if self.diluted else None
        return _answer(self.graph, sub, more)


def prepare(register: Register, on: date, readings: Readings) -> Prepared:
    """What holds on that day under those readings, compiled once for all companies."""
    now = graph(register, on, readings=readings)
    return Prepared(now, graph(register, on, diluted=True, readings=readings) if now.adds else None)


def ownership(register: Register, company: str, on: date, readings: Readings) -> Ownership:
    """Who holds and who controls one company on that day. Raises `UnknownCompanyError`."""
    return prepare(register, on, readings).ownership(company)


def _answer(made: Graph, sub: Sub, more: Sub | None) -> Ownership:
    readings = made.readings
    control = controls(sub, readings.presumption)
    walked = walks(sub, control)
    now = cap_tests(walked, readings, diluted=False)
    walked_later = walks(more, controls(more, readings.presumption)) if more else None
    later = cap_tests(walked_later, readings, diluted=True) if walked_later else tuple(replace(one, diluted=True) for one in now)
    tests = (*now, *later)
    sources = Sources(made, sub)
    controllers = controllers_of(sources, control)
    asked = disclosures(walked, now, readings) or (disclosures(walked_later, later, readings) if walked_later else ())
    return Ownership(
        sub.ids[0], made.on, readings, _named(sub, more), links(sources), _holders(sources, walked), tests,
        max((test.answer for test in tests), key=WORST.__getitem__), controllers, third_control(controllers, tests),
        third_veto(sources, control), third_organs(sources, control, controllers, now), asked, _conflicts(made, sub),
        tuple(sorted(sub.ids[one] for one in control.oscillating)), (*_cut_off(sub, more), *made.problems),
    )  # fmt: skip


def _cut_off(sub: Sub, more: Sub | None) -> tuple[Problem, ...]:
    if not (sub.cut or (more and more.cut)):
        return ()
    return (Problem(Location("register", path=sub.ids[0]), CUT_OFF, {"company": sub.parties[0].name, "limit": LARGEST}, rejected=False),)


def _named(sub: Sub, more: Sub | None) -> dict[str, Party]:
    named = dict(zip(sub.ids, sub.parties, strict=True))
    if more:
        named |= zip(more.ids, more.parties, strict=True)
    return named


def _holders(sources: Sources, walked: Walks) -> tuple[Held, ...]:
    sub, cap = sources.sub, sources.graph.readings.one
    shown = [node for node, role in enumerate(sub.role) if node and role is not Role.FLOAT and node not in sub.concerts]
    power = _power(sub)
    keys = [(method, right) for method in Method for right in Right]
    every = [bounds_of(walked, *key, cap) for key in keys]
    carried = chains(sources, (Right.CAPITAL,) if walked.same else tuple(Right), set(shown), parts_of(walked, *keys[0]))
    ranked = []
    for node in shown:
        shares = [bounds[node] for bounds in every]
        third = THIRD[sub.third[node]]
        held = Held(sub.ids[node], third, dict(zip(keys, [bounds for bounds, _ in shares], strict=True)), carried.get(node, ()),
                    power.get(node))  # fmt: skip
        ranked.append(((FIRST[third], -round(max([most for _, most in shares]), 12), held.party), held))
    ranked.sort(key=itemgetter(0))
    return tuple([held for _, held in ranked])


def _power(sub: Sub) -> dict[int, Fraction]:
    """Among those who vote in the company itself, when every vote is counted."""
    voters = [hold for hold in sub.rows[Right.VOTES][0] if hold.holder]
    if any(hold.low != hold.high or sub.role[hold.holder] not in (Role.COMPANY, Role.END) for hold in voters):
        return {}
    found = shapley_shubik([hold.low for hold in voters])
    return {} if found is None else {hold.holder: index for hold, index in zip(voters, found, strict=True)}


def _conflicts(made: Graph, sub: Sub) -> tuple[Conflict, ...]:
    """The contradictions among what was said of the parties above the company."""
    if made.contradicted is None:
        made.contradicted = {}
        for one in made.conflicts:
            made.contradicted.setdefault(one.holder, []).append(one)
    named = set(sub.ids)
    found = {one for id_ in sub.ids for one in made.contradicted.get(id_, ()) if (one.held or one.holder) in named}
    return tuple(sorted(found, key=lambda one: (one.held, one.holder, one.right, one.first)))

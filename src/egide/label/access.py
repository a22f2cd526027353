"""19.6.c, a negative proof: has a third-controlled company any technical possibility of obtaining customer or technical data?

Met only when every way that such a company has to a component that holds data is cut by a control that was tested, and no
company is unknown. Not met when one way is open from end to end, seen or said to be, with no control on it. Else unknown:
ways at which nobody looked, and controls that stand on paper, prove nothing either way.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from egide.label.cut import Way, least_cut
from egide.label.dossier import PathState
from egide.label.results import AccessAnswer, AccessPath, AccessStep
from egide.label.ways import CUT_ON_PAPER, NOBODY_LOOKED, SAID_OPEN, SEEN_OPEN, STATES, Map, openness, reaches, read_map
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import date

    from egide.label.dossier import Dossier
    from egide.label.parties import Company
    from egide.label.ways import Node
    from egide.ownership.answer import Prepared
    from egide.ownership.answers import Readings

Edges = dict["Node", list[tuple["Node", str, int]]]
"""From a node: to which, by which way, how sure it is open."""

OPEN = N_("{party} reaches {component} by {ways}: no control stands there")
DOUBT = {
    PathState.DECLARED: N_("{party} may reach {component} by {ways}: a control is declared there and was never tested"),
    PathState.UNTESTED: N_("{party} may reach {component} by {ways}: nobody tested it"),
}
SOMEBODY = N_("{count} parties are not known well enough: {parties}")
UNSAID = N_("no component is said to hold customer or technical data, so there is nothing to look at")
INCOMPLETE = N_("the provider says that its list of suppliers is not complete")
CUT = N_("every way of {count} third companies to the data is cut by a tested control")
NONE = N_("no third company is used")
SHOWN = 5
"""Paths that are given as reasons; all of them are in the answer."""


def access(dossier: Dossier, prepared: Prepared | None, on: date, readings: Readings) -> AccessAnswer:
    """The answer with every path, the least set of ways to close, and the companies that were looked at.

    ``prepared`` answers for the dossier's register on the day; registers of layers underneath are prepared here.
    """
    found = read_map(dossier, prepared, on, readings)
    third = [one for one in found.companies.values() if one.third is Answer.MET]
    unknown = [one for one in found.companies.values() if one.third is Answer.UNKNOWN]
    edges = _edges(found)
    paths: list[tuple[int, AccessPath]] = []
    for company in sorted((*third, *unknown), key=lambda one: one.id):
        paths += _paths(company, edges, found)
    paths.sort(key=lambda one: (len(one[1].steps), one[0], one[1].party, one[1].component))
    cut, effort = _cut(found)
    certain = {one.id for one in third}
    surely = [path for sure, path in paths if sure <= SAID_OPEN and path.party in certain]
    perhaps = [path for sure, path in paths if sure > SAID_OPEN or path.party not in certain]
    open_list = any(one.claim.value is False for one in dossier.statements.get("suppliers.list_complete", ()))
    doubts = tuple(_doubts(perhaps, unknown, found.described, open_list))
    answer = Answer.NOT_MET if surely else Answer.UNKNOWN if doubts else Answer.MET
    because = (*(_reason("open", OPEN, path) for path in surely[:SHOWN]), *doubts) or (_clear(third),)
    return AccessAnswer(
        answer, tuple(path for _, path in paths), cut, effort,
        tuple(sorted(one.id for one in third)), tuple(sorted(one.id for one in unknown)), because,
    )  # fmt: skip


def _clear(third: list[Company]) -> Reason:
    if not third:
        return Reason("label.access.none", {}, NONE)
    return Reason("label.access.cut", {"count": len(third)}, CUT)


def _doubts(paths: list[AccessPath], unknown: list[Company], described: bool, open_list: bool) -> Iterable[Reason]:
    if not described:
        yield Reason("label.access.unsaid", {}, UNSAID)
    if open_list:
        yield Reason("label.access.incomplete", {}, INCOMPLETE)
    for path in paths[:SHOWN]:
        controlled = any(step.control_state is PathState.DECLARED for step in path.steps)
        state = path.state if path.state is PathState.UNTESTED or controlled else PathState.UNTESTED
        yield _reason(f"doubt.{state}", DOUBT[state], path)
    if unknown:
        names = ", ".join(sorted(one.name for one in unknown))
        yield Reason("label.access.unknown-parties", {"count": len(unknown), "parties": names}, SOMEBODY)


def _reason(code: str, message: str, path: AccessPath) -> Reason:
    ways = " → ".join(step.access for step in path.steps)
    return Reason(f"label.access.{code}", {"party": path.party, "component": path.component, "ways": ways}, message)


def _edges(found: Map) -> Edges:
    """Ways that are not cut, of several alike the first by name, in an order of their own."""
    best: dict[tuple[Node, Node, int], str] = {}
    for name, (one, steps) in found.ways.items():
        if (sure := openness(one)) is not None:
            for source, target in steps:
                known = best.setdefault((source, target, sure), name)
                best[(source, target, sure)] = min(known, name)
    edges: Edges = {}
    for (source, target, sure), name in sorted(best.items(), key=lambda item: (item[1], item[0])):
        edges.setdefault(source, []).append((target, name, sure))
    return edges


def _paths(company: Company, edges: Edges, found: Map) -> list[tuple[int, AccessPath]]:
    """For each component that holds data and each state, the shortest path of that state; said open before cut on paper."""
    told: dict[tuple[str, PathState], tuple[int, AccessPath]] = {}
    for sure in (SEEN_OPEN, SAID_OPEN, CUT_ON_PAPER, NOBODY_LOOKED):
        for component, names in _shortest(("party", company.id), edges, sure, found.holds).items():
            if (component, STATES[sure]) not in told:
                steps = tuple(_step(found, name) for name in names)
                path = AccessPath(company.id, company.because, component, found.holds[component], steps, STATES[sure])
                told[(component, STATES[sure])] = (sure, path)
    return list(told.values())


def _step(found: Map, name: str) -> AccessStep:
    one = found.ways[name][0]
    return AccessStep(name, one.source, one.target, str(one.kind), one.state, one.control, one.control_state)


def _shortest(start: Node, edges: Edges, sure: int, goals: Container[str]) -> dict[str, list[str]]:
    """Goals reached by ways at least that sure, one of them no surer; the names of the ways, first to last.

    Each place is visited once before and once after a way of that very sureness; a path that comes by one place twice says
    nothing that a shorter and surer one does not, and is left out.
    """
    origin = (start, False)
    before: dict[tuple[Node, bool], tuple[tuple[Node, bool], str] | None] = {origin: None}
    queue = deque([origin])
    while queue:
        at = queue.popleft()
        for target, name, how in edges.get(at[0], ()):
            if how <= sure:
                following = (target, at[1] or how == sure)
                if following not in before:
                    before[following] = (at, name)
                    queue.append(following)
    found: dict[str, list[str]] = {}
    for node, flagged in before:
        if flagged and node[0] == "component" and node[1] in goals and (names := _walk(before, (node, True))) is not None:
            found[node[1]] = names
    return found


def _walk(before: Mapping[tuple[Node, bool], tuple[tuple[Node, bool], str] | None], last: tuple[Node, bool]) -> list[str] | None:
    names: list[str] = []
    seen = {last[0]}
    at = last
    while (step := before[at]) is not None:
        at, name = step
        if at[0] in seen:
            return None
        seen.add(at[0])
        names.append(name)
    return names[::-1]


def _cut(found: Map) -> tuple[tuple[str, ...], int | None]:
    """The ways on which a tested control would close every path; in days when all that matter are estimated, else by number."""
    ways = {name: steps for name, (one, steps) in found.ways.items() if openness(one) is not None}
    sources: set[Node] = {("party", one.id) for one in found.companies.values() if reaches(one)}
    goals: set[Node] = {("component", name) for name in found.holds}
    ahead = _reach(sources, [step for steps in ways.values() for step in steps])
    back = _reach(goals, [(target, source) for steps in ways.values() for source, target in steps])
    useful = {name: tuple(step for step in steps if step[0] in ahead and step[1] in back) for name, steps in ways.items()}
    useful = {name: steps for name, steps in useful.items() if steps}
    efforts = {name: found.ways[name][0].effort for name in useful}
    days = {name: effort for name, effort in efforts.items() if effort is not None}
    estimated = len(days) == len(efforts)
    price = days if estimated else dict.fromkeys(useful, 1)
    cut = least_cut([Way(name, useful[name]) for name in sorted(useful)], price, sources, goals)
    return cut, sum(days[name] for name in cut) if estimated else None


def _reach(starts: Iterable[Node], steps: Iterable[tuple[Node, Node]]) -> set[Node]:
    following: dict[Node, list[Node]] = {}
    for source, target in steps:
        following.setdefault(source, []).append(target)
    seen = set(starts)
    queue = deque(seen)
    while queue:
        for node in following.get(queue.popleft(), ()):
            if node not in seen:
                seen.add(node)
                queue.append(node)
    return seen

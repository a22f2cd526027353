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
from egide.label.trails import Trails
from egide.label.ways import CUT_ON_PAPER, NOBODY_LOOKED, SAID_OPEN, SEEN_OPEN, STATES, Map, openness, reaches, read_map
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
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
SHORTENED = N_(
    "{companies} companies and {components} components that hold data: for each company only its shortest ways are listed, "
    "to whichever component; the cut closes them all"
)
MOST_PAIRS = 20_000
"""Companies times components for which the way to each is listed."""
SHOWN = 5
"""Paths that are given as reasons; all of them are in the answer."""


def access(dossier: Dossier, prepared: Prepared | None, on: date, readings: Readings) -> AccessAnswer:
    """The answer with its paths, the least set of ways to close, and the companies that were looked at.

    ``prepared`` answers for the dossier's register on the day; registers of layers underneath are prepared here.
    """
    found = read_map(dossier, prepared, on, readings)
    third = [one for one in found.companies.values() if one.third is Answer.MET]
    unknown = [one for one in found.companies.values() if one.third is Answer.UNKNOWN]
    edges = _edges(found)
    asked = sorted((*third, *unknown), key=lambda one: one.id)
    shortened = len(asked) * len(found.holds) > MOST_PAIRS
    paths = list((_nearest if shortened else _each)(asked, edges, found))
    paths.sort(key=lambda one: (len(one[1].steps), one[0], one[1].party, one[1].component))
    cut, effort = _cut(found)
    certain = {one.id for one in third}
    surely = [path for sure, path in paths if sure <= SAID_OPEN and path.party in certain]
    perhaps = [path for sure, path in paths if sure > SAID_OPEN or path.party not in certain]
    open_list = any(one.claim.value is False for one in dossier.statements.get("suppliers.list_complete", ()))
    doubts = tuple(_doubts(perhaps, unknown, found.described, open_list))
    answer = Answer.NOT_MET if surely else Answer.UNKNOWN if doubts else Answer.MET
    because = (*(_reason("open", OPEN, path) for path in surely[:SHOWN]), *doubts) or (_clear(third),)
    if shortened:
        counts = {"companies": len(asked), "components": len(found.holds)}
        because = (*because, Reason("label.access.shortened", counts, SHORTENED))
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


def _each(asked: Sequence[Company], edges: Edges, found: Map) -> Iterator[tuple[int, AccessPath]]:
    """For each company, component that holds data and state, the shortest path of that state; said open before cut on paper."""
    goals: list[Node] = [("component", name) for name in found.holds]
    told: set[tuple[str, str, PathState]] = set()
    for sure in (SEEN_OPEN, SAID_OPEN, CUT_ON_PAPER, NOBODY_LOOKED):
        trails = Trails(edges, sure)
        for company in asked:
            for goal, names in trails.to_each(("party", company.id), goals):
                key = company.id, goal[1], STATES[sure]  # type: ignore[index]
                if key not in told:
                    told.add(key)
                    yield sure, _path(company, goal, names, sure, found)


def _nearest(asked: Sequence[Company], edges: Edges, found: Map) -> Iterator[tuple[int, AccessPath]]:
    """For each company and state, the shortest path of that state to whichever component: enough to answer, and to begin with."""
    goals: list[Node] = [("component", name) for name in found.holds]
    companies = {("party", one.id): one for one in asked}
    told: set[tuple[str, PathState]] = set()
    for sure in (SEEN_OPEN, SAID_OPEN, CUT_ON_PAPER, NOBODY_LOOKED):
        for start, goal, names in Trails(edges, sure).to_nearest(companies, goals):
            company = companies[start]  # type: ignore[index]
            if (company.id, STATES[sure]) not in told:
                told.add((company.id, STATES[sure]))
                yield sure, _path(company, goal, names, sure, found)


def _path(company: Company, goal: object, names: Iterable[str], sure: int, found: Map) -> AccessPath:
    component = goal[1]  # type: ignore[index]
    steps = tuple(_step(found, name) for name in names)
    return AccessPath(company.id, company.because, component, found.holds[component], steps, STATES[sure])


def _step(found: Map, name: str) -> AccessStep:
    one = found.ways[name][0]
    return AccessStep(name, one.source, one.target, str(one.kind), one.state, one.control, one.control_state)


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

"""What breaks after what, and what can start before what.

A part breaks when it is taken, or when what it needs has been away for longer than it goes on without it. It is back when it has been
made good and all that it needs is back. Parts that call each other in a circle start together, once what the circle needs is there.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heappop, heappush

from egide.continuity.declared import Declared, Dependency
from egide.continuity.knots import below, knots_of
from egide.continuity.losses import Ground, Loss
from egide.continuity.spans import NONE, Span, longest
from egide.continuity.ways import Recovery, Roads, Way
from egide.vocabulary.findings import Answer


@dataclass(frozen=True, slots=True)
class Broken:
    """A part that stops."""

    name: str
    after: int
    """Seconds from the loss."""
    because: str | None
    """What it needs and lacks; None: the loss takes it itself."""
    surely: bool


@dataclass(frozen=True)
class Outcome:
    """What one loss does to the service."""

    loss: Loss
    taken: Mapping[str, Recovery]
    """The parts that it takes or may take, in the order of their declaration."""
    rto: Span
    """Until every essential part is back."""
    rpo: Span
    """What is lost of the data, by the part that loses most."""
    _service: Service = field(compare=False, repr=False)

    @cached_property
    def parts(self) -> Mapping[str, Recovery]:
        """Every part."""
        return {name: self.taken.get(name) or Recovery(name, Answer.NOT_MET) for name in self._service.needs}

    @cached_property
    def back(self) -> Mapping[str, Span]:
        """When each part is back."""
        return self._service.back(self.taken)

    @cached_property
    def broken(self) -> tuple[Broken, ...]:
        """In the order in which they stop."""
        return self._service.broken(self.taken, self.back)

    @property
    def touched(self) -> Answer:
        """Whether the loss takes anything of it."""
        answers = {one.hit for one in self.taken.values()}
        return Answer.MET if Answer.MET in answers else Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.NOT_MET


class Service:
    """A declared service on what it stands on: the question «and if that were lost?» answered for any loss."""

    def __init__(self, declared: Declared, ground: Ground, extra: Mapping[str, tuple[Way, ...]] | None = None) -> None:
        self.declared, self.ground = declared, ground
        self.roads = Roads(declared, ground, extra or {})
        self.needs = {name: declared.needs(name) for name in declared.components}
        self.needs |= {one.name: () for one in declared.dependencies}
        self.goes_on = {one.name: one.goes_on_for for one in declared.dependencies}

    @cached_property
    def present(self) -> frozenset[str]:
        """Every node that a copy in use or a dependency reaches."""
        own = (self.ground.of_entry(name, entry).nodes for name, entry in self.declared.components.items())
        return frozenset[str]().union(*own, *(self.roads.reach_of(one).nodes for one in self.declared.dependencies))

    @cached_property
    def open(self) -> Mapping[str, str]:
        """Beginnings of nodes that a copy in use or a dependency may reach too, to the declaration that would say."""
        found: dict[str, str] = {}
        for name, entry in self.declared.components.items():
            found |= self.ground.of_entry(name, entry).open
        for one in self.declared.dependencies:
            found |= self.roads.reach_of(one).open
        return found

    @cached_property
    def essential(self) -> tuple[str, ...]:
        """The components without which the service does not run, and all that these need at any depth."""
        waiting = [name for name, entry in self.declared.components.items() if entry.essential]
        found: dict[str, None] = {}
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found[name] = None
                waiting += self.needs[name]
        return tuple(found)

    @cached_property
    def essentials(self) -> frozenset[str]:
        """The same, to be asked whether a part is one of them."""
        return frozenset(self.essential)

    def after(self, loss: Loss) -> Outcome:
        """What the loss does, told once. Only what it may take is looked at: most losses take few parts of many."""
        if loss.nodes not in self._told:
            taken = {}
            for name in self._within(loss):
                one = self._dependencies.get(name)
                found = self.roads.dependency(one, loss) if one else self.roads.component(name, loss)
                if found.hit is not Answer.NOT_MET:
                    taken[name] = found
            takes = {name: found.takes for name, found in taken.items() if name in self.essentials}
            loses = [taken[name].loses for name in takes if name in self.declared.components]
            self._told[loss.nodes] = Outcome(loss, taken, self._away(takes), longest(loses), self)
        return self._told[loss.nodes]

    def with_ways(self, outcome: Outcome, component: Way, dependency: Way) -> tuple[Span, Span]:
        """The outage and the data lost, were each part that the loss takes to have that way too."""
        takes: dict[str, Span] = {}
        loses: list[Span] = []
        ways: dict[tuple[bool, bool | None, bool], tuple[Span, Span] | None] = {}
        for name, found in outcome.taken.items():
            if name not in self.essentials:
                continue
            entry = self.declared.components.get(name)
            key = entry is not None, entry.keeps_data if entry else False, f"software:{name}" in outcome.loss.nodes
            if key not in ways:
                ways[key] = self.roads.further(component if entry else dependency, name, outcome.loss)
            further = ways[key]
            takes[name] = found.takes if further is None else found.takes.or_sooner(further[0])
            if entry:
                loses.append(found.loses if further is None else found.loses.or_sooner(further[1]))
        return self._away(takes), longest(loses)

    @cached_property
    def _told(self) -> dict[frozenset[str], Outcome]:
        return {}

    @cached_property
    def _dependencies(self) -> Mapping[str, Dependency]:
        return {one.name: one for one in self.declared.dependencies}

    @cached_property
    def _reached(self) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
        """Each node to the parts that surely stand on it; each beginning of nodes to those that may."""
        nodes: dict[str, list[str]] = {}
        starts: dict[str, list[str]] = {}
        reaches = [(name, self.ground.of_entry(name, entry)) for name, entry in self.declared.components.items()]
        reaches += [(one.name, self.roads.reach_of(one)) for one in self.declared.dependencies]
        for name, reach in reaches:
            for node in reach.nodes:
                nodes.setdefault(node, []).append(name)
            for start in reach.open:
                starts.setdefault(start, []).append(name)
        return nodes, starts

    def _within(self, loss: Loss) -> tuple[str, ...]:
        """The parts that the loss may take."""
        nodes, starts = self._reached
        found: dict[str, None] = {}
        for node in sorted(loss.nodes):
            found |= dict.fromkeys(nodes.get(node, ()))
            for start, names in starts.items():
                if node.startswith(start):
                    found |= dict.fromkeys(names)
        return tuple(name for name in self.needs if name in found) if len(found) > 1 else tuple(found)

    @cached_property
    def _users(self) -> Mapping[str, list[str]]:
        """Each part to those that need it directly."""
        users: dict[str, list[str]] = {}
        for name, needed in self.needs.items():
            for one in needed:
                users.setdefault(one, []).append(name)
        return users

    def _with_users(self, names: Iterable[str]) -> set[str]:
        """The parts, and all that need one of them at any depth."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._users.get(name, ())
        return found

    @cached_property
    def _knots(self) -> tuple[tuple[str, ...], ...]:
        return knots_of(self.needs)

    @cached_property
    def _below(self) -> tuple[int, ...]:
        return below(self._knots, self.needs)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """Each part to the place of its knot in the order."""
        return {name: place for place, knot in enumerate(self._knots) for name in knot}

    @cached_property
    def _outside(self) -> tuple[tuple[tuple[str, int], ...], ...]:
        """What each knot needs of others, and how long it goes on without."""
        return tuple(
            tuple((needed, self.goes_on.get(needed, 0)) for name in knot for needed in self.needs[name] if needed not in knot)
            for knot in self._knots
        )

    def _away(self, takes: Mapping[str, Span]) -> Span:
        """Until the last essential part is back, from how long it takes to make each good that the loss takes.

        What is not taken waits and adds nothing, so it is enough to go from one part that is taken to the next that needs it. Only a
        dependency is gone on without for a while, and it needs nothing itself.
        """
        knots: dict[int, Span] = {}
        for name, span in takes.items():
            place = self._places[name]
            knots[place] = span.or_later(knots[place]) if place in knots else span
        low = high = 0.0
        least: list[tuple[float, int]] = []
        most: list[tuple[float, int]] = []
        for place in sorted(knots):
            own, needed, goes_on = knots[place], self._below[place], self.goes_on.get(self._knots[place][0], 0)
            back = own.low + _greatest(least, needed), own.high + _greatest(most, needed)
            low, high = max(low, back[0]), max(high, back[1])
            insort(least, (min(0.0, goes_on - back[0]), 1 << place))
            insort(most, (min(0.0, goes_on - back[1]), 1 << place))
        return Span(low, high)

    def back(self, taken: Mapping[str, Recovery]) -> dict[str, Span]:
        """When each part is back. What a loss does not touch keeps the very `NONE`, and is passed over."""
        back: dict[str, Span] = dict.fromkeys(self.needs, NONE)
        for place in sorted({self._places[name] for name in self._with_users(taken)}):
            knot, needs = self._knots[place], self._outside[place]
            away = [back[needed].less(goes_on) for needed, goes_on in needs if back[needed] is not NONE]
            outside = longest(away) if away else NONE
            made_good = [outside + taken[name].takes for name in knot if name in taken]
            back |= dict.fromkeys(knot, longest((outside, *made_good)) if made_good else outside)
        return back

    def broken(self, taken: Mapping[str, Recovery], back: Mapping[str, Span]) -> tuple[Broken, ...]:
        """The earliest moment at which each part stops; not at all where what it needs is back before."""
        heap: list[tuple[int, bool, str, str | None]] = []
        for name, found in taken.items():
            heappush(heap, (0, found.hit is not Answer.MET, name, ""))
        broken: dict[str, Broken] = {}
        while heap:
            when, doubtful, name, because = heappop(heap)
            if name in broken:
                continue
            broken[name] = Broken(name, when, because or None, not doubtful)
            for user in self._users.get(name, ()):
                if user not in broken and back[name].high > self.goes_on.get(name, 0):
                    heappush(heap, (when + self.goes_on.get(name, 0), doubtful, user, name))
        return tuple(sorted(broken.values(), key=lambda one: (one.after, not one.surely, one.because is not None, one.name)))


def _greatest(waits: Iterable[tuple[float, int]], needed: int) -> float:
    """The longest wait for one of the knots needed: ``waits`` are below nothing, the longest first, each with its knot's bit."""
    return next((-wait for wait, bit in waits if needed & bit), 0.0)

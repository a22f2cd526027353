"""What breaks after what, and what can start before what.

A part breaks when it is taken, or when what it needs has been away for longer than it goes on without it. It is back when it has been
made good and all that it needs is back. Parts that call each other in a circle start together, once what the circle needs is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush

from egide.continuity.declared import Declared, Dependency
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one loss does to the service."""

    loss: Loss
    parts: Mapping[str, Recovery]
    rto: Span
    """Until every essential part is back."""
    rpo: Span
    """What is lost of the data, by the part that loses most."""
    back: Mapping[str, Span]
    """When each part is back."""
    broken: tuple[Broken, ...]
    """In the order in which they stop."""

    @property
    def touched(self) -> Answer:
        """Whether the loss takes anything of it."""
        answers = {one.hit for one in self.parts.values()}
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
    def knots(self) -> tuple[tuple[str, ...], ...]:
        """The parts in an order in which they can start; those that need each other together."""
        below = {name: self._below(name) for name in self.needs}
        knots: dict[str, tuple[str, ...]] = {}
        for name in self.needs:
            if name not in knots:
                together = tuple(other for other in self.needs if other == name or (other in below[name] and name in below[other]))
                knots |= dict.fromkeys(together, together)
        return tuple(sorted(dict.fromkeys(knots.values()), key=lambda knot: (len(below[knot[0]] | set(knot)), knot)))

    def _below(self, name: str) -> set[str]:
        found: set[str] = set()
        waiting = list(self.needs[name])
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.needs[one]
        return found

    def after(self, loss: Loss) -> Outcome:
        """What the loss does. Only what it may take, and what needs that, is looked at: most losses take few parts of many."""
        parts = dict(self._untouched)
        for name in self._within(loss):
            parts[name] = self.roads.dependency(one, loss) if (one := self._dependencies.get(name)) else self.roads.component(name, loss)
        hit = [name for name in self._within(loss) if parts[name].hit is not Answer.NOT_MET]
        touched = self._with_users(hit)
        back = self._back(parts, touched)
        lost = [parts[name].loses for name in hit if name in self._essential and name in self.declared.components]
        away = longest(back[name] for name in touched if name in self._essential)
        return Outcome(loss, parts, away, longest(lost), back, self._broken(parts, back, hit))

    def given(self, extra: Mapping[str, tuple[Way, ...]]) -> Service:
        """The same service with ways that are not there yet; what stands on what stays as it is."""
        _ = self._outside, self._places, self._users, self._reached, self._untouched
        _ = self._essential, self._dependencies, self.present, self.open
        other = copy(self)
        other.roads = Roads(self.declared, self.ground, extra)
        return other

    @cached_property
    def _essential(self) -> frozenset[str]:
        return frozenset(self.essential)

    @cached_property
    def _dependencies(self) -> Mapping[str, Dependency]:
        return {one.name: one for one in self.declared.dependencies}

    @cached_property
    def _untouched(self) -> Mapping[str, Recovery]:
        return {name: Recovery(name, Answer.NOT_MET) for name in self.needs}

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
        return tuple(found)

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
    def _outside(self) -> tuple[tuple[tuple[str, ...], tuple[tuple[str, int], ...]], ...]:
        """Each knot with what it needs of others, and how long it goes on without."""
        return tuple(
            (knot, tuple((needed, self.goes_on.get(needed, 0)) for name in knot for needed in self.needs[name] if needed not in knot))
            for knot in self.knots
        )

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """Each part to the place of its knot in the order."""
        return {name: place for place, knot in enumerate(self.knots) for name in knot}

    def _back(self, parts: Mapping[str, Recovery], touched: set[str]) -> dict[str, Span]:
        """When each part is back. What a loss does not touch keeps the very `NONE`, and is passed over."""
        back: dict[str, Span] = dict.fromkeys(self.needs, NONE)
        for place in sorted({self._places[name] for name in touched}):
            knot, needs = self._outside[place]
            away = [back[needed].less(goes_on) for needed, goes_on in needs if back[needed] is not NONE]
            outside = longest(away) if away else NONE
            made_good = [outside + parts[name].takes for name in knot if parts[name].hit is not Answer.NOT_MET]
            back |= dict.fromkeys(knot, longest((outside, *made_good)) if made_good else outside)
        return back

    def _broken(self, parts: Mapping[str, Recovery], back: Mapping[str, Span], hit: Iterable[str]) -> tuple[Broken, ...]:
        """The earliest moment at which each part stops; not at all where what it needs is back before."""
        heap: list[tuple[int, bool, str, str | None]] = []
        for name in hit:
            heappush(heap, (0, parts[name].hit is not Answer.MET, name, ""))
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

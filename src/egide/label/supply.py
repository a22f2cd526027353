"""What a service stands on: functions that need all of several things, each being any one of its alternatives.

A function works when each of its needs has an alternative that works; the least such answer is taken, so that two functions
that only lean on each other don't hold each other up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.label.dossier import Component, Need

OWN_SKILLS = "own-skills"
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Supply:
    """The functions of one service, and the names that stand for its own skills."""

    needs: Mapping[str, Need]
    own: frozenset[str]
    suppliers: frozenset[str]
    """Names that are suppliers; any other name in a need is nobody's."""
    operated: Mapping[str, str] = field(default_factory=dict)
    """Components named in needs, to who operates them."""
    gone: frozenset[str] = frozenset()
    """Names that are no longer there, whatever is cut besides: contracts that ended, skills that the provider says it lacks."""

    def works(self, cut: Collection[str]) -> frozenset[str]:
        """The functions that work without those suppliers."""
        return self._least(lambda group, working: any(self.stands(one, cut, working) for one in group))

    def stands(self, name: str, cut: Collection[str], working: Collection[str]) -> bool:
        """Whether one alternative is there."""
        if name in self.needs:
            return name in working
        name = self.operated.get(name, name)
        return name in self.own or not (name in cut or name in self.gone)

    def nobody(self, name: str) -> bool:
        """A name that the dossier introduces nowhere."""
        return name not in self.needs and name not in self.own and name not in self.suppliers and name not in self.operated

    def _least(self, met: Callable[[tuple[str, ...], Collection[str]], bool]) -> frozenset[str]:
        working: set[str] = set()
        left = sorted(self.needs)
        while new := [name for name in left if all(met(group, working) for group in self.needs[name].needs)]:
            working.update(new)
            left = [name for name in left if name not in working]
        return frozenset(working)

    def leaning(self, suppliers: Collection[str]) -> frozenset[str]:
        """Functions that some chain of alternatives leads to one of those suppliers."""
        return frozenset(_upwards({name: [one for group in need.needs for one in group] for name, need in self.needs.items()},
                                  lambda name: self.operated.get(name, name) in suppliers))

    def holds(self, cut: Collection[str], others: Collection[frozenset[str]]) -> frozenset[str]:
        """Functions that keep their autonomy without the cut: by own skills, or by two alternatives that no one of ``others`` joins.

        ``others`` are the remaining suppliers, those under common control together. A need that the cut touches holds when it
        still stands whichever one of them is lost besides; a need that the cut doesn't touch, when it stands.
        """
        leaning = self.leaning(cut)
        after = self.works(cut)
        worst = [(frozenset(cut) | group, self.works(frozenset(cut) | group)) for group in others] or [(frozenset(cut), after)]

        def met(group: tuple[str, ...], holding: Collection[str]) -> bool:
            direct = any(self.operated.get(one, one) in cut for one in group)
            if not direct and not leaning.intersection(group):
                return any(self.stands(one, cut, after) for one in group)
            if not direct and any(one in holding and one in leaning for one in group):
                return True
            return all(any(self.stands(one, lost, working) for one in group) for lost, working in worst)

        return self._least(met)

    def days(self, cut: Collection[str], unknown: float) -> dict[str, float]:
        """After how many days each function stops; `NEVER` when it goes on. What is not known counts as ``unknown``."""
        before, after = self.works(()), self.works(cut)
        stops = dict.fromkeys(sorted(before - after), 0.0)
        while True:
            following = {name: self._day(self.needs[name], stops, before, cut, unknown) for name in stops}
            if following == stops:
                return {**dict.fromkeys(after, NEVER), **stops}
            stops = following

    def _day(self, need: Need, stops: Mapping[str, float], before: Collection[str], cut: Collection[str], unknown: float) -> float:
        """A need fails with its last alternative, a function with its first need."""

        def lasts(name: str) -> float:
            if name in self.needs:
                return stops.get(name, NEVER) if name in before else 0.0
            behind = self.operated.get(name, name)
            if behind in self.gone and behind not in self.own:
                return 0.0
            if behind not in cut:
                return NEVER
            days = need.days.get(name, need.days.get(behind))
            return unknown if days is None else float(days)

        return min((max((lasts(one) for one in group), default=0.0) for group in need.needs), default=NEVER)


def operated(components: Collection[Component]) -> dict[str, str]:
    """Who stands behind each component that a need names."""
    return {one.id: one.operated_by for one in components}


def _upwards(below: Mapping[str, Collection[str]], is_root: Callable[[str], bool]) -> set[str]:
    found: set[str] = set()
    while new := {name for name, ones in below.items() if name not in found and any(is_root(one) or one in found for one in ones)}:
        found |= new
    return found

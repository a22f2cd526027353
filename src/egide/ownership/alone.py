"""The share of each party by itself: the chance that the walk upwards ever meets it, other third entities being looked through.

In whole numbers and for all parties in one pass (`egide.ownership.flows`); for those of whom that doesn't tell, one after the other
(`egide.ownership.ladder`); and above so many steps in floating point, with a bound on how far that can be off.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.answers import Method
from egide.ownership.ladder import Ladder, TooMuchError, Value
from egide.ownership.many import MOST_CHOOSING, DelicateError, TangledError
from egide.ownership.subgraph import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from egide.ownership.flows import Met
    from egide.ownership.holdings import Right
    from egide.ownership.many import Table
    from egide.ownership.walks import Kept, Walks

STEPS, STEPS_EACH = 2_000, 8
"""Steps in whole numbers that one right under one method may take, and how many more for each holder: what is a tree is always exact."""
NEAR = 1e-9
"""What lies nearer to a cap in floating point is worked out in fractions, and farther when floating point may be farther off."""
AT_ONCE = 256
"""Holders whose shares are found in one pass."""

ANYBODY, UNKNOWN = (Role.UNDISCLOSED, Role.FLOAT), (Role.UNDISCLOSED,)
"""Who is worth nothing where the least is asked, and where it is asked how much never comes to somebody else."""

Fixed = dict[int, int]


@dataclass(slots=True)
class Shares:
    """By node: least and greatest share of each party, and the greatest if it also stands behind whoever is undisclosed."""

    low: list[Value]
    high: list[Value]
    behind: list[Value]
    unit: int = 1
    """The whole, in which the shares are counted."""
    within: float = 0.0
    """How far floating point may be off in the least and in what may stand behind; nothing where these are exact."""
    loosely: float = 0.0
    """The same for the greatest."""

    def measured(self, unit: int) -> int:
        """Count in a unit of which that one and the one before are multiples; gives what one of that unit comes to."""
        common = lcm(self.unit, unit)
        if common > self.unit:
            times = common // self.unit
            for column in (self.low, self.high, self.behind):
                column[:] = [one * times for one in column]
            self.unit = common
        return common // unit


def all_alone(walks: Walks, method: Method, right: Right) -> Shares:
    """Every holder's share."""
    key = "alone", walks.method(method), walks.right(method, right)
    if key not in walks.found:
        walks.found[key] = _all_alone(walks, walks.method(method), walks.right(method, right))
    found = walks.found[key]
    assert isinstance(found, Shares)  # noqa: S101
    return found


def can_be_exact(walks: Walks, method: Method, right: Right, kept: Kept) -> bool:
    """Whether fractions would come to an end in any time that somebody waits."""
    return max(map(len, walks.ladder(method, right, kept, lowest=False).parts)) <= MOST_CHOOSING


def own_of(walks: Walks, method: Method, party: int) -> tuple[Collection[int], Collection[int]]:
    """Where the walk has met the party: itself, a concert that it is in, and under attribution what it controls; at least and at most."""
    own = {party}
    if walks.sub.concerts:
        own |= {merged for merged, members in walks.sub.concerts.items() if party in members}
    if method is Method.LOOK_THROUGH:
        return own, own
    sure, perhaps = walks.control.certain.get(party), walks.control.possible.get(party)
    if sure == perhaps:
        own = own | sure if sure else own
        return own, own
    return own | (sure or set()), own | (perhaps or set())


def _all_alone(walks: Walks, method: Method, right: Right) -> Shares:
    count = len(walks.sub.ids)
    groups: dict[Kept, list[int]] = {}
    for party in range(count) if walks.asked is None else sorted(walks.asked):
        groups.setdefault(walks.kept(method, party), []).append(party)
    found = Shares([0] * count, [0] * count, [0] * count)
    for kept, parties in groups.items():
        met, others = _met_at_all(walks, method, right, kept, parties)
        _Alone(walks, method, right, kept, [*met, *others[:1]], found).fill()
        for party in others[1:]:  # of whom the walk never meets anything, one stands for all
            low, high, behind = found.low[others[0]], found.high[others[0]], found.behind[others[0]]
            found.low[party], found.high[party] = low, high
            found.behind[party] = behind if walks.sub.third[party] else high
    return found


def _met_at_all(walks: Walks, method: Method, right: Right, kept: Kept, parties: list[int]) -> tuple[list[int], list[int]]:
    """The parties that the walk may meet, and the others, among them those that may be third entities first."""
    reached = {node for part in walks.ladder(method, right, kept, lowest=False).parts for node in part}
    near = {*reached, *[member for merged in reached & walks.sub.concerts.keys() for member in walks.sub.concerts[merged]]}
    if method is Method.ATTRIBUTION:
        near.update(*[above[node] for above in walks.by_company for node in reached & above.keys()])
    others = [party for party in parties if party not in near]
    return [party for party in parties if party in near], sorted(others, key=lambda party: not walks.sub.third[party])


class _Alone:
    """The shares of some parties one by one, for whom the same concerts hold as one."""

    def __init__(self, walks: Walks, method: Method, right: Right, kept: Kept, parties: list[int], found: Shares) -> None:
        self.walks, self.key, self.parties, self.found = walks, (method, right, kept), parties, found
        self.own = {party: own_of(walks, method, party) for party in parties}
        roles = walks.sub.role
        self.ends = walks.ends
        self.hidden = {node for node in self.ends if roles[node] is Role.UNDISCLOSED}
        self.forced, self.lowest = walks.forced(right, ANYBODY), walks.forced(right, UNKNOWN)
        """Whether nobody chooses where the least is asked, and where the question is who may stand behind whom."""
        self.doubted = [party for party in parties if walks.sub.third[party]] if self.hidden else parties
        """Of whom it matters whom they may stand behind; where nobody is undisclosed it is what they have."""

    def fill(self) -> None:
        """Whole numbers, else floats; the greatest share, which alone is left to choose, by itself."""
        sub, found = self.walks.sub, self.found
        most = STEPS + STEPS_EACH * len(sub.ids)
        try:
            self._least(most)
            self._behind(most)
        except TooMuchError:
            self._surely_in_floats()
        self._greatest(most)
        for party in self.parties:
            if party in self.hidden:
                found.low[party] = 0  # several may share it: nobody surely has any

    def _ready(self, *, lowest: bool, most: int, parties: list[int]) -> Ladder:
        """The walk for parties that are asked for one after the other."""
        ladder = self.walks.ladder(*self.key, lowest=lowest)
        ladder.steps = most
        if not ladder.patient and ladder.least_steps(parties) > most:
            raise TooMuchError
        return ladder

    def _met(
        self, parties: list[int], own: int, *, lowest: bool, most: int, greatest: bool = False
    ) -> tuple[int, dict[int, Met], list[int]]:
        """A unit, where the walk first meets each party's own, and the parties of which one pass doesn't tell."""
        self.walks.ladder(*self.key, lowest=lowest).steps = most
        flow = self.walks.flow(*self.key, lowest=lowest, most=greatest)
        told, others = {}, []
        for party in parties:
            mine = self.own[party][own]
            met = flow.met(party, mine if len(mine) > 1 else ())
            if met is None and greatest and len(mine) == 1:
                met = flow.instead(party)
            if met is None:
                others.append(party)
            else:
                told[party] = met
        return flow.unit, told, others

    def _least(self, most: int) -> None:
        found = self.found
        unit, told, others = self._met(self.parties, 0, lowest=self.forced, most=most)
        times = found.measured(unit)
        for party, met in told.items():
            if met:
                found.low[party] = sum([chance for _, chance in met]) * times
        if others:
            ladder = self._ready(lowest=self.forced, most=most, parties=others)
            nobody = dict.fromkeys(self.ends, 0)
            known = ladder.solved(nobody)
            times = found.measured(known.unit)
            for party in others:
                found.low[party] = ladder.again(known, nobody, dict.fromkeys(self.own[party][0], 1)) * times

    def _behind(self, most: int) -> None:
        """With all that is undisclosed: what is left of meeting somebody else that is named, and before the party."""
        if not self.hidden:
            return
        found, start = self.found, self.walks.start
        seldom = {node: int(node not in self.hidden) for node in self.ends}
        unit, told, others = self._met(self.doubted, 1, lowest=self.lowest, most=most)
        ladder = self._ready(lowest=self.lowest, most=most, parties=others)
        known = ladder.solved(seldom)
        times, of_known = found.measured(unit), known.unit
        times, whole = found.measured(of_known), found.unit
        nobody = whole - known.value[start] * times
        times = whole // unit
        for party, met in told.items():
            passed = sum([_of(chance * known.value[node], of_known) for node, chance in met])
            found.behind[party] = max(nobody + passed * times, found.low[party])
        for party in others:
            never = ladder.again(known, seldom, dict.fromkeys(self.own[party][1], 0))
            found.behind[party] = max((of_known - never) * (whole // of_known), found.low[party])

    def _greatest(self, most: int) -> None:
        """The greatest that a party has by itself; where that cannot be found, what it has with all that it may stand behind."""
        found = self.found
        try:
            ladder = self.walks.ladder(*self.key, lowest=False)
            settled, others = ladder.settled(self.ends), self.parties
            if settled and not ladder.choosing:  # what is met at the most is met at the least
                for party in self.parties:
                    found.high[party] = found.low[party]
                others = [party for party in self.parties if self.own[party][0] != self.own[party][1]]
            if settled and others:
                unit, told, others = self._met(others, 1, lowest=False, most=most, greatest=True)
                times = found.measured(unit)
                for party, met in told.items():
                    found.high[party] = max(sum([chance for _, chance in met]) * times, found.low[party])
            if others:
                ladder = self._ready(lowest=False, most=most, parties=others)
                anybody = dict.fromkeys(self.ends, 1)
                known = ladder.solved(anybody)
                times = found.measured(known.unit)
                for party in others:
                    never = ladder.again(known, anybody, dict.fromkeys(self.own[party][1], 0))
                    found.high[party] = max((known.unit - never) * times, found.low[party])
        except TooMuchError:
            self._greatest_in_floats()
        for party in self.parties:
            if not found.loosely or not found.behind[party]:
                found.behind[party] = max(found.behind[party], found.high[party])
        if not self.hidden:  # then what a party may stand behind is what it has
            found.within = max(found.within, found.loosely)

    # --- in floats -------------------------------------------------------------------------------

    def _surely_in_floats(self) -> None:
        found = self.found
        try:
            table = self.walks.table(*self.key, lowest=self.forced)
            self._put(found.low, self.parties, table, dict.fromkeys(self.ends, 0), 0, 1)
            if self.hidden:
                behind = self.walks.table(*self.key, lowest=self.lowest)
                self._put(found.behind, self.doubted, behind, {node: int(node not in self.hidden) for node in self.ends}, 1, 0)
                table.turns = max(table.turns, behind.turns)
            found.within = max(found.within, table.within)
        except (DelicateError, TangledError):
            if can_be_exact(self.walks, *self.key):
                for ladder in (self.walks.ladder(*self.key, lowest=one) for one in (True, False)):
                    ladder.patient = True
                self._least(STEPS)
                self._behind(STEPS)
                return
            for party in self.parties:  # nothing is concluded
                found.low[party], found.behind[party] = 0, found.unit
            found.within = max(found.within, NEAR)

    def _greatest_in_floats(self) -> None:
        found = self.found
        try:
            table = self.walks.table(*self.key, lowest=False)
            self._put(found.high, self.parties, table, dict.fromkeys(self.ends, 1), 1, 0)
            found.loosely = max(found.loosely, table.within)
        except DelicateError:
            found.loosely = max(found.loosely, NEAR)
            for party in self.parties:
                found.high[party] = found.unit
        except TangledError:
            found.loosely = max(found.loosely, NEAR)
            for party in self.parties:
                found.high[party] = found.unit
            if self.lowest and self.hidden:
                with suppress(DelicateError, TangledError):
                    table = self.walks.table(*self.key, lowest=True)
                    self._put(found.high, self.parties, table, {node: int(node not in self.hidden) for node in self.ends}, 1, 0)

    def _put(self, column: list[Value], parties: list[int], table: Table, fixed: Fixed, turned: int, met: int) -> None:
        """Fill in one column: the chance to meet a party's own, or, ``turned``, what is left of never meeting it."""
        for first in range(0, len(parties), AT_ONCE):
            some = parties[first : first + AT_ONCE]
            given = np.full((self.walks.start + 1, len(some)), np.nan)
            for node, one in fixed.items():
                given[node] = one
            for place, party in enumerate(some):
                given[list(self.own[party][turned]), place] = met
            for party, value in zip(some, table.least(given)[self.walks.start].tolist(), strict=True):
                share = Fraction(min(max(1.0 - value if turned else value, 0.0), 1.0)) * self.found.unit
                column[party] = max(share, self.found.low[party]) if turned else share


def _of(product: Value, unit: int) -> Value:
    """The product of two chances of that unit, as one."""
    if isinstance(product, int):
        found, rest = divmod(product, unit)
        return found if not rest else Fraction(product, unit)
    return product / unit

"""The share of each party by itself: the chance that the walk upwards ever meets it, other third entities being looked through.

In whole numbers and for all parties in one pass (`egide.ownership.flows`); for those of whom that doesn't tell, one after the other
(`egide.ownership.ladder`); and above so many steps in floating point, with a bound on how far that can be off.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from egide.ownership.answers import Method
from egide.ownership.circles import TooMuchError, Value
from egide.ownership.ladder import Ladder
from egide.ownership.rounded import greatest, surely
from egide.ownership.subgraph import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from egide.ownership.flows import Flow, Met
    from egide.ownership.holdings import Right
    from egide.ownership.walks import Kept, Walks

STEPS, STEPS_EACH = 2_000, 8
"""Steps in whole numbers that one right under one method may take, and how many more for each holder: what is a tree is always exact."""
ANYBODY, UNKNOWN = (Role.UNDISCLOSED, Role.FLOAT), (Role.UNDISCLOSED,)
"""Who is worth nothing where the least is asked, and where it is asked how much never comes to somebody else."""



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
    asked = range(count) if walks.asked is None else sorted(walks.asked)
    groups: dict[Kept, list[int]] = {}
    if walks.sub.concerts:
        for party in asked:
            groups.setdefault(walks.kept(method, party), []).append(party)
    else:
        groups[frozenset()] = list(asked)
    found = Shares([0] * count, [0] * count, [0] * count)
    for kept, parties in groups.items():
        met, others = _met_at_all(walks, method, right, kept, parties)
        Alone(walks, method, right, kept, [*met, *others[:1]], found).fill()
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
        near.update(*[above[node] for above in walks.by_company for node in reached])
    others = [party for party in parties if party not in near]
    return [party for party in parties if party in near], sorted(others, key=lambda party: not walks.sub.third[party])


class Alone:
    """The shares of some parties one by one, for whom the same concerts hold as one."""

    def __init__(self, walks: Walks, method: Method, right: Right, kept: Kept, parties: list[int], found: Shares) -> None:
        self.walks, self.key, self.parties, self.found = walks, (method, right, kept), parties, found
        certain, possible = walks.control.certain, walks.control.possible
        attributed = method is Method.ATTRIBUTION
        self.own = {party: own_of(walks, method, party) for party in parties
                    if walks.sub.concerts or party in certain or party in possible} if attributed or walks.sub.concerts else {}  # fmt: skip
        """Where each party is met; those that are missing at themselves alone."""
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
            surely(self)
        self._greatest(most)
        for party in self.parties:
            if party in self.hidden:
                found.low[party] = 0  # several may share it: nobody surely has any

    def patiently(self) -> None:
        """All but the greatest, with as many steps as it needs."""
        for lowest in (True, False):
            self.walks.ladder(*self.key, lowest=lowest).patient = True
        self._least(STEPS)
        self._behind(STEPS)

    def _ready(self, *, lowest: bool, most: int, parties: list[int]) -> Ladder:
        """The walk for parties that are asked for one after the other."""
        ladder = self.walks.ladder(*self.key, lowest=lowest)
        ladder.steps = most
        if parties and not ladder.patient and ladder.least_steps(parties) > most:
            raise TooMuchError
        return ladder

    def of(self, party: int, own: int) -> Collection[int]:
        """Where the walk has met a party for certain, or perhaps."""
        mine = self.own.get(party)
        return mine[own] if mine else (party,)

    def _met(
        self, parties: list[int], own: int, *, lowest: bool, most: int, greatest: bool = False
    ) -> tuple[Flow, list[int], dict[int, Met], list[int]]:
        """What comes by; of whom that tells at once; where the walk first meets some others; and of whom one pass doesn't tell."""
        self.walks.ladder(*self.key, lowest=lowest).steps = most
        flow = self.walks.flow(*self.key, lowest=lowest, most=greatest)
        told: dict[int, Met] = {}
        others: list[int] = []
        if not flow.delicate and not self.own:
            return flow, parties, told, others
        plain = []
        for party in parties:
            if party not in flow.delicate and party not in self.own:
                plain.append(party)
                continue
            mine = self.of(party, own)
            met = flow.met(party, mine if len(mine) > 1 else ())
            if met is None and greatest and len(mine) == 1:
                met = flow.instead(party)
            if met is None:
                others.append(party)
            else:
                told[party] = met
        return flow, plain, told, others

    def _least(self, most: int) -> None:
        found = self.found
        flow, plain, told, others = self._met(self.parties, 0, lowest=self.forced, most=most)
        times, low, come = found.measured(flow.unit), found.low, flow.come
        for party in plain:
            low[party] = come[party] * times
        for party, met in told.items():
            if met:
                low[party] = sum([chance for _, chance in met]) * times
        if others:
            ladder = self._ready(lowest=self.forced, most=most, parties=others)
            nobody = dict.fromkeys(self.ends, 0)
            known = ladder.solved(nobody)
            times = found.measured(known.unit)
            for party in others:
                low[party] = ladder.again(known, nobody, dict.fromkeys(self.of(party, 0), 1)) * times

    def _behind(self, most: int) -> None:
        """With all that is undisclosed: what is left of meeting somebody else that is named, and before the party."""
        if not self.hidden:
            return
        found, start = self.found, self.walks.start
        seldom = {node: int(node not in self.hidden) for node in self.ends}
        flow, plain, told, others = self._met(self.doubted, 1, lowest=self.lowest, most=most)
        ladder = self._ready(lowest=self.lowest, most=most, parties=others)
        known = ladder.solved(seldom)
        value, of_known = known
        found.measured(flow.unit)
        times, whole = found.measured(of_known), found.unit
        nobody = whole - value[start] * times
        times, low, behind = whole // flow.unit, found.low, found.behind
        for party in plain:
            much = flow.come[party]
            behind[party] = max(nobody + (_of(much * value[party], of_known) * times if much else 0), low[party])
        for party, met in told.items():
            passed = sum([_of(chance * value[node], of_known) for node, chance in met])
            behind[party] = max(nobody + passed * times, low[party])
        for party in others:
            never = ladder.again(known, seldom, dict.fromkeys(self.of(party, 1), 0))
            behind[party] = max((of_known - never) * (whole // of_known), low[party])

    def _greatest(self, most: int) -> None:
        """The greatest that a party has by itself; where that cannot be found, what it has with all that it may stand behind."""
        found = self.found
        try:
            ladder = self.walks.ladder(*self.key, lowest=False)
            settled, others = ladder.settled(self.ends), self.parties
            if settled and not ladder.choosing:  # what is met at the most is met at the least
                for party in self.parties:
                    found.high[party] = found.low[party]
                others = [party for party, (sure, perhaps) in self.own.items() if sure != perhaps]
            if settled and others:
                flow, plain, told, others = self._met(others, 1, lowest=False, most=most, greatest=True)
                times = found.measured(flow.unit)
                for party in plain:
                    found.high[party] = max(flow.come[party] * times, found.low[party])
                for party, met in told.items():
                    found.high[party] = max(sum([chance for _, chance in met]) * times, found.low[party])
            if others:
                ladder = self._ready(lowest=False, most=most, parties=others)
                anybody = dict.fromkeys(self.ends, 1)
                known = ladder.solved(anybody)
                times = found.measured(known.unit)
                for party in others:
                    never = ladder.again(known, anybody, dict.fromkeys(self.of(party, 1), 0))
                    found.high[party] = max((known.unit - never) * times, found.low[party])
        except TooMuchError:
            greatest(self)
        high, behind = found.high, found.behind
        for party in self.parties:
            if (not found.loosely or not behind[party]) and high[party] > behind[party]:
                behind[party] = high[party]
        if not self.hidden:  # then what a party may stand behind is what it has
            found.within = max(found.within, found.loosely)

def _of(product: Value, unit: int) -> Value:
    """The product of two chances of that unit, as one."""
    if isinstance(product, int):
        found, rest = divmod(product, unit)
        return found if not rest else Fraction(product, unit)
    return product / unit

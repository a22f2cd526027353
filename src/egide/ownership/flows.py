"""How much of the walk from the company comes by each node: every holder's share in one pass, to the last digit.

Where nothing is to be chosen, the chance to meet a party is what comes by it, and in a circle what comes by for the first time. What is
told for every party at once is the same as asking for one after the other (`egide.ownership.ladder`). Where it is to be chosen who has
how much, the most that a party can have needs no choice as long as whoever leads to it may have the most at the same time; parties of
which that is not so, or above a company with several ways, are in `Flow.doubtful`, and are asked for by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from egide.ownership.circles import Value
    from egide.ownership.ladder import Ladder
    from egide.ownership.rows import Row

Met = Sequence[tuple[int, "Value"]]
"""Where the walk first meets what is asked for, with which chance."""


class Flow:
    """One pass of a walk, from the company upwards."""

    def __init__(self, ladder: Ladder, ends: Collection[int], *, most: bool, first: tuple[int, int] | None = None) -> None:
        """``ends``: where the walk ends. ``most``: each holder has the most that it can have; else the least.

        ``first``: a company, and who of its holders has all that the lowest leave. Raises `TooMuchError`.
        """
        self.ladder, self.ends, self.most, self.first = ladder, ends, most, first
        self.come: list[int] = [0] * len(ladder.rows)
        """By node, as often as the walk comes by, in `unit`."""
        self.unit = ladder.unit
        self.doubtful = 0
        """Nodes of which this doesn't tell, as bits."""
        self.contested: list[list[int]] = []
        """By company whose holders cannot all have the most at once: what is reached through each, as bits."""
        self.circles: dict[int, int] = {}
        """The circle of each node that is in one."""
        self.come[ladder.start] = ladder.unit
        rows, whole, come = ladder.rows, ladder.whole, self.come
        for at in range(len(ladder.parts) - 1, -1, -1):
            part = ladder.parts[at]
            if ladder.circles[at]:
                self._turn(at, part)
                come = self.come
                continue
            node = part[0]
            much = come[node]
            if not much or node in ends or not (some := rows[node]):
                continue
            to, shares, room, _ = some[0]
            if room is not None or len(some) > 1:
                self._step(node)
            elif len(shares) == 1 and shares[0] == whole:
                come[to[0]] += much
            else:
                much //= whole
                for holder, share in zip(to, shares, strict=True):
                    come[holder] += much * share

    def _step(self, node: int) -> None:
        """Where something may be chosen."""
        rows = self.ladder.rows[node]
        if len(rows) > 1:
            self._doubt(node)
            return
        row = rows[0]
        self._weigh(node, row)
        come, much = self.come, self.come[node] // self.ladder.whole
        for holder, share in zip(row.to, self.ladder.turning.shares(node, most=self.most, first=self.first), strict=True):
            come[holder] += much * share

    def _weigh(self, node: int, row: Row) -> None:
        """Note whom nobody can tell of by this row, as something may be chosen."""
        room = row.room
        if room is None or (self.most and (sum(room) <= row.left or (self.first and node == self.first[0]))):
            return
        reach = self.ladder.reach
        through = [reach[holder] for holder, more in zip(row.to, room, strict=True) if more or not self.most]
        once = twice = 0
        for mask in through:
            twice |= once & mask
            once |= mask
        self.doubtful |= twice if self.most else once
        self.contested.append(through)

    def _doubt(self, node: int) -> None:
        self.doubtful |= self.ladder.reach[node] & ~(1 << node)

    def _turn(self, at: int, part: Sequence[int]) -> None:
        """A circle: what comes in comes by each of its companies as often as it turns, before the walk ends in one of them."""
        ladder, come, ends = self.ladder, self.come, self.ends
        self.circles.update((node, at) for node in part)
        if not any(come[node] for node in part):
            return
        given = tuple([node for node in part if node in ends])
        turning = None if self._chosen_within(part) else ladder.turning.inverse(at, most=self.most, first=self.first, without=given)
        if turning is None:
            self.doubtful |= ladder.reach[part[0]]
            return
        times, inverse = turning
        finer = ladder.whole if given else 1  # a step to where it ends may be the last one of the longest chain
        inside = [node for node in part if node not in given] if given else part
        into = [(come[node] * finer, line) for node, line in zip(inside, inverse, strict=True) if come[node]]
        self.come = come = [one * (times * finer) for one in come]
        self.unit *= times * finer
        for here, node in enumerate(inside):
            come[node] = sum([much * line[here] for much, line in into])
        for node in inside:
            row = ladder.rows[node][0]
            self._weigh(node, row)
            much = come[node] // ladder.whole
            for holder, share in zip(row.to, ladder.turning.shares(node, most=self.most, first=self.first), strict=True):
                if holder not in inside:
                    come[holder] += much * share

    def _chosen_within(self, part: Sequence[int]) -> bool:
        """Whether something is to be chosen among the companies of a circle."""
        inside = set(part)
        for node in part:
            rows = self.ladder.rows[node]
            if node in self.ends:
                continue
            if len(rows) != 1:
                return True
            room = rows[0].room
            if room is not None and not (self.first and node == self.first[0]):
                more = [min(one, rows[0].left) for to, one in zip(rows[0].to, room, strict=True) if to in inside]
                if any(more) and (not self.most or sum(more) > rows[0].left):
                    return True
        return False

    @cached_property
    def delicate(self) -> frozenset[int]:
        """Nodes that what comes by doesn't tell at once: in a circle, or doubtful."""
        found, rest = set(self.circles), self.doubtful
        while rest:
            found.add(rest.bit_length() - 1)
            rest ^= 1 << rest.bit_length() - 1
        return frozenset(found)

    def met(self, party: int, own: Collection[int] = ()) -> Met | None:
        """Where the walk first meets the party, or any of its ``own``, and the chance in `unit`; None where this doesn't tell."""
        if not own:
            if self.doubtful >> party & 1:
                return None
            if party in self.circles:
                return self._first(party)
            much = self.come[party]
            return ((party, much),) if much else ()
        some = [node for node in own if self.come[node] or self.doubtful >> node & 1]
        mask = sum([1 << node for node in some])
        if self.doubtful & mask or any(sum([1 for one in through if one & mask]) > 1 for through in self.contested):
            return None
        some = [node for node in some if not self._leads_to(node, own)]
        if len(some) > 1:
            mask, reach = sum([1 << node for node in some]), self.ladder.reach
            if any(reach[node] & (mask ^ 1 << node) for node in some):
                return None
        return [first for node in some for first in self._first(node)]

    def instead(self, party: int) -> Met | None:
        """The most of somebody at an end of the walk who holds one company only: all that is left there is his, if he may have it."""
        below = self.ladder.below.get(party, [])
        if len(below) != 1 or not self.most or party not in self.ends:
            return None
        ((company, _),) = below
        row = self.ladder.rows[company][0]
        if len(self.ladder.rows[company]) > 1 or row.room is None or row.room[row.to.index(party)] < row.left:
            return None
        flow = Flow(self.ladder, self.ends, most=True, first=(company, party))
        met = flow.met(party)
        return met if met is None else [(node, Fraction(chance * self.unit, flow.unit)) for node, chance in met]

    def _leads_to(self, node: int, own: Collection[int]) -> bool:
        """Whether the walk goes from there to another of those nodes in any case: what is met there is met later too."""
        rows = self.ladder.rows[node]
        if len(rows) != 1 or node in self.ends or node in self.circles:
            return False
        row = rows[0]
        return len(row.to) == 1 and row.low[0] == self.ladder.whole and row.to[0] in own

    def _first(self, node: int) -> Met:
        """What comes by for the first time."""
        much: Value = self.come[node]
        if not much:
            return ()
        if node in self.circles:
            turning = self.ladder.turning.inverse(at := self.circles[node], most=self.most, first=self.first)
            assert turning is not None  # noqa: S101 - it is not doubtful
            times, inverse = turning
            here = self.ladder.parts[at].index(node)
            much = Fraction(much * times, inverse[here][here])
            if much.denominator == 1:
                much = much.numerator
        return ((node, much),)

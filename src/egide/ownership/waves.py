"""Judges who controls companies once all who vote in them are judged, all of a wave together.

A side is all that has one last controller. Beside the votes that it certainly has stands the most that it may have: ranges at
their highest, what is undisclosed, and holders that it may control. Of a company that was judged, the next ones ask four things: its last
controller, whether anybody may control it, who else may, and whether that is all there is to say. When it is not, those below
are left to be answered one by one. Where companies wait for one another, one is judged all the same when the answer is one
whoever those control that it waits for.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.ballots import Ballots, ballots
from egide.ownership.bounds import components
from egide.ownership.roots import Sides, find_roots
from egide.ownership.runs import Lists, runs

if TYPE_CHECKING:

    from egide.ownership.day import Column
    from egide.ownership.graph import Graph

NOBODY = -1
MOST_MAYBE = 16
"""Parties that may control a company and are still told apart."""
PARTS = 64
"""Parts of a grain that votes are multiples of (`egide.ownership.day`)."""


@dataclass(slots=True)
class Standing:
    """Columns by party: who has the last word over it, as far as that is known."""

    root: Column
    """Whoever is reached by following those who alone have more than half; all that follows is of roots."""
    known: Column
    simple: Column
    """Whether nothing more is to say of who may control it than the columns below."""
    top: Column
    """The last controller, itself when nobody controls it."""
    anyone: Column
    """Whether anybody may control it, as nobody knows who stands behind its holders."""
    free: Column
    """Whether anybody may, without any presumption: then none is made there, as somebody unknown may block it."""
    several: Column
    circle: Column
    maybe: Lists
    """Who else may control it; a number above all parties is whoever holds the undisclosed rest of one company."""


def followed(made: Graph, votes: Ballots) -> tuple[Standing, Column]:
    """Follow upwards whoever alone has more than half and leaves nobody a chance; marks the companies that are left to judge."""
    count = len(made.parties)
    sides = Sides(np.full(count, NOBODY), np.arange(count), np.zeros(count, bool), [])
    castable, least = votes.castable[votes.held], votes.least_castable[votes.held]
    alone = (2 * votes.low > castable) & (2 * (castable - votes.low) <= least) & ~made.fine[votes.held]
    sides.parent[votes.held[alone]] = votes.holder[alone]
    sides.parent[votes.given[sides.parent[votes.given] != votes.giver]] = NOBODY
    judged = ~made.ends
    judged[votes.given] = True
    judged &= sides.parent < 0
    find_roots(sides)
    none = np.zeros(count, bool)
    return Standing(sides.root, ~judged, ~judged, np.arange(count), none, none.copy(), none.copy(), sides.circle, Lists(count)), judged


@dataclass(slots=True)
class _Sides:
    """Sides in the companies of a wave, by company and party."""

    row: Column
    party: Column
    low: Column
    """What a side certainly has."""
    most: Column
    anyone: Column
    """By company: the most that somebody may have who holds nothing in it by name; nothing when nobody may."""
    free: Column
    """The same without any presumption."""


class Waves:
    """The companies that are left to judge."""

    def __init__(self, made: Graph) -> None:
        self.count = count = len(made.parties)
        self.votes, self.presumption = ballots(made), made.readings.presumption
        self.standing, judged = followed(made, self.votes)
        standing = self.standing
        self.judged, self.odd = judged, made.fine.copy()
        self.odd[list(made.concerts)] = True
        votes = self.votes
        self.named, self.secret, self.given = (runs(column, count) for column in (votes.held, votes.hidden_held, votes.given))
        mine, powers = judged[votes.held], judged[votes.given]
        waits = np.concatenate([votes.held[mine], votes.given[powers]])
        for_ = standing.root[np.concatenate([votes.holder[mine], votes.giver[powers]])]
        waits, for_ = waits[judged[for_]], for_[judged[for_]]
        self.waiting = np.bincount(waits, minlength=count)
        self.behind = runs(for_, count)
        self.waits, self.for_ = waits, for_

    def ready(self) -> Column:
        """Those who wait for nobody."""
        return np.flatnonzero(self.judged & (self.waiting == 0) & ~self.odd)

    def run(self, ready: Column) -> None:
        """Judge them, and wave after wave those behind them; then those who wait for one another, where that changes nothing."""
        while len(ready):
            while len(ready):
                self._judge(ready)
                ready = self.release(ready[self.standing.simple[ready]])
            ready = self.release(self._judge(self._circling(), whatever=True))

    def _circling(self) -> Column:
        """Who still waits, but for nobody with a power over it."""
        left = self.judged & ~self.standing.known & ~self.odd
        left[self.votes.given[~self.standing.simple[self.standing.root[self.votes.giver]]]] = False
        return np.flatnonzero(left)

    def release(self, companies: Column) -> Column:
        """Those behind them who now wait for nobody."""
        reached: Column = self.waits[self.behind.of(companies)[0]]
        np.subtract.at(self.waiting, reached, 1)
        free: Column = np.unique(reached[self.waiting[reached] == 0])
        return free[~self.odd[free] & ~self.standing.known[free]]

    def knots(self, asked: Column) -> list[tuple[int, ...]]:
        """Of those who were neither judged nor asked, the ones that wait for one another or alone, and for nobody else of them."""
        companies = np.flatnonzero(self.judged & ~self.standing.known & ~asked)
        place = np.full(self.count, NOBODY)
        place[companies] = np.arange(len(companies))
        among = (place[self.waits] >= 0) & (place[self.for_] >= 0)
        above: list[list[int]] = [[] for _ in companies]
        for one, other in zip(place[self.waits[among]].tolist(), place[self.for_[among]].tolist(), strict=True):
            above[one].append(other)
        parts = components(above)
        return [tuple(companies[list(part)].tolist()) for part in parts if set(part).issuperset(chain(*(above[one] for one in part)))]

    def _judge(self, companies: Column, *, whatever: bool = False) -> Column:
        """Find the last controller of each, and who else may be it; gives those that were judged.

        With ``whatever``, only those are that one party controls or nobody, and nobody else may, however what they wait for is judged.
        """
        standing, ids = self.standing, 2 * self.count
        sides, count = self._sides(companies), len(companies)
        castable, least = self.votes.castable[companies], self.votes.least_castable[companies]
        high, low = self._limit(least), self._limit(castable)
        largest = np.zeros(count)
        np.maximum.at(largest, sides.row, sides.low)
        edges, row = self.given.of(companies)
        giver = standing.root[self.votes.giver[edges]]
        free = (2 * sides.free > least) | (np.bincount(row, standing.free[giver], count) > 0)
        presumable = ~free | (castable != least)
        certain = 2 * sides.low > castable[sides.row]
        other = np.maximum(_others(sides.row, sides.most), sides.anyone[sides.row])
        certain |= presumable[sides.row] & (sides.low > low[sides.row]) & (other <= sides.low)
        possible = 2 * sides.most > least[sides.row]
        possible |= presumable[sides.row] & (sides.most > high[sides.row]) & (_others(sides.row, sides.low) <= sides.most)
        anyone = free | (2 * sides.anyone > least) | (presumable & (sides.anyone > high) & (largest <= sides.anyone))
        party, of = standing.maybe.of(giver)
        anyone |= np.bincount(row, standing.anyone[giver], count) > 0
        sure = np.unique(np.concatenate([(sides.row * ids + sides.party)[certain], row * ids + standing.top[giver]]))
        may = np.unique(np.concatenate([sure, (sides.row * ids + sides.party)[possible], row[of] * ids + party]))
        if whatever:
            clear = ~anyone & (np.bincount(may // ids, minlength=count) == np.bincount(sure // ids, minlength=count))
            clear &= np.bincount(sure // ids, minlength=count) < 2
            companies, sure = companies[clear], sure[clear[sure // ids]]
            sure = (np.cumsum(clear) - 1)[sure // ids] * ids + sure % ids
            may, anyone = sure, np.zeros(len(companies), bool)
        standing.free[companies] = free[clear] if whatever else free
        self._keep(companies, (sure // ids, sure % ids), (may // ids, may % ids), anyone)
        return companies

    def _keep(self, companies: Column, sure: tuple[Column, Column], may: tuple[Column, Column], anyone: Column) -> None:
        standing, count = self.standing, len(companies)
        controlled = np.bincount(sure[0], minlength=count)
        top = companies.copy()
        top[sure[0][::-1]] = sure[1][::-1]  # the first of several
        mine = top != companies
        row, party = may
        anyone = anyone | (mine & standing.anyone[top])
        named = party < self.count
        anyone |= np.bincount(row[named], standing.anyone[party[named]] & (party != top[row])[named], count) > 0
        more, of = standing.maybe.of(np.where(named, party, 0))
        key = np.unique(np.concatenate([row, row[of][named[of]]]) * (2 * self.count) + np.concatenate([party, more[named[of]]]))
        row, party = key // (2 * self.count), key % (2 * self.count)
        others = (party != top[row]) & ~anyone[row]
        sizes = np.bincount(row[others], minlength=count)
        standing.top[companies], standing.several[companies] = top, controlled > 1
        standing.anyone[companies] = anyone
        standing.maybe.put(companies, sizes, party[others])
        standing.known[companies] = True
        standing.simple[companies] = (controlled < 2) & (sizes <= MOST_MAYBE)

    def _limit(self, votes: Column) -> Column:
        """What must be passed to be presumed, to the last part of a grain."""
        values, place = np.unique(votes, return_inverse=True)
        limits = [float(Fraction(int(Fraction(value) * self.presumption * PARTS), PARTS)) for value in values.tolist()]
        return np.array(limits)[place]

    def _sides(self, companies: Column) -> _Sides:
        votes, standing, count = self.votes, self.standing, len(companies)
        edges, row = self.named.of(companies)
        holder = standing.root[votes.holder[edges]]
        low, high = votes.low[edges], votes.high[edges]
        unknown = ~standing.simple[holder]
        free = standing.anyone[holder] | unknown
        anyone_low, anyone_high = np.bincount(row, low * free, count), np.bincount(row, high * free, count)
        bounded = np.bincount(row, free, count) > 0
        other, of = standing.maybe.of(np.where(free, 0, holder))
        other, of = other[~free[of]], of[~free[of]]
        secret, secret_row = self.secret.of(companies)
        rest = np.flatnonzero(votes.rest[companies] > 0)
        held_row, stated, at_most = row, low, high
        parts = [
            (row, standing.top[holder], np.where(unknown, 0.0, low), np.where(free, 0.0, low), np.where(free, 0.0, high)),
            (row[of], other, np.zeros(len(of)), low[of], high[of]),
            (secret_row, votes.hidden_holder[secret], np.zeros(len(secret)), np.zeros(len(secret)), votes.hidden_high[secret]),
            (rest, self.count + companies[rest], np.zeros(len(rest)), np.zeros(len(rest)), votes.rest[companies[rest]]),
        ]
        row, party, low, least, high = (np.concatenate(column) for column in zip(*parts, strict=True))
        key = row * (2 * self.count) + party
        order = np.argsort(key, kind="stable")
        begins = np.flatnonzero(np.diff(key[order], prepend=-1))
        row, party = row[order][begins], party[order][begins]
        low, least, high = (np.add.reduceat(column[order], begins) if len(begins) else column for column in (low, least, high))
        hidden, open_ = votes.hidden[companies], (votes.castable - votes.stated)[companies]
        anyone = np.minimum(anyone_high + hidden, open_ + anyone_low)
        exists = bounded | (2 * anyone > votes.least_castable[companies])
        always = standing.free[holder]
        free_low, free_high = np.bincount(held_row, stated * always, count), np.bincount(held_row, at_most * always, count)
        most = np.minimum(high + (anyone_high + hidden)[row], least + (open_ + anyone_low)[row])
        return _Sides(row, party, low, most, np.where(exists, anyone, 0.0), np.minimum(free_high + hidden, open_ + free_low))


def _others(row: Column, value: Column) -> Column:
    """By side: the largest value of any other side in the same company; sides come company by company."""
    if not len(row):
        return value
    start = np.flatnonzero(np.diff(row, prepend=-1))
    sizes = np.diff(np.append(start, len(row)))
    best = np.repeat(np.maximum.reduceat(value, start), sizes)
    first = np.minimum.reduceat(np.where(value == best, np.arange(len(row)), len(row)), start)
    rest = value.copy()
    rest[first] = -1.0
    second = np.repeat(np.maximum.reduceat(rest, start), sizes)
    found = best.copy()
    found[first] = second[first]
    return found

"""Who controls every company at once, with the presumption above 40 % as one company's answer has it (`egide.ownership.control`).

Whoever alone casts more than half of a company's votes is followed upwards at once. The companies that are left, a twentieth of a
register, are judged when all who vote in them are, wave after wave (`egide.ownership.waves`): then nothing that is found later changes who
votes with whom, and rounds of the presumption would end in the same. Companies that wait for one another, in which a concert holds or whose
figures are finer than a grain are answered one by one, as far as what stands above them is not too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.control import controls
from egide.ownership.holdings import Right
from egide.ownership.roots import counted
from egide.ownership.subgraph import above
from egide.ownership.votes import anyone, votes_of
from egide.ownership.waves import MOST_MAYBE, NOBODY, Waves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from egide.ownership.control import Control
    from egide.ownership.day import Column
    from egide.ownership.graph import Graph
    from egide.ownership.subgraph import Sub

MOST_LOOKED = 300_000
"""Parties that are looked at, over all companies that are answered one by one."""
MOST_ABOVE = 500
"""Parties above a company that is answered by itself."""


@dataclass(slots=True)
class Controllers:
    """Columns by party."""

    controller: Column
    """The last controller of each company, itself when it stands in a circle as its first member; -1 when nobody certainly controls."""
    circle: Column
    """Companies whose own side holds the majority of their votes: nobody outside controls them."""
    several: Column
    """Companies that more than one party controls, by powers, in concert or presumed alike: one is named here, and one company's
    answer names all."""
    unsettled: Column
    """Companies whose presumed controllers do not stand still, or above which too much turns to be looked at here: whoever is
    named controls without the presumption; one company's answer tells more."""


def controllers(made: Graph) -> Controllers:
    """The last certain controller of every company, the presumption counted."""
    waves = Waves(made)
    waves.run(waves.ready())
    unsettled = _one_by_one(made, waves)
    standing = waves.standing
    root, places = standing.root, np.arange(len(made.parties))
    known, top = standing.known[root], standing.top[root]
    found = Controllers(
        np.where((top != places) | standing.circle, top, NOBODY), standing.circle, standing.several[root], unsettled[root] | ~known
    )
    if not known.all():
        base = counted(made)
        found.controller = np.where(known, found.controller, base.controller)
        found.circle = np.where(known, found.circle, base.circle)
        found.several = np.where(known, found.several, base.several)
    return found


def _one_by_one(made: Graph, waves: Waves) -> Column:
    """Answer what no wave reaches, those first that wait for nobody unknown; gives those whose answer does not stand still."""
    standing, looked = waves.standing, 0
    unsettled, asked = np.zeros(waves.count, bool), np.zeros(waves.count, bool)
    while knots := waves.knots(asked):
        for knot in knots:
            asked[list(knot)] = True
            for company in knot:
                size = _size(made, company) if looked < MOST_LOOKED else MOST_ABOVE
                looked += size
                if size < MOST_ABOVE:
                    sub = above(made, company)
                    _learn(waves, company, sub, controls(sub, waves.presumption), unsettled)
        new = np.array([company for knot in knots for company in knot])
        waves.run(waves.release(new[standing.simple[new]]))
    return unsettled


def _size(made: Graph, company: int) -> int:
    """How many parties stand above a company, itself included; not counted beyond `MOST_ABOVE`."""
    seen, waiting = {company}, [company]
    while waiting and len(seen) < MOST_ABOVE:
        one = waiting.pop()
        holders = made.holder[made.start[one] : made.start[one + 1]].tolist()
        new = {*holders, *(holder for holder, _ in made.powers.get(one, ()))} - seen
        seen |= new
        waiting += new
    return len(seen)


def _learn(waves: Waves, company: int, sub: Sub, control: Control, unsettled: Column) -> None:
    """Keep a company's last controllers, and whoever else may control it, if that can be told to others in few words."""
    standing = waves.standing
    certain, possible = control.controllers(0)
    circles = {_circle(one, control) for one in certain if _is_last(one, certain, control)}
    names = sorted(min(sub.places[one] for one in circle) for circle in circles)
    standing.known[company], unsettled[company] = True, 0 in control.oscillating
    standing.top[company] = top = names[0] if names else company
    standing.several[company] = len(names) > 1
    if len(names) == 1 and any(0 in circle for circle in circles):
        standing.circle[[sub.places[one] for circle in circles for one in circle]] = True
    elif not names and _own_side(sub, control):
        standing.circle[company] = True
    elif len(names) < 2 and not unsettled[company] and standing.simple[standing.root[top]] | (not names):
        through = {one for one in possible if names and sub.local[top] in control.possible.get(one, ())}
        above_it = (*certain, *possible)
        last = sorted(
            sub.places[one] for one in {*possible} - through if not any(one in control.certain.get(other, ()) for other in above_it)
        )
        if all(place >= 0 and standing.simple[standing.root[place]] for place in last):
            also = standing.maybe.of(np.array([standing.root[top]]))[0].tolist() if names else []
            both = np.array(sorted({*last, *also}), np.int64)
            standing.anyone[company] = bool(names) and standing.anyone[standing.root[top]]
            standing.free[company] = 0 in anyone(votes_of(sub), {}).group
            standing.maybe.put(np.array([company]), np.array([len(both)]), both)
            standing.simple[company] = len(both) <= MOST_MAYBE


def _own_side(sub: Sub, control: Control) -> bool:
    """Whether the companies that it controls cast more than half of its own votes together, though none does with those of its own."""
    row, mine = sub.rows[Right.VOTES][0], control.certain.get(0, ())
    castable = sub.whole - sum(hold.low for hold in row if not hold.holder)
    return 2 * sum(hold.low for hold in row if hold.holder in mine) > castable


def _is_last(party: int, certain: Iterable[int], control: Control) -> bool:
    """Whether only companies of its own circle control it."""
    return all(other in control.certain.get(party, ()) for other in certain if party in control.certain.get(other, ()))


def _circle(party: int, control: Control) -> frozenset[int]:
    mine = control.certain.get(party, frozenset())
    return frozenset({party, *(other for other in mine if party in control.certain.get(other, ()))})

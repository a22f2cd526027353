"""How far the value of companies that hold one another can be from the solution of their equations, whatever was lost on the way.

What a value misses by in its own equation reaches another company as often as the walk from there comes by. So figures that in every
equation cover what is missed there, beside what they bring from others, are a bound of how far each value is from the solution. It is
proved by putting them into the equations, however they were found. Companies that never leave their circle, or may choose never to, are
set apart: they meet nothing, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.elimination import back, put
from egide.ownership.knots import Knot, settle

if TYPE_CHECKING:
    from egide.ownership.choices import Inside
    from egide.ownership.day import Column
    from egide.ownership.elimination import Elimination, Reduced

PART = 0.1
"""The bound is found with this precision, in parts of the least that is missed; what is not covered then is made up for."""
NOTHING_KNOWN = 1.0


@dataclass(slots=True)
class Equations:
    """The equations of the core for one side, before anything was taken out."""

    shape: Elimination
    chance: Column
    """By edge."""
    leak: Column
    """By company: the chance to leave the core at once."""
    missed: Column
    """By company: how much its value differs from what its equation makes of the others', rounding included."""


def farthest(equations: Equations, knot: Knot, reduced: Reduced, inside: Inside | None) -> float:
    """The most that any value can be away from the least solution.

    ``knot`` and ``reduced`` are what was left of the equations when they were solved, ``inside`` who chose among it.
    """
    shape, chance, missed = equations.shape, equations.chance, equations.missed
    met = meets(knot, inside)
    meeting = back(shape, reduced, met.astype(float)) > 0
    if not meeting.any():
        return 0.0
    if inside:
        missed = missed.copy()
        missed[shape.left[knot.choosing]] *= inside.scale
    unit = float(missed[meeting].min())
    owed = np.where(meeting, missed / unit, 0.0)
    kept = np.where(meeting[shape.row] & meeting[shape.above], chance, 0.0)
    out = np.where(meeting, equations.leak + np.bincount(shape.row, chance - kept, shape.count), 1.0)
    left = put(shape, kept, owed, out)
    most = partial(inside.most, owed=owed[shape.left[knot.choosing]]) if inside else None
    some = settle(Knot(shape.left_row, shape.left_above, left.chance, left.known, knot.choosing, most), PART)
    whole = back(shape, left, some)
    covered = whole - np.bincount(shape.row, kept * whole[shape.above], shape.count)
    if most:
        policy = most(some)
        covered[shape.left[knot.choosing]] = some[knot.choosing] - policy.carried(some) + policy.known
    covered, owed = covered[meeting], owed[meeting]
    if not (covered > 0).all():
        return NOTHING_KNOWN
    return min(float(whole.max() * unit * (owed / covered).max()), NOTHING_KNOWN)


def meets(knot: Knot, inside: Inside | None) -> Column:
    """Who of those that are left cannot avoid the target."""
    met = knot.known > 0
    met[knot.choosing] = False
    while True:
        more = met | (np.bincount(knot.row, knot.chance * met[knot.above], len(met)) > 0)
        if inside:
            more[knot.choosing] = met[knot.choosing] | inside.must(met)
        if (more == met).all():
            return met
        met = more

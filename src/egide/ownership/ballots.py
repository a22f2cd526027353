"""The votes of every company in columns, as `egide.ownership.subgraph` completes those of one: what is cast, stated and undisclosed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.day import WHOLE
from egide.ownership.graph import CONTROLLING
from egide.ownership.holdings import Right
from egide.ownership.subgraph import NEGLIGIBLE

if TYPE_CHECKING:
    from egide.ownership.day import Column
    from egide.ownership.graph import Graph


@dataclass(slots=True)
class Ballots:
    """Columns by party, in grains, and the edges by which named and undisclosed holders vote."""

    castable: Column
    """The most votes that can be cast, and the least: all but treasury shares."""
    least_castable: Column
    stated: Column
    """The lowest of everybody who is no secret, added up."""
    hidden: Column
    """The most that is undisclosed."""
    rest: Column
    """What nobody states of it, when that is somebody undisclosed."""
    held: Column
    """Edges of named holders, by company, without treasury shares."""
    holder: Column
    low: Column
    high: Column
    hidden_held: Column
    """Edges of holders that are named and undisclosed."""
    hidden_holder: Column
    hidden_high: Column
    given: Column
    """Companies over which somebody has a power that gives control, and who."""
    giver: Column


def ballots(made: Graph) -> Ballots:
    """The votes of all companies of a graph."""
    count, whole = len(made.parties), float(WHOLE)
    counted = ~made.broken[Right.VOTES][made.held] & (made.high[Right.VOTES] > 0)
    held, holder = made.held[counted], made.holder[counted]
    low, high = made.low[Right.VOTES][counted], made.high[Right.VOTES][counted]
    own, hidden = held == holder, made.hidden[holder]
    named, secret = ~own & ~hidden, ~own & hidden
    most, least = whole - np.bincount(held, low, count), np.maximum(whole - np.bincount(held, high, count), 0.0)
    most[made.ends] = least[made.ends] = 0.0
    rounding = (most > 0) & (most * NEGLIGIBLE.denominator <= whole)
    floating = made.floats & ~np.logical_or(*(made.broken[right] for right in Right))
    rest = np.where(floating | rounding, 0.0, np.maximum(most, 0.0))
    stated = np.bincount(held[named], low[named], count) + np.where(rounding, most, np.where(floating, np.where(most > 0, least, 0.0), 0.0))
    given, giver = _given(made)
    return Ballots(
        whole - np.bincount(held[own], low[own], count), whole - np.bincount(held[own], high[own], count), stated,
        rest + np.bincount(held[secret], high[secret], count), rest, held[named], holder[named], low[named], high[named],
        held[secret], holder[secret], high[secret], given, giver,
    )  # fmt: skip


def _given(made: Graph) -> tuple[Column, Column]:
    pairs = {(held, holder) for held, over in made.powers.items() for holder, one in over if one.power in CONTROLLING and holder != held}
    both = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]

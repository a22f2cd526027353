"""Companies that hold one another, taken out one after the other: what each passes on is put in its place.

The value of a company is the sum of its holders' values by their shares, and something known. Whoever holds few, or is held
by few, can be replaced by that sum in the rows of those it holds without making them longer. Companies of which none holds another
go at once. What is left is short: of a circle nothing, of a hundred thousand companies in one knot a few thousand.

Which go when depends on the shape alone and is found once for all rights and sides (`eliminate`); `Elimination.put` then puts figures
to it. Nothing is ever subtracted: what leaves a company is kept beside what stays, as Grassmann, Taksar and Heyman do (1985), so that a
circle that hardly leaves itself loses no digit, and one that never does is known for what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.runs import entries

if TYPE_CHECKING:
    from egide.ownership.day import Column

SPREAD = 2_654_435_761
"""Multiplies a number into a far one (Knuth): neighbours do not wait for each other in turn."""
LARGEST = 2**32 - 5
MOST_MORE = 6
"""Rows by which taking one company out may make the others longer, at the end."""
FEW = 0.01
"""A round that would take out a smaller part waits until rows may grow longer."""


@dataclass(slots=True)
class Round:
    """Companies taken out at once, and what becomes of the edges before that round."""

    gone: Column
    own: Column
    """Edges of those who go."""
    whose: Column
    """Which of those who go each of them belongs to."""
    above: Column
    """Its holder."""
    into: Column
    """Edges to those who go."""
    below: Column
    """Whose edge that is."""
    through: Column
    """Which of those who go it leads to."""
    first: Column
    """New edges: the one to a company that goes, and the one in ``own`` that leads on."""
    second: Column
    kept: Column
    order: Column
    """How edges kept and new ones are sorted, and where each pair begins among them."""
    start: Column


@dataclass(slots=True)
class Elimination:
    """The rounds, and what is left."""

    count: int
    row: Column
    """The edges at first, sorted: held and holder."""
    above: Column
    rounds: list[Round]
    left: Column
    """Companies that stay, in order."""
    left_row: Column
    """The edges between them, by their place in `left`."""
    left_above: Column


@dataclass(slots=True)
class Reduced:
    """Figures of what is left, and of what was taken out, to find it again."""

    chance: Column
    """By edge, of which the company's own part is taken out."""
    known: Column
    passed: list[tuple[Column, Column]]
    """By round: chances by own edge, and what is known, by company that went."""


def eliminate(row: Column, above: Column, count: int, stay: Column) -> Elimination:
    """Choose who goes in which round. Edges are pairs, sorted and each once; ``stay`` marks who never goes."""
    rounds: list[Round] = []
    there, more, given = np.ones(count, bool), 0, (row, above)
    while True:
        gone = _round(row, above, there & ~stay, more, len(rounds))
        if len(gone) <= FEW * there.sum():
            if more == MOST_MORE or not there.any():
                break
            more += 1
            continue
        there[gone] = False
        made, row, above = _without(row, above, gone, count)
        rounds.append(made)
    left = np.flatnonzero(there)
    place = np.full(count, -1)
    place[left] = np.arange(len(left))
    return Elimination(count, *given, rounds, left, place[row], place[above])


def _round(row: Column, above: Column, able: Column, more: int, number: int) -> Column:
    """Companies that may go, of which none holds another."""
    count = len(able)
    out, into = np.bincount(row, minlength=count), np.bincount(above, minlength=count)
    able = able & (out * into <= out + into + more)
    both = able[row] & able[above]
    one, other = row[both], above[both]
    first = (one + number) * SPREAD % LARGEST < (other + number) * SPREAD % LARGEST
    able[np.where(first, other, one)] = False
    return np.flatnonzero(able)


def _without(row: Column, above: Column, gone: Column, count: int) -> tuple[Round, Column, Column]:
    number = np.full(count, -1)
    number[gone] = np.arange(len(gone))
    whose, through = number[row], number[above]
    own, into = np.flatnonzero(whose >= 0), np.flatnonzero(through >= 0)
    kept = np.flatnonzero((whose < 0) & (through < 0))
    whose, through = whose[own], through[into]
    start = np.searchsorted(whose, np.arange(len(gone) + 1))
    second, of = entries(start[:-1][through], (start[1:] - start[:-1])[through])
    first = into[of]
    turns = row[first] == above[own[second]]
    first, second = first[~turns], second[~turns]
    pair = np.concatenate([row[kept] * count + above[kept], row[first] * count + above[own[second]]])
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    begins = np.flatnonzero(np.diff(pair, prepend=-1))
    pair = pair[begins]
    made = Round(gone, own, whose, above[own], into, row[into], through, first, second, kept, order, begins)
    return made, pair // count, pair % count


def put(shape: Elimination, chance: Column, known: Column, leak: Column) -> Reduced:
    """Put figures to the rounds: by edge the chance of a step, by company what is known of it, and the chance to leave the core at once."""
    known, leak, passed = known.copy(), leak.copy(), []
    for one in shape.rounds:
        own = chance[one.own]
        whole = np.bincount(one.whose, own, len(one.gone)) + leak[one.gone]
        part = _inverse(whole)
        own *= part[one.whose]
        given = known[one.gone] * part
        passed.append((own, given))
        to = chance[one.into]
        np.add.at(known, one.below, to * given[one.through])
        leaves = np.where(whole > 0, leak[one.gone] * part, 1.0)  # a walk that enters a closed circle is lost to all others
        np.add.at(leak, one.below, to * leaves[one.through])
        edges = np.concatenate([chance[one.kept], chance[one.first] * own[one.second]])[one.order]
        chance = np.add.reduceat(edges, one.start) if len(edges) else edges
    part = _inverse(np.bincount(shape.left_row, chance, len(shape.left)) + leak[shape.left])
    return Reduced(chance * part[shape.left_row], known[shape.left] * part, passed)


def back(shape: Elimination, reduced: Reduced, found: Column) -> Column:
    """The value of every company from those of who was left."""
    value = np.zeros(shape.count)
    value[shape.left] = found
    for one, (own, given) in zip(reversed(shape.rounds), reversed(reduced.passed), strict=True):
        value[one.gone] = np.bincount(one.whose, own * value[one.above], len(one.gone)) + given
    return value


def _inverse(whole: Column) -> Column:
    """A company that never leaves itself meets nothing."""
    return np.divide(1.0, whole, out=np.zeros_like(whole), where=whole > 0)

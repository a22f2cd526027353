"""The graph of one day: who holds what of whom in arrays, so that a million companies are answered at once.

Companies are sorted so that holders come in runs. What nobody states of a company is held by somebody undisclosed, one
holder or many; of a listed company with declared holders it is a float, which 19.6.b does not count (only holders
declared under L.233-7, I do). Members of a concert hold through one merged holder. The votes of a fund are cast by its
management company or general partner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import repeat
from operator import attrgetter, is_
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.day import GRAINS_PER_CENT, WHOLE, Column, Day, Pairs, ends_of, of_day, pairs
from egide.ownership.holdings import Holding, Influence, Nature, Origin, Party, PartyKind, Power, Register, Right
from egide.ownership.thirdness import is_third
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Answer, Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from egide.ownership.answers import Readings
    from egide.ownership.holdings import Conflict

CONTROLLING = (
    Power.MAJORITY_BY_AGREEMENT, Power.APPOINTS_ORGANS, Power.DE_FACTO, Power.GENERAL_PARTNER, Power.MANAGEMENT_COMPANY,
)  # fmt: skip
"""Powers that give control (L.233-3, I, 2° to 4°); a veto or an unnamed influence does not."""
MANAGING = (Power.GENERAL_PARTNER, Power.MANAGEMENT_COMPANY)
ADDING = {id(Nature.OPTION), id(Nature.CONVERTIBLE)}
TOLERANCE = 1000
"""Grains by which the rounding of a diluted capital may pass the whole: 10⁻⁹ per cent."""
TOO_MUCH = N_("the stated {right} of «{party}» make {share} %, more than 100 %: nothing is concluded from them")
THIRD = {Answer.MET: 1, Answer.NOT_MET: 0, Answer.UNKNOWN: -1}


@dataclass(slots=True)
class Graph:
    """One day's holdings in columns. Edges are sorted by the company held; shares are in grains (`egide.ownership.day`)."""

    on: date
    readings: Readings
    diluted: bool
    parties: list[Party]
    index: dict[str, int]
    third: Column
    """1 a third entity, 0 not, -1 unknown."""
    ends: Column
    """Whom nobody holds: persons, States, somebody undisclosed."""
    hidden: Column
    """Somebody undisclosed, who may be one or many."""
    floats: Column
    """Listed companies with declared holders: what is not declared does not count."""
    start: Column
    """Edges of company ``c`` are ``start[c]`` to ``start[c + 1]``."""
    holder: Column
    held: Column
    row: Column
    """The first statement on the edge, in `rows`; -1 for one that the graph made (concert, fund)."""
    low: dict[Right, Column]
    high: dict[Right, Column]
    broken: dict[Right, Column]
    """Companies whose stated shares pass 100 %."""
    rows: list[Holding]
    powers: dict[int, list[tuple[int, Influence]]]
    """By company held: the parties with a power over it."""
    concerts: dict[int, tuple[int, ...]]
    """The merged holder of each concert, and its members."""
    problems: list[Problem]
    conflicts: list[Conflict]
    adds: bool
    """Whether options or convertibles make the diluted graph another one."""
    fine: Column
    """Companies, and merged holders of concerts, whose figures here are rounded."""
    said: tuple[Column, Column] | None
    """Where each company's statements begin, and `rows` in that order; None when no figure is rounded."""
    over: dict[int, int]
    """The company over which each concert acts."""
    instruments: dict[str, list[Holding]] | None = None
    """Pledges, options and convertibles by company, once somebody asked."""
    contradicted: dict[str, list[Conflict]] | None = None
    """Contradictions by the party that they are about, once somebody asked."""


def graph(register: Register, on: date, *, diluted: bool = False, readings: Readings) -> Graph:
    """The holdings that stand on that day. Options and convertibles are in it only when ``diluted``."""
    day = of_day(register, on)
    found = pairs(day, register, diluted=diluted)
    concerts = _merge_concerts(day, found)
    powers = _powers(day)
    _managed_funds(day, found, powers)
    count = len(day.parties)
    _sort(found, count)
    hidden = np.fromiter(map(is_, map(attrgetter("kind"), day.parties), repeat(PartyKind.UNDISCLOSED)), bool, count)
    third = _thirdness(day, readings)
    third[list(concerts)] = 0  # a concert has no place of its own: it is looked through
    made = Graph(
        on, readings, diluted, day.parties, day.index, third, ends_of(day.parties), hidden, np.zeros(count, bool),
        np.searchsorted(found.held, np.arange(count + 1)), found.holder, found.held, found.row, found.low, found.high, {}, day.rows,
        powers, concerts, day.problems, day.conflicts, not ADDING.isdisjoint(map(id, map(attrgetter("nature"), day.rows))),
        *_fine(day, found, concerts),
    )  # fmt: skip
    _refuse_too_much(made)
    _let_float(made)
    return made


def _fine(day: Day, found: Pairs, concerts: dict[int, tuple[int, ...]]) -> tuple[Column, tuple[Column, Column] | None, dict[int, int]]:
    count = len(day.parties)
    edges = np.flatnonzero(np.isin(found.holder, list(concerts) or [-1])).tolist()
    over = {int(found.holder[edge]): int(found.held[edge]) for edge in edges}
    fine = np.append(found.fine, np.zeros(count - len(found.fine), bool))
    fine[[*over, *over.values()]] = True
    if not fine.any():
        return fine, None, over
    order = np.argsort(day.held, kind="stable")
    return fine, (np.searchsorted(day.held[order], np.arange(count + 1)).astype(np.int32), order.astype(np.int32)), over


def managers_of(over: Iterable[tuple[int, Influence]], fund: int) -> list[int]:
    """Who manages a fund, and so casts its votes."""
    return sorted({holder for holder, one in over if one.power in MANAGING} - {fund})


def _sort(found: Pairs, count: int) -> None:
    """By company held, then by holder: as the pairs are, unless a concert or a fund came after."""
    pair = found.held * count + found.holder
    if (pair[1:] >= pair[:-1]).all():
        return
    order = np.argsort(pair, kind="stable")
    found.held, found.holder, found.row = found.held[order], found.holder[order], found.row[order]
    found.low = {right: found.low[right][order] for right in Right}
    found.high = {right: found.high[right][order] for right in Right}


def _thirdness(day: Day, readings: Readings) -> Column:
    """Parties share few combinations of kind and places: each is judged once."""
    known, kinds = _Known(readings), map(id, map(attrgetter("kind"), day.parties))
    places = (map(attrgetter(place), day.parties) for place in ("seat", "administration", "establishment"))
    return np.fromiter(map(known.__getitem__, zip(kinds, *places, strict=True)), np.int8, len(day.parties))


class _Known(dict[tuple[int, str | None, str | None, str | None], int]):
    """Whether a party of that kind, told by its identity, and of those places is a third entity."""

    def __init__(self, readings: Readings) -> None:
        self.readings, self.kinds = readings, {id(kind): kind for kind in PartyKind}

    def __missing__(self, key: tuple[int, str | None, str | None, str | None]) -> int:
        kind, seat, administration, establishment = key
        found = THIRD[is_third(Party("", "", self.kinds[kind], seat, administration, establishment), self.readings)]
        self[key] = found
        return found


def _powers(day: Day) -> dict[int, list[tuple[int, Influence]]]:
    powers: dict[int, list[tuple[int, Influence]]] = {}
    for one in sorted(day.influences, key=_order):
        powers.setdefault(day.index[one.held], []).append((day.index[one.holder], one))
    return powers


def _order(one: Influence) -> tuple[object, ...]:
    return one.held, one.holder, one.power, one.id, one.origin.issuer, one.origin.on or date.min, one.origin.source


def _merge_concerts(day: Day, found: Pairs) -> dict[int, tuple[int, ...]]:
    """Put one merged holder between the members of a concert and the company; concerts with a common member are one."""
    by_held: dict[int, list[set[int]]] = {}
    for one in day.concerts:
        members = {day.index[id_] for id_ in one.members} - {day.index[one.held]}
        sets = by_held.setdefault(day.index[one.held], [])
        touching = [known for known in sets if known & members]
        by_held[day.index[one.held]] = [known for known in sets if not known & members] + [members.union(*touching)]
    made: dict[int, tuple[int, ...]] = {}
    for held, sets in sorted(by_held.items()):
        for members in sets:
            if len(members) > 1:
                made.update(_merged(day, found, held, members))
    return made


def _merged(day: Day, found: Pairs, held: int, members: set[int]) -> dict[int, tuple[int, ...]]:
    names = sorted((day.parties[one].id, day.parties[one].name) for one in members)
    id_ = f"concert:{day.parties[held].id}:{'+'.join(name for name, _ in names)}"
    day.index[id_] = here = len(day.parties)
    day.parties.append(Party(id_, " + ".join(name for _, name in names), PartyKind.ARRANGEMENT))
    theirs = np.flatnonzero((found.held == held) & np.isin(found.holder, sorted(members)))
    size = len(theirs)
    weights = {right: _weights(found.low[right][theirs], found.high[right][theirs]) for right in Right}
    low = {right: found.low[right][theirs].sum() for right in Right}
    high = {right: min(found.high[right][theirs].sum(), float(WHOLE)) for right in Right}
    found.held[theirs] = here
    """The members' own holdings become their parts of the concert."""
    for right in Right:
        found.low[right][theirs], found.high[right][theirs] = weights[right]
    if size:
        _append(found, np.array([here]), np.array([held]), {right: np.array([low[right]]) for right in Right},
                {right: np.array([high[right]]) for right in Right})  # fmt: skip
    return {here: tuple(sorted(members))}


def _weights(low: Column, high: Column) -> tuple[Column, Column]:
    """Each one's part of the sum, between what the others' extremes leave."""
    whole = float(WHOLE)
    if not len(low) or not high.sum():
        return np.full(len(low), whole / max(len(low), 1)), np.full(len(low), whole / max(len(low), 1))
    others_low, others_high = low.sum() - low, high.sum() - high
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(low + others_high > 0, low / (low + others_high), 0.0)
        most = np.where(high + others_low > 0, high / (high + others_low), 0.0)
    return least * whole, most * whole


def _append(found: Pairs, holder: Column, held: Column, low: dict[Right, Column], high: dict[Right, Column]) -> None:
    found.holder = np.concatenate([found.holder, holder])
    found.held = np.concatenate([found.held, held])
    found.row = np.concatenate([found.row, np.full(len(holder), -1)])
    for right in Right:
        found.low[right] = np.concatenate([found.low[right], low[right]])
        found.high[right] = np.concatenate([found.high[right], high[right]])


def _managed_funds(day: Day, found: Pairs, powers: dict[int, list[tuple[int, Influence]]]) -> None:
    """Give a fund's votes to who manages it; with two managers, to one or the other."""
    holders, funds, least, most = [], [], [], []
    for fund, over in powers.items():
        managers = managers_of(over, fund)
        if day.parties[fund].kind is not PartyKind.FUND or not managers:
            continue
        theirs = found.held == fund
        found.low[Right.VOTES][theirs] = found.high[Right.VOTES][theirs] = 0.0
        for manager in managers:
            own = np.flatnonzero(theirs & (found.holder == manager))
            low = float(WHOLE) if len(managers) == 1 else 0.0
            if len(own):
                found.low[Right.VOTES][own], found.high[Right.VOTES][own] = low, float(WHOLE)
                continue
            holders.append(manager)
            funds.append(fund)
            least.append(low)
            most.append(float(WHOLE))
    none = np.zeros(len(holders))
    _append(found, np.array(holders, np.int64), np.array(funds, np.int64), {Right.CAPITAL: none, Right.VOTES: np.array(least)},
            {Right.CAPITAL: none, Right.VOTES: np.array(most)})  # fmt: skip


def _refuse_too_much(made: Graph) -> None:
    """Above 100 %, nothing is concluded from the company's own table; a table of ranges is judged by its lowest ends."""
    count = len(made.parties)
    for right in Right:
        total = np.bincount(made.held, made.low[right], count)
        made.broken[right] = total > WHOLE + TOLERANCE
        for place in np.flatnonzero(made.broken[right]):
            edge = int(made.start[place])
            at = made.rows[made.row[edge]].origin if made.row[edge] >= 0 else Origin("", None, "register")
            made.problems.append(_too_much(made.parties[int(place)], right, total[place], at))


def _too_much(party: Party, right: Right, total: float, at: Origin) -> Problem:
    args = {"party": party.id, "right": str(right), "share": f"{total / GRAINS_PER_CENT:g}"}
    return Problem(Location(at.source or at.issuer), TOO_MUCH, args, rejected=False)


def _let_float(made: Graph) -> None:
    """In a listed company, what is held by nobody named is the float."""
    listed = np.fromiter(map(is_, map(attrgetter("listed"), made.parties), repeat(True)), bool, len(made.parties))
    if not listed.any():
        return
    keep = ~(listed[made.held] & made.hidden[made.holder])
    made.floats = listed & (np.bincount(made.held, minlength=len(made.parties)) > 0)
    if keep.all():
        return
    made.holder, made.held, made.row = made.holder[keep], made.held[keep], made.row[keep]
    made.low = {right: made.low[right][keep] for right in Right}
    made.high = {right: made.high[right][keep] for right in Right}
    made.start = np.searchsorted(made.held, np.arange(len(made.parties) + 1))

"""What was said of one day, in columns: each holder's capital and votes of each company, conventions of nature applied.

Shares are whole *grains*, 10⁻¹⁴ of one, held in float64: sums of decimals are exact, so that 24.0 is not above 24 and
half is not more than half. An open end is `OPEN` of a grain inside, which no figure is. Companies whose figures have more digits than a
grain are rounded here, marked as `fine`, and worked out exactly when somebody asks (`egide.ownership.fine`).

- Two statements on one holding that can both be true are narrowed to what both allow; two that cannot are a conflict, and
  the range covers both.
- Bare ownership and usufruct (Code civil, 578; Code de commerce, L.225-110): capital is the bare owner's; votes are as
  stated, and between nothing and the shares concerned when nobody states them.
- A pledge is shown and never counted. Treasury shares hold on to themselves: no vote is cast for them (L.225-111).
- Options and convertibles count fully diluted only: their per cent is of today's capital, and adds to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from operator import attrgetter, is_not
from typing import TYPE_CHECKING, Any

import numpy as np

from egide.ownership.holdings import NOTHING_SAID, Conflict, Holding, Nature, Party, PartyKind, Range, Register, Right
from egide.ownership.percent import in_words
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from enum import Enum

    from egide.ownership.holdings import Concert, Influence

Column = np.ndarray[Any, np.dtype[Any]]

WHOLE = 10**14
"""Grains in one."""
GRAINS_PER_CENT = 1e12
OPEN = 2.0**-6
"""Of a grain: the least that a float of a whole can tell."""
FULL, USUFRUCT, BARE, TREASURY, OPTION, CONVERTIBLE, PLEDGE = range(7)
CODES = {
    Nature.FULL: FULL, Nature.USUFRUCT: USUFRUCT, Nature.BARE_OWNERSHIP: BARE, Nature.TREASURY: TREASURY,
    Nature.OPTION: OPTION, Nature.CONVERTIBLE: CONVERTIBLE, Nature.PLEDGE: PLEDGE,
}  # fmt: skip
SPLIT = frozenset({USUFRUCT, BARE, TREASURY})
"""Ways of holding whose votes may be somebody else's when nobody states them."""
ADDING = frozenset({OPTION, CONVERTIBLE})
"""Ways of holding that count fully diluted only."""
ENDS = {PartyKind.PERSON, PartyKind.STATE, PartyKind.UNDISCLOSED}
"""Whom nobody holds: chains end there."""
SILENT = N_("«{party}» is named in a holding but described nowhere: its places and holders are unknown")
BODILESS = N_("«{party}» is a person, a State or nobody known: nobody holds shares of it")
IMPOSSIBLE = N_("a share of {share} is none: it is taken as unknown")
SELF = N_("«{party}» holds shares of itself: they are counted as treasury shares")


@dataclass(slots=True)
class Day:
    """The statements that hold on the day."""

    parties: list[Party]
    index: dict[str, int]
    rows: list[Holding]
    holder: Column
    """The place of each row's holder among the parties, and of the company held."""
    held: Column
    influences: list[Influence]
    concerts: list[Concert]
    problems: list[Problem]
    conflicts: list[Conflict]


@dataclass(slots=True)
class Pairs:
    """One line for each holder of each company."""

    holder: Column
    held: Column
    row: Column
    """Index of the first statement, among the day's rows."""
    low: dict[Right, Column]
    high: dict[Right, Column]
    fine: Column
    """By party: companies whose figures a grain does not hold."""


def of_day(register: Register, on: date) -> Day:
    """What holds on that day, every party of it described."""
    rows = [one for one in register.holdings if (one.since is None or one.since <= on) and (one.until is None or on <= one.until)]
    index = {id_: place for place, id_ in enumerate(register.parties)}
    named_by = (map(index.get, map(attrgetter(side), rows), repeat(-1)) for side in ("holder", "held"))
    holder, held = (np.fromiter(places, np.int64, len(rows)) for places in named_by)
    day = Day(
        list(register.parties.values()), index, rows, holder, held,
        _valid(register.influences, on), _valid(register.concerts, on), list(register.problems), list(register.conflicts),
    )  # fmt: skip
    named = {id_ for one in day.influences for id_ in (one.holder, one.held)}
    named |= {id_ for one in day.concerts for id_ in (*one.members, one.held)}
    silent = [(column, side, int(row)) for column, side in ((holder, "holder"), (held, "held")) for row in np.flatnonzero(column < 0)]
    named |= {getattr(rows[row], side) for _, side, row in silent}
    for id_ in sorted(named - index.keys()):
        index[id_] = len(day.parties)
        day.parties.append(Party(id_, id_, PartyKind.ENTITY))
        day.problems.append(Problem(Location("register", path=id_), SILENT, {"party": id_}, rejected=False))
    for column, side, row in silent:
        column[row] = index[getattr(rows[row], side)]
    return day


def _valid(said: Iterable[Any], on: date) -> list[Any]:
    return [one for one in said if (one.since is None or one.since <= on) and (one.until is None or on <= one.until)]


def pairs(day: Day, register: Register, *, diluted: bool) -> Pairs:
    """Who holds what of whom, each pair once."""
    columns, rounded = _columns(day, register)
    fine = np.zeros(len(day.parties), bool)
    fine[day.held[rounded]] = True
    groups = _grouped(day, columns)
    if diluted:
        fine[groups.held[_adding(groups)]] = True
    return _joined(groups, fine, diluted=diluted)


def _adding(groups: _Columns) -> Column:
    adding: Column = (groups.code == OPTION) | (groups.code == CONVERTIBLE)
    return adding


@dataclass(slots=True)
class _Columns:
    holder: Column
    held: Column
    code: Column
    said: dict[Right, Column]
    low: dict[Right, Column]
    high: dict[Right, Column]
    row: Column


def _columns(day: Day, register: Register) -> tuple[_Columns, Column]:
    """What each row says, and which rows say more digits than a grain."""
    rows, holder, held = day.rows, day.holder, day.held
    code = by_member(map(attrgetter("nature"), rows), len(rows), CODES)
    said, low, high = {}, {}, {}
    rounded = np.zeros(len(rows), bool)
    for right in Right:
        said[right], low[right], high[right], more = _ranges(list(map(attrgetter(right.value), rows)), day, register)
        rounded |= more
    own = holder == held
    for place in np.flatnonzero(own & (code != TREASURY)):
        row = day.rows[int(place)]
        day.problems.append(Problem(where(register, row), SELF, {"party": row.held}, rejected=False))
    holder = np.where(code == TREASURY, held, holder)
    code = np.where(own, TREASURY, code)
    bodiless = ends_of(day.parties)[held]
    for place in np.flatnonzero(bodiless):
        row = day.rows[int(place)]
        day.problems.append(Problem(where(register, row), BODILESS, {"party": row.held}))
    keep = ~bodiless & (code != PLEDGE)
    return _Columns(
        holder[keep], held[keep], code[keep],
        {right: said[right][keep] for right in Right}, {right: low[right][keep] for right in Right},
        {right: high[right][keep] for right in Right}, np.flatnonzero(keep),
    ), rounded  # fmt: skip


def _ranges(shares: list[Range | None], day: Day, register: Register) -> tuple[Column, Column, Column, Column]:
    """Said or not, lowest and highest in grains, and whether a grain is too coarse; what is no share is as good as not said."""
    count = len(shares)
    said = np.fromiter(map(is_not, shares, repeat(None)), bool, count)
    stated = shares if said.all() else [NOTHING_SAID if one is None else one for one in shares]
    (low, fine), (high, fine_high) = (_figures(stated, end) for end in ("low", "high"))
    open_low, open_high = (np.fromiter(map(attrgetter(end), stated), bool, count) for end in ("low_open", "high_open"))
    wrong = said & ~((low >= 0) & (high <= 100) & (low <= high) & (~(open_low | open_high) | (low < high) | fine | fine_high))
    for place in np.flatnonzero(wrong):
        row = day.rows[int(place)]
        text = f"{low[place]:g} %" if low[place] == high[place] else f"{low[place]:g}–{high[place]:g} %"
        day.problems.append(Problem(where(register, row), IMPOSSIBLE, {"share": text}, rejected=False))
    said &= ~wrong
    return (
        said,
        np.where(said, np.rint(low * GRAINS_PER_CENT) + open_low * OPEN, 0.0),
        np.where(said, np.rint(high * GRAINS_PER_CENT) - open_high * OPEN, float(WHOLE)),
        said & (fine | fine_high),
    )


def _figures(stated: Sequence[Range | None], end: str) -> tuple[Column, Column]:
    """Figures as floats, and which of them have more digits than a grain."""
    count = len(stated)
    try:
        said = np.fromiter(map(float.__pos__, map(attrgetter(end), stated)), np.float64, count)
    except TypeError:  # some are fractions
        figures = list(map(attrgetter(end), stated))
        said = np.fromiter(map(float, figures), np.float64, count)
        return said, np.fromiter((not isinstance(one, float) or one != round(one * GRAINS_PER_CENT) / GRAINS_PER_CENT for one in figures),
                                 bool, count)  # fmt: skip
    return said, np.rint(said * GRAINS_PER_CENT) / GRAINS_PER_CENT != said


def by_member(members: Iterable[Enum], count: int, codes: Mapping[Any, int]) -> Column:
    """A column of codes. Members are told apart by identity: millions of them would take seconds to be hashed."""
    known = {id(member): code for member, code in codes.items()}
    return np.fromiter(map(known.__getitem__, map(id, members)), np.int64, count)


def ends_of(parties: Sequence[Party]) -> Column:
    """Whom nobody holds, by party."""
    return by_member(map(attrgetter("kind"), parties), len(parties), {kind: kind in ENDS for kind in PartyKind}) > 0


def where(register: Register, row: Holding | Influence | Concert) -> Location:
    """The place of a statement in what was given."""
    return register.at.get(row.id) or Location(row.origin.source or row.origin.issuer, path=row.id or None)


def _grouped(day: Day, columns: _Columns) -> _Columns:
    """One line for each holder, company and nature; statements that disagree leave a conflict."""
    key = (columns.held * len(day.parties) + columns.holder) * 8 + columns.code
    order = np.argsort(key, kind="stable")
    key = key[order]
    start = np.flatnonzero(np.diff(key, prepend=-1)) if len(key) else np.zeros(0, np.int64)
    low, high, said = {}, {}, {}
    for right in Right:
        lows, highs = columns.low[right][order], columns.high[right][order]
        said[right] = _reduce(np.logical_or, columns.said[right][order], start)
        narrow_low, narrow_high = _reduce(np.maximum, lows, start), _reduce(np.minimum, highs, start)
        apart = narrow_low > narrow_high
        for group in np.flatnonzero(apart):
            end = start[group + 1] if group + 1 < len(start) else len(order)
            _conflict(day, right, [day.rows[int(columns.row[place])] for place in order[start[group] : end]])
        spoken = columns.said[right][order]
        low[right] = np.where(apart, _reduce(np.minimum, np.where(spoken, lows, np.inf), start), narrow_low)
        high[right] = np.where(apart, _reduce(np.maximum, np.where(spoken, highs, -np.inf), start), narrow_high)
    first = order[start]
    return _Columns(columns.holder[first], columns.held[first], columns.code[first], said, low, high, columns.row[first])


def _reduce(how: np.ufunc, values: Column, start: Column) -> Column:
    return how.reduceat(values, start) if len(start) else values[:0]


def _conflict(day: Day, right: Right, rows: list[Holding]) -> None:
    """The lowest and the highest of what was said."""
    spoken = [(share, row) for row in rows if (share := row.capital if right is Right.CAPITAL else row.votes) is not None]
    spoken.sort(key=lambda one: (one[0].least(), one[0].most(), one[1].origin.issuer, one[1].id))
    first, second = (_words(*spoken[place]) for place in (0, -1))
    found = Conflict(rows[0].holder, rows[0].held, str(right), first, second)
    if not any((one.holder, one.held, one.right) == (found.holder, found.held, found.right) for one in day.conflicts):
        day.conflicts.append(found)


def _words(share: Range, row: Holding) -> str:
    return ", ".join(part for part in (in_words(share), row.origin.issuer, str(row.origin.on or ""), row.origin.source) if part)


def _joined(groups: _Columns, fine: Column, *, diluted: bool) -> Pairs:
    """Natures added up for each pair; fully diluted, what options and convertibles add enlarges the whole."""
    code, whole, parties = groups.code, float(WHOLE), len(fine)
    capital_low, capital_high = groups.low[Right.CAPITAL], groups.high[Right.CAPITAL]
    votes_low, votes_high = groups.low[Right.VOTES], groups.high[Right.VOTES]
    said = groups.said[Right.VOTES]
    capital_low = np.where(code == USUFRUCT, 0.0, capital_low)
    at_most = np.where(groups.said[Right.CAPITAL], groups.high[Right.CAPITAL], whole)
    split = ((code == USUFRUCT) | (code == BARE) | (code == TREASURY)) & ~said
    votes_high = np.where(split, at_most, votes_high)
    capital_high = np.where(code == USUFRUCT, 0.0, capital_high)
    adding = _adding(groups)
    low = {Right.CAPITAL: capital_low, Right.VOTES: np.where(adding & ~said, groups.low[Right.CAPITAL], votes_low)}
    high = {Right.CAPITAL: capital_high, Right.VOTES: np.where(adding & ~said, groups.high[Right.CAPITAL], votes_high)}
    keep = ~adding
    if diluted and adding.any():
        for right in Right:
            low[right], high[right] = _enlarged(groups.held, adding, low[right], high[right], parties)
        keep = np.ones(len(code), bool)
    held, holder, row = groups.held[keep], groups.holder[keep], groups.row[keep]
    start = np.flatnonzero(np.diff(held * parties + holder, prepend=-1)) if len(held) else np.zeros(0, np.int64)
    return Pairs(
        holder[start], held[start], row[start],
        {right: _reduce(np.add, low[right][keep], start) for right in Right},
        {right: np.minimum(_reduce(np.add, high[right][keep], start), whole) for right in Right}, fine,
    )  # fmt: skip


def _enlarged(held: Column, adding: Column, low: Column, high: Column, parties: int) -> tuple[Column, Column]:
    """Shares of the enlarged capital: a holder has least of it when the others convert most."""
    enlarged = (np.bincount(held, adding, parties) > 0)[held]
    more_low = np.bincount(held, np.where(adding, low, 0.0), parties)[held]
    more_high = np.bincount(held, np.where(adding, high, 0.0), parties)[held]
    whole = float(WHOLE)
    others_high = np.where(adding, more_high - high, more_high)
    others_low = np.where(adding, more_low - low, more_low)
    least = low / (whole + others_high + np.where(adding, low, 0.0)) * whole
    most = high / (whole + others_low + np.where(adding, high, 0.0)) * whole
    return np.where(enlarged, least, low), np.where(enlarged, most, high)

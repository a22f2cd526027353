"""The conventions of `egide.ownership.day` in fractions, for one company: what no grain can hold, concerts and diluted capital.

The columns of a day answer for millions; a company whose figures have more digits than a grain, whose holders act in concert or whose
capital is enlarged is worked out here once somebody asks for it, so that nothing that is compared with a cap was rounded before.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from egide.ownership.day import ADDING, CODES, PLEDGE, SPLIT, TREASURY, USUFRUCT
from egide.ownership.graph import managers_of
from egide.ownership.holdings import Holding, PartyKind, Range, Right

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.ownership.graph import Graph

NONE, ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Ends:
    """Parts of one, from low to high; an open end is not reached."""

    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False


ANYTHING = Ends(NONE, ALL)
NOTHING = Ends(NONE, NONE)
Both = dict[Right, Ends]
"""What one holder has of one company."""


def exact_holders(made: Graph, company: int) -> dict[int, Both]:
    """Who holds a company whose figures are `Graph.fine`, to the last digit: as the graph has it, or as its concert's parts of it."""
    if company in made.concerts:
        all_ = _stated_holders(made, made.over[company]) if company in made.over else {}
        return {holder: both for holder, both in all_.items() if holder in made.concerts[company]}
    found = _stated_holders(made, company)
    for merged_, members in made.concerts.items():
        if made.over.get(merged_) == company:
            parts = [found.pop(member) for member in members if member in found]
            found[merged_] = {right: merged(part[right] for part in parts) for right in Right}
    managers = managers_of(made.powers.get(company, ()), company) if made.parties[company].kind is PartyKind.FUND else []
    if managers:
        votes = ANYTHING if len(managers) > 1 else Ends(ANYTHING.high, ANYTHING.high)
        found = {holder: {**both, Right.VOTES: NOTHING} for holder, both in found.items()}
        for manager in managers:
            found[manager] = {**found.get(manager, {Right.CAPITAL: NOTHING}), Right.VOTES: votes}
    if made.floats[company]:
        found = {holder: both for holder, both in found.items() if not made.hidden[holder]}
    return found


def _stated_holders(made: Graph, company: int) -> dict[int, Both]:
    if made.said is None:
        return {}
    start, order = made.said
    rows = [made.rows[row] for row in order[start[company] : start[company + 1]].tolist()]
    return {made.index[holder]: both for holder, both in pairs_of(made.parties[company].id, rows, diluted=made.diluted).items()}


def pairs_of(company: str, rows: Iterable[Holding], *, diluted: bool) -> dict[str, Both]:
    """What each holder has of the company, by its statements of one day."""
    said: dict[tuple[str, int], dict[Right, list[Ends]]] = {}
    for row in rows:
        code = TREASURY if row.holder == company else CODES[row.nature]
        if code == PLEDGE:
            continue
        ends = said.setdefault((company if code == TREASURY else row.holder, code), {right: [] for right in Right})
        for right, share in ((Right.CAPITAL, row.capital), (Right.VOTES, row.votes)):
            if share is not None and (stated := _ends(share)):
                ends[right].append(stated)
    groups = {key: _counted(key[1], ends) for key, ends in said.items()}
    if diluted:
        groups = _enlarged(groups)
    found: dict[str, Both] = {}
    for (holder, code), both in sorted(groups.items(), key=lambda item: item[0]):
        if diluted or code not in ADDING:
            known = found.get(holder)
            found[holder] = both if known is None else {right: together((known[right], both[right])) for right in Right}
    return {holder: {right: _at_most_all(both[right]) for right in Right} for holder, both in found.items()}


def _ends(share: Range) -> Ends | None:
    """As parts of one; None for what is no share."""
    (low, low_open), (high, reached) = share.least(), share.most()
    if not 0 <= low <= high <= 100 or (low == high and (low_open or not reached)):
        return None
    return Ends(low / 100, high / 100, low_open, not reached)


def _stated(ends: Sequence[Ends]) -> Ends:
    """What all of them allow; the range that covers them where they cannot all be true; anything where nobody speaks."""
    if not ends:
        return ANYTHING
    low, low_open = max((one.low, one.low_open) for one in ends)
    high, reached = min((one.high, not one.high_open) for one in ends)
    if low > high or (low == high and (low_open or not reached)):
        low, low_open = min((one.low, one.low_open) for one in ends)
        high, reached = max((one.high, not one.high_open) for one in ends)
    return Ends(low, high, low_open, not reached)


def _counted(code: int, said: Mapping[Right, Sequence[Ends]]) -> Both:
    """Capital and votes of one way of holding."""
    capital, votes = _stated(said[Right.CAPITAL]), _stated(said[Right.VOTES])
    if not said[Right.VOTES]:
        if code in SPLIT:
            votes = Ends(NONE, capital.high, high_open=capital.high_open)
        elif code in ADDING:
            votes = capital
    return {Right.CAPITAL: NOTHING if code == USUFRUCT else capital, Right.VOTES: votes}


def _enlarged(groups: Mapping[tuple[str, int], Both]) -> dict[tuple[str, int], Both]:
    """Shares of the enlarged capital: a holder has least of it when the others convert most."""
    found = {}
    more = {right: [both[right] for (_, code), both in groups.items() if code in ADDING] for right in Right}
    for (holder, code), both in groups.items():
        found[holder, code] = {right: _of_the_enlarged(both[right], more[right], mine=code in ADDING) for right in Right}
    return found


def _of_the_enlarged(one: Ends, more: Sequence[Ends], *, mine: bool) -> Ends:
    others = list(more)
    if mine:
        others.remove(one)
    most, least = sum((other.high for other in others), NONE), sum((other.low for other in others), NONE)
    low = one.low / (1 + most + (one.low if mine else 0))
    high = one.high / (1 + least + (one.high if mine else 0))
    low_open = one.low_open or (one.low > 0 and any(other.high_open for other in others))
    return Ends(low, high, low_open, one.high_open or (one.high > 0 and any(other.low_open for other in others)))


def together(ends: Iterable[Ends]) -> Ends:
    """The sum."""
    given = list(ends)
    low, high = sum((one.low for one in given), NONE), sum((one.high for one in given), NONE)
    return Ends(low, high, any(one.low_open for one in given), any(one.high_open for one in given))


def _at_most_all(one: Ends) -> Ends:
    return one if one.high <= ALL else Ends(one.low, ALL, one.low_open)


def merged(ends: Iterable[Ends]) -> Ends:
    """What the members of a concert have as one holder."""
    return _at_most_all(together(ends))

"""Shares of parties one by one in floating point, where whole numbers would take too many steps, with how far they can be off at most."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.many import MOST_CHOOSING, DelicateError, TangledError

if TYPE_CHECKING:
    from egide.ownership.alone import Alone
    from egide.ownership.answers import Method
    from egide.ownership.circles import Value
    from egide.ownership.holdings import Right
    from egide.ownership.many import Table
    from egide.ownership.walks import Kept, Walks

Fixed = dict[int, int]
NEAR = 1e-9
"""What lies nearer to a cap in floating point is worked out in fractions, and farther when floating point may be farther off."""
AT_ONCE = 256
"""Holders whose shares are found in one pass."""


def can_be_exact(walks: Walks, method: Method, right: Right, kept: Kept) -> bool:
    """Whether fractions would come to an end in any time that somebody waits."""
    return max(map(len, walks.ladder(method, right, kept, lowest=False).parts)) <= MOST_CHOOSING


def surely(asked: Alone) -> None:
    """The least shares, and what parties may stand behind."""
    found = asked.found
    try:
        table = asked.walks.table(*asked.key, lowest=asked.forced)
        _put(asked, found.low, asked.parties, table, dict.fromkeys(asked.ends, 0), 0, 1)
        if asked.hidden:
            behind = asked.walks.table(*asked.key, lowest=asked.lowest)
            _put(asked, found.behind, asked.doubted, behind, {node: int(node not in asked.hidden) for node in asked.ends}, 1, 0)
            table.turns = max(table.turns, behind.turns)
        found.within = max(found.within, table.within)
    except (DelicateError, TangledError):
        if can_be_exact(asked.walks, *asked.key):
            asked.patiently()
            return
        for party in asked.parties:  # nothing is concluded
            found.low[party], found.behind[party] = 0, found.unit
        found.within = max(found.within, NEAR)


def greatest(asked: Alone) -> None:
    """The greatest shares that parties have by themselves."""
    found = asked.found
    try:
        table = asked.walks.table(*asked.key, lowest=False)
        _put(asked, found.high, asked.parties, table, dict.fromkeys(asked.ends, 1), 1, 0)
        found.loosely = max(found.loosely, table.within)
    except DelicateError:
        found.loosely = max(found.loosely, NEAR)
        for party in asked.parties:
            found.high[party] = found.unit
    except TangledError:
        found.loosely = max(found.loosely, NEAR)
        for party in asked.parties:
            found.high[party] = found.unit
        if asked.lowest and asked.hidden:
            with suppress(DelicateError, TangledError):
                table = asked.walks.table(*asked.key, lowest=True)
                _put(asked, found.high, asked.parties, table, {node: int(node not in asked.hidden) for node in asked.ends}, 1, 0)


def _put(asked: Alone, column: list[Value], parties: list[int], table: Table, fixed: Fixed, turned: int, met: int) -> None:
    """Fill in one column: the chance to meet a party's own, or, ``turned``, what is left of never meeting it."""
    for first in range(0, len(parties), AT_ONCE):
        some = parties[first : first + AT_ONCE]
        given = np.full((asked.walks.start + 1, len(some)), np.nan)
        for node, one in fixed.items():
            given[node] = one
        for place, party in enumerate(some):
            given[list(asked.of(party, turned)), place] = met
        for party, value in zip(some, table.least(given)[asked.walks.start].tolist(), strict=True):
            share = Fraction(min(max(1.0 - value if turned else value, 0.0), 1.0)) * asked.found.unit
            column[party] = max(share, asked.found.low[party]) if turned else share

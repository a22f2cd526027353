"""Registers that are drawn: groups, holdings across them, circles, persons, foreign entities, ranges and silence, every company its own.

Half of all holders are persons. The other half stand mostly above in the same group, some below, which closes circles, and some
in any group, the first companies more often, as great holders are. In some companies the first holder has double votes.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership import EU, Readings
from egide.ownership.holdings import Holding, Origin, Party, PartyKind, Range, Register

if TYPE_CHECKING:
    from numpy.random import Generator

ON = date(2026, 11, 23)
READINGS = Readings(EU, "EU")
INSIDE = ("FR", "DE", "NL", "LU", "IE", "ES", "IT")
OUTSIDE = ("US", "GB", "CH", "CN", "JP")
GROUP = 60
"""Companies of a group, on average; many are small and some are large."""
NEAR = 12
"""How far above or below a holder commonly stands."""


def register(
    companies: int, holdings: int, seed: int, *, ranged: float = 0.02, silent: float = 0.02, unplaced: float = 0.01,
    tangled: float | None = None,
) -> Register:
    """So many companies and holdings, and a fifth as many persons who hold shares.

    With ``tangled`` there are no groups: that part of the holders is any company, the rest are persons.
    """
    chance = np.random.default_rng(seed)
    held, holder, share, width = drawn(chance, companies, holdings, ranged, silent, tangled)
    votes = doubled(chance, held, share, width)
    made = Register()
    persons = companies // 5
    outside = chance.random(companies) < 0.15
    where = np.where(outside, chance.integers(len(OUTSIDE), size=companies), chance.integers(len(INSIDE), size=companies)).tolist()
    listed = (chance.random(companies) < 0.01).tolist()
    placed = (chance.random(companies) >= unplaced).tolist()
    for number, (out, at, known, quoted) in enumerate(zip(outside.tolist(), where, placed, listed, strict=True)):
        country = OUTSIDE[at] if out else INSIDE[at]
        rest = country if known else None
        id_ = f"C{number}"
        made.parties[id_] = Party(id_, id_, PartyKind.ENTITY, country, rest, rest, quoted)
    for number in range(persons):
        id_ = f"P{number}"
        made.parties[id_] = Party(id_, id_, PartyKind.PERSON, INSIDE[number % len(INSIDE)])
    ids = list(made.parties)
    origin = Origin("drawn", ON, "benchmark")
    rows = zip(held.tolist(), holder.tolist(), share.tolist(), votes.tolist(), width.tolist(), strict=True)
    for company, party, low, votes_low, more in rows:
        part = Range(low, low) if not more else Range(low, min(round(low + more, 2), 100.0))
        vote = part if votes_low == low else Range(votes_low, votes_low)
        made.holdings.append(Holding(ids[party], ids[company], part, vote, origin))
    return made


def doubled(chance: Generator, held: np.ndarray, share: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Votes in per cent: as the capital, but one company in ten whose shares are all stated gives its first holder double votes."""
    companies = int(held[-1]) + 1
    whole = (np.bincount(held, np.rint(share * 100)) == 10_000) & (np.bincount(held, width) == 0)
    chosen = whole & (chance.random(companies) < 0.1)
    first = np.diff(held, prepend=-1) > 0
    heavy = share * np.where(first, 2, 1)
    votes = np.floor(heavy / np.bincount(held, heavy)[held] * 10_000)
    votes[first] += 10_000 - np.bincount(held, votes)
    return np.where(chosen[held], votes / 100, share)


def drawn(
    chance: Generator, companies: int, holdings: int, ranged: float, silent: float, tangled: float | None
) -> tuple[np.ndarray, ...]:
    """Company, holder, per cent and width of its range, for each holding."""
    counts = 1 + chance.multinomial(holdings - companies, np.full(companies, 1 / companies))
    held = np.repeat(np.arange(companies), counts)
    begins = np.concatenate([[True], chance.random(companies - 1) < 1 / GROUP])
    head = np.maximum.accumulate(np.where(begins, np.arange(companies), 0))[held]
    near = np.maximum(held - chance.geometric(1 / NEAR, holdings), head)
    below = np.minimum(held + chance.geometric(1 / NEAR, holdings), companies - 1)
    far = (companies * chance.random(holdings) ** 3).astype(np.int64)
    person = companies + chance.integers(companies // 5, size=holdings)
    kind = chance.random(holdings)
    if tangled is None:
        holder = np.select([kind < 0.42, kind < 0.47, kind < 0.50], [near, below, far], person)
    else:
        holder = np.where(kind < tangled, chance.integers(companies, size=holdings), person)
    order = np.lexsort((holder, held))
    held, holder = held[order], holder[order]
    twice = np.concatenate([[False], (held[1:] == held[:-1]) & (holder[1:] == holder[:-1])]) | (held == holder)
    holder = np.where(twice, companies + chance.integers(companies // 5, size=holdings), holder)
    part = chance.exponential(1.0, holdings) ** 1.5
    share = np.floor(part / np.bincount(held, part)[held] * 10_000)
    short = 10_000 - np.bincount(held, share)
    first = np.flatnonzero(np.diff(held, prepend=-1))
    said = chance.random(companies) >= silent
    share[np.where(chance.random(companies) < 0.5, first, np.append(first[1:], holdings) - 1)] += np.where(said, short, 0)
    width = np.where(chance.random(holdings) < ranged, chance.integers(1, 15, holdings), 0)
    share = np.where(width > 0, np.floor(share * 0.9), share)
    return held, holder, share / 100, width

"""Who controls whom above one company: the least fixpoint of «more than half of the votes» (Code de commerce, L.233-3).

A party controls a company when it, and the companies that it controls, cast more than half of the votes that can be cast;
or when it has a power that the code counts as control (agreement, appointment of the organs, de facto, the general
partner or the management company of a fund). Members of a concert hold as one.

With ranges there are two fixpoints: what is certain (everybody's lowest) and what is possible (everybody's highest,
and whoever is undisclosed may stand behind a holder). The presumption of II (more than 40 %, nobody above) is not
monotone: a larger holder, perhaps one that only a presumption makes large, blocks it. It is put after the fixpoint, and again until
nothing changes; a figure that comes back without standing still is reported as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.ownership.presumptions import Pair, Presumptions
from egide.ownership.subgraph import Role
from egide.ownership.votes import Anyone, Relation, Votes, all_certain, all_possible, anyone, votes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from fractions import Fraction

    from egide.ownership.subgraph import Sub

MOST_ASKED = 30
"""Companies whose controllers are looked for one by one, before those of all are."""
NOBODY: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class Control:
    """Who certainly and who possibly controls whom; a company is never its own controller."""

    certain: Relation
    possible: Relation
    """Contains `certain`."""
    counted: Relation
    """Certain without the presumption."""
    countable: Relation
    """Possible without the presumption."""
    oscillating: frozenset[int]
    """Companies whose presumed controllers do not stand still."""

    def controllers(self, company: int) -> tuple[list[int], list[int]]:
        """Certain ones, and those that are only possible."""
        certain = [one for one, held in self.certain.items() if company in held]
        return certain, [one for one, held in self.possible.items() if company in held and company not in self.certain.get(one, ())]


class Above(dict[int, set[int]]):
    """The controllers of each company that is asked for; of all of them, once several were."""

    def __init__(self, relation: Relation) -> None:
        super().__init__()
        self.relation, self.complete = relation, False

    def __missing__(self, company: int) -> set[int]:
        if len(self) < MOST_ASKED and not self.complete:
            found = self[company] = {party for party, held in self.relation.items() if company in held}
            return found
        if not self.complete:
            self.clear()
            self.complete = True
            for party, held in self.relation.items():
                for one in held:
                    self.setdefault(one, set()).add(party)
        return self.setdefault(company, set())


def controls(sub: Sub, presumption: Fraction) -> Control:
    """Control above the company, the presumption iterated until it stands still or comes back."""
    votes = votes_of(sub)
    parties = [node for node, role in enumerate(sub.role) if role is not Role.FLOAT]
    counted = all_certain(votes, parties, {})
    unnamed = anyone(votes, {})
    possible = all_possible(votes, parties, {}, unnamed) if votes.ranged else counted
    base = _Counted(votes, parties, counted, possible, unnamed)
    seen: list[tuple[frozenset[Pair], frozenset[Pair]]] = [(NOBODY, NOBODY)]
    presumptions = Presumptions(sub, votes, presumption, counted, unnamed.group)
    certain: Relation = counted
    maybe: Relation = possible
    while True:
        sure, perhaps = presumptions.under(certain, maybe)
        if (sure, perhaps) in seen:
            break
        seen.append((sure, perhaps))
        certain, maybe = base.also(sure, perhaps)
    circle = seen[seen.index((sure, perhaps)) :]
    if len(circle) == 1:
        return Control(_others(certain), _others(maybe), _others(counted), _others(possible), frozenset())
    always = frozenset.intersection(*(one for one, _ in circle))
    ever = frozenset.union(*(two for _, two in circle))
    certain, maybe = base.also(always, ever)
    for one, two in circle:
        again, _ = base.also(one, two)
        certain = {party: held & again[party] for party, held in certain.items() if party in again}
    return Control(
        _others(certain), _others(maybe), _others(counted), _others(possible), frozenset(company for _, company in ever - always)
    )


def _others(relation: Relation) -> Relation:
    return {party: held - {party} if party in held else held for party, held in relation.items() if held and held != {party}}


@dataclass(slots=True)
class _Counted:
    """What is controlled without any presumption."""

    votes: Votes
    parties: list[int]
    certain: Relation
    possible: Relation
    unnamed: Anyone

    def also(self, sure: frozenset[Pair], perhaps: frozenset[Pair]) -> tuple[Relation, Relation]:
        """What is controlled when that is presumed too: more for those who are presumed to control, or control one of them."""
        presumed = _by_party(sure)
        certain = {**self.certain, **all_certain(self.votes, _touched(self.certain, presumed), presumed)}
        if sure == perhaps and not self.votes.ranged:
            return certain, certain
        presumed, known = _by_party(perhaps), self.unnamed
        if presumed.keys().isdisjoint(known.group):
            touched: Collection[int] = _touched(self.possible, presumed)
        else:
            touched, known = self.parties, anyone(self.votes, presumed)
        return certain, {**self.possible, **all_possible(self.votes, touched, presumed, known)}


def _touched(relation: Relation, presumed: Mapping[int, list[int]]) -> set[int]:
    """Those who are presumed to control something, or control one of them."""
    return {*presumed, *[party for party, held in relation.items() if not presumed.keys().isdisjoint(held)]}


def _by_party(presumed: frozenset[Pair]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for party, company in presumed:
        found.setdefault(party, []).append(company)
    return found

"""Who is presumed to control a company: more than 40 % of the votes, and nobody above (Code de commerce, L.233-3, II).

It is not monotone: a larger holder, perhaps one that only a presumption makes large, blocks it. `egide.ownership.control` puts it after
the fixpoint, and again until nothing changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.ownership.holdings import Right
from egide.ownership.subgraph import Role
from egide.ownership.votes import NONE, at_most

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from egide.ownership.subgraph import Sub
    from egide.ownership.votes import Relation, Votes

Pair = tuple[int, int]
"""Party and company."""
Ends = tuple[int, int]
"""Votes, at least and at most."""


class Presumptions:
    """Who is presumed, and who may be, to control each company as control stands.

    Nobody else may have a larger part of the votes, directly or through others; a party's own controller may block it too.
    """

    def __init__(self, sub: Sub, votes: Votes, presumption: Fraction, counted: Relation, anyones: frozenset[int]) -> None:
        """``anyones``: companies that anyone may control; there a presumption gives nobody more, and somebody unknown may block it."""
        self.votes, self.presumption, self.counted = votes, presumption, counted
        self.certain: Relation = {}
        self.maybe: Relation = {}
        self.found: dict[int, tuple[list[Pair], list[Pair]]] = {}
        """By company: the pairs that are presumed, and those that may be."""
        self.owners: dict[int, dict[int, Ends]] = {}
        """By company of which somebody may be presumed to have control: its holders. Of what is undisclosed nobody certainly has any."""
        roles = sub.role
        for company, row in enumerate(sub.rows[Right.VOTES]):
            if row and (company not in anyones or votes.castable[company] != votes.least_castable[company]):
                own = {holder: (0 if roles[holder] is Role.UNDISCLOSED else low, high)
                       for holder, low, high in row if holder != company and roles[holder] is not Role.FLOAT}  # fmt: skip
                if own:
                    self.owners[company] = own

    def under(self, certain: Relation, maybe: Relation) -> tuple[frozenset[Pair], frozenset[Pair]]:
        """The pairs that are presumed, and those that may be.

        A company is looked at again when who controls one of its holders changed, or whom of them or of the holders that one controls.
        """
        changed: set[int] = set()
        for before, now in ((self.certain, certain), (self.maybe, maybe)) if self.found else ():
            for party in {*before, *now}:
                was, held = before.get(party, NONE), now.get(party, NONE)
                if was is not held and was != held:
                    more = was ^ held
                    changed.add(party)
                    changed.update(more, *[now.get(one, NONE) for one in more])
        asked = [company for company, own in self.owners.items() if company not in self.found or not changed.isdisjoint(own)]
        looked = {holder for company in asked for holder in self.owners[company]}
        above = _above(certain, looked), _above(maybe, looked)
        self.certain, self.maybe = certain, maybe
        for company in asked:
            self.found[company] = self._of(company, above)
        return (frozenset([pair for sure, _ in self.found.values() for pair in sure]),
                frozenset([pair for _, perhaps in self.found.values() for pair in perhaps]))  # fmt: skip

    def _of(self, company: int, above: tuple[dict[int, list[int]], dict[int, list[int]]]) -> tuple[list[Pair], list[Pair]]:
        votes, presumption, own = self.votes, self.presumption, self.owners[company]
        sure: list[Pair] = []
        perhaps: list[Pair] = []
        perhaps_above = int(presumption.numerator * votes.least_castable[company] // presumption.denominator)
        if self._held_by_one(company, perhaps_above, above[1]):
            return sure, perhaps
        low, most = _sides(votes, own, company, above)
        larger = sorted([(much, party) for party, much in low.items() if much > perhaps_above], reverse=True)
        ranked = sorted([(much, party) for party, much in most.items()], reverse=True)
        for much, party in ranked:
            if much <= perhaps_above:
                break
            if company in self.counted.get(party, NONE) or _blocked(party, much, larger, self.maybe.get(party, NONE)):
                continue
            perhaps.append((party, company))
            mine = low.get(party, 0)
            if presumption.denominator * mine > presumption.numerator * votes.castable[company] and not _blocked(
                party, mine, ranked, self.certain.get(party, NONE)
            ):
                sure.append((party, company))
        return sure, perhaps

    def _held_by_one(self, company: int, presumable: int, above: Mapping[int, list[int]]) -> bool:
        """Whether one holder leaves too little for anybody else, and whoever may stand above it controls the company anyway.

        Whoever has less than the half that this one has more than is blocked by it.
        """
        castable = self.votes.castable[company]
        for holder, (low, _) in self.owners[company].items():
            if (2 * low > castable or castable - low <= presumable) and company in self.counted.get(holder, NONE):
                counted = self.counted
                return all(company in counted.get(party, NONE) for party in above.get(holder, ()) if party != company)
        return False


def _blocked(party: int, much: int, ranked: list[tuple[int, int]], own: frozenset[int]) -> bool:
    """Whether somebody else, who is not of its own side, has more."""
    for more, other in ranked:
        if more <= much:
            return False
        if other != party and other not in own:
            return True
    return False


def _above(relation: Relation, looked: set[int]) -> dict[int, list[int]]:
    """Who controls each of the companies that are looked at."""
    found: dict[int, list[int]] = {}
    for party, held in relation.items():
        for company in held & looked:
            found.setdefault(company, []).append(party)
    return found


def _sides(
    votes: Votes, own: Mapping[int, Ends], company: int, above: tuple[dict[int, list[int]], dict[int, list[int]]]
) -> tuple[dict[int, int], dict[int, int]]:
    """Each party's votes in the company: the least with what it certainly controls, and the most with what it may control."""
    low: dict[int, int] = {}
    least: dict[int, int] = {}
    high: dict[int, int] = {}
    for holder, (stated, most) in own.items():
        if stated:
            for party in {holder, *above[0].get(holder, ())} - {company}:
                low[party] = low.get(party, 0) + stated
        for party in {holder, *above[1].get(holder, ())} - {company}:
            least[party] = least.get(party, 0) + stated
            high[party] = high.get(party, 0) + most
    return low, {party: at_most(votes, company, least[party], much) for party, much in high.items()}

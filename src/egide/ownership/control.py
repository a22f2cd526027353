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

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from egide.ownership.holdings import Right
from egide.ownership.subgraph import Hold, Role

if TYPE_CHECKING:
    from egide.ownership.subgraph import Sub

Relation = Mapping[int, frozenset[int]]
"""The companies that each party controls."""
Pair = tuple[int, int]
"""Party and company."""
NONE: frozenset[int] = frozenset()
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


@dataclass(slots=True)
class Votes:
    """The votes of each company, from the holder's side."""

    held: list[list[tuple[int, int, int]]]
    """By holder: companies, with the votes that it certainly has, and the most."""
    powers: list[list[int]]
    castable: list[int]
    """The most votes that can be cast in each company: all but treasury shares."""
    least_castable: list[int]
    stated: list[int]
    """The sum of the lowest of everybody who is named, without treasury shares."""
    hidden: list[int]
    """The most that is undisclosed: it may be one holder's or many's, and any holder may stand behind it."""
    leading: set[int] = field(default_factory=set)
    """Whoever has enough of one company's votes to control it by that alone, or a power."""
    able: set[int] = field(default_factory=set)
    """The same, where ranges and whoever is undisclosed turn its way."""
    ranged: bool = field(default=False)


def votes_of(sub: Sub) -> Votes:
    """The votes above one company, treasury shares set apart."""
    count = len(sub.ids)
    votes = Votes([[] for _ in range(count)], [[] for _ in range(count)], [sub.whole] * count, [sub.whole] * count, [0] * count,
                  [0] * count)  # fmt: skip
    for held, row in enumerate(sub.rows[Right.VOTES]):
        for hold in row:
            if hold.holder == held:
                votes.castable[held] -= hold.low
                votes.least_castable[held] -= hold.high
                continue
            low = hold.low
            if sub.role[hold.holder] is Role.UNDISCLOSED:  # one or many: nobody certainly has any of it
                votes.hidden[held] += hold.high
                low = 0
            votes.held[hold.holder].append((held, low, hold.high))
            votes.stated[held] += low
            votes.ranged = votes.ranged or hold.low != hold.high
    for holder, held, _ in sub.powers:
        votes.powers[holder].append(held)
    for merged, members in sub.concerts.items():
        for member in members:
            votes.powers[member].append(merged)
    votes.ranged = votes.ranged or any(votes.hidden)
    for party, held_by_it in enumerate(votes.held):
        if votes.powers[party]:
            votes.leading.add(party)
            votes.able.add(party)
        for company, low, high in held_by_it:
            if 2 * low > votes.castable[company]:
                votes.leading.add(party)
            if 2 * _at_most(votes, company, low, high) > votes.least_castable[company]:
                votes.able.add(party)
    return votes


def controls(sub: Sub, presumption: Fraction) -> Control:
    """Control above the company, the presumption iterated until it stands still or comes back."""
    votes = votes_of(sub)
    parties = [node for node, role in enumerate(sub.role) if role is not Role.FLOAT]
    counted = _all_certain(votes, parties, {})
    unnamed = anyone(votes, {})
    possible = _all_possible(votes, parties, {}, unnamed) if votes.ranged else counted
    base = _Counted(votes, parties, counted, possible, unnamed)
    seen: list[tuple[frozenset[Pair], frozenset[Pair]]] = [(NOBODY, NOBODY)]
    presumptions = _Presumptions(sub, votes, presumption, counted, unnamed.group)
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
        again = base.also(one, two)
        certain = {party: certain[party] & again[0][party] for party in parties}
    return Control(
        _others(certain), _others(maybe), _others(counted), _others(possible), frozenset(company for _, company in ever - always)
    )


def _others(relation: Mapping[int, frozenset[int]]) -> Relation:
    return {party: held - {party} for party, held in relation.items() if held - {party}}


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
        touched = [one for one in self.parties if one in presumed or not presumed.keys().isdisjoint(self.certain[one])]
        certain = {**self.certain, **_all_certain(self.votes, touched, presumed)}
        if sure == perhaps and not self.votes.ranged:
            return certain, certain
        presumed, known = _by_party(perhaps), self.unnamed
        touched = self.parties
        if presumed.keys().isdisjoint(known.group):
            touched = [one for one in self.parties if one in presumed or not presumed.keys().isdisjoint(self.possible[one])]
        else:
            known = anyone(self.votes, presumed)
        return certain, {**self.possible, **_all_possible(self.votes, touched, presumed, known)}


def _all_certain(votes: Votes, parties: list[int], presumed: Mapping[int, list[int]]) -> dict[int, frozenset[int]]:
    """Most hold nothing that is enough by itself, and so control nothing."""
    return {one: certain_of(votes, one, presumed) if one in votes.leading or one in presumed else NONE for one in parties}


def _all_possible(votes: Votes, parties: list[int], presumed: Mapping[int, list[int]], known: Anyone) -> dict[int, frozenset[int]]:
    return {one: possible_of(votes, one, presumed, known) for one in parties}


def _by_party(presumed: frozenset[Pair]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for party, company in presumed:
        found.setdefault(party, []).append(company)
    return found


def certain_of(votes: Votes, party: int, presumed: Mapping[int, list[int]]) -> frozenset[int]:
    """The companies that the party certainly controls, whatever the ranges hide."""
    group, cast = {party}, dict[int, int]()
    waiting = deque(group)
    while waiting:
        member = waiting.popleft()
        new = [*votes.powers[member], *presumed.get(member, ())]
        for company, low, _ in votes.held[member]:
            cast[company] = now = cast.get(company, 0) + low
            if 2 * now > votes.castable[company]:
                new.append(company)
        for company in new:
            if company not in group:
                group.add(company)
                waiting.append(company)
    return frozenset(group - {party})


@dataclass(slots=True)
class Anyone:
    """What somebody of whom nothing is known may control, and so whoever may be that one."""

    group: frozenset[int]
    least: dict[int, int]
    """By company: what the group certainly has of its votes, and at most."""
    most: dict[int, int]


def anyone(votes: Votes, presumed: Mapping[int, list[int]]) -> Anyone:
    """The companies that whoever stands behind everything undisclosed may control."""
    hidden = [company for company, much in enumerate(votes.hidden) if much and _for_anyone(votes, company)]
    found = Anyone(frozenset(), {}, {})
    return Anyone(frozenset(_grown(votes, set(hidden), deque(hidden), presumed, found)), found.least, found.most)


def possible_of(votes: Votes, party: int, presumed: Mapping[int, list[int]], known: Anyone) -> frozenset[int]:
    """The companies that it would control if ranges and whoever is undisclosed turned its way.

    One owner may stand behind several holders that nobody names, so whoever it is may control every company of which nobody
    is known to keep half of the votes.
    """
    before = known.group
    if party in before:
        return before - {party}
    if not (party in votes.able or party in presumed or any(company in known.most for company, _, _ in votes.held[party])):
        return before
    more = _grown(votes, {party}, deque([party]), presumed, Anyone(before, _Over(known.least), _Over(known.most)))
    more.discard(party)
    return before | more if before else frozenset(more)


def _grown(votes: Votes, group: set[int], waiting: deque[int], presumed: Mapping[int, list[int]], known: Anyone) -> set[int]:
    """The group with all that it controls besides what is known to be controlled, as ranges turn its way."""
    before, least, most = known.group, known.least, known.most
    while waiting:
        member = waiting.popleft()
        new = [*votes.powers[member], *presumed.get(member, ())]
        for company, low, high in votes.held[member]:
            least[company] = least.get(company, 0) + low
            most[company] = most.get(company, 0) + high
            if 2 * _at_most(votes, company, least[company], most[company]) > votes.least_castable[company]:
                new.append(company)
        for company in new:
            if company not in group and company not in before:
                group.add(company)
                waiting.append(company)
    return group


class _Over(dict[int, int]):
    """Sums over others that stay as they are."""

    def __init__(self, known: Mapping[int, int]) -> None:
        super().__init__()
        self.known = known

    def get(self, company: int, default: int = 0) -> int:  # type: ignore[override]
        found = super().get(company)
        return self.known.get(company, default) if found is None else found


def _for_anyone(votes: Votes, company: int) -> bool:
    """Whether what nobody states of its votes is enough to control it."""
    return 2 * _at_most(votes, company, 0, 0) > votes.least_castable[company]


def _at_most(votes: Votes, company: int, least: int, most: int) -> int:
    """The most of the votes that a group can have, the others keeping what is certainly theirs."""
    return min(most + votes.hidden[company], votes.castable[company] - votes.stated[company] + least)


class _Presumptions:
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
        self.owners: dict[int, dict[int, Hold]] = {}
        """By company of which somebody may be presumed to have control: its holders. Of what is undisclosed nobody certainly has any."""
        for company, row in enumerate(sub.rows[Right.VOTES]):
            own = {hold.holder: hold._replace(low=0) if sub.role[hold.holder] is Role.UNDISCLOSED else hold
                   for hold in row if hold.holder != company and sub.role[hold.holder] is not Role.FLOAT}  # fmt: skip
            if own and (company not in anyones or votes.castable[company] != votes.least_castable[company]):
                self.owners[company] = own

    def under(self, certain: Relation, maybe: Relation) -> tuple[frozenset[Pair], frozenset[Pair]]:
        """The pairs that are presumed, and those that may be.

        A company is looked at again when who controls one of its holders changed, or what that one or the holder controls.
        """
        changed: set[int] = set()
        for before, now in ((self.certain, certain), (self.maybe, maybe)):
            for party, held in now.items():
                was = before.get(party)
                if was is not held and was != held:
                    changed.add(party)
                    changed |= held if was is None else held | was
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
        """Whether one holder leaves too little for anybody else, and whoever may stand above it controls the company anyway."""
        for holder, hold in self.owners[company].items():
            if self.votes.castable[company] - hold.low <= presumable and company in self.counted.get(holder, NONE):
                return all(company in self.counted.get(party, NONE) for party in above.get(holder, ()) if party != company)
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
    votes: Votes, own: Mapping[int, Hold], company: int, above: tuple[dict[int, list[int]], dict[int, list[int]]]
) -> tuple[dict[int, int], dict[int, int]]:
    """Each party's votes in the company: the least with what it certainly controls, and the most with what it may control."""
    low: dict[int, int] = {}
    least: dict[int, int] = {}
    high: dict[int, int] = {}
    for holder, hold in own.items():
        stated = hold.low
        if stated:
            for party in {holder, *above[0].get(holder, ())} - {company}:
                low[party] = low.get(party, 0) + stated
        for party in {holder, *above[1].get(holder, ())} - {company}:
            least[party] = least.get(party, 0) + stated
            high[party] = high.get(party, 0) + hold.high
    return low, {party: _at_most(votes, company, least[party], much) for party, much in high.items()}

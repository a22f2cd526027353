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
NONE: frozenset[int] = frozenset()
Pair = tuple[int, int]
"""Party and company."""


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
    return votes


def controls(sub: Sub, presumption: Fraction) -> Control:
    """Control above the company, the presumption iterated until it stands still or comes back."""
    votes = votes_of(sub)
    parties = [node for node, role in enumerate(sub.role) if role is not Role.FLOAT]
    counted = _all_certain(votes, parties, {})
    anyones = anyone(votes, {}).group
    possible = _all_possible(votes, parties, {}) if votes.ranged else counted
    seen: list[tuple[frozenset[Pair], frozenset[Pair]]] = [(frozenset(), frozenset())]
    certain, maybe = counted, possible
    while True:
        sure, perhaps = _presumed(sub, votes, presumption, (counted, certain, maybe), anyones)
        if (sure, perhaps) in seen:
            break
        seen.append((sure, perhaps))
        certain, maybe = _with(votes, parties, sure, perhaps)
    circle = seen[seen.index((sure, perhaps)) :]
    if len(circle) == 1:
        return Control(_others(certain), _others(maybe), _others(counted), _others(possible), frozenset())
    always = frozenset.intersection(*(one for one, _ in circle))
    ever = frozenset.union(*(two for _, two in circle))
    certain, maybe = _with(votes, parties, always, ever)
    for one, two in circle:
        again = _with(votes, parties, one, two)
        certain = {party: certain[party] & again[0][party] for party in parties}
    return Control(
        _others(certain), _others(maybe), _others(counted), _others(possible), frozenset(company for _, company in ever - always)
    )


def _others(relation: Mapping[int, frozenset[int]]) -> Relation:
    return {party: held - {party} for party, held in relation.items() if held - {party}}


def _with(votes: Votes, parties: list[int], sure: frozenset[Pair], perhaps: frozenset[Pair]) -> tuple[dict[int, frozenset[int]], ...]:
    certain = _all_certain(votes, parties, _by_party(sure))
    if sure == perhaps and not votes.ranged:
        return certain, certain
    return certain, _all_possible(votes, parties, _by_party(perhaps))


def _all_certain(votes: Votes, parties: list[int], presumed: Mapping[int, list[int]]) -> dict[int, frozenset[int]]:
    """Most hold nothing that is enough by itself, and so control nothing."""
    castable, powers = votes.castable, votes.powers
    return {
        one: certain_of(votes, one, presumed)
        if powers[one] or one in presumed or any([2 * low > castable[company] for company, low, _ in votes.held[one]]) else NONE
        for one in parties
    }


def _all_possible(votes: Votes, parties: list[int], presumed: Mapping[int, list[int]]) -> dict[int, frozenset[int]]:
    known = anyone(votes, presumed)
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
    if not (votes.powers[party] or party in presumed or any([
        2 * _at_most(votes, company, known.least.get(company, 0) + low, known.most.get(company, 0) + high) > votes.least_castable[company]
        for company, low, high in votes.held[party]
    ])):  # fmt: skip
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


def _presumed(
    sub: Sub, votes: Votes, presumption: Fraction, now: tuple[Relation, Relation, Relation], anyones: frozenset[int]
) -> tuple[frozenset[Pair], frozenset[Pair]]:
    """Who is presumed, and who may be, to control each company as control now stands.

    Nobody else may have a larger part of the votes, directly or through others; a party's own controller may block it too.
    ``anyones``: companies that anyone may control; there a presumption gives nobody more, and somebody unknown may block it.
    """
    counted, certain, maybe = now
    sure: set[Pair] = set()
    perhaps: set[Pair] = set()

    def ranged(company: int) -> bool:
        return votes.castable[company] != votes.least_castable[company]

    looked = {hold.holder for company, row in enumerate(sub.rows[Right.VOTES]) if company not in anyones or ranged(company) for hold in row}
    above = _above(certain, looked), _above(maybe, looked)
    for company, row in enumerate(sub.rows[Right.VOTES]):
        own = {hold.holder: hold for hold in row if hold.holder != company and sub.role[hold.holder] is not Role.FLOAT}
        if not own or (company in anyones and not ranged(company)):
            continue
        perhaps_above = int(presumption.numerator * votes.least_castable[company] // presumption.denominator)
        if _held_by_one(votes, own, company, perhaps_above, (counted, above[1])):
            continue
        low, most = _sides(sub, votes, own, company, above)
        larger = sorted(((much, party) for party, much in low.items() if much > perhaps_above), reverse=True)
        ranked = sorted(((much, party) for party, much in most.items()), reverse=True)
        for much, party in ranked:
            if much <= perhaps_above:
                break
            if company in counted.get(party, ()) or _blocked(party, much, larger, maybe.get(party, frozenset())):
                continue
            perhaps.add((party, company))
            mine = low.get(party, 0)
            if presumption.denominator * mine > presumption.numerator * votes.castable[company] and not _blocked(
                party, mine, ranked, certain.get(party, frozenset())
            ):
                sure.add((party, company))
    return frozenset(sure), frozenset(perhaps)


def _held_by_one(
    votes: Votes, own: Mapping[int, Hold], company: int, presumable: int, now: tuple[Relation, Mapping[int, list[int]]]
) -> bool:
    """Whether one holder leaves too little for anybody else to be presumed, and whoever may stand above it controls the company anyway."""
    counted, above = now
    for holder, hold in own.items():
        if votes.castable[company] - hold.low <= presumable and company in counted.get(holder, NONE):
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
    sub: Sub, votes: Votes, own: Mapping[int, Hold], company: int, above: tuple[dict[int, list[int]], dict[int, list[int]]]
) -> tuple[dict[int, int], dict[int, int]]:
    """Each party's votes in the company: the least with what it certainly controls, and the most with what it may control."""
    low: dict[int, int] = {}
    least: dict[int, int] = {}
    high: dict[int, int] = {}
    for holder, hold in own.items():
        stated = hold.low if sub.role[holder] is not Role.UNDISCLOSED else 0
        if stated:
            for party in {holder, *above[0].get(holder, ())} - {company}:
                low[party] = low.get(party, 0) + stated
        for party in {holder, *above[1].get(holder, ())} - {company}:
            least[party] = least.get(party, 0) + stated
            high[party] = high.get(party, 0) + hold.high
    return low, {party: _at_most(votes, company, least[party], much) for party, much in high.items()}

"""What a party controls by the votes alone, for certain and perhaps: the least fixpoint of «more than half of the votes».

With ranges there are two fixpoints: what is certain (everybody's lowest) and what is possible (everybody's highest, and whoever is
undisclosed may stand behind a holder).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.ownership.holdings import Right
from egide.ownership.subgraph import Role

if TYPE_CHECKING:
    from egide.ownership.subgraph import Sub

Relation = Mapping[int, frozenset[int]]
"""The companies that each party controls."""
NONE: frozenset[int] = frozenset()


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
            if 2 * at_most(votes, company, low, high) > votes.least_castable[company]:
                votes.able.add(party)
    return votes


def all_certain(votes: Votes, parties: list[int], presumed: Mapping[int, list[int]]) -> dict[int, frozenset[int]]:
    """Most hold nothing that is enough by itself, and so control nothing."""
    return {one: certain_of(votes, one, presumed) if one in votes.leading or one in presumed else NONE for one in parties}


def all_possible(votes: Votes, parties: list[int], presumed: Mapping[int, list[int]], known: Anyone) -> dict[int, frozenset[int]]:
    """What each party may control; ``known`` is what anyone may."""
    return {one: possible_of(votes, one, presumed, known) for one in parties}


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
            if 2 * at_most(votes, company, least[company], most[company]) > votes.least_castable[company]:
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
    return 2 * at_most(votes, company, 0, 0) > votes.least_castable[company]


def at_most(votes: Votes, company: int, least: int, most: int) -> int:
    """The most of the votes that a group can have, the others keeping what is certainly theirs."""
    return min(most + votes.hidden[company], votes.castable[company] - votes.stated[company] + least)

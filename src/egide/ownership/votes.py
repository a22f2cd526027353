"""What a party controls by the votes alone, for certain and perhaps: the least fixpoint of «more than half of the votes».

With ranges there are two fixpoints: what is certain (everybody's lowest) and what is possible (everybody's highest, and whoever is
undisclosed may stand behind a holder).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.ownership.holdings import Right
from egide.ownership.subgraph import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from egide.ownership.subgraph import Hold, Sub

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
    rows: list[list[Hold]] = field(default_factory=list)
    """The holders of each company, as they were stated."""
    leading: set[int] = field(default_factory=set)
    """Whoever has enough of one company's votes to control it by that alone, or a power."""
    able: set[int] = field(default_factory=set)
    """The same, where ranges and whoever is undisclosed turn its way."""
    ranged: bool = field(default=False)


def votes_of(sub: Sub) -> Votes:
    """The votes above one company, treasury shares set apart."""
    count, rows = len(sub.ids), sub.rows[Right.VOTES]
    votes = Votes([[] for _ in range(count)], [[] for _ in range(count)], [sub.whole] * count, [sub.whole] * count, [0] * count,
                  [0] * count, rows)  # fmt: skip
    secret = {node for node, role in enumerate(sub.role) if role is Role.UNDISCLOSED}
    for held, row in enumerate(rows):
        for holder, low, high in row:
            if low != high and holder != held:
                votes.ranged = True
            if holder == held:
                votes.castable[held] -= low
                votes.least_castable[held] -= high
            elif holder in secret:  # one or many: nobody certainly has any of it
                votes.hidden[held] += high
                votes.held[holder].append((held, 0, high))
            else:
                votes.held[holder].append((held, low, high))
                votes.stated[held] += low
    for holder, held, _ in sub.powers:
        votes.powers[holder].append(held)
    for merged, members in sub.concerts.items():
        for member in members:
            votes.powers[member].append(merged)
    votes.ranged = votes.ranged or any(votes.hidden)
    _lead(votes)
    return votes


def _lead(votes: Votes) -> None:
    """Find who controls something by one holding or a power, and who may."""
    given = {party for party, over in enumerate(votes.powers) if over}
    votes.leading |= given
    votes.able |= given
    castable, least_castable = votes.castable, votes.least_castable
    for party, held_by_it in enumerate(votes.held):
        for company, low, high in held_by_it:
            if 2 * low > castable[company]:
                votes.leading.add(party)
            if 2 * at_most(votes, company, low, high) > least_castable[company]:
                votes.able.add(party)


def all_certain(votes: Votes, parties: Collection[int], presumed: Mapping[int, list[int]]) -> dict[int, frozenset[int]]:
    """What each party certainly controls; those are left out that hold nothing that is enough by itself, and so control nothing."""
    found: dict[int, frozenset[int]] = {}
    for one in parties:
        if one in votes.leading or one in presumed:
            found[one] = certain_of(votes, one, presumed, found)
    return found


def all_possible(
    votes: Votes, parties: Collection[int], presumed: Mapping[int, list[int]], known: Anyone
) -> dict[int, frozenset[int]]:
    """What each party may control; ``known`` is what anyone may. Those are left out that may control nothing."""
    before, found = known.group, dict[int, frozenset[int]]()
    able = {*votes.able, *presumed, *[hold[0] for company in known.most for hold in votes.rows[company]]}
    for one in parties:
        if one in able:
            found[one] = possible_of(votes, one, presumed, known, found)
        elif before:
            found[one] = before - {one}
    return found


def _only(votes: Votes, party: int, presumed: Mapping[int, list[int]]) -> int | None:
    """The company that a party holds, if that is all that it has: with it the party controls what that controls, and no more."""
    held = votes.held[party]
    return held[0][0] if len(held) == 1 and not votes.powers[party] and party not in presumed else None


def certain_of(
    votes: Votes, party: int, presumed: Mapping[int, list[int]], others: Mapping[int, frozenset[int]]
) -> frozenset[int]:
    """The companies that the party certainly controls, whatever the ranges hide; ``others`` are what some control for certain."""
    only = _only(votes, party, presumed)
    if only is not None and only in others:
        return (others[only] | {only}) - {party} if 2 * votes.held[party][0][1] > votes.castable[only] else NONE
    group, cast, waiting = {party}, dict[int, int](), [party]
    held_by, powers, castable = votes.held, votes.powers, votes.castable
    for member in waiting:
        new = [*powers[member], *presumed.get(member, ())]
        for company, low, _ in held_by[member]:
            cast[company] = now = cast[company] + low if company in cast else low
            if 2 * now > castable[company]:
                new.append(company)
        for company in new:
            if company not in group:
                group.add(company)
                waiting.append(company)
    group.discard(party)
    return frozenset(group)


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
    return Anyone(frozenset(_grown(votes, set(hidden), hidden, presumed, found)), found.least, found.most)


def possible_of(
    votes: Votes, party: int, presumed: Mapping[int, list[int]], known: Anyone, others: Mapping[int, frozenset[int]]
) -> frozenset[int]:
    """The companies that it would control if ranges and whoever is undisclosed turned its way; ``others`` are what some would.

    One owner may stand behind several holders that nobody names, so whoever it is may control every company of which nobody
    is known to keep half of the votes.
    """
    before = known.group
    if party in before:
        return before - {party}
    only = _only(votes, party, presumed)
    if only is not None and only in others and only not in before:
        _, low, high = votes.held[party][0]
        most = at_most(votes, only, known.least.get(only, 0) + low, known.most.get(only, 0) + high)
        return (others[only] | {only}) - {party} if 2 * most > votes.least_castable[only] else before
    more = _grown(votes, {party}, [party], presumed, Anyone(before, known.least.copy(), known.most.copy()))
    more.discard(party)
    return before | more if before else frozenset(more)


def _grown(votes: Votes, group: set[int], waiting: list[int], presumed: Mapping[int, list[int]], known: Anyone) -> set[int]:
    """The group with all that it controls besides what is known to be controlled, as ranges turn its way."""
    before, least, most = known.group, known.least, known.most
    held_by, powers, hidden, castable = votes.held, votes.powers, votes.hidden, votes.castable
    least_castable, stated = votes.least_castable, votes.stated
    for member in waiting:
        new = [*powers[member], *presumed.get(member, ())]
        for company, low, high in held_by[member]:
            if company in most:
                least[company] += low
                most[company] += high
            else:
                least[company], most[company] = low, high
            # as `at_most`, without its calls
            if 2 * min(most[company] + hidden[company], castable[company] - stated[company] + least[company]) > least_castable[company]:
                new.append(company)
        for company in new:
            if company not in group and company not in before:
                group.add(company)
                waiting.append(company)
    return group


def _for_anyone(votes: Votes, company: int) -> bool:
    """Whether what nobody states of its votes is enough to control it."""
    return 2 * at_most(votes, company, 0, 0) > votes.least_castable[company]


def at_most(votes: Votes, company: int, least: int, most: int) -> int:
    """The most of the votes that a group can have, the others keeping what is certainly theirs."""
    return min(most + votes.hidden[company], votes.castable[company] - votes.stated[company] + least)

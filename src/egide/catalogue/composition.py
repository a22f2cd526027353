"""What an offer stands on: everything it reaches through its relations, what that chain is worth at most, and what it is exposed to.

A chain is worth its weakest link and is exposed to the union of what its links are exposed to; a link that isn't known leaves the whole
unknown, and «at most» what the others allow. No offer is better for what it stands on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from egide.vocabulary.properties import PROPERTIES, Better, Form, Property, Value

if TYPE_CHECKING:
    from egide.catalogue.sheets import Sheet

UNDER = ("depends_on", "hosted_on", "aggregation_of")
"""Relations to what the service runs on: their quality is the service's. A variant is no layer above its offer: it is that offer."""
BY = ("provided_by", "sub_contractors", "maintained_by", "owned_by", "part_of")
"""Relations to who has a hand in it: their countries and laws reach the service."""
FOLLOWED = (*UNDER, *BY, "variant_of")
EXPOSURES = ("countries", "jurisdictions", "transfers_to", "controlled_from", "headquarters")
CHAINED = (
    "sla_percent", "egress_price", "switching_price", "exit_days", "retrieval_days", "deletion_days", "qualification", "qualified_to",
    "framework", "gaia_x_label", "immune", "hds_certified", "approved_archiver",
)  # fmt: skip
"""Properties of which a chain is worth its weakest link; prices and energy of links are not the service's."""
MOST_REACHED = 10_000
SheetOf = Callable[[str], "Sheet | None"]
"""The sheet of a subject on the day asked about; None when nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One relation: what refers to what, and how."""

    subject: str
    relation: str
    to: str


@dataclass(frozen=True, slots=True)
class Closure:
    """All that a subject reaches, itself excluded unless a circle leads back to it."""

    subject: str
    reached: Mapping[str, tuple[Link, ...]]
    """Each subject reached, to the shortest chain of relations that leads to it."""
    links: tuple[Link, ...]
    circles: tuple[frozenset[str], ...]
    """Subjects that stand on each other."""
    unknown: frozenset[str]
    """Subjects that are referred to and of which nothing is known."""
    truncated: bool = False
    """Whether more is reached than is followed."""


@dataclass(frozen=True, slots=True)
class Weakest:
    """What a chain is worth for one property."""

    property: Property
    value: Value | None
    """Exactly; None when a link isn't known."""
    at_most: Value | None
    """The weakest that is known; None when no link is known."""
    by: tuple[str, ...]
    """The links that are that weak."""
    unknown: tuple[str, ...]
    """The links of which nobody knows."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """The union of one property over a chain."""

    property: Property
    values: Mapping[str, tuple[str, ...]]
    """Each value to the subjects that bring it."""
    unknown: tuple[str, ...]


@dataclass(slots=True)
class _Walk:
    """A walk in order of distance."""

    sheet_of: SheetOf
    relations: tuple[str, ...]
    reached: dict[str, tuple[Link, ...]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    truncated: bool = False

    def from_(self, start: str) -> None:
        """Follow every relation from there, each subject once."""
        waiting: list[tuple[str, tuple[Link, ...]]] = [(start, ())]
        seen = {start}
        for subject, chain in waiting:
            sheet = self.sheet_of(subject)
            if sheet is None:
                self.unknown.add(subject)
                continue
            for link in _links(sheet, self.relations):
                self.links.append(link)
                self.reached.setdefault(link.to, (*chain, link))
                if link.to not in seen:
                    if len(seen) > MOST_REACHED:
                        self.truncated = True
                        return
                    seen.add(link.to)
                    waiting.append((link.to, (*chain, link)))


def closure(subject: str, sheet_of: SheetOf, relations: tuple[str, ...] = FOLLOWED) -> Closure:
    """Everything that the subject reaches through the relations, circles included."""
    walk = _Walk(sheet_of, relations)
    walk.from_(subject)
    return Closure(subject, walk.reached, tuple(walk.links), _circles(walk.links), frozenset(walk.unknown), walk.truncated)


def weakest(name: str, subject: str, sheet_of: SheetOf, under: Closure | None = None) -> Weakest:
    """What the subject with all it runs on is worth for a property that has a better and a worse end.

    ``under``: the closure over `UNDER`, when it is at hand. Raises `ValueError` for a property without an order.
    """
    of = PROPERTIES[name]
    if of.better is None:
        raise ValueError(f"{name} has no better end")
    chain = under or closure(subject, sheet_of, UNDER)
    known: dict[str, Value] = {}
    unknown = []
    for one in dict.fromkeys((subject, *chain.reached)):
        sheet = sheet_of(one)
        value = sheet.value(name) if sheet else None
        if value is None:
            unknown.append(one)
        else:
            known[one] = value
    if not known:
        return Weakest(of, None, None, (), tuple(unknown))
    worst = min(known.values(), key=lambda value: rank(of, value))
    by = tuple(one for one, value in known.items() if rank(of, value) == rank(of, worst))
    exact = not (unknown or chain.truncated) or is_bottom(of, worst)
    return Weakest(of, worst if exact else None, worst, by, tuple(unknown))


def exposure(name: str, subject: str, sheet_of: SheetOf, chain: Closure | None = None) -> Exposure:
    """Every value of a property in the subject and all that it reaches, and who brings each."""
    of = PROPERTIES[name]
    found = chain or closure(subject, sheet_of)
    values: dict[str, list[str]] = {}
    unknown = []
    for one in dict.fromkeys((subject, *found.reached)):
        sheet = sheet_of(one)
        said = sheet.listed(name) if sheet else frozenset()
        for value in said:
            values.setdefault(value, []).append(one)
        if not said:
            unknown.append(one)
    return Exposure(of, {value: tuple(values[value]) for value in sorted(values)}, tuple(unknown))


def shared(subjects: Iterable[str], sheet_of: SheetOf, relations: tuple[str, ...] = FOLLOWED) -> Mapping[str, tuple[str, ...]]:
    """What several offers reach in common: each such subject to the offers that stand on it. Two that share nothing known may share
    what isn't."""
    on: dict[str, list[str]] = {}
    for subject in dict.fromkeys(subjects):
        for one in dict.fromkeys((subject, *closure(subject, sheet_of, relations).reached)):
            on.setdefault(one, []).append(subject)
    return {one: tuple(those) for one, those in sorted(on.items()) if len(those) > 1}


def shared_values(subjects: Iterable[str], name: str, sheet_of: SheetOf) -> Mapping[str, tuple[str, ...]]:
    """The values of a property (regions, countries) that several offers have in common, what they stand on included."""
    on: dict[str, list[str]] = {}
    for subject in dict.fromkeys(subjects):
        for value in exposure(name, subject, sheet_of).values:
            on.setdefault(value, []).append(subject)
    return {value: tuple(those) for value, those in sorted(on.items()) if len(those) > 1}


def rank(of: Property, value: Value) -> float:
    """Where a value stands from worst to best."""
    if of.form is Form.CHOICE:
        place: float = of.choices.index(str(value))
    elif isinstance(value, date):
        place = value.toordinal()
    elif isinstance(value, (bool, int, float)):
        place = float(value)
    else:
        raise ValueError(f"{of.name} has no order")
    return -place if of.better is Better.LESS else place


def is_bottom(of: Property, value: Value) -> bool:
    """Whether nothing is worse, so that links that aren't known change nothing."""
    if of.form is Form.CHOICE:
        return value == of.choices[0 if of.better is Better.MORE else -1]
    return isinstance(value, bool) and value is (of.better is Better.LESS)


def _links(sheet: Sheet, relations: tuple[str, ...]) -> Iterable[Link]:
    for relation in relations:
        for to in sorted(sheet.listed(relation)):
            yield Link(sheet.subject, relation, to)


def _circles(links: Iterable[Link]) -> tuple[frozenset[str], ...]:
    """Strongly connected groups of more than one, and subjects that refer to themselves (R. Tarjan, 1972, without recursion)."""
    after: dict[str, list[str]] = {}
    for link in links:
        after.setdefault(link.subject, []).append(link.to)
        after.setdefault(link.to, [])
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[frozenset[str]] = []
    for root, first in after.items():
        if root in index:
            continue
        work = [(root, iter(first))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            here, nexts = work[-1]
            for to in nexts:
                if to not in index:
                    index[to] = low[to] = len(index)
                    stack.append(to)
                    on_stack.add(to)
                    work.append((to, iter(after[to])))
                    break
                if to in on_stack:
                    low[here] = min(low[here], index[to])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == index[here]:
                    group = _popped(stack, on_stack, here)
                    if len(group) > 1 or here in after[here]:
                        found.append(group)
    return tuple(sorted(found, key=sorted))


def _popped(stack: list[str], on_stack: set[str], until: str) -> frozenset[str]:
    group = set()
    while True:
        one = stack.pop()
        on_stack.discard(one)
        group.add(one)
        if one == until:
            return frozenset(group)

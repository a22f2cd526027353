"""Across schemes: what shows one requirement may say something about another, how far, and where it stops.

Correspondences stand in the folder of the scheme that they help. One never counts more than its words: `answers` holds
only for all that it names together, `supports` never settles, `differs` warns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.label.loading import matches
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from egide.label.scheme import Correspondence, Scheme


@dataclass(frozen=True, slots=True)
class Served:
    """A requirement of another scheme that the same evidence speaks of."""

    scheme: str
    requirement: str
    correspondence: Correspondence


def helped_by(scheme: Scheme, requirement: str) -> tuple[Correspondence, ...]:
    """What, elsewhere, says something about this requirement."""
    return tuple(one for one in scheme.correspondences if matches(one.requirement, requirement))


def serves(schemes: Iterable[Scheme], scheme: str, requirement: str) -> tuple[Served, ...]:
    """The requirements of the other schemes about which evidence for this one says something."""
    return tuple(
        Served(other.id, number, one)
        for other in schemes
        for one in other.correspondences
        if one.scheme == scheme and matches(one.other, requirement)
        for number in numbers(other)
        if matches(one.requirement, number)
    )


def answered_through(scheme: Scheme, requirement: str, shown: Collection[str], of: str) -> tuple[Correspondence, ...]:
    """The correspondences under which `shown`, numbers or whole patterns of the scheme `of`, is enough for the requirement."""
    return tuple(
        one
        for one in helped_by(scheme, requirement)
        if one.relation == "answers" and one.scheme == of and {one.other, *one.together_with} <= set(shown)
    )


def numbers(scheme: Scheme) -> tuple[str, ...]:
    """The numbers of a scheme, those of its objectives included."""
    return (*(one.id for one in scheme.requirements), *(one.id for one in scheme.objectives))


def unknown_names(schemes: Collection[Scheme]) -> tuple[Problem, ...]:
    """The correspondences that name a scheme or a standard nobody knows, or a requirement that its scheme does not have."""
    known = {one.id: numbers(one) for one in schemes}
    standards = {token for one in schemes for token in one.standards}
    found: list[Problem] = []
    for scheme in schemes:
        for one in scheme.correspondences:
            at = Location(scheme.id, path=one.requirement)
            if one.scheme not in known and one.scheme not in standards:
                found.append(Problem(at, N_("`{name}` is neither a scheme nor a standard"), {"name": one.scheme}))
            elif one.scheme in known and not any(matches(one.other, number) for number in known[one.scheme]):
                found.append(Problem(at, N_("`{scheme}` has no requirement `{name}`"), {"scheme": one.scheme, "name": one.other}))
    return tuple(found)

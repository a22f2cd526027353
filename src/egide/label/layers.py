"""The layers under an offer: which there are, whether they stand on themselves, and what a line of the catalogue shows of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from egide.label.dossier import Base, CatalogueLine, Dossier

SECNUMCLOUD = "secnumcloud-3.2"
FRAMEWORK = "3.2"
SCOPE_TYPES = frozenset({"IaaS", "CaaS", "PaaS", "SaaS"})
"""Layers that are services themselves; a site or a licensed technology answers only for what it is said to provide."""
CIRCLE = N_("an offer cannot stand on itself: {chain}")


def dossiers_under(dossier: Dossier) -> tuple[Dossier, ...]:
    """Every dossier underneath, each once, nearest first. Two dossiers of one offer that differ are both there."""
    seen: dict[int, Dossier] = {}
    level = [dossier]
    while level:
        below = {id(base.dossier): base.dossier for one in level for base in one.bases if base.dossier is not None}
        level = [one for key, one in below.items() if key not in seen]
        seen |= {id(one): one for one in level}
    return tuple(seen.values())


def bases_under(dossier: Dossier) -> tuple[tuple[Dossier, Base], ...]:
    """Every layer underneath with the dossier that names it, nearest first."""
    return tuple((one, base) for one in (dossier, *dossiers_under(dossier)) for base in one.bases)


def refuse_circles(dossier: Dossier) -> None:
    """Raises `InputError` when an offer stands, through its layers, on itself."""
    under: dict[str, set[str]] = {}
    for above, base in bases_under(dossier):
        under.setdefault(above.id, set()).add(base.offer)
        if base.dossier is not None and base.dossier.id != base.offer:
            under.setdefault(base.offer, set()).add(base.dossier.id)
    done: set[str] = set()
    chain: list[str] = []

    def walk(offer: str) -> None:
        if offer in chain:
            circle = " → ".join((*chain[chain.index(offer):], offer))
            raise InputError(CIRCLE, Location(dossier.id, path="built_on"), values={"chain": circle})
        if offer in done:
            return
        chain.append(offer)
        for base in sorted(under.get(offer, ())):
            walk(base)
        done.add(chain.pop())

    walk(dossier.id)


def line_holds(line: CatalogueLine | None, on: date) -> bool:
    """Whether a line of the catalogue shows a qualification under this framework on that day; a line without both its dates doesn't."""
    return (
        line is not None and line.status == "qualified" and line.framework == FRAMEWORK
        and line.start is not None and line.end is not None and line.start <= on <= line.end
    )  # fmt: skip


def line_of(base: Base) -> CatalogueLine | None:
    """The base's line, given with it or in its dossier."""
    return base.line or (base.dossier.line if base.dossier is not None else None)


def named_by(patterns: Iterable[str], requirement: str, scheme: str) -> str | None:
    """The closest pattern that names the requirement: its number, ``prefix.*`` or ``*``, bare or after ``scheme#``."""
    best = None
    for pattern in patterns:
        book, _, bare = pattern.rpartition("#")
        if book and book != scheme:
            continue
        if (bare in (requirement, "*") or (bare.endswith(".*") and requirement.startswith(bare[:-1]))) and (
            best is None or (len(bare), pattern) > (len(best.rpartition("#")[2]), best)
        ):
            best = pattern
    return best

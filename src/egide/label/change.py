"""A change, as somebody writes it: who sells what, which supplier goes, which site moves, from which day.

A change is one YAML file with a title, the first day on which it holds, and steps that are applied in their order. Each
step has exactly one key. Nothing is guessed: a sale says capital and votes both, for a share may carry two votes or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from egide.label.change_shapes import BaseReplacedShape, ChangeShape
from egide.label.dossier import Base, Dossier
from egide.label.replacements import REPLACEMENTS
from egide.label.shapes import read
from egide.label.transfers import TRANSFERS
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_, Text

if TYPE_CHECKING:
    from egide.label.dossier import CatalogueLine

@dataclass(frozen=True, slots=True)
class Move:
    """One step: its key, what stands under it, and where."""

    kind: str
    to: Any
    at: Location


@dataclass(frozen=True, slots=True)
class Change:
    """What changes on one day."""

    title: Text | str
    on: date
    moves: tuple[Move, ...]
    file: str
    bases: Mapping[str, Dossier] = field(default_factory=dict)
    """Dossiers of the new bases, by the paths that the file names."""

    @property
    def scheme(self) -> str | None:
        """The rulebook from that day, when it changes; it is whoever assesses that takes the other one."""
        return next((str(move.to) for move in reversed(self.moves) if move.kind == "scheme"), None)


def change_references(content: bytes, file: str) -> tuple[str, ...]:
    """The dossiers of bases that the file names, as relative paths."""
    written = read(content, ChangeShape, file)
    replaced = (step.base_replaced for step in written.changes)
    return tuple(one.by.dossier for one in replaced if one is not None and one.by is not None and one.by.dossier is not None)


def read_change(content: bytes, file: str, bases: Mapping[str, Dossier] | None = None) -> Change:
    """The change as written; ``bases`` are the dossiers of `change_references` by their paths.

    Raises `InputError` with the path of what is wrong.
    """
    written = read(content, ChangeShape, file)
    moves = []
    for index, step in enumerate(written.changes):
        at = Location(file, path=f"$.changes[{index}]")
        given = [name for name in step.__struct_fields__ if getattr(step, name) is not None]
        if len(given) != 1:
            raise InputError(N_("a step says exactly one thing; this one says {count}: {names}"), at,
                             values={"count": len(given), "names": ", ".join(given) or "—"})
        moves.append(Move(given[0], getattr(step, given[0]), replace(at, path=f"{at.path}.{given[0]}")))
    title = written.title if isinstance(written.title, str) else Text(written.title.fr, written.title.en)
    return Change(title, written.on, tuple(moves), file, dict(bases or {}))


def apply_change(dossier: Dossier, change: Change) -> Dossier:
    """The dossier as it stands from the day of the change on; what was before stays in its register.

    Raises `InputError` where a step cannot be: more is sold than is held, a name is nobody's.
    """
    for move in change.moves:
        if move.kind in TRANSFERS:
            dossier = TRANSFERS[move.kind](dossier, move.to, change.on, move.at)
        elif move.kind == "base_replaced":
            dossier = _base_replaced(dossier, move.to, change.bases, move.at)
        elif move.kind in REPLACEMENTS:
            dossier = REPLACEMENTS[move.kind](dossier, move.to, change.on, move.at)
    return dossier


def _base_replaced(dossier: Dossier, step: BaseReplacedShape, dossiers: Mapping[str, Dossier], at: Location) -> Dossier:
    if step.base not in {one.offer for one in dossier.bases}:
        raise InputError(N_("the offer does not stand on `{name}`"), at, values={"name": step.base})
    new: tuple[Base, ...] = ()
    if step.by is not None:
        below = dossiers.get(step.by.dossier) if step.by.dossier else None
        if step.by.dossier and below is None:
            raise InputError(N_("the dossier `{name}` was not given"), at, values={"name": step.by.dossier})
        name = step.by.name or (below.name if below is not None else step.by.offer)
        line: CatalogueLine | None = below.line if below is not None else None
        new = (Base(step.by.offer, name, step.by.provides, below, line, tuple(step.by.inherits), step.by.leaves),)
    if new and new[0].offer in {one.offer for one in dossier.bases} - {step.base}:
        raise InputError(N_("`{name}` is there already"), at, values={"name": new[0].offer})
    bases = tuple(other for one in dossier.bases for other in (new if one.offer == step.base else (one,)))
    there = {one.offer for one in bases}
    return replace(dossier, bases=bases, answered=tuple(one for one in dossier.answered if one.base in there))

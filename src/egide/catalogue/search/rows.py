"""What a search can find: each offer and each of its variants, once, or once for each region in which it isn't the same.

An offer is told by region when something that is no list depends on it: a qualification, a price. A variant is told in the regions that
its own price list names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from egide.catalogue.elsewhere import elsewhere, said_in_general
from egide.catalogue.fields import fields
from egide.catalogue.sheets import Sheet, fold, kind_of, regions_of
from egide.vocabulary.language import LANGUAGES, language
from egide.vocabulary.properties import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.catalogue.shelf import Shelf
    from egide.vocabulary.statements import Statement

FOUND_BY_TEXT = ("name", "aliases", "provider", "description", "keywords", "functions", "kinds", "regions", "apis", "export_formats",
                 "certifications", "architecture")  # fmt: skip
"""The properties whose words are searched, the name first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be found."""

    sheet: Sheet

    @property
    def key(self) -> str:
        """``subject`` or ``subject/region``."""
        return self.sheet.key

    @property
    def name(self) -> str:
        """What people call it."""
        return self.sheet.name

    def text(self) -> str:
        """Every word by which it may be looked for: the choices by their labels in both languages."""
        parts: list[str] = [self.sheet.subject]
        for name in FOUND_BY_TEXT:
            if name in self.sheet.cells:
                values = sorted(fields()[name].strings(self.sheet))
                parts += values
                if fields()[name].of.choices:
                    parts += [label for value in values for label in _labels(value)]
        return "\n".join(parts)


@cache
def _labels(choice: str) -> tuple[str, ...]:
    """What a choice is called in each language."""
    return tuple(label for code in LANGUAGES if (label := language(code).label(choice)) != choice)


def rows(shelf: Shelf) -> Iterator[Row]:
    """Every row of the shelf, in the order of its subjects. Nothing is kept: a catalogue of 100,000 offers passes through."""
    for subject in shelf.subjects():
        yield from rows_of(shelf, subject)


def rows_of(shelf: Shelf, subject: str) -> Iterator[Row]:
    """The rows of one subject; none of what can't be found, or of which nothing is said."""
    own = shelf.about(subject)
    kind = kind_of(own)
    if kind is SubjectKind.VARIANT:
        yield from _variant(shelf, subject, own)
    elif kind is SubjectKind.OFFER and own:
        yield from _offer(shelf, subject)


def _offer(shelf: Shelf, subject: str) -> Iterator[Row]:
    told = shelf.told(subject)
    sheet = fold(subject, told, shelf.on, None, shelf.withdrawn())
    varies = any(cell.varies for cell in sheet.cells.values())
    yield from _folded(shelf, subject, told, regions_of(told)) if varies else (Row(sheet),)


def _variant(shelf: Shelf, subject: str, own: Sequence[Statement]) -> Iterator[Row]:
    """The regions that its own list names; and, where that list also says something of no region, wherever else the offer is."""
    told = shelf.told(subject)
    named = sorted({one.region for one in own if one.region is not None})
    yield from _folded(shelf, subject, told, named)
    if not named or said_in_general(own):
        yield Row(elsewhere(subject, own, told, shelf.on, shelf.withdrawn()))


def _folded(shelf: Shelf, subject: str, told: Sequence[Statement], regions: Sequence[str | None]) -> Iterator[Row]:
    for region in regions:
        yield Row(fold(subject, told, shelf.on, region, shelf.withdrawn()))

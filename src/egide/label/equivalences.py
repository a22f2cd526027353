"""The register of recognised equivalences: dated, sourced, and empty until somebody imports a source.

No European or national scheme has been recognised as equal to SecNumCloud: without a line here, none is.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from egide.label.scheme import Equivalence
from egide.label.written import Read
from egide.rules.book import converted, period_of
from egide.rules.written import ForceFile, TextFile
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Source
from egide.vocabulary.language import N_, Text

if TYPE_CHECKING:
    from collections.abc import Iterable


class RecognitionSourceFile(msgspec.Struct, forbid_unknown_fields=True):
    """The act that recognises, and how it was read."""

    text: str
    at: str
    read: Read
    note: TextFile | None = None


class EquivalenceFile(msgspec.Struct, forbid_unknown_fields=True):
    """One recognition as written."""

    scheme: str
    level: str
    recognised_as: str
    in_force: ForceFile
    source: RecognitionSourceFile
    read_on: date


class RegisterFile(msgspec.Struct, forbid_unknown_fields=True):
    """A register of recognitions, and the day on which it was last looked at."""

    read_on: date
    equivalences: list[EquivalenceFile]
    note: TextFile | None = None


def read_equivalences(content: bytes, file: str) -> tuple[Equivalence, ...]:
    """The recognitions of a register. Raises `InputError` with the path: an unknown key, no source, two that overlap."""
    found: list[Equivalence] = []
    for index, one in enumerate(converted(content, file, RegisterFile).equivalences):
        at = Location(file, path=f"$.equivalences[{index}]")
        if not (one.source.text.strip() and one.source.at.strip()):
            raise InputError(N_("a recognition needs the act that makes it, and where in it"), Location(file, path=f"{at.path}.source"))
        note = Text(one.source.note.fr, one.source.note.en) if one.source.note else None
        read = Equivalence(
            one.scheme, one.level, one.recognised_as, period_of(one.in_force, Location(file, path=f"{at.path}.in_force")),
            Source(one.source.text, one.source.at, one.source.read, note), one.read_on,
        )  # fmt: skip
        if any(_overlap(read, other) for other in found):
            raise InputError(N_("two recognitions of `{scheme}` hold on the same days"), at, values={"scheme": one.scheme})
        found.append(read)
    return tuple(found)


def recognised(equivalences: Iterable[Equivalence], scheme: str, level: str, as_: str, on: date) -> Equivalence | None:
    """The line that recognises that level of that scheme on that day; None when nothing does."""
    for one in equivalences:
        if (one.scheme, one.level, one.recognised_as) == (scheme, level, as_) and one.period.holds(on):
            return one
    return None


def _overlap(one: Equivalence, other: Equivalence) -> bool:
    if (one.scheme, one.level, one.recognised_as) != (other.scheme, other.level, other.recognised_as):
        return False
    first, second = sorted((one.period, other.period), key=lambda period: period.start or date.min)
    return first.end is None or first.end >= (second.start or date.min)

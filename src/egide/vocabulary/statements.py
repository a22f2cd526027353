"""Statements: what one issuer says of one property of one subject, with what vouches for it and where it was read.

Nothing is ever taken away: a statement that was superseded, has ended or was withdrawn stays, and is told apart when the statements are
put together on a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.vocabulary.properties import Value


class Assurance(StrEnum):
    """Who stands behind it, from the weakest: who says it of itself; who examined it; who has the authority to say it."""

    DECLARED = "declared"
    AUDITED = "audited"
    ATTESTED = "attested"


class Backing(StrEnum):
    """How it is known that the issuer said so."""

    UNSIGNED = "unsigned"
    """Nothing shows it: the user took it in all the same."""
    TRANSCRIBED = "transcribed"
    """Somebody read it in a published source, which is named."""
    SIGNED = "signed"
    """A signature that was verified."""


STRENGTH = {one: rank for rank, one in enumerate(Assurance)}
BACKING_STRENGTH = {one: rank for rank, one in enumerate(Backing)}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where statements come from: one document of one issuer."""

    issuer: str
    assurance: Assurance
    backing: Backing
    source: str
    """What a person calls the document: a file's name, a citation."""
    document: str
    """``sha256-`` and the SHA-256 of the document (of a credential, of its canonical form); empty for what ships with Égide."""
    series: str
    """What a later document of that issuer replaces when it bears the same: the identifier of a credential, the name of a price list."""
    issued: datetime | None
    """From when its issuer says so."""
    until: datetime | None
    """Until when, included."""
    recorded_at: datetime
    read: str = "primary"
    """``primary``: the document itself was read; ``secondary``: somebody's account of it."""

    def begun(self, on: date) -> bool:
        """Whether it was said by the end of that day; without a date of its own, by the day it was recorded."""
        return (self.issued or self.recorded_at) <= datetime.combine(on, time.max, UTC)

    def ended(self, on: date) -> bool:
        """Whether it no longer holds at the beginning of that day."""
        return self.until is not None and self.until < datetime.combine(on, time.min, UTC)


@dataclass(frozen=True, slots=True)
class Statement:
    """One property of one subject, as one document states it."""

    subject: str
    property: str
    value: Value | None
    """In the property's own form and unit; None when the issuer says that it isn't known, or when it can't be read: ``text`` tells."""
    text: str
    """As it was written."""
    origin: Origin
    at: str = ""
    """The JSON path, or the row, in the document."""
    region: str | None = None
    """The region that it is about; None: all, or it isn't said."""

    def strength(self) -> tuple[int, int]:
        """By assurance, then by what shows it."""
        return STRENGTH[self.origin.assurance], BACKING_STRENGTH[self.origin.backing]

"""How a catalogue is written: one YAML form, read strictly and written back without loss.

A source is named once and cited by its key; one block of claims says what that source says, for which days and which
region. Days left out are open, which a file may do only where the fact is structural (an on-premise room is on-premise).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec


class SourceForm(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who said it, when it was read, and how."""

    text: str
    issuer: str
    read_on: date
    read: Literal["primary", "secondary"]


class RegionForm(msgspec.Struct, forbid_unknown_fields=True):
    """One region; its source is the offer's `region_source` unless it names its own."""

    id: str
    name: str
    country: str
    aliases: list[str] = []
    source: str | None = None


class ClaimsForm(msgspec.Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """What one source says of the offer, for these days and this region."""

    source: str
    says: dict[str, Any]
    """Fact names to values; each value is checked against its fact."""
    region: str | None = None
    start: date | None = None
    end: date | None = None


class LineForm(msgspec.Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """One line of ANSSI's catalogue. What was not captured is left out, and the answer is then unknown."""

    status: Literal["qualified", "in-progress", "none"]
    source: str
    perimeter: str = ""
    regions: list[str] | None = None
    start: date | None = None
    end: date | None = None
    decision: str | None = None
    framework: Literal["3.1", "3.2"] | None = None
    framework_source: str | None = None
    as_of: date | None = None


class NoteForm(msgspec.Struct, forbid_unknown_fields=True):
    """A remark in both languages."""

    fr: str
    en: str


class OfferForm(msgspec.Struct, forbid_unknown_fields=True):
    """One offer."""

    id: str
    name: str
    provider: str
    kinds: list[Literal["IaaS", "PaaS", "CaaS", "SaaS"]] = []
    aliases: list[str] = []
    region_source: str | None = None
    regions: list[RegionForm] = []
    claims: list[ClaimsForm] = []
    qualifications: list[LineForm] = []
    built_on: list[str] = []
    note: NoteForm | None = None


class FileForm(msgspec.Struct, forbid_unknown_fields=True):
    """One file of the catalogue. Sources named in one file may be cited in all."""

    as_of: date
    source: str | None = None
    sources: dict[str, SourceForm] = {}
    offers: list[OfferForm] = []

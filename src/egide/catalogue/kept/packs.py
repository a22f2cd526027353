"""What one document states of one subject, as one value: made where documents are read, kept as one row, and taken apart again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from egide.catalogue.gaia_x import Said
from egide.vocabulary.properties import PROPERTIES, Form, Value
from egide.vocabulary.statements import Assurance, Backing, Origin, Statement

_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(list[tuple[str, Any, str, str, str | None]])


@dataclass(frozen=True, slots=True)
class Pack:
    """Statements of one document about one subject, and what vouches for them."""

    subject: str
    document: str
    """``sha256-`` and the digest of the credential, or of the file."""
    series: str
    issuer: str
    assurance: Assurance
    backing: Backing
    source: str
    issued: datetime | None
    until: datetime | None
    body: bytes
    read: str = "primary"

    @property
    def identity(self) -> str:
        """The same for the same document about the same subject, however often and in whatever company it comes."""
        said = "\n".join((self.document, self.subject, self.issuer, self.assurance, self.backing, hashlib.sha256(self.body).hexdigest()))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def is_plain(self) -> bool:
        """Whether it says nothing twice, so that it can't contradict itself."""
        said = [(name, region) for name, _, _, _, region in _DECODER.decode(self.body)]
        return len(set(said)) == len(said)

    def statements(self, recorded_at: datetime) -> list[Statement]:
        """One by one."""
        origin = Origin(
            self.issuer, self.assurance, self.backing, self.source, self.document, self.series, self.issued, self.until, recorded_at,
            self.read,
        )  # fmt: skip
        return [
            Statement(self.subject, name, _value(name, plain), text, origin, at, region)
            for name, plain, text, at, region in _DECODER.decode(self.body) if name in PROPERTIES
        ]  # fmt: skip


def body_of(said: Iterable[Said]) -> bytes:
    """Statements as the body of a pack."""
    return _ENCODER.encode([(one.property, plain(one.value), one.text, one.at, one.region) for one in said])


def words_of(body: bytes) -> frozenset[bytes]:
    """What a body states, in whatever order and words it stands there."""
    return frozenset(_ENCODER.encode((name, value, region)) for name, value, _, _, region in _DECODER.decode(body))


def names_in(body: bytes) -> dict[str, Any]:
    """Each property of a body to its plain value, the last one when a property stands for several regions."""
    return {name: value for name, value, _, _, _ in _DECODER.decode(body)}


def plain(value: Value | None) -> Any:
    """A value as JSON has it."""
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def _value(name: str, found: Any) -> Value | None:
    of = PROPERTIES[name]
    if found is None:
        return None
    if of.many:
        return frozenset([found] if isinstance(found, str) else found)
    if of.form is Form.DATE:
        return date.fromisoformat(found)
    value: Value = found
    return value

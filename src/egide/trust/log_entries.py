"""What the entries of our public log are: signed labels and other credentials, signed statements on a status, salted commitments.

An entry is the token itself, so that the log needs no database beside it, or the two lines of a commitment, which say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from egide.trust.credentials.model import party_of
from egide.trust.credentials.opening import TOKEN_LETTERS, digest_of
from egide.trust.credentials.results import What
from egide.trust.jose import Compact, read_compact
from egide.trust.jose_json import read_object
from egide.trust.log.commitments import ENTRY as COMMITMENT
from egide.trust.log.tiles import WIDTH, bundles
from egide.trust.register import STATEMENT_TYPE, read_statement
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from egide.trust.log.reader import Reader


class EntryKind(StrEnum):
    """What an entry is."""

    CREDENTIAL = "credential"
    STATEMENT = "status-statement"
    COMMITMENT = "commitment"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says of itself. Its signature, if any, is another question."""

    kind: EntryKind
    id: str | None = None
    digest: str | None = None
    """Of the credential that it is, or is about."""
    issuer: str | None = None
    types: tuple[str, ...] = ()
    document: Mapping[str, Any] | None = None
    """The credential, or the statement."""


def entry_of(content: bytes) -> bytes:
    """The entry that a file stands for: a token without what editors and shells put around it; anything else as it is."""
    bare = content.strip()
    return bare if bare.count(b".") >= 2 and not bare.translate(None, TOKEN_LETTERS) else content


def read_entry(entry: bytes) -> Said:
    """What the entry is."""
    if entry.startswith(f"{COMMITMENT}\n".encode()):
        return Said(EntryKind.COMMITMENT)
    compact = read_compact(entry)
    if not isinstance(compact, Compact):
        return Said(EntryKind.OTHER)
    issuer = str(compact.header.get("kid", "")).partition("#")[0] or None
    if compact.header.get("typ") == STATEMENT_TYPE:
        said = read_statement(compact.payload)
        if said is None:
            return Said(EntryKind.OTHER)
        return Said(EntryKind.STATEMENT, _text(said.get("credential")), _text(said.get("digest")), issuer, (), said)
    document = read_object(compact.payload)
    if isinstance(document, Reason) or "credentialSubject" not in document:
        return Said(EntryKind.OTHER)
    digest, types = digest_of(document), document.get("type", [])
    named = tuple(one for one in (types if isinstance(types, list) else [types]) if isinstance(one, str))
    return Said(
        EntryKind.CREDENTIAL, _text(document.get("id")), digest if isinstance(digest, str) else None,
        party_of(document, What.CREDENTIAL), named, document,
    )  # fmt: skip


def about(reader: Reader, name: str) -> Iterator[tuple[int, bytes]]:
    """The entries that are, or are about, the credential of that identifier or digest: a search through the whole log."""
    head = reader.head()
    for tile in bundles(0, head.checkpoint.size if head else 0):
        for at, entry in enumerate(reader.entries(tile), tile.index * WIDTH):
            said = read_entry(entry)
            if name in (said.id, said.digest):
                yield at, entry


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

"""What an import brings and what it changes, as values: they cross from the processes that verify to the one that writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.catalogue.kept.packs import Pack

RESTORED = "restored"
"""A suspension that was lifted."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What its issuer says of a credential's status."""

    document: str
    since: datetime
    why: str
    """``revoked``, ``suspended``, or `RESTORED`."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is taken: what it was, what verifying it answered, and what it states."""

    digest: str
    """SHA-256 of its bytes, in hexadecimal."""
    name: str
    size: int
    content: bytes
    """Its bytes under deflate."""
    outcome: str
    record: Mapping[str, Any]
    packs: tuple[Pack, ...]
    statuses: tuple[Withdrawal, ...] = ()
    """What verifying it says of the status of its credentials."""
    notes: tuple[Mapping[str, Any], ...] = ()
    """Rows that were left out and cells that could not be read: where, and why."""
    carries: Mapping[str, str] = field(default_factory=dict)
    """Its credentials: identifier to digest."""

    @property
    def is_alone(self) -> bool:
        """Whether it is one credential, in no company."""
        return set(self.record.get("credentials", ())) == {"$"}


@dataclass(frozen=True, slots=True)
class Alone:
    """A credential that came by itself and was not taken, which others may carry."""

    id: str
    digest: str | None
    """Of the credential; none of claims that nobody signed."""
    says: frozenset[tuple[str, bytes]] = frozenset()
    """Of claims: their statements, each with its subject."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken, and why."""

    digest: str
    name: str
    outcome: str
    because: Sequence[Mapping[str, Any]]
    """Reasons as code, arguments and message."""
    statuses: tuple[Withdrawal, ...] = ()
    """What the refusal says of credentials that may be held already."""
    content: bytes | None = None
    """Its bytes, when what else is held may settle it."""
    alone: Alone | None = None
    """What it is, when all that is wrong with it may be that it came by itself, or before it was signed."""
    carries: Mapping[str, str] = field(default_factory=dict)
    """Of a presentation that is not evaluated, its credentials: identifier to digest."""


@dataclass(slots=True)
class Effect:
    """What keeping some documents changed."""

    documents: int = 0
    again: int = 0
    """Documents that were there already."""
    packs: int = 0
    new: list[str] = field(default_factory=list)
    """Subjects of which nothing was known."""
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Subjects whose value for some properties is another than before."""
    conflicts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Subjects on which issuers now differ, and did not before."""
    older: list[str] = field(default_factory=list)
    """Subjects of which the document says less recent things than one that is held."""
    withdrawn: list[str] = field(default_factory=list)

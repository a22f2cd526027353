"""What whoever verifies knows beside the file: credentials seen before, and how the offerings stand in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from egide.vocabulary.findings import Answer, Reason


@dataclass(frozen=True, slots=True)
class Seen:
    """A credential that was verified before."""

    digest: str
    issuer: str
    since: datetime | None
    """When it was issued or began to count: the later of two of one name is the one that counts."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an offering stands, as others answered: the catalogue for the qualification, the label for what was computed."""

    qualified: Answer
    because: tuple[Reason, ...] = ()
    computed: tuple[Reason, ...] = ()
    """What a computed label says: shown, and of no weight."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All of it."""

    seen: Mapping[str, Seen] = field(default_factory=dict)
    """By the identifier of the credential."""
    standings: Mapping[str, Standing] = field(default_factory=dict)
    """By the identifier of the offering that a credential speaks of."""


NOTHING_KNOWN = Knowledge()

"""The register of what was issued: which credential has which place in the status lists, and what was decided of it since.

A journal of lines that are only ever added, each naming the digest of the one before: what a line says counts from the moment that it
lies on the disk, and nothing else does. Places, standings, the bits of the lists and what the public log is still owed all follow from
it, so that whatever a crash interrupts is known and can be done again. A last line without its end was never accepted and is dropped; a
line that doesn't follow from the one before was written by somebody else, and nothing of the register is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from egide.trust.jose_json import canonical, read_object
from egide.trust.status import LEAST_ENTRIES, free_index, no_status, with_set
from egide.trust.status_lists import Purpose
from egide.vocabulary.errors import EgideError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

FIRST = "0" * 64
"""What the first line has for the digest of the one before."""
MOST_REASON = 2000


class Standing(StrEnum):
    """What a credential is worth by the word of its issuer."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


NEXT: Mapping[Standing, frozenset[Standing]] = {
    Standing.VALID: frozenset({Standing.SUSPENDED, Standing.REVOKED}),
    Standing.SUSPENDED: frozenset({Standing.VALID, Standing.REVOKED}),
    Standing.REVOKED: frozenset(),
}
SET_BY: Mapping[Purpose, Standing] = {Purpose.REVOCATION: Standing.REVOKED, Purpose.SUSPENSION: Standing.SUSPENDED}
"""The lists that there are, and which standing sets a bit in each."""


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="what"):
    """One accepted event."""

    before: str
    """SHA-256 of the line before, in hexadecimal."""
    at: str
    """When, as a `dateTimeStamp`."""


class Issued(Line, frozen=True, kw_only=True, tag="issued"):
    """A credential was given its place. The place is taken from then on, whether the credential ever reached anybody or not."""

    digest: str
    series: int
    """Which list of each purpose, counted from 1."""
    index: int
    id: str | None = None
    types: tuple[str, ...] = ()
    until: str | None = None
    entry: str | None = None
    """What the public log is to hold of it: the token itself, for a label."""


class Decided(Line, frozen=True, kw_only=True, tag="decided"):
    """Its standing was changed, with a reason."""

    digest: str
    to: Standing
    because: str
    entry: str | None = None
    """The signed statement that the public log is to hold."""


class Logged(Line, frozen=True, kw_only=True, tag="logged"):
    """The public log holds what line ``of`` owed it, as its entry ``number``."""

    of: int
    number: int


LINE = msgspec.json.Decoder(Issued | Decided | Logged)


class RegisterError(EgideError):
    """The register was changed by somebody else, or holds what it can't."""

    hint = N_("compare it with a copy before anything is issued from it")


class UnknownCredentialError(EgideError):
    """The register knows no credential by that name, or several."""

    hint = "egide trust status show"


class RefusedChangeError(EgideError):
    """A standing that can't follow from the present one."""


@dataclass(slots=True)
class Entry:
    """A credential of the register."""

    digest: str
    id: str | None
    types: tuple[str, ...]
    series: int
    index: int
    issued_at: str
    until: str | None
    standing: Standing = Standing.VALID
    decisions: list[Decided] = field(default_factory=list)
    logged: list[int] = field(default_factory=list)
    """The entries of the public log that speak of it."""


@dataclass(slots=True)
class Register:
    """All that the lines say."""

    count: int = 0
    last: str = FIRST
    entries: dict[str, Entry] = field(default_factory=dict)
    """By digest, in the order of issuing."""
    taken: dict[int, set[int]] = field(default_factory=dict)
    """The places given in each series."""
    owed: dict[int, tuple[str, str]] = field(default_factory=dict)
    """What the public log still lacks: number of the line to the entry and the digest of the credential that it is about."""

    def lines(self, events: Sequence[Mapping[str, Any]]) -> bytes:
        """The events as lines that follow the last one, taken into account. Raises `RegisterError` on one that can't follow."""
        written = bytearray()
        for event in events:
            line = canonical({**event, "before": self.last})
            if isinstance(line, Reason):
                raise RegisterError(line.message, line.args)
            self.take(line)
            written += line + b"\n"
        return bytes(written)

    def take(self, line: bytes) -> None:
        """One line more. Raises `RegisterError` when it doesn't follow."""
        try:
            said = LINE.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._wrong() from error
        if said.before != self.last:
            raise self._wrong()
        if isinstance(said, Issued):
            self._issue(said)
        elif isinstance(said, Decided):
            self._decide(said)
        else:
            self._log(said)
        self.count += 1
        self.last = hashlib.sha256(line).hexdigest()

    def draw(self, draw: Callable[[int], int]) -> tuple[int, int]:
        """A free place, series and index; a new series is begun when half of the last one is given."""
        series = max(self.taken, default=1)
        if len(self.taken.get(series, ())) * 2 >= LEAST_ENTRIES:
            series += 1
        return series, free_index(self.taken.get(series, set()), draw)

    def bits(self, series: int, purpose: Purpose) -> bytes:
        """The row of the list of that series and purpose, as it must be shown."""
        entries = (entry for entry in self.entries.values() if entry.series == series and entry.standing is SET_BY[purpose])
        return with_set(no_status(), (entry.index for entry in entries))

    def named(self, name: str) -> list[Entry]:
        """The credentials of that identifier or digest, the oldest first."""
        if name in self.entries:
            return [self.entries[name]]
        return [entry for entry in self.entries.values() if entry.id == name]

    def _issue(self, said: Issued) -> None:
        taken = self.taken.setdefault(said.series, set())
        if said.index in taken or said.digest in self.entries or not 0 <= said.index < LEAST_ENTRIES or said.series < 1:
            raise self._wrong()
        taken.add(said.index)
        self.entries[said.digest] = Entry(said.digest, said.id, said.types, said.series, said.index, said.at, said.until)
        if said.entry is not None:
            self.owed[self.count] = said.entry, said.digest

    def _decide(self, said: Decided) -> None:
        entry = self.entries.get(said.digest)
        if entry is None or said.to not in NEXT[entry.standing]:
            raise self._wrong()
        entry.standing = said.to
        entry.decisions.append(said)
        if said.entry is not None:
            self.owed[self.count] = said.entry, said.digest

    def _log(self, said: Logged) -> None:
        if said.of not in self.owed:
            raise self._wrong()
        _, digest = self.owed.pop(said.of)
        self.entries[digest].logged.append(said.number)

    def _wrong(self) -> RegisterError:
        return RegisterError(N_("line {line} of the register does not follow from what stands before it"), {"line": self.count + 1})


def read_register(content: bytes) -> tuple[Register, int]:
    """The register of a journal, and how many bytes of it were accepted: those up to the last end of a line.

    Raises `RegisterError` when a line doesn't follow from the one before.
    """
    accepted = content.rfind(b"\n") + 1
    register = Register()
    for line in content[:accepted].split(b"\n")[:-1]:
        register.take(line)
    return register, accepted


def fit_change(entry: Entry, to: Standing, because: str) -> bool:
    """Whether the change is one to make: false when it stands so already. Raises `RefusedChangeError` when it can't follow."""
    if not because.strip() or len(because) > MOST_REASON:
        raise RefusedChangeError(N_("a decision has a reason, of at most {most} characters"), {"most": MOST_REASON})
    if entry.standing is to:
        return False
    if to not in NEXT[entry.standing]:
        now, wanted = f"standing-{entry.standing}", f"standing-{to}"
        raise RefusedChangeError(N_("it is {now}, and can no longer become {wanted}"), {"now": now, "wanted": wanted})
    return True


def statement(entry: Entry, address: str, purpose: Purpose, value: int, because: str, at: str) -> dict[str, Any]:
    """What the issuer signs of a decision for the public log: which credential, which bit, since when and why."""
    return {
        "schema": STATEMENT, "credential": entry.id, "digest": entry.digest, "list": address, "index": entry.index,
        "purpose": purpose.value, "value": value, "because": because, "at": at,
    }  # fmt: skip


STATEMENT = "egide/status-statement/1"
STATEMENT_TYPE = "status-statement+jws"


def read_statement(payload: bytes) -> Mapping[str, Any] | None:
    """The statement of a signed payload; nothing when it is another thing."""
    said = read_object(payload)
    return None if isinstance(said, Reason) or said.get("schema") != STATEMENT else said

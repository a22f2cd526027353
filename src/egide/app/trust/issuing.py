"""The desk of an issuer: a folder with the register of what was issued, the tokens, and the status lists to publish.

    settings.json    address of the lists, key, public log
    register.jsonl   the journal: what counts (`egide.trust.register`)
    issued.txt       every token that left the desk, one on each line
    public/          the status lists, signed: what lies at the address

Whatever is decided is one line added to the journal and brought to the disk; from then on it is accepted, and no place in a list can be
given again. The lists and the public log follow from the journal: after each change, and after whatever a crash left undone, `settle`
brings them to where it says they are. So a process that is killed anywhere loses nothing accepted, and doing it again does it once.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from egide.app import locking, private
from egide.app.files import WouldOverwriteError, home, read, settle, write
from egide.app.trust import public_log
from egide.app.trust.keys import Found, find
from egide.trust.credentials.issuing import issue
from egide.trust.credentials.opening import digest_of
from egide.trust.credentials.times import stamped
from egide.trust.jose import Compact, read_compact, sign_compact
from egide.trust.jose_json import canonical, read_object
from egide.trust.register import (
    SET_BY,
    STATEMENT_TYPE,
    Entry,
    Register,
    Standing,
    UnknownCredentialError,
    fit_change,
    read_register,
    statement,
)
from egide.trust.status_lists import Purpose, entry, list_credential, read_list
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

SCHEMA = "egide/issuer/1"
SETTINGS, JOURNAL, TOKENS, PUBLIC = "settings.json", "register.jsonl", "issued.txt", "public"
ADDRESS_ENDS = "/"
LIST_DAYS = 30
MOST_JOURNAL_BYTES = 512 * 1024 * 1024
TAIL_BYTES = 64 * 1024


class UnsettledError(EgideError):
    """What was decided is accepted, and one of the places that show it could not be reached."""

    hint = "egide trust status publish"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an issuer's desk was set up with."""

    address: str
    """Below it lie the lists; ends with «/»."""
    key: str
    """Its file, counted from the desk's folder."""
    log: str | None
    """The writer's folder of the public log, counted likewise."""
    list_days: int = LIST_DAYS
    """For how long a list that was signed counts."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A credential to issue: whole but for its status."""

    document: Mapping[str, Any]
    sign: Callable[[Mapping[str, Any]], str]
    """The signed text of the document that it is given."""
    logged: bool = False
    """Whether the public log is to hold it."""


@dataclass(frozen=True, slots=True)
class Given:
    """A credential that was issued."""

    text: str
    digest: str
    id: str | None
    index: int | None = None
    number: int | None = None
    """Its entry in the public log."""


@dataclass
class Desk:
    """An issuer's folder, held by this process."""

    folder: Path
    settings: Settings
    register: Register
    now: datetime
    take_over: bool = False
    _journal_bytes: int = field(default=0, repr=False)

    @cached_property
    def key(self) -> Found:
        """The key that signs the lists."""
        return find(str(self.folder / self.settings.key))

    def address(self, series: int, purpose: Purpose) -> str:
        """Where a list is published."""
        return f"{self.settings.address}{_name(series, purpose)}"

    def issue(self, wanted: Sequence[Wanted]) -> list[Given]:
        """Issue credentials, all or none, each with a place of its own in the lists."""
        events, texts, digests = bytearray(), [], []
        for one in wanted:
            series, index = self.register.draw(secrets.randbelow)
            text = one.sign({**one.document, "credentialStatus": _status(one.document, self, series, index)})
            digest, document = _read(text.encode())
            place = {"digest": digest, "series": series, "index": index}
            events += self.register.lines([self._issued(document, text, one.logged) | place])
            texts.append(text)
            digests.append(digest)
        self._append(JOURNAL, bytes(events))
        self._append(TOKENS, "".join(f"{text}\n" for text in texts).encode())
        self.settle()
        known = [self.register.entries[digest] for digest in digests]
        return [
            Given(text, one.digest, one.id, one.index, one.logged[0] if one.logged else None)
            for text, one in zip(texts, known, strict=True)
        ]  # fmt: skip

    def find(self, name: str, every: bool = False) -> list[Entry]:
        """The credentials of that identifier, digest or file.

        Raises `UnknownCredentialError` when there is none, or when there are several and not ``every`` one is meant.
        """
        found = self.register.named(_digest_in(name) or name)
        if not found:
            none = N_("the register in {folder} knows no credential `{name}`")
            raise UnknownCredentialError(none, {"folder": str(self.folder), "name": name[:200]})
        if len(found) > 1 and not every:
            several = N_("{n} credentials have the identifier {name}; name one by its digest, or all with --all: {digests}")
            digests = tuple(one.digest for one in found[:10])
            raise UnknownCredentialError(several, {"n": len(found), "name": name[:200], "digests": digests})
        return found

    def decide(self, entries: Sequence[Entry], to: Standing, because: str) -> list[Entry]:
        """Change the standing of credentials, all or none, and say which had to change. Once it lies in the journal it counts."""
        turned = [one for one in entries if fit_change(one, to, because)]
        statements = [self._signed_statement(one, to, because) if self.settings.log else None for one in turned]
        events = [
            {"what": "decided", "at": stamped(self.now), "digest": one.digest, "to": to.value, "because": because}
            | ({"entry": said} if said else {})
            for one, said in zip(turned, statements, strict=True)
        ]  # fmt: skip
        self._append(JOURNAL, self.register.lines(events))
        self.settle()
        return turned

    def settle(self, *, again: bool = False) -> None:
        """Bring lists and log to where the journal says they are; ``again``: sign every list anew, so that it counts for longer.

        Raises `UnsettledError` when the log can't be reached: the lists are published all the same.
        """
        for series in sorted(self.register.taken):
            for purpose in SET_BY:
                self._publish(series, purpose, again)
        if not self.register.owed or self.settings.log is None:
            return
        owed = list(self.register.owed.items())
        try:
            kept = public_log.opened(self.folder / self.settings.log)
            done = public_log.append(kept, [text.encode() for _, (text, _) in owed], self.now, take_over=self.take_over)
        except EgideError as error:
            raise UnsettledError(N_("accepted, and shown in the status lists; the public log lacks it still: {problem}"),
                                 {"problem": str(error)}) from error
        events = [{"what": "logged", "at": stamped(self.now), "of": line, "number": number}
                  for (line, _), number in zip(owed, done.numbers, strict=True)]
        self._append(JOURNAL, self.register.lines(events))

    def _issued(self, document: Mapping[str, Any], text: str, logged: bool) -> dict[str, Any]:
        types = document.get("type", [])
        event: dict[str, Any] = {"what": "issued", "at": stamped(self.now), "types": types if isinstance(types, list) else [types]}
        event |= {name: value for name, value in (("id", document.get("id")), ("until", document.get("validUntil"))) if value}
        return event | ({"entry": text} if logged and self.settings.log else {})

    def _signed_statement(self, one: Entry, to: Standing, because: str) -> str:
        purpose = next(purpose for purpose, standing in SET_BY.items() if standing in (to, one.standing))
        said = statement(one, self.address(one.series, purpose), purpose, int(to is not Standing.VALID), because, stamped(self.now))
        payload = canonical(said)
        if isinstance(payload, Reason):
            raise InputError(payload.message, values=payload.args)
        return sign_compact({"typ": STATEMENT_TYPE, "kid": self.key.key.method}, payload, self.key.signer, self.key.key.algorithm)

    def _publish(self, series: int, purpose: Purpose, again: bool) -> None:
        path, bits = self.folder / PUBLIC / _name(series, purpose), self.register.bits(series, purpose)
        if not again and shown_bits(self.folder, series, purpose) == bits:
            return
        until = self.now + timedelta(days=self.settings.list_days)
        document = list_credential(self.address(series, purpose), self.key.key.did, [purpose], bits, self.now, until)
        token = issue(document, self.key.signer, self.key.key.method, self.now, algorithm=self.key.key.algorithm, file=str(path))
        write(path, token.encode(), force=True)

    def _append(self, name: str, content: bytes) -> None:
        """Add lines to a file and bring them to the disk; what can't be added whole is taken back."""
        if not content:
            return
        path = self.folder / name
        fresh = not path.exists()
        try:
            with open(path, "ab", opener=_closed) as file:
                before = file.tell()
                try:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(before)
                    raise
        except OSError as error:
            raise InputError(error.strerror or str(error), Location(str(path))) from error
        if fresh:
            settle(self.folder)


def default() -> Path:
    """The desk when none is named."""
    return home() / "issuer"


def set_up(
    folder: Path, address: str, now: datetime, *, key: str | None = None, log: Path | None = None, list_days: int = LIST_DAYS,
) -> Settings:  # fmt: skip
    """A new desk. Raises `InputError`, `ExposedError`, `WouldOverwriteError`."""
    if not address.startswith("https://") or "#" in address or "?" in address:
        raise InputError(N_("the lists lie below an https address, and `{address}` is none"), values={"address": address[:200]})
    if not 1 <= list_days <= 366:
        raise InputError(N_("a signed list counts for 1 to 366 days"))
    private.folder(folder)
    if (folder / SETTINGS).exists():
        raise WouldOverwriteError(folder / SETTINGS)
    found = find(key)
    if log is not None:
        public_log.opened(log)
    settings = {
        "schema": SCHEMA, "address": address.rstrip("/") + ADDRESS_ENDS, "key": os.path.relpath(found.path, folder),
        "log": os.path.relpath(log, folder) if log else None, "list_days": list_days,
    }  # fmt: skip
    private.create(folder / SETTINGS, (json.dumps(settings, indent=1) + "\n").encode())
    return _settings(folder)


@contextmanager
def at_desk(folder: Path | None, now: datetime, *, take_over: bool = False) -> Iterator[Desk]:
    """The desk, held against others while something is issued or decided. Raises `BusyError`, `RegisterError`."""
    folder = folder or default()
    settings = _settings(folder)
    with locking.held(folder):
        register, accepted = read_register(_held_content(folder / JOURNAL))
        _cut(folder / JOURNAL, accepted)
        _cut(folder / TOKENS, _whole_lines(folder / TOKENS))
        yield Desk(folder, settings, register, now, take_over)


def looked_at(folder: Path | None) -> tuple[Settings, Register]:
    """The desk as it is, without holding it: for those who only look."""
    folder = folder or default()
    return _settings(folder), read_register(_held_content(folder / JOURNAL))[0]


def token_of(folder: Path | None, digest: str) -> str | None:
    """The text of a credential that left the desk; nothing when it never did."""
    lines = _held_content((folder or default()) / TOKENS).decode().split("\n")[:-1]
    return next((line for line in lines if _read(line.encode())[0] == digest), None)


def named(content: bytes, file: str) -> tuple[str, str | None]:
    """Digest and identifier of a credential, a token or JSON. Raises `InputError` when it is neither."""
    digest, document = _read(content, file)
    found = document.get("id")
    return digest, found if isinstance(found, str) else None


def payload_of(text: str) -> Mapping[str, Any]:
    """What a token says. Raises `InputError`."""
    return _read(text.encode())[1]


def _settings(folder: Path) -> Settings:
    path = folder / SETTINGS
    if not path.is_file():
        raise InputError(N_("no status list is kept in this folder"), Location(str(folder)), "egide trust status new")
    said = read_object(private.content(path))
    try:
        if isinstance(said, Reason) or said.pop("schema") != SCHEMA:
            raise TypeError
        return Settings(**said)
    except (KeyError, TypeError) as error:
        raise InputError(N_("not the settings of an issuer ({schema})"), Location(str(path)), values={"schema": SCHEMA}) from error


def _status(document: Mapping[str, Any], desk: Desk, series: int, index: int) -> list[dict[str, Any]]:
    own = document.get("credentialStatus", [])
    return [*(own if isinstance(own, list) else [own]), *(entry(desk.address(series, one), index, one) for one in SET_BY)]


def _name(series: int, purpose: Purpose) -> str:
    return f"{purpose}-{series}.jwt"


def shown_bits(folder: Path, series: int, purpose: Purpose) -> bytes | None:
    """The row of a list as it lies there to be published; nothing when there is none."""
    path = folder / PUBLIC / _name(series, purpose)
    compact = read_compact(path.read_bytes()) if path.is_file() else None
    document = read_object(compact.payload) if isinstance(compact, Compact) else None
    listed = read_list(document) if isinstance(document, dict) else None
    return None if listed is None or isinstance(listed, Reason) else listed.bits


def _digest_in(name: str) -> str | None:
    """The digest of the credential in a file of that name, when there is such a file."""
    try:
        path = Path(name)
        if not path.is_file():
            return None
    except OSError:
        return None
    return _read(read(path).strip(), name)[0]


def _read(content: bytes, file: str = "") -> tuple[str, Mapping[str, Any]]:
    """Digest and document of a credential, a token or JSON. Raises `InputError` when it is neither."""
    compact = read_compact(content) if not content.startswith(b"{") else None
    document = read_object(compact.payload if isinstance(compact, Compact) else content)
    digest = document if isinstance(document, Reason) else digest_of(document)
    if isinstance(compact, Reason) or isinstance(document, Reason) or isinstance(digest, Reason):
        raise InputError(N_("neither a token nor a credential or presentation in JSON"), Location(file))
    return digest, document


def _closed(path: str, flags: int) -> int:
    """Open a file that only its owner reads."""
    return os.open(path, flags, 0o600)


def _held_content(path: Path) -> bytes:
    return read(path, MOST_JOURNAL_BYTES) if path.exists() else b""


def _whole_lines(path: Path) -> int:
    """How many bytes of the file are whole lines, looking at no more of it than its last line."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - TAIL_BYTES)
            file.seek(start)
            at = file.read(end - start).rfind(b"\n")
            if at >= 0:
                return start + at + 1
            end = start
    return 0


def _cut(path: Path, accepted: int) -> None:
    """Drop what a crash left behind the last whole line."""
    if path.exists() and path.stat().st_size > accepted:
        with path.open("r+b") as file:
            file.truncate(accepted)
            os.fsync(file.fileno())

"""What is asked of a public log: what it shows, proofs of entries, checks with nothing but a public key, commitments."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app import private
from egide.app.files import read
from egide.app.trust import public_log
from egide.trust.credentials.opening import open_file
from egide.trust.credentials.results import Mode
from egide.trust.log import Examination, MalformedError, Policy, Step, check, commitment, log_proof, read_policy, reveal, verify_reveal
from egide.trust.log import signed_checkpoint as read_head
from egide.trust.log.commitments import MOST_BYTES, SALT_BYTES, Reveal
from egide.trust.log.proof import PROOF_BYTES, LogProof
from egide.trust.log.tiles import WIDTH, bundles
from egide.trust.log_entries import EntryKind, Said, about, entry_of, read_entry
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.log import Reader

READABLE_ENTRIES = (EntryKind.CREDENTIAL, EntryKind.STATEMENT)


class UnknownEntryError(EgideError):
    """The log holds nothing by that name."""

    hint = "egide trust log show"


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check: the steps, and the entry that they are about, when the proof carries it or it was given."""

    examination: Examination
    index: int | None
    entry: bytes | None
    said: Said | None


def entry_from(path: Path) -> bytes:
    """A credential or a statement to enter into a log: what is public for ever is signed, and made to be public.

    Raises `InputError` for anything else; a body's own decisions enter as commitments only.
    """
    entry = entry_of(read(path, MOST_BYTES))
    said = read_entry(entry)
    if said.kind not in READABLE_ENTRIES:
        raise InputError(
            N_("only signed credentials and statements enter the log in clear"), Location(str(path)),
            N_("a body's own decision enters as a commitment, when the body so chooses: egide trust log commit"),
        )  # fmt: skip
    if said.kind is EntryKind.CREDENTIAL:
        opened = open_file(entry, str(path), Mode.COMPATIBLE)
        if fault := next((one for part in opened for one in part.faults), None):
            raise InputError(fault.message, Location(str(path)), values=fault.args)
    return entry


def found(reader: Reader, name: str) -> list[tuple[int, bytes]]:
    """The entries that a name means: a number, a file, or the identifier or digest of a credential. Raises `UnknownEntryError`."""
    size = reader.shown().checkpoint.size
    if name.isascii() and name.isdigit():
        if int(name) < size:
            return [(int(name), reader.entry(int(name)))]
    elif Path(name).is_file():
        entry = entry_of(read(Path(name), MOST_BYTES))
        index = reader.index_of(entry)
        if index is not None:
            digest = read_entry(entry).digest
            return (list(about(reader, digest)) if digest else []) or [(index, entry)]
    elif entries := list(about(reader, name)):
        return entries
    raise UnknownEntryError(N_("the log, of size {size}, holds nothing by the name `{name}`"), {"size": size, "name": name[:200]})


def since(reader: Reader, old: str) -> bytes:
    """The proof that the head continues an older one, named by its size or by the file of its checkpoint."""
    if not (old.isascii() and old.isdigit()) or Path(old).is_file():
        return bytes(reader.continue_from(read_head(read(Path(old), PROOF_BYTES)).checkpoint.size))
    return bytes(reader.continue_from(int(old)))


def checked(
    proof: Path, checkpoint: Path | None, keys: Sequence[str], policy: Path | None, entry: Path | None, consistency: Path | None,
    now: datetime,
) -> Checked:  # fmt: skip
    """Is the entry in the log, by the keys that one trusts? Nothing else is consulted.

    Raises `MalformedError` when the file is no proof at all, and when no key was given.
    """
    content = read(proof, PROOF_BYTES)
    read_proof = _readable(content, proof)
    given = entry_of(read(entry, MOST_BYTES)) if entry else None
    examination = check(
        read(checkpoint, PROOF_BYTES) if checkpoint else None, content, _trusted(keys, policy), entry=given,
        consistency=read(consistency, PROOF_BYTES) if consistency else None, now=now,
    )  # fmt: skip
    shown = read_proof.extra if given is None else given
    return Checked(examination, read_proof.index, shown, read_entry(shown) if shown is not None else None)


def commit(kept: public_log.KeptLog, record: Path, secret: Path, now: datetime, take_over: bool = False) -> public_log.Appended:
    """Enter a commitment to a record, once the file that opens it lies safely in its owner's hands.

    Raises `WouldOverwriteError` when there is such a file already: whoever loses a salt can show nothing any more.
    """
    shown = Reveal(read(record, MOST_BYTES), secrets.token_bytes(SALT_BYTES))
    private.create(secret, bytes(shown))
    return public_log.append(kept, [commitment(shown.record, shown.salt)], now, take_over=take_over)


def opened_commitment(secret: Path, proof: Path, keys: Sequence[str], policy: Path | None, now: datetime) -> tuple[Examination, bytes]:
    """Does the record, with its salt, stand behind the entry that the proof is about? The steps, and the record."""
    shown = reveal(read(secret, 2 * MOST_BYTES))
    content = read(proof, PROOF_BYTES)
    entry = commitment(shown.record, shown.salt)
    carried = _readable(content, proof).extra
    steps = check(None, content, _trusted(keys, policy), entry=carried if carried is not None else entry, now=now).steps
    opens: tuple[Step, ...] = (verify_reveal(carried, shown),) if carried is not None else ()
    return Examination((*steps, *opens)), shown.record


def listed(reader: Reader, last: int) -> Iterator[tuple[int, Said]]:
    """The last entries of the log and what they are, in their order."""
    size = reader.shown().checkpoint.size
    for index in range(max(0, size - last), size):
        yield index, read_entry(reader.entry(index))


def between(reader: Reader, first: int, end: int) -> Iterator[tuple[int, Said]]:
    """The entries from ``first`` to before ``end`` and what they are, as far as the log has them; each bundle is read once."""
    for tile in bundles(max(0, first), min(end, reader.shown().checkpoint.size)):
        for index, entry in enumerate(reader.entries(tile), tile.index * WIDTH):
            if first <= index < end:
                yield index, read_entry(entry)


def lately(reader: Reader, name: str, most: int) -> list[tuple[int, Said]]:
    """Those of the last ``most`` entries that are, or are about, the credential of that identifier or digest."""
    size = reader.shown().checkpoint.size
    return [(index, said) for index, said in between(reader, size - most, size) if name in (said.id, said.digest)]


def judged(proof: bytes, checkpoint: bytes | None, keys: Sequence[str], now: datetime) -> Checked:
    """As `checked`, of what was sent. Raises `MalformedError` when a key is none."""
    examination = check(checkpoint, proof, Policy.trusting(*keys), now=now)
    try:
        read_proof = log_proof(proof)
    except MalformedError:
        return Checked(examination, None, None, None)
    entry = read_proof.extra
    return Checked(examination, read_proof.index, entry, read_entry(entry) if entry is not None else None)


def _readable(content: bytes, file: Path) -> LogProof:
    try:
        return log_proof(content)
    except MalformedError as error:
        raise InputError(error.message, Location(str(file)), error.hint, error.values) from error


def _trusted(keys: Sequence[str], policy: Path | None) -> Policy:
    if policy is not None:
        return read_policy(read(policy, 2**20))
    if not keys:
        raise InputError(N_("whose log? name its public key with --key, or the logs and witnesses that you trust with --policy"))
    return Policy.trusting(*(str(one) for one in public_log.verifier_keys(keys)))

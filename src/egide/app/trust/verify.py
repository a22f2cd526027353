"""Verify a file of credentials: gather what is at hand, ask the whole question, keep the record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import cache, read, write
from egide.app.trust.bundle import at_hand, compiled, compiled_shapes, keep_quietly
from egide.trust.credentials.results import Mode, What
from egide.trust.credentials.verifying import verify as verify_credentials
from egide.trust.dids.documents import Document, Purpose
from egide.trust.dids.identifiers import Fetched, NotAtHand, offline, resolve
from egide.trust.jose import read_compact
from egide.trust.jose_json import read_object
from egide.trust.keys import PublicKey
from egide.trust.pipeline import (
    DEFAULT,
    Knowledge,
    Material,
    Question,
    Scope,
    Seen,
    Standing,
    material,
    record,
    replayed,
    sealed,
    unsealed,
    verify,
)
from egide.trust.pipeline.policy import described, issued
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.trust.fetching import Network
    from egide.trust.dids.identifiers import Fetch
    from egide.trust.pipeline.verifying import Checked
    from egide.trust.shapes import Shapes
    from egide.trust.signing import Signer
    from egide.vocabulary.findings import Problem

NOON = time(12)


class DifferentReplayError(EgideError):
    """The same question to the same file gave other answers."""

    hint = N_("what is at hand has changed: other keys, lists, contexts or shapes, or another version of egide")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the answers may come from."""

    trusted: Sequence[Path] = ()
    shapes: Path | None = None
    """Shapes of one's own."""
    beside: Sequence[Path] = ()
    """Other credentials at hand: those that a label names, and those that were verified before."""
    allowed: Sequence[str] = ()
    """Hosts that may be asked; without any nothing is fetched."""
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """The answers, and what it took."""

    checked: Checked
    content: bytes
    record: bytes
    problems: tuple[Problem, ...] = ()
    """What of the bundles was left out."""
    fetched: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class _Keeper:
    """Asks the network, and keeps what it answered by digest, so that the question can be replayed."""

    ask: Fetch
    answers: dict[str, bytes] = field(default_factory=dict)

    def fetch(self, address: str) -> Fetched | NotAtHand:
        """What lies behind the address."""
        found = self.ask(address)
        if isinstance(found, Fetched):
            self.answers[address] = found.content
            keep_quietly(_kept_page(hashlib.sha256(found.content).hexdigest()), found.content)
        return found


def instant(text: str) -> datetime:
    """A moment as people write it: a day is its noon in UTC. Raises `InputError`."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), NOON, UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(N_("`{value}` is neither a day nor a moment (2026-11-23, 2026-11-23T12:00:00Z)"), values={"value": text}) from None
    if moment.tzinfo is None:
        raise InputError(N_("a date and time without its zone: write 2026-11-23T12:00:00Z"))
    return moment.astimezone(UTC)


def ask(
    path: Path, now: datetime, *, mode: Mode = Mode.COMPATIBLE, scope: Scope = DEFAULT, sources: Sources = Sources(),
    standings: Mapping[str, Standing] | None = None,
) -> Verified:
    """Verify a file. Raises `InputError` when the question can't be asked."""
    content = read(path)
    keeper = _Keeper(_network(sources))
    hand, problems = gather(sources, keeper.fetch)
    hand, seen = _beside(sources.beside, hand, now, mode)
    knowledge = Knowledge(seen, standings or {})
    checked = verify(content, str(path), Question(now, mode, scope, knowledge, _own_shapes(sources)), hand)
    return Verified(checked, content, record(checked), problems, keeper.answers)


def again(path: Path, kept: Path, *, sources: Sources = Sources(), standings: Mapping[str, Standing] | None = None) -> bytes:
    """Put the question of a record to the same file once more. Returns the record; raises `DifferentReplayError` when it differs."""
    hand, _ = gather(sources, offline)
    written, content = _opened(read(kept).strip(), kept, hand), read(path)
    document = read_object(written)
    if isinstance(document, Reason):
        raise InputError(document.message, Location(str(kept)), values=document.args)
    asked = document.get("asked", {})
    mode = Mode(asked["mode"]) if isinstance(asked, dict) and asked.get("mode") in tuple(Mode) else Mode.STRICT
    moment = datetime.fromisoformat(asked["at"]) if isinstance(asked, dict) and is_moment(asked.get("at")) else datetime.now(UTC)
    hand, seen = _beside(sources.beside, hand, moment, mode)
    found = replayed(written, content, str(path), hand, Knowledge(seen, standings or {}), _own_shapes(sources), _kept_pages(document))
    if found != written:
        raise DifferentReplayError(N_("the same question to {file} gives other answers now"), {"file": str(path)})
    return found


def _opened(written: bytes, kept: Path, hand: Material) -> bytes:
    """The record as it stands, or out of its token once the signature is that of the key it names."""
    compact = None if written.startswith(b"{") else read_compact(written)
    if compact is None:
        return written
    if isinstance(compact, Reason):
        raise InputError(compact.message, Location(str(kept)), values=compact.args)
    kid = str(compact.header.get("kid", ""))
    document = resolve(kid.partition("#")[0], hand.world.fetch)
    key = document.key_for(kid, (Purpose.ASSERTION,)) if isinstance(document, Document) else document
    found = unsealed(written, key) if isinstance(key, PublicKey) else key
    if isinstance(found, bytes):
        return found
    reason = found.reason if isinstance(found, NotAtHand) else found
    raise InputError(reason.message, Location(str(kept)), values=reason.args)


def is_moment(text: object) -> bool:
    """Whether a text is a moment as records have it."""
    try:
        return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def gather(sources: Sources, beyond: Fetch) -> tuple[Material, tuple[Problem, ...]]:
    """Everything at hand, and what of it was left out."""
    bundle = at_hand(sources.trusted)
    return material(bundle, compiled(bundle), beyond), bundle.problems


def offerings(path: Path, sources: Sources = Sources()) -> tuple[str, ...]:
    """The offerings that the credentials of a file describe, by their identifiers."""
    hand, _ = gather(sources, offline)
    found = verify(read(path), str(path), Question(datetime.now(UTC), Mode.COMPATIBLE), hand)
    return described(found.meanings)


def keep_record(path: Path, written: bytes, *, signer: Signer | None = None, kid: str | None = None, force: bool = False) -> None:
    """Write the record, signed when somebody signs."""
    write(path, sealed(written, signer, kid).encode() if signer and kid else written, force=force)


def _network(sources: Sources) -> Fetch:
    if not sources.allowed:
        return offline
    from egide.app.trust.fetching import fetcher

    return fetcher(sources.allowed, sources.network)


def _own_shapes(sources: Sources) -> Shapes | None:
    return compiled_shapes(read(sources.shapes), str(sources.shapes)) if sources.shapes else None


def _beside(paths: Sequence[Path], hand: Material, now: datetime, mode: Mode) -> tuple[Material, dict[str, Seen]]:
    """Credentials that lie beside, those that are verified but for shapes and policy: by name, with their digests."""
    digests: dict[str, str] = {}
    seen: dict[str, Seen] = {}
    for path in paths:
        found = verify_credentials(read(path), str(path), mode, now, hand.world)
        for part in found.parts:
            if part.opened.what is not What.CREDENTIAL or part.id is None or part.opened.digest is None:
                continue
            digests[part.id] = part.opened.digest
            if all(step.answer is Answer.MET for step in part.steps):
                seen[part.id] = Seen(part.opened.digest, part.issuer or "", issued(part, mode))
    return replace(hand, world=replace(hand.world, beside=digests)), seen


def _kept_page(digest: str) -> Path:
    return cache() / "pages" / digest


def _kept_pages(document: Mapping[str, object]) -> dict[str, bytes]:
    """Pages of the cache that a record speaks of, held against their digests."""
    at = document.get("at_hand")
    consulted = at.get("consulted", {}) if isinstance(at, dict) else {}
    digests = [one["sha256"] for one in consulted.values() if isinstance(one, dict) and isinstance(one.get("sha256"), str)]
    found: dict[str, bytes] = {}
    for digest in digests:
        path = _kept_page(digest)
        if digest.isalnum() and path.is_file():
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == digest:
                found[digest] = content
    return found

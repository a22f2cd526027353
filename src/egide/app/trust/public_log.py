"""The two sides of a public log: what its writer keeps to himself (keys, the last head shown), and the place that anybody reads.

The place is a folder, ``public`` in the writer's own unless another is named, or a prefix of an object store (``s3://bucket/prefix``,
with the settings that S3's own tools read from the environment). The writer remembers the last head that he has shown beside his keys,
so that a place that was put back to an older state is refused instead of being continued into a fork.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from egide.app import private
from egide.app.files import WouldOverwriteError, home, read, write
from egide.app.trust.keys import Found, create, find
from egide.trust.keys import Kind
from egide.trust.log import Folder, HeldError, Log, Reader, Signer, VerifierKey, verifier_key
from egide.trust.log.note import SignatureType
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.log import SignedCheckpoint, Storage

SCHEMA = "egide/log/1"
SETTINGS, REMEMBERED, KEYS, PUBLIC = "log.json", "checkpoint", "keys.txt", "public"
NAME, LASTING = "log", "log-ml-dsa-44.pem"
IN_A_STORE = "s3://"
ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT")
ANSWERS_WITHIN, TRIES = timedelta(seconds=30), 3
WAITS_SECONDS = 10.0
"""For another writer to end."""


@dataclass(frozen=True)
class KeptLog:
    """The writer's side of a log."""

    folder: Path
    place: str
    signers: tuple[Signer, ...]

    @property
    def origin(self) -> str:
        """The name under which it signs."""
        return self.signers[0].key.name

    @property
    def keys(self) -> tuple[str, ...]:
        """What others check it with."""
        return tuple(str(signer.key) for signer in self.signers)


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of entries: their numbers, and the head that holds them."""

    numbers: tuple[int, ...]
    head: SignedCheckpoint


def default() -> Path:
    """The writer's folder when none is named."""
    return home() / "log"


def begin(
    folder: Path, origin: str, now: datetime, *, place: str | None = None, key: str | None = None, lasting: bool = False,
) -> KeptLog:  # fmt: skip
    """A new log: its keys, its settings, and its empty head at its place.

    ``key`` is an EdDSA key that there is already, or that a command holds; ``lasting`` adds one of ML-DSA-44. Raises `InputError`,
    `ExposedError`, `WouldOverwriteError`, `TamperedError` when something of another log lies at the place.
    """
    private.folder(folder)
    if (folder / SETTINGS).exists():
        raise WouldOverwriteError(folder / SETTINGS)
    files = [os.path.relpath(_log_key(folder, key).path, folder)]
    if lasting:
        files.append(_lasting_key(folder).name)
    settings = {"schema": SCHEMA, "origin": origin, "place": place or PUBLIC, "keys": files}
    signers = _signers(folder, settings)
    for signer in signers:
        verifier_key(str(signer.key))
    made = KeptLog(folder, _at(folder, place or PUBLIC), signers)
    with writing(made) as log:
        head = log.publish(now)
    write(folder / KEYS, "".join(f"{one}\n" for one in made.keys).encode(), force=True)
    remember(made, head)
    private.create(folder / SETTINGS, (json.dumps(settings, indent=1) + "\n").encode())
    return made


def opened(folder: Path | None = None) -> KeptLog:
    """The writer's side that lies in a folder. Raises `InputError`, `ExposedError`."""
    folder = folder or default()
    path = folder / SETTINGS
    if not path.is_file():
        raise InputError(N_("no log is kept in this folder"), Location(str(folder)), "egide trust log init")
    try:
        settings = json.loads(private.content(path))
        good = settings["schema"] == SCHEMA and isinstance(settings["origin"], str) and isinstance(settings["place"], str)
        if not good or not settings["keys"] or not all(isinstance(one, str) for one in settings["keys"]):
            raise TypeError
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(N_("not the settings of a log ({schema})"), Location(str(path)), values={"schema": SCHEMA}) from error
    return KeptLog(folder, _at(folder, settings["place"]), _signers(folder, settings))


@contextmanager
def writing(kept: KeptLog, *, take_over: bool = False) -> Iterator[Log]:
    """The log, held against other writers and compared with what was last shown of it."""
    remembered = kept.folder / REMEMBERED
    tried_until = monotonic() + WAITS_SECONDS
    with ExitStack() as holding:
        while True:
            old = read(remembered) if remembered.is_file() else None
            try:
                log = holding.enter_context(Log(_storage(kept.place, take_over), *kept.signers, remembered=old))
                break
            except HeldError:
                if monotonic() > tried_until:
                    raise
                sleep(0.05)
        yield log


def append(kept: KeptLog, entries: Sequence[bytes], now: datetime, *, take_over: bool = False) -> Appended:
    """Bring entries into the log, each once however often this is tried, and show the new head.

    Raises `HeldError`, `TamperedError`, `MalformedError` on an entry that is too long, `InputError` when the place can't be reached.
    """
    with writing(kept, take_over=take_over) as log:
        numbers = log.add_once(entries)
        head = log.publish(now)
        remember(kept, head)
    return Appended(numbers, head)


def reader(place: str | None = None) -> Reader:
    """The public side of a log: of the writer's folder, of a public folder, or of an object store. Raises `InputError`."""
    return Reader(_storage(public_place(place)))


def public_place(place: str | None = None) -> str:
    """Where the public side lies, of what `reader` takes. Raises `InputError`."""
    named = place or str(default())
    if not named.startswith(IN_A_STORE) and (Path(named) / SETTINGS).is_file():
        named = opened(Path(named)).place
    elif not named.startswith(IN_A_STORE) and not Path(named).is_dir():
        raise InputError(N_("no log is kept in this folder"), Location(named), "egide trust log init")
    return named


def verifier_keys(given: Sequence[str]) -> tuple[VerifierKey, ...]:
    """Public keys from texts, or from files with one on each line. Raises `MalformedError`, `InputError`."""
    found: list[VerifierKey] = []
    for one in given:
        lines = [one] if "+" in one and not Path(one).exists() else read(Path(one), 2**20).decode("utf-8", "replace").splitlines()
        found += [verifier_key(line.strip()) for line in lines if line.strip()]
    return tuple(found)


def _storage(place: str, take_over: bool = False) -> Storage:
    if not place.startswith(IN_A_STORE):
        return Folder(Path(place))
    from obstore.store import S3Store

    from egide.trust.log import Objects

    in_clear = os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true"
    for name in ENDPOINTS:
        _fit_endpoint(name, os.environ.get(name), in_clear)
    client: Any = {"timeout": ANSWERS_WITHIN, "allow_http": in_clear}
    try:
        store = S3Store.from_url(place, client_options=client, retry_config={"max_retries": TRIES, "retry_timeout": ANSWERS_WITHIN})
    except Exception as error:  # obstore raises several kinds for an address or a setting that it can't use
        raise InputError(N_("the object store: {problem}"), Location(place), values={"problem": str(error).splitlines()[0]}) from error
    return Objects(store, take_over=take_over)


def _fit_endpoint(name: str, address: str | None, in_clear: bool) -> None:
    """Refuse an address that the store's client could not take: it would abort instead of saying so."""
    if address is None:
        return
    try:
        parts = urlsplit(address)
        good = bool(parts.hostname) and parts.scheme in (("https", "http") if in_clear else ("https",)) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise InputError(N_("the object store: {problem}"), Location(name), N_("an https address; http only with AWS_ALLOW_HTTP=true"),
                         {"problem": address[:200]})  # fmt: skip


def _at(folder: Path, place: str) -> str:
    return place if place.startswith(IN_A_STORE) else str(folder / place)


def _signers(folder: Path, settings: dict[str, Any]) -> tuple[Signer, ...]:
    return tuple(_signer(folder / name, settings["origin"]) for name in settings["keys"])


def _signer(path: Path, origin: str) -> Signer:
    if path.name == LASTING:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            lasting = load_pem_private_key(private.content(path), None)
        except (ValueError, TypeError):
            lasting = None
        if not isinstance(lasting, MLDSA44PrivateKey):
            raise InputError(N_("not a private key of ML-DSA-44"), Location(str(path)))
        return Signer.ml_dsa_44(origin, lasting)
    found = find(str(path))
    public = VerifierKey(origin, SignatureType.ED25519, _ed25519(found))
    return Signer(public, lambda message: found.signer.sign("EdDSA", message))


def _ed25519(found: Found) -> bytes:
    if found.key.public.kind is not Kind.ED25519:
        raise InputError(N_("a log is signed with an EdDSA key, and this is one of {algorithm}"), Location(str(found.path)),
                         values={"algorithm": found.key.algorithm})
    raw: bytes = found.key.public.native.public_bytes_raw()  # type: ignore[union-attr]
    return raw


def _log_key(folder: Path, key: str | None) -> Found:
    """The key that was named, the one that an interrupted beginning left, or a new one."""
    if key is not None:
        return find(key)
    left = folder / f"{NAME}.jwk"
    return find(str(left)) if left.is_file() else create(folder, algorithm="EdDSA", name=NAME)


def _lasting_key(folder: Path) -> Path:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    path = folder / LASTING
    if not path.is_file():
        private.create(path, MLDSA44PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def remember(kept: KeptLog, head: SignedCheckpoint) -> None:
    """Keep the head that was shown beside the keys."""
    write(kept.folder / REMEMBERED, bytes(head), force=True)

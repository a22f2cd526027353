"""The keys of this machine's person: made, found by name or by file, shown, published in a DID document."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from egide.app import private
from egide.app.files import home, read
from egide.app.trust.signers import asking
from egide.trust.dids.identifiers import address_of, did_document, read_did
from egide.trust.jose_json import read_object
from egide.trust.keyring import NAME, NEW_ALGORITHMS, KeptKey, kept, read_kept, written
from egide.trust.keys import ALGORITHMS, USUAL, PublicKey, read_jwk, read_pem
from egide.trust.signing import ExternalSigner, PrivateKey, Signer, SignerError, new_key, read_private_key
from egide.trust.x509 import certified, chain_from_pem, encoded_chain
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

FOLDER, ENDING = "keys", ".jwk"
USUAL_ALGORITHM = "ES256"
OWN = "did:key"
TRIAL = b"egide: does this signer answer for this key?\n"


class UnknownKeyError(EgideError):
    """No key by that name, or none that is meant without one."""

    hint = "egide trust key list"


@dataclass(frozen=True)
class Found:
    """A key in its file."""

    path: Path
    key: KeptKey

    @cached_property
    def signer(self) -> Signer:
        """Whoever signs with it: the file, or the command that it names."""
        return self.key.private or ExternalSigner(self.key.public, asking(self.key.command))


@dataclass(frozen=True, slots=True)
class Listed:
    """What a file of a folder of keys is: a key, or why it can't be used."""

    path: Path
    found: Found | None
    problem: EgideError | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A DID document, and the address at which others look for it (none when the identifier says it all by itself)."""

    did: str
    document: bytes
    address: str | None


def keyring() -> Path:
    """Where keys are kept when no folder is named."""
    return home() / FOLDER


def create(
    folder: Path | None = None, *, did: str = OWN, algorithm: str | None = None, name: str | None = None, source: Path | None = None,
    signer: str | None = None, public: Path | None = None,
) -> Found:  # fmt: skip
    """Make a key, take one in from ``source``, or note which command signs for ``public``; its file is never one that exists.

    Raises `InputError`, `ExposedError`, `WouldOverwriteError`, `SignerError`.
    """
    if (signer is None) is not (public is None) or (signer and source):
        raise InputError(N_("a signer's command goes with the public key that it signs for, and with no private key"))
    place = private.folder(folder or keyring())
    wanted = name or _free(place)
    command = _words(signer) if signer is not None else ()
    key: PrivateKey | None = None
    if public is not None:
        known = _public(public)
    else:
        kind = ALGORITHMS[_known(algorithm or USUAL_ALGORITHM)]
        key = read_private_key(private.content(source), str(source)) if source else new_key(kind)
        known = key.public
    made = kept(known, _known(algorithm or USUAL[known.kind]), did, wanted, key, command)
    if not NAME.fullmatch(wanted):
        raise InputError(N_("`{name}` is no name for a key: letters, digits, «.», «_» and «-», at most 64"), values={"name": wanted[:80]})
    found = Found(place / f"{wanted}{ENDING}", made)
    if command:
        found.signer.sign(made.algorithm, TRIAL)
    private.create(found.path, written(made))
    return found


def listed(folder: Path | None = None) -> list[Listed]:
    """The keys of a folder, by name, and the files that should be keys and can't be used."""
    place = folder or keyring()
    rows = []
    for path in sorted(place.glob(f"*{ENDING}")) if place.is_dir() else []:
        try:
            rows.append(Listed(path, _load(path)))
        except EgideError as problem:
            rows.append(Listed(path, None, problem))
    return rows


def find(reference: str | None = None) -> Found:
    """The key of a file, of a folder that holds one, or by its name in the keyring; without any, the keyring's only one.

    Raises `UnknownKeyError`, `InputError`, `ExposedError`.
    """
    path = Path(reference) if reference else keyring()
    if reference and not path.exists() and NAME.fullmatch(reference):
        path = keyring() / f"{reference}{ENDING}"
        if not path.exists():
            raise UnknownKeyError(N_("no key is named `{name}` in {folder}"), {"name": reference, "folder": str(keyring())})
    if not path.is_dir() and (reference or path.exists()):
        return _load(path)
    names = [one.name.removesuffix(ENDING) for one in sorted(path.glob(f"*{ENDING}"))] if path.is_dir() else []
    if len(names) == 1:
        return _load(path / f"{names[0]}{ENDING}")
    if not names:
        missing = UnknownKeyError(N_("there is no key in {folder}"), {"folder": str(path)})
        missing.hint = "egide trust key new"
        raise missing
    several = N_("there are several keys in {folder}; say which with --key: {names}")
    raise UnknownKeyError(several, {"folder": str(path), "names": tuple(names)})


def beside(found: Found) -> list[Found]:
    """The keys of the same folder that belong to the same identifier, itself among them, by their fragments."""
    others = [one.found for one in listed(found.path.parent) if one.found and one.found.key.did == found.key.did]
    return sorted(others or [found], key=lambda one: one.key.fragment)


def published(found: Found, now: datetime, certificate: Path | None = None, chain_url: str | None = None) -> Published:
    """The document of the key's identifier, with all its keys that lie in the same folder.

    With a certificate chain (PEM, the key's own first) the key of it carries the chain, or the address where it will lie. Raises
    `InputError` when the chain is of none of these keys, or not for signatures.
    """
    keys = [(one.key.fragment, one.key.public) for one in beside(found)]
    if certificate is not None:
        keys = _with_chain(keys, certificate, chain_url, now)
    elif chain_url is not None:
        raise InputError(N_("the address of a chain goes with the chain itself: --certificate FILE"))
    did = read_did(found.key.did)
    address = None if isinstance(did, Reason) or did.method != "web" else str(address_of(did))
    return Published(found.key.did, did_document(found.key.did, keys), address)


def _with_chain(keys: Sequence[tuple[str, PublicKey]], file: Path, url: str | None, now: datetime) -> list[tuple[str, PublicKey]]:
    if url is not None and not url.startswith("https://"):
        raise InputError(N_("`x5u` is not an https address: {address}"), values={"address": url[:200]})
    chain = chain_from_pem(read(file))
    if isinstance(chain, Reason):
        raise InputError(chain.message, Location(str(file)), values=chain.args)
    refused: Reason | None = None
    for at, (name, key) in enumerate(keys):
        refused = certified(chain, key, now)
        if refused is None:
            shown = () if url else encoded_chain(chain)
            with_it = PublicKey(key.kind, key.native, key.thumbprint, key.algorithm, shown, url)
            return [*keys[:at], (name, with_it), *keys[at + 1 :]]
        if refused.code != "chain-of-another-key":
            break
    assert refused is not None  # noqa: S101 - there is a key
    raise InputError(refused.message, Location(str(file)), values=refused.args)


def _load(path: Path) -> Found:
    return Found(path, read_kept(private.content(path), str(path)))


def _free(folder: Path) -> str:
    """The first of key-1, key-2 … that nothing has."""
    number = 1
    while (folder / f"key-{number}{ENDING}").exists():
        number += 1
    return f"key-{number}"


def _known(algorithm: str) -> str:
    if algorithm not in NEW_ALGORITHMS:
        raise InputError(N_("the algorithm `{algorithm}` is not accepted; these are: {allowed}"),
                         values={"algorithm": algorithm[:40], "allowed": NEW_ALGORITHMS})
    return algorithm


def _words(command: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(command, posix=os.name == "posix"))
    except ValueError as error:
        raise InputError(N_("the command of the signer cannot be read: {problem}"), values={"problem": error}) from error
    if not words:
        raise SignerError(N_("the command of the signer is empty"))
    return words


def _public(file: Path) -> PublicKey:
    content = read(file, 2**20)
    if content.lstrip().startswith(b"{"):
        jwk = read_object(content)
        found = jwk if isinstance(jwk, Reason) else read_jwk(jwk)
    else:
        found = read_pem(content)
    if isinstance(found, Reason):
        raise InputError(found.message, Location(str(file)), values=found.args)
    return found

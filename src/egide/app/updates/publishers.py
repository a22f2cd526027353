"""Whose updates this machine takes: the public keys that somebody here pinned, one PEM file each.

A key is pinned by hand, after its thumbprint was compared with what its publisher says by another way. None ships with Égide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from egide.app.files import home, read, write
from egide.trust.dids.identifiers import did_key
from egide.trust.jose_json import read_object
from egide.trust.keys import MAX_PEM_BYTES, Kind, PublicKey, read_jwk, read_pem
from egide.trust.keys_multibase import read_multikey
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

FOLDER, ENDING = "publishers", ".pem"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
PREFIX = "did:key:"


class UnknownPublisherError(EgideError):
    """No publisher is pinned by that name."""

    hint = "egide data pin"

    def __init__(self, name: str) -> None:
        super().__init__(N_("no publisher is pinned by the name `{name}`"), {"name": name})


@dataclass(frozen=True, slots=True)
class Publisher:
    """A pinned key. ``did``: the name by which bundles call it, which is the key itself."""

    name: str
    key: PublicKey

    @property
    def did(self) -> str:
        """``did:key:z6Mk…``."""
        return did_key(self.key)


def folder() -> Path:
    """Where the keys lie."""
    return home() / FOLDER


def pinned() -> tuple[Publisher, ...]:
    """All of them, by name. Raises `InputError` on a file that holds no key: a damaged trust is not taken for none."""
    paths = sorted(folder().glob(f"*{ENDING}")) if folder().is_dir() else []
    return tuple(Publisher(path.stem, read_key(str(path))) for path in paths)


def pin(given: str, name: str | None = None) -> Publisher:
    """Take a publisher's public key: a PEM or JWK file, or ``did:key:…``.

    Raises `InputError` when it is no Ed25519 key or the name is none, `WouldOverwriteError` when the name is taken.
    """
    wanted = name or ("publisher" if given.startswith(PREFIX) else Path(given).stem.lower())
    if not NAME.fullmatch(wanted):
        raise InputError(N_("`{name}` is no name for a publisher: lower-case letters, digits, «.», «_» and «-», at most 64"),
                         values={"name": wanted[:80]})
    made = Publisher(wanted, read_key(given))
    write(folder() / f"{wanted}{ENDING}", made.key.pem())
    return made


def unpin(name: str) -> None:
    """Trust a publisher no longer. What was taken from it stays. Raises `UnknownPublisherError`."""
    path = folder() / f"{name}{ENDING}"
    if not NAME.fullmatch(name) or not path.is_file():
        raise UnknownPublisherError(name)
    path.unlink()


def read_key(given: str) -> PublicKey:
    """The Ed25519 public key of a PEM or JWK file, or of ``did:key:…``. Raises `InputError`."""
    at = Location(given)
    if given.startswith(PREFIX):
        found = read_multikey(given.removeprefix(PREFIX))
    else:
        content = read(Path(given), MAX_PEM_BYTES)
        jwk = read_object(content) if content.lstrip().startswith(b"{") else None
        found = read_pem(content) if jwk is None else jwk if isinstance(jwk, Reason) else read_jwk(jwk)
    if isinstance(found, Reason):
        raise InputError(found.message, at, values=found.args)
    if found.kind is not Kind.ED25519:
        raise InputError(N_("bundles are signed with Ed25519, and this is a {kind} key"), at, values={"kind": found.kind.value})
    return found


def trusted(keys: Mapping[str, PublicKey] | None = None) -> dict[str, PublicKey]:
    """The keys that may sign, by their did:key: those given, else those pinned."""
    known = keys.values() if keys is not None else [one.key for one in pinned()]
    return {did_key(key): key for key in known}

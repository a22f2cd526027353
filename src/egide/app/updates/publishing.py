"""Making an update for others: what is in use here, or a folder of one's own, signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app import law
from egide.app.files import read, write
from egide.app.portfolio import assess
from egide.app.updates.accepting import NAME, refuse_strange
from egide.app.updates.installed import CATALOGUE, RULEBOOKS, by_folder
from egide.catalogue import dump, read_catalogue
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.signing import Signer

USUAL_NAME = "egide"


@dataclass(frozen=True, slots=True)
class Published:
    """A bundle that was written. ``key``: the did:key that others must pin."""

    name: str
    edition: int
    key: str
    files: int
    bytes: int


def publish(
    path: Path, signer: Signer, made_on: date, *, folder: Path | None = None, name: str = USUAL_NAME, edition: int | None = None,
    force: bool = False,
) -> Published:
    """Write a signed bundle of what is in use here, or of a folder with ``catalogue`` or ``rulebooks``.

    ``edition``: greater than that of every bundle of that name before; by default the day as a number, 20261124. Raises `InputError` when a
    file can't be used by this version, `WouldOverwriteError`, `SignerError`.
    """
    from egide.store.bundle_writing import make_bundle
    from egide.trust.dids.identifiers import did_key
    from egide.trust.keys import Kind

    if not NAME.fullmatch(name):
        raise InputError(N_("`{name}` is no name for a bundle: lower-case letters, digits and «-», at most 64"), values={"name": name[:80]})
    if signer.public.kind is not Kind.ED25519:
        raise InputError(N_("bundles are signed with Ed25519, and this is a {kind} key"), values={"kind": signer.public.kind.value})
    number = edition if edition is not None else edition_of(made_on)
    files = gather(folder)
    key = did_key(signer.public)
    content = make_bundle(name, number, made_on, files, key, lambda signed: signer.sign("EdDSA", signed))
    write(path, content, force=force)
    return Published(name, number, key, len(files), len(content))


def edition_of(day: date) -> int:
    """The number of an edition when none is given: 20261124."""
    return int(day.strftime("%Y%m%d"))


def gather(folder: Path | None = None) -> dict[str, bytes]:
    """The files of an update, each found fit to be used by this version. Raises `InputError`."""
    files = _of_folder(folder) if folder else _in_use()
    name = str(folder or USUAL_NAME)
    refuse_strange(files, name)
    if listed := _below(files, CATALOGUE):
        read_catalogue(listed)
    for group, content in by_folder(_below(files, RULEBOOKS)).items():
        law.of_update(content, group, f"{name}/{RULEBOOKS}{group}")
    return files


def _below(files: dict[str, bytes], folder: str) -> dict[str, bytes]:
    return {path.removeprefix(folder): content for path, content in files.items() if path.startswith(folder)}


def _of_folder(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise InputError(N_("a folder with `catalogue` or `rulebooks` was expected"), Location(str(folder)))
    return {path.relative_to(folder).as_posix(): read(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _in_use() -> dict[str, bytes]:
    books = {f"{RULEBOOKS}{group}/{name}": content for group, files in law.files_in_use().items() for name, content in files.items()}
    return {f"{CATALOGUE}catalogue.yaml": dump(assess.catalogue()), **books}

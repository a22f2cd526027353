"""Signed offline bundles: how a newer catalogue or newer rulebooks reach a machine without a network.

A zip: ``manifest.json`` (canonical JSON: name, edition, date, the signer's key, each file with bytes and SHA-256), ``manifest.sig`` (the
detached signature over the manifest's bytes, Ed25519 as `egide.trust` makes it), and the files. Nothing but these two is unpacked before
the signature is found good, and each file is held against its digest whenever it is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from egide.store.canonical import canonical, digest
from egide.store.files import whole_folder
from egide.store.zips import Limits, Zip
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = "egide/bundle/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
MANIFEST_BYTES = 4 * 2**20
SIGNATURE_BYTES = 64
PIECE_BYTES = 2**20
LIMITS = Limits(files=10_000, file_bytes=256 * 2**20, total_bytes=2**30)
LARGEST_EDITION = 2**53 - 1

Verify = Callable[[str, bytes, bytes], tuple[Answer, Reason]]
"""(the signer's key as the manifest names it, what was signed, the signature) to whether that key, being trusted, signed it."""


class BundleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a bundle."""

    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a bundle says of itself. ``edition``: a later bundle of that name has a greater one."""

    format: str
    name: str
    edition: int
    made_on: str
    key: str
    files: list[BundleFile]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a bundle is not taken: not met (it was altered since it was signed), or unknown (its key is not one that is trusted here)."""

    answer: Answer
    because: Reason
    at: Location | None = None
    """Which of its files was altered."""


class Bundle:
    """A bundle whose signature was found good. Its source must stay open while it is read."""

    def __init__(self, files: Zip, manifest: Manifest, content: bytes) -> None:
        self._zip = files
        self.name = manifest.name
        self.edition = manifest.edition
        self.made_on = date.fromisoformat(manifest.made_on)
        self.key = manifest.key
        self.digest = digest(content)
        """SHA-256 of the manifest, which binds every byte."""
        self.files = {file.path: file for file in manifest.files}

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises `InputError` when they are not the signed ones, `KeyError` when there is no such file."""
        return b"".join(self._pieces(path))

    def check(self) -> None:
        """Unpack everything once, keeping nothing. Raises `InputError` when any file is not the signed one."""
        for path in self.files:
            for _ in self._pieces(path):
                pass

    def unpack(self, folder: Path) -> None:
        """Write all files into a folder that appears whole, or not at all. Raises `InputError` when it exists, or as `read`."""
        with whole_folder(folder) as draft:
            for path in self.files:
                target = draft.joinpath(*path.split("/"))
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:
                    for piece in self._pieces(path):
                        file.write(piece)

    def _pieces(self, path: str) -> Iterator[bytes]:
        listed = self.files[path]
        summed, count = hashlib.sha256(), 0
        with self._zip.open(path) as unpacked:
            while piece := unpacked.read(PIECE_BYTES):
                summed.update(piece)
                count += len(piece)
                yield piece
        if (count, summed.hexdigest()) != (listed.bytes, listed.sha256):
            raise InputError(N_("the file is not the one that was signed"), Location(self._zip.name, path=path))


def open_bundle(source: BinaryIO, name: str, verify: Verify, limits: Limits = LIMITS) -> Bundle | Refusal:
    """The bundle, every byte of which was found to be as signed; or why it is refused. ``name``: what messages call it.

    Raises `InputError` when it is no bundle, or one that could do harm by being unpacked (`egide.store.zips`). Nothing but its manifest
    is unpacked before the signature is found good; what is not as signed after that was altered, however it shows.
    """
    files = Zip(source, name, limits)
    content = files.read(MANIFEST, MANIFEST_BYTES)
    signature = files.read(SIGNATURE, SIGNATURE_BYTES)
    manifest = _read_manifest(content, name)
    answer, because = verify(manifest.key, content, signature)
    if answer is not Answer.MET:
        return Refusal(answer, because)
    try:
        _be_complete(manifest, files)
        bundle = Bundle(files, manifest, content)
        bundle.check()
    except InputError as error:
        return Refusal(Answer.NOT_MET, Reason("bundle-altered", error.values, error.message), error.at)
    return bundle


def _read_manifest(content: bytes, name: str) -> Manifest:
    at = Location(name, path=MANIFEST)
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
        date.fromisoformat(manifest.made_on)
    except (ValueError, RecursionError) as error:
        raise InputError(N_("not readable as JSON: {error}"), at, values={"error": error}) from error
    if manifest.format != FORMAT:
        raise InputError(N_("not a document of kind {schema}"), at, values={"schema": FORMAT})
    if not 0 < manifest.edition <= LARGEST_EDITION or canonical(msgspec.to_builtins(manifest)) != content:
        raise InputError(N_("not in canonical form"), at)
    return manifest


def _be_complete(manifest: Manifest, files: Zip) -> None:
    """The zip holds what the manifest lists and nothing else."""
    listed = {file.path: file.bytes for file in manifest.files}
    held = {path: size for path, size in files.sizes.items() if path not in {MANIFEST, SIGNATURE}}
    if len(listed) != len(manifest.files) or listed != held:
        raise InputError(N_("the files are not those that the manifest lists"), Location(files.name, path=MANIFEST))

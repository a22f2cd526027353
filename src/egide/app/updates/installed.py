"""Which bundles are in use: one small file says it, and changes at once or not at all.

Each file of a bundle is held against the digest that was signed whenever it is read: what is in use is what was accepted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from egide.app.files import home, read, write
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

FILE, FOLDER = "installed.json", "bundles"
FORMAT = "egide/installed/1"
CATALOGUE, RULEBOOKS = "catalogue/", "rulebooks/"


class ChangedFileError(EgideError):
    """A file of an accepted bundle is no longer what was signed."""

    hint = N_("import the bundle again, or do without it: egide data drop")

    def __init__(self, path: Path) -> None:
        super().__init__(N_("{path} is not what was accepted"), {"path": str(path)})


class InstalledFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a bundle."""

    path: str
    sha256: str


class InstalledBundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bundle in use. ``digest``: SHA-256 of its manifest; ``key``: the did:key of who signed it."""

    name: str
    edition: int
    made_on: str
    digest: str
    key: str
    files: tuple[InstalledFile, ...]

    @property
    def folder(self) -> str:
        """Where its files are, below the data folder."""
        return f"{FOLDER}/{self.name}/{self.edition}-{self.digest[:16]}"


class Installed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bundles in use, and the list of the catalogue's own (by its SHA-256) that one of them took the place of."""

    format: str = FORMAT
    bundles: tuple[InstalledBundle, ...] = ()
    set_aside: str | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What is in use, and in which data folder."""

    root: Path
    installed: Installed

    def bundle(self, name: str) -> InstalledBundle | None:
        """The edition in use of a bundle."""
        return next((one for one in self.installed.bundles if one.name == name), None)

    def read(self, bundle: InstalledBundle, below: str) -> dict[str, bytes]:
        """The files of a bundle below a folder, by their path in it. Raises `ChangedFileError`."""
        found = {}
        for one in bundle.files:
            if one.path.startswith(below):
                path = self.root / bundle.folder / one.path
                content = read(path)
                if hashlib.sha256(content).hexdigest() != one.sha256:
                    raise ChangedFileError(path)
                found[one.path.removeprefix(below)] = content
        return found

    def groups(self, bundle: InstalledBundle) -> list[str]:
        """The folders of its rulebooks and schemes."""
        return sorted({one.path.split("/")[1] for one in bundle.files if one.path.startswith(RULEBOOKS)})


def holding() -> Holding:
    """What is in use on this machine. Raises `InputError` when the file that says it is damaged."""
    root = home()
    path = root / FILE
    return Holding(root, parse(read(path), str(path)) if path.is_file() else Installed())


def parse(content: bytes, file: str) -> Installed:
    """The file's content. Raises `InputError`."""
    try:
        found = msgspec.json.decode(content, type=Installed)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(N_("not readable as JSON: {error}"), Location(file), values={"error": error}) from error
    if found.format != FORMAT:
        raise InputError(N_("not a document of kind {schema}"), Location(file), values={"schema": FORMAT})
    return found


def keep(bundle: InstalledBundle, set_aside: str | None) -> None:
    """Take a bundle into use in place of its earlier edition. ``set_aside``: the catalogue's own list that it takes the place of."""
    before = holding().installed
    others = tuple(one for one in before.bundles if one.name != bundle.name)
    _write(Installed(FORMAT, tuple(sorted((*others, bundle), key=lambda one: one.name)), set_aside or before.set_aside))


def leave(name: str) -> None:
    """Use a bundle no longer; the catalogue's own list that it had taken the place of is in use again."""
    before = holding().installed
    left = tuple(one for one in before.bundles if one.name != name)
    listed = any(file.path.startswith(CATALOGUE) for one in left for file in one.files)
    _write(Installed(FORMAT, left, before.set_aside if listed else None))


def _write(now: Installed) -> None:
    write(home() / FILE, msgspec.json.format(msgspec.json.encode(now), indent=1) + b"\n", force=True)


def own_list(file: str, held: Holding) -> bytes | None:
    """The list that was accepted here last, unless a bundle accepted later took its place."""
    path = held.root / file
    if not path.is_file():
        return None
    content = read(path)
    return None if hashlib.sha256(content).hexdigest() == held.installed.set_aside else content


def by_folder(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Files by their folder, then by name."""
    found: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        folder, _, name = path.partition("/")
        found.setdefault(folder, {})[name] = content
    return found

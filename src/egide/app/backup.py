"""All that a person keeps, in one file, and back: the database, and beside it what was accepted on this machine.

Beside the tables go the accepted list of offers and bundles, the pinned publishers, the recognitions and texts that were taken in, and what
is at hand for verification. Private keys never do: they are kept by whoever holds them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import WouldOverwriteError, home, opened, read, write
from egide.app.label.assessing import BOUND, EQUIVALENCES
from egide.app.portfolio.assess import CATALOGUE_FILE
from egide.app.updates import installed, publishers
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.archive import Archived
    from egide.store.connection import Store
    from egide.store.restore import Restored
    from egide.store.transaction import Progress

KIND = "backup"
"""Of the record that says that one was made."""
EGIDE = "Égide"
TRUST = "trust/bundle.zip"
"""What is at hand for verification: see `egide.app.trust.bundle`."""
_PLACES = re.compile(
    rf"{re.escape(CATALOGUE_FILE)}|{re.escape(EQUIVALENCES)}|{re.escape(installed.FILE)}|{re.escape(TRUST)}|{BOUND}/[\w.-]+\.yaml"
    rf"|{publishers.FOLDER}/[\w.-]+\{publishers.ENDING}|{installed.FOLDER}/[\w-]+/\d+-[0-9a-f]{{16}}/[\w./-]+\.yaml"
)
"""What may lie beside the tables, and come back from there into the data folder."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made. ``noted``: whether the database could note it, which one held by another writer cannot."""

    path: Path
    archived: Archived
    files: int
    bytes: int
    noted: bool


@dataclass(frozen=True, slots=True)
class LastBackup:
    """What the database notes of its last backup."""

    at: datetime
    file: str
    digest: str


def backup(store: Store, path: Path, *, force: bool = False, progress: Progress | None = None) -> Backup:
    """Write everything to a file while others go on working. Raises as `egide.store.archive.archive`."""
    from egide.store import records
    from egide.store.archive import archive
    from egide.store.errors import StoreError

    beside = _beside()
    made = archive(store, path, beside=beside, force=force, progress=progress)
    size = path.stat().st_size
    try:
        with store.write() as tx:
            content = {"file": path.name, "bytes": size, "rows": sum(made.rows.values()), "files": len(beside)}
            records.add(tx, [records.statement(KIND, made.digest, EGIDE, content)])
    except StoreError:
        return Backup(path, made, len(beside), size, noted=False)
    return Backup(path, made, len(beside), size, noted=True)


def last_backup(store: Store) -> LastBackup | None:
    """The backup that was made last, as the database knows it."""
    import msgspec

    from egide.store import records

    with store.read() as tx:
        found = records.latest(tx, KIND)
    return LastBackup(found.recorded_at, msgspec.json.decode(found.body)["file"], found.subject) if found else None


def restore(store: Store, path: Path, *, force: bool = False, progress: Progress | None = None) -> Restored:
    """Put a backup back: the database in one transaction, then the files beside it, what is in use last.

    Raises as `egide.store.restore.restore`, and `WouldOverwriteError` when another file has the place of one of the backup's and
    ``force`` is not given; nothing has changed then.
    """
    from egide.store.restore import restore as put_back

    def fit(files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            if not _PLACES.fullmatch(name) or ".." in name:
                raise InputError(N_("a file that has no place in the data folder"), Location(str(path), path=name))
            place = home() / name
            if place.exists() and not force and (not place.is_file() or read(place) != content):
                raise WouldOverwriteError(place)
        if content_ := files.get(installed.FILE):
            installed.parse(content_, f"{path}: {installed.FILE}")

    with opened(path) as source:
        found = put_back(store, source, path.name, force=force, fit=fit, progress=progress)
    for name in sorted(found.files, key=lambda name: (name == installed.FILE, name)):
        write(home() / name, found.files[name], force=True)
    return found


def _beside() -> dict[str, bytes]:
    root, held = home(), installed.holding()
    names = [CATALOGUE_FILE, EQUIVALENCES, installed.FILE, TRUST]
    paths = [root / name for name in names if (root / name).is_file()]
    paths += [*sorted((root / BOUND).glob("*.yaml")), *sorted((root / publishers.FOLDER).glob(f"*{publishers.ENDING}"))]
    paths += [root / bundle.folder / one.path for bundle in held.installed.bundles for one in bundle.files]
    return {path.relative_to(root).as_posix(): read(path) for path in paths}

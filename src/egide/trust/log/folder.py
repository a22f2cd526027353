"""A log in a folder, which any web server may serve as it is (C2SP tlog-tiles, «APIs»): ``checkpoint`` and ``tile/``.

Each file is written aside, brought to the disk, then renamed; then its folder is brought to the disk. A crash leaves the
old file or the new one, and at most files in ``.writing``, which the next writer removes. The lock is the system's, so
that it goes with the process that held it, however it ended.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from egide.trust.log.storage import CHANGED, HeldError, TamperedError
from egide.vocabulary.errors import InputError, Location

LOCK = ".lock"
ASIDE = ".writing"
AT_ONCE = 32
"""Files that are brought to the disk together."""


class Folder:
    """A folder that holds one log."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __str__(self) -> str:
        return str(self._root)

    def read(self, path: str) -> bytes | None:
        """The content of the file."""
        with self._told():
            try:
                return (self._root / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def create(self, files: Mapping[str, bytes]) -> None:
        """Write files that never change."""
        fresh = {}
        for path, content in files.items():
            there = self.read(path)
            if there is None:
                fresh[path] = content
            elif there != content:
                raise TamperedError(CHANGED, path=path)
        self._put(fresh)

    def replace(self, path: str, content: bytes) -> None:
        """Put the file over the old one; the lock keeps other writers away."""
        self._put({path: content})

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files, and the folder of a tile's parts when nothing is left in it."""
        with self._told():
            for path in paths:
                target = self._root / path
                target.unlink(missing_ok=True)
                if target.parent.suffix == ".p" and target.parent.is_dir() and not any(target.parent.iterdir()):
                    target.parent.rmdir()

    def names(self, folder: str) -> list[str]:
        """The files right in a folder."""
        place = self._root / folder
        return sorted(f"{folder}/{one.name}" for one in place.iterdir() if one.is_file()) if place.is_dir() else []

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the system's lock on the folder, and clear what a crash left aside."""
        with ExitStack() as holding:
            with self._told():
                (self._root / ASIDE).mkdir(parents=True, exist_ok=True)
                _settle(self._root.parent)
                held = holding.enter_context((self._root / LOCK).open("a+b"))
            try:
                lock(held)
            except OSError as error:
                raise HeldError(str(self._root)) from error
            with self._told():
                for left in (self._root / ASIDE).iterdir():
                    left.unlink()
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the system refuses, as an error that names the folder."""
        try:
            yield
        except OSError as error:
            raise InputError(error.strerror or str(error), Location(error.filename or str(self._root))) from error

    def _put(self, files: Mapping[str, bytes]) -> None:
        """Write files whole: all aside, all brought to the disk, all renamed, then the folders whose names changed."""
        folders = set()
        with self._told():
            for path, content in files.items():
                self._aside(path).write_bytes(content)
            _together(_to_disk, [self._aside(path) for path in files])
            for path in files:
                target = self._root / path
                folders |= {target.parent, *(folder.parent for folder in target.parents if not folder.exists())}
                target.parent.mkdir(parents=True, exist_ok=True)
                self._aside(path).replace(target)
            _together(_settle, sorted(folders, reverse=True))

    def _aside(self, path: str) -> Path:
        return self._root / ASIDE / path.replace("/", "-")


def _together(work: Callable[[Path], None], paths: Sequence[Path]) -> None:
    """The same for each path, several at once: what waits for the disk waits for the same writing of its journal."""
    if len(paths) == 1:
        work(paths[0])
    elif paths:
        with ThreadPoolExecutor(min(len(paths), AT_ONCE)) as pool:
            for _ in pool.map(work, paths):
                pass


def _to_disk(path: Path) -> None:
    """Bring the content of a file to the disk."""
    with path.open("rb+") as written:
        os.fsync(written.fileno())


def _settle(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def lock(file: BinaryIO) -> None:
    """Take the file's lock, or raise `OSError` at once."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - only there

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - only there

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)

"""Files in and out: bounded when read, whole or not at all when written, never over another without leave."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

MAX_BYTES = 100 * 1024 * 1024
TOO_LARGE = N_("the file is larger than {limit} MiB, the most that is read")
ABSENT = N_("no such file")


class WouldOverwriteError(EgideError):
    """The file is there already."""

    def __init__(self, path: Path) -> None:
        super().__init__(N_("{path} exists already"), {"path": str(path)})
        self.hint = N_("--force writes over it")


def read(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file; raises `InputError` when it is absent, a folder, unreadable or larger than ``limit``."""
    at = Location(str(path))
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(N_("a folder, where a file was expected"), at)
        if size > limit:
            raise InputError(TOO_LARGE, at, values={"limit": limit // 2**20})
        with path.open("rb") as source:
            content = source.read(limit + 1)
    except FileNotFoundError as error:
        raise InputError(ABSENT, at) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), at) from error
    if len(content) > limit:
        raise InputError(TOO_LARGE, at, values={"limit": limit // 2**20})
    return content


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file too large to be read at once. Raises `InputError` when it is absent, a folder or unreadable."""
    at = Location(str(path))
    try:
        source = path.open("rb")
    except FileNotFoundError as error:
        raise InputError(ABSENT, at) from error
    except IsADirectoryError as error:
        raise InputError(N_("a folder, where a file was expected"), at) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), at) from error
    with source:
        yield source


def write(path: Path, content: bytes, *, force: bool = False) -> None:
    """Write the file whole: a reader, or a crash, sees the old one or the new one.

    Raises `WouldOverwriteError` when it exists and ``force`` is not given, `InputError` when it cannot be written.
    """
    if path.exists() and not force:
        raise WouldOverwriteError(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = aside(path, content)
        try:
            _readable(written)
            written.replace(path)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
        settle(path.parent)
    except OSError as error:
        raise InputError(error.strerror or str(error), Location(str(path))) from error


def aside(path: Path, content: bytes) -> Path:
    """A hidden file beside the path, for its owner alone, its content on the disk; it only lacks its name. Raises `OSError`."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    return written


def write_all(folder: Path, files: Mapping[str, bytes], force: bool = False) -> list[Path]:
    """Write every file into the folder; nothing is written when one would go over an existing file. Returns their paths."""
    for name in files:
        if (folder / name).exists() and not force:
            raise WouldOverwriteError(folder / name)
    for name, content in files.items():
        write(folder / name, content, force=force)
    return [folder / name for name in files]


def _readable(path: Path) -> None:
    """The rights a plain file would have had: `mkstemp` gives the owner's only."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)


def settle(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def home() -> Path:
    """Where what a person accepts is kept: ``EGIDE_HOME``, or the system's folder for such data."""
    if given := os.environ.get("EGIDE_HOME"):
        return Path(given)
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "egide"
    return Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share"))) / "egide"


def cache() -> Path:
    """Where what can be made again is kept: ``cache`` in ``EGIDE_HOME``, or the system's folder for such data."""
    if given := os.environ.get("EGIDE_HOME"):
        return Path(given) / "cache"
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "egide" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "egide"

"""Files and folders that appear whole or not at all, and only their owner may read."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

EXISTS = N_("{path} exists already")
FORCE = N_("--force writes over it")


@contextmanager
def whole_file(path: Path, *, force: bool = False) -> Iterator[Path]:
    """A file to fill, which takes its name, on the disk, when the block ends without an error.

    Raises `InputError` when the name is taken and ``force`` is not given, or when it cannot be written.
    """
    with _whole(path, force=force) as folder:
        draft = folder / path.name
        yield draft
        settle(draft)
        draft.replace(path)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which takes its name when the block ends without an error. Raises `InputError` when the name is taken."""
    with _whole(path, force=False) as folder:
        draft = folder / path.name
        draft.mkdir()
        yield draft
        for inside in [*draft.rglob("*"), draft]:
            settle(inside)
        draft.rename(path)


@contextmanager
def _whole(path: Path, *, force: bool) -> Iterator[Path]:
    if path.exists() and not force:
        raise InputError(EXISTS, hint=FORCE, values={"path": str(path)})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        try:
            yield folder
            settle(path.parent)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise InputError(error.strerror or str(error), Location(str(path))) from error


def settle(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    if path.is_dir() and os.name != "posix":
        return  # the system offers no such call for folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Files that only their owner reads: keys, the register of what was issued, the writer's side of a log.

A private file is made with 0600 from its first byte and never over another. Its folder must keep others out too: a file can be
replaced by whoever may write in its folder. Where the system has no such rights (Windows) its own protection of the user's folders stands.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from egide.app.files import ABSENT, WouldOverwriteError, aside, read, settle
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

OTHERS = stat.S_IRWXO | stat.S_IWGRP
"""What a folder of private files must not allow: anything to others, writing to the group."""
FOR_NOBODY_ELSE = stat.S_IRWXO | stat.S_IRWXG
WRITABLE = stat.S_IWOTH | stat.S_IWGRP


class ExposedError(EgideError):
    """Others may read or replace what only its owner should."""

    def __init__(self, path: Path, message: str, mode: int, hint: str) -> None:
        super().__init__(message, {"path": str(path), "mode": f"{stat.S_IMODE(mode):04o}"})
        self.hint = hint


def folder(path: Path) -> Path:
    """The folder, made for its owner alone when it is absent. Raises `ExposedError` when others can see or write in it."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = path.stat().st_mode
    except FileExistsError as error:
        raise InputError(N_("a file, where a folder was expected"), Location(str(path))) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), Location(str(path))) from error
    if os.name == "posix" and mode & OTHERS:
        raise ExposedError(path, N_("the folder {path} is open to others (mode {mode}): no key is kept there"), mode, f"chmod 700 {path}")
    return path


def create(path: Path, content: bytes) -> None:
    """Write a file for its owner alone, whole or not at all. Raises `WouldOverwriteError` when there is one already."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = aside(path, content)
        try:
            _appear(written, path)
        finally:
            written.unlink(missing_ok=True)
        settle(path.parent)
    except FileExistsError as error:
        refused = WouldOverwriteError(path)
        refused.hint = N_("a key is never written over: take another name")
        raise refused from error
    except OSError as error:
        raise InputError(error.strerror or str(error), Location(str(path))) from error


def content(path: Path) -> bytes:
    """What a private file holds. Raises `ExposedError` when anybody else could have read or replaced it."""
    try:
        mode, around = path.stat().st_mode, path.parent.stat().st_mode
    except FileNotFoundError as error:
        raise InputError(ABSENT, Location(str(path))) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), Location(str(path))) from error
    if os.name == "posix" and stat.S_ISREG(mode) and mode & FOR_NOBODY_ELSE:
        raise ExposedError(path, N_("the file {path} is open to others (mode {mode}): it is not used"), mode, f"chmod 600 {path}")
    if os.name == "posix" and around & WRITABLE and not around & stat.S_ISVTX:
        raise ExposedError(path.parent, N_("others may write in the folder {path} (mode {mode}): what lies there is not used"), around,
                           f"chmod 700 {path.parent}")  # fmt: skip
    return read(path)


def _appear(written: Path, path: Path) -> None:
    """Give the file its name, failing when the name is taken: a second link where the system has them, else the name first."""
    try:
        path.hardlink_to(written)
    except FileExistsError:
        raise
    except OSError:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        written.replace(path)

"""What a server that was killed in a plan or check left on this machine: a folder with what a body gave, and the command at work there.

A folder is called after the process of its server. Where that one is no more, the command is stopped and the folder removed, before
anything else is done: the job itself is begun again by whoever takes it over.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import signal
import socket
import tempfile
from pathlib import Path

RUNS = ".pid"


def prefix(server: int) -> str:
    """How the folders of a server's process on this machine begin."""
    return f"egide-work-{socket.gethostname()}-{server}-"


def clear_leftovers() -> list[Path]:
    """The folders that were removed. None on Windows, where asking whether a process lives would end it."""
    if os.name == "nt":
        return []
    begins = prefix(0).removesuffix("0-")
    found = [one for one in Path(tempfile.gettempdir()).glob(f"{glob.escape(begins)}*-*") if _orphan(one, begins)]
    for folder in found:
        _stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _orphan(folder: Path, begins: str) -> bool:
    """Whether it is ours and its server is gone."""
    server = folder.name.removeprefix(begins).partition("-")[0]
    try:
        if folder.is_symlink() or not folder.is_dir() or not server.isdigit() or folder.stat().st_uid != os.getuid():
            return False
        os.kill(int(server), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _stop(folder: Path) -> None:
    """The command, when it still works there: a number alone may be anybody's by now."""
    with contextlib.suppress(OSError, ValueError):
        run = int(Path(folder, RUNS).read_text("ascii"))
        if Path(f"/proc/{run}/cwd").resolve() == folder.resolve():
            os.killpg(run, signal.SIGKILL)

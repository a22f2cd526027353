"""Runs a command again and again, each time in a child that kills itself at the next file that it touches, and says what was left.

For the tests: ``python -m tests.cli.dying HOME TEMPLATE COMMAND…``. Before each run HOME is made anew from TEMPLATE. After each death
what a person would then find is looked at in a fresh child, and the command is run to its end in another.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from egide.cli import run

TOUCHES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "sqlite3.connect"}


def dying_at(step: int, command: list[str], below: str) -> bool:
    """Run the command in a child that dies at its so-many-th touch of a file below a folder; whether it died."""
    child = os.fork()
    if not child:
        touched = 0

        def watch(event: str, args: tuple[Any, ...]) -> None:
            nonlocal touched
            opened = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
            if (event in TOUCHES or opened) and str(args[0]).startswith(below):
                touched += 1
                if touched == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        os._exit(quiet(command))
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def quiet(command: list[str]) -> int:
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere
        return run(command)


def in_child(look: Callable[[], Any]) -> Any:
    """What a fresh process finds."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with os.fdopen(writing, "w") as into:
            json.dump(look(), into)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        found = json.load(said)
    assert os.waitpid(child, 0)[1] == 0
    return found


def found() -> dict[str, Any]:
    """What is in use, what is kept, and whether it is whole."""
    from egide.app import database
    from egide.app.portfolio import assess
    from egide.app.updates import installed
    from egide.store import records

    held = installed.holding()
    seen: dict[str, Any] = {
        "catalogue": assess.catalogue().as_of.isoformat(), "editions": [one.edition for one in held.installed.bundles],
        "records": None, "whole": None, "drafts": len(list(held.root.glob(".*"))),
    }  # fmt: skip
    with database.database_if_any() as store:
        if store:
            with store.read() as tx:
                seen["records"] = sum(1 for _ in records.since(tx, kinds={"claim"}))
            seen["whole"] = all(one.answer == "met" for one in store.verify())
    return seen


def warm(home: str, template: str, command: list[str]) -> None:
    """Load what every child would: whatever a whole run and a look at it have loaded. Nothing stays open."""
    for name in in_child(lambda: (quiet(command), found(), sorted(sys.modules))[2]):
        with contextlib.suppress(ImportError):
            import_module(name)
    begun(home, template)


def begun(home: str, template: str) -> None:
    """The folder as it was before the command, and nothing of what it gave."""
    for path in Path(home).parent.glob("*out*"):
        path.unlink() if path.is_file() else shutil.rmtree(path)
    shutil.rmtree(home)
    shutil.copytree(template, home)


def main() -> None:
    home, template, *command = sys.argv[1:]
    warm(home, template, command)
    lives = []
    for step in count(1):
        begun(home, template)
        died = dying_at(step, command, str(Path(home).parent))
        after = in_child(found)
        outputs = sorted(path.name for path in Path(home).parent.glob("out*") if path.name[0] != ".")
        again, end = in_child(lambda: (quiet(command), found()))
        lives.append({"died": died, "after": after, "outputs": outputs, "again": again, "end": end})
        if not died:
            break
    sys.stdout.write(json.dumps(lives))


if __name__ == "__main__":
    main()

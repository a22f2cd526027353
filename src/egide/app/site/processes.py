"""A command in a process of its own, in a folder of its own: watched, and ended with all that it began."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from enum import Enum, auto
from pathlib import Path
from types import TracebackType

BEAT_SECONDS = 0.5
LONGEST_SECONDS = 600.0
ANSWERED = frozenset({0, 1, 3})
"""Exit codes that come with an answer: done, refused, undetermined."""
SETTINGS = "EGIDE_SERVE_"
"""What the site was set up with is none of the command's."""
OUT, TOLD, DONE = ".out", ".err", ".done"


class Ended(Enum):
    """Why it is over."""

    BY_ITSELF = auto()
    ASKED = auto()
    LONG = auto()
    CLOSING = auto()


class Running:
    """The process, from its beginning to its end."""

    def __init__(self, command: Sequence[str], folder: str) -> None:
        self._folder = Path(folder)
        self._begun = time.monotonic()
        own = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
        with (self._folder / OUT).open("wb") as answer, (self._folder / TOLD).open("wb") as words:
            self._process = subprocess.Popen(  # noqa: S603 - our own command, on files whose names are ours
                command, cwd=folder, env=own, stdin=subprocess.DEVNULL, stdout=answer, stderr=words, start_new_session=True,
            )  # fmt: skip

    def __enter__(self) -> Running:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    @property
    def number(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def seconds(self) -> int:
        """Since it began."""
        return int(time.monotonic() - self._begun)

    @property
    def code(self) -> int | None:
        """With which it ended."""
        return self._process.returncode

    @property
    def answered(self) -> bool:
        """Whether it ended with an answer."""
        return self.code in ANSWERED and bool((self._folder / OUT).stat().st_size)

    @property
    def told(self) -> str:
        """What it said beside its answer, the folder's own name left out."""
        said = (self._folder / TOLD).read_text("utf-8", "replace").strip()
        return said.replace(f"{self._folder}/", "").replace(str(self._folder), "").removeprefix("egide: ")

    def progress(self) -> tuple[int, int | None]:
        """How much is done, of how much, where it says so in its folder."""
        try:
            done, of = (self._folder / DONE).read_text("ascii").split()
        except FileNotFoundError:
            return 0, None
        return int(done), int(of)

    def watched(self, beat: Callable[[], bool], closing: Callable[[], bool]) -> Ended:
        """Until it ends by itself, ``beat`` says that somebody asked that it stop, it takes too long, or the site is ``closing``."""
        while self._process.poll() is None:
            if closing():
                return Ended.CLOSING
            if self.seconds > LONGEST_SECONDS:
                return Ended.LONG
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(BEAT_SECONDS)
                break
            if beat():
                return Ended.ASKED
        return Ended.CLOSING if closing() else Ended.BY_ITSELF

    def end(self) -> None:
        """The process and all that it began."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                if os.name == "nt":
                    self._process.kill()
                else:
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

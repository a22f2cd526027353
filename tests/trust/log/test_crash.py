"""A crash anywhere loses nothing accepted, breaks nothing shown, and needs no repair."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from egide.trust.log import Folder, Log, Objects, Reader, check, follow, signed_checkpoint
from egide.vocabulary.findings import Answer

from .naive import Naive
from .world import NOW, entry, log_key, trusting

HERE = Path(__file__).parents[3]


class Crash(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


class Frail:
    """An object store that fails at its n-th call, before or after it did what was asked, and in the midst of several files."""

    def __init__(self, inner: Objects, calls: int, after: bool) -> None:
        self.inner, self.left, self.after = inner, calls, after

    def _doing(self) -> Iterator[None]:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Crash
        yield
        if self.left == 0:
            raise Crash

    def read(self, path: str) -> bytes | None:
        return self.inner.read(path)

    def create(self, files: Mapping[str, bytes]) -> None:
        for path, content in files.items():
            for _ in self._doing():
                self.inner.create({path: content})

    def replace(self, path: str, content: bytes) -> None:
        for _ in self._doing():
            self.inner.replace(path, content)

    def remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            for _ in self._doing():
                self.inner.remove([path])

    def names(self, folder: str) -> list[str]:
        return self.inner.names(folder)

    def held(self) -> AbstractContextManager[None]:
        return self.inner.held()


def lived(storage: Frail) -> tuple[list[int], list[bytes]]:
    """What a log has acknowledged and shown before it crashed, or at its end."""
    accepted: list[int] = []
    shown: list[bytes] = []
    try:
        with Log(storage, log_key()) as log:
            for count in (1, 2, 260, 3, 300):
                accepted += log.add_all([entry(n) for n in range(log.accepted, log.accepted + count)])
                if count > 1:
                    shown.append(bytes(log.publish(NOW)))
    except Crash:
        return accepted, shown
    storage.left = -1
    return accepted, shown


def holds(storage: Objects | Folder, accepted: list[int], shown: list[bytes]) -> None:
    """The log goes on: nothing acknowledged is lost, nothing shown contradicted."""
    head = Reader(storage).head()
    assert not shown or (head is not None and head.checkpoint.size >= signed_checkpoint(shown[-1]).checkpoint.size)
    assert head is None or Reader(storage).audit().answer is Answer.MET
    with Log(storage, log_key(), remembered=bytes(head) if head else None) as log:
        assert log.accepted >= len(accepted)
        assert log.add(entry(log.accepted)) == log.accepted - 1
        final = log.publish(NOW).checkpoint
        assert final.root == Naive([entry(n) for n in range(final.size)]).mth(0, final.size)
        assert log.reader.audit().answer is Answer.MET
        for one in shown:
            old = signed_checkpoint(one).checkpoint
            assert follow(old, bytes(log.reader.continue_from(old.size)), trusting()).signed is not None
        for index in accepted[:: max(1, len(accepted) // 5)]:
            assert check(None, bytes(log.reader.prove(index)), trusting(), entry=entry(index)).answer is Answer.MET
        assert log.reader.index_of(b"never") is None


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_each_write_in_turn_loses_nothing(after: bool) -> None:
    calls = 0
    while True:
        calls += 1
        store = MemoryStore()
        frail = Frail(Objects(store), calls, after)
        accepted, shown = lived(frail)
        holds(Objects(store, take_over=True), accepted, shown)
        if frail.left < 0:
            break
    assert calls > 25


CHILD = """
import os, signal, sys
from pathlib import Path
from egide.trust.log import Folder, Log
from tests.trust.log.world import NOW, entry, log_key

left = int(sys.argv[2])
def die():
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL) if hasattr(signal, "SIGKILL") else os._exit(137)
def hook(event, args):
    global left
    if event in {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"} and "-log" in str(args[0]):
        left -= 1
        if left == 0:
            die()
sys.addaudithook(hook)
with Log(Folder(Path(sys.argv[1])), log_key()) as log:
    print("[0]", flush=True)
    for count in (1, 255, 2):
        print([1, *log.add_all([entry(n) for n in range(log.accepted, log.accepted + count)])], flush=True)
        log.publish(NOW)
        print([2, log.size], flush=True)
print("[3]", flush=True)
"""


def killed(folder: Path, calls: int) -> tuple[list[int], list[bytes], bool]:
    """Run the child until it kills itself at its n-th touch of the disk; what it had acknowledged and shown by then."""
    ran = subprocess.run([sys.executable, "-c", CHILD, str(folder), str(calls)], capture_output=True, text=True, cwd=HERE, check=False)
    said = [json.loads(line) for line in ran.stdout.splitlines()]
    ended = [3] in said
    assert ended or ran.returncode in {-9, 137}, ran.stderr
    accepted = [n for line in said if line[0] == 1 for n in line[1:]]
    sizes = [line[1] for line in said if line[0] == 2]
    head = Reader(Folder(folder)).head()
    assert not sizes or (head is not None and head.checkpoint.size >= sizes[-1])
    return accepted, [bytes(head)] if head else [], ended


@pytest.mark.parametrize("calls", [2, 6, 9, 13, 18, 24, 31, 38])
def test_kill_9_amid_appends_loses_nothing(tmp_path: Path, calls: int) -> None:
    folder = tmp_path / "the-log"
    accepted, shown, ended = killed(folder, calls)
    assert not ended
    holds(Folder(folder), accepted, shown)
    assert list((folder / ".writing").iterdir()) == []


@pytest.mark.slow
def test_kill_9_at_every_other_touch_of_the_disk_loses_nothing(tmp_path: Path) -> None:
    ended, calls = False, 1
    while not ended:
        calls += 2
        folder = tmp_path / f"{calls}-log"
        accepted, shown, ended = killed(folder, calls)
        holds(Folder(folder), accepted, shown)
    assert calls > 40


def test_killed_again_and_again_a_log_still_grows(tmp_path: Path) -> None:
    folder = tmp_path / "the-log"
    for calls in (30, 17, 23, 11):
        killed(folder, calls)
    accepted, shown, ended = killed(folder, 10_000)
    assert ended
    holds(Folder(folder), accepted, shown)

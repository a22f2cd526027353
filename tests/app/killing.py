"""Kills an issuer's commands with SIGKILL, hundreds of times, and looks after each whether anything accepted was lost.

    python killing.py FOLDER at-each-touch | beginnings | at-random SEED ROUNDS

One warm process forks a child for each round; the child runs real command lines and says on a pipe which of them ended with 0. Killed
either at its n-th touch of the disk, n growing until a round ends alive, or after a random time. It runs in a process of its own,
as a fork needs one without threads. Prints what it saw as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from egide.app.trust import credentials, issuing, public_log
from egide.cli import run
from egide.trust.log import Reader, follow, signed_checkpoint
from egide.trust.log.policy import Policy
from egide.trust.log.tiles import bundles
from egide.trust.log_entries import EntryKind, read_entry
from egide.trust.register import Standing
from egide.trust.status import value_at
from egide.trust.status_lists import Purpose
from egide.vocabulary.findings import Answer

WARM = (credentials,)
"""Imported here so that each child need not."""
TOUCHES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link"}


def command(*words: object) -> tuple[int, str]:
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        code = run([*(str(word) for word in words), "--lang", "en"])
    return code, said.getvalue() + complained.getvalue()


def must(*words: object) -> str:
    code, said = command(*words)
    if code:
        raise SystemExit(f"{words}: {code}\n{said}")
    return said


class World:
    def __init__(self, folder: Path) -> None:
        self.folder, self.desk, self.log = folder, folder / "desk", folder / "journal"
        self.issued: dict[str, str] = {}
        """What was acknowledged: identifier to the bytes of its file."""
        self.revoked: set[str] = set()
        self.heads: list[bytes] = []
        self.number = 0
        os.environ["EGIDE_HOME"] = str(folder / "home")
        must("trust", "key", "new", "--did", "did:web:nuage-fictif.example", "--algorithm", "EdDSA")
        must("trust", "log", "init", self.log, "--origin", "registre.example/essai")
        must("trust", "status", "new", self.desk, "--address", "https://nuage-fictif.example/status", "--log", self.log)

    def claims(self, number: int) -> Path:
        path = self.folder / f"claims-{number}.json"
        path.write_text(json.dumps({"id": f"urn:n:{number}", "credentialSubject": {"n": number}}), "utf-8")
        return path

    def life(self) -> list[tuple[str, tuple[object, ...]]]:
        """What a child does: issue into the log, issue outside of it, revoke something earlier, sign the lists anew."""
        first, second = self.number, self.number + 1
        self.number += 2
        alive = sorted(set(self.issued) - self.revoked)
        turn = [("revoke", (alive[0],))] if alive else []
        return [("issue", (first, True)), ("issue", (second, False)), *turn, ("publish", ())]

    def do(self, what: str, args: tuple[object, ...]) -> int:
        if what == "issue":
            number, logged = args
            path = self.folder / f"claims-{number}.json"
            words = ("trust", "issue", path, "--status-list", self.desk, "--out", self.folder / f"out-{number}.jwt")
            return command(*words, *(("--log", self.log) if logged else ()))[0]
        if what == "revoke":
            return command("trust", "revoke", args[0], "--status-list", self.desk, "--reason", "essai", "--all")[0]
        return command("trust", "status", "publish", self.desk)[0]

    def round(self, kill: Any) -> tuple[bool, int]:
        """One child; whether it lived to its end, and how many of its commands were acknowledged."""
        todo = self.life()
        for what, args in todo:
            if what == "issue":
                self.claims(int(str(args[0])))
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            self.be_the_child(todo, writing, kill)
        os.close(writing)
        kill.wait(child)
        _, status = os.waitpid(child, 0)
        with os.fdopen(reading, "rb") as pipe:
            done = len(pipe.read())
        self.remember(todo[:done])
        return os.WIFEXITED(status), done

    def be_the_child(self, todo: list[tuple[str, tuple[object, ...]]], writing: int, kill: Any) -> None:
        kill.arm()
        code = 0
        for what, args in todo:
            code = code or self.do(what, args)
            if not code:
                os.write(writing, b".")
        os._exit(code)

    def remember(self, done: list[tuple[str, tuple[object, ...]]]) -> None:
        for what, args in done:
            if what == "issue":
                self.issued[f"urn:n:{args[0]}"] = (self.folder / f"out-{args[0]}.jwt").read_text("utf-8")
            elif what == "revoke":
                self.revoked.add(str(args[0]))

    def look(self) -> None:
        """Nothing acknowledged is lost, right after the crash and before anything mends it."""
        _, register = issuing.looked_at(self.desk)
        kept = {line for line in (self.desk / "issued.txt").read_text("utf-8").split("\n") if line} if self.issued else set()
        for name, token in self.issued.items():
            assert token in kept, f"{name} was issued and is gone"
            digest = issuing.named(token.encode(), name)[0]
            assert digest in register.entries, f"{name} has lost its place"
        for name in self.revoked:
            assert all(entry.standing is Standing.REVOKED for entry in register.named(name)), f"{name} is no longer revoked"
        places = Counter((entry.series, entry.index) for entry in register.entries.values())
        assert not [place for place, count in places.items() if count > 1], "a place was given twice"

    def mend(self) -> None:
        """The next command settles everything: lists, log, each statement once, the log a continuation of what it was."""
        must("trust", "status", "publish", self.desk)
        _, register = issuing.looked_at(self.desk)
        assert not register.owed
        reader: Reader = public_log.reader(str(self.log))
        head = bytes(reader.shown())
        assert reader.audit().answer is Answer.MET
        policy = Policy.trusting((self.log / "keys.txt").read_text("utf-8").strip())
        if self.heads:
            old = signed_checkpoint(self.heads[-1]).checkpoint
            assert follow(old, bytes(reader.continue_from(old.size)), policy).signed is not None, "the log forked"
        self.heads.append(head)
        size = signed_checkpoint(head).checkpoint.size
        entries = Counter(entry for tile in bundles(0, size) for entry in reader.entries(tile))
        assert not [entry for entry, count in entries.items() if count > 1], "an entry stands twice"
        said = [read_entry(entry) for entry in entries]
        logged = {one.id for one in said if one.kind is EntryKind.STATEMENT}
        assert self.revoked <= logged, "a revocation is not in the log"
        with issuing.at_desk(self.desk, public_now()) as desk:
            bits = desk.register.bits(1, Purpose.REVOCATION)
            for entry in desk.register.entries.values():
                assert value_at(bits, entry.index) == int(entry.standing is Standing.REVOKED)
            shown = issuing.shown_bits(desk.folder, 1, Purpose.REVOCATION)
            assert shown == (bits if desk.register.entries else None), "the published list is another"
        tokens = [issuing.named(path.read_bytes(), str(path))[0] for path in self.folder.glob("out-*.jwt")]
        assert set(tokens) <= register.entries.keys(), "a credential left without a place"
        assert not list((self.log / "public" / ".writing").iterdir())


def public_now() -> Any:
    from egide.cli import door

    return door.now()


class AtTouch:
    """Kill at the n-th touch of the disk."""

    def __init__(self, touches: int, folder: Path) -> None:
        self.left, self.folder = touches, str(folder)

    def arm(self) -> None:
        sys.addaudithook(self.hook)

    def hook(self, event: str, args: tuple[object, ...]) -> None:
        if event in TOUCHES and self.folder in str(args[0]):
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def wait(self, child: int) -> None:
        """Nothing: the child ends itself."""


class AtRandom:
    """Kill after a random time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def arm(self) -> None:
        """Nothing: it is killed from outside."""

    def wait(self, child: int) -> None:
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                return
            time.sleep(0.0005)
        os.kill(child, signal.SIGKILL)


def at_each_touch(world: World) -> dict[str, int]:
    touches, killed, lived = 0, 0, False
    while not lived:
        touches += 1
        lived, _ = world.round(AtTouch(touches, world.folder))
        killed += not lived
        world.look()
        world.mend()
    return {"killed": killed, "issued": len(world.issued), "revoked": len(world.revoked)}


def beginnings(folder: Path) -> dict[str, int]:
    """A key, a log and a desk are begun and killed at each touch; what is done again ends well, or was done already."""
    killed = 0
    for what in ("key", "log", "desk"):
        touches, lived = 0, False
        while not lived:
            touches += 1
            place = folder / f"{what}-{touches}"
            os.environ["EGIDE_HOME"] = str(place / "home")
            words: dict[str, tuple[object, ...]] = {
                "key": ("trust", "key", "new", "--did", "did:web:a.example", "--name", "key-1", "--algorithm", "EdDSA"),
                "log": ("trust", "log", "init", place / "log", "--origin", "registre.example/essai"),
                "desk": ("trust", "status", "new", place / "desk", "--address", "https://a.example", "--log", place / "log"),
            }
            for before in {"key": [], "log": [], "desk": ["key", "log"]}[what]:
                must(*words[before])
            child = os.fork()
            if not child:
                AtTouch(touches, place).arm()
                os._exit(command(*words[what])[0])
            lived = os.WIFEXITED(os.waitpid(child, 0)[1])
            killed += not lived
            code, said = command(*words[what])
            assert code == 0 or "exists already" in said, said
            shown = {"key": ("trust", "key", "show"), "log": ("trust", "log", "show", place / "log", "--audit"),
                     "desk": ("trust", "status", "show", place / "desk")}[what]
            must(*shown)
    return {"killed": killed}


def at_random(world: World, seed: int, rounds: int) -> dict[str, int]:
    rng, killed, done = Random(seed), 0, 0  # noqa: S311
    begun = time.monotonic()
    world.round(AtTouch(0, world.folder))
    whole = time.monotonic() - begun
    for _ in range(rounds):
        lived, count = world.round(AtRandom(rng.random() * whole))
        killed, done = killed + (not lived), done + count
        world.look()
        if rng.random() < 0.2:
            world.mend()
    world.mend()
    return {"killed": killed, "acknowledged": done, "issued": len(world.issued), "revoked": len(world.revoked)}


if __name__ == "__main__":
    if sys.argv[2] == "beginnings":
        sys.stdout.write(json.dumps(beginnings(Path(sys.argv[1]))))
        sys.exit()
    place = World(Path(sys.argv[1]))
    seen = at_each_touch(place) if sys.argv[2] == "at-each-touch" else at_random(place, int(sys.argv[3]), int(sys.argv[4]))
    sys.stdout.write(json.dumps(seen))

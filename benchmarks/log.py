"""Entries and proofs a second of the public log, beside pymerkle on the same entries.

    python benchmarks/log.py [INTERPRETER]

pymerkle is GPL and pins a package that others need, so it is in none of our environments: name the interpreter of one that has it
(`python -m venv E && E/bin/pip install pymerkle`). Without one only our own figures are printed. Its trees hold leaves and
compute the rest when asked, in memory or in SQLite with its default durability; ours keeps tiles that any web server can show.
Roots and every hundredth proof must be the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from measuring import Line, best_seconds, printed

from egide.trust.log import Folder, Log, Policy, Reader, Signer, check
from egide.trust.log.merkle import leaf_hash, verify_inclusion
from egide.trust.log.tree import Tree, inclusion_proof
from egide.vocabulary.findings import Answer

ENTRIES = 100_000
BATCH = 1_000
ALONE = 300
PROOFS = 5_000
EACH = 100
FILES = 1_000
NOW = datetime(2026, 11, 24, tzinfo=UTC)

PEER = """
import json, sys, tempfile, time
from pathlib import Path
try:
    from pymerkle import InmemoryTree, SqliteTree
except ImportError:
    sys.exit(3)
asked = json.load(sys.stdin)
entries = [n.to_bytes(4, "big") * 50 for n in range(asked["entries"])]
indices = [n * 7919 % len(entries) for n in range(asked["proofs"])]
said = {}
def timed(name, work):
    start = time.perf_counter()
    result = work()
    said[name] = time.perf_counter() - start
    return result
memory = InmemoryTree()
timed("memory", lambda: (memory.append_entries(entries), memory.get_root()))
said["root"] = memory.get_root().hex()
folder = tempfile.TemporaryDirectory()
stored = SqliteTree(str(Path(folder.name) / "tree.db"))
batches = [entries[at:at + asked["batch"]] for at in range(0, len(entries), asked["batch"])]
timed("stored", lambda: ([stored.append_entries(batch) for batch in batches], stored.get_root()))
shown = SqliteTree(str(Path(folder.name) / "shown.db"))
timed("stored, shown", lambda: [(shown.append_entries(batch), shown.get_root()) for batch in batches])
one = SqliteTree(str(Path(folder.name) / "one.db"))
timed("alone", lambda: [one.append_entry(entry) for entry in entries[:asked["alone"]]])
proofs = timed("memory proofs", lambda: [memory.prove_inclusion(n + 1) for n in indices])
timed("stored proofs", lambda: [stored.prove_inclusion(n + 1) for n in indices])
root = memory.get_root()
leaves = [memory.get_leaf(n + 1) for n in indices]
timed("checks", lambda: [proof.verify(leaf, root) for proof, leaf in zip(proofs, leaves)])
said["paths"] = [[one.hex() for one in proof.path[1:]] for proof in proofs[::asked["each"]]]
json.dump(said, sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """What pymerkle took, in seconds by work, and what it found."""

    seconds: dict[str, float]
    root: str
    paths: list[list[str]]


@cache
def peer() -> Peer | None:
    asked = {"entries": ENTRIES, "batch": BATCH, "alone": ALONE, "proofs": PROOFS, "each": EACH}
    interpreter = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    done = subprocess.run([interpreter, "-c", PEER], input=json.dumps(asked), capture_output=True, text=True, check=False)
    if done.returncode == 3:
        return None
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    said: dict[str, Any] = json.loads(done.stdout)
    root, paths = said.pop("root"), said.pop("paths")
    return Peer(said, root, paths)


def entries() -> list[bytes]:
    return [n.to_bytes(4, "big") * 50 for n in range(ENTRIES)]


def indices() -> list[int]:
    return [n * 7919 % ENTRIES for n in range(PROOFS)]


def signer() -> Signer:
    return Signer.ed25519("registre.example/banc", Ed25519PrivateKey.from_private_bytes(bytes(32)))


def line(what: str, seconds: float, count: int, beside: str, agrees: bool = True) -> Line:
    """Ours, and how many times the peer's."""
    figure = f"{count / seconds:,.0f}/s"
    them = peer()
    if them is None:
        return Line(what, figure, "beside", agrees, "pymerkle is not there")
    theirs = count / them.seconds[beside]
    return Line(what, f"{figure}, {count / seconds / theirs:,.1f} × pymerkle", "beside", agrees, f"pymerkle {theirs:,.0f}/s ({beside})")


def grown() -> bytes:
    return Tree().append(leaf_hash(one) for one in entries()).tree.root


def in_memory() -> Line:
    known = entries()
    seconds = best_seconds(lambda: Tree().append(leaf_hash(one) for one in known).tree.root)
    them = peer()
    same = them is None or grown().hex() == them.root
    return line(f"{ENTRIES:,} entries into a tree in memory, with its root", seconds, ENTRIES, "memory", same)


def durably(folder: Path, each: bool) -> Line:
    known = entries()

    def work() -> None:
        with Log(Folder(folder), signer()) as log:
            for at in range(0, ENTRIES, BATCH):
                log.add_all(known[at : at + BATCH])
                if each:
                    log.publish(NOW)
            log.publish(NOW)

    what = f"{ENTRIES:,} entries onto the disk, {BATCH:,} at a time, " + ("each time published" if each else "then published")
    return line(what, best_seconds(work, 1), ENTRIES, "stored, shown" if each else "stored")


def alone(folder: Path) -> Line:
    known = entries()[:ALONE]

    def work() -> None:
        with Log(Folder(folder), signer()) as log:
            for one in known:
                log.add(one)

    return line("entries onto the disk one at a time, each durable before the next", best_seconds(work, 1), ALONE, "alone")


def proven(folder: Path) -> list[Line]:
    reader = Reader(Folder(folder))
    size, root, leaves = ENTRIES, reader.shown().checkpoint.root, [leaf_hash(one) for one in entries()]
    hashes = [inclusion_proof(size, index, reader.read_tile) for index in indices()]
    files = [bytes(reader.prove(index)) for index in indices()[:FILES]]
    policy = Policy.trusting(str(signer().key))
    pairs = list(zip(indices(), hashes, strict=True))
    them = peer()
    same = not them or [[one.hex() for one in proof] for proof in hashes[::EACH]] == them.paths
    met = all(verify_inclusion(leaves[index], index, size, proof, root).answer is Answer.MET for index, proof in pairs)
    good = all(check(None, file, policy).answer is Answer.MET for file in files)
    made = best_seconds(lambda: [inclusion_proof(size, one, reader.read_tile) for one in indices()])
    written = best_seconds(lambda: [bytes(reader.prove(one)) for one in indices()[:FILES]])
    verified = best_seconds(lambda: [verify_inclusion(leaves[n], n, size, one, root) for n, one in pairs])
    checked = best_seconds(lambda: [check(None, one, policy) for one in files])
    return [
        line("proofs of inclusion made, hashes alone", made, PROOFS, "memory proofs", same),
        line("the same, beside SQLite", made, PROOFS, "stored proofs", same),
        line("proofs of inclusion checked, hashes alone", verified, PROOFS, "checks", met),
        Line("proof files made, with entry and checkpoint", f"{FILES / written:,.0f}/s", "beside", same, "pymerkle has none"),
        Line("proof files checked: read, signature, inclusion", f"{FILES / checked:,.0f}/s", "beside", good, "pymerkle has none"),
    ]


def measure() -> list[Line]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        disk = [durably(folder / "all", each=False), durably(folder / "each", each=True), alone(folder / "alone")]
        return [in_memory(), *disk, *proven(folder / "all")]


if __name__ == "__main__":
    sys.exit(printed(measure()))

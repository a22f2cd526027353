"""The one writer of a log: what it has accepted is never lost, and what it has signed is never contradicted.

An entry is accepted once it lies in ``pending/`` on the disk; `Log.add` returns after that. Publishing makes bundles and
tiles of what is pending, brings them to the disk, and only then puts the new checkpoint in the place of the old one,
whole. Entries keep the order in which they were accepted, so whatever a crash interrupts comes out the same when it is
done again: before the new checkpoint is there the old one holds, and after it what is still in ``pending/`` is known to be
published by its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from egide.trust.log.checkpoint import Checkpoint, SignedCheckpoint, Signer, sign, signed_checkpoint
from egide.trust.log.history import cosigned
from egide.trust.log.merkle import EMPTY_ROOT, FORKED, leaf_hash
from egide.trust.log.note import verifier_key
from egide.trust.log.policy import Policy, judge_log
from egide.trust.log.reader import CHECKPOINT, Reader
from egide.trust.log.steps import MalformedError, Step
from egide.trust.log.storage import CHANGED, TamperedError
from egide.trust.log.tiles import ENTRIES, HEIGHT, WIDTH, Tile, bundle, bundles, unbundle, width
from egide.trust.log.tree import Tree
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import TracebackType

    from egide.trust.log.storage import Storage

PENDING = "pending"


class Log:
    """A log that is being written; use it in a ``with``, which holds its storage against other writers.

    The signers are the log's own, all under its origin: the first an Ed25519 key where public witnesses shall follow it
    (C2SP tlog-tiles, «Checkpoints»). ``remembered`` is the last checkpoint that this log is known to have shown, kept
    elsewhere: a storage that was put back to an older state is then refused instead of being continued into a fork.
    """

    def __init__(self, storage: Storage, *signers: Signer, remembered: bytes | None = None) -> None:
        if not signers or len({signer.key.name for signer in signers}) != 1:
            raise MalformedError("log-signers", N_("a log is signed by one key or more, all of the same name"))
        for signer in signers:
            verifier_key(str(signer.key))
        self.origin = signers[0].key.name
        self.reader = Reader(storage)
        self._storage = storage
        self._signers = signers
        self._policy = Policy(tuple(signer.key for signer in signers))
        self._remembered = signed_checkpoint(remembered).checkpoint if remembered is not None else None
        self._holding: ExitStack | None = None
        self._tree = Tree()
        self._next = 0

    def __enter__(self) -> Self:
        with ExitStack() as entering:
            entering.enter_context(self._storage.held())
            self._resume()
            self._holding = entering.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        holding, self._holding = self._holding, None
        if holding is not None:
            holding.close()

    @property
    def size(self) -> int:
        """How many entries the checkpoint has."""
        return self._tree.size

    @property
    def accepted(self) -> int:
        """How many entries there are with those that wait to be published."""
        return self._next

    def add(self, entry: bytes) -> int:
        """Accept an entry of at most 65,535 bytes, durably; its index. Raises `MalformedError` when it is longer."""
        return self.add_all([entry])[0]

    def add_all(self, entries: Sequence[bytes]) -> range:
        """Accept entries, all or none, in one write; their indices."""
        self._must_be_held()
        if entries:
            self._storage.create({f"{PENDING}/{self._next:020}": bundle(entries)})
        accepted = range(self._next, self._next + len(entries))
        self._next = accepted.stop
        return accepted

    def add_once(self, entries: Sequence[bytes]) -> tuple[int, ...]:
        """Accept those of the entries that the log doesn't hold yet; the indices of all, in their order.

        For whoever can't know whether an earlier attempt was accepted before it was interrupted.
        """
        self._must_be_held()
        waiting = {entry: at for at, entry in reversed(list(enumerate(self._waiting(), self._tree.size)))}
        fresh = list(dict.fromkeys(entry for entry in entries if entry not in waiting and self.reader.index_of(entry) is None))
        waiting |= dict(zip(fresh, self.add_all(fresh), strict=True))
        found = (waiting.get(entry, self.reader.index_of(entry)) for entry in entries)
        return tuple(index for index in found if index is not None)

    def publish(self, now: datetime) -> SignedCheckpoint:
        """Bring what is accepted into the tree and show its new head; the same head when there is nothing new and nobody new to sign."""
        self._must_be_held()
        waiting = dict(self._pending())
        fresh = [entry for entries in waiting.values() for entry in entries]
        before, growth = self._tree, self._tree.append(leaf_hash(entry) for entry in fresh)
        head = Checkpoint(self.origin, growth.tree.size, growth.tree.root)
        shown = self._still_own()
        if shown is None or shown.checkpoint != head or not all(shown.by(signer.key) for signer in self._signers):
            files = {tile.path: hashes for tile, hashes in growth.tiles.items()}
            self._storage.create({**files, **dict(self._bundled(before.size, fresh))})
            signed = sign(head, self._signers, now)
            shown = shown.bearing(signed.signatures) if shown is not None and shown.checkpoint == head else signed
            self._storage.replace(CHECKPOINT, bytes(shown))
            self._tree = growth.tree
        self._storage.remove(waiting)
        self._tidy(before)
        return shown

    def cosigned(self, lines: bytes, policy: Policy) -> tuple[SignedCheckpoint, tuple[Step, ...]]:
        """Add to the head what witnesses of the policy have signed of it, and say of each line what became of it."""
        self._must_be_held()
        own = self._still_own()
        shown, steps = cosigned(own or self.reader.shown(), lines, policy)
        self._storage.replace(CHECKPOINT, bytes(shown))
        return shown, steps

    def _must_be_held(self) -> None:
        if self._holding is None:
            raise RuntimeError("a log is written within its `with`")

    def _resume(self) -> None:
        """Take the log up where it was left: its own head, a tree that gives it, and what waits."""
        shown = self.reader.head()
        if shown is not None:
            judged = judge_log(self._policy, shown)
            if judged.answer is not Answer.MET:
                raise TamperedError(judged.because.message, **judged.because.args)
            self._tree = Tree.load(shown.checkpoint.size, self.reader.read_tile)
            if self._tree.root != shown.checkpoint.root:
                raise TamperedError(N_("the tiles of the log do not give the root of its checkpoint"))
        self._compare_with_remembered()
        self._next = self._tree.size
        self._storage.remove([path for path in self._storage.names(PENDING) if _first(path) < self._next])
        for _, entries in self._pending():
            self._next += len(entries)

    def _still_own(self) -> SignedCheckpoint | None:
        """The head that the log shows; raises `TamperedError` when it isn't the one that this writer left there."""
        shown = self.reader.head()
        size, root = (shown.checkpoint.size, shown.checkpoint.root) if shown is not None else (0, EMPTY_ROOT)
        if (size, root) != (self._tree.size, self._tree.root):
            raise TamperedError(CHANGED, path=CHECKPOINT)
        return shown

    def _compare_with_remembered(self) -> None:
        old = self._remembered
        if old is None:
            return
        if old.origin != self.origin or old.size > self._tree.size:
            raise TamperedError(N_("the log was at size {old} and shows {size}: it was rolled back"), old=old.size, size=self._tree.size)
        if old.size and self.reader.root_at(old.size) != old.root:
            raise TamperedError(FORKED, old=old.size, size=self._tree.size)

    def _waiting(self) -> Iterator[bytes]:
        """The entries that wait to be published, in their order."""
        for _, entries in self._pending():
            yield from entries

    def _pending(self) -> Iterator[tuple[str, list[bytes]]]:
        """What waits, in its order; raises `TamperedError` when a number is missing or an entry was changed."""
        wanted = self._tree.size
        for path in self._storage.names(PENDING):
            content = self._storage.read(path)
            if _first(path) != wanted or content is None:
                raise TamperedError(N_("the entries that wait to be published begin with {found}, where {wanted} was expected"),
                                    found=_first(path), wanted=wanted)  # fmt: skip
            entries = unbundle(content)
            wanted += len(entries)
            yield path, entries

    def _bundled(self, start: int, fresh: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
        """The bundles that the fresh entries fill or begin, the one that was begun before included."""
        size = start + len(fresh)
        begun = start % WIDTH
        base = start - begun
        entries = [*(self.reader.entries(Tile(ENTRIES, start // WIDTH, begun)) if begun else ()), *fresh]
        for tile in bundles(start, size):
            at = tile.index * WIDTH - base
            yield tile.path, bundle(entries[at : at + tile.width])

    def _tidy(self, before: Tree) -> None:
        """Remove the partial tiles and bundles that a full one has taken the place of (C2SP tlog-tiles, «Partial Tiles»)."""
        for level in (ENTRIES, *range(len(before.edge))):
            index = (before.size >> (HEIGHT * max(level, 0))) // WIDTH
            if width(before.size, level, index) and width(self._tree.size, level, index) == WIDTH:
                self._storage.remove(self._storage.names(f"{Tile(level, index).path}.p"))


def _first(path: str) -> int:
    """The index of the first entry of a file that waits."""
    name = path.rpartition("/")[2]
    if not (name.isascii() and name.isdigit()):
        raise TamperedError(CHANGED, path=path)
    return int(name)

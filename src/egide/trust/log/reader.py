"""A log as anybody reads it: its head, its entries, its proofs; from its public files alone, without lock or key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from egide.trust.log.checkpoint import SignedCheckpoint, signed_checkpoint
from egide.trust.log.encoding import HASH_BYTES
from egide.trust.log.history import Continuation
from egide.trust.log.merkle import leaf_hash
from egide.trust.log.proof import LogProof
from egide.trust.log.steps import Examination, MalformedError, Step, met, not_met
from egide.trust.log.tiles import ENTRIES, WIDTH, Tile, bundles, tiles, unbundle, width
from egide.trust.log.tree import Nodes, Tree, consistency_proof, inclusion_proof
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.log.storage import Storage

CHECKPOINT = "checkpoint"
KEPT_TILES = 512


class Reader:
    """The public side of a log."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._kept: dict[Tile, bytes] = {}

    def head(self) -> SignedCheckpoint | None:
        """The checkpoint that the log shows now; nothing when it has shown none. Raises `MalformedError`."""
        content = self._storage.read(CHECKPOINT)
        return signed_checkpoint(content) if content is not None else None

    def shown(self) -> SignedCheckpoint:
        """The checkpoint that the log shows now; raises `MalformedError` when it has shown none."""
        head = self.head()
        if head is None:
            raise MalformedError("no-checkpoint", N_("the log has no checkpoint yet"))
        return head

    def read_tile(self, tile: Tile) -> bytes:
        """The tile, or as much of the full one that took its place («Partial Tiles»); raises `MalformedError` when there is neither."""
        if tile not in self._kept:
            self._kept[tile] = self._stored(tile)[: tile.width * HASH_BYTES]
            if len(self._kept) > KEPT_TILES:
                del self._kept[next(iter(self._kept))]
        return self._kept[tile]

    def entries(self, tile: Tile) -> list[bytes]:
        """The entries of a bundle; raises `MalformedError` when it is missing, cut or shorter than its path says."""
        found = unbundle(self._stored(tile))[: tile.width]
        if len(found) < tile.width:
            raise MalformedError("bundle-cut", N_("a bundle of entries that ends within an entry"))
        return found

    def entry(self, index: int) -> bytes:
        """The entry; raises `MalformedError` when the log doesn't have it."""
        size = self.shown().checkpoint.size
        if not 0 <= index < size:
            raise MalformedError("index-beyond-size", N_("entry {index} is not in a tree of size {size}"), index=index, size=size)
        place, at = divmod(index, WIDTH)
        return self.entries(Tile(ENTRIES, place, width(size, ENTRIES, place)))[at]

    def index_of(self, entry: bytes) -> int | None:
        """Where the entry first stands in the log, if it does: a search through its leaf hashes."""
        head = self.head()
        size, leaf = (head.checkpoint.size if head else 0), leaf_hash(entry)
        for place in range(-(-size // WIDTH)):
            hashes = self.read_tile(Tile(0, place, width(size, 0, place)))
            at = next((at for at in range(0, len(hashes), HASH_BYTES) if hashes[at : at + HASH_BYTES] == leaf), None)
            if at is not None:
                return place * WIDTH + at // HASH_BYTES
        return None

    def prove(self, index: int, *, carry_entry: bool = True) -> LogProof:
        """The proof that the entry is in the log as its head has it now; raises `MalformedError`."""
        head = self.shown()
        hashes = inclusion_proof(head.checkpoint.size, index, self.read_tile)
        return LogProof(index, hashes, head, self.entry(index) if carry_entry else None)

    def continue_from(self, old_size: int) -> Continuation:
        """The proof that the head continues that of an earlier size, as witnesses ask for it; raises `MalformedError`."""
        head = self.shown()
        return Continuation(old_size, consistency_proof(old_size, head.checkpoint.size, self.read_tile), head)

    def root_at(self, size: int) -> bytes:
        """The root that the log had with so many entries, from the tiles of its head; raises `MalformedError` when it never had as many."""
        now = self.shown().checkpoint.size
        if not 0 <= size <= now:
            raise MalformedError("impossible-size", N_("a tree of size {size} does not hold one of size {old}"), size=now, old=size)
        return Nodes(now, self.read_tile).range(0, size)

    def audit(self) -> Examination:
        """Does every entry hash to its leaf, every tile to the one above and all to the root? Signatures are another question."""
        return Examination(tuple(self._audited()))

    def _audited(self) -> Iterator[Step]:
        try:
            head = self.shown().checkpoint
            grown = Tree()
            for tile in bundles(0, head.size):
                growth = grown.append(leaf_hash(entry) for entry in self.entries(tile))
                wrong = next((one.path for one, hashes in growth.tiles.items() if self._differs(one, hashes, head.size)), None)
                if wrong:
                    yield not_met("tiles", "tile-differs", N_("{path} doesn't follow from the entries of the log"), path=wrong)
                    return
                grown = growth.tree
        except MalformedError as error:
            yield Step("files", Answer.NOT_MET, error.reason)
            return
        count = sum(1 for _ in tiles(head.size))
        yield met("tiles", "tiles-follow", N_("every tile follows from the entries of the log (tiles: {n})"), n=count)
        if grown.root != head.root:
            yield not_met("root", "root-differs", N_("the root doesn't follow from the entries of the log"))
        else:
            yield met("root", "root-follows", N_("the root follows from the entries of the log (size {size})"), size=head.size)

    def _differs(self, tile: Tile, hashes: bytes, size: int) -> bool:
        """Whether the log shows other hashes there; a partial tile of another width isn't one that it must show."""
        shown = width(size, tile.level, tile.index) == tile.width
        return shown and self.read_tile(tile) != hashes

    def _stored(self, tile: Tile) -> bytes:
        """The file of a tile or bundle, or of the full one; raises `MalformedError` when there is neither."""
        for path in (tile.path, tile.full.path):
            content = self._storage.read(path)
            if content is not None:
                return content
        raise MalformedError("tile-missing", N_("the log doesn't show {path}"), path=tile.path)

"""The tree as it grows, and its proofs from tiles alone.

`Tree` is the right edge: the partial tile of each level, some kilobytes whatever the size. Growing gives the next tree and
the tiles that were made. `Nodes` reads hashes out of tiles; roots and both proofs (RFC 9162, sections 2.1.3.1 and 2.1.4.1)
are sums of complete subtrees, each of which lies within one tile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from egide.trust.log.encoding import HASH_BYTES, MOST
from egide.trust.log.merkle import EMPTY_ROOT, node_hash
from egide.trust.log.steps import MalformedError
from egide.trust.log.tiles import HEIGHT, LEVELS, WIDTH, ReadTile, Tile, width
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TILE_BYTES = WIDTH * HASH_BYTES
EXPANDED = 1024
"""Tiles kept with their inner nodes, about 16 KB each; they are public hashes."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A tree that has grown, and what was made on the way."""

    tree: Tree
    tiles: Mapping[Tile, bytes]
    """Every full tile that was filled and the partial tile of each level that changed."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The right edge of a tree: what is needed to go on and to know the root."""

    size: int = 0
    edge: tuple[bytes, ...] = (b"",) * LEVELS
    """The hashes of each level's partial tile, lowest level first."""

    @classmethod
    def load(cls, size: int, read_tile: ReadTile) -> Tree:
        """The tree of that size, from its partial tiles."""
        edge = []
        for level in range(LEVELS):
            index = (size >> (HEIGHT * level)) // WIDTH
            part = width(size, level, index)
            edge.append(_checked(Tile(level, index, part), read_tile) if part else b"")
        return cls(size, tuple(edge))

    def append(self, leaves: Iterable[bytes]) -> Growth:
        """The tree with these leaf hashes at its end."""
        made: dict[Tile, bytes] = {}
        edge = list(self.edge)
        fresh = b"".join(leaves)
        added = len(fresh) // HASH_BYTES
        if self.size + added > MOST:
            raise MalformedError("log-full", N_("a log cannot hold 2^63 entries"))
        for level in range(LEVELS):
            if not fresh:
                break
            index = (self.size >> (HEIGHT * level)) // WIDTH
            hashes, above = edge[level] + fresh, []
            for at in range(0, len(hashes) - TILE_BYTES + 1, TILE_BYTES):
                full = hashes[at : at + TILE_BYTES]
                made[Tile(level, index + at // TILE_BYTES)] = full
                above.append(_inner(full)[-1])
            index, hashes = index + len(above), hashes[len(above) * TILE_BYTES :]
            if hashes:
                made[Tile(level, index, len(hashes) // HASH_BYTES)] = hashes
            fresh = b"".join(above)
            edge[level] = hashes
        return Growth(Tree(self.size + added, tuple(edge)), made)

    @property
    def root(self) -> bytes:
        """The Merkle Tree Hash of all entries (section 2.1.1)."""
        subtrees = []
        for hashes in reversed(self.edge):
            levels = _inner(hashes)
            count, start = len(hashes) // HASH_BYTES, 0
            for height in reversed(range(HEIGHT)):
                if count >> height & 1:
                    place = start >> height
                    subtrees.append(levels[height][place * HASH_BYTES : (place + 1) * HASH_BYTES])
                    start += 1 << height
        return _folded(subtrees)


class Nodes:
    """The hashes of one tree's complete subtrees, each tile read once."""

    def __init__(self, size: int, read_tile: ReadTile) -> None:
        self._size = size
        self._read = read_tile
        self._levels: dict[tuple[int, int], tuple[bytes, ...]] = {}

    def complete(self, height: int, place: int) -> bytes:
        """The root of the subtree of 2^height entries that starts at place x 2^height."""
        level, within = height // HEIGHT, height % HEIGHT
        index = place >> HEIGHT - within
        levels = self._levels.get((level, index)) or self._expanded(level, index)
        at = (place & (WIDTH - 1 >> within)) * HASH_BYTES
        return levels[within][at : at + HASH_BYTES]

    def range(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]) of a range that is a subtree: its start is a multiple of a power of two not below its length."""
        subtrees = []
        while start < end:
            height = (end - start).bit_length() - 1
            subtrees.append(self.complete(height, start >> height))
            start += 1 << height
        return _folded(subtrees)

    def _expanded(self, level: int, index: int) -> tuple[bytes, ...]:
        tile = Tile(level, index, width(self._size, level, index))
        self._levels[level, index] = _inner(_checked(tile, self._read))
        return self._levels[level, index]


def root_at(size: int, read_tile: ReadTile) -> bytes:
    """The root of the first ``size`` entries."""
    return Nodes(size, read_tile).range(0, size)


def inclusion_proof(size: int, index: int, read_tile: ReadTile) -> tuple[bytes, ...]:
    """PATH(index, D[size]) (section 2.1.3.1): the siblings on the way from the entry to the root."""
    if not 0 <= index < size <= MOST:
        raise MalformedError("index-beyond-size", N_("entry {index} is not in a tree of size {size}"), index=index, size=size)
    nodes = Nodes(size, read_tile)
    start, end = 0, size
    siblings = []
    while end - start > 1:
        fork = start + _left(end - start)
        if index < fork:
            siblings.append(nodes.range(fork, end))
            end = fork
        else:
            siblings.append(nodes.range(start, fork))
            start = fork
    return tuple(reversed(siblings))


def consistency_proof(old_size: int, size: int, read_tile: ReadTile) -> tuple[bytes, ...]:
    """PROOF(old_size, D[size]) (section 2.1.4.1); empty from nothing, and from a tree to itself."""
    if not 0 <= old_size <= size <= MOST:
        raise MalformedError("impossible-size", N_("a tree of size {size} does not hold one of size {old}"), size=size, old=old_size)
    if old_size in {0, size}:
        return ()
    nodes = Nodes(size, read_tile)
    start, end = 0, size
    siblings = []
    while end != old_size:
        fork = start + _left(end - start)
        if old_size <= fork:
            siblings.append(nodes.range(fork, end))
            end = fork
        else:
            siblings.append(nodes.range(start, fork))
            start = fork
    if start:  # the old tree is not itself a complete subtree of the new one: its last part opens the proof
        siblings.append(nodes.range(start, end))
    return tuple(reversed(siblings))


def _left(length: int) -> int:
    """The largest power of two smaller than the length."""
    return 1 << (length - 1).bit_length() - 1


def _folded(subtrees: list[bytes]) -> bytes:
    """The hash of complete subtrees side by side, the largest first: from the right, as the smaller ones hang lower."""
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees[-1]
    for subtree in reversed(subtrees[:-1]):
        root = node_hash(subtree, root)
    return root


def _checked(tile: Tile, read_tile: ReadTile) -> bytes:
    """The hashes of a tile; raises `MalformedError` when there are not as many as its width says."""
    content = read_tile(tile)
    if len(content) != tile.width * HASH_BYTES:
        raise MalformedError("tile-length", N_("{path}: bytes expected: {wanted}, found: {n}"),
                             path=tile.path, n=len(content), wanted=tile.width * HASH_BYTES)  # fmt: skip
    return content


@lru_cache(maxsize=EXPANDED)
def _inner(hashes: bytes) -> tuple[bytes, ...]:
    """The levels of the tree within a tile, from its hashes up to the root of a full one; what is not complete is left out."""
    levels = [hashes]
    for _ in range(HEIGHT):
        below = levels[-1]
        pairs = len(below) // (2 * HASH_BYTES)
        levels.append(b"".join([sha256(b"\x01" + below[at : at + 2 * HASH_BYTES]).digest() for at in range(0, pairs * 2 * HASH_BYTES, 64)]))
    return tuple(levels)

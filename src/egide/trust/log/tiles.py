"""How a log lies in files (C2SP tlog-tiles): hashes in tiles of 256, entries in bundles of 256, each at a path of its own.

A tile of level L holds roots of complete subtrees of 256^L entries («Merkle Tree»). A full tile never changes; the last of
each level is partial, and its path says how many hashes it has («Partial Tiles»). Level `ENTRIES` stands for the bundles
(«Log entries»), which have the places and the widths of level 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from egide.trust.log.encoding import HASH_BYTES, MOST
from egide.trust.log.steps import MalformedError
from egide.vocabulary.language import N_

WIDTH = 256
HEIGHT = 8
"""Levels of the tree within a tile."""
LEVELS = 8
"""Tile levels that a tree below 2^63 entries can have."""
ENTRIES = -1
MOST_ENTRY_BYTES = 0xFFFF
"""What the length of an entry in a bundle can say."""

_PATH = re.compile(r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Which tile or bundle: its level, its place in it and how much of it there is."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """``tile/<L>/<N>[.p/<W>]``: the index in groups of three digits, all but the last after an ``x``."""
        groups = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        name = "entries" if self.level == ENTRIES else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{name}/{'/'.join(groups)}{partial}"

    @property
    def full(self) -> Tile:
        """The tile that this one becomes."""
        return Tile(self.level, self.index)


ReadTile = Callable[[Tile], bytes]
"""Gives the hashes of a tile, one after the other, as many as its width says."""


def tile_at(path: str) -> Tile:
    """The tile of a path; raises `MalformedError` when it is none, or not written as `Tile.path` writes it."""
    found = _PATH.fullmatch(path)
    if found:
        level = ENTRIES if found["level"] == "entries" else int(found["level"])
        tile = Tile(level, int(found["index"].replace("/", "").replace("x", "")), int(found["width"] or WIDTH))
        if tile.path == path and level < HASH_BYTES * 2 and tile.index <= MOST:
            return tile
    raise MalformedError("not-a-tile", N_("«{path}» is not the path of a tile"), path=path)


def width(size: int, level: int, index: int) -> int:
    """How many hashes that tile has in a tree of that size; 0 when it has no such tile."""
    hashes = size >> (HEIGHT * max(level, 0))
    return max(0, min(WIDTH, hashes - index * WIDTH))


def tiles(size: int) -> Iterator[Tile]:
    """Every tile of a tree of that size, the bundles of its entries left aside."""
    for level in range(LEVELS):
        hashes = size >> (HEIGHT * level)
        for index in range(-(-hashes // WIDTH)):
            yield Tile(level, index, width(size, level, index))


def bundles(start: int, size: int) -> Iterator[Tile]:
    """The bundles that hold the entries from ``start`` to ``size``."""
    for index in range(start // WIDTH, -(-size // WIDTH)):
        yield Tile(ENTRIES, index, width(size, ENTRIES, index))


def bundle(entries: Sequence[bytes]) -> bytes:
    """The entries one after the other, each after its length in two bytes; raises `MalformedError` when one is too long."""
    for entry in entries:
        if len(entry) > MOST_ENTRY_BYTES:
            raise MalformedError("entry-too-long", N_("an entry of {n} bytes, where a log takes {most} at most"),
                                 n=len(entry), most=MOST_ENTRY_BYTES)  # fmt: skip
    return b"".join(part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry))


def unbundle(content: bytes) -> list[bytes]:
    """The entries of a bundle; raises `MalformedError` when it ends within one."""
    entries = []
    at = 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        if end > len(content):
            raise MalformedError("bundle-cut", N_("a bundle of entries that ends within an entry"))
        entries.append(content[at + 2 : end])
        at = end
    return entries

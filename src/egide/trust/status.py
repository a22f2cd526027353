"""Bitstrings of status: one value per credential in a long row of bits (W3C Bitstring Status List v1.0, 3.3 and 3.4, 7.1).

The row is long so that asking for it tells nobody which credential was meant. It comes compressed from strangers, and is expanded within
a limit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

from egide.trust.keys import b64u, from_b64u
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

LEAST_ENTRIES = 131_072
"""Fewer would point at whom one asks about (3.2, step 2)."""
MAX_BYTES = 16 * 1024 * 1024
MAX_ENCODED = 4 * 1024 * 1024
MAX_SIZE = 16
_GZIP_HEAD = bytes.fromhex("1f8b08000000000002ff")
"""GZIP without a date or a system, so that the same bits give the same word (RFC 1952)."""
_GZIP_WINDOW = 31


def no_status(entries: int = LEAST_ENTRIES, size: int = 1) -> bytes:
    """A new row in which nothing is set. ``size`` is the bits of each entry."""
    if entries < LEAST_ENTRIES or not 1 <= size <= MAX_SIZE or entries * size > MAX_BYTES * 8:
        raise ValueError(f"at least {LEAST_ENTRIES} entries of 1 to {MAX_SIZE} bits, at most {MAX_BYTES} bytes")
    return bytes((entries * size + 7) // 8)


def value_at(bits: bytes, index: int, size: int = 1) -> int | Reason:
    """The value of an entry; the first entry is the left-most."""
    first = index * size
    if index < 0 or first + size > len(bits) * 8:
        return Reason("status-index", {"index": index, "entries": len(bits) * 8 // size},
                      N_("the entry {index} lies outside of the list, which has {entries}"))
    start, end = first // 8, (first + size + 7) // 8
    return int.from_bytes(bits[start:end], "big") >> (end * 8 - first - size) & ((1 << size) - 1)


def with_value(bits: bytes, index: int, value: int, size: int = 1) -> bytes:
    """The row with that entry set to the value."""
    if not 0 <= value < 1 << size or isinstance(value_at(bits, index, size), Reason):
        raise ValueError(f"no entry {index} of {size} bits, or a value that it can't hold")
    first = index * size
    start, end = first // 8, (first + size + 7) // 8
    shift = end * 8 - first - size
    kept = int.from_bytes(bits[start:end], "big") & ~(((1 << size) - 1) << shift)
    return bits[:start] + (kept | value << shift).to_bytes(end - start, "big") + bits[end:]


def with_set(bits: bytes, indices: Iterable[int]) -> bytes:
    """The row with the entries of one bit at these indices set."""
    row = bytearray(bits)
    for index in indices:
        row[index >> 3] |= 0x80 >> (index & 7)
    return bytes(row)


def encoded(bits: bytes) -> str:
    """The row as `encodedList`: GZIP, then base64url in multibase."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    squeezed = squeezer.compress(bits) + squeezer.flush()
    tail = zlib.crc32(bits).to_bytes(4, "little") + (len(bits) & 0xFFFFFFFF).to_bytes(4, "little")
    return "u" + b64u(_GZIP_HEAD + squeezed + tail)


@lru_cache(maxsize=16)
def expanded(word: str) -> bytes | Reason:
    """The row of an `encodedList`, or why it can't be had."""
    compressed = from_b64u(word[1:]) if word.startswith("u") and len(word) <= MAX_ENCODED else None
    if compressed is None:
        return Reason("status-encoding", {}, N_("the list is not multibase base64url (Bitstring Status List, 2.2)"))
    opener = zlib.decompressobj(_GZIP_WINDOW)
    try:
        bits = opener.decompress(compressed, MAX_BYTES + 1)
    except zlib.error:
        return Reason("status-compression", {}, N_("the list is not compressed with GZIP"))
    if len(bits) > MAX_BYTES:
        return Reason("status-too-large", {"limit": MAX_BYTES}, N_("the list expands to more than {limit} bytes"))
    if not opener.eof or opener.unused_data:
        return Reason("status-compression", {}, N_("the list is not compressed with GZIP"))
    return bits


def free_index(taken: Collection[int], draw: Callable[[int], int], entries: int = LEAST_ENTRIES) -> int:
    """An index that nobody has, drawn so that it tells nothing of when it was given (2.1). ``draw(n)`` gives 0 to n - 1.

    Raises ValueError when half of the list is given: a new list keeps the herd large.
    """
    if len(taken) * 2 >= entries:
        raise ValueError("half of the list is given; begin another")
    while (index := draw(entries)) in taken:
        pass
    return index

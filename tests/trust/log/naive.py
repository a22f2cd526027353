"""RFC 9162 as it is written: section 2.1.1's MTH, 2.1.3.1's PATH and 2.1.4.1's SUBPROOF, by recursion over lists of entries.

Nothing here is shared with the product. Verification is the definition too: a proof holds when it is the one proof there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


class Naive:
    """A tree over entries; hashes of ranges are remembered, as all sizes up to 300 are asked for."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.entries = entries
        self.known: dict[tuple[int, int], bytes] = {}

    def mth(self, start: int, end: int) -> bytes:
        n = end - start
        if n == 0:
            return sha256(b"").digest()
        if (start, end) not in self.known:
            if n == 1:
                self.known[start, end] = sha256(b"\x00" + self.entries[start]).digest()
            else:
                k = split(n)
                self.known[start, end] = sha256(b"\x01" + self.mth(start, start + k) + self.mth(start + k, end)).digest()
        return self.known[start, end]

    def path(self, m: int, start: int, end: int) -> list[bytes]:
        n = end - start
        if n == 1:
            return []
        k = split(n)
        if m < k:
            return [*self.path(m, start, start + k), self.mth(start + k, end)]
        return [*self.path(m - k, start + k, end), self.mth(start, start + k)]

    def proof(self, m: int, n: int) -> list[bytes]:
        return self.subproof(m, 0, n, True)

    def subproof(self, m: int, start: int, end: int, b: bool) -> list[bytes]:
        n = end - start
        if m == n:
            return [] if b else [self.mth(start, end)]
        k = split(n)
        if m <= k:
            return [*self.subproof(m, start, start + k, b), self.mth(start + k, end)]
        return [*self.subproof(m - k, start + k, end, False), self.mth(start, start + k)]


class Uniform(Naive):
    """A tree of any size whose entries are all the same, so that the hash of a range depends on its length alone."""

    def __init__(self, entry: bytes) -> None:
        super().__init__([])
        self.entry = entry
        self.by_length: dict[int, bytes] = {}

    def mth(self, start: int, end: int) -> bytes:
        n = end - start
        if n not in self.by_length:
            if n == 0:
                self.by_length[n] = sha256(b"").digest()
            elif n == 1:
                self.by_length[n] = sha256(b"\x00" + self.entry).digest()
            else:
                k = split(n)
                self.by_length[n] = sha256(b"\x01" + self.mth(0, k) + self.mth(k, n)).digest()
        return self.by_length[n]

"""The words that may be meant by one that no offer holds: a letter added, left out, changed or swapped; two from eight letters on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHORTEST = 4
"""A shorter word is too near to too many others."""
TWO_LETTERS_FROM = 8
MOST = 6


class Spelling:
    """The words of an index, with how many offers hold each."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._held = words
        self._words = list(words)

    @cached_property
    def _lengths(self) -> NDArray[np.int64]:
        return np.fromiter(map(len, self._words), np.int64, len(self._words))

    @cached_property
    def _letters(self) -> NDArray[np.uint64]:
        return _letters(self._words)

    def near(self, word: str) -> tuple[str, ...]:
        """The nearest words, those that most offers hold first; none when nothing is near."""
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - only for a word that nothing holds
        from rapidfuzz.process import cdist  # noqa: PLC0415

        if len(word) < SHORTEST:
            return ()
        most = 2 if len(word) >= TWO_LETTERS_FROM else 1
        known = [self._words[place] for place in self._alike(word, most)]
        if not known:
            return ()
        distances = cdist([word], known, scorer=OSA.distance, score_cutoff=most)[0]
        nearest = int(distances.min())
        if nearest > most:
            return ()
        found = [known[place] for place in (distances == nearest).nonzero()[0]]
        return tuple(sorted(found, key=lambda one: (-self._held[one], one))[:MOST])

    def _alike(self, word: str, most: int) -> NDArray[np.int64]:
        """Words of about that length and of about those letters: an edit changes the set of letters by two at most."""
        differing = np.bitwise_count(self._letters ^ _letters([word])[0])
        return np.flatnonzero((np.abs(self._lengths - len(word)) <= most) & (differing <= 2 * most))


def _letters(words: Iterable[str]) -> NDArray[np.uint64]:
    """The set of signs of each word, as bits."""
    sets = []
    for word in words:
        bits = 0
        for sign in word:
            bits |= 1 << (ord(sign) & 63)
        sets.append(bits)
    return np.asarray(sets, np.uint64)

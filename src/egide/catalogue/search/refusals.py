"""A filter that cannot be read: where, what was expected there, which names come near."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.vocabulary.errors import EgideError

if TYPE_CHECKING:
    from collections.abc import Iterable


class WhereError(EgideError):
    """A filter that cannot be read. Messages count characters from one; ``position`` from zero."""

    hint = "egide catalogue search --fields"

    def __init__(self, message: str, where: str, at: int, **values: object) -> None:
        super().__init__(message, {"at": at + 1, **values})
        self.where = where
        self.position = at


def near(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words that come nearest."""
    from rapidfuzz import process  # noqa: PLC0415 - only for a word that nobody knows

    return [one for one, score, _ in process.extract(word.casefold(), list(known), limit=most) if score > 55]

"""Names that every target accepts: DNS labels (RFC 1123), one per component, unique, the same each time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 40
"""A label may have 63; what is put after a name (``-backup``, ``-elsewhere``, an instance's number) has to fit."""


def label(word: str) -> str:
    """The word as a DNS label: «Base de données» is ``base-de-donnees``."""
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")
    return short if short and not short[0].isdigit() else f"x-{short}".strip("-")


def labels(words: Iterable[str]) -> dict[str, str]:
    """A label for each word, numbered where two would be alike."""
    made: dict[str, str] = {}
    taken: set[str] = set()
    for word in words:
        first, number = label(word), 1
        name = first
        while name in taken:
            number += 1
            name = f"{first}-{number}"
        taken.add(name)
        made[word] = name
    return made

"""When two names are the same name: case, accents, spaces and punctuation don't count."""

from __future__ import annotations

import re
import unicodedata

_GAP = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """The name in lower case, without accents, its words parted by single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return _GAP.sub(" ", bare).strip()


def slug(*names: str) -> str:
    """An identifier made of names: lower-case words joined by hyphens."""
    return "-".join(re.sub(r"[^a-z0-9]+", " ", plain(" ".join(names))).split()) or "offer"

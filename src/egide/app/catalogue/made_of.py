"""What an index was made of, written beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

FILE = "of.json"


class Of(msgspec.Struct, frozen=True):
    """What an index is made of."""

    how: tuple[str, ...]
    """What wrote it, which fields it has, and which database: of another, nothing can be used."""
    on: date
    listed: str
    """Stands for all that the catalogue in use says."""
    heads: tuple[tuple[str, int, str], ...]
    """The database's tables of offers, with the last number and link of each."""
    named: tuple[str, ...]
    """The subjects of the catalogue in use."""
    anew: int = 0
    """How many rows were put in since it was made whole."""

    def head(self, table: str) -> tuple[int, str]:
        """How far that table had come."""
        return next(((number, link) for name, number, link in self.heads if name == table), (0, ""))

    def write(self, folder: Path) -> None:
        """Beside what was made."""
        (folder / FILE).write_bytes(msgspec.json.encode(self))


def made_of(folder: Path) -> Of | None:
    """What the index in that folder was made of; None where it isn't said, or can't be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Of)
    except (OSError, msgspec.MsgspecError):
        return None

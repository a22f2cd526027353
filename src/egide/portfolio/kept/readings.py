"""What was read of a large file, kept beside it: reading it back takes a tenth of the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from egide.portfolio.kept.tables import FILES, READINGS

if TYPE_CHECKING:
    from egide.store.transaction import Transaction


def keep(tx: Transaction, body: str, file: str, lang: str, read_with: str, content: bytes) -> None:
    """Keep it in the place of what an earlier version read. ``read_with``: what it was read with."""
    tx.execute(delete(READINGS).where(READINGS.c.body == body, READINGS.c.file == file, READINGS.c.lang == lang))
    tx.execute(READINGS.insert().values(body=body, file=file, lang=lang, read_with=read_with, content=content))


def kept(tx: Transaction, body: str, file: str, lang: str, read_with: str) -> bytes | None:
    """What was read of that file with just that; None when nothing was."""
    chosen = select(READINGS.c.content).where(
        READINGS.c.body == body, READINGS.c.file == file, READINGS.c.lang == lang, READINGS.c.read_with == read_with
    )
    found: bytes | None = tx.execute(chosen).scalar_one_or_none()
    return found


def all_of(tx: Transaction, body: str, file: str, lang: str) -> list[tuple[str, bytes]]:
    """What was read of that file, by what it was read with."""
    of_it = (READINGS.c.body == body, READINGS.c.file == file, READINGS.c.lang == lang)
    chosen = select(READINGS.c.read_with, READINGS.c.content).where(*of_it)
    return [(row.read_with, row.content) for row in tx.execute(chosen)]


def forget(tx: Transaction) -> None:
    """Forget what was read of files that are there no more, or no longer count."""
    counting = select(FILES.c.id).where(FILES.c.body == READINGS.c.body, FILES.c.id == READINGS.c.file, FILES.c.removed_at.is_(None))
    tx.execute(delete(READINGS).where(~counting.exists()))

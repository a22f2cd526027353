"""A person's name out of what a body keeps: answers and decisions stay, under a pseudonym; and what is kept no longer than it serves.

No chain binds the versions of answers, so that a name can be taken out of all of them. Files that people brought are left as they are:
they are the body's own, and what would be changed in one is theirs to change; that a name stands in one is told.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import delete, func, select, true

from egide.portfolio.answers_file import read_answers, write_answers
from egide.portfolio.kept.keeping import MOST_BYTES, NAME, unpacked
from egide.portfolio.kept.tables import ANSWERS, FILES, QUESTIONNAIRES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Table

    from egide.portfolio.answers import Answers
    from egide.store.transaction import Transaction

T = TypeVar("T")
PARTS = ("bodies", "answers", "overrides")
PERSONAL = frozenset({"by", "who", "why", "source"})
"""The members of an answer, a decision or a line of the register in which people are named."""


@dataclass(frozen=True, slots=True)
class Named:
    """Where a name stands, in one body."""

    body: str
    versions: int = 0
    """Versions of its answers."""
    answers: int = 0
    """Answers and lines of the register in the last of them."""
    decisions: int = 0
    """Decisions beside verdicts in the last of them."""
    questionnaires: int = 0
    files: tuple[str, ...] = ()
    """Names of the files that hold it, those that were removed among them."""


def pattern(name: str) -> re.Pattern[str]:
    """The name as people write it: any case, any blanks, not as a part of other words."""
    return re.compile(r"(?<!\w)" + r"\s+".join(re.escape(word) for word in name.split()) + r"(?!\w)", re.IGNORECASE)


def find_name(tx: Transaction, name: str, bodies: Collection[str] | None = None) -> list[Named]:
    """Where a name stands, body by body, in all or in those; bodies that don't hold it are left out."""
    sought, found = pattern(name), dict[str, Named]()
    last = select(ANSWERS.c.body, func.max(ANSWERS.c.version).label("last")).group_by(ANSWERS.c.body)
    newest = {row.body: row.last for row in tx.execute(last)}
    for body, version, answers in _holding(tx, name, bodies):
        before = found.get(body, Named(body))
        counted = [_count(answers, part, sought) if version == newest[body] else 0 for part in PARTS]
        found[body] = replace(before, versions=before.versions + 1, answers=before.answers + counted[0] + counted[1],
                              decisions=before.decisions + counted[2])  # fmt: skip
    for row in tx.execute(select(QUESTIONNAIRES.c.body, QUESTIONNAIRES.c.owner).where(of_bodies(QUESTIONNAIRES, bodies))):
        if sought.search(row.owner):
            before = found.get(row.body, Named(row.body))
            found[row.body] = replace(before, questionnaires=before.questionnaires + 1)
    for row in tx.stream(select(FILES.c.body, FILES.c.name, FILES.c.content).where(of_bodies(FILES, bodies))):
        if any(sought.search(text) for text in texts(unpacked(row.content))):
            before = found.get(row.body, Named(row.body))
            found[row.body] = replace(before, files=(*before.files, row.name))
    return sorted(found.values(), key=lambda one: one.body)


def replace_name(tx: Transaction, name: str, pseudonym: str, bodies: Collection[str] | None = None) -> None:
    """The pseudonym in the place of the name, in every version of the answers and on every questionnaire of all bodies, or of those."""
    sought = pattern(name)
    for body, version, answers in list(_holding(tx, name, bodies)):
        changed = replace(answers, **{part: tuple(_under(one, sought, pseudonym) for one in getattr(answers, part)) for part in PARTS})
        packed = zlib.compress(write_answers(changed), 6)
        tx.execute(ANSWERS.update().where(ANSWERS.c.body == body, ANSWERS.c.version == version).values(content=packed))
    for row in tx.execute(select(QUESTIONNAIRES.c.digest, QUESTIONNAIRES.c.owner).where(of_bodies(QUESTIONNAIRES, bodies))).all():
        if sought.search(row.owner):
            owner = sought.sub(pseudonym, row.owner)
            tx.execute(QUESTIONNAIRES.update().where(QUESTIONNAIRES.c.digest == row.digest).values(owner=owner))


def outlived(tx: Transaction, links_days: int, files_days: int, answers_days: int) -> Mapping[str, int]:
    """How many links of questionnaires, removed files and earlier versions of answers are older than so many days."""
    tables = _outlived(tx, links_days, files_days, answers_days).items()
    return {name: tx.connection.scalar(select(func.count()).select_from(table).where(which)) or 0 for name, (table, which) in tables}


def forget_outlived(tx: Transaction, links_days: int, files_days: int, answers_days: int) -> None:
    """Forget them. The last version of the answers of a body always stays, and so do files that count."""
    for table, which in _outlived(tx, links_days, files_days, answers_days).values():
        tx.execute(delete(table).where(which))


def _outlived(tx: Transaction, links_days: int, files_days: int, answers_days: int) -> Mapping[str, tuple[Any, ColumnElement[bool]]]:
    now = tx.now()
    later = ANSWERS.alias()
    replaced = select(later.c.version).where(
        later.c.body == ANSWERS.c.body, later.c.version > ANSWERS.c.version, later.c.at < now - timedelta(days=answers_days)
    ).exists()  # fmt: skip
    return {
        "questionnaires": (QUESTIONNAIRES, QUESTIONNAIRES.c.ends_at < now - timedelta(days=links_days)),
        "files": (FILES, FILES.c.removed_at < now - timedelta(days=files_days)),
        "answers": (ANSWERS, replaced),
    }


def _holding(tx: Transaction, name: str, bodies: Collection[str] | None) -> Iterator[tuple[str, int, Answers]]:
    """The versions of answers in which the name stands; only those whose text holds each of its words are read."""
    sought, words = pattern(name), re.findall(r"\w+", name.casefold())
    chosen = select(ANSWERS.c.body, ANSWERS.c.version, ANSWERS.c.content).where(of_bodies(ANSWERS, bodies))
    for row in tx.stream(chosen.order_by(ANSWERS.c.body, ANSWERS.c.version)):
        content = unpacked(row.content)
        text = content.decode().casefold()
        if all(word in text for word in words):
            answers = read_answers(content, NAME)
            if any(_count(answers, part, sought) for part in PARTS):
                yield row.body, row.version, answers


def of_bodies(table: Table, bodies: Collection[str] | None) -> ColumnElement[bool]:
    """Rows of those bodies; of all, when None."""
    return true() if bodies is None else table.c.body.in_(sorted(bodies))


def _count(answers: Answers, part: str, sought: re.Pattern[str]) -> int:
    return sum(any(sought.search(getattr(one, name)) for name in _personal(one)) for one in getattr(answers, part))


def _under(one: T, sought: re.Pattern[str], pseudonym: str) -> T:
    changed = {name: sought.sub(pseudonym, getattr(one, name)) for name in _personal(one)}
    return replace(one, **changed)  # type: ignore[type-var]


def _personal(one: Any) -> list[str]:
    return [found.name for found in fields(one) if found.name in PERSONAL]


def texts(content: bytes) -> Iterator[str]:
    """The texts of a file: itself, or those of a workbook's parts."""
    if not content.startswith(b"PK"):
        yield content.decode("utf-8", "replace")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".txt", ".csv", ".yaml")) and entry.file_size < MOST_BYTES:
                    yield re.sub(r"<[^>]*>", " ", archive.read(entry).decode("utf-8", "replace"))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        return

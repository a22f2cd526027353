"""Files of services kept and given back, and answers that two people may not overwrite for each other."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, literal_column, select, true

from egide.portfolio.answers import Answers
from egide.portfolio.answers_file import read_answers, write_answers
from egide.portfolio.kept.tables import ANSWERS, FILES, QUESTIONNAIRES
from egide.store.glance import Glance
from egide.store.ready import Ready
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.transaction import Transaction

NAME = "reponses.yaml"
MOST_FILES = 50
"""Of a body at one time."""
MOST_BYTES = 512 * 1024 * 1024
"""Of one file, unpacked: what is kept was read before, so this only bounds a damaged row."""


class ChangedError(EgideError):
    """Somebody else changed the answers since they were shown; both versions are kept apart until a person merges them."""

    def __init__(self, seen: int, now: int) -> None:
        said = N_("somebody changed this meanwhile: you saw version {seen}, and it is now version {now}")
        super().__init__(said, {"seen": seen, "now": now})
        self.seen = seen
        self.now = now


@dataclass(frozen=True, slots=True)
class Listed:
    """A file without its bytes."""

    id: str
    name: str
    digest: str
    size: int
    person: int
    added_at: datetime


_LAST = select(ANSWERS).where(ANSWERS.c.body == bindparam("body", required=False)).order_by(ANSWERS.c.version.desc()).limit(1).subquery()
_OF_BODY = (FILES.c.body == bindparam("body", required=False), FILES.c.removed_at.is_(None))
_HELD = select(func.aggregate_strings(FILES.c.id, ",")).where(*_OF_BODY).scalar_subquery()
_ONE = select(literal_column("1").label("one")).subquery()
_SIZE = func.length(_LAST.c.content)
_STATE = select(
    _HELD.label("files"), _LAST.c.version, _LAST.c.at, _SIZE.label("size"), func.substr(_LAST.c.content, _SIZE - 3).label("sum")
).select_from(_ONE.outerjoin(_LAST, true()))  # fmt: skip
"""The last four bytes of what is deflated are its checksum (RFC 1950): what was erased from a version leaves it another."""
_SHOWN = (FILES.c.id, FILES.c.name, FILES.c.digest, FILES.c.size, FILES.c.person, FILES.c.added_at)
_FILES = (
    select(*_SHOWN).where(FILES.c.body == bindparam("of"), FILES.c.removed_at.is_(None)).order_by(FILES.c.added_at, FILES.c.id)
)
_COUNT = select(func.count()).select_from(FILES).where(FILES.c.body == bindparam("of"), FILES.c.removed_at.is_(None))
_REPLACED = Ready(FILES.update().where(
    FILES.c.body == bindparam("of"), FILES.c.name == bindparam("named"), FILES.c.removed_at.is_(None)
).values(removed_at=bindparam("at")))  # fmt: skip
_GIVEN = [column for column in FILES.columns if column.name != "removed_at"]
_NEW = Ready(FILES.insert().from_select(
    [column.name for column in _GIVEN],
    select(*(bindparam(column.name, type_=column.type) for column in _GIVEN)).where(_COUNT.scalar_subquery() < bindparam("most")),
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Packed:
    """A file as it is kept: SHA-256 and size of its bytes, and the bytes (deflate)."""

    digest: str
    size: int
    content: bytes


def pack(content: bytes) -> Packed:
    """Make a file ready to be kept: with nobody waiting for it."""
    return Packed(hashlib.sha256(content).hexdigest(), len(content), zlib.compress(content, 6))


def add_file(tx: Transaction, body: str, id: str, name: str, file: Packed, number: int) -> Listed:
    """Keep the file. The same bytes under the same name are one file: it takes the place of an earlier one of that name.

    Raises `InputError` where the body has as many as it may have.
    """
    now = tx.now()
    made = Listed(id, name, file.digest, file.size, number, now)
    given = {"body": body, "id": id, "name": name, "digest": file.digest, "size": file.size, "content": file.content, "person": number}
    replaced = _REPLACED, {"of": body, "named": name, "at": now}
    _, kept = tx.run_all(replaced, (_NEW, {**given, "added_at": now, "of": body, "most": MOST_FILES}))
    if not kept:
        raise InputError(N_("a portfolio has at most {n} files"), values={"n": MOST_FILES})
    return made


def files(tx: Transaction, body: str) -> Sequence[Listed]:
    """The files of a body that hold today, oldest first."""
    return HELD.within(tx, of=body)


HELD: Glance[Sequence[Listed]] = Glance(_FILES, lambda rows: [Listed(*row) for row in rows])
"""The files of the body ``of`` that hold at this moment."""


def set_aside(tx: Transaction, body: str, id: str, name: str, file: Packed, number: int) -> Listed:
    """Keep the file beside the one of its name, which stays: it counts for nothing yet, and is forgotten as removed ones are."""
    now = tx.now()
    tx.execute(FILES.insert().values(
        body=body, id=id, name=name, digest=file.digest, size=file.size, content=file.content, person=number, added_at=now, removed_at=now,
    ))  # fmt: skip
    return Listed(id, name, file.digest, file.size, number, now)


def file(tx: Transaction, body: str, id: str) -> Listed | None:
    """A file of that body, whether it counts or not."""
    row = tx.execute(select(*_SHOWN).where(FILES.c.body == body, FILES.c.id == id)).one_or_none()
    return None if row is None else Listed(**row._mapping)


def put_back(tx: Transaction, body: str, one: Listed) -> None:
    """A file that doesn't count counts, in the place of the one of its name."""
    same = FILES.update().where(FILES.c.body == body, FILES.c.name == one.name, FILES.c.removed_at.is_(None))
    tx.execute(same.values(removed_at=tx.now()))
    tx.execute(FILES.update().where(FILES.c.body == body, FILES.c.id == one.id).values(removed_at=None))


def content(tx: Transaction, body: str, id: str) -> bytes | None:
    """The bytes of a file of that body."""
    packed = tx.execute(select(FILES.c.content).where(FILES.c.body == body, FILES.c.id == id)).scalar_one_or_none()
    return None if packed is None else unpacked(packed)


def remove_file(tx: Transaction, body: str, id: str) -> bool:
    """The file no longer counts; whether it did."""
    chosen = FILES.update().where(FILES.c.body == body, FILES.c.id == id, FILES.c.removed_at.is_(None))
    return bool(tx.execute(chosen.values(removed_at=tx.now())).rowcount)


def version(tx: Transaction, body: str) -> int:
    """The number of the last version of the answers; 0 before the first."""
    return tx.connection.scalar(select(func.max(ANSWERS.c.version)).where(ANSWERS.c.body == body)) or 0


@dataclass(frozen=True, slots=True)
class Last:
    """The last version of the answers of a body; number 0, and nothing else, before the first."""

    version: int
    at: datetime | None = None
    size: int = 0
    """Bytes as they are kept."""
    sum: bytes = b""
    """Their checksum: a name that was erased from a version leaves its number as it was."""


@dataclass(frozen=True, slots=True)
class State:
    """What tells one state of a body's portfolio from any other: which files hold, and which version of the answers."""

    files: str
    """Their identifiers, each of which stands for the same bytes for ever."""
    last: Last


def _state(rows: Sequence[Sequence[Any]]) -> State:
    files, version, at, size, sum = rows[0]
    return State(files or "", Last(0) if version is None else Last(version, at, size, bytes(sum)))


STATE = Glance(_STATE, _state)


def answers(tx: Transaction, body: str, at: int | None = None) -> Answers:
    """The answers of a body, as they are or as they were at a version."""
    wanted = version(tx, body) if at is None else at
    chosen = select(ANSWERS.c.content).where(ANSWERS.c.body == body, ANSWERS.c.version == wanted)
    packed = tx.execute(chosen).scalar_one_or_none()
    return Answers() if packed is None else read_answers(unpacked(packed), NAME)


def set_answers(tx: Transaction, body: str, seen: int, changed: Answers, number: int) -> int:
    """Keep the answers as the version after the one that was seen; its number.

    Raises `ChangedError` when that one is no longer the last.
    """
    tx.lock(f"portfolio:{body}")
    now = version(tx, body)
    if now != seen:
        raise ChangedError(seen, now)
    packed = zlib.compress(write_answers(changed), 6)
    tx.execute(ANSWERS.insert().values(body=body, version=now + 1, content=packed, person=number, at=tx.now()))
    return now + 1


QUESTIONNAIRE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Who answers through a link, and about whose services."""

    body: str
    owner: str
    ends_at: datetime


def add_questionnaire(tx: Transaction, body: str, owner: str, digest: str) -> Questionnaire:
    """A link for the owner of some data; ``digest``: of its secret."""
    now = tx.now()
    made = Questionnaire(body, owner, now + QUESTIONNAIRE)
    tx.execute(QUESTIONNAIRES.insert().values(digest=digest, body=body, owner=owner, created_at=now, ends_at=made.ends_at))
    return made


def questionnaire(tx: Transaction, digest: str) -> Questionnaire | None:
    """Whose link that is; None when it never was or has ended."""
    chosen = select(QUESTIONNAIRES).where(QUESTIONNAIRES.c.digest == digest, QUESTIONNAIRES.c.ends_at >= tx.now())
    row = tx.execute(chosen).one_or_none()
    return Questionnaire(row.body, row.owner, row.ends_at) if row else None


def unpacked(packed: bytes) -> bytes:
    """What was packed, within the limit."""
    inflater = zlib.decompressobj()
    content = inflater.decompress(packed, MOST_BYTES)
    if inflater.unconsumed_tail:
        raise ValueError("a kept file is larger than what is ever kept")
    return content

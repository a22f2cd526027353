"""What the database holds, as statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, union

from egide.catalogue.kept.files import RESTORED
from egide.catalogue.kept.packs import Pack
from egide.catalogue.kept.tables import LINKS, SAID, SUBJECTS, WITHDRAWN
from egide.store.ready import Ready
from egide.vocabulary.properties import SubjectKind
from egide.vocabulary.statements import Assurance, Backing, Statement

if TYPE_CHECKING:
    from egide.store.connection import Store
    from egide.store.transaction import Transaction

AT_A_TIME = 500
"""Values in one list of a query."""
_SHOWN = (
    SAID.c.subject, SAID.c.document, SAID.c.series, SAID.c.issuer, SAID.c.assurance, SAID.c.backing, SAID.c.source, SAID.c.issued,
    SAID.c.until, SAID.c.body, SAID.c.read, SAID.c.recorded_at,
)  # fmt: skip
_ABOUT = Ready(select(*_SHOWN).where(SAID.c.subject == bindparam("of")).order_by(SAID.c.number))
"""What is stated of one subject: a page that shows a chain asks it of every link."""


@dataclass(frozen=True, slots=True)
class Head:
    """A subject as it is listed: by what was said of it last."""

    subject: str
    kind: SubjectKind
    name: str
    provider: str


@dataclass(frozen=True, slots=True)
class Depending:
    """Who stands on a subject: how many, and the first by identifier and name."""

    count: int
    first: Sequence[tuple[str, str]]


class Kept:
    """The database as a source of statements; reads what is there at each call."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._covered: dict[str, list[str]] | None = None

    def subjects(self, kind: SubjectKind | None = None) -> Iterator[str]:
        """Every subject, or those of a kind, in the order of their identifiers."""
        chosen = select(SUBJECTS.c.subject).order_by(SUBJECTS.c.subject)
        if kind is not None:
            chosen = chosen.where(SUBJECTS.c.kind == kind.value)
        with self.store.read() as tx:
            yield from (row.subject for row in tx.stream(chosen))

    def count(self) -> dict[SubjectKind, int]:
        """How many subjects of each kind there are."""
        with self.store.read() as tx:
            rows = tx.execute(select(SUBJECTS.c.kind, func.count().label("n")).group_by(SUBJECTS.c.kind))
            return {SubjectKind(row.kind): row.n for row in rows}

    def about(self, subject: str) -> Sequence[Statement]:
        """All that is stated of a subject, oldest first, with the labels that cover a credential about it."""
        with self.store.read() as tx:
            own = [one for row in tx.ask(_ABOUT, of=subject) for one in _statements(row)]
            return (*own, *self._labels(tx, own))

    def labelled(self, own: Sequence[Statement]) -> Sequence[Statement]:
        """What is stated of a subject, with the labels that cover a credential about it."""
        if self._covered == {}:
            return own
        with self.store.read() as tx:
            return (*own, *self._labels(tx, own))

    def each(self, kind: SubjectKind | None = None) -> Iterator[tuple[str, Sequence[Statement]]]:
        """Every subject with its statements, as `about` has them, any number of them."""
        chosen = select(*_SHOWN).order_by(SAID.c.subject, SAID.c.number)
        if kind is not None:
            chosen = chosen.where(SAID.c.subject.in_(select(SUBJECTS.c.subject).where(SUBJECTS.c.kind == kind.value)))
        with self.store.read() as tx:
            for subject, rows in groupby(tx.stream(chosen), key=lambda row: row.subject):
                own = [one for row in rows for one in _statements(row)]
                yield subject, (*own, *self._labels(tx, own))

    def withdrawn(self, known_at: datetime | None = None) -> Mapping[str, date]:
        """Documents that are revoked or suspended, to the day since when; ``known_at``: as it had been recorded by then."""
        chosen = select(WITHDRAWN).order_by(WITHDRAWN.c.number)
        if known_at is not None:
            chosen = chosen.where(WITHDRAWN.c.recorded_at <= known_at)
        found: dict[str, date] = {}
        with self.store.read() as tx:
            for row in tx.stream(chosen):
                if row.why == RESTORED:
                    found.pop(row.document, None)
                else:
                    found.setdefault(row.document, row.since.astimezone(UTC).date())
        return found

    def named(self, text: str) -> list[str]:
        """Subjects whose identifier is the text but for the case of letters."""
        with self.store.read() as tx:
            return [row.subject for row in tx.execute(select(SUBJECTS.c.subject).where(SUBJECTS.c.folded == text.casefold()))]

    def standing_on(self, subjects: Iterable[str], relations: Sequence[str]) -> dict[str, set[str]]:
        """Each of the subjects to those that were ever said to have one of the relations to it; a label, to what it covers."""
        found: dict[str, set[str]] = {}
        with self.store.read() as tx:
            for some in parts(sorted(set(subjects))):
                direct = select(LINKS.c.to, LINKS.c.subject).where(LINKS.c.to.in_(some), LINKS.c.relation.in_(relations))
                covered = (
                    select(LINKS.c.subject.label("to"), SAID.c.subject).join(SAID, SAID.c.document == LINKS.c.to)
                    .where(LINKS.c.subject.in_(some), LINKS.c.relation == "covers")
                )  # fmt: skip
                for chosen in (direct, covered):
                    for row in tx.execute(chosen):
                        found.setdefault(row.to, set()).add(row.subject)
        return found

    def depending(self, subject: str, relations: Sequence[str], listed: Iterable[str], most: int) -> Depending:
        """As `standing_on` of one subject: how many, and the first by identifier with their names. ``listed``: others known elsewhere."""
        direct = select(LINKS.c.subject).where(LINKS.c.to == subject, LINKS.c.relation.in_(relations))
        covered = select(SAID.c.subject).join(LINKS, SAID.c.document == LINKS.c.to)
        both = union(direct, covered.where(LINKS.c.subject == subject, LINKS.c.relation == "covers")).subquery()
        chosen, others = select(both.c.subject).where(both.c.subject != subject), sorted(set(listed) - {subject})
        with self.store.read() as tx:
            held = {row.subject for row in tx.execute(chosen.where(both.c.subject.in_(others)))} if others else set()
            count = tx.execute(select(func.count()).select_from(chosen.subquery())).scalar_one() + len(others) - len(held)
            first = sorted({*others, *(row.subject for row in tx.execute(chosen.order_by(both.c.subject).limit(most)))})[:most]
            names = select(SUBJECTS.c.subject, SUBJECTS.c.name).where(SUBJECTS.c.subject.in_(first))
            named = {row.subject: row.name for row in tx.execute(names)}
        return Depending(count, [(one, named.get(one, one)) for one in first])

    def heads(self, kinds: Iterable[SubjectKind] = ()) -> Iterator[Head]:
        """Every subject as it is listed, by kind and identifier."""
        chosen = select(SUBJECTS).order_by(SUBJECTS.c.kind, SUBJECTS.c.subject)
        if wanted := [kind.value for kind in kinds]:
            chosen = chosen.where(SUBJECTS.c.kind.in_(wanted))
        with self.store.read() as tx:
            for row in tx.stream(chosen):
                yield Head(row.subject, SubjectKind(row.kind), row.name, row.provider)

    def _labels(self, tx: Transaction, own: Sequence[Statement]) -> list[Statement]:
        if self._covered is None:
            self._covered = {}
            for row in tx.stream(select(LINKS.c.to, LINKS.c.subject).where(LINKS.c.relation == "covers")):
                self._covered.setdefault(row.to, []).append(row.subject)
        labels = {label for one in own for label in self._covered.get(one.origin.document, ())} if self._covered else set()
        return [
            one for those in statements_about(tx, sorted(labels)).values() for one in those if one.property == "gaia_x_label"
        ]  # fmt: skip


def parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """The values, as many at a time as one query lists."""
    return (values[start : start + AT_A_TIME] for start in range(0, len(values), AT_A_TIME))


def statements_about(tx: Transaction, subjects: Sequence[str], most_each: int | None = None) -> dict[str, list[Statement]]:
    """What is stated of each subject, oldest first; ``most_each``: only so many documents of each, the latest."""
    found: dict[str, list[Statement]] = {}
    for some in parts(subjects):
        wanted = select(*_SHOWN).where(SAID.c.subject.in_(some)).order_by(SAID.c.subject, SAID.c.number)
        if most_each is not None:
            rank = func.row_number().over(partition_by=SAID.c.subject, order_by=SAID.c.number.desc()).label("rank")
            chosen = select(*_SHOWN, SAID.c.number, rank).where(SAID.c.subject.in_(some)).subquery()
            shown = [chosen.c[column.name] for column in _SHOWN]
            wanted = select(*shown).where(chosen.c.rank <= most_each).order_by(chosen.c.subject, chosen.c.number)
        for row in tx.execute(wanted):
            found.setdefault(row.subject, []).extend(_statements(row))
    return found


def _statements(row: Sequence[Any]) -> list[Statement]:
    subject, document, series, issuer, assurance, backing, source, issued, until, body, read, recorded = row
    pack = Pack(subject, document, series, issuer, Assurance(assurance), Backing(backing), source, issued, until, body, read)
    return pack.statements(recorded)

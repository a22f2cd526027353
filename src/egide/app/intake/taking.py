"""Take files into the catalogue: one job in the store, its progress written with what it brings, so that it can be killed and gone on with.

What was held already is told by digest, so a second run neither loses nor doubles anything; the job's checkpoint only carries the report.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from egide.app.intake.checking import Checking, check, checkers, with_held
from egide.app.intake.company import Company, in_doubt, seen_in
from egide.app.intake.job import arguments, begun, claim
from egide.app.intake.report import Report
from egide.app.intake.sources import Item, Sources
from egide.catalogue.intake import unread
from egide.catalogue.kept.files import Received, Refused
from egide.trust.pipeline import Material, Seen
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_
from egide.vocabulary.statements import Backing

if TYPE_CHECKING:
    from egide.store.connection import Store
    from egide.store.jobs import Job
    from egide.store.transaction import Transaction

CHUNK_FILES, CHUNK_BYTES = 64, 4 * 2**20
"""What is checked at once."""
BATCH = 512
"""Files accepted in one transaction."""
LEASE_SECONDS = 20.0
MOST_REMEMBERED = 20_000
Progress = Callable[[int, int], None]


class CancelledError(EgideError):
    """Somebody asked that the import stop."""

    hint = N_("the same command goes on with what is left")

    def __init__(self, job: int) -> None:
        super().__init__(N_("job {job} was cancelled; what it had taken in is kept"), {"job": job})


@dataclass(slots=True)
class _Run:
    """One import as it goes."""

    store: Store
    how: Checking
    on: date
    held: Job | None
    report: Report
    lease_seconds: float
    rehearsal: Transaction | None = None
    """The transaction of a rehearsal, which is undone at its end."""
    seen: set[str] = field(default_factory=set)
    at_hand: Material | None = None
    lately: dict[str, Seen] = field(default_factory=dict)
    company: Company = field(default_factory=Company)

    def fresh(self, items: Iterable[Item]) -> Iterator[list[tuple[str, bytes]] | None]:
        """Items in chunks, those that are settled left out: held, refused by this job before it was interrupted, or given twice.

        None once, when single credentials begin: what came before is to be written then.
        """
        waiting: list[tuple[str, Item]] = []
        size, together = 0, True
        for item in items:
            if item.alone and together:
                yield self._unsettled(waiting)
                yield None
                waiting, size, together = [], 0, False
            self.report.files += 1
            waiting.append((hashlib.sha256(item.content if item.fault is None else item.name.encode()).hexdigest(), item))
            size += len(item.content)
            if len(waiting) >= CHUNK_FILES or size >= CHUNK_BYTES:
                yield self._unsettled(waiting)
                waiting, size = [], 0
        if waiting:
            yield self._unsettled(waiting)

    def _unsettled(self, items: list[tuple[str, Item]]) -> list[tuple[str, bytes]]:
        from egide.catalogue.kept.writing import held_documents, refused_in

        digests = [digest for digest, _ in items]
        mine = self.held.id if self.held is not None else None
        with self._reading() as tx:
            held = held_documents(tx, digests)
            before = refused_in(tx, mine, digests) if mine is not None else set()
        left, unreadable = [], []
        for digest, item in items:
            known = held.get(digest)
            if digest in self.seen or (known is not None and not known.status and (mine is None or known.job != mine)):
                self.report.again += 1
            elif digest not in before and (known is None or known.status):
                if item.fault is None:
                    left.append((item.name, item.content))
                else:
                    unreadable.append(unread(digest, item.name, item.fault))
            self.seen.add(digest)
        if unreadable:
            self.accept([], unreadable)
        return left

    def accept(self, received: list[Received], refused: list[Refused]) -> None:
        """Write a batch with the job's progress, all or nothing."""
        from egide.catalogue.kept.writing import keep, refuse, withdraw
        from egide.store.jobs import report

        received, refused = self._second_look(received, refused)
        with self._reading() as tx:
            apart = self.company.apart(tx, received, refused)
        received, refused = apart.received, apart.refused
        self.company.note(received, refused)
        with self._writing() as tx:
            effect = keep(tx, received, self.on, self.held.id if self.held else None)
            withdraw(tx, [status for one in apart.doubles for status in one.statuses], effect)
            effect.withdrawn += refuse(tx, self.held.id if self.held else 0, refused).withdrawn
            self.report.carried += apart.carried
            self.report.sources += apart.sources
            self.report.add(effect)
            self.report.note(received)
            self.report.refuse(refused)
            if self.held is not None:
                said = asdict(self.report)
                self.held = report(tx, self.held, done=self.report.files, checkpoint=said, lease_seconds=self.lease_seconds)
        if self.held is not None and self.held.cancelling:
            raise CancelledError(self.held.id)

    def _second_look(self, received: list[Received], refused: list[Refused]) -> tuple[list[Received], list[Refused]]:
        """Files that what is held may settle otherwise are verified again beside it.

        Labels whose credentials came in other files, and credentials whose identifier is that of another which is held.
        """
        names = {str(reason["args"].get("id")) for one in refused if one.content is not None for reason in one.because}
        names |= {pack.series for one in received for pack in one.packs if pack.backing is not Backing.TRANSCRIBED}
        held = self._held(sorted(names))
        taken: list[Received] = []
        left = [one for one in refused if one.content is None]
        for one in received:
            result = self._again(zlib.decompress(one.content), one.name, held) if in_doubt(one, held) else one
            (taken if isinstance(result, Received) else left).append(result)  # type: ignore[arg-type]
            if isinstance(result, Received) and (news := seen_in(result, held)):
                held |= news
                self.lately |= news
        for waiting in refused:
            if waiting.content is not None:
                result = self._again(waiting.content, waiting.name, held)
                (taken if isinstance(result, Received) else left).append(result)  # type: ignore[arg-type]
        return taken, left

    def _held(self, names: list[str]) -> dict[str, Seen]:
        """Credentials of these identifiers that are held; those met lately are remembered, as a provider's own come with each offer."""
        from egide.catalogue.kept.writing import held_credentials

        if len(self.lately) > MOST_REMEMBERED:
            self.lately.clear()
        asked = [name for name in names if name not in self.lately]
        with self._reading() as tx:
            self.lately |= {name: Seen(one.document, one.issuer, one.issued) for name, one in held_credentials(tx, asked).items()}
        return {name: self.lately[name] for name in names if name in self.lately}

    def _again(self, content: bytes, name: str, held: dict[str, Seen]) -> Received | Refused:
        self.at_hand = self.at_hand or self.how.material()
        (one,) = check([(name, content)], replace(self.how, held=held), with_held(self.at_hand, held))
        return one

    @contextmanager
    def _reading(self) -> Iterator[Transaction]:
        if self.rehearsal is not None:
            yield self.rehearsal
        else:
            with self.store.read() as tx:
                yield tx

    @contextmanager
    def _writing(self) -> Iterator[Transaction]:
        if self.rehearsal is not None:
            yield self.rehearsal
        else:
            with self.store.write() as tx:
                yield tx


class _Undone(Exception):  # noqa: N818 - leaves a transaction that must leave no trace
    """Raised to undo a rehearsal."""


def take_in(
    given: Sources, store: Store, how: Checking, on: date, *, progress: Progress | None = None, lease_seconds: float = LEASE_SECONDS,
    processes: int | None = None,
) -> Report:
    """Take in all that was given. Raises `BeingImportedError` when another process is at it."""
    from egide.store.jobs import abandon, fail, finish

    held = claim(store, arguments(given, how), lease_seconds)
    run = _Run(store, how, on, held, begun(held), lease_seconds)
    try:
        _through(run, given, progress, processes)
    except CancelledError:
        with store.write() as tx:
            abandon(tx, run.held or held)
        raise
    except EgideError as error:
        with suppress(EgideError), store.write() as tx:
            fail(tx, run.held or held, str(error), again_in_seconds=0)
        raise
    with store.write() as tx:
        finish(tx, run.held or held, asdict(run.report))
    return run.report


def rehearse(
    given: Sources, store: Store, how: Checking, on: date, *, progress: Progress | None = None, processes: int | None = None,
) -> Report:
    """What taking it in would do; nothing is kept, and other writers wait meanwhile."""
    try:
        with store.write() as tx:
            run = _Run(store, how, on, None, Report(), LEASE_SECONDS, tx)
            _through(run, given, progress, processes)
            raise _Undone
    except _Undone:
        return run.report


def _through(run: _Run, given: Sources, progress: Progress | None, processes: int | None) -> None:
    """Check ahead of what is written, and write in the order of the files."""
    total = given.count()
    ahead: deque[Future[list[Received | Refused]]] = deque()
    received: list[Received] = []
    refused: list[Refused] = []

    def settle(until: int) -> None:
        while len(ahead) > until:
            for one in ahead.popleft().result():
                if isinstance(one, Received):
                    received.append(one)
                else:
                    refused.append(one)
            if len(received) + len(refused) >= BATCH:
                flush()

    def flush() -> None:
        run.accept(received[:], refused[:])
        received.clear()
        refused.clear()
        if progress is not None:
            progress(run.report.files, total or run.report.files)

    with checkers(run.how, total, processes) as those:
        for chunk in run.fresh(given.items()):
            if chunk is None:
                settle(0)
                flush()
                continue
            if chunk:
                ahead.append(those.submit(chunk))
            settle(2 * (os.cpu_count() or 1) + 2)
        settle(0)
    flush()

"""One file to what is kept of it, in this process or in others: what is verified is told apart from what is only read."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING

from egide.catalogue.intake import Terms, refused, taken
from egide.catalogue.intake_lists import read_offers, read_prices
from egide.catalogue.recognising import Kind, recognise
from egide.trust.credentials import Mode, Outcome
from egide.trust.credentials_verifying import verify
from egide.trust.credentials_world import World
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from egide.catalogue.kept.files import Received, Refused
    from egide.catalogue.prices import PriceMapping
    from egide.vocabulary.offers import Catalogue

WORTH_PROCESSES = 200
"""Files below which starting other processes costs more than it saves."""
Named = tuple[str, bytes]
"""A file's name and its bytes."""


@dataclass(frozen=True, slots=True)
class Checking:
    """How files are verified and read: all that another process needs to do the same."""

    mode: Mode
    now: datetime
    terms: Terms
    catalogue: Catalogue
    """The list in use: whose regions price lists speak of."""
    as_of: date | None = None
    """The day of price lists that don't say it; the day of ``now`` otherwise."""
    offer: str | None = None
    """The offer whose sizes price lists list."""
    mapping: PriceMapping | None = None
    """Which column of a table holds what; guessed otherwise."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Credentials that are held already, by identifier: what labels in other files are bound to."""

    def world(self) -> World:
        """What verification may consult: nothing that lies elsewhere."""
        return World(beside=self.beside)


def check(files: Sequence[Named], how: Checking, world: World | None = None) -> list[Received | Refused]:
    """Each file verified and read."""
    known = world or how.world()
    return [_one(name, content, how, known) for name, content in files]


def with_held(how: Checking, beside: Mapping[str, str]) -> Checking:
    """The same with credentials that are held at hand."""
    return replace(how, beside=beside)


def _one(name: str, content: bytes, how: Checking, world: World) -> Received | Refused:
    try:
        kind = recognise(content, name)
        if kind is Kind.CREDENTIAL:
            return taken(verify(content, name, how.mode, how.now, world), content, name, how.terms)
        if kind is Kind.OFFERS:
            return read_offers(content, name, how.terms)
        today = how.now.date()
        return read_prices(kind, content, name, how.terms, how.catalogue, today, as_of=how.as_of, offer=how.offer, mapping=how.mapping)
    except InputError as fault:
        return refused(content, name, Outcome.REFUSED, Reason("not-recognised", fault.values, fault.message))


@dataclass(slots=True)
class Checkers:
    """Those who check: processes when there are many files, else this one."""

    how: Checking
    pool: ProcessPoolExecutor | None

    def submit(self, files: Sequence[Named]) -> Future[list[Received | Refused]]:
        """Have files checked."""
        if self.pool is not None:
            return self.pool.submit(_check_here, files)
        done: Future[list[Received | Refused]] = Future()
        done.set_result(check(files, self.how))
        return done


@contextmanager
def checkers(how: Checking, files: int | None, processes: int | None = None) -> Iterator[Checkers]:
    """Checkers for so many files (None: not known, so many). ``processes``: how many; as many as there are processors by default."""
    wanted = processes if processes is not None else os.cpu_count() or 1
    if wanted < 2 or (files is not None and files < WORTH_PROCESSES):
        yield Checkers(how, None)
        return
    pool = ProcessPoolExecutor(wanted, mp_context=get_context("spawn"), initializer=_begin, initargs=(how,))
    try:
        yield Checkers(how, pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_HOW: list[tuple[Checking, World]] = []
"""In a checking process: how it was told to check."""


def _begin(how: Checking) -> None:
    _HOW[:] = [(how, how.world())]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work forever."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _check_here(files: Sequence[Named]) -> list[Received | Refused]:
    how, world = _HOW[0]
    return check(files, how, world)

"""One file to what is kept of it, in this process or in others: what is verified is told apart from what is only read."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING

from egide.app.trust.bundle import EMPTY, compiled
from egide.app.trust.fetching import fetcher
from egide.catalogue.intake import Terms, are_additions, refused, taken
from egide.catalogue.intake_lists import read_offers, read_prices
from egide.catalogue.recognising import Kind, recognise
from egide.trust.credentials.results import Mode, Outcome, Verification
from egide.trust.dids.identifiers import offline
from egide.trust.linked import Bundle
from egide.trust.pipeline import DEFAULT, Knowledge, Material, Question, Scope, Seen, material, scope_named, verify
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from egide.catalogue.kept.files import Received, Refused
    from egide.catalogue.prices import PriceMapping
    from egide.vocabulary.offers import Catalogue

WORTH_PROCESSES = 200
"""Files below which starting other processes costs more than it saves."""
COLLECTED_AFTER = (100_000, 20, 50)
"""As the command line does for itself: many small values are made here that hold no cycles."""
ADDITIONS = scope_named("vc-2.0")
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
    bundle: Bundle = EMPTY
    """Contexts, shapes, anchors, issuers and pages that are trusted."""
    scope: Scope = DEFAULT
    as_of: date | None = None
    """The day of price lists that don't say it; the day of ``now`` otherwise."""
    offer: str | None = None
    """The offer whose sizes price lists list."""
    mapping: PriceMapping | None = None
    """Which column of a table holds what; guessed otherwise."""
    allowed: frozenset[str] | None = None
    """Hosts that may be asked for keys and status lists; None: nothing is fetched."""
    held: Mapping[str, Seen] = field(default_factory=dict)
    """Credentials that are held already, by identifier: what labels in other files are bound to, and what an older one can't replace."""

    def material(self) -> Material:
        """What verification may consult: the bundle, and what lies behind addresses of the hosts that are allowed."""
        beyond = offline if self.allowed is None else fetcher(self.allowed)
        return with_held(material(self.bundle, compiled(self.bundle), beyond), self.held)


def with_held(made: Material, held: Mapping[str, Seen]) -> Material:
    """The same, with credentials that are held beside it."""
    return replace(made, world=replace(made.world, beside={name: one.digest for name, one in held.items()}))


def check(files: Sequence[Named], how: Checking, at_hand: Material | None = None) -> list[Received | Refused]:
    """Each file verified and read."""
    known = at_hand or how.material()
    return [_one(name, content, how, known) for name, content in files]


def _one(name: str, content: bytes, how: Checking, at_hand: Material) -> Received | Refused:
    try:
        kind = recognise(content, name)
        if kind is Kind.CREDENTIAL:
            return taken(_verified(content, name, how, at_hand), content, name, how.terms)
        if kind is Kind.OFFERS:
            return read_offers(content, name, how.terms)
        today = how.now.date()
        return read_prices(kind, content, name, how.terms, how.catalogue, today, as_of=how.as_of, offer=how.offer, mapping=how.mapping)
    except InputError as fault:
        return refused(content, name, Outcome.REFUSED, Reason("not-recognised", fault.values, fault.message))


def _verified(content: bytes, name: str, how: Checking, at_hand: Material) -> Verification:
    """By the scope; credentials of our own additions, which no shape of Gaia-X speaks of, by that of any credential."""
    known = Knowledge(seen=how.held)
    checked = verify(content, name, Question(how.now, how.mode, how.scope, known), at_hand).verification
    if checked.outcome is Outcome.NOT_EVALUATED and how.scope.shapes and are_additions(checked):
        return verify(content, name, Question(how.now, how.mode, ADDITIONS, known), at_hand).verification
    return checked


@dataclass(slots=True)
class Checkers:
    """Those who check: processes when there are many files, else this one."""

    how: Checking
    pool: ProcessPoolExecutor | None
    at_hand: Material | None = None

    def submit(self, files: Sequence[Named]) -> Future[list[Received | Refused]]:
        """Have files checked."""
        if self.pool is not None:
            return self.pool.submit(_check_here, files)
        self.at_hand = self.at_hand or self.how.material()
        done: Future[list[Received | Refused]] = Future()
        done.set_result(check(files, self.how, self.at_hand))
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


_HOW: list[tuple[Checking, Material]] = []
"""In a checking process: how it was told to check."""


def _begin(how: Checking) -> None:
    gc.set_threshold(*COLLECTED_AFTER)
    _HOW[:] = [(how, how.material())]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work forever."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _check_here(files: Sequence[Named]) -> list[Received | Refused]:
    how, at_hand = _HOW[0]
    return check(files, how, at_hand)

"""Writers that share a commit: each keeps its own error, none is answered before the disk, and what one spoils it spoils alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from egide.store import open_store, records
from egide.store.connection import Store
from egide.store.errors import BusyError, FailedStoreError
from egide.store.records import statement
from egide.store.tables import JOBS
from egide.store.transaction import Transaction
from egide.vocabulary.findings import Answer

Work = Callable[[Transaction], object]


def keeping(name: str) -> Work:
    return lambda tx: records.add(tx, [statement("claim", name, "i", {})])


def kept(store: Store) -> list[str]:
    with store.read() as tx:
        return sorted(record.subject for record in records.since(tx))


def begun(store: Store, works: Sequence[Work]) -> Iterator[tuple[threading.Thread, list[BaseException]]]:
    """A thread for each work, in that order, every one waiting for its turn before the next begins; and what it raises."""
    for place, work in enumerate(works):
        errors: list[BaseException] = []

        def run(work: Work = work, errors: list[BaseException] = errors) -> None:
            try:
                with store.write() as tx:
                    work(tx)
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        until = time.monotonic() + 20
        while store.writers.waiting <= place and time.monotonic() < until:
            time.sleep(0.001)
        yield thread, errors


@contextmanager
def crowd(store: Store, *works: Work) -> Iterator[list[list[BaseException]]]:
    """Within, all of them wait; they go, one after the other, when the block ends. What each raised."""
    raised: list[list[BaseException]] = []
    store.writers.oldest_seconds = 60
    with ExitStack() as held:
        held.enter_context(store.writers.turn())
        threads = [(thread, raised.append(errors)) for thread, errors in begun(store, works)]
        yield raised
    for thread, _ in threads:
        thread.join(30)


def test_writers_that_come_together_share_a_commit(store: Store) -> None:
    with crowd(store, *map(keeping, "abcde")) as raised:
        pass
    assert raised == [[]] * 5
    assert kept(store) == list("abcde")
    assert (store.writers.commits, store.writers.written) == (1, 5)
    assert all(one.answer is Answer.MET for one in store.verify())


def test_one_that_fails_is_undone_alone_and_gets_its_own_error(store: Store) -> None:
    def fails(tx: Transaction) -> None:
        keeping("fails")(tx)
        raise ZeroDivisionError

    def refused(tx: Transaction) -> None:
        keeping("refused")(tx)
        tx.execute(JOBS.insert().values(id=1, kind=None))

    def at_once(_: Transaction) -> None:
        raise KeyError

    with crowd(store, keeping("a"), fails, keeping("b"), refused, keeping("c"), at_once, keeping("d"), at_once) as raised:
        pass
    own = [[], [ZeroDivisionError], [], [IntegrityError], [], [KeyError], [], [KeyError]]
    assert [[type(error) for error in errors] for errors in raised] == own
    assert kept(store) == ["a", "b", "c", "d"]
    assert (store.writers.commits, store.writers.written) == (1, 4)
    assert all(one.answer is Answer.MET for one in store.verify())


def test_the_first_and_the_last_may_fail_too(store: Store) -> None:
    def fails(tx: Transaction) -> None:
        keeping("fails")(tx)
        raise ZeroDivisionError

    with crowd(store, fails, keeping("a"), keeping("b"), fails) as raised:
        pass
    assert [len(errors) for errors in raised] == [1, 0, 0, 1]
    assert kept(store) == ["a", "b"]


def test_a_transaction_that_is_lost_as_a_whole_fails_all_that_were_in_it_and_no_other(store: Store, engine: str) -> None:
    def loses(tx: Transaction) -> None:
        keeping("loses")(tx)
        ending = {"sqlite": "ROLLBACK", "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())"}[engine]
        tx.connection.execute(text(ending))

    with crowd(store, keeping("a"), keeping("b"), loses, keeping("c")) as raised:
        pass
    assert [[type(error) for error in errors] for errors in raised] == [[FailedStoreError]] * 3 + [[]]
    assert len({id(error) for errors in raised for error in errors}) == 3
    assert kept(store) == ["c"]
    assert all(one.answer is Answer.MET for one in store.verify())


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_commit_that_fails_fails_all_that_it_was_for(store: Store) -> None:
    def dangles(tx: Transaction) -> None:
        tx.execute(text("PRAGMA defer_foreign_keys=ON"))
        tx.execute(text("INSERT INTO egide_test_child VALUES (1)"))

    with store.write() as tx:
        tx.execute(text("CREATE TABLE egide_test_parent (id INTEGER PRIMARY KEY)"))
        tx.execute(text("CREATE TABLE egide_test_child (of INTEGER REFERENCES egide_test_parent (id))"))
    with crowd(store, keeping("a"), dangles) as raised:
        pass
    assert [len(errors) for errors in raised] == [1, 1]
    assert kept(store) == []
    with store.write() as tx:
        keeping("after")(tx)
    assert kept(store) == ["after"]


def test_nobody_joins_a_transaction_that_is_old(store: Store) -> None:
    with crowd(store, *map(keeping, "abc")):
        store.writers.oldest_seconds = 0
    assert kept(store) == ["a", "b", "c"]
    assert (store.writers.commits, store.writers.written) == (3, 3)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_on_a_server_a_long_block_holds_nobody_up_for_long(store: Store) -> None:
    with store.write() as tx:
        ((thread, errors),) = begun(store, [keeping("short")])
        thread.join(20)
        assert not errors
        assert kept(store) == ["short"]
        tx.now()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_beside_another_process_that_has_several_each_goes_by_itself(store: Store, url: str) -> None:
    from egide.store.sharing import _SEVERAL

    with psycopg.connect(url) as other:
        assert other.execute(_SEVERAL).fetchone() == (True,)
        with crowd(store, *map(keeping, "abc")):
            pass
    assert kept(store) == ["a", "b", "c"]
    assert (store.writers.commits, store.writers.written) == (3, 3)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_waits_too_long_for_a_turn_is_told_that_another_writes(url: str) -> None:
    with open_store(url, busy_seconds=0.05) as store, store.writers.turn():
        ((thread, errors),) = begun(store, [keeping("a")])
        thread.join(20)
        assert [type(error) for error in errors] == [BusyError]

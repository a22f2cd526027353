"""Together or not at all, on the disk when accepted, one moment for whoever reads."""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from sqlalchemy import select, text

from egide.store import open_store, records
from egide.store.connection import Store
from egide.store.errors import BusyError, FailedStoreError
from egide.store.jobs import enqueue, jobs
from egide.store.records import Draft, statement
from egide.store.tables import RECORDS
from egide.vocabulary.errors import InputError

ONE = statement("claim", "offer:a", "did:web:issuer.example", {"place": "FR"})


def subjects(store: Store) -> list[str]:
    with store.read() as tx:
        return [record.subject for record in records.since(tx)]


def test_what_was_written_is_read(store: Store) -> None:
    with store.write() as tx:
        records.add(tx, [ONE])
    assert subjects(store) == ["offer:a"]


def test_what_was_written_is_there_when_the_store_is_opened_again(store: Store, url: str) -> None:
    with store.write() as tx:
        records.add(tx, [ONE])
    store.close()
    with open_store(url) as again:
        assert subjects(again) == ["offer:a"]
        assert again.upgraded is None


def test_an_error_undoes_everything(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        records.add(tx, [ONE])
        enqueue(tx, "import", {})
        raise ZeroDivisionError
    assert subjects(store) == []
    with store.read() as tx:
        assert jobs(tx) == []


def test_who_reads_sees_one_moment_whatever_others_write(store: Store) -> None:
    with store.read() as reading:
        assert list(records.since(reading)) == []
        with store.write() as writing:
            records.add(writing, [ONE])
        assert list(records.since(reading)) == []
    assert subjects(store) == ["offer:a"]


def test_who_reads_cannot_write(store: Store) -> None:
    with pytest.raises(FailedStoreError), store.read() as tx:
        tx.execute(text("DELETE FROM store_jobs"))


def test_a_writer_waits_no_longer_than_it_was_told(store: Store, url: str) -> None:
    with open_store(url, busy_seconds=0.05) as impatient, store.write() as tx:
        records.add(tx, [ONE])
        with pytest.raises(BusyError, match="held by another writer"), impatient.write() as other:
            records.add(other, [ONE])
    assert subjects(store) == ["offer:a"]


def test_a_name_is_held_by_one_writer_at_a_time(store: Store, url: str) -> None:
    with open_store(url, busy_seconds=0.05) as impatient, store.write() as tx:
        tx.lock("the catalogue")
        with pytest.raises(BusyError), impatient.write() as other:
            other.lock("the catalogue")


def test_a_writer_within_a_writer_is_refused_rather_than_left_waiting(store: Store) -> None:
    with store.write(), pytest.raises(RuntimeError, match="wait for itself"), store.write():
        pass
    with store.write() as tx:
        records.add(tx, [ONE])


def test_threads_that_write_at_once_all_write(store: Store) -> None:
    def write(worker: int) -> None:
        for number in range(10):
            with store.write() as tx:
                records.add(tx, [statement("claim", f"{worker}/{number}", "i", number)])

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(subjects(store)) == sorted(f"{worker}/{number}" for worker in range(4) for number in range(10))
    assert all(integrity.answer == "met" for integrity in store.verify())


def test_texts_sort_by_code_point_whatever_the_locale(store: Store) -> None:
    words = ["é", "z", "Z", "a", "𝄞", "-", "ﬁ", "10", "9", "_"]
    with store.write() as tx:
        records.add(tx, [statement("claim", word, "i", word) for word in words])
    with store.read() as tx:
        assert list(tx.execute(select(RECORDS.c.subject).order_by(RECORDS.c.subject)).scalars()) == sorted(words)


def test_a_moment_is_read_as_the_same_moment(store: Store) -> None:
    paris = timezone(timedelta(hours=2))
    moments = [datetime(1, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, 1, 30, 0, 7, tzinfo=paris), datetime(9999, 12, 31, tzinfo=UTC)]
    with store.write() as tx:
        records.add(tx, [statement("claim", str(number), "i", 0, moment) for number, moment in enumerate(moments)])
    with store.read() as tx:
        assert [record.valid_from for record in records.since(tx)] == moments


def test_a_moment_without_a_zone_is_a_fault(store: Store) -> None:
    with pytest.raises(ValueError, match="zone"), store.write() as tx:
        records.add(tx, [statement("claim", "s", "i", 0, datetime(2026, 1, 1))])  # noqa: DTZ001 - which is the fault


@pytest.mark.parametrize("word", ["a\0b", "half \ud83d"])
def test_texts_that_one_engine_could_not_hold_are_refused_by_both(store: Store, word: str) -> None:
    with pytest.raises(InputError), store.write() as tx:
        records.add(tx, [Draft("claim", word, "i", b"1")])
    with pytest.raises(InputError), store.write() as tx:
        enqueue(tx, word, {})
    assert subjects(store) == []


def test_bytes_of_every_value_come_back(store: Store) -> None:
    body = bytes(range(256)) * 3
    with store.write() as tx:
        records.add(tx, [Draft("claim", "s", "i", body)])
    with store.read() as tx:
        assert [record.body for record in records.since(tx)] == [body]


def test_the_clock_may_be_given(url: str) -> None:
    noon = datetime(2030, 1, 1, 12, tzinfo=UTC)
    with open_store(url, clock=lambda: noon) as store:
        with store.write() as tx:
            records.add(tx, [ONE])
        with store.read() as tx:
            assert [record.recorded_at for record in records.since(tx)] == [noon]


def test_the_clock_is_in_utc_by_default(store: Store) -> None:
    with store.write() as tx:
        assert tx.now().utcoffset() == timedelta(0)
        assert abs(tx.now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_brings_what_it_accepted_to_the_disk(store: Store) -> None:
    with store.engines.write.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 2  # FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_server_that_was_told_to_answer_before_the_disk_does_not_do_so_for_us(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {server.info.dbname} SET synchronous_commit = off")
    with open_store(url) as store, store.write() as tx:
        assert tx.connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_blocks_that_write_together_are_accepted_or_undone_together(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.together():
        with store.write() as tx:
            records.add(tx, [ONE])
        raise ZeroDivisionError
    assert subjects(store) == []
    with store.together():
        for one in (ONE, statement("claim", "offer:b", "did:web:issuer.example", {})):
            with store.write() as tx:
                records.add(tx, [one])
        assert subjects(store) == []
    assert subjects(store) == ["offer:a", "offer:b"]


def test_what_failed_in_part_is_undone_even_when_the_failure_is_passed_over(store: Store) -> None:
    with pytest.raises(RuntimeError, match="undone"), store.together():
        with store.write() as tx:
            records.add(tx, [ONE])
        with contextlib.suppress(ZeroDivisionError), store.write():
            raise ZeroDivisionError
    assert subjects(store) == []


def test_a_block_together_holds_nobody_up_before_it_writes(store: Store) -> None:
    def other() -> None:
        with store.write() as tx:
            records.add(tx, [ONE])

    with store.together():
        worker = threading.Thread(target=other)
        worker.start()
        worker.join(20)
        assert subjects(store) == ["offer:a"]
        with store.write() as tx, pytest.raises(RuntimeError, match="wait for itself"), store.write():
            records.add(tx, [ONE])

"""Long work that goes on where it stopped, whoever stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from egide.store import open_store, records
from egide.store.connection import Store
from egide.store.errors import LostLeaseError, UnknownJobError
from egide.store.jobs import NEXT, State, abandon, cancel, claim_job, enqueue, fail, finish, job, jobs, report, retry
from egide.store.records import statement


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(url: str, clock: Clock) -> Iterator[Store]:
    with open_store(url, clock=clock) as store:
        yield store


def test_a_job_is_claimed_reported_and_finished(timed: Store, clock: Clock) -> None:
    with timed.write() as tx:
        made = enqueue(tx, "import", {"file": "offers.json", "limit": 2.5})
    assert (made.state, made.done, made.of, made.checkpoint, made.attempts) == (State.QUEUED, 0, None, None, 0)
    with timed.write() as tx:
        held = claim_job(tx, "worker 1", ["import"], lease_seconds=60)
    assert held is not None
    assert (held.id, held.state, held.worker, held.attempts) == (made.id, State.RUNNING, "worker 1", 1)
    assert held.arguments == {"file": "offers.json", "limit": 2.5}
    assert held.lease_until == clock.now + timedelta(seconds=60)
    clock.forward(30)
    with timed.write() as tx:
        said = report(tx, held, done=10, of=100, checkpoint={"row": 10}, lease_seconds=60)
    assert (said.done, said.of, said.checkpoint, said.lease_until) == (10, 100, {"row": 10}, clock.now + timedelta(seconds=60))
    with timed.write() as tx:
        beaten = report(tx, held)
        assert (beaten.done, beaten.of, beaten.checkpoint) == (10, 100, {"row": 10})
        ended = finish(tx, held, {"offers": 100})
    assert (ended.state, ended.result, ended.lease_until, ended.ended_at) == (State.DONE, {"offers": 100}, None, clock.now)


def test_the_oldest_of_the_kinds_asked_for_comes_first(timed: Store) -> None:
    with timed.write() as tx:
        for kind in ("a", "b", "a"):
            enqueue(tx, kind, kind)
        claimed = [claim_job(tx, "w", ["b"]), claim_job(tx, "w"), claim_job(tx, "w", ["b"]), claim_job(tx, "w"), claim_job(tx, "w")]
    assert [one.id if one else None for one in claimed] == [2, 1, None, 3, None]


def test_a_job_whose_worker_died_goes_on_from_its_checkpoint_with_another(timed: Store, clock: Clock) -> None:
    with timed.write() as tx:
        enqueue(tx, "import", {})
        first = claim_job(tx, "worker 1", lease_seconds=60)
        assert first is not None
        report(tx, first, done=40, checkpoint=40, lease_seconds=60)
    clock.forward(60)
    with timed.write() as tx:
        assert claim_job(tx, "worker 2") is None, "the lease still runs"
    clock.forward(1)
    with timed.write() as tx:
        second = claim_job(tx, "worker 2")
    assert second is not None
    assert (second.id, second.worker, second.attempts, second.done, second.checkpoint) == (first.id, "worker 2", 2, 40, 40)


@pytest.mark.parametrize("act", [report, finish, abandon, lambda tx, held: fail(tx, held, "no")])
def test_a_worker_that_was_given_up_can_say_nothing_more_and_its_work_is_undone(timed: Store, clock: Clock, act: object) -> None:
    with timed.write() as tx:
        enqueue(tx, "import", {})
        first = claim_job(tx, "same name")
    clock.forward(3600)
    with timed.write() as tx:
        second = claim_job(tx, "same name")
    assert first is not None
    assert second is not None
    with pytest.raises(LostLeaseError), timed.write() as tx:
        records.add(tx, [statement("claim", "written by the dead", "i", {})])
        act(tx, first)  # type: ignore[operator]
    with timed.read() as tx:
        assert list(records.since(tx)) == []
        assert job(tx, first.id) == second


def test_a_slow_worker_whom_nobody_replaced_keeps_its_job(timed: Store, clock: Clock) -> None:
    with timed.write() as tx:
        enqueue(tx, "import", {})
        held = claim_job(tx, "w", lease_seconds=60)
    assert held is not None
    clock.forward(600)
    with timed.write() as tx:
        assert report(tx, held, done=1, lease_seconds=60).lease_until == clock.now + timedelta(seconds=60)


def test_a_job_that_kills_its_workers_is_given_up(timed: Store, clock: Clock) -> None:
    with timed.write() as tx:
        made = enqueue(tx, "import", {}, most_attempts=3)
    for _ in range(3):
        with timed.write() as tx:
            assert claim_job(tx, "w") is not None
        clock.forward(3600)
    with timed.write() as tx:
        assert claim_job(tx, "w") is None
        ended = job(tx, made.id)
    assert (ended.state, ended.error) == (State.FAILED, "given up: each worker that took it stopped answering")


def test_a_failure_may_be_tried_again_later_while_attempts_are_left(timed: Store, clock: Clock) -> None:
    with timed.write() as tx:
        made = enqueue(tx, "fetch", {}, most_attempts=2)
        held = claim_job(tx, "w")
        assert held is not None
        report(tx, held, checkpoint="half")
        assert fail(tx, held, "the server is away", again_in_seconds=30).state is State.QUEUED
        assert claim_job(tx, "w") is None
    clock.forward(30)
    with timed.write() as tx:
        held = claim_job(tx, "w")
        assert held is not None
        assert (held.checkpoint, held.error, held.attempts) == ("half", "the server is away", 2)
        assert fail(tx, held, "still away", again_in_seconds=30).state is State.FAILED
        again = retry(tx, made.id)
        assert (again.state, again.attempts, again.checkpoint, again.ended_at) == (State.QUEUED, 0, "half", None)
        assert claim_job(tx, "w") is not None


def test_a_waiting_job_is_cancelled_at_once(timed: Store) -> None:
    with timed.write() as tx:
        made = enqueue(tx, "import", {})
        assert cancel(tx, made.id).state is State.CANCELLED
        assert claim_job(tx, "w") is None
        assert cancel(tx, made.id).state is State.CANCELLED
        assert retry(tx, made.id).state is State.CANCELLED


def test_a_running_job_is_told_to_stop_at_its_next_report(timed: Store) -> None:
    with timed.write() as tx:
        made = enqueue(tx, "import", {})
        held = claim_job(tx, "w")
        assert held is not None
        assert cancel(tx, made.id).state is State.RUNNING
        assert report(tx, held, done=1).cancelling
        ended = abandon(tx, held)
    assert (ended.state, ended.done, ended.cancelling) == (State.CANCELLED, 1, False)


def test_a_job_that_was_told_to_stop_and_whose_worker_died_is_not_taken_up_again(timed: Store, clock: Clock) -> None:
    with timed.write() as tx:
        made = enqueue(tx, "import", {})
        claim_job(tx, "w")
        cancel(tx, made.id)
    clock.forward(3600)
    with timed.write() as tx:
        assert claim_job(tx, "w") is None
        assert job(tx, made.id).state is State.CANCELLED


def test_an_ended_job_stays_as_it_ended(timed: Store) -> None:
    with timed.write() as tx:
        made = enqueue(tx, "import", {})
        held = claim_job(tx, "w")
        assert held is not None
        ended = finish(tx, held)
        assert cancel(tx, made.id) == ended == retry(tx, made.id)
        for act in (report, finish, abandon):
            with pytest.raises(LostLeaseError):
                act(tx, held)
    assert NEXT[State.DONE] == NEXT[State.CANCELLED] == frozenset()


def test_errors_are_kept_without_passwords_and_bounded(timed: Store) -> None:
    with timed.write() as tx:
        enqueue(tx, "import", {})
        held = claim_job(tx, "w")
        assert held is not None
        ended = fail(tx, held, "cannot reach postgresql://egide:hunter2@base.example/x\0\ud800 " + "x" * 9000)
    assert ended.error is not None
    assert "hunter2" not in ended.error
    assert ended.error.startswith("cannot reach postgresql://egide:***@base.example/x")
    assert len(ended.error) == 4000


def test_a_job_that_does_not_exist_is_named(timed: Store) -> None:
    for act in (job, cancel, retry):
        with pytest.raises(UnknownJobError, match="7"), timed.write() as tx:
            act(tx, 7)


def test_jobs_are_listed_newest_first(timed: Store) -> None:
    with timed.write() as tx:
        for number in range(3):
            enqueue(tx, "import", number)
        claim_job(tx, "w")
        assert [one.arguments for one in jobs(tx)] == [2, 1, 0]
        assert [one.arguments for one in jobs(tx, {State.QUEUED}, most=1)] == [2]
        assert [one.arguments for one in jobs(tx, {State.RUNNING})] == [0]


def test_workers_that_claim_at_once_never_get_the_same_job(store: Store) -> None:
    with store.write() as tx:
        for number in range(24):
            enqueue(tx, "import", number)
    got: list[int] = []

    def work(name: str) -> None:
        while True:
            with store.write() as tx:
                held = claim_job(tx, name)
            if held is None:
                return
            got.append(held.id)

    threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 25))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_on_a_server_claims_do_not_wait_for_each_other(store: Store, url: str) -> None:
    with store.write() as tx:
        enqueue(tx, "import", 1)
        enqueue(tx, "import", 2)
    with open_store(url, busy_seconds=0.2) as other, store.write() as one, other.write() as two:
        claimed = claim_job(one, "w1"), claim_job(two, "w2"), claim_job(two, "w2")
    assert [held.id if held else None for held in claimed] == [1, 2, None]

"""Whatever is done to a store, in whatever order, it holds what a list and a dictionary would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from egide.store import jobs, open_store, records
from egide.store.errors import LostLeaseError
from egide.store.jobs import Job, State
from egide.store.records import Draft, statement
from egide.vocabulary.findings import Answer

SUBJECTS = st.sampled_from(["offer:a", "offer:b", "é", ""])
KINDS = st.sampled_from(["claim", "label"])
DRAFTS = st.builds(statement, KINDS, SUBJECTS, st.sampled_from(["i", "j"]), st.integers(0, 3) | st.text("aé", max_size=2))
LEASE_SECONDS = 60


@dataclass(frozen=True)
class Known:
    """A job, as the model sees it."""

    state: State = State.QUEUED
    worker: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    checkpoint: Any = None
    cancelling: bool = False


class Machine(RuleBasedStateMachine):
    """Records, jobs, undone transactions, closing and opening, and the passing of time."""

    new_url: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 23, tzinfo=UTC)
        self.records: list[Draft] = []
        self.jobs: dict[int, Known] = {}
        self.held: list[Job] = []
        self.heads: dict[str, Any] = {}

    @initialize()
    def create(self) -> None:
        self.url = type(self).new_url()
        self.open()

    def open(self) -> None:
        self.store = open_store(self.url, clock=lambda: self.now)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.open()

    @rule(seconds=st.sampled_from([1, LEASE_SECONDS, LEASE_SECONDS + 1]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(drafts=st.lists(DRAFTS, max_size=5), undone=st.booleans())
    def add(self, drafts: list[Draft], undone: bool) -> None:
        expected = list(self.records)
        numbers = []
        for draft in drafts:
            if draft not in expected:
                expected.append(draft)
            numbers.append(expected.index(draft) + 1)
        try:
            with self.store.write() as tx:
                assert [kept.number for kept in records.add(tx, drafts)] == numbers
                if undone:
                    raise InterruptedError
        except InterruptedError:
            return
        self.records = expected

    @rule()
    def keep_the_heads(self) -> None:
        self.heads = {integrity.table: integrity.head for integrity in self.store.verify()}

    @rule(most=st.integers(1, 3), undone=st.booleans())
    def enqueue(self, most: int, undone: bool) -> None:
        try:
            with self.store.write() as tx:
                made = jobs.enqueue(tx, "import", {}, most_attempts=3)
                if undone:
                    raise InterruptedError
        except InterruptedError:
            return
        assert made.id not in self.jobs
        self.jobs[made.id] = Known()

    @rule(worker=st.sampled_from(["one", "two"]))
    def claim(self, worker: str) -> None:
        with self.store.write() as tx:
            got = jobs.claim_job(tx, worker, lease_seconds=LEASE_SECONDS)
        assert (got.id if got else None) == self.claimed(worker)
        if got:
            assert got.checkpoint == self.jobs[got.id].checkpoint
            self.held.append(got)

    def claimed(self, worker: str) -> int | None:
        """What the model gives a worker, and does to the jobs on the way."""
        for number, known in sorted(self.jobs.items()):
            left = known.state is State.RUNNING and known.lease_until is not None and known.lease_until < self.now
            if known.state is not State.QUEUED and not left:
                continue
            if known.cancelling:
                self.jobs[number] = replace(known, state=State.CANCELLED, cancelling=False, lease_until=None)
            elif known.attempts == 3:
                self.jobs[number] = replace(known, state=State.FAILED, lease_until=None)
            else:
                lease = self.now + timedelta(seconds=LEASE_SECONDS)
                self.jobs[number] = replace(known, state=State.RUNNING, worker=worker, lease_until=lease, attempts=known.attempts + 1)
                return number
        return None

    @precondition(lambda self: self.held)
    @rule(data=st.data(), act=st.sampled_from(["report", "finish", "fail", "again", "abandon"]), draft=DRAFTS)
    def say(self, data: st.DataObject, act: str, draft: Draft) -> None:
        """A worker writes and says something in one transaction; one that lost its job loses what it wrote."""
        held = data.draw(st.sampled_from(self.held))
        known = self.jobs[held.id]
        still = (known.state, known.worker, known.attempts) == (State.RUNNING, held.worker, held.attempts)
        try:
            with self.store.write() as tx:
                records.add(tx, [draft])
                self.act(tx, act, held)
        except LostLeaseError:
            assert not still
            return
        assert still
        if draft not in self.records:
            self.records.append(draft)
        ended = {"finish": State.DONE, "fail": State.FAILED, "abandon": State.CANCELLED}.get(act)
        if act == "again":
            ended = State.FAILED if held.attempts == 3 else None
        if ended:
            self.jobs[held.id] = replace(known, state=ended, lease_until=None, cancelling=False)
        elif act == "again":
            self.jobs[held.id] = replace(known, state=State.QUEUED, worker=None, lease_until=None)
        else:
            lease = self.now + timedelta(seconds=LEASE_SECONDS)
            self.jobs[held.id] = replace(known, lease_until=lease, checkpoint=[held.attempts])

    def act(self, tx: Any, act: str, held: Job) -> None:
        if act == "report":
            jobs.report(tx, held, checkpoint=[held.attempts], lease_seconds=LEASE_SECONDS)
        elif act == "finish":
            jobs.finish(tx, held)
        elif act == "abandon":
            jobs.abandon(tx, held)
        else:
            jobs.fail(tx, held, "no", again_in_seconds=0 if act == "again" else None)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.jobs)))
        known = self.jobs[number]
        with self.store.write() as tx:
            jobs.cancel(tx, number)
        if known.state is State.QUEUED:
            self.jobs[number] = replace(known, state=State.CANCELLED, cancelling=False)
        elif known.state is State.RUNNING:
            self.jobs[number] = replace(known, cancelling=True)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.jobs)))
        with self.store.write() as tx:
            jobs.retry(tx, number)
        if self.jobs[number].state is State.FAILED:
            self.jobs[number] = replace(self.jobs[number], state=State.QUEUED, worker=None, attempts=0, lease_until=None)

    @invariant()
    def the_store_holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.read() as tx:
            found = [Draft(one.kind, one.subject, one.issuer, one.body, one.valid_from, one.valid_until) for one in records.since(tx)]
            assert found == self.records
            assert {one.id: self.seen(one) for one in jobs.jobs(tx)} == self.jobs
            for subject in {draft.subject for draft in self.records}:
                assert [one.number for one in records.about(tx, subject)] == [
                    number for number, draft in enumerate(self.records, 1) if draft.subject == subject
                ]

    def seen(self, one: Job) -> Known:
        return Known(one.state, one.worker, one.lease_until, one.attempts, one.checkpoint, one.cancelling)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert all(integrity.answer is Answer.MET for integrity in self.store.verify(self.heads))
            self.store.close()


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "examples"), [("sqlite", 25), ("postgresql", 10)])
def test_a_store_behaves_as_its_model(engine: str, examples: int, new_url: Callable[[str], str]) -> None:
    machine = type("Machine", (Machine,), {"new_url": staticmethod(lambda: new_url(engine))})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=25, deadline=None))

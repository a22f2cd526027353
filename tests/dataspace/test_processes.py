"""What is kept holds on both engines: a step is whole or absent, once however often it is sent, in order, and nobody's but its peer's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select

from egide.dataspace.kept.tables import DATASPACE, EVENTS, OUTBOX, PROCESSES
from egide.dataspace.machines import Accepted, Fault, Kind, Refusal, Repeated, Side, State, Step
from egide.dataspace.processes import outbox
from egide.dataspace.processes.process import Process, find, insert
from egide.dataspace.processes.settling import arrived
from egide.dataspace.processes.steps import Incoming, Move, Receipt, Stepped, begin, follow, react, receive, take
from egide.dataspace.processes.watching import stuck
from egide.dataspace.processes.writer import Unit, Writer
from egide.store import open_store
from egide.store.connection import Store
from egide.vocabulary.findings import Answer

T = TypeVar("T")
PEER, OTHER = "urn:example:peer", "urn:example:other"


class Ledger:
    """A writer over an open store, and what the tests ask it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.writer = Writer(store)

    def do(self, work: Callable[[Unit], T]) -> T:
        return asyncio.run(self.writer.do(work))

    def all_at_once(self, works: list[Callable[[Unit], Any]]) -> list[Any]:
        async def together() -> list[Any]:
            return await asyncio.gather(*(self.writer.do(work) for work in works), return_exceptions=True)

        return asyncio.run(together())

    def receive(self, said: Incoming, delay: float | None = None) -> Receipt:
        return self.do(partial(receive, said=said, delay_seconds=lambda process: delay, admit=lambda unit, said: None))

    def begin(self, step: Step = Step.REQUEST, side: Side = Side.CONSUMER) -> Stepped:
        move = Move(step, {"offer": {"@id": "o"}}, says={"offer": {"@id": "o"}})
        return self.do(partial(
            begin, kind=Kind.NEGOTIATION, side=side, peer=PEER, address="http://peer.example/dsp", subject="d", move=move,
            delay_seconds=lambda process: None,
        ))  # fmt: skip

    def take(self, pid: str, step: Step, **said: Any) -> Stepped | Refusal:
        return self.do(partial(take, pid=pid, move=Move(step, **said), delay_seconds=lambda process: None))

    def counts(self) -> tuple[int, int, int]:
        with self.store.read() as tx:
            found = [tx.connection.scalar(select(func.count()).select_from(table)) for table in (PROCESSES, EVENTS, OUTBOX)]
        return tuple(found)  # type: ignore[return-value]


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with open_store(url, (DATASPACE,)) as store:
        made = Ledger(store)
        yield made
        made.writer.close()


def request(peer: str = PEER, peer_pid: str = "urn:c:1", digest: str = "1", key: str | None = None) -> Incoming:
    return Incoming(
        Kind.NEGOTIATION, Step.REQUEST, peer, digest, {"@type": "ContractRequestMessage"}, None, peer_pid, "http://peer.example/dsp", "d",
        Side.PROVIDER, {"offer": {"@id": "o"}}, key=key,
    )  # fmt: skip


def follows(pid: str, step: Step, digest: str = "2", key: str | None = None, **more: Any) -> Incoming:
    given = {"peer": PEER, "peer_pid": "urn:c:1", "side": Side.PROVIDER, **more}
    return Incoming(Kind.NEGOTIATION, step, digest=digest, message={}, pid=pid, key=key, **given)


def test_a_request_that_is_sent_again_opens_nothing_more(ledger: Ledger) -> None:
    first, again = ledger.receive(request()), ledger.receive(request(digest="sent anew"))
    assert first.answer == Accepted(State.REQUESTED)
    assert again.answer == Repeated(State.REQUESTED)
    assert first.process and again.process and first.process.pid == again.process.pid
    assert ledger.counts() == (1, 1, 0)


def test_two_peers_may_give_the_same_name(ledger: Ledger) -> None:
    mine, theirs = ledger.receive(request()), ledger.receive(request(peer=OTHER))
    assert mine.process and theirs.process and mine.process.pid != theirs.process.pid


def test_requests_at_the_same_moment_open_one_process(ledger: Ledger) -> None:
    one = partial(receive, said=request(), delay_seconds=lambda process: None, admit=lambda unit, said: None)
    answers = ledger.all_at_once([one] * 8)
    kept = {answer.process.pid for answer in answers if isinstance(answer, Receipt) and answer.process}
    assert len(kept) == 1
    assert ledger.counts()[:2] == (1, 1)


def test_a_process_is_unknown_to_everybody_but_its_peer(ledger: Ledger) -> None:
    opened = ledger.receive(request()).process
    assert opened
    for said in (follows(opened.pid, Step.TERMINATE, peer=OTHER), follows("urn:uuid:none", Step.TERMINATE)):
        receipt = ledger.receive(said)
        assert isinstance(receipt.answer, Refusal)
        assert receipt.answer.fault is Fault.UNKNOWN
        assert receipt.process is None


def test_an_illegal_step_changes_nothing(ledger: Ledger) -> None:
    opened = ledger.receive(request()).process
    assert opened
    before = ledger.counts()
    receipt = ledger.receive(follows(opened.pid, Step.VERIFY))
    assert isinstance(receipt.answer, Refusal)
    assert receipt.answer.fault is Fault.ILLEGAL
    assert ledger.counts() == before
    assert receipt.process == opened


def test_a_message_with_other_names_than_its_address_is_refused(ledger: Ledger) -> None:
    opened = ledger.receive(request()).process
    assert opened
    for more in ({"misnamed": True}, {"peer_pid": "urn:c:2"}, {"side": Side.CONSUMER}):
        receipt = ledger.receive(follows(opened.pid, Step.TERMINATE, **more))
        assert isinstance(receipt.answer, Refusal)
        assert receipt.answer.fault is Fault.UNFIT


def test_a_message_with_its_key_is_taken_once_even_when_its_like_would_be_legal_again(ledger: Ledger) -> None:
    opened = ledger.receive(request()).process
    assert opened
    ledger.take(opened.pid, Step.OFFER)
    assert ledger.receive(follows(opened.pid, Step.REQUEST, "x", key="k1")).answer == Accepted(State.REQUESTED)
    ledger.take(opened.pid, Step.OFFER)
    assert ledger.receive(follows(opened.pid, Step.REQUEST, "x", key="k1")).answer == Repeated(State.OFFERED)
    assert ledger.receive(follows(opened.pid, Step.REQUEST, "x", key="k2")).answer == Accepted(State.REQUESTED)


def test_without_a_key_the_same_bytes_are_the_same_message_until_something_happens(ledger: Ledger) -> None:
    opened = ledger.receive(request()).process
    assert opened
    ledger.take(opened.pid, Step.OFFER)
    assert ledger.receive(follows(opened.pid, Step.ACCEPT, "a")).answer == Accepted(State.ACCEPTED)
    assert ledger.receive(follows(opened.pid, Step.ACCEPT, "a")).answer == Repeated(State.ACCEPTED)
    ledger.take(opened.pid, Step.AGREE)
    assert isinstance(ledger.receive(follows(opened.pid, Step.ACCEPT, "a")).answer, Refusal)


def test_the_first_message_of_a_peer_may_come_before_the_answer_to_ours(ledger: Ledger) -> None:
    ours = ledger.begin().process
    early = follows(ours.pid, Step.AGREE, peer_pid="urn:p:9", side=Side.CONSUMER, changes={"agreement": {"@id": "a"}})
    receipt = ledger.receive(early)
    assert receipt.answer == Accepted(State.AGREED)
    assert receipt.process and receipt.process.peer_pid == "urn:p:9"


def test_a_step_and_its_message_are_there_together_or_not_at_all(ledger: Ledger) -> None:
    ours = ledger.begin().process
    before = ledger.counts()

    def broken(unit: Unit) -> None:
        take(unit, ours.pid, Move(Step.TERMINATE, reason=[{"code": "x", "text": "y"}]), lambda process: None)
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        ledger.do(broken)
    assert ledger.counts() == before
    stepped = ledger.take(ours.pid, Step.TERMINATE, reason=[{"code": "x", "text": "y"}])
    assert isinstance(stepped, Stepped)
    assert ledger.counts() == (before[0], before[1] + 1, before[2] + 1)


def test_what_fails_among_others_does_not_take_them_along(ledger: Ledger) -> None:
    def broken(unit: Unit) -> None:
        receive(unit, request(peer_pid="broken"), lambda process: None, lambda unit, said: None)
        raise ArithmeticError

    good = [partial(receive, said=request(peer_pid=f"g{number}"), delay_seconds=lambda process: None, admit=lambda unit, said: None)
            for number in range(6)]  # fmt: skip
    answers = ledger.all_at_once([*good[:3], broken, *good[3:]])
    assert [isinstance(one, Receipt) for one in answers] == [True] * 3 + [False] + [True] * 3
    assert ledger.counts()[:2] == (6, 6)


def test_messages_of_a_process_leave_in_order_and_one_at_a_time(ledger: Ledger) -> None:
    begun = ledger.begin()
    assert begun.letter
    second = ledger.take(begun.process.pid, Step.TERMINATE, reason=[{"code": "x", "text": "y"}])
    assert isinstance(second, Stepped)
    assert second.letter is None
    assert ledger.do(partial(outbox.first_letter, pid=begun.process.pid)) is None
    ledger.do(partial(outbox.remove, letter=begun.letter))
    following = ledger.do(partial(outbox.first_letter, pid=begun.process.pid))
    assert following and following.step is Step.TERMINATE


def test_a_message_that_did_not_arrive_waits_and_is_free_again_when_its_sender_died(ledger: Ledger) -> None:
    begun = ledger.begin()
    assert begun.letter
    pid = begun.process.pid
    assert ledger.do(outbox.waiting) == []
    ledger.do(outbox.release_all)
    assert [one for one, _ in ledger.do(outbox.waiting)] == [pid]
    later = ledger.store.now() + timedelta(hours=1)
    ledger.do(partial(outbox.postpone, letter=begun.letter, until=later, error={"code": "x", "text": "gone"}))
    assert ledger.do(partial(outbox.first_letter, pid=pid)) is None
    assert ledger.do(outbox.waiting) == [(pid, later)]


def test_a_peer_that_is_back_gets_what_waited_at_once(ledger: Ledger) -> None:
    left, later = ledger.begin(), ledger.begin()
    assert left.letter and later.letter
    ledger.do(partial(outbox.leave, letter=left.letter, error={"code": "peer-left-alone", "text": "x"}))
    hour = ledger.store.now() + timedelta(hours=1)
    ledger.do(partial(outbox.postpone, letter=later.letter, until=hour, error={"code": "x", "text": "y"}))
    ledger.do(partial(outbox.hurry, address=left.process.address))
    found = ledger.do(outbox.waiting)
    assert {pid for pid, _ in found} == {left.process.pid, later.process.pid}
    assert all(moment <= ledger.store.now() for _, moment in found)


def test_workers_side_by_side_never_take_up_the_same_message(ledger: Ledger) -> None:
    pids = [ledger.begin().process.pid for _ in range(12)]
    ledger.do(outbox.release_all)
    taken: list[str] = []
    lock = threading.Lock()

    def work(store: Store) -> None:
        writer = Writer(store)
        for pid in pids:
            letter = asyncio.run(writer.do(partial(outbox.first_letter, pid=pid)))
            if letter is not None:
                with lock:
                    taken.append(pid)
        writer.close()

    stores = [open_store(ledger.store.address.secret_url, (DATASPACE,)) for _ in range(3)]
    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert sorted(taken) == sorted(pids)


def test_a_message_that_arrives_while_the_next_is_written_hands_over_to_it(ledger: Ledger) -> None:
    """One of the two takes up the second message, however both meet; else it would wait for nobody."""
    for _ in range(20):
        begun = ledger.begin()
        assert begun.letter
        step = partial(take, pid=begun.process.pid, move=Move(Step.TERMINATE, reason=[{"code": "x", "text": "y"}]),
                       delay_seconds=lambda process: None)  # fmt: skip
        stepped, following = ledger.all_at_once([step, partial(arrived, letter=begun.letter, peer_pid=None)])
        assert isinstance(stepped, Stepped)
        assert (stepped.letter is None) is (following is not None)


def test_who_asks_too_early_is_told_when(ledger: Ledger) -> None:
    opened = ledger.receive(request(), delay=3600.0).process
    assert opened
    work = partial(react, pid=opened.pid, reaction=lambda unit, process: Move(Step.OFFER), delay_seconds=lambda process: None)
    assert ledger.do(work) == opened.due
    begun = ledger.begin()
    assert begun.letter
    assert ledger.do(partial(outbox.take_up, pid=begun.process.pid)) is None, "somebody has it"
    hour = ledger.store.now() + timedelta(hours=1)
    ledger.do(partial(outbox.postpone, letter=begun.letter, until=hour, error={"code": "x", "text": "y"}))
    assert ledger.do(partial(outbox.take_up, pid=begun.process.pid)) == hour


def test_a_step_that_is_due_is_taken_once(ledger: Ledger) -> None:
    opened = ledger.receive(request(), delay=0.0).process
    assert opened and opened.due
    work = partial(react, pid=opened.pid, reaction=lambda unit, process: Move(Step.OFFER), delay_seconds=lambda process: None)
    answers = ledger.all_at_once([work] * 4)
    assert sum(isinstance(one, Stepped) for one in answers) == 1
    with ledger.store.read() as tx:
        found = find(tx, opened.pid)
    assert found and found.state is State.OFFERED and found.version == 2 and found.due is None


def test_a_peer_that_is_at_an_end_is_followed_with_the_reason(ledger: Ledger) -> None:
    ours = ledger.begin().process
    reason = [{"code": "peer-refused", "text": "HTTP 400"}]
    followed = ledger.do(partial(follow, pid=ours.pid, theirs=State.TERMINATED, reason=reason))
    assert followed and followed.state is State.TERMINATED and followed.reason == reason


def test_the_log_of_all_steps_is_one_chain(ledger: Ledger) -> None:
    ours = ledger.begin().process
    ledger.take(ours.pid, Step.TERMINATE, reason=[{"code": "x", "text": "y"}])
    (found,) = [one for one in ledger.store.verify() if one.table == "dataspace_events"]
    assert found.answer is Answer.MET
    assert found.head.number == 2


def test_what_opens_a_data_address_is_not_in_the_log(ledger: Ledger) -> None:
    ours = ledger.begin().process
    address = {"@type": "DataAddress", "endpointProperties": [{"@type": "EndpointProperty", "name": "authorization", "value": "s3cret"}]}
    ledger.take(ours.pid, Step.TERMINATE, says={"dataAddress": address}, reason=[{"code": "x", "text": "y"}])
    with ledger.store.read() as tx:
        assert "s3cret" not in str(list(tx.execute(select(EVENTS.c.message))))


def test_the_watchdog_says_what_each_process_waits_for(ledger: Ledger) -> None:
    begun = ledger.begin()
    assert begun.letter
    error = {"code": "peer-unreachable", "text": "ConnectionRefusedError"}
    ledger.do(partial(outbox.postpone, letter=begun.letter, until=ledger.store.now(), error=error))
    asked = ledger.receive(request()).process
    offered = ledger.begin(Step.OFFER, Side.PROVIDER)
    assert asked and offered.letter
    ledger.do(partial(outbox.remove, letter=offered.letter))
    later = ledger.store.now() + timedelta(minutes=5)
    with ledger.store.read() as tx:
        found = {one.process.pid: one.because for one in stuck(tx, later)}
        assert not stuck(tx, ledger.store.now())
    assert found[begun.process.pid].code == "not-arrived"
    assert found[begun.process.pid].args["error"] == "ConnectionRefusedError"
    assert found[asked.pid].code == "awaits-person"
    assert found[offered.process.pid].code == "awaits-peer"


def test_data_that_flows_and_what_has_ended_is_not_stuck(ledger: Ledger) -> None:
    def keep(unit: Unit) -> None:
        for number, (kind, state) in enumerate([(Kind.TRANSFER, State.STARTED), (Kind.TRANSFER, State.COMPLETED),
                                                (Kind.NEGOTIATION, State.FINALIZED)]):  # fmt: skip
            insert(unit.tx, Process(f"p{number}", kind, Side.PROVIDER, PEER, f"q{number}", "", state, 1, "d", None, {}, None, None, None,
                                    unit.now, unit.now))  # fmt: skip

    ledger.do(keep)
    with ledger.store.read() as tx:
        assert not stuck(tx, ledger.store.now() + timedelta(days=1))

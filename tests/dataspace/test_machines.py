"""The two lives: what the protocol allows, nothing else, and two peers that end alike over a network that loses, doubles and reorders."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from egide.dataspace.machines import (
    NEGOTIATION,
    TRANSFER,
    Accepted,
    Fault,
    Machine,
    Refusal,
    Repeated,
    Side,
    State,
    Step,
    judged,
    reconciled,
)  # fmt: skip

C, P = Side.CONSUMER, Side.PROVIDER
ALLOWED = {
    "negotiation": """
        - request C REQUESTED      - offer P OFFERED
        REQUESTED offer P OFFERED  REQUESTED agree P AGREED   REQUESTED terminate C TERMINATED  REQUESTED terminate P TERMINATED
        OFFERED request C REQUESTED  OFFERED accept C ACCEPTED  OFFERED terminate C TERMINATED  OFFERED terminate P TERMINATED
        ACCEPTED agree P AGREED    ACCEPTED terminate C TERMINATED  ACCEPTED terminate P TERMINATED
        AGREED verify C VERIFIED   AGREED terminate C TERMINATED    AGREED terminate P TERMINATED
        VERIFIED finalize P FINALIZED  VERIFIED terminate C TERMINATED  VERIFIED terminate P TERMINATED
    """,
    "transfer": """
        - request C REQUESTED
        REQUESTED start P STARTED  REQUESTED terminate C TERMINATED  REQUESTED terminate P TERMINATED
        STARTED complete C COMPLETED  STARTED complete P COMPLETED  STARTED suspend C SUSPENDED  STARTED suspend P SUSPENDED
        STARTED terminate C TERMINATED  STARTED terminate P TERMINATED
        SUSPENDED start C STARTED  SUSPENDED start P STARTED  SUSPENDED terminate C TERMINATED  SUSPENDED terminate P TERMINATED
    """,
}
"""The specification's diagrams, written down a second time."""


@pytest.mark.parametrize("machine", [NEGOTIATION, TRANSFER], ids=["negotiation", "transfer"])
def test_every_step_is_allowed_exactly_where_the_specification_draws_it(machine: Machine) -> None:
    words = ALLOWED[machine.kind].split()
    drawn = {tuple(words[at:at + 3]): words[at + 3] for at in range(0, len(words), 4)}
    for state, step, side in product([None, *State], Step, Side):
        answer = judged(machine, state, step, side, begins=True)
        wanted = drawn.get((state or "-", step.value, side.value[0].upper()))
        if wanted:
            assert answer == Accepted(State(wanted))
        else:
            assert isinstance(answer, Refusal)
            assert answer.fault is Fault.ILLEGAL


def test_a_message_to_no_process_is_unknown_and_one_at_the_wrong_time_is_illegal() -> None:
    unknown = judged(NEGOTIATION, None, Step.VERIFY, C)
    illegal = judged(NEGOTIATION, State.OFFERED, Step.AGREE, P)
    assert isinstance(unknown, Refusal)
    assert unknown.fault is Fault.UNKNOWN
    assert isinstance(illegal, Refusal)
    assert illegal.fault is Fault.ILLEGAL


def test_a_message_that_was_accepted_is_answered_alike_even_at_an_end() -> None:
    assert judged(NEGOTIATION, State.FINALIZED, Step.FINALIZE, P, repeated=True) == Repeated(State.FINALIZED)
    assert judged(NEGOTIATION, None, Step.FINALIZE, P, repeated=True) == judged(NEGOTIATION, None, Step.FINALIZE, P)


def test_whose_turn_it_is_can_be_told_from_the_table() -> None:
    assert NEGOTIATION.turns(State.REQUESTED) == {P}
    assert NEGOTIATION.turns(State.OFFERED) == {C}
    assert TRANSFER.turns(State.STARTED) == {C, P}
    assert not NEGOTIATION.turns(State.FINALIZED)


@dataclass(frozen=True)
class Letter:
    number: int
    step: Step
    begins: bool


@dataclass
class Peer:
    """One side: its state, what it has still to send, what it has accepted."""

    machine: Machine
    side: Side
    state: State | None = None
    path: list[State | None] = field(default_factory=lambda: [None])
    waiting: list[Letter] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def go(self, state: State) -> None:
        self.state = state
        self.path.append(state)

    def decide(self, step: Step, number: int) -> None:
        answer = judged(self.machine, self.state, step, self.side, begins=True)
        assert isinstance(answer, Accepted)
        self.waiting.append(Letter(number, step, begins=self.state is None))
        self.go(answer.state)

    def receive(self, letter: Letter) -> bool:
        """Whether it is answered as accepted."""
        repeated = letter.number in self.taken
        answer = judged(self.machine, self.state, letter.step, self.side.other, begins=letter.begins, repeated=repeated)
        if isinstance(answer, Accepted):
            self.taken.add(letter.number)
            self.go(answer.state)
        return not isinstance(answer, Refusal)


class Two(RuleBasedStateMachine):
    """Two peers; every message may be lost, come twice, or come late, and so may every answer."""

    machine = NEGOTIATION

    def __init__(self) -> None:
        super().__init__()
        self.peers = {side: Peer(self.machine, side) for side in Side}
        self.late: list[tuple[Side, Letter]] = []
        self.number = 0

    @rule(side=st.sampled_from(list(Side)), step=st.sampled_from(list(Step)))
    def decide(self, side: Side, step: Step) -> None:
        """A side takes a step of its own, if it may: the state is written before anything is sent."""
        peer = self.peers[side]
        begun_elsewhere = peer.state is None and any(other.state for other in self.peers.values())
        if not begun_elsewhere and (step, side) in self.machine.moves(peer.state):
            self.number += 1
            peer.decide(step, self.number)

    @rule(side=st.sampled_from(list(Side)), fate=st.sampled_from(["arrives", "answer is lost", "is lost", "arrives twice"]))
    def send(self, side: Side, fate: str) -> None:
        """The first message that waits is sent; it waits on until an answer came back."""
        peer, other = self.peers[side], self.peers[side.other]
        if not peer.waiting:
            return
        letter = peer.waiting[0]
        self.late.append((side, letter))
        if fate == "is lost":
            return
        accepted = other.receive(letter)
        if fate == "arrives twice":
            assert other.receive(letter) or not accepted
        if fate != "answer is lost":
            self.answered(side, accepted)

    @precondition(lambda self: self.late)
    @rule(data=st.data())
    def arrive_late(self, data: st.DataObject) -> None:
        """A copy that lay about in the network comes now; nobody waits for its answer."""
        side, letter = data.draw(st.sampled_from(self.late))
        before = self.peers[side.other].path[:]
        known = letter.number in self.peers[side.other].taken
        self.peers[side.other].receive(letter)
        assert not known or self.peers[side.other].path == before

    def answered(self, side: Side, accepted: bool) -> None:
        peer, other = self.peers[side], self.peers[side.other]
        peer.waiting.pop(0)
        if not accepted and peer.state and other.state and (state := reconciled(self.machine, peer.state, other.state)):
            peer.go(state)
            peer.waiting.clear()

    @invariant()
    def everything_followed_the_table(self) -> None:
        for peer in self.peers.values():
            for before, after in zip(peer.path, peer.path[1:], strict=False):
                assert after in self.machine.moves(before).values() or after in self.machine.ends

    def teardown(self) -> None:
        """When the network works again, both stand at the same place; or at two ends that crossed each other on the way."""
        for _ in range(200):
            for side in Side:
                if self.peers[side].waiting:
                    accepted = self.peers[side.other].receive(self.peers[side].waiting[0])
                    self.answered(side, accepted)
        mine, theirs = (self.peers[side].state for side in Side)
        assert mine == theirs or {mine, theirs} <= self.machine.ends


class TwoTransferring(Two):
    machine = TRANSFER


for case in (Two, TwoTransferring):
    case.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestTwoNegotiating = Two.TestCase
TestTwoTransferring = TwoTransferring.TestCase

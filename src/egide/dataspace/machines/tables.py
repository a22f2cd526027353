"""Both lives as tables: from a state, which step by which side leads where. What is not written here is not allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Who takes a step."""

    CONSUMER = "consumer"
    PROVIDER = "provider"

    @property
    def other(self) -> Side:
        """The peer's."""
        return Side.PROVIDER if self is Side.CONSUMER else Side.CONSUMER


class Kind(StrEnum):
    """What a process is."""

    NEGOTIATION = "negotiation"
    TRANSFER = "transfer"


class State(StrEnum):
    """Where a process stands, in the protocol's own words."""

    REQUESTED = "REQUESTED"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    AGREED = "AGREED"
    VERIFIED = "VERIFIED"
    FINALIZED = "FINALIZED"
    STARTED = "STARTED"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    TERMINATED = "TERMINATED"


class Step(StrEnum):
    """What a message does."""

    REQUEST = "request"
    OFFER = "offer"
    ACCEPT = "accept"
    AGREE = "agree"
    VERIFY = "verify"
    FINALIZE = "finalize"
    START = "start"
    SUSPEND = "suspend"
    COMPLETE = "complete"
    TERMINATE = "terminate"


C, P = Side.CONSUMER, Side.PROVIDER
Moves = Mapping[tuple[Step, Side], State]
NOWHERE: Moves = {}


def _either(step: Step, state: State) -> dict[tuple[Step, Side], State]:
    return {(step, C): state, (step, P): state}


TERMINATES = _either(Step.TERMINATE, State.TERMINATED)


@dataclass(frozen=True, slots=True)
class Machine:
    """A life: how it begins and what follows. ``ends`` are the states that nothing leaves."""

    kind: Kind
    begins: Moves
    follows: Mapping[State, Moves]

    @property
    def ends(self) -> frozenset[State]:
        """States that nothing leaves."""
        return frozenset(state for state, moves in self.follows.items() if not moves)

    def moves(self, state: State | None) -> Moves:
        """What may happen next; before anything happened, how it begins."""
        return self.begins if state is None else self.follows.get(state, NOWHERE)

    def turns(self, state: State) -> frozenset[Side]:
        """Whose step is awaited: those who may do something else than end it."""
        return frozenset(side for step, side in self.moves(state) if step is not Step.TERMINATE)


NEGOTIATION = Machine(
    Kind.NEGOTIATION,
    begins={(Step.REQUEST, C): State.REQUESTED, (Step.OFFER, P): State.OFFERED},
    follows={
        State.REQUESTED: {(Step.OFFER, P): State.OFFERED, (Step.AGREE, P): State.AGREED, **TERMINATES},
        State.OFFERED: {(Step.REQUEST, C): State.REQUESTED, (Step.ACCEPT, C): State.ACCEPTED, **TERMINATES},
        State.ACCEPTED: {(Step.AGREE, P): State.AGREED, **TERMINATES},
        State.AGREED: {(Step.VERIFY, C): State.VERIFIED, **TERMINATES},
        State.VERIFIED: {(Step.FINALIZE, P): State.FINALIZED, **TERMINATES},
        State.FINALIZED: NOWHERE,
        State.TERMINATED: NOWHERE,
    },
)
TRANSFER = Machine(
    Kind.TRANSFER,
    begins={(Step.REQUEST, C): State.REQUESTED},
    follows={
        State.REQUESTED: {(Step.START, P): State.STARTED, **TERMINATES},
        State.STARTED: {**_either(Step.COMPLETE, State.COMPLETED), **_either(Step.SUSPEND, State.SUSPENDED), **TERMINATES},
        State.SUSPENDED: {**_either(Step.START, State.STARTED), **TERMINATES},
        State.COMPLETED: NOWHERE,
        State.TERMINATED: NOWHERE,
    },
)
MACHINES: Mapping[Kind, Machine] = {machine.kind: machine for machine in (NEGOTIATION, TRANSFER)}

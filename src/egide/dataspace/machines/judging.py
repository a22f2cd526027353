"""One function decides what a message does, another what to make of a peer that says it stands elsewhere. Both are pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from egide.dataspace.machines.tables import Machine, Side, State, Step
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_


class Fault(StrEnum):
    """Why a message changes nothing."""

    ILLEGAL = "illegal-transition"
    UNKNOWN = "unknown-process"
    """Or one that is somebody else's, which is told in the same words."""
    UNFIT = "unfit-message"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The step is taken."""

    state: State


@dataclass(frozen=True, slots=True)
class Repeated:
    """The message was accepted before: the same answer again, and nothing changes."""

    state: State


@dataclass(frozen=True, slots=True)
class Refusal:
    """The step is not taken, and nothing changes."""

    fault: Fault
    reason: Reason


UNKNOWN = Refusal(Fault.UNKNOWN, Reason(Fault.UNKNOWN, {}, N_("no process of yours by that name")))


def judged(
    machine: Machine, state: State | None, step: Step, by: Side, *, begins: bool = False, repeated: bool = False,
) -> Accepted | Repeated | Refusal:
    """What a step by a side does to a process in that state.

    ``state`` is None when there is no such process, or it isn't the sender's; ``begins``: the message is one that opens a process.
    ``repeated``: the very message was accepted already (by its key; without one, when it is equal to the last that was accepted and
    nothing has happened since). An illegal step is refused as such and never as unknown.
    """
    if repeated and state is not None:
        return Repeated(state)
    if state is None and not begins:
        return UNKNOWN
    found = machine.moves(state).get((step, by))
    if found is not None:
        return Accepted(found)
    args = {"state": state or "-", "step": step.value, "side": by.value}
    return Refusal(Fault.ILLEGAL, Reason(Fault.ILLEGAL, args, N_("in {state}, the {side} cannot {step}")))


def reconciled(machine: Machine, mine: State, theirs: State) -> State | None:
    """The state to take over from a peer that refused our step and says where it stands; None when ours stays.

    Two steps that cross each other on the way leave both sides where the other's step is illegal (one completes while the other suspends).
    Who is not at an end follows the one who is: nothing leaves an end, so no other meeting point exists.
    """
    if mine in machine.ends or theirs not in machine.ends:
        return None
    return theirs

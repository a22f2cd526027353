"""The life of a flow of data (Data Plane Signaling, «Data Flow State Machine»), and what a plane is told when its transfer moves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from egide.dataspace.machines import Side, State


class Flowing(StrEnum):
    """Where a flow stands, in the specification's own words."""

    INITIALIZED = "INITIALIZED"
    PREPARING = "PREPARING"
    PREPARED = "PREPARED"
    STARTING = "STARTING"
    STARTED = "STARTED"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    TERMINATED = "TERMINATED"


class Signal(StrEnum):
    """What a plane is told; each is the last part of an address below `/dataflows`."""

    PREPARE = "prepare"
    START = "start"
    STARTED = "started"
    SUSPEND = "suspend"
    RESUME = "resume"
    TERMINATE = "terminate"
    COMPLETED = "completed"


F = Flowing
FOLLOWS: Mapping[Flowing, frozenset[Flowing]] = {
    F.INITIALIZED: frozenset({F.PREPARING, F.PREPARED, F.STARTING, F.STARTED, F.TERMINATED}),
    F.PREPARING: frozenset({F.PREPARED, F.TERMINATED}),
    F.PREPARED: frozenset({F.STARTING, F.STARTED, F.TERMINATED}),
    F.STARTING: frozenset({F.STARTED, F.TERMINATED}),
    F.STARTED: frozenset({F.SUSPENDED, F.COMPLETED, F.TERMINATED}),
    F.SUSPENDED: frozenset({F.STARTED, F.TERMINATED}),
    F.COMPLETED: frozenset(),
    F.TERMINATED: frozenset(),
}
"""The specification has no way from SUSPENDED to COMPLETED, and neither has the protocol's transfer."""
ENDS = frozenset(state for state, following in FOLLOWS.items() if not following)
LEADS: Mapping[Signal, Flowing] = {
    Signal.PREPARE: F.PREPARED, Signal.START: F.STARTED, Signal.STARTED: F.STARTED, Signal.SUSPEND: F.SUSPENDED, Signal.RESUME: F.STARTED,
    Signal.TERMINATE: F.TERMINATED, Signal.COMPLETED: F.COMPLETED,
}  # fmt: skip
"""Where a signal leads, once it is done."""


def owed(side: Side, state: State, flow: Flowing) -> Signal | None:
    """What a plane must be told when its transfer, on our side of it, stands there; None when it knows."""
    if flow in ENDS:
        return None
    if state is State.TERMINATED:
        return Signal.TERMINATE
    if state is State.COMPLETED:
        return Signal.COMPLETED
    if state is State.SUSPENDED:
        return Signal.SUSPEND if flow is F.STARTED else None
    if state is State.STARTED:
        if flow is F.SUSPENDED:
            return Signal.RESUME
        return Signal.STARTED if side is Side.CONSUMER and flow is F.PREPARED else None
    return None

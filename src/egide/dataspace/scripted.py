"""A connector that reacts as a script says, for conformance runs: per dataset or agreement, the steps and the states to take them at.

The reactions of an id are taken in order: the next one waits until the process stands at its state. What the script does not name is
decided as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from egide.dataspace.deciding import Decider, agreeing, terms
from egide.dataspace.machines import Fault, Kind, Refusal, Side, State, Step
from egide.dataspace.processes.process import Process
from egide.dataspace.processes.steps import Incoming, Move
from egide.dataspace.processes.writer import Unit
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

ANYONE = "urn:egide:anyone"
"""Whoever speaks to a scripted connector: it asks for no identity."""
PLACE = "script-at"
OPEN: Mapping[str, Any] = {"permission": [{"action": "use"}]}


class Reaction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At a state, a step."""

    on: State
    send: Step


Table = Mapping[str, tuple[Reaction, ...]]


class Sides(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reactions by id, on either side."""

    provider: Table = msgspec.field(default_factory=dict)
    consumer: Table = msgspec.field(default_factory=dict)


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The whole script. ``offer``: the name of a dataset's offer, `{dataset}` in it; ``formats``: how the datasets are had."""

    participant: str
    wait_ms: int
    offer: str
    formats: list[str]
    datasets: list[str]
    agreements: list[str]
    negotiations: Sides
    transfers: Sides

    def reactions(self, process: Process) -> tuple[Reaction, ...] | None:
        """Those of a process; None when the script does not name it."""
        sides = self.negotiations if process.kind is Kind.NEGOTIATION else self.transfers
        return (sides.provider if process.side is Side.PROVIDER else sides.consumer).get(self.named(process))

    def named(self, process: Process) -> str:
        """The dataset or agreement; of a request without a target, by the name of its offer."""
        before, _, after = self.offer.partition("{dataset}")
        offer = str(process.body.get("offer", {}).get("@id", ""))
        return process.subject or offer.removeprefix(before).removesuffix(after)


@dataclass(frozen=True, slots=True)
class Player:
    """Plays a script; what it does not name is left to the decider."""

    script: Script
    decider: Decider

    def delay_seconds(self, process: Process) -> float | None:
        """The pause before each step, where the next one is for this state."""
        reactions = self.script.reactions(process)
        if reactions is None:
            return self.decider.delay_seconds(process)
        return None if self._next(process, reactions) is None else self.script.wait_ms / 1000

    def react(self, unit: Unit, process: Process) -> Move | None:
        """The step of the script."""
        reactions = self.script.reactions(process)
        if reactions is None:
            return self.decider.react(unit, process)
        found = self._next(process, reactions)
        if found is None:
            return None
        return _at(self._move(found.send, unit, process), process.body.get(PLACE, 0) + 1)

    def admit(self, unit: Unit, said: Incoming) -> Refusal | None:
        """A transfer is admitted under the agreements that the script lists."""
        if said.kind is Kind.TRANSFER and said.subject not in self.script.agreements:
            return Refusal(Fault.UNFIT, Reason("unknown-agreement", {}, N_("no agreement of yours by that name is final")))
        return None

    def _next(self, process: Process, reactions: tuple[Reaction, ...]) -> Reaction | None:
        at = process.body.get(PLACE, 0)
        return reactions[at] if at < len(reactions) and reactions[at].on is process.state else None

    def _move(self, step: Step, unit: Unit, process: Process) -> Move:
        offer = {"@type": "Offer", **process.body.get("offer", {}), "target": self.script.named(process)}
        if step is Step.OFFER:
            return Move(step, {"offer": offer}, says={"offer": offer})
        if step is Step.REQUEST:
            asked = {"@type": "Offer", "@id": offer["@id"], "target": offer["target"], **terms(offer)}
            return Move(step, {"offer": asked}, says={"offer": asked})
        if step is Step.AGREE:
            return agreeing(process, self.decider.participant, unit.now)
        if step in {Step.TERMINATE, Step.SUSPEND}:
            return Move(step, reason=[{"code": "scripted", "text": "the script says so"}])
        if step is Step.START and process.side is Side.PROVIDER and process.state is State.REQUESTED:
            begun = self.decider.begin(unit, process, replace(process, agreement=process.subject), {})
            return begun if isinstance(begun, Move) else Move(step)
        return Move(step)


def _at(move: Move, place: int) -> Move:
    """The step, and the place in the script after it."""
    return Move(move.step, {**move.changes, PLACE: place}, move.reason, move.says, move.agreement)

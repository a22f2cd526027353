"""The steps that a connector takes by itself: which offers it agrees to, which agreements it verifies, which transfers it starts.

A provider agrees to its own offers as they stand and to nothing else; a consumer verifies an agreement that says what it asked for. What a
policy demands of the one who asks is judged by what is passed here (`Judge`). None means: a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import bindparam, select

from egide.dataspace.kept.tables import PROCESSES
from egide.dataspace.machines import Fault, Kind, Refusal, Side, State, Step
from egide.dataspace.offering import offered
from egide.dataspace.processes.process import Process, read_process
from egide.dataspace.processes.steps import Incoming, Move, Reasons, reason_document
from egide.dataspace.processes.writer import Unit
from egide.store.ready import Ready
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.transaction import Transaction

RULES = ("profile", "permission", "prohibition", "obligation")
"""What of a policy are its terms; names and parties are not."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the one who asks meets a policy; unknown when a person must look. ``until``: when the clock alone ends it."""

    answer: Answer
    because: tuple[Reason, ...] = ()
    until: datetime | None = None


Judge = Callable[[Mapping[str, Any], Process], Judgement]
"""Puts a policy, as it came, to the peer of a process."""
Begin = Callable[[Unit, Process, Process, Mapping[str, Any]], Move | Reason | None]
"""Has a data plane start a transfer under an agreement (`signaling.control.Planes.begin`)."""


@dataclass(frozen=True, slots=True)
class Decider:
    """``participant``: who we are. ``begin``: has a data plane start a transfer."""

    participant: str
    judge: Judge
    begin: Begin

    def delay_seconds(self, process: Process) -> float | None:
        """At once, where a step of ours may follow; a transfer that runs is looked at again when its policy ends."""
        where = (process.kind, process.side, process.state)
        if where == RUNNING:
            ends = until(process)
            return None if ends is None else max((ends - process.updated_at).total_seconds(), 0.0)  # not a moment before it ends
        return 0.0 if where in _STEPS else None

    def react(self, unit: Unit, process: Process) -> Move | None:
        """Our step."""
        return _STEPS[process.kind, process.side, process.state](self, unit, process)

    def admit(self, unit: Unit, said: Incoming) -> Refusal | None:
        """What stands against a transfer: an agreement with this very peer that isn't there, or a format that isn't offered."""
        if said.kind is not Kind.TRANSFER:
            return None
        agreed = agreement(unit.tx, said.subject, Side.PROVIDER, said.peer)
        if agreed is None:
            return Refusal(Fault.UNFIT, Reason("unknown-agreement", {}, N_("no agreement of yours by that name is final")))
        dataset = offered.one(unit.tx, agreed.subject)
        asked = said.changes.get("format")
        if dataset is not None and asked not in dataset.formats:
            args = {"formats": ", ".join(dataset.formats)}
            return Refusal(Fault.UNFIT, Reason("format-unoffered", args, N_("the data is had in these formats: {formats}")))
        if asked == offered.PUSH and "data-address" not in said.changes:
            return Refusal(Fault.UNFIT, Reason("address-missing", {}, N_("to push the data, its `dataAddress` must be said")))
        return None

    def _answer_request(self, unit: Unit, process: Process) -> Move | None:
        asked = process.body.get("offer", {})
        dataset = offered.one(unit.tx, process.subject) if process.subject else offered.of_offer(unit.tx, str(asked.get("@id")))
        offer = next((one for one in dataset.offers if one.id == asked.get("@id")), None) if dataset else None
        hidden = offer is not None and offer.access is not None and self.judge(offer.access, process).answer is Answer.NOT_MET
        if offer is None or hidden:
            return _end(Reason("unknown-offer", {}, N_("no offer by that name on that dataset")))
        if terms(offer.rules) != terms(asked):
            return _end(Reason("offer-changed", {}, N_("the offer that is asked for is not the one that was made")))
        return self._agree(unit, replace(process, subject=dataset.id) if dataset else process)

    def _agree(self, unit: Unit, process: Process) -> Move | None:
        offer = process.body.get("offer", {})
        judged = self.judge(offer, process)
        if judged.answer is Answer.UNKNOWN:
            unit.tell(process, "noted", reason=[reason_document(one) for one in judged.because])
            return None
        if judged.answer is Answer.NOT_MET:
            return Move(Step.TERMINATE, reason=[reason_document(one) for one in judged.because])
        return agreeing(process, self.participant, unit.now)

    def _finalize(self, unit: Unit, process: Process) -> Move | None:
        return Move(Step.FINALIZE)

    def _accept(self, unit: Unit, process: Process) -> Move | None:
        """An offer that we asked for ourselves is accepted; another waits for a person."""
        asked = process.body.get("asked")
        return Move(Step.ACCEPT) if asked is not None and terms(asked) == terms(process.body.get("offer", {})) else None

    def _verify(self, unit: Unit, process: Process) -> Move | None:
        agreed, offer = process.body.get("agreement", {}), process.body.get("offer", {})
        parties = agreed.get("assigner") == process.peer and agreed.get("assignee") == self.participant
        if parties and agreed.get("target") == process.subject and terms(agreed) == terms(offer):
            return Move(Step.VERIFY)
        return _end(Reason("agreement-differs", {}, N_("the agreement is not what was asked for, or not between us")))

    def _start(self, unit: Unit, process: Process) -> Move | None:
        agreed = agreement(unit.tx, process.subject, Side.PROVIDER, process.peer)
        judged = self._still(process, agreed)
        if agreed is None or judged.answer is Answer.NOT_MET:
            return Move(Step.TERMINATE, reason=[reason_document(one) for one in judged.because])
        begun = self.begin(unit, process, agreed, _ends(judged))
        return _end(begun) if isinstance(begun, Reason) else begun

    def _go_on(self, unit: Unit, process: Process) -> Move | None:
        """The moment has come that its policy named: the transfer ends, with the condition as its reason."""
        because = self._still(process, agreement(unit.tx, process.subject, Side.PROVIDER, process.peer)).because
        ended = Reason("policy-ended", {"until": str(process.body.get("until"))}, N_("its policy permits it until {until}"))
        return Move(Step.TERMINATE, reason=[reason_document(one) for one in because or (ended,)])

    def _still(self, process: Process, agreed: Process | None) -> Judgement:
        """Whether the agreement of a transfer permits it now."""
        if agreed is None:
            return Judgement(Answer.NOT_MET, (Reason("unknown-agreement", {}, N_("no agreement of yours by that name is final")),))
        proven = process.body.get("proven", agreed.body.get("proven"))
        asked = replace(process, subject=agreed.subject, body={**process.body, "proven": proven})
        return self.judge(agreed.body.get("agreement", {}), asked)


N, T, C, P = Kind.NEGOTIATION, Kind.TRANSFER, Side.CONSUMER, Side.PROVIDER
_STEPS: Mapping[tuple[Kind, Side, State], Callable[[Decider, Unit, Process], Move | None]] = {
    (N, P, State.REQUESTED): Decider._answer_request,
    (N, P, State.ACCEPTED): Decider._agree,
    (N, P, State.VERIFIED): Decider._finalize,
    (N, C, State.OFFERED): Decider._accept,
    (N, C, State.AGREED): Decider._verify,
    (T, P, State.REQUESTED): Decider._start,
    (T, P, State.STARTED): Decider._go_on,
}
RUNNING = (T, P, State.STARTED)


def until(process: Process) -> datetime | None:
    """When the policy of a transfer ends by the clock alone; None when it doesn't."""
    said = process.body.get("until")
    return datetime.fromisoformat(said) if said else None


def _ends(judged: Judgement) -> dict[str, Any]:
    return {"until": None if judged.until is None else judged.until.isoformat()}


def agreeing(process: Process, participant: str, now: datetime) -> Move:
    """The step that agrees to the offer of a process as it stands."""
    agreed = {
        "@type": "Agreement", "@id": uuid4().urn, "target": process.subject, "assigner": participant, "assignee": process.peer,
        "timestamp": now.isoformat(timespec="seconds").replace("+00:00", "Z"), **terms(process.body.get("offer", {})),
    }  # fmt: skip
    return Move(Step.AGREE, {"agreement": agreed}, says={"agreement": agreed}, agreement=agreed["@id"])


def terms(policy: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of a policy."""
    return {name: policy[name] for name in RULES if name in policy}


def agreement(tx: Transaction, name: str, side: Side, peer: str | None = None) -> Process | None:
    """The negotiation that ended in that agreement, on that side of ours."""
    rows = tx.ask(_AGREED, name=name, side_=side.value)
    found = (read_process(row) for row in rows)
    return next((one for one in found if peer is None or one.peer == peer), None)


_AGREED = Ready(select(PROCESSES).where(
    PROCESSES.c.agreement == bindparam("name"), PROCESSES.c.kind == Kind.NEGOTIATION.value, PROCESSES.c.side == bindparam("side_"),
    PROCESSES.c.state == State.FINALIZED.value,
))  # fmt: skip


def _end(reason: Reason) -> Move:
    reasons: Reasons = [reason_document(reason)]
    return Move(Step.TERMINATE, reason=reasons)

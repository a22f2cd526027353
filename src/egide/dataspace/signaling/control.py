"""The control plane's half: which plane moves a transfer, what it is told as the transfer moves, what follows from what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from egide.dataspace.machines import Kind, Refusal, Side, State, Step
from egide.dataspace.offering.offered import PULL, PUSH
from egide.dataspace.processes.process import Process, find
from egide.dataspace.processes.steps import Move, Stepped, begin, noted, reason_document, take
from egide.dataspace.signaling.flows import Flow, find_flow, move_flow, open_flow
from egide.dataspace.signaling.life import FOLLOWS, LEADS, Flowing, Signal, owed
from egide.dataspace.signaling.messages import HTTP_PULL, HTTP_PUSH, Prepare, Start, Started, Status, Stop, fresh, given, whole
from egide.dataspace.signaling.planes import Distant, Plane, RefusedFlowError, named, registered
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.dataspace.processes.writer import Unit

OURS = frozenset({PULL, PUSH, HTTP_PULL, HTTP_PUSH})
"""What our own plane moves, where no other says that it does."""
CONTEXT = "default"
"""Of the data space: a connector stands in one."""
_UNKNOWN = Reason("flow-unknown", {}, N_("no flow of data by that name is moved by that plane"))


@dataclass(frozen=True, slots=True)
class Planes:
    """``own``: our own plane. ``wake``: told whose signal waits to be sent. ``delay_seconds``: of the engine, for steps that follow."""

    participant: str
    own: Plane
    wake: Callable[[str], None]
    delay_seconds: Callable[[Process], float | None]

    def prepare(self, unit: Unit, pid: str, agreed: Process, profile: str, ask: Mapping[str, Any]) -> Status | None:
        """Have a plane of ours make ready for a transfer that we are about to ask for; None when none moves that.

        ``ask``: what opens the transfer once the plane is ready, as `opening` takes it. Raises `RefusedFlowError`.
        """
        plane = self._for(unit, profile)
        if plane is None:
            return None
        said = plane.prepare(unit, Prepare(**self._about(pid, agreed, profile)))
        open_flow(unit, Flow(pid, plane.id, Side.CONSUMER, said.state, {"ask": dict(ask)}))
        return said

    def begin(self, unit: Unit, process: Process, agreed: Process, changes: Mapping[str, Any]) -> Move | Reason | None:
        """The step that starts a transfer of ours as the provider; None when a plane is still at it; or why none moves it.

        ``changes``: what the process keeps once it starts.
        """
        profile = str(process.body.get("format"))
        plane = self._for(unit, profile)
        if plane is None:
            return Reason("no-data-plane", {"format": profile}, N_("nothing here moves data as {format}"))
        message = Start(**self._about(process.pid, agreed, profile), data_address=given(process.body.get("data-address")))
        try:
            said = plane.start(unit, message)
        except RefusedFlowError as error:
            return error.reason
        open_flow(unit, Flow(process.pid, plane.id, Side.PROVIDER, said.state, {"changes": dict(changes)}))
        return _starting(changes, said) if said.state is Flowing.STARTED else None

    def follow(self, unit: Unit, process: Process) -> None:
        """Tell the plane of a transfer where that stands now, if it doesn't know."""
        flow = find_flow(unit.tx, process.pid)
        signal = owed(process.side, process.state, flow.state) if flow else None
        if flow is None or signal is None:
            return
        plane = self._of(unit, flow)
        if plane is not None:
            plane.tell(unit, process.pid, signal, _message(signal, process))
        move_flow(unit, flow, LEADS[signal])

    def resume(self, unit: Unit, process: Process) -> bool:
        """Have a plane of somebody else take up what rests, before the peer is told; false when there is none to wait for."""
        flow = find_flow(unit.tx, process.pid)
        plane = self._of(unit, flow) if flow and flow.plane and flow.state is Flowing.SUSPENDED else None
        if plane is None:
            return False
        plane.tell(unit, process.pid, Signal.RESUME, Started(message_id=fresh()))
        return True

    def hear(self, unit: Unit, pid: str, said: Status, plane: str | None = None) -> Stepped | Refusal | None:
        """What follows from where a plane says that a flow stands; ``plane``: who says it, None for one that may speak of all.

        Raises `RefusedFlowError` for a flow that isn't there, isn't the plane's, or cannot stand there.
        """
        flow = find_flow(unit.tx, pid)
        if flow is None or (plane is not None and flow.plane != plane):
            raise RefusedFlowError(_UNKNOWN)
        if said.error:
            noted(unit, pid, Reason("plane-errored", {"error": said.error[:500]}, N_("its data plane reports: {error}")))
        if said.state is flow.state:
            return None
        if said.state not in FOLLOWS[flow.state]:
            args = {"from": flow.state.value, "to": said.state.value}
            raise RefusedFlowError(Reason("flow-illegal", args, N_("from {from}, a flow of data does not go to {to}")))
        moved = move_flow(unit, flow, said.state)
        return self._follows(unit, moved, said)

    def fail(self, unit: Unit, pid: str, reason: Reason) -> Stepped | Refusal | None:
        """A plane did not begin, and will not: the transfer ends, or is never asked for."""
        flow = find_flow(unit.tx, pid)
        if flow is None or flow.over:
            return None
        move_flow(unit, flow, Flowing.TERMINATED, failed=reason_document(reason))
        if find(unit.tx, pid) is None:
            return None
        return take(unit, pid, Move(Step.TERMINATE, reason=[reason_document(reason)]), self.delay_seconds)

    def _follows(self, unit: Unit, flow: Flow, said: Status) -> Stepped | Refusal | None:
        if said.state is Flowing.PREPARED:
            return opening(unit, flow.pid, flow.body["ask"], _address(said), self.delay_seconds)
        process = find(unit.tx, flow.pid, hold=True)
        if process is None:
            return None
        if said.state is Flowing.STARTED and process.side is Side.PROVIDER and process.state in {State.REQUESTED, State.SUSPENDED}:
            return take(unit, flow.pid, _starting(flow.body.get("changes", {}), said), self.delay_seconds)
        if said.state is Flowing.COMPLETED and process.state is State.STARTED:
            return take(unit, flow.pid, Move(Step.COMPLETE), self.delay_seconds)
        return None

    def _for(self, unit: Unit, profile: str) -> Plane | None:
        for record in registered(unit.tx):
            if profile in record.profiles:
                return Distant(record, self.wake)
        return self.own if profile in OURS else None

    def _of(self, unit: Unit, flow: Flow) -> Plane | None:
        """The plane of a flow; None when it is no longer registered."""
        record = named(unit.tx, flow.plane) if flow.plane else None
        return self.own if not flow.plane else Distant(record, self.wake) if record else None

    def _about(self, pid: str, agreed: Process, profile: str) -> dict[str, Any]:
        proven = agreed.body.get("proven") or {}
        return {
            "message_id": fresh(), "participant_id": self.participant, "counter_party_id": agreed.peer, "dataspace_context": CONTEXT,
            "data_flow_id": pid, "agreement_id": agreed.agreement or "", "dataset_id": agreed.subject,
            "profile": {PULL: HTTP_PULL, PUSH: HTTP_PUSH}.get(profile, profile), "claims": dict(proven.get("values", {})),
        }  # fmt: skip


def opening(
    unit: Unit, pid: str, ask: Mapping[str, Any], address: Mapping[str, Any] | None, delay_seconds: Callable[[Process], float | None],
) -> Stepped:
    """Ask the provider for the data of an agreement. ``ask``: `agreement`, `format`, `peer`, `address` of the peer."""
    says: dict[str, Any] = {"agreementId": ask["agreement"], "format": ask["format"]}
    if address is not None:
        says["dataAddress"] = whole(address)
    move = Move(Step.REQUEST, {"format": ask["format"]}, says=says, agreement=ask["agreement"])
    return begin(unit, Kind.TRANSFER, Side.CONSUMER, ask["peer"], ask["address"], ask["agreement"], move, delay_seconds, pid=pid)


def _starting(changes: Mapping[str, Any], said: Status) -> Move:
    address = _address(said)
    return Move(Step.START, changes, says={} if address is None else {"dataAddress": whole(address)})


def _address(said: Status) -> Mapping[str, Any] | None:
    return None if said.data_address is UNSET else said.data_address


def _message(signal: Signal, process: Process) -> Started | Stop | None:
    if signal in {Signal.STARTED, Signal.RESUME}:
        return Started(message_id=fresh(), data_address=given(process.body.get("data-address")))
    if signal is Signal.COMPLETED:
        return None
    reason = "; ".join(str(one.get("text", "")) for one in process.reason or ())
    return Stop(message_id=fresh(), reason=reason) if reason else Stop(message_id=fresh())



"""Our own data plane: HTTP pull and push, within the process of the connector.

It is told what any plane is told (`signaling.planes.Plane`) and answers at once. What pulls and what pushes looks at the transfer itself,
so that nothing flows that its state does not allow, whoever changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import UNSET

from egide.dataspace.machines import Kind, Side, State
from egide.dataspace.offering.offered import PUSH
from egide.dataspace.planes.pull import Pull, address
from egide.dataspace.signaling.life import Flowing, Signal
from egide.dataspace.signaling.messages import HTTP_PULL, HTTP_PUSH, Message, Prepare, Start, Status, fresh
from egide.dataspace.signaling.planes import RefusedFlowError
from egide.dataspace.wire.reach import Reach, UnreachableError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.dataspace.processes.process import Process
    from egide.dataspace.processes.writer import Unit

ARRIVE = "arrive"
ARRIVALS = "in"
ARRIVE_DAYS = 400
"""How long the token of an address lasts that data is pushed to; the state of the transfer closes it sooner."""
_STRAY = Reason("address-unwanted", {}, N_("data that is pulled takes no address to push to"))
_HOMELESS = Reason("address-missing", {}, N_("to push the data, its `dataAddress` must be said"))


@dataclass(frozen=True, slots=True)
class OwnPlane:
    """``reach``: which addresses are spoken to at all; ``push_to``: the hosts that data is pushed to, None for any of those; a name that
    begins with a dot stands for whatever is below it."""

    pull: Pull
    reach: Reach
    push_to: Sequence[str] | None
    now: Callable[[], datetime]

    @property
    def id(self) -> str:
        """See `Plane`."""
        return ""

    def prepare(self, unit: Unit, message: Prepare) -> Status:
        """Make ready: for a push, the address and its token."""
        pushed = message.profile in {HTTP_PUSH, PUSH}
        return _status(message, Flowing.PREPARED, self.arrival(message.data_flow_id) if pushed else None)

    def start(self, unit: Unit, message: Start) -> Status:
        """Open what is pulled, or look whether what is pushed may go there. Raises `RefusedFlowError`."""
        given = None if message.data_address is UNSET else message.data_address
        if message.profile == HTTP_PULL:
            if given is not None:
                raise RefusedFlowError(_STRAY)
            return _status(message, Flowing.STARTED, self.pull.address(message.data_flow_id, self.now()))
        self.admit(given)
        return _status(message, Flowing.STARTED, None)

    def tell(self, unit: Unit, pid: str, signal: Signal, message: Message | None) -> None:
        """Nothing is to be done: whatever moves data follows the transfer."""

    def admit(self, given: Mapping[str, Any] | None) -> str:
        """The address that a peer wants data pushed to. Raises `RefusedFlowError` for one that isn't spoken to."""
        endpoint = given.get("endpoint") if given else None
        if not isinstance(endpoint, str):
            raise RefusedFlowError(_HOMELESS)
        try:
            place = self.reach.place(endpoint)
        except UnreachableError as error:
            raise RefusedFlowError(Reason("address-unreachable", error.values, error.message)) from error
        if self.push_to is not None and not any(place.host == one or (one[:1] == "." and place.host.endswith(one)) for one in self.push_to):
            why = N_("data is not pushed to {host}: it is not on the list of this connector")
            raise RefusedFlowError(Reason("address-unlisted", {"host": place.host}, why))
        return endpoint

    def arrival(self, pid: str) -> dict[str, Any]:
        """Where a provider pushes the data of a transfer of ours to."""
        token = self.pull.tokens.issue(ARRIVE, pid, self.now() + timedelta(days=ARRIVE_DAYS))
        return address(f"{self.pull.base}/{ARRIVALS}/{quote(pid, safe=':')}", {"authType": "bearer", "authorization": token})


def arrives(process: Process | None) -> bool:
    """Whether data of a peer may come in now: its provider may begin before its word of that reaches us."""
    if process is None or process.kind is not Kind.TRANSFER or process.side is not Side.CONSUMER:
        return False
    return process.state in {State.REQUESTED, State.STARTED} and process.body.get("format") in {PUSH, HTTP_PUSH}


def _status(message: Prepare, state: Flowing, given: dict[str, Any] | None) -> Status:
    return Status(message_id=fresh(), state=state, data_flow_id=message.data_flow_id, data_address=UNSET if given is None else given)

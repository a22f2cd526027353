"""The issuer's desk (DCP 1.0.1, §6): what it can issue, who asked for what, what was decided and whether it arrived.

A decision is written before it is sent, and sent again until the holder has it. A request that comes twice is one request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import insert, select, update

from egide.dataspace.identity.documents import CREDENTIAL_SERVICE, service_of
from egide.dataspace.identity.exchange import OK, Surroundings
from egide.dataspace.identity.kept.tables import REQUESTS
from egide.dataspace.identity.messages import (
    CredentialContainer,
    CredentialMessage,
    CredentialRequest,
    CredentialStatus,
    IssuerMetadata,
    Supported,
    UnfitClaimsMessageError,
    encode,
)
from egide.dataspace.identity.tokens import self_issued
from egide.trust.dids.identifiers import NotAtHand
from egide.vocabulary.errors import EgideError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.connection import Store

RECEIVED, ISSUED, REJECTED = "RECEIVED", "ISSUED", "REJECTED"
STORE = "/credentials"
MOST_WANTED = 50


class DecidedError(EgideError):
    """The request was decided, or there is none."""

    def __init__(self, request: str) -> None:
        super().__init__(N_("no request `{request}` waits for a decision"), {"request": request})


@dataclass(frozen=True, slots=True)
class Request:
    """What a holder asked for, where it stands, and whether the decision has arrived."""

    id: str
    holder: str
    wanted: list[str]
    status: str
    delivered: bool


@dataclass(frozen=True, slots=True)
class Issuer:
    """``supported``: identifiers to what can be asked for."""

    store: Store
    around: Surroundings
    supported: Mapping[str, Supported]

    def metadata(self) -> IssuerMetadata:
        """What can be asked for."""
        return IssuerMetadata(issuer=self.around.speaker.did, supported=list(self.supported.values()))

    def ask(self, message: CredentialRequest, holder: str) -> str:
        """Keep a request; its identifier. The same request again is the same one. Raises `UnfitClaimsMessageError`."""
        wanted = [one.id for one in message.credentials]
        unknown = [one for one in wanted if one not in self.supported]
        if not wanted or unknown or len(wanted) > MOST_WANTED:
            raise UnfitClaimsMessageError(f"no credential is issued by the name {unknown[0]}" if unknown else "no credential is asked for")
        with self.store.write() as tx:
            tx.lock("claims_requests")
            same = (REQUESTS.c.holder == holder, REQUESTS.c.holder_pid == message.holder_pid)
            known = tx.execute(select(REQUESTS.c.id, REQUESTS.c.wanted).where(*same)).first()
            if known is not None:
                if known.wanted != wanted:
                    raise UnfitClaimsMessageError("another request by that holderPid is known")
                return str(known.id)
            made = self.around.draw()
            tx.execute(insert(REQUESTS).values(
                id=made, holder=holder, holder_pid=message.holder_pid, wanted=wanted, status=RECEIVED, delivered=False, asked_at=tx.now(),
            ))  # fmt: skip
        return made

    def status(self, request: str, holder: str) -> CredentialStatus | None:
        """Where a request of that holder stands; nothing when there is none of its own."""
        with self.store.read() as tx:
            found = tx.execute(select(REQUESTS).where(REQUESTS.c.id == request, REQUESTS.c.holder == holder)).first()
        return None if found is None else CredentialStatus(issuer_pid=found.id, holder_pid=found.holder_pid, status=found.status)

    def waiting(self) -> list[tuple[str, str, list[str]]]:
        """Requests that wait for a decision: identifier, holder, what is wanted."""
        with self.store.read() as tx:
            rows = tx.execute(select(REQUESTS).where(REQUESTS.c.status == RECEIVED).order_by(REQUESTS.c.asked_at, REQUESTS.c.id))
            return [(row.id, row.holder, row.wanted) for row in rows]

    def every(self) -> list[Request]:
        """Every request that was made, the oldest first."""
        with self.store.read() as tx:
            rows = list(tx.execute(select(REQUESTS).order_by(REQUESTS.c.asked_at, REQUESTS.c.id)))
        return [Request(row.id, row.holder, row.wanted, row.status, bool(row.delivered)) for row in rows]

    def waits(self, request: str) -> tuple[str, list[str]]:
        """Whose request waits for a decision, and what it wants. Raises `DecidedError`."""
        found = next((one for one in self.waiting() if one[0] == request), None)
        if found is None:
            raise DecidedError(request)
        return found[1], found[2]

    def issue(self, request: str, tokens: Sequence[tuple[str, str]]) -> None:
        """Decide to issue: types and tokens. Raises `DecidedError`."""
        containers = [CredentialContainer(kind=kind, payload=token, format="jwt") for kind, token in tokens]
        self._decide(request, lambda holder_pid: CredentialMessage(
            issuer_pid=request, holder_pid=holder_pid, status="ISSUED", credentials=containers))  # fmt: skip

    def reject(self, request: str, because: str) -> None:
        """Decide against it. Raises `DecidedError`."""
        self._decide(request, lambda holder_pid: CredentialMessage(
            issuer_pid=request, holder_pid=holder_pid, status="REJECTED", rejection=because))  # fmt: skip

    def _decide(self, request: str, message: Any) -> None:
        with self.store.write() as tx:
            tx.lock("claims_requests")
            found = tx.execute(select(REQUESTS).where(REQUESTS.c.id == request, REQUESTS.c.status == RECEIVED)).first()
            if found is None:
                raise DecidedError(request)
            said: CredentialMessage = message(found.holder_pid)
            document = msgspec.json.decode(encode(said))
            tx.execute(update(REQUESTS).where(REQUESTS.c.id == request).values(status=said.status, delivery=document))

    def deliver(self) -> tuple[int, tuple[Reason, ...]]:
        """Send what was decided and has not arrived. How many arrived, and why the others did not; call it again for those."""
        with self.store.read() as tx:
            owed = REQUESTS.c.status.in_((ISSUED, REJECTED)) & (REQUESTS.c.delivered == False)  # noqa: E712 - a comparison of SQL
            rows = list(tx.execute(select(REQUESTS).where(owed).order_by(REQUESTS.c.asked_at, REQUESTS.c.id)))
        failed = []
        for row in rows:
            if fault := self._send(row.holder, msgspec.json.encode(row.delivery)):
                failed.append(fault)
                continue
            with self.store.write() as tx:
                tx.execute(update(REQUESTS).where(REQUESTS.c.id == row.id).values(delivered=True))
        return len(rows) - len(failed), tuple(failed)

    def _send(self, holder: str, body: bytes) -> Reason | None:
        around = self.around
        place = service_of(holder, CREDENTIAL_SERVICE, around.fetch)
        if not isinstance(place, str):
            return place.reason if isinstance(place, NotAtHand) else place
        token = self_issued(around.speaker, holder, self.store.now(), around.draw())
        try:
            status, _ = around.post(place + STORE, f"Bearer {token}", body)
        except OSError as error:
            return Reason("service-silent", {"address": place, "error": str(error)[:200]},
                          N_("the credential service at {address} does not answer: {error}"))
        if status == OK:
            return None
        return Reason("service-refused", {"address": place, "status": status}, N_("the credential service at {address} answers {status}"))

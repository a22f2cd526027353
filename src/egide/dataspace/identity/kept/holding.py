"""The holder's desk (DCP 1.0.1, §6): what was asked of whom, and the credentials that came for it.

Only what was asked for is taken, only from whom it was asked of, only about ourselves, and only once its signature holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET
from sqlalchemy import insert, select, update

from egide.dataspace.identity import vc11
from egide.dataspace.identity.exchange import Surroundings
from egide.dataspace.identity.kept.issuing import MOST_WANTED, RECEIVED, REJECTED
from egide.dataspace.identity.kept.tables import ASKED, HELD
from egide.dataspace.identity.messages import CredentialMessage, CredentialRequest, Wanted
from egide.dataspace.identity.presenting import Holder, held
from egide.dataspace.identity.scopes import Held
from egide.trust.credentials.results import Mode, Outcome
from egide.trust.credentials.verifying import verify
from egide.trust.credentials.world import World
from egide.trust.dids.identifiers import NotAtHand
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from egide.store.connection import Store
    from egide.store.transaction import Transaction

UNASKED = Reason("unasked", {}, N_("nothing was asked of this issuer by that holderPid"))


@dataclass(frozen=True, slots=True)
class Standing:
    """A request of ours, and where it stands."""

    pid: str
    issuer: str
    wanted: list[str]
    status: str
    because: str | None


@dataclass(frozen=True, slots=True)
class Wallet:
    """What we keep."""

    store: Store
    around: Surroundings

    def asks(self, issuer: str, wanted: Sequence[str]) -> CredentialRequest:
        """A request to send to an issuer, written down first; the same again while it is not decided, which the issuer takes once."""
        pid = self.around.draw()
        same = (ASKED.c.issuer == issuer, ASKED.c.status == RECEIVED)
        with self.store.write() as tx:
            tx.lock("claims_asked")
            known = [row for row in tx.execute(select(ASKED).where(*same)) if row.wanted == list(wanted)]
            if known:
                return CredentialRequest(holder_pid=known[0].holder_pid, credentials=[Wanted(id=one) for one in wanted])
            tx.execute(insert(ASKED).values(holder_pid=pid, issuer=issuer, wanted=list(wanted), status=RECEIVED, asked_at=tx.now()))
        return CredentialRequest(holder_pid=pid, credentials=[Wanted(id=one) for one in wanted])

    def receive(self, message: CredentialMessage, issuer: str) -> tuple[Reason, ...]:
        """Take in what an issuer delivers; why something was not taken. A delivery that comes twice is taken once."""
        pid = message.holder_pid if message.holder_pid is not UNSET else ""
        with self.store.read() as tx:
            asked = tx.execute(select(ASKED).where(ASKED.c.holder_pid == pid, ASKED.c.issuer == issuer)).first()
        if asked is None:
            return (UNASKED,)
        if message.status == REJECTED:
            because = message.rejection if message.rejection is not UNSET else None
            with self.store.write() as tx:
                tx.execute(update(ASKED).where(ASKED.c.holder_pid == pid).values(status=REJECTED, because=because))
            return ()
        every = message.credentials or []
        if len(every) > MOST_WANTED:
            return (Reason("too-many", {"limit": MOST_WANTED}, N_("more than {limit} credentials at once")),)
        judged = [(one.payload, self._fault(one.payload, issuer)) for one in every]
        with self.store.write() as tx:
            tx.lock("claims_held")
            for token in [token for token, fault in judged if fault is None]:
                self._keep(tx, token, issuer, pid)
            tx.execute(update(ASKED).where(ASKED.c.holder_pid == pid).values(status=message.status))
        return tuple(fault for _, fault in judged if fault is not None)

    def take(self, token: str) -> tuple[str, frozenset[str]] | Reason:
        """Take in a credential that came by another way than the protocol: its issuer and types, or why it is not taken."""
        kept = held(token)
        if isinstance(kept, Reason):
            return kept
        said = kept.document.get("issuer")
        issuer = str(said.get("id") if isinstance(said, dict) else said)
        if fault := self._fault(token, issuer):
            return fault
        with self.store.write() as tx:
            tx.lock("claims_held")
            self._keep(tx, token, issuer, "")
        return issuer, kept.types

    def holder(self) -> Holder:
        """What we can show."""
        with self.store.read() as tx:
            tokens = [row.token for row in tx.execute(select(HELD.c.token).order_by(HELD.c.received_at, HELD.c.digest))]
        return Holder(self.around.speaker, [one for one in map(held, tokens) if isinstance(one, Held)])

    def asked(self) -> list[Standing]:
        """Each request that we made, the oldest first."""
        with self.store.read() as tx:
            rows = list(tx.execute(select(ASKED).order_by(ASKED.c.asked_at)))
        return [Standing(row.holder_pid, row.issuer, row.wanted, row.status, row.because) for row in rows]

    def standing(self) -> list[tuple[str, str, str | None]]:
        """Each request that we made: its identifier, where it stands, and why it was rejected."""
        with self.store.read() as tx:
            return [(row.holder_pid, row.status, row.because) for row in tx.execute(select(ASKED).order_by(ASKED.c.asked_at))]

    def _keep(self, tx: Transaction, token: str, issuer: str, pid: str) -> None:
        digest = hashlib.sha256(token.encode()).hexdigest()
        if tx.execute(select(HELD.c.digest).where(HELD.c.digest == digest)).first() is None:
            tx.execute(insert(HELD).values(digest=digest, token=token, issuer=issuer, holder_pid=pid, received_at=tx.now()))

    def _fault(self, token: str, issuer: str) -> Reason | None:
        kept = held(token)
        if isinstance(kept, Reason):
            return kept
        return _about(kept.document, self.around.speaker.did) or self._unsigned(token, kept, issuer)

    def _unsigned(self, token: str, kept: Held, issuer: str) -> Reason | None:
        """Why the token isn't the issuer's own; its status may change, and is for verifiers."""
        other = Reason("issued-by-another", {"issuer": issuer}, N_("the credential is not issued by {issuer}"))
        now = self.store.now()
        if kept.profile == vc11.PROFILE:
            read = vc11.OldReader(now, self.around.fetch).credential(token, status=False)
            if isinstance(read, vc11.Read):
                return None if read.issuer == issuer else other
            return read.reason if isinstance(read, NotAtHand) else read
        try:
            found = verify(token.encode(), "credential", Mode.STRICT, now, World(fetch=self.around.fetch))
        except InputError as error:
            return Reason("not-a-credential", error.values, error.message)
        if found.parts[0].issuer != issuer:
            return other
        worst = next((step for step in found.steps if step.name != "status" and step.answer != "met"), None)
        if worst is None or found.outcome is Outcome.VERIFIED:
            return None
        return worst.because[0] if worst.because else other


def _about(document: Mapping[str, Any], did: str) -> Reason | None:
    subject = document.get("credentialSubject")
    if isinstance(subject, dict) and subject.get("id") == did:
        return None
    return Reason("about-another", {"party": did}, N_("the credential is not about {party}"))

"""Credentials asked of an issuer, and decided as one (DCP 1.0.1, §6): each step is kept first, and sent until it has arrived."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from egide.app.dataspace.folder import open_database
from egide.app.dataspace.wallet import UntakenError, by_claims_in, subject_of
from egide.dataspace.identity.documents import ISSUER_SERVICE, service_of
from egide.dataspace.identity.issued import signed
from egide.dataspace.identity.messages import IssuerMetadata, UnfitClaimsMessageError, encode, read
from egide.dataspace.identity.tokens import self_issued
from egide.dataspace.processes.steps import reason_document
from egide.trust.dids.identifiers import NotAtHand
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.dataspace.claims import ByClaims
    from egide.vocabulary.findings import Reason

LOGGER = logging.getLogger("egide.dataspace")
CREATED = 201


class IssuerError(EgideError):
    """An issuer did not take a request."""

    def __init__(self, issuer: str, problem: str) -> None:
        super().__init__(N_("{issuer} does not take the request: {problem}"), {"issuer": issuer, "problem": problem[:300]})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for credentials, of ours or of somebody else. ``party``: the issuer, or the holder."""

    id: str
    ours: bool
    party: str
    wanted: list[str]
    status: str
    because: str | None
    delivered: bool | None


@contextmanager
def _claims(folder: Path, database: str | None) -> Iterator[ByClaims]:
    from egide.app.dataspace.claims import ByClaims

    found = by_claims_in(folder)
    with open_database(folder, database) as store:
        yield ByClaims(folder, found, store)


def ask(folder: Path, issuer: str, wanted: list[str], database: str | None) -> str:
    """Ask an issuer for credentials, by the names or the types that it announces; our name for the request.

    Raises `IssuerError`, `UntakenError`.
    """
    with _claims(folder, database) as claims:
        around = claims.around
        place = service_of(issuer, ISSUER_SERVICE, around.fetch)
        if not isinstance(place, str):
            reason = place.reason if isinstance(place, NotAtHand) else place
            raise UntakenError(reason.message, dict(reason.args))
        offered = _announced(claims, issuer, place)
        names = [_named(one, offered, issuer) for one in wanted]
        request = claims.wallet.asks(issuer, names)
        token = self_issued(around.speaker, issuer, claims.store.now(), around.draw())
        _spoken(claims, "POST", issuer, f"{place}/credentials", token, encode(request), CREATED)
    return request.holder_pid


def _announced(claims: ByClaims, issuer: str, place: str) -> dict[str, str]:
    """What an issuer issues: identifiers to types."""
    token = self_issued(claims.around.speaker, issuer, claims.store.now(), claims.around.draw())
    body = _spoken(claims, "GET", issuer, f"{place}/metadata", token, None, 200)
    try:
        return {one.id: str(one.kind) for one in read(body, IssuerMetadata).supported}
    except UnfitClaimsMessageError as error:
        raise IssuerError(issuer, str(error)) from error


def _spoken(claims: ByClaims, method: str, issuer: str, address: str, token: str, body: bytes | None, wanted: int) -> bytes:
    try:
        status, said = claims.web.speak(method, address, f"Bearer {token}", body)
    except OSError as error:
        raise IssuerError(issuer, str(error)) from error
    if status != wanted:
        raise IssuerError(issuer, f"HTTP {status} {said[:200].decode('utf-8', 'replace')}")
    return said


def _named(wanted: str, offered: dict[str, str], issuer: str) -> str:
    found = wanted if wanted in offered else next((name for name, kind in offered.items() if kind == wanted), None)
    if found is None:
        raise InputError(N_("{issuer} does not issue {wanted}; it issues: {known}"),
                         values={"issuer": issuer, "wanted": wanted, "known": ", ".join(sorted(offered)) or "—"})  # fmt: skip
    return found


def requests(folder: Path, database: str | None) -> list[Asked]:
    """The requests that we made, and those that were made of us."""
    with _claims(folder, database) as claims:
        made = [Asked(one.pid, True, one.issuer, one.wanted, one.status, one.because, None) for one in claims.wallet.asked()]
        return made + [Asked(one.id, False, one.holder, one.wanted, one.status, None, one.delivered) for one in claims.issuer.every()]


def grant(folder: Path, request: str, says: list[str], days: int, database: str | None) -> tuple[str, tuple[Reason, ...]]:
    """Issue what a request asks for, saying this of its holder; the holder, and why it has not arrived yet, if it hasn't.

    Raises `DecidedError`, `InputError`.
    """
    with _claims(folder, database) as claims:
        holder, wanted = claims.issuer.waits(request)
        offers = [claims.issuer.supported[one] for one in wanted if one in claims.issuer.supported]
        subject, now = subject_of(holder, says), claims.store.now()
        speaker, lasts = claims.around.speaker, timedelta(days=days)
        made = [(str(one.kind), signed(one, subject, speaker, uuid4().urn, now, lasts)) for one in offers]
        claims.issuer.issue(request, made)
        return holder, claims.issuer.deliver()[1]


def reject(folder: Path, request: str, because: str, database: str | None) -> tuple[str, tuple[Reason, ...]]:
    """Decide against a request; the holder, and why it has not heard yet, if it hasn't. Raises `DecidedError`."""
    with _claims(folder, database) as claims:
        holder, _ = claims.issuer.waits(request)
        claims.issuer.reject(request, because)
        return holder, claims.issuer.deliver()[1]


def deliver_again(claims: ByClaims) -> None:
    """What was decided and has not arrived is sent again."""
    for fault in claims.issuer.deliver()[1]:
        LOGGER.warning("a credential has not arrived: %s", reason_document(fault)["text"])


def shown(found: Asked) -> dict[str, Any]:
    """A request as JSON."""
    return {"id": found.id, "ours": found.ours, "party": found.party, "wanted": found.wanted, "status": found.status,
            "because": found.because, "delivered": found.delivered}  # fmt: skip

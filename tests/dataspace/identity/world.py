"""A provider, a consumer, an issuer and a web between them that only exists here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from egide.dataspace.identity.documents import CREDENTIAL_SERVICE, participant_document
from egide.dataspace.identity.exchange import Surroundings
from egide.dataspace.identity.messages import PresentationQuery, encode, read
from egide.dataspace.identity.presenting import Holder, answer, authorised, held
from egide.dataspace.identity.scopes import TYPE_SCOPE, Held
from egide.dataspace.identity.tokens import Recent, Speaker
from egide.dataspace.identity.vc11 import issue_old
from egide.dataspace.identity.verifying import Trusted
from egide.trust.credentials.issuing import issue
from egide.trust.dids.identifiers import Fetched, NotAtHand, address_of, offline, read_did
from egide.trust.keys import Kind
from egide.trust.signing import PrivateKey, new_key

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONSUMER, PROVIDER, ISSUER, STRANGER = (f"did:web:{name}.example" for name in ("consumer", "provider", "issuer", "stranger"))
MEMBERSHIP = f"{TYPE_SCOPE}MembershipCredential"
TRUSTED = Trusted({"MembershipCredential": frozenset({ISSUER}), "OrganizationCredential": frozenset({ISSUER})})


@cache
def key(did: str) -> PrivateKey:
    return new_key(Kind.P256)


def speaker(did: str) -> Speaker:
    return Speaker(key(did), f"{did}#key-1")


def page(did: str) -> str:
    address = address_of(read_did(did))  # type: ignore[arg-type]
    assert isinstance(address, str)
    return address


def document(did: str) -> bytes:
    return participant_document(did, [("key-1", key(did).public)], {CREDENTIAL_SERVICE: f"https://{did.removeprefix('did:web:')}/dcp"})


PAGES = {page(did): document(did) for did in (CONSUMER, PROVIDER, ISSUER, STRANGER)}


def web(more: Mapping[str, bytes] | None = None) -> Any:
    pages = PAGES | dict(more or {})
    return lambda address: Fetched(pages[address]) if address in pages else offline(address)


def claims(kind: str = "MembershipCredential", party: str = CONSUMER, **more: Any) -> dict[str, Any]:
    return {"id": f"https://issuer.example/{kind}", "type": ["VerifiableCredential", kind],
            "credentialSubject": {"id": party, "memberOf": "Espace fictif"}} | more  # fmt: skip


def new(kind: str = "MembershipCredential", by: str = ISSUER, at: datetime = NOW, **more: Any) -> str:
    """A credential of version 2.0."""
    return issue(claims(kind, **more), key(by), f"{by}#key-1", at - timedelta(days=1))


def old(kind: str = "MembershipCredential", by: str = ISSUER, lasts: timedelta | None = timedelta(days=365), **more: Any) -> str:
    """A credential of version 1.1."""
    return issue_old(claims(kind, **more), speaker(by), NOW - timedelta(days=1), lasts=lasts)


def kept(token: str) -> Held:
    found = held(token)
    assert isinstance(found, Held), found
    return found


def around(did: str, holders: Mapping[str, Holder] | None = None, more: Mapping[str, bytes] | None = None, **changes: Any) -> Surroundings:
    """A participant in a world where the given holders answer at their credential services."""
    memories: dict[str, Recent] = {}
    numbers = count()

    def post(address: str, header: str, body: bytes) -> tuple[int, bytes]:
        party = f"did:web:{address.removeprefix('https://').partition('/')[0]}"
        if holders is None or party not in holders:
            raise OSError("nobody there")
        holder = holders[party]
        known = authorised(header.removeprefix("Bearer "), holder, NOW, web(more), memories.setdefault(party, Recent(lambda: NOW)))
        if not isinstance(known, tuple):
            return 401, b""
        return 200, encode(answer(read(body, PresentationQuery), holder, known[0].did, known[1], NOW, lambda: f"draw-{next(numbers)}"))

    made = Surroundings(speaker(did), web(more), post, lambda: f"{did}-{next(numbers)}", Recent(lambda: NOW), TRUSTED)
    return replace(made, **changes)


__all__ = ["CONSUMER", "ISSUER", "MEMBERSHIP", "NOW", "PROVIDER", "STRANGER", "NotAtHand"]

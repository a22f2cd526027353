"""What a participant publishes of itself: its keys, and where its credential service and issuer service are (DCP 1.0.1, §4.2, §5.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from egide.trust.dids.identifiers import Fetch, Fetched, NotAtHand, address_of, did_document, read_did
from egide.trust.jose_json import read_object
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.keys import PublicKey

CREDENTIAL_SERVICE, ISSUER_SERVICE = "CredentialService", "IssuerService"


def participant_document(did: str, keys: Sequence[tuple[str, PublicKey]], services: Mapping[str, str]) -> bytes:
    """The DID document of a participant: its keys also speak for it (`capabilityInvocation`), its services by type."""
    document = json.loads(did_document(did, keys))
    document["capabilityInvocation"] = document["authentication"]
    document["service"] = [
        {"id": f"{did}#{kind}", "type": kind, "serviceEndpoint": address} for kind, address in services.items()
    ]  # fmt: skip
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def service_of(did: str, kind: str, fetch: Fetch) -> str | Reason | NotAtHand:
    """Where a participant's service of that type is, as its document says."""
    read = read_did(did)
    address = read if isinstance(read, Reason) else address_of(read)
    if isinstance(address, Reason):
        return address
    fetched = fetch(address)
    if not isinstance(fetched, Fetched):
        return fetched
    document = read_object(fetched.content)
    if isinstance(document, Reason):
        return document
    services = document.get("service", [])
    for one in services if isinstance(services, list) else []:
        if isinstance(one, dict) and one.get("type") in (kind, [kind]) and isinstance(one.get("serviceEndpoint"), str):
            return str(one["serviceEndpoint"]).rstrip("/")
    return Reason("no-service", {"did": did, "kind": kind}, N_("the document of {did} names no service of the type {kind}"))

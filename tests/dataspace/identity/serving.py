"""A participant as a process of its own: its DID document, its credential service, and a door that says whom it recognises.

    python -m tests.dataspace.identity.serving FILE

FILE is JSON: who it is, its key, its port, whom it trusts, the credentials that it keeps, and the port of every host.
"""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar, Request, Response, Router, get

from egide.api.dataspace_identity import Desk, credential_service, issuer_service, storage
from egide.api.serving import serve
from egide.dataspace.identity.documents import CREDENTIAL_SERVICE, ISSUER_SERVICE, participant_document, service_of
from egide.dataspace.identity.exchange import Surroundings, recognised
from egide.dataspace.identity.kept.holding import Wallet
from egide.dataspace.identity.kept.issuing import Issuer
from egide.dataspace.identity.kept.seen import KeptSeen
from egide.dataspace.identity.kept.tables import CLAIMS
from egide.dataspace.identity.messages import Supported, encode
from egide.dataspace.identity.presenting import Holder, held
from egide.dataspace.identity.scopes import Held
from egide.dataspace.identity.tokens import Speaker, self_issued
from egide.dataspace.identity.verifying import Claims, Trusted
from egide.store import open_store
from egide.trust.credentials.issuing import issue
from egide.trust.dids.identifiers import Fetched, NotAtHand
from egide.trust.signing import read_private_key
from egide.vocabulary.findings import Reason


def now() -> datetime:
    return datetime.now(UTC)


SUPPORTED = {"organisation": Supported(
    id="organisation", kind="OrganizationCredential", schema="https://issuer.example/schema.json", reason="reissue",
    binding=["did:web"], profile="vc20-bssl/jwt",
)}  # fmt: skip


class Web:
    """The hosts of the test, each at its port on this machine."""

    def __init__(self, ports: dict[str, int]) -> None:
        self.ports = ports

    def here(self, address: str) -> str:
        parts = urlsplit(address)
        return f"http://127.0.0.1:{self.ports[parts.hostname or '']}{parts.path}"

    def fetch(self, address: str) -> Fetched | NotAtHand:
        try:
            with urllib.request.urlopen(self.here(address), timeout=10) as answer:  # noqa: S310 - an address of this machine
                return Fetched(answer.read())
        except (OSError, KeyError) as error:
            return NotAtHand(Reason("not-at-hand", {"error": str(error)}, "{error}"))

    def post(self, address: str, header: str, body: bytes) -> tuple[int, bytes]:
        headers = {"Authorization": header, "Content-Type": "application/json"}
        try:
            with urllib.request.urlopen(urllib.request.Request(self.here(address), body, headers), timeout=10) as answer:  # noqa: S310
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()


def application(said: dict[str, Any]) -> Litestar:
    did, web = said["did"], Web(said["ports"])
    key = read_private_key(said["key"].encode(), "key")
    speaker = Speaker(key, f"{did}#key-1")
    kept = [one for one in map(held, said["credentials"]) if isinstance(one, Held)]
    host = f"https://{did.removeprefix('did:web:')}"
    services = {CREDENTIAL_SERVICE: f"{host}/dcp", ISSUER_SERVICE: f"{host}/issuer"}
    document = participant_document(did, [("key-1", key.public)], services)
    store = open_store(said["database"], [CLAIMS])
    trusted = Trusted({kind: frozenset(issuers) for kind, issuers in said["trusted"].items()})
    around = Surroundings(speaker, web.fetch, web.post, lambda: str(uuid.uuid4()), KeptSeen(store), trusted)
    wallet, issuer = Wallet(store, around), Issuer(store, around, SUPPORTED)
    desk = Desk(lambda: Holder(speaker, [*kept, *wallet.holder().held]), now, around.draw, web.fetch, around.remember, lambda reason: None)
    offers: list[str] = []

    @get("/.well-known/did.json", sync_to_thread=False)
    def did_json() -> Response[bytes]:
        return Response(document, media_type="application/json")

    @get("/whoami", sync_to_thread=True)
    def whoami(request: Request[Any, Any, Any]) -> dict[str, Any]:
        found = recognised(around, request.headers["authorization"].removeprefix("Bearer "), said["scopes"], now())
        if isinstance(found, Claims):
            return {"party": found.party, "proven": sorted(kind for one in found.proven for kind in one.types),
                    "refused": [one.because.code for one in found.refused]}  # fmt: skip
        return {"refused": [(found.reason if isinstance(found, NotAtHand) else found).code]}

    @get("/ask", sync_to_thread=True)
    def ask(issuer: str) -> dict[str, Any]:
        place = service_of(issuer, ISSUER_SERVICE, web.fetch)
        request = wallet.asks(issuer, ["organisation"])
        token = self_issued(speaker, issuer, now(), around.draw())
        return {"status": web.post(f"{place}/credentials", f"Bearer {token}", encode(request))[0], "pid": request.holder_pid}

    @get("/decide", sync_to_thread=True)
    def decide() -> dict[str, Any]:
        for request, holder, _ in issuer.waiting():
            subject = {"id": holder, "memberOf": "Espace fictif"}
            made = {"type": ["VerifiableCredential", "OrganizationCredential"], "credentialSubject": subject}
            issuer.issue(request, [("OrganizationCredential", issue(made, key, speaker.kid, now()))])
        delivered, failed = issuer.deliver()
        return {"delivered": delivered, "failed": [one.code for one in failed]}

    @get("/standing", sync_to_thread=True)
    def standing() -> dict[str, Any]:
        return {"standing": [list(one) for one in wallet.standing()], "offers": offers}

    own = [*credential_service(desk), *storage(desk, wallet, lambda issuer, offer: offers.append(issuer))]
    routers = Router("/dcp", route_handlers=own), Router("/issuer", route_handlers=issuer_service(desk, issuer, f"{host}/issuer"))
    return Litestar([did_json, whoami, ask, decide, standing, *routers], openapi_config=None)


def ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    wanted = json.loads(Path(sys.argv[1]).read_bytes())
    serve(application(wanted), "127.0.0.1", wanted["ports"][wanted["did"].removeprefix("did:web:")], ready)

"""Two participants, each a process with its own key: one recognises the other by what its credential service shows."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.dataspace.identity.world import CONSUMER, ISSUER, MEMBERSHIP, PROVIDER, claims, key, new, speaker

from egide.dataspace.identity.messages import (
    CredentialContainer,
    CredentialMessage,
    CredentialObject,
    CredentialOffer,
    CredentialRequest,
    PresentationQuery,
    Wanted,
    encode,
)
from egide.dataspace.identity.tokens import access_token, self_issued
from egide.dataspace.identity.vc11 import issue_old

ROOT = Path(__file__).parents[3]
Ports = dict[str, int]


def free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def moment() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    """The provider, the consumer with a credential of each profile, and the issuer, all running."""
    found = {did.removeprefix("did:web:"): free() for did in (PROVIDER, CONSUMER, ISSUER)}
    member = issue_old(claims(), speaker(ISSUER), moment() - timedelta(days=1))
    credentials = {CONSUMER: [new(at=moment()), member]}
    with ExitStack() as stack:
        for did in (PROVIDER, CONSUMER, ISSUER):
            said = {
                "did": did, "key": key(did).pem().decode(), "ports": found, "credentials": credentials.get(did, []),
                "trusted": {"MembershipCredential": [ISSUER], "OrganizationCredential": [ISSUER]},
                "scopes": [MEMBERSHIP, MEMBERSHIP.replace("Membership", "Organization")],
            }  # fmt: skip
            file = tmp_path_factory.mktemp("participant") / "said.json"
            said["database"] = str(file.with_name("claims.db"))
            file.write_text(json.dumps(said), "utf-8")
            stack.callback(end, begin(file))
        yield found


def begin(file: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    command = [sys.executable, "-m", "tests.dataspace.identity.serving", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    process.wait(10)
    assert process.stdout is not None
    process.stdout.close()


def request(port: int, path: str, token: str, body: bytes | None = None) -> urllib.request.Request:
    return urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, {"Authorization": f"Bearer {token}"})


def located(port: int, path: str, token: str, body: bytes) -> str:
    with urllib.request.urlopen(request(port, path, token, body), timeout=20) as answer:  # noqa: S310 - an address of this machine
        assert answer.status == 201
        return str(answer.headers["Location"])


def called(port: int, path: str, token: str, body: bytes | None = None) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request(port, path, token, body), timeout=20) as answer:  # noqa: S310 - an address of this machine
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def fresh() -> str:
    return str(uuid.uuid4())


def token(scopes: list[str], by: str = CONSUMER) -> str:
    leave = access_token(speaker(by), PROVIDER, scopes, moment(), fresh())
    return self_issued(speaker(by), PROVIDER, moment(), fresh(), access=leave)


def test_the_provider_recognises_the_consumer_in_both_profiles(ports: Ports) -> None:
    found = called(ports["provider.example"], "/whoami", token([MEMBERSHIP]))[1]
    assert (found["party"], found["refused"]) == (CONSUMER, [])
    assert found["proven"] == ["MembershipCredential", "MembershipCredential", "VerifiableCredential", "VerifiableCredential"]


def test_a_credential_is_asked_for_decided_delivered_and_then_shown(ports: Ports) -> None:
    asked = called(ports["consumer.example"], f"/ask?issuer={ISSUER}", "")[1]
    assert asked["status"] == 201
    assert called(ports["consumer.example"], "/standing", "")[1]["standing"] == [[asked["pid"], "RECEIVED", None]]
    assert called(ports["issuer.example"], "/decide", "")[1] == {"delivered": 1, "failed": []}
    assert called(ports["consumer.example"], "/standing", "")[1]["standing"] == [[asked["pid"], "ISSUED", None]]
    both = [MEMBERSHIP, MEMBERSHIP.replace("Membership", "Organization")]
    wide, narrow = (called(ports["provider.example"], "/whoami", token(scopes))[1] for scopes in (both, both[:1]))
    assert "OrganizationCredential" in wide["proven"]
    assert "OrganizationCredential" not in narrow["proven"]


def test_an_issuer_says_what_it_issues_and_only_to_each_where_its_requests_stand(ports: Ports) -> None:
    issuer = ports["issuer.example"]

    def speak(by: str = CONSUMER) -> str:
        return self_issued(speaker(by), ISSUER, moment(), fresh())

    status, said = called(issuer, "/issuer/metadata", speak())
    assert (status, said["issuer"], said["credentialsSupported"][0]["credentialType"]) == (200, ISSUER, "OrganizationCredential")
    body = encode(CredentialRequest(holder_pid=fresh(), credentials=[Wanted(id="organisation")]))
    place = located(issuer, "/issuer/credentials", speak(), body).removeprefix("https://issuer.example")
    assert located(issuer, "/issuer/credentials", speak(), body).endswith(place), "the same request again is the same one"
    assert called(issuer, place, speak())[1]["status"] == "RECEIVED"
    assert called(issuer, place, speak(PROVIDER))[0] == 404
    assert called(issuer, place, "a.b.c")[0] == 401
    unknown = encode(CredentialRequest(holder_pid=fresh(), credentials=[Wanted(id="unheard")]))
    assert called(issuer, "/issuer/credentials", speak(), unknown)[0] == 400


def test_what_was_not_asked_for_is_not_stored_and_an_offer_is_its_issuers_own(ports: Ports) -> None:
    consumer = ports["consumer.example"]

    def speak() -> str:
        return self_issued(speaker(ISSUER), CONSUMER, moment(), fresh())

    container = CredentialContainer(kind="MembershipCredential", payload=new(at=moment()), format="jwt")
    unasked = encode(CredentialMessage(issuer_pid="1", holder_pid="unasked", status="ISSUED", credentials=[container]))
    assert called(consumer, "/dcp/credentials", speak(), unasked)[0] == 400
    offer = encode(CredentialOffer(issuer=PROVIDER, credentials=[CredentialObject(id="x")]))
    assert called(consumer, "/dcp/offers", speak(), offer)[0] == 400
    assert called(consumer, "/dcp/offers", speak(), offer.replace(PROVIDER.encode(), ISSUER.encode())) == (200, None)
    assert called(consumer, "/standing", "")[1]["offers"] == [ISSUER]


def test_a_token_is_taken_once_by_a_running_server(ports: Ports) -> None:
    once = token([MEMBERSHIP])
    assert called(ports["provider.example"], "/whoami", once)[1]["party"] == CONSUMER
    assert called(ports["provider.example"], "/whoami", once)[1] == {"refused": ["replayed"]}


def test_the_credential_service_turns_away_whoever_has_no_leave(ports: Ports) -> None:
    query = encode(PresentationQuery(scope=[MEMBERSHIP]))
    bare = self_issued(speaker(PROVIDER), CONSUMER, moment(), fresh())
    assert called(ports["consumer.example"], "/dcp/presentations/query", bare, query)[0] == 401
    assert called(ports["consumer.example"], "/dcp/presentations/query", "a.b.c", query)[0] == 401


@pytest.mark.parametrize(("body", "status"), [
    (b"{}", 400), (b'{"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],"type":"PresentationQueryMessage"}', 400),
    (encode(PresentationQuery(definition={"id": "x", "input_descriptors": [{"id": "y", "group": ["A"]}]})), 501),
    (encode(PresentationQuery(scope=["org.example:unheard"])), 200),
])  # fmt: skip
def test_the_credential_service_answers_bad_queries_with_their_code(ports: Ports, body: bytes, status: int) -> None:
    leave = access_token(speaker(CONSUMER), PROVIDER, [MEMBERSHIP], moment(), fresh())
    asking = self_issued(speaker(PROVIDER), CONSUMER, moment(), fresh(), access=leave)
    assert called(ports["consumer.example"], "/dcp/presentations/query", asking, body)[0] == status


def test_a_body_larger_than_any_message_is_refused_before_it_is_sent(ports: Ports) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", ports["consumer.example"], timeout=20)
    connection.putrequest("POST", "/dcp/presentations/query")
    connection.putheader("Content-Length", "100000000")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()

"""Two participants, each a process with its own key: one recognises the other by what its credential service shows."""

from __future__ import annotations

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

from egide.dataspace.identity.messages import PresentationQuery, encode
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
    organisation = issue_old(claims("OrganizationCredential"), speaker(ISSUER), moment() - timedelta(days=1))
    credentials = {CONSUMER: [new(at=moment()), organisation]}
    with ExitStack() as stack:
        for did in (PROVIDER, CONSUMER, ISSUER):
            said = {
                "did": did, "key": key(did).pem().decode(), "ports": found, "credentials": credentials.get(did, []),
                "trusted": {"MembershipCredential": [ISSUER], "OrganizationCredential": [ISSUER]},
                "scopes": [MEMBERSHIP, MEMBERSHIP.replace("Membership", "Organization")],
            }  # fmt: skip
            file = tmp_path_factory.mktemp("participant") / "said.json"
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


def called(port: int, path: str, token: str, body: bytes | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, {"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - an address of this machine
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def fresh() -> str:
    return str(uuid.uuid4())


def token(scopes: list[str], by: str = CONSUMER) -> str:
    leave = access_token(speaker(by), PROVIDER, scopes, moment(), fresh())
    return self_issued(speaker(by), PROVIDER, moment(), fresh(), access=leave)


def test_the_provider_recognises_the_consumer_by_what_it_lets_be_seen(ports: Ports) -> None:
    both = [MEMBERSHIP, MEMBERSHIP.replace("Membership", "Organization")]
    wide, narrow = (called(ports["provider.example"], "/whoami", token(scopes))[1] for scopes in (both, both[:1]))
    assert (wide["party"], wide["refused"]) == (CONSUMER, [])
    assert wide["proven"] == ["MembershipCredential", "OrganizationCredential", "VerifiableCredential", "VerifiableCredential"]
    assert narrow["proven"] == ["MembershipCredential", "VerifiableCredential"]


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
    (encode(PresentationQuery(scope=["org.example:unheard"])), 200), (b" " * 2_000_000, 413),
])  # fmt: skip
def test_the_credential_service_answers_bad_queries_with_their_code(ports: Ports, body: bytes, status: int) -> None:
    leave = access_token(speaker(CONSUMER), PROVIDER, [MEMBERSHIP], moment(), fresh())
    asking = self_issued(speaker(PROVIDER), CONSUMER, moment(), fresh(), access=leave)
    assert called(ports["consumer.example"], "/dcp/presentations/query", asking, body)[0] == status

"""A scripted connector plays its script on both sides, and says to everybody what a conformance suite expects."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.dataspace.schemas import FOLDER, validator
from tests.dataspace.serving import Served, Speaker, answers, free_port, message
from tests.dataspace.test_messages import KINDS

SCRIPT = Path(__file__).parents[2] / "examples/conformance.yaml"


class Suite(ThreadingHTTPServer):
    """The other side: it takes every message, checks it against its schema, and keeps it by its own process."""

    daemon_threads = True

    def __init__(self, schemas: Path) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.schemas = schemas
        self.came: list[tuple[str, dict[str, Any]]] = []
        self.wrong: list[str] = []
        self.base = f"http://127.0.0.1:{self.server_address[1]}"

    def messages(self, pid: str, count: int, seconds: float = 10) -> list[dict[str, Any]]:
        """The messages that name a process, once there are so many."""
        until = time.monotonic() + seconds
        while True:
            found = [body for _, body in self.came if pid in {body.get("consumerPid"), body.get("providerPid")}]
            if len(found) >= count or time.monotonic() > until:
                return found
            time.sleep(0.02)


class Answering(BaseHTTPRequestHandler):
    server: Suite

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        schema, _ = KINDS[body["@type"]]
        if not validator(self.server.schemas, schema).is_valid(body):
            self.server.wrong.append(str(body))
        self.server.came.append((self.path, body))
        opening = self.path.endswith("/request") and "callbackAddress" in body
        kind = "ContractNegotiation" if "negotiations" in self.path else "TransferProcess"
        said = message(kind, providerPid=f"urn:suite:{body['consumerPid']}", consumerPid=body["consumerPid"], state="REQUESTED")
        content = json.dumps(said).encode() if opening else b""
        self.send_response(201 if opening else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def suite(shared: Path) -> Iterator[Suite]:
    made = Suite(shared / FOLDER)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()
    assert not made.wrong


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Speaker]:
    folder = tmp_path_factory.mktemp("scripted")
    folder.chmod(0o700)
    port = free_port()
    served = Served(folder / "connector", "--script", str(SCRIPT), "--port", str(port))
    served.ready = lambda: answers(port)  # type: ignore[method-assign]
    with served:
        yield Speaker(served, None)


def requested(scripted: Speaker, suite: Suite, dataset: str) -> dict[str, str]:
    offer = {"@type": "Offer", "@id": f"CD123:{dataset}:456", "target": dataset, "permission": [{"action": "use"}]}
    body = message("ContractRequestMessage", consumerPid=uuid4().urn, offer=offer, callbackAddress=f"{suite.base}/")
    status, _, said = scripted.say("POST", "/negotiations/request", body)
    assert status == 201
    return {"providerPid": said["providerPid"], "consumerPid": said["consumerPid"]}


def types(found: list[dict[str, Any]]) -> list[str]:
    return [body["@type"] for body in found]


def test_as_provider_it_offers_agrees_and_finalizes(scripted: Speaker, suite: Suite) -> None:
    names = requested(scripted, suite, "ACN0103")
    (offered,) = suite.messages(names["consumerPid"], 1)
    assert offered["offer"]["@id"] == "CD123:ACN0103:456"
    said = message("ContractNegotiationEventMessage", eventType="ACCEPTED", **names)
    assert scripted.say("POST", f"/negotiations/{names['providerPid']}/events", said)[0] == 200
    agreed = suite.messages(names["consumerPid"], 2)[1]
    assert agreed["agreement"]["target"] == "ACN0103"
    said = message("ContractAgreementVerificationMessage", **names)
    assert scripted.say("POST", f"/negotiations/{names['providerPid']}/agreement/verification", said)[0] == 200
    assert types(suite.messages(names["consumerPid"], 3))[2] == "ContractNegotiationEventMessage"
    ended = message("ContractNegotiationTerminationMessage", **names)
    assert scripted.say("POST", f"/negotiations/{names['providerPid']}/termination", ended)[0] == 400


@pytest.mark.parametrize(("dataset", "expected"), [
    ("ACN0101", ["ContractOfferMessage"]), ("ACN0104", ["ContractAgreementMessage"]),
    ("ACN0201", ["ContractNegotiationTerminationMessage"]),
    ("ACN0205", ["ContractOfferMessage", "ContractNegotiationTerminationMessage"]),
])  # fmt: skip
def test_as_provider_it_reacts_to_a_request_as_the_table_says(scripted: Speaker, suite: Suite, dataset: str, expected: list[str]) -> None:
    names = requested(scripted, suite, dataset)
    assert types(suite.messages(names["consumerPid"], len(expected))) == expected


def test_a_second_request_is_answered_by_the_second_reaction(scripted: Speaker, suite: Suite) -> None:
    names = requested(scripted, suite, "ACN0102")
    (offered,) = suite.messages(names["consumerPid"], 1)
    offer = {**offered["offer"], "permission": [{"action": "read"}]}
    again = message("ContractRequestMessage", offer=offer, **names)
    assert scripted.say("POST", f"/negotiations/{names['providerPid']}/request", again)[0] == 200
    assert types(suite.messages(names["consumerPid"], 2))[1] == "ContractNegotiationTerminationMessage"


def test_triggered_as_consumer_it_asks_accepts_and_verifies(scripted: Speaker, suite: Suite) -> None:
    trigger = Speaker.__new__(Speaker)
    trigger.port, trigger.token, trigger.base = scripted.port, None, ""
    asked = {"providerId": "urn:suite", "offerId": "CD123:ACNC0101:456", "datasetId": "ACNC0101", "connectorAddress": suite.base}
    status, _, said = trigger.say("POST", "/trigger/negotiation", asked)
    assert status == 200
    pid = said["consumerPid"]
    (request,) = suite.messages(pid, 1)
    assert request["callbackAddress"] == f"http://127.0.0.1:{scripted.port}/dsp"
    names = {"consumerPid": pid, "providerPid": f"urn:suite:{pid}"}
    offer = message("ContractOfferMessage", offer=request["offer"], **names)
    assert scripted.say("POST", f"/negotiations/{pid}/offers", offer)[0] == 200
    assert suite.messages(pid, 2)[1]["eventType"] == "ACCEPTED"
    agreement = {**request["offer"], "@type": "Agreement", "@id": "urn:agreed", "assigner": "urn:suite", "assignee": "urn:egide:scripted"}
    said = message("ContractAgreementMessage", agreement=agreement, **names)
    assert scripted.say("POST", f"/negotiations/{pid}/agreement", said)[0] == 200
    assert types(suite.messages(pid, 3))[2] == "ContractAgreementVerificationMessage"
    final = message("ContractNegotiationEventMessage", eventType="FINALIZED", **names)
    assert scripted.say("POST", f"/negotiations/{pid}/events", final)[0] == 200
    assert scripted.say("GET", f"/negotiations/{pid}")[2]["state"] == "FINALIZED"


def test_as_provider_of_a_transfer_it_starts_suspends_starts_and_completes(scripted: Speaker, suite: Suite) -> None:
    asked = {"agreementId": "ATP0104", "format": "HttpData-PULL", "consumerPid": uuid4().urn, "callbackAddress": suite.base}
    body = message("TransferRequestMessage", **asked)
    status, _, said = scripted.say("POST", "/transfers/request", body)
    assert status == 201
    came = suite.messages(said["consumerPid"], 4)
    assert types(came) == ["TransferStartMessage", "TransferSuspensionMessage", "TransferStartMessage", "TransferCompletionMessage"]
    assert came[0]["dataAddress"]["endpoint"]


def test_triggered_as_consumer_of_a_transfer_it_suspends_and_ends(scripted: Speaker, suite: Suite) -> None:
    trigger = Speaker.__new__(Speaker)
    trigger.port, trigger.token, trigger.base = scripted.port, None, ""
    asked = {"providerId": "urn:suite", "agreementId": "ATPC0203", "format": "HttpData-PULL", "connectorAddress": suite.base}
    pid = trigger.say("POST", "/trigger/transfer", asked)[2]["consumerPid"]
    assert len(suite.messages(pid, 1)) == 1
    start = message("TransferStartMessage", consumerPid=pid, providerPid=f"urn:suite:{pid}")
    assert scripted.say("POST", f"/transfers/{pid}/start", start)[0] == 200
    assert types(suite.messages(pid, 3))[1:] == ["TransferSuspensionMessage", "TransferTerminationMessage"]


def test_its_catalogue_names_every_dataset_of_the_script(scripted: Speaker) -> None:
    status, _, said = scripted.say("POST", "/catalog/request", message("CatalogRequestMessage"))
    assert status == 200
    assert {"CAT0101", "CAT0102", "ACN0101", "ACN0304"} <= {one["@id"] for one in said["dataset"]}


@pytest.mark.parametrize(("change", "said"), [
    ("on: ELSEWHERE", "ELSEWHERE"), ("on: REQUESTED, send: wish", "wish"), ("on: REQUESTED, send: offer, loudly: yes", "loudly"),
])  # fmt: skip
def test_a_script_that_is_none_is_refused_with_its_place(tmp_path: Path, change: str, said: str) -> None:
    from egide.app.dataspace.script import read_script
    from egide.vocabulary.errors import InputError

    path = tmp_path / "script.yaml"
    path.write_text(SCRIPT.read_text("utf-8").replace("on: REQUESTED, send: offer", change, 1), "utf-8")
    with pytest.raises(InputError, match=said):
        read_script(path)

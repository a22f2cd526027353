"""The endpoint as a peer meets it: every body fits its schema, every refusal has its code, and nothing unreasonable is taken in."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.dataspace.schemas import FOLDER, validator
from tests.dataspace.serving import CONTEXT, DATASET, Served, Speaker, answers, free_port, introduce, message, offer

from egide.app.dataspace.folder import Peer, Settings, init, open_database
from egide.dataspace.offering.offered import PULL, Offer, Offered, put

SCHEMAS = {
    "ContractNegotiation": "negotiation/contract-negotiation-schema.json",
    "ContractNegotiationError": "negotiation/contract-negotiation-error-schema.json",
    "TransferProcess": "transfer/transfer-process-schema.json",
    "TransferError": "transfer/transfer-error-schema.json",
    "Catalog": "catalog/catalog-schema.json",
    "CatalogError": "catalog/catalog-error-schema.json",
    "Dataset": "catalog/dataset-schema.json",
}


@pytest.fixture(scope="module")
def schemas(shared: Path) -> Path:
    return shared / FOLDER


class Peered:
    """A peer of the provider that speaks for itself; it listens nowhere."""

    def __init__(self, provider: Served, speaker: Speaker, schemas: Path) -> None:
        self.provider, self.speaker, self.schemas = provider, speaker, schemas
        self.callback = f"http://127.0.0.1:{free_port()}/dsp"

    def say(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        status, _, said = self.speaker.say(method, path, body, headers)
        if isinstance(said, dict) and "@type" in said:
            assert validator(self.schemas, SCHEMAS[said["@type"]]).is_valid(said), said
        return status, said

    def request(self, **members: Any) -> dict[str, Any]:
        return message("ContractRequestMessage", consumerPid=uuid4().urn, offer=offer(), callbackAddress=self.callback, **members)

    def opened(self, **of_offer: Any) -> dict[str, Any]:
        """A negotiation of this peer that nothing moves: it awaits a person."""
        body = self.request()
        body["offer"] = offer(**{"@id": "urn:egide:offer:judged", "target": "urn:egide:dataset:judged", **JUDGED, **of_offer})
        status, said = self.say("POST", "/negotiations/request", body)
        assert status == 201
        return said


JUDGED = {"permission": [{"action": "use", "constraint": [{"leftOperand": "purpose", "operator": "eq", "rightOperand": "research"}]}]}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A provider at which each agreement awaits a person; it knows a consumer that is never served."""
    served, _ = introduce(tmp_path_factory.mktemp("provider"))
    path = served.folder / "connector.yaml"
    path.write_text(path.read_text("utf-8").replace("approval: false", "approval: true"), "utf-8")
    with open_database(served.folder) as store, store.write() as tx:
        put(tx, Offered("urn:egide:dataset:judged", "Judged", "nowhere", [PULL], [Offer("urn:egide:offer:judged", JUDGED)], store.now(),
                        "Words that fill a page. " * 60))  # fmt: skip
    with served:
        yield served


@pytest.fixture(scope="module")
def peered(provider: Served, schemas: Path) -> Peered:
    return Peered(provider, Speaker(provider, provider.settings.peers[0].sends), schemas)


def pair_of(said: dict[str, Any]) -> dict[str, str]:
    return {name: said[name] for name in ("providerPid", "consumerPid")}


def test_the_versions_are_told_to_anybody(provider: Served, schemas: Path) -> None:
    status, _, said = Speaker(provider, None, base="").say("GET", "/.well-known/dspace-version")
    assert status == 200
    assert said["protocolVersions"][0] == {"version": "2025-1", "path": "/dsp", "binding": "HTTPS"}
    assert validator(schemas, "common/protocol-version-schema.json").is_valid(said)


@pytest.mark.parametrize("token", [None, "wrong"])
@pytest.mark.parametrize(("method", "path"), [
    ("POST", "/catalog/request"), ("GET", f"/catalog/datasets/{DATASET}"), ("POST", "/negotiations/request"), ("GET", "/negotiations/x"),
    ("POST", "/transfers/request"), ("POST", "/transfers/x/start"),
])  # fmt: skip
def test_who_proves_no_identity_is_turned_away_with_a_body_of_the_protocol(
    provider: Served, schemas: Path, token: str | None, method: str, path: str,
) -> None:
    status, headers, said = Speaker(provider, token).say(method, path, b"{}" if method == "POST" else None)
    assert status == 401
    assert headers["www-authenticate"] == "Bearer"
    assert validator(schemas, SCHEMAS[said["@type"]]).is_valid(said)


def test_a_catalogue_fits_its_schema_and_a_filter_is_judged_or_refused(peered: Peered) -> None:
    status, said = peered.say("POST", "/catalog/request", message("CatalogRequestMessage"))
    assert status == 200
    assert {one["@id"] for one in said["dataset"]} >= {DATASET, "urn:egide:dataset:judged"}
    wanted = {"leftOperand": "title", "operator": "like", "rightOperand": "JUDG"}
    status, said = peered.say("POST", "/catalog/request", message("CatalogRequestMessage", filter=[wanted]))
    assert [one["@id"] for one in said["dataset"]] == ["urn:egide:dataset:judged"]
    status, said = peered.say("POST", "/catalog/request", message("CatalogRequestMessage", filter=[{**wanted, "rightOperand": "%"}]))
    assert "dataset" not in said, "a sign of the database's own is a sign like any other"
    for unsupported in ({"sparql": "SELECT"}, {**wanted, "operator": "near"}, {**wanted, "leftOperand": "colour"}, "title"):
        status, said = peered.say("POST", "/catalog/request", message("CatalogRequestMessage", filter=[unsupported]))
        assert status == 400
        assert said["code"] == "filter-unsupported"


def test_pages_follow_one_another_by_their_links(peered: Peered) -> None:
    names: list[str] = []
    path: str | None = "/catalog/request?limit=1"
    while path:
        status, headers, said = peered.speaker.say("POST", path, message("CatalogRequestMessage"))
        assert status == 200
        names += [one["@id"] for one in said.get("dataset", [])]
        link = headers.get("link")
        path = link.split(">")[0].split("/dsp", 1)[1] if link else None
    assert names == sorted(set(names))
    assert len(names) >= 2


def test_a_dataset_is_shown_alone_and_an_unknown_one_is_not_there(peered: Peered) -> None:
    status, said = peered.say("GET", f"/catalog/datasets/{DATASET}")
    assert status == 200
    assert said["@type"] == "Dataset"
    assert said["hasPolicy"][0]["@id"] == f"{DATASET}:offer"
    assert peered.say("GET", "/catalog/datasets/urn:none")[0] == 404


WRONG: list[tuple[str, Any]] = [
    ("no object", b"[]"), ("no JSON", b"{"), ("nothing", b""), ("an empty object", {}),
    ("a context that is no array", {"@context": CONTEXT}), ("no context", {"@context": None}),
    ("another type", {"@type": "ContractOfferMessage"}),
    ("an offer without a name", {"offer": {"@type": "Offer", "permission": [{"action": "use"}]}}),
    ("no address for answers", {"callbackAddress": None}), ("a later request", {"callbackAddress": None, "providerPid": "urn:x"}),
    ("an address that is none", {"callbackAddress": "nowhere"}), ("a name as long as a book", {"consumerPid": "x" * 3000}),
    ("levels without end", b'{"offer":' + b'[' * 5000 + b']' * 5000 + b"}"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change"), WRONG, ids=[what for what, _ in WRONG])
def test_what_is_no_request_is_refused_and_opens_nothing(peered: Peered, what: str, change: Any) -> None:
    before = len(peered.provider.processes())
    body: Any = change
    if isinstance(change, dict):
        body = {name: value for name, value in {**peered.request(), **change}.items() if value is not None} if change else {}
    status, said = peered.say("POST", "/negotiations/request", body)
    assert status == 400
    assert said["@type"] == "ContractNegotiationError"
    assert said["reason"]
    assert len(peered.provider.processes()) == before


def test_an_illegal_step_is_a_bad_request_and_names_both_processes(peered: Peered) -> None:
    opened = peered.opened()
    names = pair_of(opened)
    for path, body in (
        ("agreement/verification", message("ContractAgreementVerificationMessage", **names)),
        ("events", message("ContractNegotiationEventMessage", eventType="ACCEPTED", **names)),
        ("events", message("ContractNegotiationEventMessage", eventType="FINALIZED", **names)),
        ("request", message("ContractRequestMessage", offer=offer(), **names)),
    ):
        status, said = peered.say("POST", f"/negotiations/{names['providerPid']}/{path}", body)
        assert status == 400
        assert pair_of(said) == names
        assert said["code"] == "illegal-transition"
    assert peered.say("GET", f"/negotiations/{names['providerPid']}")[1]["state"] == "REQUESTED"


def test_what_is_unknown_or_of_another_kind_is_not_there(peered: Peered) -> None:
    opened = peered.opened()
    ended = message("ContractNegotiationTerminationMessage", providerPid="urn:none", consumerPid="urn:none")
    assert peered.say("POST", "/negotiations/urn:none/termination", ended)[0] == 404
    assert peered.say("POST", "/negotiations/urn:none/termination", {"no": "message"})[0] == 404
    assert peered.say("GET", "/negotiations/urn:none")[0] == 404
    assert peered.say("GET", f"/transfers/{opened['providerPid']}")[0] == 404
    assert peered.say("POST", f"/negotiations/{opened['providerPid']}/unheard", {})[0] == 404


def test_the_same_termination_twice_is_answered_alike_and_its_reason_is_kept(peered: Peered) -> None:
    names = pair_of(peered.opened())
    body = message("ContractNegotiationTerminationMessage", code="99", reason=["License model does not fit."], **names)
    for _ in range(2):
        assert peered.say("POST", f"/negotiations/{names['providerPid']}/termination", body)[0] == 200
    kept = peered.provider.named(names["providerPid"])
    assert kept.reason == [{"code": "99", "text": "License model does not fit."}]
    assert kept.version == 2


def test_a_termination_without_a_word_is_kept_as_such(peered: Peered) -> None:
    names = pair_of(peered.opened())
    peered.say("POST", f"/negotiations/{names['providerPid']}/termination", message("ContractNegotiationTerminationMessage", **names))
    assert peered.provider.named(names["providerPid"]).reason == [{"code": "peer", "text": "the peer gave no reason"}]


def test_a_request_that_comes_again_gets_the_same_process(peered: Peered) -> None:
    body = peered.request()
    first, again = peered.say("POST", "/negotiations/request", body), peered.say("POST", "/negotiations/request", body)
    assert first[0] == again[0] == 201
    assert pair_of(first[1]) == pair_of(again[1])


def test_another_offer_than_the_one_that_was_made_ends_with_the_reason(peered: Peered) -> None:
    for change, code in ((JUDGED, "offer-changed"), ({"@id": "urn:egide:offer:none"}, "unknown-offer")):
        body = peered.request()
        body["offer"] = offer(**change)
        pid = peered.say("POST", "/negotiations/request", body)[1]["providerPid"]
        until = time.monotonic() + 10
        while (kept := peered.provider.named(pid)).state != "TERMINATED" and time.monotonic() < until:
            time.sleep(0.02)
        assert kept.state == "TERMINATED"
        assert kept.reason and kept.reason[0]["code"] == code


@pytest.mark.parametrize(("change", "code"), [
    ({"agreementId": "urn:none"}, "unknown-agreement"), ({"callbackAddress": "gopher://x"}, "unreachable-callback"),
    ({"dataAddress": {"@type": "DataAddress"}}, "unfit-message"),
])  # fmt: skip
def test_a_transfer_that_cannot_be_is_refused(peered: Peered, change: dict[str, Any], code: str) -> None:
    body = message("TransferRequestMessage", agreementId="urn:none", format=PULL, consumerPid=uuid4().urn, callbackAddress=peered.callback)
    status, said = peered.say("POST", "/transfers/request", body | change)
    assert status == 400
    assert (said["@type"], said["code"]) == ("TransferError", code)


def test_bodies_come_and_go_packed(peered: Peered) -> None:
    packed = gzip.compress(json.dumps(message("CatalogRequestMessage")).encode())
    asked = {"Content-Encoding": "gzip", "Accept-Encoding": "gzip"}
    status, headers, said = peered.speaker.say("POST", "/catalog/request", packed, asked)
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert said["@type"] == "Catalog"


def test_a_small_body_that_unpacks_to_a_large_one_is_refused(peered: Peered) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert peered.speaker.say("POST", "/catalog/request", bomb, {"Content-Encoding": "gzip"})[0] == 400
    assert peered.speaker.say("POST", "/catalog/request", b"x", {"Content-Encoding": "br"})[0] == 415


def test_a_hundred_megabytes_are_not_taken_in(peered: Peered) -> None:
    line = HTTPConnection("127.0.0.1", peered.speaker.port, timeout=20)
    line.putrequest("POST", "/dsp/negotiations/request")
    line.putheader("Authorization", f"Bearer {peered.speaker.token}")
    line.putheader("Content-Length", str(100 * 2**20))
    line.endheaders()
    sent = 0
    try:
        while sent < 100 * 2**20:
            line.send(b" " * 2**20)
            sent += 2**20
    except OSError:
        assert sent < 100 * 2**20
        return
    finally:
        answer = line.getresponse() if sent == 100 * 2**20 else None
        assert answer is None or answer.status == 413
        line.close()


def test_who_sends_a_byte_now_and_then_holds_nobody_up(peered: Peered) -> None:
    slow = [socket.create_connection(("127.0.0.1", peered.speaker.port)) for _ in range(20)]
    for one in slow:
        one.sendall(b"POST /dsp/negotiations/request HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    assert peered.say("POST", "/catalog/request", message("CatalogRequestMessage"))[0] == 200
    for one in slow:
        one.close()


def test_a_connector_may_stand_under_a_path_and_speaks_to_no_private_address(folder: Path, schemas: Path) -> None:
    port = free_port()
    made = Settings(participant="urn:example:public", address="https://connector.example/under/here", port=port,
                    peers=[Peer("urn:example:peer", "https://peer.example/dsp", sends="t0ken", receives="other")])  # fmt: skip
    init(folder / "public", made)
    served = Served(folder / "public")
    served.ready = lambda: answers(port)  # type: ignore[method-assign]
    with served:
        known = Speaker(served, "t0ken", base="/under/here/dsp")
        status, _, said = known.say("POST", "/catalog/request?limit=1", message("CatalogRequestMessage"))
        assert status == 200
        assert said["service"][0]["endpointURL"] == "https://connector.example/under/here/dsp"
        for callback in ("https://127.0.0.1/dsp", "https://10.1.2.3/dsp", "https://localhost/dsp", "http://peer.example/dsp"):
            body = message("ContractRequestMessage", consumerPid=uuid4().urn, offer=offer(), callbackAddress=callback)
            status, _, said = known.say("POST", "/negotiations/request", body)
            assert status == 400
            assert said["code"] == "unreachable-callback"
        assert not served.processes()

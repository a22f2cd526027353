"""The common management API, asked by a client that others made for their connectors, and by hand where that client does not go."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import edc_client
import pytest
from edc_client.connector import Connector, Counterparty
from edc_client.rest import ApiException
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dataspace.managing import DSP, EDC, Managing, asking, only
from tests.dataspace.serving import Served
from tests.dataspace.test_two_connectors import agreed, egide

from egide.dataspace.managed.queries import Query

DATA = b"heure;vehicules\n08:00;412\n"
LABEL = "urn:egide:policy:partyLabel"
NAMES = count()
PUSHED: list[tuple[str, bytes]] = []
"""What came to the address of a client's own."""
pytestmark = pytest.mark.filterwarnings("ignore:.*/v3/.* is deprecated:DeprecationWarning")
"""The client calls version 3 old since version 4 came; connectors in service speak 3."""


@pytest.fixture(scope="module")
def source() -> Iterator[str]:
    """What lies behind an address of the provider's."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(DATA)))
            self.end_headers()
            self.wfile.write(DATA)

        def do_POST(self) -> None:
            PUSHED.append((self.headers["authorization"], self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/comptages.csv"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def managed(pair: tuple[Served, Served]) -> tuple[Managing, Managing]:
    return Managing(pair[0]), Managing(pair[1])


def client_of(served: Served) -> Connector:
    managing = Managing(served)
    return Connector("samples", managing.address, served.settings.participant, served.settings.base, managing.key)


def fresh(kind: str) -> str:
    return f"{kind}-{next(NAMES)}"


def until(found: Any, wanted: Any) -> None:
    ends = time.monotonic() + 20
    while (last := found()) != wanted:
        assert time.monotonic() < ends, last
        time.sleep(0.05)


def offered(consumer: Managing, provider: Served, asset: str) -> dict[str, Any] | None:
    body = {"counterPartyAddress": provider.settings.base, "protocol": DSP}
    status, found = consumer.ask("POST", "/catalog/request", body)
    assert status == 200
    return next((one for one in found["dcat:dataset"] if one["@id"] == asset), None)


def test_an_existing_client_offers_finds_negotiates_and_pulls(pair: tuple[Served, Served], source: str) -> None:
    provider, consumer = client_of(pair[0]), client_of(pair[1])
    asset, policy, definition = fresh("asset"), fresh("policy"), fresh("definition")
    provider.create_asset(asset, source, content_type="text/csv")
    provider.create_policy(policy)
    provider.create_contract_definition(definition, policy, policy)
    theirs = Counterparty(pair[0].settings.participant, pair[0].settings.base)
    answer = consumer.negotiate_and_transfer(theirs, asset, poll_interval=0.05)
    assert (answer.status, answer.data) == (200, DATA)
    assert asset in {one["@id"] for one in provider.list_assets()}
    assert edc_client.AssetV3Api(provider.client).get_asset_v3(asset).properties["contenttype"] == "text/csv"
    with pytest.raises(ApiException) as kept:
        provider.remove_asset(asset)
    assert kept.value.status == 409
    edc_client.ContractDefinitionV3Api(provider.client).delete_contract_definition_v3(definition)
    assert offered(Managing(pair[1]), pair[0], asset) is None


def test_an_existing_client_stops_a_transfer_and_both_sides_know_why(pair: tuple[Served, Served], source: str) -> None:
    provider, consumer = client_of(pair[0]), client_of(pair[1])
    asset, policy, definition = fresh("asset"), fresh("policy"), fresh("definition")
    provider.create_asset(asset, source)
    provider.create_policy(policy)
    provider.create_contract_definition(definition, policy, policy)
    theirs = Counterparty(pair[0].settings.participant, pair[0].settings.base)
    consumer.negotiate_and_transfer(theirs, asset, poll_interval=0.05)
    edc_client.ContractDefinitionV3Api(provider.client).delete_contract_definition_v3(definition)
    api = edc_client.TransferProcessV3Api(consumer.client)
    (transfer,) = [one for one in api.query_transfer_processes_v3() if one.state == "STARTED" and one.type == "CONSUMER"][:1]
    api.suspend_transfer_process_v3(transfer.id, suspend_transfer_v3=edc_client.SuspendTransferV3())
    until(lambda: api.get_transfer_process_v3(transfer.id).state, "SUSPENDED")
    api.resume_transfer_process_v3(transfer.id)
    until(lambda: api.get_transfer_process_v3(transfer.id).state, "STARTED")
    why = {"@context": {"@vocab": EDC}, f"{EDC}reason": "no longer needed"}  # which that client has no member for
    assert Managing(pair[1]).ask("POST", f"/transferprocesses/{transfer.id}/terminate", why)[0] == 204
    until(lambda: pair[0].named(str(transfer.id)).reason, [{"code": "decided", "text": "no longer needed"}])


def test_who_does_not_meet_the_access_policy_sees_nothing_and_gets_nothing(
    pair: tuple[Served, Served], managed: tuple[Managing, Managing], source: str,
) -> None:
    provider, consumer = managed
    free, barred, asset = fresh("policy"), fresh("policy"), fresh("asset")
    assert (provider.policy(free), provider.policy(barred, asking(LABEL, "secnumcloud")), provider.asset(asset, source)) == (200, 200, 200)
    assert provider.definition(fresh("definition"), barred, free, only(asset))[0] == 200
    assert offered(consumer, pair[0], asset) is None
    with_offers = provider.ask("POST", "/contractdefinitions/request", {"filterExpression": [
        {"operandLeft": "accessPolicyId", "operator": "=", "operandRight": barred}]})[1]  # fmt: skip
    assert len(with_offers) == 1
    status, said = consumer.ask("POST", "/contractnegotiations", {
        "counterPartyAddress": pair[0].settings.base, "protocol": DSP, "policy": {"@id": "urn:guessed", "assigner": "x", "target": asset}})
    assert status == 400
    assert "unknown-dataset" in said[0]["message"]
    provider.ask("PUT", f"/policydefinitions/{barred}", {"policy": {"@type": "Set", "permission": [{"action": "use"}]}})
    assert offered(consumer, pair[0], asset) is not None


def test_what_dangles_or_is_in_use_is_said(managed: tuple[Managing, Managing]) -> None:
    provider = managed[0]
    policy, definition = fresh("policy"), fresh("definition")
    status, said = provider.definition(definition, "nowhere", "nowhere")
    assert (status, said[0]["path"], said[0]["message"]) == (400, "accessPolicyId", "there is no policy nowhere")
    assert provider.policy(policy) == 200
    assert provider.policy(policy) == 409
    assert provider.definition(definition, policy, policy, only("none"))[0] == 200
    assert provider.ask("DELETE", f"/policydefinitions/{policy}")[0] == 409
    assert provider.ask("DELETE", f"/contractdefinitions/{definition}") == (204, None)
    assert provider.ask("DELETE", f"/policydefinitions/{policy}") == (204, None)
    assert provider.ask("GET", f"/policydefinitions/{policy}")[0] == 404
    changed = {"properties": {}, "dataAddress": {"type": "HttpData", "baseUrl": "x"}}
    assert provider.ask("PUT", f"/assets/{fresh('asset')}", changed)[0] == 404


@pytest.mark.parametrize(("path", "body", "where"), [
    ("/assets", {"dataAddress": {"type": "Tape"}}, "dataAddress.type"),
    ("/assets", {"dataAddress": {"type": "HttpData", "baseUrl": "http://x", "authCode": "s3cret"}}, "dataAddress.authCode"),
    ("/assets", {"@id": "", "dataAddress": {}}, "@id"),
    ("/assets", {"dataAddress": {"type": "AmazonS3", "bucketName": "b"}}, "keyName"),
    ("/assets", {"dataAddress": {"type": "AmazonS3", "bucketName": "b", "objectName": "o", "secretAccessKey": "s3cret"}},
     "dataAddress.secretAccessKey"),
    ("/assets", {"dataAddress": {"type": "AmazonS3", "bucketName": "b", "objectName": "o", "region": "elsewhere-1"}}, "dataAddress.region"),
    ("/assets", {"dataAddress": {"type": "MqttData", "endpoint": "nats://broker.example", "topic": "a"}}, "dataAddress"),
    ("/assets", {"dataAddress": {"type": "NatsData", "endpoint": "nats://broker.example", "topic": "a b"}}, "dataAddress"),
    ("/transferprocesses", {"contractId": "c", "transferType": "HttpData-PUSH", "counterPartyAddress": "http://x",
                            "dataDestination": {"type": "AmazonS3", "bucketName": "b"}}, "dataDestination.type"),
    ("/policydefinitions", {"policy": []}, "policy"),
    ("/policydefinitions", {"policy": {"permission": [{"constraint": []}]}}, "policy"),
    ("/assets/request", {"filterExpression": [{"operandLeft": "id", "operator": "near", "operandRight": 1}]}, "filterExpression[0]"),
    ("/assets/request", {"limit": -1}, "limit"),
    ("/contractnegotiations/request", {"filterExpression": {"operandLeft": "mood", "operator": "=", "operandRight": 1}}, "filterE"),
    ("/catalog/request", {"protocol": "dataspace-protocol-http", "counterPartyAddress": "http://x"}, "protocol"),
])  # fmt: skip
def test_what_cannot_be_heeded_is_refused_with_its_place(managed: tuple[Managing, Managing], path: str, body: Any, where: str) -> None:
    status, said = managed[0].ask("POST", path, body)
    assert status == 400
    assert str(said[0]["path"]).startswith(where), said
    assert "s3cret" not in str(said)


def test_objects_and_streams_are_assets_like_any_other_and_are_listed_without_who_opens_them(
    pair: tuple[Served, Served], managed: tuple[Managing, Managing], tmp_path: Path,
) -> None:
    provider = managed[0]
    given = {
        "s3://curves/2026/a.parquet": {"type": "AmazonS3", "bucketName": "curves", "objectName": "2026/a.parquet"},
        "mqtt://broker.example:1883/meters/#": {"type": "MqttData", "endpoint": "mqtt://broker.example:1883", "topic": "meters/#"},
        "nats://broker.example:4222/meters.>": {"type": "NatsData", "endpoint": "nats://broker.example", "topic": "meters.>"},
    }  # fmt: skip
    (tmp_path / "terms.yaml").write_text("allow:\n- do: use\n")
    for source, address in given.items():
        name = fresh("asset")
        assert provider.ask("POST", "/assets", {"@id": name, "properties": {}, "dataAddress": address})[0] == 200
        own = f"{source.partition('://')[0]}://us:s3cret@{source.partition('://')[2]}" if "broker" in source else source
        ours = json.loads(egide("offer", own, "--policy", tmp_path / "terms.yaml", "--at", pair[0].folder, "--json"))["dataset"]
        shown = provider.ask("GET", f"/assets/{ours}")[1]["dataAddress"]
        assert "s3cret" not in str(shown)
        again = provider.ask("POST", "/assets", {"@id": fresh("asset"), "properties": {}, "dataAddress": shown})
        assert again[0] == 200, "what is listed is what is taken: another connector imports it"


def test_a_client_has_data_pushed_to_where_it_says_with_the_token_that_it_says(
    pair: tuple[Served, Served], managed: tuple[Managing, Managing], source: str,
) -> None:
    provider, consumer = managed
    policy, asset = fresh("policy"), fresh("asset")
    assert (provider.policy(policy), provider.asset(asset, source)) == (200, 200)
    assert provider.definition(fresh("definition"), policy, policy, only(asset))[0] == 200
    agreement = agreed(pair[1], asset)
    began = {"counterPartyAddress": pair[0].settings.base, "protocol": DSP, "contractId": agreement, "transferType": "HttpData-PUSH",
             "dataDestination": {"type": "HttpData", "baseUrl": source, "authKey": "Authorization", "authCode": "T0KEN"}}  # fmt: skip
    status, made = consumer.ask("POST", "/transferprocesses", began)
    assert status == 200
    until(lambda: pair[1].named(made["@id"]).state.value, "COMPLETED")
    assert PUSHED == [("Bearer T0KEN", DATA)]


def test_without_the_key_or_under_another_name_nothing_is_shown(pair: tuple[Served, Served]) -> None:
    stranger = Managing(pair[0])
    assert stranger.ask("POST", "/assets/request", headers={"Host": "attacker.example"})[0] == 421
    stranger.key = None
    assert stranger.ask("POST", "/assets/request")[0] == 401
    assert stranger.ask("POST", "/assets/request", headers={"X-Api-Key": "x" * 40})[0] == 401


DOCUMENTS = st.lists(st.fixed_dictionaries({"@id": st.text("abc", min_size=1, max_size=3), "n": st.integers(0, 9)}), max_size=20)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, st.integers(1, 7), st.booleans())
def test_pages_laid_together_are_the_whole(documents: list[dict[str, Any]], size: int, descending: bool) -> None:
    whole = Query(sort="n", descending=descending).of(documents)
    paged = [one for at in range(0, len(documents) + 1, size) for one in Query((), at, size, "n", descending).of(documents)]
    assert paged == whole
    assert sorted(map(str, whole)) == sorted(map(str, documents))
    numbers = [int(one["n"]) for one in whole]
    assert numbers == sorted(numbers, reverse=descending)

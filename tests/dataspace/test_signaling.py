"""Data Plane Signaling: planes of others register, are driven through a whole transfer on either side, and are heard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.dataspace.planes import ADDRESS, ForeignPlane, call
from tests.dataspace.schemas import FOLDER, validator
from tests.dataspace.serving import Served, free_port
from tests.dataspace.test_two_connectors import agreed, egide, eventually

from egide.api.dataspace_signaling import SAYS
from egide.dataspace.machines import Side, State
from egide.dataspace.signaling.life import ENDS, FOLLOWS, LEADS, Flowing, Signal, owed
from egide.dataspace.signaling.messages import Prepare, Registration, Start, Started, Status, Stop, UnfitSignalError, read, whole

Pair = tuple[Served, Served]
DATA_PLANE = "data/dataspace/dps/signaling-data-plane-openapi.yaml"
CONTROL_PLANE = "data/dataspace/dps/signaling-control-plane-openapi.yaml"
ABOUT = {"messageId": "1", "participantId": "a", "counterPartyId": "b", "dataspaceContext": "c", "dataFlowId": "d", "agreementId": "e",
         "datasetId": "f", "profile": "g", "claims": {}}  # fmt: skip


def examples(node: Any, message: str) -> Iterator[Any]:
    """The examples of a message in the published description."""
    if isinstance(node, dict):
        if node.get("schema", {}).get("$ref", "").endswith(f"/{message}.schema.json") and "example" in node:
            yield node["example"]
        for value in node.values():
            yield from examples(value, message)


@pytest.mark.parametrize(("message", "kind", "many"), [
    ("DataFlowStatusMessage", Status, 6), ("DataFlowSuspendMessage", Stop, 1), ("DataFlowTerminateMessage", Stop, 1),
    ("DataFlowResumeMessage", Started, 1),
])  # fmt: skip
def test_the_published_examples_are_read(shared: Path, message: str, kind: type[Any], many: int) -> None:
    described = [yaml.safe_load((shared / name).read_text("utf-8")) for name in (DATA_PLANE, CONTROL_PLANE)]
    found = [one for document in described for one in examples(document, message)]
    assert len(found) >= many
    for one in found:
        read(json.dumps(one).encode(), kind)


def test_what_is_told_and_what_is_heard_are_the_published_addresses(shared: Path) -> None:
    planes, control = (yaml.safe_load((shared / name).read_text("utf-8"))["paths"] for name in (DATA_PLANE, CONTROL_PLANE))
    beginnings = {Signal.PREPARE, Signal.START}
    told = {f"/dataflows/{one}" if one in beginnings else f"/dataflows/{{id}}/{one}" for one in Signal}
    assert told | {"/dataflows/{id}/status", "/controlplanes"} == set(planes)
    heard = {f"/transfers/{{transferId}}/dataflow/{one}" for one in SAYS}
    assert heard | {"/transfers/{transferId}/agreement", "/dataplanes"} == set(control)


@pytest.mark.parametrize("left", sorted(ABOUT))
def test_a_message_without_what_the_specification_demands_is_refused(left: str) -> None:
    read(json.dumps(ABOUT).encode(), Prepare)
    for kind in (Prepare, Start):
        with pytest.raises(UnfitSignalError, match=left):
            read(json.dumps({name: value for name, value in ABOUT.items() if name != left}).encode(), kind)


@pytest.mark.parametrize("address", [
    {}, {"endpointType": 1}, {"endpointType": "x", "endpoint": 2}, {"endpointType": "x", "endpointProperties": []},
    {"endpointType": "x", "endpointProperties": [{"name": "a"}]}, {"endpointType": "x", "@type": "Other"}, ADDRESS,
    {"endpointType": "x"}, {"@type": "DataAddress", "endpointType": "x", "endpoint": "https://x.example"},
])  # fmt: skip
def test_a_data_address_is_taken_exactly_where_the_protocols_schema_takes_it(shared: Path, address: dict[str, Any]) -> None:
    wanted = validator(shared / FOLDER, "transfer/data-address-schema.json").is_valid(whole(address))
    for kind in (Start, Started, Status):
        body = {**ABOUT, "state": "STARTED", "dataAddress": address}
        try:
            read(json.dumps(body).encode(), kind)
            assert wanted
        except UnfitSignalError:
            assert not wanted


def test_a_registration_says_what_it_moves_and_where() -> None:
    whole_one = {"dataplaneId": "p", "endpoint": "https://p.example", "profiles": ["x"], "authorization": {"type": "other"}, "more": 1}
    read(json.dumps(whole_one).encode(), Registration)
    for left in ("dataplaneId", "endpoint", "profiles"):
        with pytest.raises(UnfitSignalError):
            read(json.dumps({name: value for name, value in whole_one.items() if name != left}).encode(), Registration)
    with pytest.raises(UnfitSignalError):
        read(json.dumps({**whole_one, "profiles": []}).encode(), Registration)


def test_each_signal_leads_where_the_life_of_a_flow_allows() -> None:
    for side in Side:
        for state in State:
            for flow in Flowing:
                signal = owed(side, state, flow)
                assert signal is None or flow not in ENDS
                if signal is Signal.COMPLETED:
                    continue  # a transfer may complete while its plane is still told to start
                assert signal is None or LEADS[signal] in FOLLOWS[flow]


@pytest.fixture(scope="module")
def profile() -> str:
    return "com.example.tape"


@pytest.fixture(scope="module")
def plane(pair: Pair, profile: str) -> Iterator[ForeignPlane]:
    """A plane at the provider that lets its tapes be pulled."""
    with ForeignPlane() as made:
        authorization = {"type": "oauth2_client_credentials", "tokenEndpoint": f"http://127.0.0.1:{made.port}/token", "clientId": "us",
                         "clientSecret": "0p3n"}  # fmt: skip
        said = made.registration("tapes", f"{profile}-pull", authorization=authorization)
        assert call(pair[0], "PUT", "/dataplanes", said) == (200, None)
        yield made
        assert call(pair[0], "DELETE", "/dataplanes?dataplaneId=tapes")[0] == 204


def dataset(provider: Served, folder: Path, *formats: str) -> str:
    (folder / "terms.yaml").write_text("allow:\n- do: use\n")
    (folder / "tape.bin").write_bytes(b"x")
    said = [word for one in formats for word in ("--format", one)]
    terms = ("--policy", folder / "terms.yaml")
    return str(json.loads(egide("offer", folder / "tape.bin", *terms, *said, "--at", provider.folder, "--json"))["dataset"])


def begun(pair: Pair, folder: Path, format: str) -> tuple[dict[str, Any], str]:
    """A transfer of a new dataset in that format: ours, and the provider's name for it once it has one."""
    agreement = agreed(pair[1], dataset(pair[0], folder, format))
    ours = pair[1].control.ask("POST", "/transfers", {"agreement": agreement, "format": format})
    eventually(lambda: len([one for one in pair[0].processes() if one.peer_pid == ours["pid"]]), 1)
    return ours, pair[0].named(ours["pid"]).pid


def stands(served: Served, pid: str) -> str:
    return served.named(pid).state.value


def test_a_plane_of_somebody_else_is_driven_through_a_transfer(pair: Pair, plane: ForeignPlane, profile: str, tmp_path: Path) -> None:
    provider, consumer = pair
    ours, theirs = begun(pair, tmp_path, f"{profile}-pull")
    eventually(lambda: stands(consumer, ours["pid"]), "STARTED")
    given = consumer.named(ours["pid"]).body["data-address"]
    assert given["endpoint"] == ADDRESS["endpoint"]
    assert validator_fits(given)
    (start,) = [body for what, body in plane.told if what == "start" and body["dataFlowId"] == theirs]
    assert (start["participantId"], start["counterPartyId"]) == ("urn:example:provider", "urn:example:consumer")
    assert start["agreementId"] == consumer.named(ours["pid"]).agreement
    assert "dataAddress" not in start
    consumer.control.ask("POST", f"/processes/{ours['pid']}/suspend", {"reason": "holidays"})
    eventually(lambda: plane.signals(theirs)[-1], "suspend")
    assert plane.told[-1][1]["reason"] == "holidays"
    provider.control.ask("POST", f"/processes/{theirs}/start")
    eventually(lambda: stands(consumer, ours["pid"]), "STARTED")
    consumer.control.ask("POST", f"/processes/{ours['pid']}/complete")
    eventually(lambda: plane.signals(theirs), ["start", "suspend", "resume", "completed"])
    assert plane.wrong == []
    assert set(plane.proofs) == {"Bearer granted"}


def validator_fits(address: dict[str, Any]) -> bool:
    """Whether the protocol's own types are there."""
    return address["@type"] == "DataAddress" and all(one["@type"] == "EndpointProperty" for one in address["endpointProperties"])


def test_a_plane_that_takes_its_time_starts_the_transfer_when_it_says_so(
    pair: Pair, plane: ForeignPlane, profile: str, tmp_path: Path,
) -> None:
    provider, consumer = pair
    plane.later = True
    ours, theirs = begun(pair, tmp_path, f"{profile}-pull")
    eventually(lambda: plane.signals(theirs), ["start"])
    assert stands(consumer, ours["pid"]) == "REQUESTED"
    assert call(provider, "GET", f"/transfers/{theirs}/agreement")[1]["@id"] == provider.named(theirs).agreement
    said = {"messageId": "2", "dataFlowId": theirs, "state": "STARTED", "dataAddress": ADDRESS}
    assert call(provider, "POST", f"/transfers/{theirs}/dataflow/started", said)[0] == 200
    eventually(lambda: stands(consumer, ours["pid"]), "STARTED")
    assert call(provider, "POST", f"/transfers/{theirs}/dataflow/errored", {**said, "error": "the tape is torn"})[0] == 200
    noted = [one.reason[0]["text"] for one in provider.log(theirs) if one.what == "noted" and one.reason]
    assert noted == ["its data plane reports: the tape is torn"]
    assert stands(provider, theirs) == "STARTED", "an error moves nothing"
    assert call(provider, "POST", f"/transfers/{theirs}/dataflow/completed", {"messageId": "3", "state": "COMPLETED"})[0] == 200
    eventually(lambda: stands(consumer, ours["pid"]), "COMPLETED")
    plane.later = False


def test_a_plane_that_will_not_ends_the_transfer_with_the_reason_on_both_sides(
    pair: Pair, plane: ForeignPlane, profile: str, tmp_path: Path,
) -> None:
    provider, consumer = pair
    plane.answers[:] = [422]
    ours, theirs = begun(pair, tmp_path, f"{profile}-pull")
    eventually(lambda: stands(consumer, ours["pid"]), "TERMINATED")
    for side, pid in ((provider, theirs), (consumer, ours["pid"])):
        assert (side.named(pid).reason or [{}])[0]["code"] == "plane-refused"


def test_a_signal_waits_for_a_plane_that_is_away_though_we_die_meanwhile(pair: Pair, profile: str, tmp_path: Path) -> None:
    provider, consumer = pair
    away = ForeignPlane(port=free_port())
    assert call(provider, "PUT", "/dataplanes", away.registration("away", f"{profile}-away-pull"))[0] == 200
    ours, theirs = begun(pair, tmp_path, f"{profile}-away-pull")
    provider.kill()
    provider.start()
    with away:
        eventually(lambda: stands(consumer, ours["pid"]), "STARTED")
        consumer.control.ask("POST", f"/processes/{ours['pid']}/terminate", {"reason": "enough"})
        eventually(lambda: away.signals(theirs), ["start", "terminate"])
    listed = json.loads(egide("planes", "--at", provider.folder, "--json"))
    assert [(one["flows"], one["waiting"]) for one in listed if one["id"] == "away"] == [(0, 0)]
    assert "away" not in egide("planes", "--forget", "away", "--at", provider.folder)
    assert "away" in egide("planes", "--forget", "away", "--at", provider.folder, code=2)


def test_the_consumers_plane_makes_ready_and_its_address_reaches_the_providers_plane(pair: Pair, profile: str, tmp_path: Path) -> None:
    provider, consumer = pair
    with ForeignPlane() as giving, ForeignPlane(later=True) as taking:
        for served, made in ((provider, giving), (consumer, taking)):
            assert call(served, "PUT", "/dataplanes", made.registration("pusher", f"{profile}-push"))[0] == 200
        agreement = agreed(consumer, dataset(provider, tmp_path, f"{profile}-push"))
        prepared: list[int] = []

        def say_prepared() -> int:
            for flow in [body["dataFlowId"] for what, body in taking.told if what == "prepare"]:
                said = {"messageId": "1", "dataFlowId": flow, "state": "PREPARED", "dataAddress": ADDRESS}
                prepared.append(call(consumer, "POST", f"/transfers/{flow}/dataflow/prepared", said)[0])
            return len(prepared)

        from threading import Thread

        thread = Thread(target=lambda: eventually(lambda: say_prepared() > 0, True))
        thread.start()
        ours = consumer.control.ask("POST", "/transfers", {"agreement": agreement, "format": f"{profile}-push"})
        thread.join()
        eventually(lambda: stands(consumer, ours["pid"]), "STARTED")
        assert [body["dataAddress"]["endpoint"] for what, body in giving.told if what == "start"] == [ADDRESS["endpoint"]]
        eventually(lambda: taking.signals(ours["pid"]), ["prepare", "started"])
        theirs = provider.named(ours["pid"]).pid
        assert call(provider, "POST", f"/transfers/{theirs}/dataflow/completed", {"messageId": "3", "state": "COMPLETED"})[0] == 200
        eventually(lambda: taking.signals(ours["pid"]), ["prepare", "started", "completed"])
        assert taking.wrong == giving.wrong == []
    for served in pair:
        call(served, "DELETE", "/dataplanes/pusher")


def test_who_shows_no_key_or_speaks_of_what_is_not_its_own_is_turned_away(
    pair: Pair, plane: ForeignPlane, profile: str, tmp_path: Path,
) -> None:
    provider = pair[0]
    _, theirs = begun(pair, tmp_path, f"{profile}-pull")
    eventually(lambda: plane.signals(theirs), ["start"])
    said = {"messageId": "1", "state": "COMPLETED"}
    path = f"/transfers/{theirs}/dataflow/completed"
    assert call(provider, "POST", path, said, key="")[0] == 401
    assert call(provider, "POST", path, said, key="guessed")[0] == 401
    form = "grant_type=client_credentials&client_id=another&client_secret="
    assert granted(provider, form + "wrong") is None
    token = granted(provider, form + key_of(provider))
    assert token
    assert call(provider, "POST", path, said, key=token)[0] == 404, "another plane's flow is as unknown as none"
    assert call(provider, "GET", f"/transfers/{theirs}/agreement", key=token)[0] == 404
    assert call(provider, "PUT", "/dataplanes", plane.registration("tapes", "x"), key=token)[0] == 403
    assert call(provider, "DELETE", "/dataplanes/tapes", key=token)[0] == 404
    assert call(provider, "POST", "/transfers/urn:none/dataflow/completed", said)[0] == 404
    assert call(provider, "POST", path, {**said, "state": "STARTED"})[0] == 400
    assert call(provider, "POST", path, {"state": "COMPLETED"})[0] == 400
    assert call(provider, "POST", f"/transfers/{theirs}/dataflow/prepared", {"messageId": "1", "state": "PREPARED"})[0] == 400
    assert call(provider, "PUT", "/dataplanes", plane.registration("odd", "x", authorization={"type": "unheard"}))[0] == 400
    assert call(provider, "PUT", "/dataplanes", {**plane.registration("odd", "x"), "endpoint": "file:///etc"})[0] == 400


def key_of(served: Served) -> str:
    return egide("key", "--signaling", "--at", served.folder).strip()


def granted(served: Served, form: str) -> str | None:
    import httpx

    answer = httpx.post(f"http://127.0.0.1:{served.settings.port}/signaling/token", content=form)
    return answer.json().get("access_token") if answer.status_code == 200 else None

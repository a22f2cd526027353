"""Two connectors as users run them: share a file, stop it, come back after a death, and say on both sides why it ended."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.dataspace.serving import DATASET, Served

from egide.app.dataspace.folder import EXAMPLE
from egide.cli import run


def egide(*words: object, code: int = 0) -> str:
    """A command of the data space, in English: what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        found = run(["dataspace", *map(str, words), "--lang", "en"])
    assert found == code, out.getvalue() + err.getvalue()
    return out.getvalue() or err.getvalue()


def agreed(consumer: Served, dataset: str = DATASET) -> str:
    return str(json.loads(egide("negotiate", dataset, "--at", consumer.folder, "--json"))["agreement"])


def eventually(found: Any, wanted: Any, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while (last := found()) != wanted:
        assert time.monotonic() < until, f"{last} and not {wanted}"
        time.sleep(0.05)


def test_a_file_is_shared_with_one_command_each(pair: tuple[Served, Served], tmp_path: Path) -> None:
    provider, consumer = pair
    assert "(exemple" in egide("browse", "urn:example:provider", "--at", consumer.folder)
    agreement = agreed(consumer)
    got = json.loads(egide("fetch", agreement, "--to", tmp_path, "--at", consumer.folder, "--json"))
    assert Path(got["place"]).read_bytes() == (provider.folder / EXAMPLE).read_bytes()
    assert got["state"] == "COMPLETED"
    eventually(lambda: [one.state.value for one in provider.processes() if one.subject == agreement], ["COMPLETED"])
    told = provider.log(next(one.pid for one in provider.processes() if one.agreement == agreement and one.kind == "negotiation"))
    lines = [(one.what, one.state) for one in told]
    assert [line for line in lines if line[0] != "delivered"] == [
        ("received", "REQUESTED"), ("taken", "AGREED"), ("received", "VERIFIED"), ("taken", "FINALIZED"),
    ]  # fmt: skip
    assert [line for line in lines if line[0] == "delivered"] == [("delivered", "AGREED"), ("delivered", "FINALIZED")]
    for state in ("AGREED", "FINALIZED"):  # the peer may answer a message before we have heard that it arrived
        assert lines.index(("taken", state)) < lines.index(("delivered", state))


def test_a_file_that_is_there_is_not_written_over_and_the_provider_hears_why(pair: tuple[Served, Served], tmp_path: Path) -> None:
    provider, consumer = pair
    agreement = agreed(consumer)
    (tmp_path / EXAMPLE).write_text("mine")
    said = egide("fetch", agreement, "--to", tmp_path, "--at", consumer.folder, code=2)
    assert "--force" in said
    assert (tmp_path / EXAMPLE).read_text() == "mine"
    eventually(lambda: [(one.state.value, (one.reason or [{}])[0].get("text")) for one in provider.processes() if one.subject == agreement],
               [("TERMINATED", "WouldOverwriteError")])  # fmt: skip


def test_an_offer_of_ones_own_is_found_by_its_title(pair: tuple[Served, Served], tmp_path: Path) -> None:
    provider, consumer = pair
    (tmp_path / "mesures.csv").write_text("a;b\n1;2\n")
    (tmp_path / "terms.yaml").write_text("permission:\n- action: use\n")
    egide("offer", tmp_path / "mesures.csv", "--policy", tmp_path / "terms.yaml", "--title", "Mesures inventées", "--at", provider.folder)
    found = json.loads(egide("browse", "urn:example:provider", "--where", "mesures INV", "--at", consumer.folder, "--json"))
    assert [one["title"] for one in found] == ["Mesures inventées"]


NEAR = "permission:\n- action: use\n  constraint:\n  - {leftOperand: a, operator: near, rightOperand: b}\n"


@pytest.mark.parametrize(("terms", "said"), [
    ("permission: []\n", "permission"), (NEAR, "constraint"), ("- a\n", "terms.yaml"), ("prohibition: {}\n", "prohibition"),
])  # fmt: skip
def test_terms_that_are_no_policy_are_refused_with_their_place(pair: tuple[Served, Served], tmp_path: Path, terms: str, said: str) -> None:
    (tmp_path / "terms.yaml").write_text(terms)
    refused = egide("offer", __file__, "--policy", tmp_path / "terms.yaml", "--at", pair[0].folder, code=2)
    assert "terms.yaml" in refused
    assert said in refused


def test_wrong_names_are_said(pair: tuple[Served, Served], tmp_path: Path) -> None:
    at = ("--at", pair[1].folder)
    assert "unknown-dataset" in egide("negotiate", "urn:none", *at, code=2)
    assert "no agreement urn:none" in egide("fetch", "urn:none", *at, code=2)
    assert "no negotiation" in egide("log", "urn:none", *at, code=2)
    assert "no peer is known" in egide("browse", "urn:none", *at, code=2)
    assert "there is no connector" in egide("log", "--at", tmp_path, code=2)


def test_either_side_suspends_and_resumes_and_no_data_flows_between(pair: tuple[Served, Served], tmp_path: Path) -> None:
    provider, consumer = pair
    agreement = agreed(consumer)
    ours = consumer.control.ask("POST", "/transfers", {"agreement": agreement, "format": "HttpData-PULL"})
    ours = consumer.control.until(ours, frozenset({"STARTED"}), lambda process: None)
    address = ours["body"]["data-address"]
    token = next(one["value"] for one in address["endpointProperties"] if one["name"] == "authorization")

    def status() -> int:
        return int(subprocess.run(["curl", "-s", "-o", str(tmp_path / "got"), "-w", "%{http_code}", "-H", f"Authorization: Bearer {token}",
                                   address["endpoint"]], capture_output=True, text=True, check=False).stdout)  # fmt: skip

    def theirs() -> str:
        return provider.named(ours["pid"]).state.value

    assert status() == 200
    consumer.control.ask("POST", f"/processes/{ours['pid']}/suspend", {"reason": "disk full here"})
    eventually(theirs, "SUSPENDED")
    assert provider.named(ours["pid"]).reason == [{"code": "decided", "text": "disk full here"}]
    assert status() == 403
    provider.control.ask("POST", f"/processes/{provider.named(ours['pid']).pid}/start")
    eventually(lambda: consumer.named(ours["pid"]).state.value, "STARTED")
    assert status() == 200
    provider.control.ask("POST", f"/processes/{provider.named(ours['pid']).pid}/terminate", {"reason": "the contract has ended"})
    eventually(lambda: consumer.named(ours["pid"]).state.value, "TERMINATED")
    assert consumer.named(ours["pid"]).reason == [{"code": "decided", "text": "the contract has ended"}]
    assert status() == 403


def test_a_provider_makes_the_first_offer_and_the_consumer_accepts_it(pair: tuple[Served, Served]) -> None:
    provider, consumer = pair
    ours = provider.control.ask("POST", "/offers", {"peer": "urn:example:consumer", "dataset": DATASET})
    assert ours["state"] == "OFFERED"
    eventually(lambda: [one.state.value for one in consumer.processes() if one.peer_pid == ours["pid"]], ["OFFERED"])
    theirs = consumer.named(ours["pid"])
    consumer.control.ask("POST", f"/processes/{theirs.pid}/accept")
    eventually(lambda: consumer.named(ours["pid"]).state.value, "FINALIZED")
    assert provider.named(theirs.pid).agreement == consumer.named(ours["pid"]).agreement


def test_a_token_that_is_made_up_or_of_another_transfer_opens_nothing(pair: tuple[Served, Served]) -> None:
    _, consumer = pair
    agreement = agreed(consumer)
    started = []
    for _ in range(2):
        ours = consumer.control.ask("POST", "/transfers", {"agreement": agreement, "format": "HttpData-PULL"})
        started.append(consumer.control.until(ours, frozenset({"STARTED"}), lambda process: None)["body"]["data-address"])
    said = {one["name"]: one["value"] for one in started[0]["endpointProperties"]}
    for token in ("", "x", "x.y", said["authorization"], said["refreshToken"], said["authorization"][:-2] + "AA"):
        answer = subprocess.run(["curl", "-s", "-o", "-", "-w", "%{http_code}", "-H", f"Authorization: Bearer {token}",
                                 started[1]["endpoint"]], capture_output=True, text=True, check=False).stdout  # fmt: skip
        assert answer.endswith("401")


def test_a_message_to_a_peer_that_is_away_arrives_when_it_is_back(pair: tuple[Served, Served]) -> None:
    provider, consumer = pair
    agreement = agreed(consumer)
    ours = consumer.control.ask("POST", "/transfers", {"agreement": agreement, "format": "HttpData-PULL"})
    consumer.control.until(ours, frozenset({"STARTED"}), lambda process: None)
    provider.kill()
    consumer.control.ask("POST", f"/processes/{ours['pid']}/terminate", {"reason": "no longer wanted"})
    eventually(lambda: [one.what for one in consumer.log(ours["pid"])][-1], "failed")
    provider.start()
    eventually(lambda: provider.named(ours["pid"]).state.value, "TERMINATED", 30)
    assert provider.named(ours["pid"]).reason == [{"code": "decided", "text": "no longer wanted"}]
    eventually(lambda: [one.what for one in consumer.log(ours["pid"])][-1], "delivered")


def streamed(address: dict[str, Any], target: Path) -> subprocess.Popen[bytes]:
    """Somebody who pulls slowly, and holds on to the connection for as long as it lasts."""
    token = next(one["value"] for one in address["endpointProperties"] if one["name"] == "authorization")
    return subprocess.Popen(["curl", "-s", "-o", target, "--limit-rate", "2M", "-H", f"Authorization: Bearer {token}", address["endpoint"]])


def large(provider: Served, folder: Path, terms: str) -> tuple[Path, str]:
    """Something that takes longer to pull at that pace than any test."""
    source, policy, dataset = folder / "large.bin", folder / "terms.yaml", f"urn:example:{folder.name}"
    with source.open("wb") as made:
        made.truncate(400 * 1024 * 1024)
    policy.write_text(terms)
    egide("offer", source, "--policy", policy, "--id", dataset, "--at", provider.folder)
    return source, dataset


def test_what_flows_stops_when_its_policy_ends_and_both_sides_know_why(pair: tuple[Served, Served], tmp_path: Path) -> None:
    provider, consumer = pair
    ends = datetime.now(UTC) + timedelta(seconds=6)
    source, dataset = large(provider, tmp_path, f"allow:\n- do: use\n  when:\n  - dateTime: {{lt: '{ends.isoformat()}'}}\n")
    ours = consumer.control.ask("POST", "/transfers", {"agreement": agreed(consumer, dataset), "format": "HttpData-PULL"})
    ours = consumer.control.until(ours, frozenset({"STARTED"}), lambda process: None)
    got = streamed(ours["body"]["data-address"], tmp_path / "got")
    consumer.control.until(ours, frozenset({"TERMINATED"}), lambda process: None)
    assert got.wait(20) != 0
    assert (tmp_path / "got").stat().st_size < source.stat().st_size
    assert datetime.now(UTC) >= ends
    assert "dateTime lt" in (consumer.named(ours["pid"]).reason or [{}])[0]["text"]
    assert "dateTime lt" in (provider.named(ours["pid"]).reason or [{}])[0]["text"]
    again = consumer.control.ask("POST", "/transfers", {"agreement": ours["agreement"], "format": "HttpData-PULL"})
    again = consumer.control.until(again, frozenset({"STARTED", "TERMINATED"}), lambda process: None)
    assert again["state"] == "TERMINATED", "no transfer starts under a policy that has ended"


def test_what_flows_stops_when_it_is_suspended(pair: tuple[Served, Served], tmp_path: Path) -> None:
    provider, consumer = pair
    source, dataset = large(provider, tmp_path, "allow:\n- do: use\n")
    ours = consumer.control.ask("POST", "/transfers", {"agreement": agreed(consumer, dataset), "format": "HttpData-PULL"})
    ours = consumer.control.until(ours, frozenset({"STARTED"}), lambda process: None)
    got = streamed(ours["body"]["data-address"], tmp_path / "got")
    eventually(lambda: (tmp_path / "got").exists() and (tmp_path / "got").stat().st_size > 0, True)
    provider.control.ask("POST", f"/processes/{provider.named(ours['pid']).pid}/suspend", {"reason": "maintenance"})
    assert got.wait(20) != 0
    assert (tmp_path / "got").stat().st_size < source.stat().st_size


TERMS = """
allow:
- do: use
  when:
  - purpose: research
  - partyLabel: secnumcloud
"""


def test_the_peer_of_whom_nothing_is_known_is_refused_with_the_reason_on_both_sides(pair: tuple[Served, Served], tmp_path: Path) -> None:
    provider, consumer = pair
    (tmp_path / "terms.yaml").write_text(TERMS)
    dataset = "urn:example:label-only"
    egide("offer", provider.folder / EXAMPLE, "--policy", tmp_path / "terms.yaml", "--id", dataset, "--at", provider.folder)
    said = json.loads(egide("negotiate", dataset, "--at", consumer.folder, "--json", code=1))
    ours, theirs = consumer.named(said["pid"]), provider.named(said["pid"])
    assert theirs.state == ours.state == "TERMINATED"
    assert theirs.reason
    assert ours.reason
    assert theirs.reason[0]["code"] == ours.reason[0]["code"] == "not-known"
    assert "partyLabel" in ours.reason[0]["text"]

"""Data that the provider pushes to the consumer's address: whole, resumed, stopped, refused; files and streams, with two connectors."""

from __future__ import annotations

import hashlib
import json
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.dataspace.serving import Served
from tests.dataspace.test_planes import fetching, flowing, mqtt, mqtt_sent, offered, running, until_done
from tests.dataspace.test_two_connectors import egide, eventually

from egide.app.dataspace.arrivals import FOLDER, Arrival
from egide.app.dataspace.folder import open_database
from egide.dataspace.signaling.flows import find_flow

__all__ = ["mqtt", "running"]

HTTP = "https://w3id.org/idsa/v4.1/HTTP"


class Receiver(BaseHTTPRequestHandler):
    """Somebody's own endpoint: takes what comes as slowly as it is told, and does not know how to go on where a push broke off."""

    protocol_version = "HTTP/1.1"
    got: ClassVar[dict[str, bytearray]] = {}
    asked: ClassVar[list[tuple[str, str, dict[str, str]]]] = []
    slowly: ClassVar[set[str]] = set()
    refuses: ClassVar[dict[str, list[int]]] = {}

    def do_HEAD(self) -> None:
        self.send_response(405)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization", ""), dict(self.headers)))
        if self.refuses.get(self.path):
            self.close_connection = True
            self.send_response(self.refuses[self.path].pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        kept, left = self.got.setdefault(self.path, bytearray()), int(self.headers["Content-Length"])
        kept.clear()
        while left and (piece := self.rfile.read1(min(left, 65536))):  # type: ignore[attr-defined]
            kept += piece
            left -= len(piece)
            if self.path in self.slowly:
                time.sleep(0.03)
        self.send_response(200 if not left else 400)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def receiver() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def pushed_to(consumer: Served, agreement: str, endpoint: str, token: str = "") -> dict[str, Any]:
    """A transfer that the provider pushes to an endpoint of somebody's own."""
    properties = [{"@type": "EndpointProperty", "name": "authorization", "value": token}] if token else []
    address = {"@type": "DataAddress", "endpointType": HTTP, "endpoint": endpoint} | ({"endpointProperties": properties} if token else {})
    asked = {"agreement": agreement, "format": "HttpData-PUSH", "address": address}
    found: dict[str, Any] = consumer.control.ask("POST", "/transfers", asked)
    return found


def file_of(folder: Path, megabytes: float) -> tuple[Path, bytes]:
    source = folder / "courbe.bin"
    content = bytes(at * 31 % 251 for at in range(1024)) * int(megabytes * 1024)
    source.write_bytes(content)
    return source, content


def sent(provider: Served, pid: str) -> int:
    with open_database(provider.folder) as store, store.read() as tx:
        flow = find_flow(tx, pid)
        assert flow
        return flow.sent


def test_a_file_is_pushed_with_one_command_and_counted_on_the_providers_side(pair: tuple[Served, Served], tmp_path: Path) -> None:
    provider, consumer = pair
    source, content = file_of(tmp_path, 3)
    agreement = offered(pair, source, tmp_path)
    got = json.loads(egide("fetch", agreement, "--push", "--to", tmp_path / "got", "--at", consumer.folder, "--json"))
    assert Path(got["place"]).name == "courbe.bin"
    assert got["sha256"] == hashlib.sha256(content).hexdigest()
    assert got["state"] == "COMPLETED"
    theirs = provider.named(got["transfer"])
    assert theirs.state.value == "COMPLETED"
    eventually(lambda: [one.reason[0]["args"] for one in provider.log(theirs.pid) if one.what == "noted" and one.reason],
               [{"bytes": str(len(content))}])  # fmt: skip
    assert sent(provider, theirs.pid) == len(content)
    steps = [(one.what, one.step) for one in provider.log(theirs.pid) if one.what in {"received", "taken"}]
    assert steps == [("received", "request"), ("taken", "start"), ("taken", "complete")]
    assert not Arrival(consumer.folder / FOLDER, got["transfer"]).path.exists(), "what was taken on is not kept twice"
    assert "***" in json.dumps([one.message for one in consumer.log(got["transfer"])]), "the token of the address is in no log"


def test_a_file_is_pushed_to_an_endpoint_of_ones_own_with_its_token_and_again_when_it_was_busy(
    pair: tuple[Served, Served], receiver: str, tmp_path: Path,
) -> None:
    consumer = pair[1]
    source, content = file_of(tmp_path, 1)
    Receiver.refuses["/busy"] = [503, 429]
    ours = pushed_to(consumer, offered(pair, source, tmp_path), f"{receiver}/busy", "s3cret")
    eventually(lambda: consumer.named(ours["pid"]).state.value, "COMPLETED")
    assert Receiver.got["/busy"] == content
    asked = [one for one in Receiver.asked if one[0] == "/busy"]
    assert [one[1] for one in asked] == ["Bearer s3cret"] * 3
    assert asked[-1][2]["Content-Range"] == f"bytes 0-{len(content) - 1}/{len(content)}"


def test_an_endpoint_that_wants_none_of_it_ends_the_transfer_with_the_reason_on_both_sides(
    pair: tuple[Served, Served], receiver: str, tmp_path: Path,
) -> None:
    consumer = pair[1]
    Receiver.refuses["/never"] = [422]
    ours = pushed_to(consumer, offered(pair, file_of(tmp_path, 0.01)[0], tmp_path), f"{receiver}/never")
    eventually(lambda: consumer.named(ours["pid"]).state.value, "TERMINATED")
    for side in pair:
        reason = (side.named(ours["pid"]).reason or [{}])[0]
        assert reason["code"] == "push-failed"
        assert "HTTP 422" in reason["text"]


def test_nothing_more_goes_once_a_push_is_suspended_and_it_begins_again_when_it_is_resumed(
    pair: tuple[Served, Served], receiver: str, tmp_path: Path,
) -> None:
    provider, consumer = pair
    source, content = file_of(tmp_path, 24)
    Receiver.slowly.add("/slow")
    ours = pushed_to(consumer, offered(pair, source, tmp_path), f"{receiver}/slow")
    eventually(lambda: len(Receiver.got.get("/slow", b"")) > 0, True)
    consumer.control.ask("POST", f"/processes/{ours['pid']}/suspend", {"reason": "disk full here"})
    theirs = provider.named(ours["pid"]).pid
    eventually(lambda: provider.named(theirs).state.value, "SUSPENDED")
    eventually(lambda: any(one.what == "noted" for one in provider.log(theirs)), True)
    taken, counted = len(Receiver.got["/slow"]), sent(provider, theirs)
    assert taken < len(content)
    assert counted < len(content)
    Receiver.slowly.clear()
    assert sent(provider, theirs) == counted
    assert len([one for one in Receiver.asked if one[0] == "/slow"]) == 1, "no other try is made while it rests"
    consumer.control.ask("POST", f"/processes/{ours['pid']}/start")
    eventually(lambda: consumer.named(ours["pid"]).state.value, "COMPLETED")
    assert Receiver.got["/slow"] == content
    assert sent(provider, theirs) == counted + len(content), "an endpoint that cannot go on is sent the whole again"


def test_a_push_goes_on_where_it_broke_off_though_its_side_was_killed(pair: tuple[Served, Served], tmp_path: Path) -> None:
    provider, consumer = pair
    source, content = file_of(tmp_path, 100)
    agreement = offered(pair, source, tmp_path)
    command = fetching(pair, agreement, tmp_path / "got", "--push")
    arrivals, until = consumer.folder / FOLDER, time.monotonic() + 30
    before = {one.name for one in arrivals.iterdir()} if arrivals.exists() else set()
    while not (arrivals.exists() and any(one.stat().st_size > 1024 for one in arrivals.iterdir() if one.name not in before)):
        assert time.monotonic() < until
        time.sleep(0.002)
    assert consumer.process
    consumer.process.send_signal(signal.SIGSTOP)  # so that nothing more is taken before the other side dies
    provider.kill()
    consumer.process.send_signal(signal.SIGCONT)
    provider.start()
    out, err = command.communicate(timeout=60)
    assert command.returncode == 0, err
    got = json.loads(out)
    assert got["sha256"] == hashlib.sha256(content).hexdigest()
    assert sent(provider, provider.named(got["transfer"]).pid) < len(content), "what was there already is not sent again"


def test_a_stream_is_pushed_line_by_line_until_enough_came(pair: tuple[Served, Served], mqtt: int, tmp_path: Path) -> None:
    agreement = offered(pair, f"mqtt://127.0.0.1:{mqtt}/pushed/#", tmp_path)
    process = fetching(pair, agreement, tmp_path / "got", "--push", "--most", 3)
    flowing(pair, agreement)
    number = iter(range(1000))
    got = until_done(process, lambda: mqtt_sent(mqtt, "pushed/a", f"reading {next(number)}"))
    lines = [json.loads(one)["text"] for one in Path(got["place"]).read_text("utf-8").splitlines()]
    assert len(lines) == 3
    assert lines == sorted(lines)
    assert got["state"] == "COMPLETED"


@pytest.mark.parametrize(("listed", "code"), [("[.example]", "address-unlisted"), (None, "address-unreachable")])
def test_data_is_pushed_to_no_address_that_its_owner_does_not_allow(
    tmp_path: Path, receiver: str, listed: str | None, code: str,
) -> None:
    from egide.dataspace.planes.own import OwnPlane
    from egide.dataspace.planes.pull import Pull, Tokens
    from egide.dataspace.signaling.planes import RefusedFlowError
    from egide.dataspace.wire.reach import Reach

    plane = OwnPlane(Pull("https://x.example/data", Tokens(b"k" * 32)), Reach(private=listed is not None),
                     [".example"] if listed else None, lambda: None)  # type: ignore[arg-type, return-value]  # fmt: skip
    with pytest.raises(RefusedFlowError) as refused:
        plane.admit({"endpoint": f"{receiver}/x"})
    assert refused.value.reason.code == code
    assert plane.admit({"endpoint": "https://meters.example/in"}) == "https://meters.example/in"

"""What was stopped moves nothing more, counted in bytes and messages and not in seconds; and a full disk loses nothing promised."""

from __future__ import annotations

import json
import resource
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.dataspace.serving import DATASET, Served, introduce
from tests.dataspace.test_planes import fetching, flowing, mqtt, mqtt_sent, offered
from tests.dataspace.test_two_connectors import egide, eventually

from egide.app.dataspace.control import RefusedStepError

__all__ = ["mqtt"]

IN_FLIGHT = 24 * 1024 * 1024
"""Bytes that may lie in the buffers of both machines when a transfer stops: those of the sockets, and a few pieces of a mebibyte."""
STEPS = {"suspend": "SUSPENDED", "terminate": "TERMINATED"}


def slow_reader(address: dict[str, Any]) -> socket.socket:
    """Somebody who has asked for the data, and takes it when they like."""
    token = next(one["value"] for one in address["endpointProperties"] if one["name"] == "authorization")
    parts = urlsplit(address["endpoint"])
    line = socket.create_connection((str(parts.hostname), int(parts.port or 80)), 20)
    line.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    return line


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("by", [0, 1], ids=["provider", "consumer"])
def test_after_the_stop_only_what_lay_in_buffers_arrives(pair: tuple[Served, Served], tmp_path: Path, step: str, by: int) -> None:
    provider, consumer = pair
    source = tmp_path / "large.bin"
    with source.open("wb") as made:
        made.truncate(300 * 1024 * 1024)
    agreement = offered(pair, source, tmp_path)
    ours = consumer.control.ask("POST", "/transfers", {"agreement": agreement, "format": "HttpData-PULL"})
    ours = consumer.control.until(ours, frozenset({"STARTED"}), lambda process: None)
    theirs = provider.named(ours["pid"]).pid
    with slow_reader(ours["body"]["data-address"]) as line:
        got = len(line.recv(65536))
        pid = (theirs, ours["pid"])[by]
        pair[by].control.ask("POST", f"/processes/{pid}/{step}", {"reason": "enough"})
        eventually(lambda: provider.named(theirs).state.value, STEPS[step])
        while piece := received(line):
            got += piece
    eventually(lambda: len(noted(provider, theirs)), 1)
    (counted,) = noted(provider, theirs)
    assert counted <= IN_FLIGHT, "whoever reads on after the stop gets what had gone before it, and no piece more"
    assert 0 < got <= counted + 1000, "the headers are not counted"


def received(line: socket.socket) -> int:
    try:
        return len(line.recv(1024 * 1024))
    except ConnectionResetError:
        return 0


def noted(provider: Served, pid: str) -> list[int]:
    return [int(one.reason[0]["args"]["bytes"]) for one in provider.log(pid) if one.what == "noted" and one.reason]


def test_no_message_of_a_stream_goes_on_that_came_after_the_stop(pair: tuple[Served, Served], mqtt: int, tmp_path: Path) -> None:
    provider, _ = pair
    agreement = offered(pair, f"mqtt://127.0.0.1:{mqtt}/stopped/#", tmp_path)
    process = fetching(pair, agreement, tmp_path / "got")
    theirs, number = flowing(pair, agreement), iter(range(1000))

    def some_came() -> bool:
        mqtt_sent(mqtt, "stopped/a", f"before {next(number)}")
        kept = list((tmp_path / "got").glob(".egide-*"))
        return bool(kept) and kept[0].stat().st_size > 0

    eventually(some_came, True)
    provider.control.ask("POST", f"/processes/{theirs}/terminate", {"reason": "the season has ended"})
    mqtt_sent(mqtt, "stopped/a", "after")
    out, err = process.communicate(timeout=40)
    assert process.returncode == 1, err
    got = json.loads(out)
    lines = [json.loads(one)["text"] for one in Path(got["place"]).read_text("utf-8").splitlines()]
    assert lines
    assert all(one.startswith("before") for one in lines)


class OnAFullDisk(Served):
    """Served by a process whose files may grow no further: what a full disk does, without one."""

    def start(self) -> None:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.most, before[1]))
        try:
            super().start()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    most = 700_000


@pytest.fixture(scope="module")
def cramped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, OnAFullDisk]]:
    provider, consumer = introduce(tmp_path_factory.mktemp("cramped"))
    full = OnAFullDisk(consumer.folder)
    with provider, full:
        yield provider, full


def test_a_full_disk_is_said_and_loses_nothing_that_was_promised(cramped: tuple[Served, OnAFullDisk], tmp_path: Path) -> None:
    provider, full = cramped
    source = tmp_path / "curve.bin"
    source.write_bytes(b"x" * 3_000_000)
    pushed = offered((provider, full), source, tmp_path)
    refused = json.loads(egide("fetch", pushed, "--push", "--to", tmp_path / "got", "--at", full.folder, "--json", code=1))
    assert "could not be kept" in refused["reason"][0]["text"]
    eventually(lambda: "could not be kept" in (provider.named(refused["pid"]).reason or [{}])[0].get("text", ""), True)
    begun, said = [], ""
    while not said and len(begun) < 500:
        try:
            begun.append(full.control.ask("POST", "/negotiations", {"peer": "urn:example:provider", "dataset": DATASET})["pid"])
        except RefusedStepError as error:
            said = str(error)
    assert "could not be kept" in said
    full.stop()
    with Served(full.folder) as again:
        assert set(begun) <= {one.pid for one in again.processes()}, "each that was answered for is there"
        eventually(lambda: {one.state.value for one in again.processes() if one.kind.value == "negotiation"}, {"FINALIZED"}, 60)
        theirs = {one.peer_pid: one.agreement for one in provider.processes() if one.kind.value == "negotiation"}
        ours = {one.pid: one.agreement for one in again.processes() if one.kind.value == "negotiation"}
        assert ours == {pid: theirs[pid] for pid in ours}
    full.start()

"""Data that lies in object stores and comes out of brokers: real ones, and two connectors between them."""

from __future__ import annotations

import hashlib
import json
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from obstore.store import S3Store
from tests.dataspace.serving import EGIDE, Served, free_port, introduce
from tests.dataspace.test_two_connectors import agreed, egide, eventually
from tests.trust.log.test_objects_s3 import swift

from egide.dataspace.planes.addresses import read_broker
from egide.vocabulary.errors import InputError

__all__ = ["swift"]

USE = "allow:\n- do: use\n"


@contextmanager
def running(port: int, *words: str) -> Iterator[int]:
    """A broker, once it listens."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as broker:
        try:
            until = time.monotonic() + 20
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert time.monotonic() < until, words
                    time.sleep(0.02)
            yield port
        finally:
            broker.terminate()


@pytest.fixture(scope="module")
def mqtt() -> Iterator[int]:
    port = free_port()
    with running(port, "/usr/sbin/mosquitto", "-p", str(port)):
        yield port


@pytest.fixture(scope="module")
def nats() -> Iterator[int]:
    port = free_port()
    with running(port, "nats-server", "-a", "127.0.0.1", "-p", str(port)):
        yield port


@pytest.fixture(scope="module")
def store(swift: str) -> Iterator[S3Store]:
    """The bucket, and an environment in which connectors find it."""
    said = {"AWS_ENDPOINT_URL": swift, "AWS_ACCESS_KEY_ID": "test:tester", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true"}  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in said.items():
            patch.setenv(name, value)
        yield S3Store("journal", endpoint=swift, client_options={"allow_http": True})


@pytest.fixture(scope="module")
def pair(store: S3Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    provider, consumer = introduce(tmp_path_factory.mktemp("planes"))
    with provider, consumer:
        yield provider, consumer


def offered(pair: tuple[Served, Served], source: object, folder: Path) -> str:
    """The agreement on a new dataset from that source."""
    (folder / "terms.yaml").write_text(USE)
    dataset = json.loads(egide("offer", source, "--policy", folder / "terms.yaml", "--at", pair[0].folder, "--json"))["dataset"]
    return agreed(pair[1], dataset)


def test_an_object_goes_from_store_to_store_in_parts_and_is_the_same(
    pair: tuple[Served, Served], store: S3Store, tmp_path: Path,
) -> None:
    content = random.Random(7).randbytes(9 * 1024 * 1024 + 17)  # noqa: S311 - content of a test
    store.put("from/curve.bin", content)
    agreement = offered(pair, "s3://journal/from/curve.bin", tmp_path)
    got = json.loads(egide("fetch", agreement, "--to", "s3://journal/to/", "--at", pair[1].folder, "--json"))
    assert got["place"] == "s3://journal/to/curve.bin"
    assert got["sha256"] == hashlib.sha256(content).hexdigest()
    assert bytes(store.get("to/curve.bin").bytes()) == content
    assert "curve.bin" in egide("fetch", agreement, "--to", "s3://journal/to/", "--at", pair[1].folder, code=2), "never over another"
    local = json.loads(egide("fetch", agreement, "--to", tmp_path / "got", "--at", pair[1].folder, "--json"))
    assert Path(local["place"]).read_bytes() == content


def test_how_much_went_is_in_the_providers_log(pair: tuple[Served, Served], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a;b\n1;2\n")
    agreement = offered(pair, tmp_path / "a.csv", tmp_path)
    transfer = json.loads(egide("fetch", agreement, "--to", tmp_path / "got", "--at", pair[1].folder, "--json"))["transfer"]
    pid = pair[0].named(transfer).pid
    eventually(lambda: [one.reason[0]["args"] for one in pair[0].log(pid) if one.what == "noted" and one.reason], [{"bytes": "8"}])


def test_an_object_that_is_not_there_or_no_address_is_said(pair: tuple[Served, Served], tmp_path: Path) -> None:
    agreement = offered(pair, "s3://journal/absent", tmp_path)
    assert "404" in egide("fetch", agreement, "--to", tmp_path / "got", "--at", pair[1].folder, code=2)
    for wrong in ("s3://journal", "mqtt://host", "nats://host/a b", "mqtt://host:99999/a"):
        egide("offer", wrong, "--policy", tmp_path / "terms.yaml", "--at", pair[0].folder, code=2)


def fetching(pair: tuple[Served, Served], agreement: str, to: object, *more: object) -> subprocess.Popen[str]:
    words = [*EGIDE, "dataspace", "fetch", agreement, "--to", str(to), "--at", pair[1].folder, "--json", *map(str, more)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def flowing(pair: tuple[Served, Served], agreement: str) -> str:
    """The provider's name of the transfer, once it runs."""
    found: list[Any] = []

    def started() -> bool:
        found[:] = [one.pid for one in pair[0].processes() if one.subject == agreement and one.state.value == "STARTED"]
        return bool(found)

    eventually(started, True)
    return str(found[0])


def mqtt_sent(port: int, topic: str, text: str) -> None:
    subprocess.run(["mosquitto_pub", "-p", str(port), "-t", topic, "-q", "1", "-s"], input=text.encode(), check=True)


def nats_sent(port: int, subject: str, content: bytes) -> None:
    """As the protocol's own documentation does it by hand."""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.recv(4096)
        line.sendall(b'CONNECT {"verbose":false}\r\nPUB %s %d\r\n%s\r\nPING\r\n' % (subject.encode(), len(content), content))
        answer = b""
        while b"PONG" not in answer:
            answer += line.recv(4096)


def until_done(process: subprocess.Popen[str], send: Any) -> dict[str, Any]:
    """Send until the other side has had enough: a subscription tells nobody outside when it stands."""
    deadline = time.monotonic() + 40
    while process.poll() is None:
        assert time.monotonic() < deadline
        send()
        time.sleep(0.2)
    out, err = process.communicate()
    assert process.returncode == 0, err
    made: dict[str, Any] = json.loads(out)
    return made


@pytest.mark.parametrize("kind", ["mqtt", "nats"])
def test_a_stream_of_a_broker_is_fetched_into_a_file(
    pair: tuple[Served, Served], mqtt: int, nats: int, tmp_path: Path, kind: str,
) -> None:
    source = f"mqtt://127.0.0.1:{mqtt}/meters/#" if kind == "mqtt" else f"nats://127.0.0.1:{nats}/meters.>"
    agreement = offered(pair, source, tmp_path)
    process = fetching(pair, agreement, tmp_path / "got", "--most", 3)

    def send() -> None:
        if kind == "mqtt":
            mqtt_sent(mqtt, "meters/7", "é 3.5\n")
        else:
            nats_sent(nats, "meters.7", b"\xff\x00")

    got = until_done(process, send)
    lines = [json.loads(one) for one in Path(got["place"]).read_text("utf-8").splitlines()]
    wanted = {"topic": "meters/7", "text": "é 3.5\n"} if kind == "mqtt" else {"topic": "meters.7", "base64": "/wA="}
    assert lines[:3] == [wanted] * 3
    assert got["state"] == "COMPLETED"


def test_a_stream_goes_from_one_broker_to_another(pair: tuple[Served, Served], mqtt: int, nats: int, tmp_path: Path) -> None:
    agreement = offered(pair, f"nats://127.0.0.1:{nats}/onward", tmp_path)
    target = tmp_path / "heard"
    with target.open("wb") as out:
        heard = subprocess.Popen(["mosquitto_sub", "-p", str(mqtt), "-t", "mirror", "-C", "2", "-W", "40"], stdout=out)
    process = fetching(pair, agreement, f"mqtt://127.0.0.1:{mqtt}/mirror", "--most", 4)
    got = until_done(process, lambda: nats_sent(nats, "onward", b"42 kW"))
    assert heard.wait(20) == 0
    assert target.read_text().splitlines()[:2] == ["42 kW", "42 kW"]
    assert got["state"] == "COMPLETED"


def test_a_stream_ends_when_its_owner_ends_the_transfer_though_nothing_moves(
    pair: tuple[Served, Served], mqtt: int, tmp_path: Path,
) -> None:
    agreement = offered(pair, f"mqtt://127.0.0.1:{mqtt}/silence", tmp_path)
    process = fetching(pair, agreement, tmp_path / "got")
    pid = flowing(pair, agreement)

    def heard() -> bool:
        mqtt_sent(mqtt, "silence", "1")
        return any(one.stat().st_size for one in (tmp_path / "got").glob(".egide-*"))

    eventually(heard, True)
    pair[0].control.ask("POST", f"/processes/{pid}/terminate", {"reason": "the season has ended"})
    out, err = process.communicate(timeout=40)
    assert process.returncode == 1, err
    got = json.loads(out)
    assert got["reason"][0]["text"] == "the season has ended"
    assert "silence" in Path(got["place"]).read_text("utf-8")


def test_a_file_that_is_gone_is_said(pair: tuple[Served, Served], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a;b\n")
    agreement = offered(pair, tmp_path / "a.csv", tmp_path)
    (tmp_path / "a.csv").unlink()
    assert "404" in egide("fetch", agreement, "--to", tmp_path / "got", "--at", pair[1].folder, code=2)


def test_a_broker_that_is_away_is_said(pair: tuple[Served, Served], tmp_path: Path) -> None:
    agreement = offered(pair, f"nats://127.0.0.1:{free_port()}/nobody", tmp_path)
    assert "502" in egide("fetch", agreement, "--to", tmp_path / "got", "--at", pair[1].folder, code=2)


def test_a_target_that_is_away_or_takes_no_file_is_said(pair: tuple[Served, Served], mqtt: int, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a;b\n")
    agreement = offered(pair, tmp_path / "a.csv", tmp_path)
    at = ("--at", pair[1].folder)
    assert "the broker" in egide("fetch", agreement, "--to", f"mqtt://127.0.0.1:{free_port()}/x", *at, code=2)
    assert "only streams" in egide("fetch", agreement, "--to", f"mqtt://127.0.0.1:{mqtt}/x", *at, code=2)


def test_a_password_in_an_address_is_in_no_message() -> None:
    with pytest.raises(InputError) as refused:
        read_broker("mqtt://user:geheim@host:0/topic")
    assert "geheim" not in str(refused.value)
    assert "geheim" not in repr(read_broker("mqtt://user:geheim@host/topic"))

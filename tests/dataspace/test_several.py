"""Two processes serve one connector from one PostgreSQL, behind one address; one of them is killed in the middle."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.dataspace.serving import DATASET, Served, free_port, introduce

from egide.app.dataspace.control import Control, NotServingError
from egide.app.dataspace.folder import FILE, open_database, settings
from egide.dataspace.offering import offered
from egide.dataspace.processes.process import Process
from egide.dataspace.processes.watching import log, processes
from egide.store import open_store
from egide.vocabulary.yaml import write_yaml

EACH = 20
"""Negotiations begun at either end."""


class Address:
    """One address before several ports: each connection goes to the next that takes it, as a proxy of the system does it."""

    def __init__(self, port: int, behind: list[int]) -> None:
        self._behind = behind
        self._next = 0
        self._socket = socket.create_server(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._socket.accept()
                threading.Thread(target=self._relay, args=(line,), daemon=True).start()

    def _relay(self, line: socket.socket) -> None:
        for _ in self._behind:
            self._next += 1
            try:
                other = socket.create_connection(("127.0.0.1", self._behind[self._next % len(self._behind)]))
            except OSError:
                continue
            back = threading.Thread(target=pour, args=(other, line), daemon=True)
            back.start()
            with line, other:
                pour(line, other)
                back.join()
            return
        line.close()


def pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    for one in (source, target):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


@contextmanager
def several(folder: Path, database: str) -> Iterator[tuple[Served, Served, Served]]:
    """Two processes of a provider, and a consumer that knows their one address."""
    provider, consumer = introduce(folder)
    told = provider.settings
    with open_database(provider.folder) as kept, kept.read() as tx:
        dataset = offered.one(tx, DATASET)
    assert dataset is not None
    ports = [free_port(), free_port()]
    served = []
    for number, port in enumerate(ports):
        copy = folder / f"provider-{number}"
        shutil.copytree(provider.folder, copy)
        copy.chmod(0o700)
        (copy / FILE).write_bytes(write_yaml(msgspec.to_builtins(msgspec.structs.replace(told, port=port, management_port=free_port()))))
        served.append(Served(copy, "--db", database))
    from egide.app.database import rooms

    with open_store(database, rooms()) as store, store.write() as tx:
        offered.put(tx, dataset)
    front = Address(settings(provider.folder).port, ports)
    try:
        with served[0], served[1], consumer:
            yield served[0], served[1], consumer
    finally:
        front.close()


def begun(control: Control, path: str, peer: str) -> str:
    found: dict[str, Any] = control.ask("POST", path, {"peer": f"urn:example:{peer}", "dataset": DATASET})
    return str(found["pid"])


def kept(database: str) -> list[Process]:
    with open_store(database) as store, store.read() as tx:
        return processes(tx, 1000)


def until(seconds: float, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.2)


@pytest.fixture
def database(new_empty: Callable[[str], str]) -> str:
    return new_empty("postgresql")


def test_negotiations_end_alike_though_one_of_two_processes_dies(tmp_path: Path, database: str) -> None:
    with several(tmp_path, database) as (one, other, consumer):
        offers: list[str] = []

        def offer() -> None:
            with suppress(NotServingError):
                offers.extend(begun(control, "/offers", "consumer") for _ in range(EACH // 2) for control in (one.control, other.control))

        offering = threading.Thread(target=offer)
        offering.start()
        asked = [begun(consumer.control, "/negotiations", "provider") for _ in range(EACH)]
        one.kill()
        offering.join()
        waiting = {process.pid: process for process in consumer.processes() if process.state.value == "OFFERED"}
        for pid in waiting:
            consumer.control.ask("POST", f"/processes/{pid}/accept", {})
        until(60, lambda: all(process.ended or process.state.value == "OFFERED" for process in [*kept(database), *consumer.processes()]))
        for process in consumer.processes():  # what the dead one had taken up, and the other has offered since
            if process.state.value == "OFFERED":
                consumer.control.ask("POST", f"/processes/{process.pid}/accept", {})
        until(30, lambda: all(process.ended for process in [*kept(database), *consumer.processes()]))
        ours, theirs = consumer.processes(), {process.peer_pid: process for process in kept(database)}
        assert {*asked} <= {process.pid for process in ours}
        assert len(offers) >= EACH // 4
        assert {*offers} <= {process.pid for process in theirs.values()}
        assert Counter(process.state.value for process in ours) == {"FINALIZED": len(ours)}
        assert len(theirs) == len(kept(database)) == len(ours)
        with open_store(database) as store, store.read() as tx:
            for process in ours:
                found = theirs[process.pid]
                assert (found.state, found.agreement, found.pid) == (process.state, process.agreement, process.peer_pid)
                taken = Counter(event.step for event in log(tx, found.pid) if event.what in {"received", "taken"})
                assert set(taken.values()) == {1}


def test_whoever_waits_at_one_process_hears_what_another_did(tmp_path: Path, database: str) -> None:
    with several(tmp_path, database) as (one, other, consumer):
        pid = begun(one.control, "/offers", "consumer")
        until(20, lambda: any(process.state.value == "OFFERED" for process in consumer.processes()))
        found: dict[str, Any] = other.control.ask("GET", f"/processes/{pid}")
        assert found["state"] == "OFFERED"
        heard: list[dict[str, Any]] = []
        waiting = threading.Thread(target=lambda: heard.append(other.control.until(found, frozenset({"FINALIZED"}), heard.append)))
        waiting.start()
        one.control.ask("POST", f"/processes/{pid}/terminate", {"reason": "no longer offered"})
        waiting.join(10)  # half of what it would wait unheard
        assert heard
        assert heard[-1]["state"] == "TERMINATED"

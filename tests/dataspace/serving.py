"""Connectors served as a user serves them: `egide dataspace serve` in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any

import msgspec

from egide.app.dataspace.control import Control
from egide.app.dataspace.folder import Settings, init, open_database, settings
from egide.dataspace.processes.process import Process
from egide.dataspace.processes.watching import Event, log, named, processes

CONTEXT = "https://w3id.org/dspace/2025/1/context.jsonld"
DATASET = "urn:egide:dataset:exemple-courbe"
EGIDE = [sys.executable, "-m", "egide", "--lang", "en"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A connector of a folder; a context in which it is served."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.folder = folder
        self.more = more
        self.environment: dict[str, str] | None = None
        """Another than ours."""
        self.process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes]

    @property
    def settings(self) -> Settings:
        return settings(self.folder)

    def start(self) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process; a pipe that nobody reads would fill up
        command = [*EGIDE, "dataspace", "serve", "--at", self.folder, *self.more]
        self.process = subprocess.Popen(command, stderr=self._said, env=self.environment)
        self.ready()

    def ready(self) -> None:
        assert self.process is not None
        answers(self.settings.port, self.process)

    def kill(self) -> None:
        """At once, as a power cut does it to a process."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self._ended()

    def stop(self) -> str:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def said(self) -> str:
        """What it has said so far."""
        return os.pread(self._said.fileno(), 1_000_000, 0).decode()

    def _ended(self) -> str:
        assert self.process is not None
        self.process.wait(timeout=20)
        said = "" if self._said.closed else self.said()
        self._said.close()
        return said

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def control(self) -> Control:
        return Control(self.folder)

    def processes(self) -> list[Process]:
        with open_database(self.folder) as store, store.read() as tx:
            return processes(tx, 100_000)

    def named(self, name: str) -> Process:
        with open_database(self.folder) as store, store.read() as tx:
            (found,) = named(tx, name)
            return found

    def log(self, pid: str) -> list[Event]:
        with open_database(self.folder) as store, store.read() as tx:
            return log(tx, pid)


def answers(port: int, process: subprocess.Popen[bytes] | None = None, seconds: float = 30) -> None:
    """Wait until a connector answers at a port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and (process is None or process.poll() is None):
        line = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/.well-known/dspace-version")
            line.getresponse().read()
        except OSError:
            time.sleep(0.02)
        else:
            return
        finally:
            line.close()
    raise TimeoutError("the connector does not answer")


def introduce(folder: Path) -> tuple[Served, Served]:
    """A provider and a consumer that know each other, not served yet."""
    folder.chmod(0o700)
    ports = free_port(), free_port()
    for name, port in zip(("provider", "consumer"), ports, strict=True):
        made = Settings(participant=f"urn:example:{name}", address=f"http://127.0.0.1:{port}", port=port, private=True,
                        management_port=free_port())  # fmt: skip
        init(folder / name, made, folder / "provider" if name == "consumer" else None)
    return Served(folder / "provider"), Served(folder / "consumer")


class Speaker:
    """Speaks to a connector as a peer that it knows, byte for byte."""

    def __init__(self, to: Served, token: str | None, base: str = "/dsp") -> None:
        self.port = to.settings.port
        self.token = token
        self.base = base

    def say(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON of the answer."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=20)
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        shown = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        line.request(method, self.base + path, content, {**shown, **(headers or {})})
        answer = line.getresponse()
        read = answer.read()
        line.close()
        found = {name.lower(): value for name, value in answer.getheaders()}
        if found.get("content-encoding") == "gzip":
            import gzip

            read = gzip.decompress(read)
        return answer.status, found, msgspec.json.decode(read) if read else None


def message(type_: str, **members: Any) -> dict[str, Any]:
    return {"@context": [CONTEXT], "@type": type_, **members}


def offer(**members: Any) -> dict[str, Any]:
    return {"@type": "Offer", "@id": f"{DATASET}:offer", "target": DATASET, "permission": [{"action": "use"}], **members}



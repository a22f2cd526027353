"""A data plane of somebody else, as its makers would write it from the specification: it moves nothing, and remembers what it was told."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.dataspace.serving import Served

from egide.app.dataspace.folder import signaling_key

BASE = {"messageId", "participantId", "counterPartyId", "dataspaceContext", "dataFlowId", "agreementId", "datasetId", "profile", "claims"}
"""What the specification demands of a `DataFlowPrepareMessage` and a `DataFlowStartMessage`."""
ADDRESS = {
    "endpointType": "https://w3id.org/idsa/v4.1/HTTP", "endpoint": "https://plane.example/data",
    "endpointProperties": [{"name": "authorization", "value": "T0KEN"}, {"name": "authType", "value": "bearer"}],
}  # fmt: skip
"""As the specification's examples write it: without types."""
STANDS = {"prepare": "PREPARED", "start": "STARTED", "started": "STARTED", "suspend": "SUSPENDED", "resume": "STARTED",
          "terminate": "TERMINATED", "completed": "COMPLETED"}  # fmt: skip


@dataclass
class ForeignPlane:
    """``later``: it says PREPARING or STARTING, and the rest when it is made to; ``answers``: codes to give instead, one after another."""

    later: bool = False
    answers: list[int] = field(default_factory=list)
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    proofs: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What it was told that the specification does not allow."""
    flows: dict[str, str] = field(default_factory=dict)
    port: int = 0

    def signals(self, pid: str | None = None) -> list[str]:
        """What it was told, of one flow or of all."""
        return [what for what, body in self.told if pid is None or body.get("dataFlowId", pid) == pid]

    def posted(self, path: str, body: dict[str, Any], proof: str) -> tuple[int, dict[str, Any] | None]:
        self.proofs.append(proof)
        if self.answers and (code := self.answers.pop(0)) != 200:
            return code, {"detail": "not now"}
        match path.strip("/").split("/"):
            case ["dataflows", ("prepare" | "start") as what]:
                self.wrong += sorted(BASE - body.keys())
                flow = body["dataFlowId"]
                if flow in self.flows:
                    return 400, {"detail": "known"}
            case ["dataflows", flow, what] if what in STANDS:
                if flow not in self.flows:
                    return 404, None
                self.wrong += ["messageId"] if what != "completed" and "messageId" not in body else []
            case _:
                self.wrong.append(path)
                return 404, None
        self.told.append((what, {**body, "dataFlowId": flow}))
        if self.later and what in {"prepare", "start"}:
            self.flows[flow] = {"prepare": "PREPARING", "start": "STARTING"}[what]
            return 202, {"messageId": "1", "dataFlowId": flow, "state": self.flows[flow]}
        self.flows[flow] = STANDS[what]
        address = {"dataAddress": ADDRESS} if self._addresses(what, body) else {}
        return 200, {"messageId": "1", "dataFlowId": flow, "state": self.flows[flow], **address}

    def _addresses(self, what: str, body: dict[str, Any]) -> bool:
        return (what == "prepare" and body["profile"].endswith("push")) or (what == "start" and body["profile"].endswith("pull"))

    def __enter__(self) -> ForeignPlane:
        plane = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                if self.path == "/token":
                    form = parse_qs(content.decode())
                    fits = form.get("client_secret") == ["0p3n"]
                    self.say(200 if fits else 401, {"access_token": "granted", "expires_in": 60} if fits else {})
                else:
                    self.say(*plane.posted(self.path, json.loads(content or b"{}"), self.headers.get("Authorization", "")))

            def do_GET(self) -> None:
                flow = self.path.split("/")[2]
                known = plane.flows.get(flow)
                self.say(200 if known else 404, {"dataFlowId": flow, "state": known} if known else None)

            def say(self, status: int, body: dict[str, Any] | None) -> None:
                content = json.dumps(body).encode() if body is not None else b""
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def registration(self, name: str, *profiles: str, **more: Any) -> dict[str, Any]:
        return {"dataplaneId": name, "endpoint": f"http://127.0.0.1:{self.port}", "profiles": list(profiles), **more}


def call(to: Served, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
    """A request to the signaling endpoint of a connector, with its key unless another proof is given."""
    shown = signaling_key(to.folder) if key is None else key
    content = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"http://127.0.0.1:{to.settings.port}/signaling{path}", content, method=method)
    if shown:
        request.add_header("Authorization", f"Bearer {shown}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - an address of this machine
            read = answer.read()
            return answer.status, json.loads(read) if read else None
    except urllib.error.HTTPError as error:
        with error:
            read = error.read()
            return error.code, json.loads(read) if read else None

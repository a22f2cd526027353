"""A running server, how to call it, and a holder of the tests' own who signs with our library."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from egide.trust.dids.documents import Purpose
from egide.trust.dids.identifiers import did_key, method_of
from egide.trust.keys import Kind
from egide.trust.linked import LinkedData, Suite, Wanted, prove
from egide.trust.signing import PrivateKey, new_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BASE = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://exemple.example/vocabulaire/v1"
VOCABULARY = {"@context": {"@vocab": "https://exemple.example/vocabulaire#"}}
JSON = {"Content-Type": "application/json"}
SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True)
class Server:
    """A server that runs, and what it said when it was ready."""

    address: str
    keys: list[dict[str, str]]
    said: str
    process: subprocess.Popen[str]
    contexts: Mapping[str, bytes]

    def call(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        parts = urlsplit(self.address)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
        try:
            line.request(method, path, body, dict(JSON if headers is None else headers))
            found = line.getresponse()
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
        finally:
            line.close()

    def post(self, path: str, document: object, headers: Mapping[str, str] | None = None) -> Answer:
        return self.call("POST", path, json.dumps(document).encode(), JSON | dict(headers or {}))

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def issue(self, credential: Mapping[str, Any], **options: Any) -> Answer:
        return self.post("/credentials/issue", {"credential": credential, "options": options})

    def issued(self, credential: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        answer = self.issue(credential, **options)
        assert answer.status == 201, answer.content
        found: dict[str, Any] = answer.body["verifiableCredential"]
        return found

    def verify(self, credential: object, **options: Any) -> Answer:
        return self.post("/credentials/verify", {"verifiableCredential": credential, "options": options})

    def verify_presentation(self, presentation: object, **options: Any) -> Answer:
        return self.post("/presentations/verify", {"verifiablePresentation": presentation, "options": options})

    def put(self, name: str, purpose: str, *, on: bool) -> Answer:
        entry = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
        return self.post("/credentials/status", {"credentialId": name, "credentialStatus": entry, "status": on})

    def issuer(self, algorithm: str = "EdDSA") -> str:
        return next(key["issuer"] for key in self.keys if key["algorithm"] == algorithm)


@contextmanager
def started(shared: Path, folder: Path, *more: str) -> Iterator[Server]:
    """A server on a free port, ended as Ctrl-C ends it; its end is checked."""
    bundle = folder / "bundle"
    bundle.mkdir()
    shutil.copy(shared / "data/gaia-x/contexts/credentials_v2.json", bundle / "v2.jsonld")
    (folder / "vocabulary.jsonld").write_text(json.dumps(VOCABULARY), encoding="utf-8")
    for kind in (Kind.P384, Kind.P521):
        key = folder / "keys" / f"{kind.value}.jwk"
        key.parent.mkdir(mode=0o700, exist_ok=True)
        _keep(key, kind)
    keys = [word for kind in (Kind.P384, Kind.P521) for word in ("--key", str(folder / "keys" / f"{kind.value}.jwk"))]
    command = [
        sys.executable,
        "-m",
        "egide",
        "trust",
        "vc-api",
        "--port",
        "0",
        "--json",
        "--lang",
        "en",
        "--key",
        "ephemeral",
        *keys,
        "--trust",
        str(bundle),
        "--context",
        f"{EXAMPLES}={folder / 'vocabulary.jsonld'}",
        *more,
    ]
    environment = os.environ | {"EGIDE_DEBUG": "1", "PYTHONUNBUFFERED": "1", "RUST_BACKTRACE": "1", "EGIDE_HOME": str(folder / "home")}
    with (folder / "errors").open("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8", env=environment)
        try:
            ready = _ready(process)
            contexts = {BASE: (bundle / "v2.jsonld").read_bytes(), EXAMPLES: json.dumps(VOCABULARY).encode()}
            yield Server(ready["address"], ready["keys"], Path(errors.name).read_text(encoding="utf-8"), process, contexts)
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=SECONDS)
            if process.stdout is not None:
                process.stdout.close()
            said = Path(errors.name).read_text(encoding="utf-8")
        assert code == 0, said
        assert "internal fault" not in said, said


def _keep(path: Path, kind: Kind) -> None:
    from egide.app import private
    from egide.trust.keyring import kept, written
    from egide.trust.keys import USUAL

    key = new_key(kind)
    private.create(path, written(kept(key.public, USUAL[kind], "did:key", path.stem, key)))


def _ready(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        try:
            return json.loads(said)
        except json.JSONDecodeError:
            continue
    raise AssertionError(f"the server ended before it was ready: {said}")


def claims(**change: Any) -> dict[str, Any]:
    """A credential to be issued, with members set, or left out as None."""
    whole = {
        "@context": [BASE],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject", "name": "Nuage fictif"},
    }
    return {name: value for name, value in (whole | _named(change)).items() if value is not Ellipsis}


def holding(carried: list[Any] | None = None, **change: Any) -> dict[str, Any]:
    """A presentation to be signed by the tests' own holder."""
    whole: dict[str, Any] = {"@context": [BASE], "type": ["VerifiablePresentation"]}
    if carried is not None:
        whole["verifiableCredential"] = carried
    return {name: value for name, value in (whole | _named(change)).items() if value is not Ellipsis}


@cache
def holder_key() -> PrivateKey:
    return new_key(Kind.ED25519)


def holder() -> str:
    return did_key(holder_key().public)


def signed(
    document: Mapping[str, Any],
    contexts: Mapping[str, bytes],
    purpose: Purpose = Purpose.AUTHENTICATION,
    suite: Suite = Suite.RDFC,
    **more: Any,
) -> dict[str, Any]:
    """The document with a proof of the tests' own holder. Another suite signs what is no linked data."""
    wanted = Wanted(method_of(holder()), purpose, datetime.now(UTC), suite=suite, **more)
    return prove(document, wanted, holder_key(), LinkedData(contexts))


def _named(change: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("_context", "@context"): value for name, value in change.items()}

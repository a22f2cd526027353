"""What is installed is written down as CycloneDX has it, and held against advisories: a source's, an export's, or plainly none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource

BAD = {"id": "OSV-EXEMPLE-1", "modified": "2026-01-01T00:00:00Z", "affected": [{
    "package": {"ecosystem": "PyPI", "name": "Exemple.Paquet"}, "versions": ["0.9"],
    "ranges": [
        {"type": "ECOSYSTEM", "events": [{"introduced": "1.0"}, {"fixed": "1.10"}, {"introduced": "2.0"}, {"last_affected": "2.1"}]},
    ],
}]}  # fmt: skip
HASH = "--hash=sha256:" + "0" * 64


def script(root: Path, name: str, *words: object, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, root / "requirements" / f"{name}.py", *(str(word) for word in words)], capture_output=True,
                          text=True, encoding="utf-8", check=False, env=os.environ | {"PYTHONIOENCODING": "utf-8"} | settings)  # fmt: skip


def schema(name: str) -> Resource[Any]:
    """CycloneDX's own, as its library ships it: its files name each other."""
    return Resource.from_contents(json.loads((resources.files("cyclonedx.schema") / "_res" / name).read_bytes()))


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "lock.txt"
    path.write_text(f"exemple-paquet==1.2 \\\n    {HASH}\nsain==1.0 \\\n    {HASH}\n")
    return path


def test_the_bill_of_materials_is_valid_and_holds_what_a_site_installs(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "sbom.json"
    ran = script(root, "sbom", root / "requirements" / "main.txt", out)
    assert ran.returncode == 0, ran.stderr
    made = json.loads(out.read_bytes())
    registry: Registry[Any] = Registry(retrieve=schema)  # type: ignore[call-arg]
    whole = schema("bom-1.6.SNAPSHOT.schema.json").contents
    assert not [error.message for error in Draft7Validator({**whole, "$id": ""}, registry=registry).iter_errors(made)]
    names = {one["name"].lower() for one in made["components"]}
    assert {"jinja2", "msgspec", "cyclopts"} <= names
    assert not {"pytest", "ruff"} & names
    assert all(one.get("licenses") and one["purl"].startswith("pkg:pypi/") for one in made["components"])
    refs = {one["bom-ref"] for one in made["components"]}
    (own,) = (one for one in made["dependencies"] if one["ref"] not in refs)
    assert "cyclopts" in str(own["dependsOn"])
    assert {ref for one in made["dependencies"] for ref in one.get("dependsOn", ())} <= refs


@pytest.mark.parametrize(("version", "found"), [
    ("0.9", True), ("0.8", False), ("1.0", True), ("1.9", True), ("1.10", False), ("2.0", True), ("2.1", True), ("2.2", False),
])  # fmt: skip
def test_a_version_is_affected_when_it_is_listed_or_in_a_range(
    root: Path, version: str, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(root / "requirements"))
    from audit import touches  # type: ignore[import-not-found]

    assert touches(BAD["affected"][0], version) is found  # type: ignore[index]


def test_an_export_is_read_without_a_network(root: Path, tmp_path: Path, lock: Path) -> None:
    folder = tmp_path / "osv"
    folder.mkdir()
    (folder / "retire.json").write_text(json.dumps(BAD | {"withdrawn": "2026-01-02T00:00:00Z"}))
    clean = script(root, "audit", "--lock", lock, "--advisories", folder)
    assert (clean.returncode, "no known advisory" in clean.stdout) == (0, True), clean.stderr
    (folder / "vrai.json").write_text(json.dumps(BAD))
    bad = script(root, "audit", "--lock", lock, "--advisories", folder)
    assert bad.returncode == 1, bad.stderr
    assert "exemple-paquet 1.2: OSV-EXEMPLE-1, mended in 1.10" in bad.stdout


def test_a_source_that_cannot_be_reached_is_said_and_is_no_finding(root: Path, lock: Path) -> None:
    ran = script(root, "audit", "--lock", lock, EGIDE_AUDIT_OSV="http://127.0.0.1:9/v1/query")
    assert ran.returncode == 0
    assert ran.stdout.startswith("NOT AUDITED")


class Advisories(BaseHTTPRequestHandler):
    """A source that knows one advisory."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = {"vulns": [BAD]} if asked["package"]["name"] == "exemple-paquet" else {}
        body = json.dumps(known).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def source() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Advisories) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


def test_what_a_source_knows_against_a_part_is_a_finding(root: Path, lock: Path, source: str) -> None:
    ran = script(root, "audit", "--lock", lock, EGIDE_AUDIT_OSV=source, NO_PROXY="127.0.0.1")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "exemple-paquet 1.2: OSV-EXEMPLE-1" in ran.stdout
    assert "2 parts of lock.txt audited: 1 advisories." in ran.stdout

"""The whole way, as people type it: a provider publishes, an office labels, a buyer who has nothing verifies, and sees it revoked.

Only the bundle (contexts, shapes, the documents and lists that issuers publish) and the log's public key reach the buyer.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.trust.linked.world import files_of
from tests.trust.pipeline.world import claims, compiled

from cli.conftest import EXAMPLES, Said
from egide.app.trust.bundle import compiled_path

Egide = Callable[..., Said]
PROVIDER, OFFICE = "did:web:nuage-fictif.example", "did:web:label-fictif.example"
OFFER = EXAMPLES / "fournisseur" / "offer-stockage.yaml"
WORDS = {
    "fr": {"issued": "L2, 54 exigences", "entry": "Entrée 0 du journal public", "revoked": "révoqué", "same": "les mêmes octets"},
    "en": {"issued": "L2, 54 requirements", "entry": "Entry 0 of the public log", "revoked": "revoked", "same": "the same bytes"},
}


class Journey:
    """Two organisations and a buyer, each with a home of its own."""

    def __init__(self, egide: Egide, folder: Path, shared: Path, lang: str, patch: pytest.MonkeyPatch) -> None:
        self.run, self.folder, self.shared, self.lang, self.patch = egide, folder, shared, lang, patch

    def says(self, who: str, *words: object, code: int = 0) -> Said:
        self.patch.setenv("EGIDE_HOME", str(self.folder / who / "home"))
        said = self.run(*words, "--lang", self.lang)
        assert said.code == code, (words, said.out, said.err)
        return said

    def published(self) -> Path:
        """What is on the web by now, gathered in a folder as a bundle."""
        bundle = self.folder / "bundle"
        bundle.mkdir(exist_ok=True)
        for name, content in files_of(self.shared).items():
            (bundle / name).write_bytes(content)
        for who in ("provider", "office"):
            (bundle / f"{who}.json").write_text(self.says(who, "trust", "did", "show", "--json").out, "utf-8")
        for path in (self.folder / "office" / "desk" / "public").glob("*.jwt"):
            shutil.copy(path, bundle)
        return bundle

    def provider(self) -> Path:
        self.says("provider", "trust", "key", "new", "--did", PROVIDER)
        files = []
        for name in ("person", "number", "terms", "service"):
            said: dict[str, Any] = {key: value for key, value in claims(name).items() if key not in ("issuer", "validFrom")}
            files.append(self.folder / f"{name}.json")
            files[-1].write_text(json.dumps(said), "utf-8")
        out = self.folder / "presentation.jwt"
        self.says("provider", "trust", "issue", *files, "--format", "vp+jwt", "--gaia-x", "--out", out)
        return out

    def office(self) -> tuple[Path, Path]:
        home = self.folder / "office"
        self.says("office", "trust", "key", "new", "--did", OFFICE, "--algorithm", "EdDSA")
        self.says("office", "trust", "log", "init", home / "journal", "--origin", "registre.example/labels")
        lists = ("--address", "https://label-fictif.example/status", "--log", home / "journal")
        self.says("office", "trust", "status", "new", home / "desk", *lists)
        return home / "desk", home / "journal"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_from_keys_to_revocation(egide: Egide, tmp_path: Path, shared: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    journey, words = Journey(egide, tmp_path, shared, lang, monkeypatch), WORDS[lang]
    presentation = journey.provider()
    desk, log = journey.office()
    bundle, label = journey.published(), tmp_path / "label.jwt"

    places = ("--status-list", desk, "--log", log, "--out", label)
    asked = ("label", "issue", OFFER, "--scheme", "gaia-x-24.11", "--for", presentation, *places)
    journey.says("office", *asked, code=3)
    said = journey.says("office", *asked, "--trust", bundle)
    assert words["issued"] in said.out
    assert words["entry"] in said.out
    journey.says("office", "trust", "log", "prove", label, "--log", log, "--out", tmp_path / "proof")
    journey.published()

    warmed(journey, shared)
    at = ("--on", "2026-11-23", "--json")
    found = journey.says("buyer", "trust", "verify", presentation, "--trust", bundle, *at)
    assert json.loads(found.out)["verdict"] == "verified"
    found = journey.says("buyer", "trust", "verify", label, "--trust", bundle, "--beside", presentation, *at)
    assert {step["step"]: step["answer"] for step in json.loads(found.out)["steps"]} == dict.fromkeys(
        ("parse", "signer-key", "signature", "validity", "status", "binding", "contexts", "shapes", "policy"), "met"
    )  # fmt: skip
    proof = (tmp_path / "proof" / "checkpoint", tmp_path / "proof" / "entry-0.tlog-proof", "--entry", label)
    key = (log / "keys.txt").read_text("utf-8").strip()
    journey.says("buyer", "trust", "log", "check", *proof, "--key", key)
    assert words["same"] in journey.says("buyer", "label", "recompute", label, OFFER).out

    said = journey.says("office", "trust", "revoke", label, "--status-list", desk, "--reason", "certificat retiré (fictif)")
    assert words["revoked"] in said.out
    journey.published()
    found = journey.says("buyer", "trust", "verify", label, "--trust", bundle, "--beside", presentation, *at, code=1)
    document = json.loads(found.out)
    assert document["verdict"] == "refused"
    assert [one["code"] for step in document["steps"] if step["step"] == "status" for one in step["because"]] == ["revoked"]
    entries = json.loads(journey.says("buyer", "trust", "log", "show", log / "public", "--json").out)["entries"]
    assert [one["kind"] for one in entries] == ["credential", "status-statement"]
    assert not list((tmp_path / "buyer").rglob("*.db"))


def warmed(journey: Journey, shared: Path) -> None:
    """The shapes compiled beforehand, as they are after a first verification: that takes seconds, and is not what is asked here."""
    turtle = next(content for name, content in files_of(shared).items() if name.endswith(".ttl"))
    journey.patch.setenv("EGIDE_HOME", str(journey.folder / "buyer" / "home"))
    path = compiled_path(hashlib.sha256(turtle).hexdigest())
    path.parent.mkdir(parents=True)
    path.write_bytes(compiled(shared).cached())

"""Other implementations and ours read each other: Digital Bazaar's libraries for Data Integrity and status lists, `jose` for tokens."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from egide.trust.keys import PublicKey
from egide.trust.keys_multibase import read_multikey
from egide.trust.status import value_at
from egide.trust.status_lists import StatusList, read_list

from .calling import Server

HERE = Path(__file__).parent
pytestmark = pytest.mark.slow


def program(name: str) -> str:
    """The program; tests/system-packages.txt names its package."""
    found = shutil.which(name)
    assert found, f"{name} is not installed: run tests/system-packages.sh"
    return found


@pytest.fixture(scope="module")
def report(server: Server, pytestconfig: pytest.Config) -> dict[str, Any]:
    """What others.mjs says of the server."""
    assert pytestconfig.cache is not None
    cache = pytestconfig.cache.mkdir("others")
    shutil.copy(HERE / "package.json", cache)
    if not (cache / "node_modules" / "@digitalbazaar" / "vc").is_dir() or not (cache / "node_modules" / "jose").is_dir():
        install = [program("npm"), "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=cache, check=True, capture_output=True)
    issuers = {key["issuer"]: _jwk(key["issuer"]) for key in server.keys}
    command = [program("node"), HERE / "others.mjs", server.address, json.dumps(issuers)]
    said = subprocess.run(command, cwd=cache, capture_output=True, text=True, encoding="utf-8", check=False)
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def _jwk(did: str) -> dict[str, str]:
    key = read_multikey(did.removeprefix("did:key:"))
    assert isinstance(key, PublicKey)
    return key.jwk()


def test_they_verify_what_is_issued_here_and_refuse_it_altered(report: dict[str, Any]) -> None:
    """With a text whose direction is signed over."""
    assert report["oursReadByThem"] == [True, False]


def test_what_they_issue_is_verified_here_and_refused_altered(report: dict[str, Any]) -> None:
    assert report["theirsReadByUs"] == [200, 400]


def test_presentations_are_verified_both_ways_and_answer_their_challenge(report: dict[str, Any]) -> None:
    """Theirs: as asked, nothing asked, another challenge, altered. Ours: as asked, another challenge."""
    assert report["theirPresentation"] == [200, 200, 400, 400]
    assert report["ourPresentation"] == [True, False]


def test_they_read_in_our_list_what_was_revoked(report: dict[str, Any]) -> None:
    assert report["ourStatus"] == [True, False]


def test_their_list_is_verified_and_read_here(report: dict[str, Any]) -> None:
    assert report["theirListReadByUs"] == 200
    listed = read_list(report["theirList"])
    assert isinstance(listed, StatusList)
    assert [value_at(listed.bits, index) for index in (94566, 94567, 94568)] == [0, 1, 0]


def test_another_library_verifies_our_tokens(report: dict[str, Any]) -> None:
    assert report["ourTokens"] == {key: ["vc+jwt", "vc", True] for key in ("EdDSA", "ES256", "ES384", "ES512")}


def test_tokens_of_another_library_are_verified_here_whatever_their_algorithm(report: dict[str, Any]) -> None:
    """A credential, the same with another payload, a presentation of it."""
    assert report["theirTokens"] == {key: [200, 400, 200, True] for key in ("ES256", "ES384", "ES512", "EdDSA", "PS256", "RS256")}

"""Logging in by a real OpenID provider, in a process of its own; and by what only looks like one."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from litestar.testing import TestClient

from egide.accounts.entry import invite
from egide.accounts.roles import Role
from egide.app.site.identity import Attempt, Provider, ProviderError, provider_of
from egide.app.site.serving import Serving
from egide.vocabulary.errors import InputError
from egide.web.application import application

from .conftest import BASE, Browser

if TYPE_CHECKING:
    from .conftest import World

CLIENT, SECRET = "egide", "secret-d-essai"
ATTEMPT = Attempt("état", "nonce", "v" * 43, "/")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that knows everybody by the name that they give."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{address}/.well-known/openid-configuration", trust_env=False).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(30)


@dataclass(frozen=True)
class Opened:
    """A site whose people log in by the provider, and a browser there."""

    browser: Browser
    issuer: str

    def authorised(self, subject: str, back: str = "/") -> str:
        """Leave for the provider, log in there under that name; the address to which it sends the browser back."""
        leaving = self.browser.client.get(f"/login/provider?back={back}", follow_redirects=False)
        asked = leaving.headers["location"]
        assert asked.startswith(self.issuer)
        assert parse_qs(urlsplit(asked).query)["code_challenge_method"] == ["S256"]
        there = httpx.post(asked, data={"sub": subject}, trust_env=False)
        return there.headers["location"].removeprefix(BASE)


@pytest.fixture
def opened(world: World, issuer: str) -> Iterator[Opened]:
    site = replace(world.site, provider=Provider(issuer, CLIENT, SECRET))
    with TestClient(application(site, ("egide.test",)), base_url=BASE) as client:
        client.headers["Accept-Language"] = "en"
        yield Opened(Browser(client), issuer)


def test_whoever_the_provider_confirms_is_known_again_and_has_no_role_until_invited(world: World, opened: Opened) -> None:
    assert 'href="/login/provider?back=' in opened.browser.get("/login").text
    came = opened.browser.get(opened.authorised("agent-7"))
    assert came.url.path == "/"
    assert opened.browser.get("/b/un/portfolio").status_code == 404
    with world.store.write() as tx:
        link = invite(tx, "un", [Role.VIEWER])
    opened.browser.get(f"/join/{link}")
    assert opened.browser.send(f"/join/{link}").url.path == "/b/un/portfolio"
    opened.browser.client.cookies.clear()
    assert opened.browser.get(opened.authorised("agent-7", "/b/un/questions")).url.path == "/b/un/questions"
    opened.browser.client.cookies.clear()
    opened.browser.get(opened.authorised("agent-8"))
    assert opened.browser.get("/b/un/portfolio").status_code == 404


def test_an_answer_to_another_attempt_or_browser_logs_nobody_in(opened: Opened) -> None:
    address = opened.authorised("agent-9")
    changed = re.sub(r"state=[^&]+", "state=autre", address)
    assert opened.browser.get(changed).status_code == 403
    opened.browser.client.cookies.clear()
    refused = opened.browser.get(address)
    assert refused.status_code == 403
    assert "belongs to no login that was begun in this browser" in refused.text
    assert opened.browser.client.get("/", follow_redirects=False).headers["location"] == "/login"


def test_a_code_works_once(opened: Opened) -> None:
    address = opened.authorised("agent-10")
    kept = dict(opened.browser.client.cookies)
    assert opened.browser.get(address).status_code == 200
    opened.browser.client.cookies.clear()
    opened.browser.client.cookies.update(kept)
    assert opened.browser.get(address).status_code == 403


def test_without_a_provider_there_is_no_such_login(world: World) -> None:
    with world.browser() as browser:
        assert browser.get("/login/provider").status_code == 404
        assert "/login/provider" not in browser.get("/login").text


def test_half_a_setting_is_refused() -> None:
    with pytest.raises(InputError, match="oidc_client"):
        provider_of(Serving(oidc_issuer="https://connexion.example"))


KEY = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)
OTHER = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)
NOW = 1_800_000_000
SAID = {"iss": "https://connexion.example", "aud": CLIENT, "exp": NOW + 60, "iat": NOW, "nonce": "nonce", "sub": "agent"}


class Answering(Provider):
    """A provider whose answers are given here: what a real one would never say."""

    def __init__(self, said: dict[str, Any], key: RSAKey = KEY, algorithm: str = "RS256", **known: str) -> None:
        super().__init__("https://connexion.example", CLIENT, None, lambda: NOW)
        self.token = jwt.encode({"alg": algorithm, "kid": "1"}, said, key, algorithms=[algorithm])
        self.known = {"issuer": "https://connexion.example", "token_endpoint": "https://connexion.example/token",
                      "jwks_uri": "https://connexion.example/keys"} | known  # fmt: skip

    def _ask(self, method: str, address: str, form: Any = None) -> Any:
        if address.endswith("openid-configuration"):
            return self.known
        return {"id_token": self.token} if method == "POST" else KeySet([KEY]).as_dict(private=False)


def test_a_token_that_is_as_it_should_be_says_who_it_is() -> None:
    assert Answering(SAID).identity(ATTEMPT, {"state": "état", "code": "c"}, "/").subject == "agent"


@pytest.mark.parametrize("change", [
    {"iss": "https://ailleurs.example"}, {"aud": "autre"}, {"aud": [CLIENT, "autre"]}, {"azp": "autre"}, {"exp": NOW - 3600},
    {"iat": NOW + 3600}, {"nonce": "autre"}, {"nonce": None}, {"sub": ""}, {"sub": None}, {"exp": "demain"},
], ids=str)  # fmt: skip
def test_a_token_for_another_time_place_or_person_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ProviderError, match="did not confirm"):
        Answering(SAID | change).identity(ATTEMPT, {"state": "état", "code": "c"}, "/")


def test_a_token_signed_by_another_key_is_refused() -> None:
    with pytest.raises(ProviderError, match="confirm"):
        Answering(SAID, OTHER).identity(ATTEMPT, {"state": "état", "code": "c"}, "/")


@pytest.mark.parametrize("known", [
    {"issuer": "https://ailleurs.example"}, {"jwks_uri": "https://ailleurs.example/keys"}, {"token_endpoint": "http://connexion.example/t"},
], ids=str)  # fmt: skip
def test_a_provider_that_names_another_host_is_not_followed(known: dict[str, str]) -> None:
    with pytest.raises(ProviderError):
        Answering(SAID, **known).identity(ATTEMPT, {"state": "état", "code": "c"}, "/")


@pytest.mark.parametrize("answer", [{"code": "c"}, {"state": "état"}, {"state": "état", "error": "access_denied"},
                                    {"state": "état", "code": "c", "iss": "https://ailleurs.example"}], ids=str)  # fmt: skip
def test_an_answer_without_its_parts_is_refused(answer: dict[str, str]) -> None:
    with pytest.raises(ProviderError):
        Answering(SAID).identity(ATTEMPT, answer, "/")

"""Logging in by an OpenID provider: Authorization Code with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9207).

The issuer that the administrator set is all that is asked: its own host, over TLS (in clear only on this machine), without redirects,
within a size and a time. What it answers is believed only as far as its signature reaches.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from egide.accounts.secrets import same
from egide.app.site.serving import Serving
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.language import N_

MOST_BYTES, SECONDS = 256 * 1024, 10.0
KEPT_SECONDS = 3600.0
"""How long what the provider says of itself is taken as known."""
SKEW_SECONDS = 120
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
FORM = "application/x-www-form-urlencoded"


class ProviderError(EgideError):
    """The provider doesn't answer as it should, or answers for somebody else."""

    hint = N_("try again; if it stays so, tell whoever runs the site")

    def __init__(self, problem: str) -> None:
        super().__init__(N_("the identity provider did not confirm who you are: {problem}"), {"problem": problem})


class NotBegunError(ProviderError):
    """An answer to another login than the one that this browser began, or to none."""

    def __init__(self) -> None:
        EgideError.__init__(self, N_("the identity provider's answer belongs to no login that was begun in this browser"))


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one login is bound to, kept by the browser until it comes back."""

    state: str
    nonce: str
    verifier: str
    back: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is for the provider: the subject is theirs for good, the names may change."""

    issuer: str
    subject: str
    login: str
    name: str


def provider_of(settings: Serving) -> Provider | None:
    """The provider that the settings name. Raises `InputError` when they name half of one."""
    if settings.oidc_issuer is None and settings.oidc_client is None:
        return None
    if settings.oidc_issuer is None or settings.oidc_client is None:
        raise InputError(N_("a login by OpenID takes both settings: oidc_issuer and oidc_client"))
    return Provider(settings.oidc_issuer, settings.oidc_client, settings.oidc_secret)


class Provider:
    """One issuer, and what we are to it. ``secret`` None: a public client."""

    def __init__(self, issuer: str, client: str, secret: str | None, clock: Callable[[], float] = time.time) -> None:
        self.issuer = issuer.rstrip("/")
        self.client = client
        self._secret = secret
        self._clock = clock
        self._known: tuple[float, Mapping[str, Any]] | None = None

    def entrance(self, attempt: Attempt, back: str) -> str:
        """Where the browser goes to log in. ``back``: our own address, to which it returns."""
        challenge = _base64(hashlib.sha256(attempt.verifier.encode()).digest())
        asked = {
            "response_type": "code", "client_id": self.client, "redirect_uri": back, "scope": "openid profile", "state": attempt.state,
            "nonce": attempt.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        entrance = self._address("authorization_endpoint")
        return f"{entrance}{'&' if '?' in entrance else '?'}{urlencode(asked)}"

    def identity(self, attempt: Attempt, answer: Mapping[str, str], back: str) -> Identity:
        """Who came back. Raises `ProviderError` when anything doesn't fit this attempt."""
        if not same(answer.get("state", ""), attempt.state):
            raise NotBegunError
        if answer.get("iss", self.issuer).rstrip("/") != self.issuer:
            raise ProviderError("iss")
        if not answer.get("code"):
            raise ProviderError(answer.get("error", "code")[:60])
        form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": back, "code_verifier": attempt.verifier}
        token = self._ask("POST", self._address("token_endpoint"), form).get("id_token")
        if not isinstance(token, str):
            raise ProviderError("id_token")
        return self._read(token, attempt.nonce)

    def _read(self, token: str, nonce: str) -> Identity:
        """What the token says, held to OpenID Connect Core, 3.1.3.7."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            keys = KeySet.import_key_set(self._ask("GET", self._address("jwks_uri")))  # type: ignore[arg-type]
            said = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderError("signature") from error
        self._hold(said, nonce)
        subject = said["sub"]
        login = next((said[one] for one in ("preferred_username", "email") if isinstance(said.get(one), str) and said[one]), subject)
        name = said.get("name")
        return Identity(self.issuer, subject, login, name if isinstance(name, str) and name.strip() else login)

    def _hold(self, said: Mapping[str, Any], nonce: str) -> None:
        """Raise `ProviderError` unless the token is from this issuer, for us, for this attempt, and of now."""
        now, audience = self._clock(), said.get("aud")
        listed = audience if isinstance(audience, list) else [audience]
        ends, begun, subject = said.get("exp"), said.get("iat"), said.get("sub")
        checks = {
            "iss": str(said.get("iss", "")).rstrip("/") == self.issuer,
            "aud": self.client in listed,
            "azp": said.get("azp", self.client) == self.client and (len(listed) == 1 or "azp" in said),
            "exp": isinstance(ends, (int, float)) and ends > now - SKEW_SECONDS,
            "iat": isinstance(begun, (int, float)) and begun < now + SKEW_SECONDS,
            "nonce": same(str(said.get("nonce", "")), nonce),
            "sub": isinstance(subject, str) and 0 < len(subject) <= 255,
        }
        for name, held in checks.items():
            if not held:
                raise ProviderError(name)

    def _address(self, name: str) -> str:
        """An address that the provider names, on its own host. Raises `ProviderError`."""
        if self._known is None or self._known[0] < self._clock():
            found = self._ask("GET", f"{self.issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self.issuer:
                raise ProviderError("issuer")
            self._known = self._clock() + KEPT_SECONDS, found
        address = self._known[1].get(name)
        if not isinstance(address, str) or urlsplit(address)[:2] != urlsplit(self.issuer)[:2]:
            raise ProviderError(name)
        return address

    def _ask(self, method: str, address: str, form: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """A document of JSON from the issuer's own host; no redirect is followed. Raises `ProviderError`."""
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ProviderError("https")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        line = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        body, headers = self._signed(form) if form is not None else (None, {})
        try:
            target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            line.request(method, target, body, {"Accept": "application/json", **headers})
            answer = line.getresponse()
            content = answer.read(MOST_BYTES + 1)
            if answer.status != 200 or len(content) > MOST_BYTES:
                raise ProviderError(f"HTTP {answer.status}")
            found = json.loads(content)
        except (OSError, HTTPException, ValueError) as error:
            raise ProviderError(type(error).__name__) from error
        finally:
            line.close()
        if not isinstance(found, dict):
            raise ProviderError("JSON")
        return found

    def _signed(self, form: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """The form with what proves that we send it (RFC 6749, 2.3.1)."""
        if self._secret is None:
            return urlencode({**form, "client_id": self.client}), {"Content-Type": FORM}
        methods = (self._known[1] if self._known else {}).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" not in methods:
            return urlencode({**form, "client_id": self.client, "client_secret": self._secret}), {"Content-Type": FORM}
        pair = f"{quote(self.client, safe='')}:{quote(self._secret, safe='')}".encode()
        return urlencode(form), {"Content-Type": FORM, "Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

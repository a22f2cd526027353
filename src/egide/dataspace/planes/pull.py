"""HTTP pull: the consumer fetches the data with a token that lasts minutes and is renewed while the transfer stands at STARTED.

A token names the transfer and when it ends, under a key that never leaves this connector (HMAC-SHA-256), so that any process of ours can
judge it. What it opens is judged by the state of the transfer, at each request and each second of a stream.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from egide.dataspace.deciding import until
from egide.dataspace.machines import Kind, Side, State
from egide.dataspace.processes.process import Process

TOKEN_SECONDS = 300
HTTP_TYPE = "https://w3id.org/idsa/v4.1/HTTP"
ACCESS, REFRESH = "access", "refresh"


@dataclass(frozen=True, slots=True)
class Tokens:
    """``secret``: at least 32 bytes that nobody else knows."""

    secret: bytes

    def issue(self, use: str, pid: str, until: datetime) -> str:
        """A token for a transfer."""
        return self._sealed(f"{use} {int(until.timestamp())} {pid}".encode())

    def read(self, use: str, token: str, now: datetime) -> str | None:
        """The transfer that a token is for; None when it isn't ours, is for another use, or has run out."""
        try:
            said = _bytes(token.partition(".")[0])
            found, until, pid = said.decode().split(" ", 2)
        except ValueError:
            return None
        if not hmac.compare_digest(token.encode(), self._sealed(said).encode()):
            return None
        return pid if found == use and int(until) >= now.timestamp() else None

    def _sealed(self, said: bytes) -> str:
        return _text(said) + "." + _text(hmac.digest(self.secret, said, hashlib.sha256))


@dataclass(frozen=True, slots=True)
class Pull:
    """``base``: the address under which the data is served."""

    base: str
    tokens: Tokens

    def address(self, pid: str, now: datetime) -> dict[str, Any]:
        """Where the data of a transfer is pulled."""
        properties = {"authType": "bearer", **self.grant(pid, now), "refreshEndpoint": f"{self.base}/token"}
        return address(f"{self.base}/{quote(pid, safe=':')}", properties)

    def grant(self, pid: str, now: datetime) -> dict[str, str]:
        """A new token and what renews it. The one that renews lasts a day and, like any, no longer than the transfer."""
        return {
            "authorization": self.tokens.issue(ACCESS, pid, now + timedelta(seconds=TOKEN_SECONDS)), "expiresIn": str(TOKEN_SECONDS),
            "refreshToken": self.tokens.issue(REFRESH, pid, now + timedelta(days=1)),
        }  # fmt: skip


def address(endpoint: str, properties: Mapping[str, str]) -> dict[str, Any]:
    """A data address as the protocol writes it."""
    return {
        "@type": "DataAddress", "endpointType": HTTP_TYPE, "endpoint": endpoint,
        "endpointProperties": [{"@type": "EndpointProperty", "name": name, "value": value} for name, value in properties.items()],
    }  # fmt: skip


def flows(process: Process | None, now: datetime) -> bool:
    """Whether data of ours may go to the peer of the transfer now: it stands at STARTED, and its policy has not ended."""
    if process is None or process.kind is not Kind.TRANSFER or process.side is not Side.PROVIDER or process.state is not State.STARTED:
        return False
    ends = until(process)
    return ends is None or now < ends


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

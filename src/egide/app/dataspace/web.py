"""The web as identity needs it: DID documents and status lists by GET, presentations by POST; within the reach of the connector.

Called from threads that may wait. A document is taken to be the same for a minute, so that a busy peer is not asked for its own with each
message; a key that is taken out of it is believed for that long. On a closed machine (`private`) a host below `.localhost` is this machine,
in plain http (RFC 6761, 6.3): did:web knows neither addresses without a name nor http.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import urlsplit

from egide.dataspace.wire.client import FAULTS, Answer, Client
from egide.dataspace.wire.reach import Reach, UnreachableError
from egide.trust.dids.identifiers import Fetched, NotAtHand
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

KEPT_SECONDS = 60.0
MOST_KEPT = 2000
MAX_BYTES = 512 * 1024
OK = 200


@dataclass(slots=True)
class Web:
    """One for a connector; any thread may ask."""

    reach: Reach
    _kept: dict[str, tuple[float, bytes]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def fetch(self, address: str) -> Fetched | NotAtHand:
        """What lies at an address; a `Fetch` of `egide.trust`."""
        with self._lock:
            until, content = self._kept.get(address, (0.0, b""))
        if until > time.monotonic():
            return Fetched(content)
        try:
            answer = self._asked("GET", address, None, {})
        except OSError as error:
            return _absent(address, str(error))
        if answer.status != OK:
            return _absent(address, f"HTTP {answer.status}")
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[address] = (time.monotonic() + KEPT_SECONDS, answer.body)
        return Fetched(answer.body)

    def post(self, address: str, header: str, body: bytes) -> tuple[int, bytes]:
        """Ask a service; a `Post` of `egide.dataspace.identity`. Raises `OSError` when nobody answers, or nobody that is spoken to."""
        return self.speak("POST", address, header, body)

    def speak(self, method: str, address: str, header: str, body: bytes | None) -> tuple[int, bytes]:
        """The same with any method."""
        answer = self._asked(method, address, body, {"Authorization": header})
        return answer.status, answer.body

    def _asked(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        async def asked() -> Answer:
            client = Client(self.reach)
            try:
                return await client.ask(method, here(address) if self.reach.private else address, body, headers, max_bytes=MAX_BYTES)
            finally:
                client.close()

        try:
            return asyncio.run(asked())
        except (*FAULTS, TimeoutError, UnreachableError) as error:
            raise OSError(str(error) or type(error).__name__) from error


def here(address: str) -> str:
    """The address on this machine, when its host is one below `.localhost`."""
    parts = urlsplit(address)
    if not (parts.hostname or "").endswith(".localhost"):
        return address
    port = f":{parts.port}" if parts.port else ""
    return f"http://127.0.0.1{port}{parts.path}"


def _absent(address: str, error: str) -> NotAtHand:
    return NotAtHand(Reason("not-fetched", {"address": address, "error": error[:200]}, N_("{address} could not be fetched: {error}")))

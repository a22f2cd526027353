"""The only way to the network for verification, and only when the user asks: https to hosts that were allowed, and to no private address.

The name is resolved here, every address that it has is looked at, and the connection goes to the very address that was looked at, so
that no second answer of the name service can lead elsewhere. Redirects start over, from the allow-list on. Sizes are bounded, and so is
the time of the whole, however slowly the other side speaks.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from egide import __version__
from egide.trust.addresses import public
from egide.trust.dids.identifiers import HOST, Fetched, NotAtHand, is_ip_address
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.addresses import public
from egide.trust.dids.identifiers import Fetch

MAX_BYTES = 8 * 1024 * 1024
SECONDS = 20.0
"""For one address, with all its redirects."""
MAX_REDIRECTS = 3
MAX_ADDRESSES = 16
PORT = 443
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEADERS = ("Accept: */*", "Accept-Encoding: identity", "Connection: close")
PIECE = 64 * 1024


class _RefusedError(Exception):
    """Why an address isn't fetched."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def _looked_up(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _connected(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


@dataclass(frozen=True, slots=True)
class Network:
    """How names are looked up, addresses are connected to, and certificates are judged: the system's ways."""

    look_up: Callable[[str, int], list[str]] = _looked_up
    connect: Callable[[str, int, float], socket.socket] = _connected
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)


def fetcher(
    allowed: Iterable[str], network: Network | None = None, *, max_bytes: int = MAX_BYTES, seconds: float = SECONDS,
) -> Fetch:
    """A `Fetch` that asks the network.

    ``allowed``: names of hosts; a name that begins with a dot allows what is under it. Whatever goes wrong is *not at hand*, with why.
    """
    hosts = frozenset(name.lower() for name in allowed)
    ways = network or Network()

    def fetch(address: str) -> Fetched | NotAtHand:
        deadline = monotonic() + seconds
        try:
            return Fetched(_followed(address, hosts, ways, deadline, max_bytes))
        except _RefusedError as refused:
            return NotAtHand(refused.reason)
        except (OSError, HTTPException, ValueError) as error:
            late = isinstance(error, TimeoutError) or monotonic() > deadline
            why = N_("{address} did not answer in {seconds} seconds") if late else N_("{address} could not be fetched ({why})")
            told = {"address": address[:200], "seconds": int(seconds), "why": str(error)[:200] or type(error).__name__}
            return NotAtHand(Reason("fetch-late" if late else "fetch-failed", told, why))

    return fetch


def _followed(address: str, allowed: frozenset[str], network: Network, deadline: float, max_bytes: int) -> bytes:
    for _ in range(MAX_REDIRECTS + 1):
        host, port, target = _taken_apart(address, allowed)
        response = _asked(host, port, target, network, deadline)
        try:
            if response.status not in REDIRECTS:
                return _content(response, address, max_bytes)
            address = urljoin(address, response.getheader("Location") or "")
        finally:
            response.close()
    raise _RefusedError(Reason("too-many-redirects", {"address": address[:200], "limit": MAX_REDIRECTS},
                               N_("more than {limit} redirects, the last to {address}")))


def _taken_apart(address: str, allowed: frozenset[str]) -> tuple[str, int, str]:
    """Host, port and what to ask for; the address has nothing else, and the host is allowed."""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    odd = not address.isascii() or not address.isprintable() or " " in address
    if parts.scheme != "https" or "@" in parts.netloc or odd or not HOST.fullmatch(host) or is_ip_address(host):
        raise _RefusedError(Reason("fetch-address", {"address": address[:200]}, N_("{address} is not an https address of a host by name")))
    if not any(host == name or (name.startswith(".") and host.endswith(name)) for name in allowed):
        raise _RefusedError(Reason("host-not-allowed", {"host": host, "address": address[:200]},
                                   N_("{host} is not allowed to be asked (--allow {host})")))
    return host, parts.port or PORT, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _asked(host: str, port: int, target: str, network: Network, deadline: float) -> HTTPResponse:
    found = network.look_up(host, port)[:MAX_ADDRESSES]
    wrong = [one for one in found if not public(one)]
    if wrong or not found:
        raise _RefusedError(Reason("private-address", {"host": host, "address": (wrong or ["—"])[0]},
                                   N_("{host} leads to {address}, which is no address of the public network")))
    plain = network.connect(found[0], port, _left(deadline))
    try:
        plain.settimeout(_left(deadline))
        wrapped = network.tls.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    named = host if port == PORT else f"{host}:{port}"
    lines = (f"GET {target} HTTP/1.1", f"Host: {named}", f"User-Agent: egide/{__version__}", *HEADERS, "", "")
    try:
        wrapped.settimeout(_left(deadline))
        wrapped.sendall("\r\n".join(lines).encode("ascii"))
        response = HTTPResponse(_Spoken(wrapped, deadline), method="GET")  # type: ignore[arg-type]
        response.begin()
    except BaseException:
        wrapped.close()
        raise
    return response


def _content(response: HTTPResponse, address: str, max_bytes: int) -> bytes:
    if response.status != 200:
        raise _RefusedError(Reason("fetch-status", {"address": address[:200], "status": response.status},
                                   N_("{address} answered {status}")))
    if (response.getheader("Content-Encoding") or "identity").lower() != "identity":
        raise _RefusedError(Reason("fetch-packed", {"address": address[:200]},
                                   N_("{address} answered in a packed form that was not asked for")))
    pieces: list[bytes] = []
    size = 0
    while piece := response.read(PIECE):
        size += len(piece)
        if size > max_bytes:
            raise _RefusedError(Reason("fetch-too-large", {"address": address[:200], "limit": max_bytes},
                                       N_("{address} answered with more than {limit} bytes")))
        pieces.append(piece)
    if response.length:
        raise ValueError("cut short")
    return b"".join(pieces)


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Spoken(io.RawIOBase):
    """What the other side says, until the deadline of the whole: a timeout for each piece alone would let it drip for ever."""

    def __init__(self, source: ssl.SSLSocket, deadline: float) -> None:
        super().__init__()
        self._source, self._deadline = source, deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What `HTTPResponse` reads from."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The next piece."""
        self._source.settimeout(_left(self._deadline))
        return self._source.recv_into(buffer)

    def close(self) -> None:
        """Close the connection too."""
        self._source.close()
        super().close()

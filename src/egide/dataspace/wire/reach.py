"""Which addresses a connector speaks to. A peer chooses where it wants its answers: it must not choose the machines beside us."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from egide.trust.addresses import public
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

MAX_ADDRESS = 2000
PORTS = {"https": 443, "http": 80}


class UnreachableError(EgideError):
    """An address that is not spoken to."""

    def __init__(self, address: str, message: str) -> None:
        super().__init__(message, {"address": address[:200]})


@dataclass(frozen=True, slots=True)
class Place:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """What a connection is kept for."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def netloc(self) -> str:
        """As in the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if PORTS[self.scheme] == self.port else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Reach:
    """``private``: this machine and private networks are spoken to, and plain http. For tests and closed networks."""

    private: bool = False

    def place(self, address: str) -> Place:
        """Take an address apart. Raises `UnreachableError` for what is not spoken to whatever its name resolves to."""
        try:
            parts = urlsplit(address)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise UnreachableError(address, N_("{address} is not an address")) from None
        odd = len(address) > MAX_ADDRESS or not address.isascii() or not address.isprintable() or " " in address
        if parts.scheme not in PORTS or not host or odd or "@" in parts.netloc or parts.fragment or parts.query:
            raise UnreachableError(address, N_("{address} is not an address"))
        if parts.scheme == "http" and not self.private:
            raise UnreachableError(address, N_("{address} is not https"))
        if not self.private and (host == "localhost" or host.endswith(".localhost") or (_is_ip(host) and not public(host))):
            raise UnreachableError(address, N_("{address} is no address of the public network"))
        return Place(parts.scheme, host, port or PORTS[parts.scheme], parts.path.rstrip("/"))

    async def resolve(self, place: Place) -> str:
        """The IP address to connect to; every one that the name has was looked at. Raises `UnreachableError`, `OSError`."""
        if _is_ip(place.host):
            if not self.private and not public(place.host):
                raise UnreachableError(place.origin, N_("{address} is no address of the public network"))
            return place.host
        found = await asyncio.get_running_loop().getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
        addresses = [str(one[4][0]) for one in found]
        if not addresses or (not self.private and not all(public(one) for one in addresses)):
            raise UnreachableError(place.origin, N_("{address} is no address of the public network"))
        return addresses[0]


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True

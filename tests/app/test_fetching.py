"""Nothing is fetched but over https, from hosts that were allowed, at public addresses, within limits; a local server plays the others."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import (
    BasicConstraints,
    CertificateBuilder,
    DNSName,
    Name,
    NameAttribute,
    SubjectAlternativeName,
    random_serial_number,
)
from cryptography.x509.oid import NameOID

from egide.app.trust.fetching import Network, fetcher, public
from egide.trust.dids.identifiers import Fetched, NotAtHand

if TYPE_CHECKING:
    from pathlib import Path

PUBLIC = "93.184.215.14"
"""An address of the public network, which the tests never reach: what is connected to is the local server."""
HOST = "nuage-fictif.example"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Server:
    """Speaks TLS on this machine and answers each request as it is told."""

    port: int
    trusted: ssl.SSLContext
    answer: bytes | Callable[[ssl.SSLSocket], None] = OK
    requests: list[bytes] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)

    def network(self, *addresses: str, look_up: Callable[[str, int], list[str]] | None = None) -> Network:
        """A network whose names lead to these addresses, and whose connections all lead here."""
        def connect(address: str, port: int, seconds: float) -> socket.socket:
            self.connected.append((address, port))
            return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

        return Network(look_up or (lambda _host, _port: list(addresses or (PUBLIC,))), connect, self.trusted)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One certificate for the hosts of the tests, its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = Name([NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(SubjectAlternativeName([DNSName(HOST), DNSName(f"listes.{HOST}")]), critical=False)
        .add_extension(BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[Server]:
    with serving(certificate) as found:
        yield found


@contextmanager
def serving(certificate: Path) -> Iterator[Server]:
    speaks = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    speaks.load_cert_chain(certificate)
    trusted = ssl.create_default_context(cafile=str(certificate))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Server(listening.getsockname()[1], trusted)
        stop = threading.Event()
        thread = threading.Thread(target=_serve, args=(listening, speaks, found, stop))
        thread.start()
        try:
            yield found
        finally:
            stop.set()
            with socket.create_connection(("127.0.0.1", found.port)):
                pass
            thread.join()


def _serve(listening: socket.socket, speaks: ssl.SSLContext, found: Server, stop: threading.Event) -> None:
    while not stop.is_set():
        plain, _ = listening.accept()
        plain.settimeout(10)
        try:
            with speaks.wrap_socket(plain, server_side=True) as said:
                found.requests.append(said.recv(65536))
                if callable(found.answer):
                    found.answer(said)
                else:
                    said.sendall(found.answer)
        except OSError:
            plain.close()


def code(found: Fetched | NotAtHand) -> str:
    assert isinstance(found, NotAtHand), found
    return found.reason.code


def test_an_allowed_host_is_asked_at_the_very_address_that_was_looked_at(server: Server) -> None:
    found = fetcher([HOST], server.network())(f"https://{HOST}/a/did.json?x=1")
    assert found == Fetched(b"ok")
    assert server.connected == [(PUBLIC, 443)]
    assert server.requests[0].startswith(b"GET /a/did.json?x=1 HTTP/1.1\r\nHost: nuage-fictif.example\r\n")


def test_the_name_is_looked_up_once_so_that_no_second_answer_leads_elsewhere(server: Server) -> None:
    asked: list[str] = []

    def look_up(host: str, _port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    assert fetcher([HOST], server.network(look_up=look_up))(f"https://{HOST}/") == Fetched(b"ok")
    assert asked == [HOST]


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "192.0.2.1", "198.18.0.1",  # noqa: S104
    "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:5ef5:79fb:0:0:80ff:fffe", "no address", "",
])  # fmt: skip
def test_an_address_that_is_not_of_the_public_network_is_never_connected_to(server: Server, address: str) -> None:
    assert not public(address)
    for addresses in ((address,), (PUBLIC, address), (address, PUBLIC)):
        assert code(fetcher([HOST], server.network(*addresses))(f"https://{HOST}/")) == "private-address"
    assert not server.connected


def test_public_addresses_of_both_versions_are_known_as_such() -> None:
    for address in (PUBLIC, "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "64:ff9b::808:808"):
        assert public(address), address


def test_a_host_without_an_address_is_not_at_hand(server: Server) -> None:
    assert code(fetcher([HOST], server.network(look_up=lambda _host, _port: []))(f"https://{HOST}/")) == "private-address"

    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror("no such name")

    assert code(fetcher([HOST], server.network(look_up=unknown))(f"https://{HOST}/")) == "fetch-failed"


@pytest.mark.parametrize("address", [
    f"http://{HOST}/", f"ftp://{HOST}/", "file:///etc/hostname", f"https://user@{HOST}/", "https://127.0.0.1/", "https://[::1]/",
    "https://localhost/", "https://2130706433/", "https://0x7f.1/", f"https://{HOST}/a b", f"https://{HOST}/\r\nX: y", f"https://{HOST}/é",
    "data:text/plain,x", "", f"https://{HOST}:x/",
])  # fmt: skip
def test_whatever_is_not_an_https_address_of_a_host_by_name_is_not_asked(server: Server, address: str) -> None:
    found = fetcher([HOST, "127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"], server.network())(address)
    assert code(found) in {"fetch-address", "fetch-failed"}
    assert not server.connected


def test_only_hosts_that_were_allowed_are_asked_and_a_dot_allows_what_is_under_a_name(server: Server) -> None:
    below = f"https://listes.{HOST}/"
    assert code(fetcher([HOST], server.network())(below)) == "host-not-allowed"
    assert code(fetcher(["fictif.example", ".autre.example"], server.network())(f"https://{HOST}/")) == "host-not-allowed"
    assert code(fetcher([], server.network())(f"https://{HOST}/")) == "host-not-allowed"
    assert fetcher([f".{HOST}"], server.network())(below) == Fetched(b"ok")
    assert fetcher([HOST.upper()], server.network())(f"https://{HOST}/") == Fetched(b"ok")


@pytest.mark.parametrize(("location", "expected"), [
    ("http://127.0.0.1/", "fetch-address"), ("https://127.0.0.1/", "fetch-address"), ("https://localhost/", "fetch-address"),
    ("https://autre-fictif.example/", "host-not-allowed"), ("file:///etc/hostname", "fetch-address"),
    ("//autre.example/x", "host-not-allowed"),
    (f"https://{HOST}/again", "too-many-redirects"), ("", "too-many-redirects"),
])  # fmt: skip
def test_a_redirect_starts_over_and_leads_nowhere_else(server: Server, location: str, expected: str) -> None:
    server.answer = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    assert code(fetcher([HOST], server.network())(f"https://{HOST}/")) == expected
    assert len(server.requests) == (4 if expected == "too-many-redirects" else 1)


def test_a_redirect_to_a_name_that_leads_to_loopback_is_refused(server: Server) -> None:
    server.answer = f"HTTP/1.1 301 Moved\r\nLocation: https://listes.{HOST}/\r\nContent-Length: 0\r\n\r\n".encode()
    network = server.network(look_up=lambda host, _port: [PUBLIC] if host == HOST else ["::ffff:127.0.0.1"])
    assert code(fetcher([HOST, f"listes.{HOST}"], network)(f"https://{HOST}/")) == "private-address"


def test_a_redirect_within_what_is_allowed_is_followed(server: Server) -> None:
    def answer(said: ssl.SSLSocket) -> None:
        first = b"GET /old" in server.requests[-1]
        said.sendall(b"HTTP/1.1 308 Moved\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n" if first else OK)

    server.answer = answer
    assert fetcher([HOST], server.network())(f"https://{HOST}/old") == Fetched(b"ok")


def test_sizes_are_bounded_whatever_is_announced(server: Server) -> None:
    for head in (b"Content-Length: 999999\r\n", b"", b"Transfer-Encoding: chunked\r\n"):
        body = b"1000\r\n" + b"x" * 4096 + b"\r\n" if b"chunked" in head else b"x" * 4096
        server.answer = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body * 40
        assert code(fetcher([HOST], server.network(), max_bytes=100_000)(f"https://{HOST}/")) == "fetch-too-large"


def test_what_comes_packed_is_not_unpacked(server: Server) -> None:
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok"
    assert code(fetcher([HOST], server.network())(f"https://{HOST}/")) == "fetch-packed"


@pytest.mark.parametrize("drip", [b"H", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"])
def test_the_whole_takes_no_longer_than_allowed_however_slowly_it_drips(server: Server, drip: bytes) -> None:
    def answer(said: ssl.SSLSocket) -> None:
        said.sendall(drip)
        for _ in range(100):
            time.sleep(0.05)
            said.sendall(b"x")

    server.answer = answer
    assert code(fetcher([HOST], server.network(), seconds=0.5)(f"https://{HOST}/")) == "fetch-late"
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 500 X\r\n\r\n", b"nonsense\r\n\r\n", b"",
    b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok",
])  # fmt: skip
def test_what_is_no_whole_answer_is_not_at_hand(server: Server, answer: bytes) -> None:
    server.answer = answer
    assert code(fetcher([HOST], server.network())(f"https://{HOST}/")) in {"fetch-status", "fetch-failed"}


def test_a_certificate_that_nobody_trusts_or_of_another_host_ends_it(server: Server) -> None:
    strange = Network(lambda _host, _port: [PUBLIC], server.network().connect)
    assert code(fetcher([HOST], strange)(f"https://{HOST}/")) == "fetch-failed"
    assert code(fetcher(["autre.nuage-fictif.example"], server.network())("https://autre.nuage-fictif.example/")) == "fetch-failed"
    assert not server.requests

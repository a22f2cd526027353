"""Keys and official files from the network when that is asked: held against digests, kept, and enough to ask again without it."""

from __future__ import annotations

import ssl
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.app.test_fetching import PUBLIC, Server, certificate, server
from tests.trust.credential_world import HOLDER, ISSUER, NOW, page
from tests.trust.linked.world import LOIRE, files_of
from tests.trust.pipeline.world import presentation, published

from egide.app.trust import bundle as trust_bundle
from egide.app.trust import verify as trust_verify
from egide.app.trust.fetching import Network
from egide.app.trust.verify import DifferentReplayError, Sources
from egide.trust.credentials.results import Outcome
from egide.trust.pipeline import SCOPES
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["certificate", "server"]
HOSTS = ("nuage-fictif.example", "acheteur-fictif.example")


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path / "home"))


@pytest.fixture
def official(shared: Path, tmp_path: Path) -> Path:
    """The official contexts, and no shapes: what is said of keys is asked here."""
    folder = tmp_path / "official"
    folder.mkdir()
    for name, content in files_of(shared).items():
        if not name.endswith(".ttl"):
            (folder / name).write_bytes(content)
    return folder


def serving(server: Server, pages: dict[str, bytes]) -> Network:
    """The network of the local server, which answers for these addresses; its certificate is taken for all of them."""
    def answer(said: ssl.SSLSocket) -> None:
        lines = server.requests[-1].split(b"\r\n")
        address = "https://" + lines[1].removeprefix(b"Host: ").decode() + lines[0].split(b" ")[1].decode()
        content = pages.get(address)
        head = b"HTTP/1.1 404 Not Found" if content is None else b"HTTP/1.1 200 OK"
        said.sendall(head + b"\r\nContent-Length: %d\r\n\r\n" % len(content or b"") + (content or b""))

    server.answer = answer
    server.trusted.check_hostname = False
    return server.network()


def asked(file: Path, official: Path, **more: object) -> trust_verify.Verified:
    return trust_verify.ask(file, NOW, scope=SCOPES["vc-2.0"], sources=Sources(trusted=(official,), **more))  # type: ignore[arg-type]


def test_keys_come_from_hosts_that_were_allowed_and_a_record_of_it_is_replayed_without_the_network(
    server: Server, official: Path, tmp_path: Path,
) -> None:
    file, record = tmp_path / "vp.jwt", tmp_path / "record.json"
    file.write_bytes(presentation())
    documents = dict(zip((page(ISSUER), page(HOLDER)), published().values(), strict=True))
    network = serving(server, documents)
    assert asked(file, official).checked.outcome is Outcome.NOT_EVALUATED
    assert asked(file, official, allowed=HOSTS[:1], network=network).checked.outcome is Outcome.NOT_EVALUATED
    found = asked(file, official, allowed=HOSTS, network=network)
    assert found.checked.outcome is Outcome.VERIFIED
    assert set(found.fetched) == set(documents)
    trust_verify.keep_record(record, found.record)
    requests = len(server.requests)
    assert trust_verify.again(file, record, sources=Sources(trusted=(official,))) == found.record
    assert len(server.requests) == requests
    for path in (tmp_path / "home/cache/pages").iterdir():
        path.write_bytes(b"altered")
    with pytest.raises(DifferentReplayError):
        trust_verify.again(file, record, sources=Sources(trusted=(official,)))


def test_an_official_file_is_kept_when_it_has_its_digest_and_left_out_when_not(server: Server, shared: Path) -> None:
    right = files_of(shared)["gx-development-25.11.context.jsonld"]
    for content, taken in ((right + b" ", False), (right, True)):
        network = serving(server, {"https://w3id.org/gaia-x/2511": content})
        found = trust_bundle.fetch([LOIRE], (), NOW, network)
        assert bool(found.files) is taken
        assert (LOIRE in trust_bundle.kept().contexts) is taken
        assert bool(found.problems) is not taken
    mirror = serving(server, {"https://miroir-fictif.example/c": files_of(shared)["gxDevelopment.json"]})
    name = "https://w3id.org/gaia-x/development#"
    assert trust_bundle.fetch([name], ["miroir-fictif.example"], NOW, mirror, source="https://miroir-fictif.example/c").files
    assert name in trust_bundle.kept().contexts


def test_a_document_of_keys_is_kept_with_the_moment_and_the_later_one_counts(server: Server) -> None:
    (document, _) = published().values()
    network = serving(server, {page(ISSUER): document})
    found = trust_bundle.fetch([ISSUER], HOSTS, NOW, network)
    assert [file.name for file in found.files] == [page(ISSUER)]
    trust_bundle.fetch([ISSUER], HOSTS, NOW + timedelta(days=1), serving(server, {page(ISSUER): document + b"\n"}))
    kept = trust_bundle.kept().pages[page(ISSUER)]
    assert (kept.content, kept.at) == (document + b"\n", NOW + timedelta(days=1))
    assert not trust_bundle.fetch([page(HOLDER)], (), NOW, network).files
    with pytest.raises(InputError):
        trust_bundle.fetch(["did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"], HOSTS, NOW, network)


def test_what_is_missing_is_asked_for_by_default_and_nothing_of_a_private_address(server: Server) -> None:
    private = Network(lambda _host, _port: ["10.0.0.1"], server.network().connect, server.trusted)
    found = trust_bundle.fetch((), (), NOW, private)
    assert {problem.at.file for problem in found.problems} == {line.name for line in trust_bundle.lines(trust_bundle.EMPTY)}
    assert not server.connected
    assert PUBLIC not in str(found.problems)

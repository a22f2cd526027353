"""Data that is pulled comes whole or not at all: what breaks off is taken up again, an old token is renewed, a forged one opens nothing."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.app.dataspace.fetching import BrokenPullError
from egide.app.dataspace.fetching import pulled as from_there
from egide.app.dataspace.targets import fetched
from egide.app.files import WouldOverwriteError
from egide.dataspace.planes.pull import ACCESS, REFRESH, Tokens
from egide.dataspace.wire.reach import Reach

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONTENT = bytes(range(256)) * 4000
PIDS = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=60)


@given(PIDS, st.integers(-1000, 1000))
def test_a_token_names_its_transfer_until_its_end(pid: str, left: int) -> None:
    tokens = Tokens(b"k" * 32)
    token = tokens.issue(ACCESS, pid, NOW + timedelta(seconds=left))
    assert tokens.read(ACCESS, token, NOW) == (pid if left >= 0 else None)
    assert tokens.read(REFRESH, token, NOW) is None
    assert Tokens(b"l" * 32).read(ACCESS, token, NOW) is None


@given(st.integers(0, 200), st.characters())
def test_a_token_in_which_anything_was_changed_opens_nothing(at: int, sign: str) -> None:
    tokens = Tokens(b"k" * 32)
    token = tokens.issue(ACCESS, "urn:uuid:1", NOW + timedelta(seconds=9))
    at %= len(token)
    changed = token[:at] + sign + token[at + 1:]
    assert tokens.read(ACCESS, changed, NOW) == ("urn:uuid:1" if changed == token else None)


class Provider(ThreadingHTTPServer):
    """Gives the content, and what the test has it do wrong."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Giving)
        self.breaks_at: list[int] = []
        self.valid = "first"
        self.renewals = 0
        self.ranges: list[str | None] = []
        self.base = f"http://127.0.0.1:{self.server_address[1]}"

    def address(self) -> dict[str, Any]:
        said = {"authorization": "first", "refreshToken": "again", "refreshEndpoint": f"{self.base}/token"}
        listed = [{"@type": "EndpointProperty", "name": name, "value": value} for name, value in said.items()]
        return {"@type": "DataAddress", "endpointType": "http", "endpoint": f"{self.base}/data", "endpointProperties": listed}


class Giving(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        if self.headers["Authorization"] != f"Bearer {self.server.valid}":
            self.send_error(401)
            return
        asked = self.headers["Range"]
        self.server.ranges.append(asked)
        first = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(CONTENT) - first))
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Disposition", 'attachment; filename="curve.csv"')
        self.end_headers()
        last = self.server.breaks_at.pop(0) if self.server.breaks_at else len(CONTENT)
        self.wfile.write(CONTENT[first:last])

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        ok = form == "grant_type=refresh_token&refresh_token=again"
        self.server.renewals += ok
        content = json.dumps({"access_token": "second", "refresh_token": "again"} if ok else {"error": "invalid_grant"}).encode()
        self.send_response(200 if ok else 400)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def pulled(provider: Provider, folder: Path, *, force: bool = False, told: Callable[[int, int], None] = lambda done, of: None) -> Path:
    given, reach = provider.address(), Reach(private=True)
    return Path(asyncio.run(fetched(from_there(given, reach), str(folder), "plain.data", most=None, force=force, progress=told)).place)


def test_the_data_comes_whole_under_the_name_that_the_provider_gives(provider: Provider, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    path = pulled(provider, tmp_path, told=lambda done, of: steps.append((done, of)))
    assert path == tmp_path / "curve.csv"
    assert path.read_bytes() == CONTENT
    assert steps[-1] == (len(CONTENT), len(CONTENT))
    assert [one.name for one in tmp_path.iterdir()] == ["curve.csv"]


def test_what_broke_off_goes_on_where_it_stopped(provider: Provider, tmp_path: Path) -> None:
    provider.breaks_at = [1000, 500_000]
    assert pulled(provider, tmp_path).read_bytes() == CONTENT
    assert provider.ranges == [None, "bytes=1000-", "bytes=500000-"]


def test_a_token_that_ran_out_is_renewed(provider: Provider, tmp_path: Path) -> None:
    provider.valid = "second"
    assert pulled(provider, tmp_path).read_bytes() == CONTENT
    assert provider.renewals == 1


def test_a_token_that_nothing_renews_ends_it_and_leaves_no_part(provider: Provider, tmp_path: Path) -> None:
    provider.valid = "of somebody else"
    with pytest.raises(BrokenPullError):
        pulled(provider, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_stays_unless_it_may_be_written_over(provider: Provider, tmp_path: Path) -> None:
    (tmp_path / "curve.csv").write_text("mine")
    with pytest.raises(WouldOverwriteError):
        pulled(provider, tmp_path)
    assert (tmp_path / "curve.csv").read_text() == "mine"
    assert pulled(provider, tmp_path, force=True).read_bytes() == CONTENT

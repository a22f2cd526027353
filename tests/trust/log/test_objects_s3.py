"""A log in a real object store: OpenStack Swift behind its S3 face, which takes `If-None-Match` and refuses `If-Match`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from obstore.store import S3Store

from cli.conftest import Said, egide
from cli.test_trust_issue import claims, done
from egide.trust.log import HeldError, Log, Objects, Reader, TamperedError, check
from egide.vocabulary.findings import Answer

from .world import NOW, entry, log_key, trusting

__all__ = ["egide"]
Egide = Callable[..., Said]
NUMBERS = count()


@pytest.fixture(scope="module")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that the tests start and stop."""
    folder = tmp_path_factory.mktemp("swift")
    words = [sys.executable, "-W", "ignore", Path(__file__).with_name("swift_server.py"), folder / "server"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = server.stdout.readline().strip()
            assert port, server.stderr.read() if server.stderr else ""
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


@pytest.fixture
def store(swift: str) -> S3Store:
    """A prefix of its own in the bucket."""
    return opened(swift)


def opened(address: str, secret: str = "testing", bucket: str = "journal") -> S3Store:  # noqa: S107
    options: Any = {"allow_http": True, "timeout": "20s"}
    return S3Store(
        bucket, prefix=f"p{next(NUMBERS)}", endpoint=address, access_key_id="test:tester", secret_access_key=secret, region="us-east-1",
        client_options=options, retry_config={"max_retries": 0},
    )  # fmt: skip


def test_a_log_grows_is_proved_and_audited_there(store: S3Store) -> None:
    storage = Objects(store)
    for size in (3, 260, 300):
        with Log(storage, log_key()) as log:
            log.add_all([entry(n) for n in range(log.accepted, size)])
            log.publish(NOW)
    reader = Reader(Objects(store))
    assert reader.shown().checkpoint.size == 300
    assert reader.audit().answer is Answer.MET
    assert check(None, bytes(reader.prove(259)), trusting(), entry=entry(259)).answer is Answer.MET
    assert Objects(store).names("pending") == []


def test_a_second_writer_is_kept_out_until_it_takes_over(store: S3Store) -> None:
    with Log(Objects(store), log_key()) as first:
        with pytest.raises(HeldError), Log(Objects(store), log_key()):
            pass
        with Log(Objects(store, take_over=True), log_key()) as second:
            second.add(entry(0))
            second.publish(NOW)
            with pytest.raises(TamperedError, match="another writer has taken the log over"):
                first.add(entry(1))
    assert Reader(Objects(store)).shown().checkpoint.size == 1


def test_a_head_that_somebody_else_replaced_is_not_written_over(store: S3Store) -> None:
    from obstore import put

    with Log(Objects(store), log_key()) as log:
        log.add(entry(0))
        log.publish(NOW)
        put(store, "checkpoint", b"another", use_multipart=False)
        log.add(entry(1))
        with pytest.raises(Exception, match=r"no empty line|does not hold what"):
            log.publish(NOW)
    storage = Objects(store)
    with storage.held():
        storage.read("checkpoint")
        put(store, "checkpoint", b"a third", use_multipart=False)
        with pytest.raises(TamperedError, match="does not hold what this log wrote"):
            storage.replace("checkpoint", b"mine")
    assert storage.read("checkpoint") == b"a third"


@pytest.fixture
def in_s3(swift: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings that S3's own tools read from the environment, and a place."""
    settings = {
        "ENDPOINT_URL": swift, "ACCESS_KEY_ID": "test:tester", "SECRET_ACCESS_KEY": "testing", "REGION": "us-east-1", "ALLOW_HTTP": "true",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return f"s3://journal/cli{next(NUMBERS)}"


def test_the_commands_keep_a_log_there_and_anybody_reads_it(egide: Egide, tmp_path: Path, in_s3: str) -> None:
    done(egide("trust", "key", "new", "--did", "did:web:nuage-fictif.example"))
    done(egide("trust", "log", "init", tmp_path / "log", "--origin", "registre.example/s3", "--at", in_s3))
    assert not (tmp_path / "log" / "public").exists()
    done(egide("trust", "status", "new", tmp_path / "desk", "--address", "https://nuage-fictif.example/s", "--log", tmp_path / "log"))
    words = ("--status-list", tmp_path / "desk", "--log", tmp_path / "log", "--out", tmp_path / "a.jwt")
    done(egide("trust", "issue", claims(tmp_path), *words))
    done(egide("trust", "revoke", tmp_path / "a.jwt", "--status-list", tmp_path / "desk", "--reason", "essai"))
    shown = json.loads(done(egide("trust", "log", "show", in_s3, "--audit", "--json")).out)
    assert [one["kind"] for one in shown["entries"]] == ["credential", "status-statement"]
    done(egide("trust", "log", "prove", tmp_path / "a.jwt", "--log", in_s3, "--out", tmp_path / "out"))
    keys = tmp_path / "log" / "keys.txt"
    done(egide("trust", "log", "check", tmp_path / "out" / "checkpoint", tmp_path / "out" / "entry-0.tlog-proof", "--key", keys))


def test_a_writer_that_died_there_is_taken_over_by_whoever_says_so(egide: Egide, tmp_path: Path, in_s3: str) -> None:
    done(egide("trust", "key", "new", "--did", "did:web:nuage-fictif.example"))
    done(egide("trust", "log", "init", tmp_path / "log", "--origin", "registre.example/s3", "--at", in_s3))
    done(egide("trust", "issue", claims(tmp_path), "--out", tmp_path / "a.jwt"))
    script = (
        "import os, signal, sys; from pathlib import Path; from egide.app.trust import public_log;"
        "held = public_log.writing(public_log.opened(Path(sys.argv[1]))); held.__enter__(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", script, tmp_path / "log"], check=False).returncode == -9
    from egide.app.trust import public_log

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(public_log, "WAITS_SECONDS", 0.1)
        said = egide("trust", "log", "add", tmp_path / "a.jwt", "--log", tmp_path / "log", "--lang", "en")
    assert said.code == 2
    assert "is held by another writer" in said.err
    done(egide("trust", "log", "add", tmp_path / "a.jwt", "--log", tmp_path / "log", "--take-over"))


@pytest.mark.parametrize(("setting", "value"), [
    ("AWS_SECRET_ACCESS_KEY", "wrong"), ("AWS_ALLOW_HTTP", "false"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ("AWS_ENDPOINT_URL", "nowhere"), ("AWS_ENDPOINT", "file:///etc"), ("AWS_ENDPOINT_URL", "http://[::1"),
])  # fmt: skip
def test_a_store_that_cannot_be_used_is_said(
    egide: Egide, tmp_path: Path, in_s3: str, setting: str, value: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv(setting, value)
    said = egide("trust", "log", "init", tmp_path / "log", "--origin", "registre.example/s3", "--at", in_s3, "--lang", "en")
    assert said.code == 2, said.err
    assert "the object store" in said.err
    assert "testing" not in said.err
    assert not (tmp_path / "log" / "log.json").exists()


def test_a_bucket_that_is_not_there_is_said(egide: Egide, tmp_path: Path, in_s3: str) -> None:
    assert in_s3.startswith("s3://journal/")
    said = egide("trust", "log", "show", "s3://no-such-bucket/x", "--lang", "en")
    assert said.code == 2

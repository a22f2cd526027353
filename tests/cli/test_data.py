"""`egide data`: what is kept, whether it is whole, in one file and back on another machine; whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Said
from tests.databases import ENGINES
from tests.updates import CATALOGUE, publisher, written

from egide.app.database import open_database, rooms
from egide.store import open_store, records
from egide.store.jobs import claim_job, enqueue, fail
from egide.store.records import statement

Typed = Callable[..., Said]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def keep(url: str, count: int, first: int = 0) -> None:
    with open_database(url) as store, store.write() as tx:
        records.add(tx, [statement("claim", f"offer {number}", "did:web:i.example", number) for number in range(first, first + count)])


def said(egide: Typed, *words: object, code: int = 0) -> Any:
    typed = egide("data", *words, "--json")
    assert typed.code == code, typed
    return json.loads(typed.out)


def test_looking_where_nothing_was_kept_makes_nothing(egide: Typed, home: Path) -> None:
    assert said(egide, "status")["versions"] == {}
    assert "rien encore" in egide("data", "status").out
    for words in (("verify",), ("backup", home / "x.zip"), ("jobs", "list"), ("jobs", "cancel", 1)):
        assert egide("data", *words).code == 2
    assert not home.exists()


def test_the_database_is_in_the_data_folder_unless_said_otherwise(
    egide: Typed, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert said(egide, "status")["database"] == str(home / "egide.db")
    monkeypatch.setenv("EGIDE_DB", str(tmp_path / "b.db"))
    assert said(egide, "status")["database"] == str(tmp_path / "b.db")
    assert said(egide, "status", "--db", tmp_path / "c.db")["database"] == str(tmp_path / "c.db")
    assert json.loads(egide("doctor", "--json").out)["database"] == str(tmp_path / "b.db")


def test_what_is_kept_is_told_on_either_engine(egide: Typed, empty: str) -> None:
    keep(empty, 3)
    with open_store(empty) as store, store.write() as tx:
        enqueue(tx, "import", {})
    found = said(egide, "status", "--db", empty)
    assert found["engine"].split()[0] in {"SQLite", "PostgreSQL"}
    assert [found["rows"][f"store_{table}"] for table in ("records", "jobs", "bundles")] == [3, 1, 0]
    assert set(found["versions"]) == {"store", *(room.name for room in rooms())}
    assert (found["to_upgrade"], found["jobs"], found["last_backup"]) == ([], {"queued": 1}, None)
    assert "store_records 3" in egide("data", "status", "--db", empty).out


@pytest.mark.parametrize("target", ENGINES)
def test_a_backup_brings_everything_to_an_empty_machine(
    egide: Typed, empty: str, target: str, new_empty: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = publisher()
    (tmp_path / "dinum.pem").write_bytes(key.public.pem())
    egide("data", "pin", tmp_path / "dinum.pem")
    egide("trust", "key", "new", "--name", "secret")
    (tmp_path / "home" / "trust").mkdir()
    (tmp_path / "home" / "trust" / "bundle.zip").write_bytes(b"contexts and shapes")
    keep(empty, 30)
    egide("data", "import", written(tmp_path / "new.egide", key, 4), "--accept", "--db", empty)
    made = said(egide, "backup", tmp_path / "all.zip", "--db", empty)
    assert (tmp_path / "all.zip").stat().st_mode & 0o077 == 0
    before = said(egide, "status", "--db", empty)
    assert (before["last_backup"]["file"], before["last_backup"]["sha256"]) == ("all.zip", made["sha256_of_manifest"])

    monkeypatch.setenv("EGIDE_HOME", str(tmp_path / "elsewhere"))
    other = new_empty(target)
    restored = said(egide, "restore", tmp_path / "all.zip", "--db", other)
    assert (restored["rows"], restored["sha256_of_manifest"]) == (made["rows"], made["sha256_of_manifest"])
    assert all(one["answer"] == "met" for one in restored["tables"])
    after = said(egide, "status", "--db", other)
    assert (after["bundles"], after["publishers"]) == (before["bundles"], before["publishers"])
    assert json.loads(egide("doctor", "--json").out)["catalogue_as_of"] == "2026-11-20"
    assert (tmp_path / "elsewhere" / "trust" / "bundle.zip").read_bytes() == b"contexts and shapes"
    assert not (tmp_path / "elsewhere" / "keys").exists()
    assert egide("data", "import", written(tmp_path / "old.egide", key, 3), "--accept", "--db", other).code == 1


def test_a_restoration_replaces_only_when_told_and_keeps_what_was_there(egide: Typed, home: Path, tmp_path: Path) -> None:
    url = str(home / "egide.db")
    keep(url, 3)
    said(egide, "backup", tmp_path / "all.zip")
    keep(url, 4, first=3)
    assert egide("data", "restore", tmp_path / "all.zip").code == 2
    assert said(egide, "status")["rows"]["store_records"] == 8
    found = said(egide, "restore", tmp_path / "all.zip", "--force")
    assert said(egide, "status")["rows"]["store_records"] == 3
    assert said(egide, "status", "--db", found["before"])["rows"]["store_records"] == 8


def test_a_restoration_does_not_replace_what_was_accepted_here_unless_told(egide: Typed, home: Path, tmp_path: Path) -> None:
    keep(str(home / "egide.db"), 1)
    (home / "catalogue.yaml").write_text("one")
    said(egide, "backup", tmp_path / "all.zip")
    (home / "egide.db").unlink()
    (home / "catalogue.yaml").write_text("another")
    assert egide("data", "restore", tmp_path / "all.zip").code == 2
    assert said(egide, "status", code=0)["rows"].get("store_records", 0) == 0
    said(egide, "restore", tmp_path / "all.zip", "--force")
    assert (home / "catalogue.yaml").read_text() == "one"


def test_a_backup_that_would_put_files_elsewhere_is_refused(egide: Typed, home: Path, tmp_path: Path) -> None:
    from egide.store.archive import archive

    for number, name in enumerate(["keys/stolen.jwk", "publishers/a/b.pem", "installed.json.bak", "bundles/egide/1-x/a.yaml"]):
        with open_store(str(tmp_path / f"{number}.db")) as store:
            archive(store, tmp_path / f"{number}.zip", beside={name: b""})
        refused = egide("data", "restore", tmp_path / f"{number}.zip", "--lang", "en")
        assert refused.code == 2
        assert "no place in the data folder" in refused.err
        assert list(home.glob("**/*.jwk")) == []


def test_a_backup_made_while_others_write_is_whole_and_holds_up_nobody(egide: Typed, empty: str, tmp_path: Path) -> None:
    keep(empty, 500)
    done = threading.Event()
    written_rows: list[int] = []

    def write() -> None:
        with open_store(empty) as store:
            while not done.is_set():
                with store.write() as tx:
                    records.add(tx, [statement("claim", f"later {len(written_rows)}/{part}", "i", part) for part in range(7)])
                written_rows.append(7)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [said(egide, "backup", tmp_path / f"{number}.zip", "--db", empty) for number in range(2)]
    finally:
        done.set()
        writer.join()
    assert written_rows
    assert made[0]["rows"]["store_records"] <= made[1]["rows"]["store_records"]
    for number, one in enumerate(made):
        with_others = said(egide, "restore", tmp_path / f"{number}.zip", "--db", tmp_path / f"{number}.db")
        assert all(table["answer"] == "met" for table in with_others["tables"])
        backups = number if one["noted"] else 0
        assert (one["rows"]["store_records"] - 500 - backups) % 7 == 0, "a transaction is there whole or not at all"


def test_a_change_in_a_chain_is_found_and_named(egide: Typed, home: Path, tmp_path: Path) -> None:
    keep(str(home / "egide.db"), 5)
    (tmp_path / "heads.json").write_text(egide("data", "verify", "--json").out)
    keep(str(home / "egide.db"), 2, first=5)
    assert egide("data", "verify", "--since", tmp_path / "heads.json").code == 0
    with sqlite3.connect(home / "egide.db") as file:
        for guard in ("update", "delete", "replace"):
            file.execute(f"DROP TRIGGER store_records_keep_{guard}")
        file.execute("UPDATE store_records SET issuer = 'me' WHERE number = 3")
    file.close()
    found = egide("data", "verify", "--lang", "en")
    assert found.code == 1
    assert "store_records: row 3 is not the one that was written" in found.out


def test_a_database_rewritten_whole_is_found_by_who_kept_a_head(egide: Typed, home: Path, tmp_path: Path) -> None:
    keep(str(home / "egide.db"), 5)
    (tmp_path / "heads.json").write_text(egide("data", "verify", "--json").out)
    shutil.rmtree(home)
    keep(str(home / "egide.db"), 6, first=1)
    assert egide("data", "verify").code == 0
    assert egide("data", "verify", "--since", tmp_path / "heads.json").code == 1
    heads = json.loads((tmp_path / "heads.json").read_text())
    heads["tables"].append({"table": "catalogue_gone", "number": 3, "link": "x"})
    (tmp_path / "more.json").write_text(json.dumps(heads))
    gone = said(egide, "verify", "--since", tmp_path / "more.json", code=1)["tables"][-1]
    assert (gone["table"], gone["answer"]) == ("catalogue_gone", "not-met")
    (tmp_path / "letter.json").write_text("Madame, Monsieur")
    assert egide("data", "verify", "--since", tmp_path / "letter.json").code == 2


def test_jobs_are_listed_tried_again_and_stopped(egide: Typed, empty: str) -> None:
    with open_store(empty) as store, store.write() as tx:
        for number in range(3):
            enqueue(tx, "import", {"n": number})
        held = claim_job(tx, "worker 1")
        assert held is not None
        fail(tx, held, "the server postgresql://a:hunter2@b/c is away")
        claim_job(tx, "worker 2")
    listed = said(egide, "jobs", "list", "--db", empty)
    assert [(one["id"], one["state"]) for one in listed] == [(3, "queued"), (2, "running"), (1, "failed")]
    shown = egide("data", "jobs", "list", "--db", empty).out
    assert "échouée" in shown
    assert "hunter2" not in shown
    assert [one["id"] for one in said(egide, "jobs", "list", "--state", "failed", "--db", empty)] == [1]
    assert said(egide, "jobs", "resume", 1, "--db", empty)["state"] == "queued"
    assert said(egide, "jobs", "resume", 2, "--db", empty, code=1)["state"] == "running"
    assert said(egide, "jobs", "cancel", 2, "--db", empty)["cancelling"]
    assert said(egide, "jobs", "cancel", 3, "--db", empty)["state"] == "cancelled"
    assert "tâche 3 : annulée" in egide("data", "jobs", "resume", 3, "--db", empty).out.replace("\u00a0", " ")
    assert egide("data", "jobs", "cancel", 9, "--db", empty).code == 2


@pytest.mark.parametrize("words", [("status",), ("verify",), ("backup", "x.zip"), ("restore", "x.zip"), ("jobs", "list")])
def test_what_is_no_database_of_ours_is_left_alone(egide: Typed, tmp_path: Path, words: tuple[str, ...]) -> None:
    with sqlite3.connect(tmp_path / "recipes.db") as file:
        file.execute("CREATE TABLE recipes (name TEXT)")
    file.close()
    before = (tmp_path / "recipes.db").read_bytes()
    for address in (tmp_path / "recipes.db", tmp_path, "mysql://a:hunter2@b/c", "postgresql://a:hunter2@127.0.0.1:1/b?connect_timeout=2"):
        refused = egide("data", *words, "--db", address)
        assert refused.code == 2
        assert "hunter2" not in refused.err
    assert (tmp_path / "recipes.db").read_bytes() == before


def test_a_newer_database_and_a_newer_backup_say_so(egide: Typed, home: Path, tmp_path: Path) -> None:
    keep(str(home / "egide.db"), 1)
    said(egide, "backup", tmp_path / "all.zip")
    with sqlite3.connect(home / "egide.db") as file:
        file.execute("UPDATE egide_version_store SET version_num = '0099'")
    file.close()
    for words in (("status",), ("verify",), ("backup", tmp_path / "b.zip"), ("restore", tmp_path / "all.zip", "--force")):
        refused = egide("data", *words, "--lang", "en")
        assert (refused.code, "version 0099" in refused.err, "newer version" in refused.err) == (2, True, True)


LIMITED = """
import resource, sys
from egide.cli import run
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="the system limits no files")
def test_a_full_disk_leaves_no_half_file_and_what_was_there(egide: Typed, home: Path, tmp_path: Path) -> None:
    key = publisher()
    (tmp_path / "dinum.pem").write_bytes(key.public.pem())
    egide("data", "pin", tmp_path / "dinum.pem")
    keep(str(home / "egide.db"), 3)
    bundle = written(tmp_path / "new.egide", key, 4)
    with open_database(str(tmp_path / "large.db")) as store, store.write() as tx:
        records.add(tx, [statement("claim", f"{number}", "i", os.urandom(3000).hex()) for number in range(100)])
    said(egide, "backup", tmp_path / "large.zip", "--db", tmp_path / "large.db")
    for most, words in (
        (100_000, ("backup", tmp_path / "b.zip", "--db", tmp_path / "large.db")),
        (120_000, ("restore", tmp_path / "large.zip", "--force")),
        (500, ("import", bundle, "--accept")),
    ):  # fmt: skip
        ran = subprocess.run([sys.executable, "-c", LIMITED, str(most), "data", *map(str, words)],
                             env={**os.environ, "EGIDE_HOME": str(home)}, capture_output=True, text=True, check=False)  # fmt: skip
        assert ran.returncode == 2, ran
        assert "Traceback" not in ran.stderr
    assert not (tmp_path / "b.zip").exists()
    found = said(egide, "status")
    assert (found["rows"]["store_records"], found["bundles"]) == (3, [])
    assert not [path for path in home.rglob("*") if path.name.startswith(".") or path.suffix == ".tmp"]
    assert egide("data", "import", bundle, "--accept").code == 0


def dying(home: Path, *words: object) -> list[dict[str, Any]]:
    template = home.with_name("template")
    shutil.copytree(home, template)
    ran = subprocess.run([sys.executable, "-m", "tests.cli.dying", str(home), str(template), "data", *map(str, words)], cwd=ROOT,
                         env={**os.environ, "EGIDE_HOME": str(home)}, capture_output=True, text=True, check=False)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    lives: list[dict[str, Any]] = json.loads(ran.stdout)
    assert len(lives) > 3
    assert [life["died"] for life in lives] == [True] * (len(lives) - 1) + [False]
    return lives


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_an_import_killed_at_any_file_it_touches_leaves_the_old_or_the_new_and_goes_on(egide: Typed, home: Path, tmp_path: Path) -> None:
    key = publisher()
    (tmp_path / "dinum.pem").write_bytes(key.public.pem())
    egide("data", "pin", tmp_path / "dinum.pem")
    keep(str(home / "egide.db"), 3)
    egide("data", "import", written(tmp_path / "one.egide", key, 1, CATALOGUE), "--accept")
    states = set()
    for life in dying(home, "import", written(tmp_path / "two.egide", key, 2, CATALOGUE), "--accept"):
        assert life["after"]["whole"]
        assert (life["after"]["catalogue"], life["after"]["records"]) == ("2026-11-20", 3)
        states.add(tuple(life["after"]["editions"]))
        assert (life["again"], life["end"]["editions"], life["end"]["whole"]) == (0, [2], True)
    assert states == {(1,), (2,)}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_backup_killed_at_any_file_it_touches_is_there_whole_or_not_at_all(egide: Typed, home: Path, tmp_path: Path) -> None:
    keep(str(home / "egide.db"), 3)
    lives = dying(home, "backup", tmp_path / "out.zip")
    for life in lives:
        assert (life["after"]["records"], life["after"]["whole"]) == (3, True)
        assert life["again"] == (2 if life["outputs"] else 0), "a whole one is not written over"
    assert {tuple(life["outputs"]) for life in lives} == {(), ("out.zip",)}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_restoration_killed_at_any_file_it_touches_leaves_the_old_or_the_new_and_goes_on(
    egide: Typed, home: Path, tmp_path: Path,
) -> None:
    keep(str(home / "egide.db"), 5)
    said(egide, "backup", tmp_path / "five.zip")
    shutil.rmtree(home)
    keep(str(home / "egide.db"), 3)
    lives = dying(home, "restore", tmp_path / "five.zip", "--force")
    for life in lives:
        assert life["after"]["records"] in {3, 5}
        assert life["after"]["whole"]
        assert (life["again"], life["end"]["records"], life["end"]["whole"]) == (0, 5, True)

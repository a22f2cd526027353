"""All that a database holds, carried to another, on either engine, whole or not at all."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.databases import ENGINES
from tests.store.shelf import BOXES, NOTES, PLACES, SHELF, fill_first, first_shelf

from egide.store import open_store, records
from egide.store.archive import archive
from egide.store.canonical import canonical, digest
from egide.store.chain import AppendOnly
from egide.store.connection import Store
from egide.store.errors import NewerDatabaseError, NotEmptyError, UnknownRoomError
from egide.store.jobs import claim_job, enqueue, jobs, report
from egide.store.records import Draft, statement
from egide.store.restore import restore
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer


def fill(store: Store, claims: int = 30) -> None:
    with store.write() as tx:
        records.add(tx, [statement("claim", f"offer {number} «é» 𝄞", "did:web:i.example", {"n": number}) for number in range(claims)])
        records.add(tx, [Draft("blob", "bytes", "i", bytes(range(256)))])
        for number in range(3):
            enqueue(tx, "import", {"n": number, "text": "a\0b", "half": 0.5})
        held = claim_job(tx, "w")
        assert held is not None
        report(tx, held, done=2**60, checkpoint=[1, None, {"é": True}])
    if "shelf" in {room.name for room in store.rooms}:
        with store.write() as tx:
            box = tx.execute(BOXES.insert().returning(BOXES.c.id).values(colour="blue")).scalar_one()
            tx.execute(PLACES.insert().values(box=box, place="left", sealed=True))
            AppendOnly(NOTES).append(tx, [{"box": box, "said": "é", "weight": -(2**52)}, {"box": box, "said": ""}])


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    tables = [table for room in store.rooms for table in room.tables]
    with store.read() as tx:
        return {table.name: [tuple(row) for row in tx.execute(select(table).order_by(*table.primary_key.columns))] for table in tables}


def put_back(store: Store, path: Path, *, force: bool = False) -> None:
    with path.open("rb") as source:
        restore(store, source, path.name, force=force)


@pytest.fixture
def archived(empty: str, archive_path: Path) -> tuple[Path, dict[str, list[tuple[object, ...]]]]:
    with open_store(empty, [SHELF]) as store:
        fill(store)
        archive(store, archive_path)
        return archive_path, rows(store)


@pytest.mark.parametrize("target", ENGINES)
def test_an_archive_restores_on_either_engine_row_for_row(
    archived: tuple[Path, dict[str, list[tuple[object, ...]]]], target: str, new_empty: Callable[[str], str], tmp_path: Path,
) -> None:
    path, before = archived
    with open_store(new_empty(target), [SHELF]) as store:
        with path.open("rb") as source:
            restored = restore(store, source, "egide.zip")
        assert rows(store) == before
        assert restored.rows["store_records"] == 31
        assert [integrity.answer for integrity in restored.integrity] == [Answer.MET] * 3
        again = archive(store, tmp_path / "again.zip")
        assert again.rows == restored.rows
    assert tables_of(tmp_path / "again.zip") == tables_of(path)


def tables_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist() if name != "manifest.json"}


def test_work_goes_on_in_a_restored_database(archived: tuple[Path, object], another: Callable[[], str]) -> None:
    with open_store(another(), [SHELF]) as store:
        put_back(store, archived[0])
        with store.write() as tx:
            assert enqueue(tx, "import", {}).id == 4
            assert records.add(tx, [statement("claim", "new", "i", {})])[0].number == 32
            assert tx.execute(BOXES.insert().returning(BOXES.c.id).values(colour="red")).scalar_one() == 2
            assert list(AppendOnly(NOTES).append(tx, [{"box": 2, "said": "x"}])) == [3]
        assert [integrity.answer for integrity in store.verify()] == [Answer.MET] * 3


def test_an_archive_is_told_by_its_digest_and_read_by_a_person(store: Store, archive_path: Path) -> None:
    fill(store)
    told = archive(store, archive_path)
    with zipfile.ZipFile(archive_path) as file:
        manifest = file.read("manifest.json")
        line = json.loads(file.read("tables/store_records.jsonl").splitlines()[0])
    assert told.digest == digest(manifest)
    said = json.loads(manifest)
    assert (said["format"], said["rooms"]) == ("egide/archive/1", {"store": "0001"})
    assert {table["name"]: table["rows"] for table in said["tables"]} == told.rows
    assert (line["subject"], line["body"]) == ("offer 0 «é» 𝄞", {"base64": "eyJuIjowfQ=="})
    assert archive_path.stat().st_mode & 0o077 == 0


def test_the_same_rows_give_the_same_files(store: Store, tmp_path: Path) -> None:
    fill(store)
    archive(store, tmp_path / "one.zip")
    archive(store, tmp_path / "two.zip")
    assert tables_of(tmp_path / "one.zip") == tables_of(tmp_path / "two.zip")


def test_an_archive_does_not_go_over_another_without_force(store: Store, archive_path: Path) -> None:
    archive_path.write_bytes(b"precious")
    with pytest.raises(InputError, match="exists already"):
        archive(store, archive_path)
    assert archive_path.read_bytes() == b"precious"
    archive(store, archive_path, force=True)
    assert zipfile.is_zipfile(archive_path)
    assert [path.name for path in archive_path.parent.iterdir()] == [archive_path.name]


def test_a_filled_database_is_replaced_only_by_force(store: Store, archive_path: Path) -> None:
    fill(store)
    archive(store, archive_path)
    before = rows(store)
    with store.write() as tx:
        records.add(tx, [statement("claim", "later", "i", {})])
    later = rows(store)
    with pytest.raises(NotEmptyError):
        put_back(store, archive_path)
    assert rows(store) == later
    put_back(store, archive_path, force=True)
    assert rows(store) == before


def test_an_archive_of_older_tables_is_brought_up(
    empty: str, archive_path: Path, tmp_path: Path, another: Callable[[], str],
) -> None:
    with open_store(empty, [first_shelf(tmp_path)]) as old:
        fill_first(old)
        archive(old, archive_path)
    with open_store(another(), [SHELF]) as store:
        put_back(store, archive_path)
        held = rows(store)
        assert len(held["shelf_notes"]) == 100
        assert held["shelf_places"][7] == (8, "place 8", False)
        assert [integrity.answer for integrity in store.verify()] == [Answer.MET] * 3


def test_an_archive_of_newer_tables_is_refused(
    archived: tuple[Path, object], tmp_path: Path, another: Callable[[], str],
) -> None:
    older = first_shelf(tmp_path)
    with open_store(another(), [older]) as store, pytest.raises(NewerDatabaseError, match=r"egide\.zip has version 0003"):
        put_back(store, archived[0])


def test_tables_that_the_program_was_not_told_of_are_never_lost(
    archived: tuple[Path, object], empty: str, tmp_path: Path, another: Callable[[], str],
) -> None:
    with open_store(empty) as store:
        with pytest.raises(UnknownRoomError, match="shelf"):
            archive(store, tmp_path / "x.zip")
        with pytest.raises(UnknownRoomError, match="shelf"):
            put_back(store, archived[0], force=True)
    with open_store(another()) as store, pytest.raises(UnknownRoomError, match="shelf"):
        put_back(store, archived[0])


def altered(path: Path, change: Callable[[dict[str, bytes]], None]) -> io.BytesIO:
    with zipfile.ZipFile(path) as file:
        held = {name: file.read(name) for name in file.namelist()}
    change(held)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as into:
        for name, content in held.items():
            into.writestr(name, content)
    target.seek(0)
    return target


JOBS_FILE = "tables/store_jobs.jsonl"


def rewrite(held: dict[str, bytes], change: Callable[[bytes], bytes]) -> None:
    """Change the jobs and make the manifest agree, as a forger would."""
    held[JOBS_FILE] = change(held[JOBS_FILE])
    manifest = json.loads(held["manifest.json"])
    for table in manifest["tables"]:
        if table["name"] == "store_jobs":
            table.update(rows=held[JOBS_FILE].count(b"\n"), bytes=len(held[JOBS_FILE]), sha256=digest(held[JOBS_FILE]))
    held["manifest.json"] = canonical(manifest)


def in_manifest(old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(held: dict[str, bytes]) -> None:
        assert old in held["manifest.json"]
        held["manifest.json"] = held["manifest.json"].replace(old, new)

    return change


def in_jobs(old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda held: rewrite(held, lambda lines: lines.replace(old, new))


def test_files_kept_beside_the_tables_come_back_as_they_were(store: Store, archive_path: Path, another: Callable[[], str]) -> None:
    kept = {"catalogue.yaml": b"offers: []\n", "bundles/law/1/a.yaml": bytes(range(256))}
    archive(store, archive_path, beside=kept)
    with open_store(another()) as other, archive_path.open("rb") as source:
        assert restore(other, source, "egide.zip").files == kept
    for change in (
        lambda held: held.update({"files/catalogue.yaml": b"offers: {}\n"}), lambda held: held.pop("files/catalogue.yaml"),
        lambda held: held.update({"files/more.yaml": b""}),
    ):  # fmt: skip
        with open_store(another()) as other, pytest.raises(InputError):
            restore(other, altered(archive_path, change), "egide.zip")


def test_an_archive_whose_files_have_no_place_here_changes_nothing(store: Store, archive_path: Path) -> None:
    def no_place(files: object) -> None:
        raise InputError("no place")

    archive(store, archive_path, beside={"elsewhere": b""})
    fill(store)
    before = rows(store)
    with pytest.raises(InputError, match="no place"), archive_path.open("rb") as source:
        restore(store, source, "egide.zip", force=True, fit=no_place)
    assert rows(store) == before


def test_whoever_waits_is_told_how_far_it_is(store: Store, one_archive: Path, tmp_path: Path) -> None:
    told: dict[str, list[tuple[int, int]]] = {"restore": [], "archive": [], "verify": []}
    with one_archive.open("rb") as source:
        restore(store, source, "egide.zip", progress=lambda *far: told["restore"].append(far))
    archive(store, tmp_path / "again.zip", progress=lambda *far: told["archive"].append(far))
    store.verify(progress=lambda *far: told["verify"].append(far))
    assert told["archive"] == told["restore"] == [(1000, 1106), (1106, 1106)]
    assert told["verify"] == [(1000, 1101), (1101, 1101)]


DAMAGES: dict[str, Callable[[dict[str, bytes]], object]] = {
    "a row is altered": lambda held: held.update({JOBS_FILE: held[JOBS_FILE].replace(b"import", b"export")}),
    "a row is taken out": lambda held: held.update({JOBS_FILE: held[JOBS_FILE].split(b"\n", 1)[1]}),
    "the last line is cut": lambda held: held.update({JOBS_FILE: held[JOBS_FILE][:-5]}),
    "a file is missing": lambda held: held.pop(JOBS_FILE),
    "a file is too many": lambda held: held.update({"tables/more.jsonl": b""}),
    "the manifest is missing": lambda held: held.pop("manifest.json"),
    "the manifest is no JSON": lambda held: held.update({"manifest.json": b"{"}),
    "the manifest says a key twice": in_manifest(b'{"files"', b'{"files":[1],"files"'),
    "the manifest has an unknown key": in_manifest(b'{"files"', b'{"a":1,"files"'),
    "the format is another": in_manifest(b"egide/archive/1", b"egide/archive/9"),
    "the store's own tables are missing": in_manifest(b'"store":"0001"', b'"shelf":"0001"'),
    "a forged line is no object": lambda held: rewrite(held, lambda _: b"[]\n"),
    "a forged line is no JSON": lambda held: rewrite(held, lambda _: b"{\n"),
    "a forged column does not exist": in_jobs(b'"kind"', b'"sort"'),
    "a forged number is a text": in_jobs(b'"attempts":0', b'"attempts":"0"'),
    "a forged boolean is a number": in_jobs(b'"cancelling":false', b'"cancelling":0'),
    "a forged text is bytes": in_jobs(b'"kind":"import"', b'"kind":{"base64":"AA=="}'),
    "forged bytes are no base64": in_jobs(b'"kind":"import"', b'"kind":{"base64":"?"}'),
    "a forged number is beyond 64 bits": in_jobs(b'"attempts":0', b'"attempts":9223372036854775808'),
    "a forged text holds NUL": in_jobs(b'"kind":"import"', b'"kind":"\\u0000"'),
    "a forged row lacks what must be there": in_jobs(b'"attempts":0,', b""),
    "a forged row stands twice": lambda held: rewrite(held, lambda lines: lines + lines.split(b"\n")[0] + b"\n"),
}


@pytest.fixture(scope="session")
def one_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    with open_store(str(folder / "egide.db")) as store:
        fill(store, 1100)
        archive(store, folder / "egide.zip")
    return folder / "egide.zip"


def test_a_damaged_archive_changes_nothing(store: Store, one_archive: Path) -> None:
    with store.write() as tx:
        records.add(tx, [statement("claim", "precious", "i", {})])
    before = rows(store)
    for name, damage in DAMAGES.items():
        source = altered(one_archive, lambda held, damage=damage: damage(held))  # type: ignore[misc]
        with pytest.raises((InputError, UnknownRoomError)):
            restore(store, source, name, force=True)
        assert rows(store) == before, name
    assert all(integrity.answer is Answer.MET for integrity in store.verify())


def test_what_is_no_zip_is_refused(store: Store) -> None:
    for content in (b"", b"PK", b"not a zip" * 1000):
        with pytest.raises(InputError, match="not readable as a zip"):
            restore(store, io.BytesIO(content), "x.zip")


def test_a_forged_archive_that_agrees_with_itself_shows_in_the_chain(store: Store, one_archive: Path) -> None:
    def forge(held: dict[str, bytes]) -> None:
        name = "tables/store_records.jsonl"
        held[name] = held[name].replace(b"offer 7 ", b"offer 9 ")
        manifest = json.loads(held["manifest.json"])
        for table in manifest["tables"]:
            if table["name"] == "store_records":
                table["sha256"] = digest(held[name])
        held["manifest.json"] = canonical(manifest)

    restored = restore(store, altered(one_archive, forge), "forged.zip")
    assert [integrity.answer for integrity in restored.integrity] == [Answer.MET, Answer.NOT_MET]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_in_use_is_copied_as_it_stands(store: Store, tmp_path: Path) -> None:
    fill(store)
    before = rows(store)
    with store.write() as tx:
        records.add(tx, [statement("claim", "not accepted yet", "i", {})])
        store.snapshot(tmp_path / "copy.db")
    with pytest.raises(InputError, match="exists already"):
        store.snapshot(tmp_path / "copy.db")
    with open_store(str(tmp_path / "copy.db")) as copy:
        assert rows(copy) == before
        assert len(jobs_of(copy)) == 3


def jobs_of(store: Store) -> list[object]:
    with store.read() as tx:
        return list(jobs(tx))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_server_is_not_copied_as_a_file(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="write an archive"):
        store.snapshot(tmp_path / "copy.db")

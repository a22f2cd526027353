"""Old databases are brought up with nothing lost; newer ones are left alone."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, inspect, select, text
from sqlalchemy.exc import IntegrityError
from tests.store.shelf import BOXES, FIRST_NOTES, NOTES, PLACES, SHELF, fill_first, first_shelf, steps

from egide.store import look, open_store
from egide.store.chain import AppendOnly
from egide.store.columns import Words, whole
from egide.store.connection import Store
from egide.store.errors import AppendOnlyError, BrokenReferencesError, NewerDatabaseError
from egide.store.rooms import Room
from egide.store.schema import ENVIRONMENT, versions
from egide.store.tables import STORE
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer

ROOMS = [STORE, SHELF]


@pytest.fixture
def old(empty: str, tmp_path: Path) -> str:
    """A database of the first version, filled."""
    with open_store(empty, [first_shelf(tmp_path)]) as store:
        fill_first(store)
    return empty


def test_an_empty_database_gets_every_table(empty: str) -> None:
    with open_store(empty, [SHELF]) as store:
        assert store.upgraded is not None
        assert (store.upgraded.before, store.upgraded.after, store.upgraded.backup) == ({}, {"store": "0001", "shelf": "0003"}, None)
        with store.read() as tx:
            assert versions(tx.connection) == {"store": "0001", "shelf": "0003"}


@pytest.mark.parametrize("origin", ["empty", "old"])
@pytest.mark.usefixtures("engine")
def test_the_tables_are_those_that_the_rooms_describe(request: pytest.FixtureRequest, origin: str) -> None:
    with open_store(request.getfixturevalue(origin), [SHELF]) as store, store.engines.read.connect() as connection:
        for room in ROOMS:
            names = set(room.metadata.tables) | {room.version_table}

            def ours(name: str | None, kind: str, _parents: object, names: set[str] = names) -> bool:
                return kind != "table" or name in names

            context = MigrationContext.configure(
                connection, opts={"include_name": ours, "version_table": room.version_table, "compare_type": True},
            )  # fmt: skip
            assert compare_metadata(context, room.metadata) == []


def test_a_filled_database_is_brought_up_with_nothing_lost(old: str) -> None:
    with open_store(old, [SHELF]) as store:
        assert store.upgraded is not None
        assert dict(store.upgraded.before) == {"shelf": "0001", "store": "0001"}
        with store.read() as tx:
            boxes = {row.id: row.colour for row in tx.execute(select(BOXES))}
            places = {row.box: (row.place, row.sealed) for row in tx.execute(select(PLACES))}
            columns = (NOTES.c.number, NOTES.c.box, NOTES.c.said, NOTES.c.weight)
            notes = [tuple(row) for row in tx.execute(select(*columns).order_by(NOTES.c.number))]
        assert boxes == {number: f"colour {number}" for number in range(1, 51)}
        assert places == {number: (f"place {number}", False) for number in range(1, 51)}
        assert notes == [(number + 1, 1 + number // 2, f"note {number}, «é»", None) for number in range(100)]


def test_a_table_that_was_made_anew_keeps_its_guards_its_chain_and_its_references(old: str) -> None:
    with open_store(old, [SHELF]) as store:
        assert [integrity.answer for integrity in store.verify()] == [Answer.MET] * 3
        with pytest.raises(AppendOnlyError), store.write() as tx:
            tx.execute(text("DELETE FROM shelf_notes"))
        with store.write() as tx:
            assert list(AppendOnly(NOTES).append(tx, [{"box": 1, "said": "later", "weight": 3}])) == [101]
        with pytest.raises(IntegrityError), store.write() as tx:
            AppendOnly(NOTES).append(tx, [{"box": 999, "said": "on no box"}])
        with store.write() as tx:
            assert tx.execute(BOXES.insert().returning(BOXES.c.id).values(colour="new")).scalar_one() == 51
        assert [integrity.answer for integrity in store.verify()] == [Answer.MET] * 3


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_is_copied_before_it_is_brought_up(old: str, tmp_path: Path) -> None:
    with open_store(old, [SHELF]) as store:
        assert store.upgraded is not None
        backup = store.upgraded.backup
    assert backup is not None
    assert backup.parent == Path(old.removeprefix("sqlite:///")).parent
    assert backup.stat().st_mode & 0o077 == 0
    again = tmp_path / "again"
    again.mkdir()
    with open_store(str(backup), [Room("shelf", first_shelf(again).metadata, again / "steps1")]) as before, before.read() as tx:
        assert len(tx.execute(select(FIRST_NOTES)).all()) == 100
        assert before.upgraded is None


def test_opening_again_changes_nothing(old: str) -> None:
    with open_store(old, [SHELF]) as store:
        assert store.upgraded is not None
    with open_store(old, [SHELF]) as store:
        assert store.upgraded is None
    with open_store(old) as fewer:
        assert fewer.upgraded is None


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_was(old: str, tmp_path: Path) -> None:
    open_store(old, [SHELF]).close()
    folder = tmp_path / "again"
    folder.mkdir()
    with pytest.raises(NewerDatabaseError, match="version 0003 of the tables `shelf`; this Égide knows them up to 0001"):
        open_store(old, [first_shelf(folder)])
    with open_store(old, [SHELF]) as store:
        assert store.upgraded is None


def broken_shelf(folder: Path, fault: str) -> Room:
    """A third step that does its work and then fails."""
    copied = steps(folder, 3)
    last = copied / "v0003_places_apart.py"
    last.write_text(last.read_text("utf-8") + f"    {fault}\n", "utf-8")
    return Room("shelf", SHELF.metadata, copied)


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(old: str, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        open_store(old, [broken_shelf(tmp_path, "1 / 0")])
    folder = tmp_path / "again"
    folder.mkdir()
    with open_store(old, [first_shelf(folder)]) as store, store.read() as tx:
        assert store.upgraded is None
        assert len(tx.execute(select(FIRST_NOTES)).all()) == 100
        assert "shelf_places" not in inspect(tx.connection).get_table_names()
    with open_store(old, [SHELF]) as store:
        assert [integrity.answer for integrity in store.verify()] == [Answer.MET] * 3


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_upgrade_that_would_lose_a_reference_is_undone(old: str, tmp_path: Path) -> None:
    """Such as deleting a box on which notes stand, while references are not watched."""
    fault = "op.execute('DELETE FROM shelf_boxes WHERE id = 1')"
    with pytest.raises(BrokenReferencesError, match="refer to rows that do not exist"):
        open_store(old, [broken_shelf(tmp_path, fault)])
    with open_store(old, [SHELF]) as store, store.read() as tx:
        assert len(tx.execute(select(BOXES)).all()) == 50


@pytest.mark.slow
def test_programs_that_open_one_new_database_at_once_make_it_once(empty: str) -> None:
    opening = "import sys; from egide.store import open_store; store = open_store(sys.argv[1]); print(store.upgraded is not None)"
    running = [subprocess.Popen([sys.executable, "-c", opening, empty], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate()[0].strip() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sorted(said) == ["False", "False", "True"]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_steps_are_numbered_as_they_follow(room: Room) -> None:
    scripts = ScriptDirectory(str(ENVIRONMENT), version_locations=[str(room.migrations)])
    order = [script.revision for script in scripts.walk_revisions()][::-1]
    assert order == room.versions == [f"{number:04}" for number in range(1, len(order) + 1)]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_of_another_program_is_refused_and_left_as_it_was(tmp_path: Path, engine: str) -> None:
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as file:
        file.execute("CREATE TABLE recipes (name TEXT)")
    file.close()
    before = foreign.read_bytes()
    with pytest.raises(InputError, match="not a database of Égide"):
        open_store(str(foreign))
    text_file = tmp_path / "letter.db"
    text_file.write_text("Madame, Monsieur,\n" * 1000, "utf-8")
    with pytest.raises(InputError, match="not a database of Égide"):
        open_store(str(text_file))
    with pytest.raises(InputError, match="a folder"):
        open_store(str(tmp_path))
    assert foreign.read_bytes() == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_new_file_is_its_owners_alone(empty: str) -> None:
    with open_store(empty) as store:
        assert store.address.path is not None
        files = list(store.address.path.parent.iterdir())
        assert files
        assert not [file.name for file in files if file.stat().st_mode & 0o077]


def test_a_room_holds_to_what_both_engines_hold(tmp_path: Path) -> None:
    def room(*tables: Table) -> None:
        Room("x", tables[0].metadata, tmp_path)

    def table(name: str, *columns: Column[object], metadata: MetaData | None = None) -> Table:
        return Table(name, metadata or MetaData(), Column("id", whole(), primary_key=True), *columns)

    with pytest.raises(ValueError, match="begin with the name"):
        room(table("y_things"))
    with pytest.raises(ValueError, match="engines hold differently"):
        room(table("x_things", Column("name", String(10))))
    with pytest.raises(ValueError, match="its own table"):
        room(table("x_things", Column("parent", whole(), ForeignKey("x_things.id"))))
    with pytest.raises(ValueError, match="no primary key"):
        room(Table("x_things", MetaData(), Column("name", Words())))
    with pytest.raises(ValueError, match="a word in lower case"):
        Room("X y", MetaData(), tmp_path)
    both = MetaData()
    table("x_one", Column("two", whole(), ForeignKey("x_two.id")), metadata=both)
    with pytest.raises(ValueError, match="in a circle"):
        room(table("x_two", Column("one", whole(), ForeignKey("x_one.id")), metadata=both))


def test_a_path_with_signs_that_mean_something_elsewhere_is_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "50 % of «é» ?#&:"
    shutil.copytree(steps(tmp_path, 3), folder / "steps")
    with open_store(str(folder / "base é.db"), [Room("shelf", SHELF.metadata, folder / "steps")]) as store:
        assert isinstance(store, Store)
        assert store.address.path is not None
        assert store.address.path.is_file()


def test_looking_at_a_database_changes_nothing(empty: str, tmp_path: Path) -> None:
    assert look(empty) == {}
    assert look(empty) == {}
    if empty.startswith("sqlite"):
        assert not Path(empty.removeprefix("sqlite:///")).exists()
    with open_store(empty, [first_shelf(tmp_path)]):
        pass
    assert look(empty) == {"shelf": "0001", "store": "0001"}
    with open_store(empty, [SHELF]) as store:
        assert store.upgraded is not None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_looking_at_a_file_of_another_program_says_so(tmp_path: Path, engine: str) -> None:
    with sqlite3.connect(tmp_path / "foreign.db") as file:
        file.execute("CREATE TABLE recipes (name TEXT)")
    file.close()
    (tmp_path / "letter.db").write_text("Madame, Monsieur,\n" * 1000, "utf-8")
    for name in ("foreign.db", "letter.db"):
        with pytest.raises(InputError, match="not a database of Égide"):
            look(str(tmp_path / name))
    with pytest.raises(InputError, match="a folder"):
        look(str(tmp_path))

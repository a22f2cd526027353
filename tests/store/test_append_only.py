"""What was added is neither changed nor taken away; and whoever finds a way round it is seen."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable

import psycopg
import pytest
import rfc8785
from sqlalchemy import Column, MetaData, select, text

from egide.store import open_store, records
from egide.store.chain import AppendOnly, Head
from egide.store.columns import Words, chained
from egide.store.connection import Store
from egide.store.errors import AppendOnlyError, LostHeadError
from egide.store.records import LOG, statement
from egide.store.tables import CHAINS, JOBS, RECORDS
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer

GUARDS = {
    "sqlite": [f"DROP TRIGGER store_records_keep_{guard}" for guard in ("update", "delete", "replace")],
    "postgresql": ["DROP TRIGGER store_records_keep ON store_records", "DROP TRIGGER store_records_keep_all ON store_records"],
}


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as tx:
        records.add(tx, [statement("claim", f"offer:{number}", "did:web:i.example", {"n": number}) for number in range(1, 6)])
    return store


def behind_its_back(url: str, *statements: str) -> None:
    """As a person would with the engine's own tool."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            for one in statements:
                file.execute(one)
        file.close()
    else:
        with psycopg.connect(url) as server:
            for one in statements:
                server.execute(one)


@pytest.mark.parametrize("statement", [
    "UPDATE store_records SET issuer = 'me'",
    "UPDATE store_records SET issuer = issuer WHERE number = 3",
    "DELETE FROM store_records WHERE number = 5",
    "DELETE FROM store_records",
])  # fmt: skip
def test_a_row_is_neither_changed_nor_deleted(filled: Store, statement: str) -> None:
    with pytest.raises(AppendOnlyError, match="store_records"), filled.write() as tx:
        tx.execute(text(statement))
    assert filled.verify()[1].answer is Answer.MET


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_table_is_not_emptied(filled: Store) -> None:
    with pytest.raises(AppendOnlyError), filled.write() as tx:
        tx.execute(text("TRUNCATE store_records"))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("key", ["5, 'k', 's', 'i', 'd', x'00', 'now', 'new'", "6, 'k', 's', 'i', 'd', x'00', 'now', {identity}"])
def test_a_row_is_not_replaced_by_another_of_the_same_key(filled: Store, url: str, key: str) -> None:
    """The one way to delete that SQLite hides from its guards of deletion."""
    identity = "(SELECT identity FROM store_records WHERE number = 5)"
    columns = "number, kind, subject, issuer, digest, body, recorded_at, identity, link"
    replacing = f"INSERT OR REPLACE INTO store_records ({columns}) SELECT {key.format(identity=identity)}, 'link'"
    with pytest.raises(AppendOnlyError), filled.write() as tx:
        tx.execute(text(replacing))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        behind_its_back(url, replacing)
    assert filled.verify()[1].answer is Answer.MET


@pytest.mark.parametrize(("tampering", "seen"), [
    (["UPDATE store_records SET body = '{}' WHERE number = 3"], "row 3 is not the one"),
    (["UPDATE store_records SET issuer = 'did:web:other.example' WHERE number = 1"], "row 1 is not the one"),
    (["UPDATE store_records SET recorded_at = 'never' WHERE number = 4"], "row 4 is not the one"),
    (["UPDATE store_records SET valid_until = '2099-12-31T00:00:00.000000Z' WHERE number = 4"], "row 4 is not the one"),
    (["UPDATE store_records SET link = 'x' WHERE number = 2"], "row 2 is not the one"),
    (["DELETE FROM store_records WHERE number = 3"], "row 3 is missing"),
    (["DELETE FROM store_records WHERE number = 1"], "row 1 is missing"),
    (["DELETE FROM store_records WHERE number = 5"], "part at row 5"),
    (["DELETE FROM store_records"], "part at row 1"),
    (["UPDATE store_records SET number = 9 WHERE number = 2", "UPDATE store_records SET number = 2 WHERE number = 3",
      "UPDATE store_records SET number = 3 WHERE number = 9"], "row 2 is not the one"),
    ([("INSERT INTO store_records SELECT 6, kind, 'forged', issuer, digest, body, NULL, NULL, recorded_at, 'x', link FROM store_records "
       "WHERE number = 5")], "row 6 is not the one"),
    (["UPDATE store_chains SET number = 4 WHERE name = 'store_records'"], "part at row 5"),
    (["DELETE FROM store_chains WHERE name = 'store_records'"], "part at row 1"),
    ([], "guard of the table was taken away"),
])  # fmt: skip
def test_who_takes_the_guards_away_is_seen(filled: Store, url: str, engine: str, tampering: list[str], seen: str) -> None:
    behind_its_back(url, *GUARDS[engine], *tampering)
    integrity = next(one for one in filled.verify() if one.table == "store_records")
    assert integrity.answer is Answer.NOT_MET
    said = integrity.because.message
    for name, value in integrity.because.args.items():
        said = said.replace("{" + name + "}", str(value))
    assert seen in said


def test_a_disabled_guard_is_seen(filled: Store, url: str, engine: str) -> None:
    if engine == "postgresql":
        behind_its_back(url, "ALTER TABLE store_records DISABLE TRIGGER store_records_keep")
    else:
        behind_its_back(url, "DROP TRIGGER store_records_keep_replace")
    assert filled.verify()[1].because.code == "guard-missing"


def test_who_rewrites_the_whole_chain_is_seen_by_who_kept_a_head(filled: Store, another: Callable[[], str]) -> None:
    with filled.read() as tx:
        kept = LOG.head(tx)
    assert filled.verify({"store_records": kept})[1].answer is Answer.MET
    with open_store(another()) as forged:
        with forged.write() as tx:
            records.add(tx, [statement("claim", f"offer:{number}", "me", {}) for number in range(7)])
        assert forged.verify()[1].answer is Answer.MET
        assert forged.verify({"store_records": kept})[1].because.code == "head-not-held"
        assert forged.verify({"store_records": Head(9, kept.link)})[1].because.code == "head-not-held"
        assert forged.verify({"store_records": Head(0, kept.link)})[1].because.code == "head-not-held"


def test_a_head_kept_earlier_is_held_as_the_chain_grows(filled: Store) -> None:
    with filled.read() as tx:
        kept = LOG.head(tx)
    with filled.write() as tx:
        records.add(tx, [statement("claim", "later", "i", {})])
    assert filled.verify({"store_records": kept})[1].answer is Answer.MET


def test_anyone_can_compute_the_chain_again(filled: Store) -> None:
    """From the documented words alone, with another canonical encoder."""
    link = hashlib.sha256(b"egide/chain/1\nstore_records").hexdigest()
    with filled.read() as tx:
        for row in tx.execute(text("SELECT * FROM store_records ORDER BY number")).mappings():
            said = {name: value for name, value in row.items() if name != "link" and value is not None}
            said["body"] = {"sha256": hashlib.sha256(bytes(said["body"])).hexdigest()}
            link = hashlib.sha256(link.encode() + b"\n" + rfc8785.dumps(dict(said))).hexdigest()
            assert row["link"] == link


def test_nothing_is_added_to_a_chain_that_lost_its_head(filled: Store, url: str) -> None:
    behind_its_back(url, "DELETE FROM store_chains")
    with pytest.raises(LostHeadError), filled.write() as tx:
        records.add(tx, [statement("claim", "s", "i", {})])


def test_an_append_that_fails_half_way_leaves_nothing_even_when_the_writer_goes_on(store: Store) -> None:
    with store.write() as tx:
        with pytest.raises(InputError):
            LOG.append(tx, ({"kind": "k", "subject": "\0" if number == 1500 else "s", "issuer": "i", "digest": "d", "body": b"",
                             "recorded_at": tx.now(), "identity": str(number)} for number in range(2000)))  # fmt: skip
        records.add(tx, [statement("claim", "after", "i", {})])
    with store.read() as tx:
        assert [record.subject for record in records.since(tx)] == ["after"]
    assert store.verify()[1].answer is Answer.MET


def test_columns_that_do_not_exist_and_numbers_of_ones_own_are_refused(store: Store) -> None:
    for row in ({"colour": "red"}, {"number": 7}, {"link": "x"}):
        with pytest.raises(ValueError, match="not a column to give"), store.write() as tx:
            LOG.append(tx, [row])


def test_a_table_that_is_not_append_only_has_no_chain() -> None:
    with pytest.raises(ValueError, match="not an append-only"):
        AppendOnly(JOBS)


def test_a_chained_column_has_no_default() -> None:
    with pytest.raises(ValueError, match="default"):
        chained("store_x", MetaData(), Column("said", Words(), server_default="x"))


def test_chains_count_from_one_and_know_their_head(filled: Store) -> None:
    with filled.read() as tx:
        numbers = list(tx.execute(select(RECORDS.c.number).order_by(RECORDS.c.number)).scalars())
        last = tx.execute(select(RECORDS.c.link).where(RECORDS.c.number == 5)).scalar_one()
        known = tx.execute(select(CHAINS.c.number, CHAINS.c.link).where(CHAINS.c.name == "store_records")).one()
        assert LOG.head(tx) == Head(5, last) == Head(*known)
    assert numbers == [1, 2, 3, 4, 5]

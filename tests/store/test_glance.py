"""A question put to the driver itself sees what a transaction would see at that moment, on both engines, and recovers alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import DBAPIError

from egide.store import jobs
from egide.store.errors import StoreError
from egide.store.glance import Glance, seen_by
from egide.store.tables import CHAINS, JOBS

if TYPE_CHECKING:
    from egide.store.connection import Store

HEAD = Glance(select(CHAINS.c.name, CHAINS.c.number).where(CHAINS.c.name == bindparam("name")), tuple)
NAME = "store_records"


def move(store: Store, number: int) -> None:
    with store.write() as tx:
        tx.execute(CHAINS.update().where(CHAINS.c.name == NAME).values(number=number))


def test_what_is_accepted_is_seen_at_once_and_nothing_before(store: Store) -> None:
    assert HEAD.now(store, name=NAME) == ((NAME, 0),)
    with store.write() as tx:
        tx.execute(CHAINS.update().where(CHAINS.c.name == NAME).values(number=7))
        assert HEAD.now(store, name=NAME) == ((NAME, 0),)
        assert HEAD.within(tx, name=NAME) == ((NAME, 7),)
    assert HEAD.now(store, name=NAME) == ((NAME, 7),)
    assert HEAD.now(store, name="nobody's") == ()
    assert store.lines.waiting == 1  # it went past the pool, and not by the way for what failed


def test_values_are_what_their_columns_mean_and_the_time_is_the_databases(store: Store) -> None:
    with store.write() as tx:
        jobs.enqueue(tx, "sweep", {"of": ["é", 1]})
    asked = Glance(select(JOBS).where(JOBS.c.kind == bindparam("kind")), tuple)
    with store.read() as tx:
        there = asked.within(tx, kind="sweep")
    found, now = asked.timed(store, kind="sweep")
    assert found == there
    assert {type(value) for value in found[0]} >= {dict, bool, datetime}
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
    assert store.lines.waiting == 1


def test_a_connection_that_broke_is_asked_again_in_a_transaction(store: Store) -> None:
    assert HEAD.now(store, name=NAME)
    store.lines._free[0].close()
    assert HEAD.now(store, name=NAME) == ((NAME, 0),)
    assert store.lines.waiting == 0
    move(store, 3)
    assert HEAD.now(store, name=NAME) == ((NAME, 3),)
    assert store.lines.waiting == 1


def test_a_question_that_cannot_be_answered_fails_as_a_transaction_does(store: Store) -> None:
    with pytest.raises((StoreError, DBAPIError), match="absent_function"):
        Glance(select(func.absent_function(1)), tuple).now(store)


def test_within_a_moment_nothing_is_asked_twice_and_the_next_moment_sees_what_was_accepted(store: Store) -> None:
    for number in (0, 5, 6):
        move(store, number)
        for _ in range(2):
            with store.lines.at_one_moment():
                assert HEAD.now(store, name=NAME) == ((NAME, number),)
                assert HEAD.now(store, name="nobody's") == ()
                _, now = HEAD.timed(store, name=NAME)
                assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
    assert store.lines.moment is None


def test_a_statement_that_cannot_be_kept_as_it_is_said_is_refused_rather_than_made_again_each_time(store: Store) -> None:
    with pytest.raises(TypeError):
        Glance(select(CHAINS.c.name).where(CHAINS.c.name.in_([NAME, "another"])), tuple).now(store)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_transaction_that_has_only_begun_is_no_new_moment_and_what_is_asked_often_is_known_at_the_next(store: Store) -> None:
    with store.lines.at_one_moment() as first:
        HEAD.now(store, name=NAME)
    with store.write() as tx:
        tx.execute(CHAINS.update().where(CHAINS.c.name == NAME).values(number=7))
        assert store.lines.present().mark == first.moment.mark  # type: ignore[union-attr]
    accepted = store.lines.present()
    assert accepted.mark != first.moment.mark  # type: ignore[union-attr]
    assert list(accepted.known.values()) == [((NAME, 7),)]


@pytest.mark.parametrize(("one", "other", "same"), [
    ("100:100:", "100:101:100", True), ("100:100:", "100:102:100,101", True), ("100:101:100", "101:101:", False),
    ("100:102:100", "100:102:100,101", False), ("100:103:100,102", "100:102:100", True), ("100:103:100", "100:103:101", False),
])  # fmt: skip
def test_what_a_snapshot_sees(one: str, other: str, same: bool) -> None:
    assert (seen_by(one) == seen_by(other)) is same

"""Statements kept once, word for word, and found again."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from egide.store import open_store, records
from egide.store.connection import Store
from egide.store.records import Draft, about, add, by_digest, since, statement
from egide.vocabulary.errors import InputError

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)


def test_equal_contents_have_equal_bytes_and_digests() -> None:
    one, other = statement("claim", "s", "i", {"b": 1, "a": [1.0, "é"]}), statement("claim", "s", "i", {"a": [1, "é"], "b": 1})
    assert one.body == other.body == '{"a":[1,"é"],"b":1}'.encode()
    assert one.digest == hashlib.sha256(one.body).hexdigest()


def test_the_same_statement_is_kept_once(store: Store) -> None:
    one = statement("claim", "s", "i", {"a": 1})
    with store.write() as tx:
        first = add(tx, [one, one])
    with store.write() as tx:
        again = add(tx, [statement("claim", "s", "i", {"b": 2}), one])
    assert [(kept.number, kept.new) for kept in first + again] == [(1, True), (1, False), (2, True), (1, False)]


def test_several_issuers_may_state_the_same_of_one_subject(store: Store) -> None:
    with store.write() as tx:
        add(tx, [statement("claim", "s", issuer, {"a": 1}) for issuer in ("one", "two")])
    with store.read() as tx:
        found = by_digest(tx, statement("claim", "s", "one", {"a": 1}).digest)
    assert [record.issuer for record in found] == ["one", "two"]


def test_the_same_words_for_another_time_are_another_statement(store: Store) -> None:
    with store.write() as tx:
        kept = add(tx, [statement("claim", "s", "i", {}, MONDAY), statement("claim", "s", "i", {}, MONDAY, MONDAY + DAY),
                        statement("claim", "s", "i", {})])  # fmt: skip
    assert [one.new for one in kept] == [True] * 3


def test_what_is_said_of_a_subject_is_found_by_kind_by_validity_and_by_when_it_was_known(url: str) -> None:
    now = [MONDAY]
    with open_store(url, clock=lambda: now[0]) as store:
        with store.write() as tx:
            add(tx, [statement("claim", "s", "i", "always"), statement("label", "s", "i", "week", MONDAY, MONDAY + 7 * DAY)])
        now[0] += DAY
        with store.write() as tx:
            add(tx, [statement("claim", "s", "i", "later", MONDAY + 5 * DAY), statement("claim", "other", "i", "other")])
        with store.read() as tx:
            def said(**asked: object) -> list[bytes]:
                return [record.body.strip(b'"') for record in about(tx, "s", **asked)]  # type: ignore[arg-type]

            assert said() == [b"always", b"week", b"later"]
            assert said(kind="claim") == [b"always", b"later"]
            assert said(valid_on=MONDAY) == [b"always", b"week"]
            assert said(valid_on=MONDAY + 5 * DAY) == [b"always", b"week", b"later"]
            assert said(valid_on=MONDAY + 7 * DAY) == [b"always", b"week", b"later"]
            assert said(valid_on=MONDAY + 8 * DAY) == [b"always", b"later"]
            assert said(known_at=MONDAY) == [b"always", b"week"]
            assert said(known_at=MONDAY - DAY) == []


def test_an_index_catches_up_from_where_it_stood(store: Store) -> None:
    with store.write() as tx:
        add(tx, [statement("claim" if number % 2 else "label", str(number), "i", number) for number in range(2500)])
    with store.read() as tx:
        assert [record.subject for record in since(tx, 2495)] == ["2495", "2496", "2497", "2498", "2499"]
        assert [record.subject for record in since(tx, 2495, {"claim"})] == ["2495", "2497", "2499"]
        assert sum(1 for _ in since(tx)) == 2500
        assert list(since(tx, 2500)) == []


def test_a_batch_that_repeats_itself_across_thousands_is_kept_once(store: Store) -> None:
    drafts = [statement("claim", str(number % 1200), "i", 0) for number in range(2400)]
    with store.write() as tx:
        kept = add(tx, iter(drafts))
    assert [one.number for one in kept] == [number % 1200 + 1 for number in range(2400)]
    assert sum(one.new for one in kept) == 1200


def test_a_body_beyond_the_limit_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="16 MiB"), store.write() as tx:
        add(tx, [Draft("claim", "s", "i", b"x" * (records.MAX_BYTES + 1))])


def test_a_statement_that_ends_before_it_begins_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="before it begins"), store.write() as tx:
        add(tx, [statement("claim", "s", "i", {}, MONDAY, MONDAY - DAY)])


def test_nothing_is_found_where_nothing_was_said(store: Store) -> None:
    with store.read() as tx:
        assert about(tx, "s") == []
        assert by_digest(tx, "0" * 64) == []
        assert list(since(tx)) == []
    with store.write() as tx:
        assert add(tx, []) == []

"""Bitstring Status List v1.0, statement by statement: rows of bits, lists, entries, and what they say of a credential on a day."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.credential_world import HOLDER, ISSUER, LATER, NOW, answers, asked, claims, codes, credential, key, kid, token, web

from egide.trust.credentials.issuing import issue, present
from egide.trust.credentials.results import Outcome
from egide.trust.credentials.world import World
from egide.trust.dids.identifiers import Fetched
from egide.trust.keys import b64u, from_b64u
from egide.trust.status import LEAST_ENTRIES, MAX_BYTES, encoded, expanded, free_index, no_status, value_at, with_value
from egide.trust.status_lists import Entry, Purpose, StatusList, changed, entry, list_credential, read_entry, read_list, says
from egide.vocabulary.findings import Answer, Reason

ADDRESS = "https://nuage-fictif.example/status/1"
EMPTY = no_status()


def code(found: object) -> str | None:
    return found.code if isinstance(found, Reason) else None


def listed(bits: bytes = EMPTY, purposes: tuple[str, ...] = ("revocation",), issuer: str = ISSUER, **more: Any) -> dict[str, Any]:
    return list_credential(ADDRESS, issuer, purposes, bits, NOW, LATER, **more)


def published(bits: bytes = EMPTY, purposes: tuple[str, ...] = ("revocation",), **more: Any) -> bytes:
    return issue(listed(bits, purposes, **more), key(), kid(), NOW).encode()


def with_status(*statuses: dict[str, Any]) -> str:
    return credential(1, credentialStatus=list(statuses) if len(statuses) > 1 else statuses[0])


def world(content: bytes | Fetched | None, **more: Any) -> World:
    return web({ADDRESS: content} if content is not None else {}, **more)


# --- 3.3 and 3.4: rows of bits -------------------------------------------------------------------

def test_the_first_entry_is_the_left_most_bit() -> None:
    bits = with_value(EMPTY, 0, 1)
    assert bits[0] == 0b1000_0000
    assert with_value(bits, 9, 1)[1] == 0b0100_0000
    assert with_value(EMPTY, LEAST_ENTRIES - 1, 1)[-1] == 1


def test_the_list_of_the_specification_is_read() -> None:
    """The `encodedList` of its example 3: 131,072 entries, none set."""
    assert expanded("uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA") == EMPTY


@given(st.integers(1, 16), st.data())
def test_a_value_that_was_set_is_found_and_no_other_is_touched(size: int, data: st.DataObject) -> None:
    bits = no_status(size=size)
    places = data.draw(st.lists(st.integers(0, 300), unique=True, min_size=1, max_size=6))
    values = {place: data.draw(st.integers(0, (1 << size) - 1)) for place in places}
    for place, value in values.items():
        bits = with_value(bits, place, value, size)
    assert {place: value_at(bits, place, size) for place in range(310)} == {place: values.get(place, 0) for place in range(310)}
    assert expanded(encoded(bits)) == bits
    for place in places:
        bits = with_value(bits, place, 0, size)
    assert bits == no_status(size=size)


@given(st.lists(st.integers(0, LEAST_ENTRIES - 1), max_size=20))
def test_another_library_opens_what_we_compress_and_we_open_what_it_compresses(set_: list[int]) -> None:
    bits = EMPTY
    for place in set_:
        bits = with_value(bits, place, 1)
    word = encoded(bits)
    assert word[0] == "u"
    compressed = from_b64u(word[1:])
    assert compressed is not None
    assert gzip.decompress(compressed) == bits
    assert expanded("u" + b64u(gzip.compress(bits, mtime=0))) == bits


def test_the_same_row_gives_the_same_word() -> None:
    assert encoded(with_value(EMPTY, 7, 1)) == encoded(with_value(EMPTY, 7, 1))


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (LEAST_ENTRIES, 1), (10**30, 1), (LEAST_ENTRIES // 2, 2)])
def test_an_entry_outside_of_the_list_is_told(index: int, size: int) -> None:
    assert code(value_at(EMPTY, index, size)) == "status-index"
    with pytest.raises(ValueError, match="no entry"):
        with_value(EMPTY, index, 0, size)


def test_a_list_is_long_and_its_values_fit() -> None:
    for entries, size in ((LEAST_ENTRIES - 1, 1), (LEAST_ENTRIES, 0), (LEAST_ENTRIES, 17), (MAX_BYTES * 8 + 1, 1)):
        with pytest.raises(ValueError, match="at least"):
            no_status(entries, size)
    with pytest.raises(ValueError, match="can't hold"):
        with_value(EMPTY, 0, 2)


@pytest.mark.parametrize(("word", "why"), [
    ("", "status-encoding"), ("zabc", "status-encoding"), ("u=", "status-encoding"), ("H4sI", "status-encoding"),
    ("u" + "A" * 5_000_000, "status-encoding"), ("u" + b64u(b"no gzip"), "status-compression"),
    ("u" + b64u(zlib.compress(b"\0" * 16384)), "status-compression"),
    ("u" + b64u(gzip.compress(b"\0" * 16384, mtime=0)[:-1]), "status-compression"),
    ("u" + b64u(gzip.compress(b"\0" * 16384, mtime=0) + b"more"), "status-compression"),
    ("u" + b64u(gzip.compress(b"\0" * 16384, mtime=0) * 2), "status-compression"),
    ("u" + b64u(gzip.compress(b"\0" * (MAX_BYTES + 1), mtime=0)), "status-too-large"),
])  # fmt: skip
def test_a_word_that_is_no_list_is_refused(word: str, why: str) -> None:
    assert code(expanded(word)) == why


def test_a_bomb_is_stopped_at_the_limit() -> None:
    """256 MiB of zeros in 256 KiB: no more than the limit is ever held."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = squeezer.compress(b"\0" * 2**20) + squeezer.flush(zlib.Z_FULL_FLUSH)
    bomb = bytes.fromhex("1f8b08000000000002ff") + block * 256
    word = "u" + b64u(bomb)
    tracemalloc.start()
    assert code(expanded(word)) == "status-too-large"
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * MAX_BYTES


def test_indexes_are_drawn_where_nobody_is() -> None:
    draws = iter([5, 5, 7])
    assert free_index({5}, lambda entries: next(draws)) == 7
    with pytest.raises(ValueError, match="begin another"):
        free_index(range(LEAST_ENTRIES // 2), lambda entries: 0)


# --- 2.1: entries --------------------------------------------------------------------------------

def test_an_entry_that_was_written_is_read() -> None:
    assert read_entry(entry(ADDRESS, 94567, Purpose.REVOCATION)) == Entry("revocation", 94567, ADDRESS)
    messages = ("pending", "accepted", "rejected", "undefined")
    assert read_entry(entry(ADDRESS, 3, Purpose.MESSAGE, messages)) == Entry("message", 3, ADDRESS, 2, messages)
    for wrong in (("one",), ("a", "b", "c")):
        with pytest.raises(ValueError, match="one for each value"):
            entry(ADDRESS, 3, Purpose.MESSAGE, wrong)


ABSENT = object()


@pytest.mark.parametrize(("member", "value"), [
    ("statusPurpose", ABSENT), ("statusPurpose", 5), ("statusPurpose", ""), ("statusPurpose", ["revocation"]), ("statusListIndex", ABSENT),
    ("statusListIndex", 5), ("statusListIndex", "-1"),
    ("statusListIndex", "01"), ("statusListIndex", "1.0"), ("statusListIndex", "0x1"), ("statusListIndex", "٣"),
    ("statusListCredential", ABSENT), ("statusListCredential", "not a url"),
    ("statusListCredential", 5), ("statusSize", 0), ("statusSize", -1), ("statusSize", "1"), ("statusSize", True), ("statusSize", 1.5),
    ("statusSize", 99), ("statusReference", "not a url"),
    ("statusReference", ["https://a.example", 5]), ("statusMessage", "set"), ("statusMessage", [{"status": "0x0", "message": "a"}]),
    ("statusMessage", [{"status": "0x0", "message": "a"}, {"status": "0x0", "message": "b"}]),
    ("statusMessage", [{"status": "0", "message": "a"}, {"status": "0x1", "message": "b"}]),
    ("statusMessage", [{"status": "0x0"}, {"status": "0x1", "message": "b"}]), ("statusMessage", ["a", "b"]),
])  # fmt: skip
def test_an_entry_that_breaks_its_section_is_malformed(member: str, value: object) -> None:
    whole = entry(ADDRESS, 1, Purpose.REVOCATION) | {member: value}
    found = read_entry({name: one for name, one in whole.items() if one is not ABSENT})
    assert code(found) == "status-malformed"
    assert isinstance(found, Reason)
    assert found.args == {"member": member}


def test_more_bits_need_their_messages() -> None:
    assert code(read_entry(entry(ADDRESS, 1, Purpose.MESSAGE) | {"statusSize": 2})) == "status-malformed"


def test_the_id_of_an_entry_is_not_that_of_its_list() -> None:
    assert code(read_entry(entry(ADDRESS, 1, Purpose.REVOCATION) | {"id": ADDRESS})) == "status-malformed"
    assert not isinstance(read_entry(entry(ADDRESS, 1, Purpose.REVOCATION) | {"statusReference": ["https://a.example"], "more": 1}), Reason)


# --- 2.2: lists ----------------------------------------------------------------------------------

def test_a_list_that_was_written_is_read() -> None:
    assert read_list(listed()) == StatusList(("revocation",), EMPTY)
    assert read_list(listed(purposes=("revocation", "suspension"), ttl_milliseconds=60_000)) == StatusList(("revocation", "suspension"),
        EMPTY, 60_000)


@pytest.mark.parametrize(("member", "change"), [
    ("type", {"type": ["VerifiableCredential"]}), ("type", {"credentialSubject": []}),
    ("credentialSubject.type", {"subject": {"type": "StatusList2021"}}),
    ("credentialSubject.statusPurpose", {"subject": {"statusPurpose": None}}),
    ("credentialSubject.statusPurpose", {"subject": {"statusPurpose": []}}),
    ("credentialSubject.statusPurpose", {"subject": {"statusPurpose": [5]}}), ("credentialSubject.ttl", {"subject": {"ttl": "1"}}),
    ("credentialSubject.ttl", {"subject": {"ttl": -1}}),
    ("credentialSubject.ttl", {"subject": {"ttl": True}}), ("credentialSubject.encodedList", {"subject": {"encodedList": None}}),
])  # fmt: skip
def test_a_list_that_breaks_its_section_is_malformed(member: str, change: dict[str, Any]) -> None:
    document = listed()
    document["credentialSubject"] |= change.pop("subject", {})
    found = read_list(document | change)
    assert isinstance(found, Reason)
    assert found.args == {"member": member}


# --- 3.2: what a list says -----------------------------------------------------------------------

def said(purpose: str, value: int, size: int = 1, messages: tuple[str, ...] = ()) -> tuple[Answer, list[str]]:
    bits = with_value(no_status(size=size), 42, value, size)
    answer, because = says(Entry(purpose, 42, ADDRESS, size, messages), StatusList((purpose,), bits))
    return answer, [reason.code for reason in because]


def test_each_purpose_has_its_meaning() -> None:
    for purpose in ("revocation", "suspension", "refresh", "anything"):
        assert said(purpose, 0) == (Answer.MET, [])
    assert said("revocation", 1) == (Answer.NOT_MET, ["revoked"])
    assert said("suspension", 1) == (Answer.NOT_MET, ["suspended"])
    assert said("refresh", 1) == (Answer.MET, ["refresh"])
    assert said("anything", 1) == (Answer.UNKNOWN, ["status-unknown-purpose"])
    assert said("revocation", 3, 2, ("a", "b", "c", "d")) == (Answer.NOT_MET, ["revoked"])


def test_a_message_is_that_of_its_value() -> None:
    for value, message in enumerate(("pending", "accepted", "rejected", "undefined")):
        answer, because = says(Entry("message", 42, ADDRESS, 2, ("pending", "accepted", "rejected", "undefined")),
            StatusList(("message",), with_value(no_status(size=2), 42, value, 2)))
        assert (answer, because[0].args["message"]) == (Answer.MET, message)
    assert says(Entry("message", 42, ADDRESS), StatusList(("message",), EMPTY))[1][0].args["message"] == "unset"


def test_a_list_of_another_purpose_or_too_short_or_without_the_entry_refuses() -> None:
    assert says(Entry("revocation", 1, ADDRESS), StatusList(("suspension",), EMPTY))[1][0].code == "status-purpose"
    assert says(Entry("revocation", 1, ADDRESS), StatusList(("revocation",), EMPTY[:-1]))[1][0].code == "status-list-short"
    assert says(Entry("message", 1, ADDRESS, 2, ("a",) * 4), StatusList(("message",), EMPTY))[1][0].code == "status-list-short"
    assert says(Entry("revocation", LEAST_ENTRIES, ADDRESS), StatusList(("revocation",), EMPTY))[1][0].code == "status-index"


def test_a_revocation_is_not_taken_back_and_a_suspension_is() -> None:
    for purpose in (Purpose.REVOCATION, Purpose.REFRESH):
        bits = changed(EMPTY, 3, purpose, 1)
        with pytest.raises(ValueError, match="not taken back"):
            changed(bits, 3, purpose, 0)
        assert changed(bits, 3, purpose, 1) == bits
    assert changed(changed(EMPTY, 3, Purpose.SUSPENSION, 1), 3, Purpose.SUSPENSION, 0) == EMPTY


# --- the status of a credential ------------------------------------------------------------------

def test_what_is_not_revoked_is_verified_and_what_is_revoked_is_refused() -> None:
    issued = with_status(entry(ADDRESS, 42, Purpose.REVOCATION))
    found = asked(issued, world(published()))
    assert (found.outcome, answers(found)["status"]) == (Outcome.VERIFIED, "met")
    assert ADDRESS in found.consulted
    revoked = asked(issued, world(published(changed(EMPTY, 42, Purpose.REVOCATION, 1))))
    assert (revoked.outcome, codes(revoked)) == (Outcome.REFUSED, ["revoked"])
    neighbour = asked(issued, world(published(changed(EMPTY, 41, Purpose.REVOCATION, 1))))
    assert neighbour.outcome is Outcome.VERIFIED


def test_one_of_several_statuses_is_enough_to_refuse() -> None:
    issued = with_status(entry(ADDRESS, 1, Purpose.REVOCATION), entry(ADDRESS, 2, Purpose.SUSPENSION))
    both = ("revocation", "suspension")
    assert asked(issued, world(published(purposes=both))).outcome is Outcome.VERIFIED
    assert codes(asked(issued, world(published(with_value(EMPTY, 2, 1), both)))) == ["suspended"]
    assert asked(issued, world(published(with_value(EMPTY, 3, 1), both))).outcome is Outcome.VERIFIED


def test_a_list_that_is_not_at_hand_leaves_the_question_open() -> None:
    found = asked(with_status(entry(ADDRESS, 42, Purpose.REVOCATION)), world(None))
    assert (found.outcome, codes(found)) == (Outcome.NOT_EVALUATED, ["not-at-hand"])


def test_a_status_of_a_type_that_is_not_known_leaves_it_open() -> None:
    found = asked(with_status({"type": "CredentialStatusList2017", "id": "https://a.example"}))
    assert (found.outcome, codes(found)) == (Outcome.NOT_EVALUATED, ["status-type"])


def test_a_malformed_entry_refuses() -> None:
    assert codes(asked(with_status({"type": "BitstringStatusListEntry"}))) == ["status-malformed"]


@pytest.mark.parametrize(("content", "why"), [
    (b"<html>", "status-list-unusable"),
    (b'{"type":"Person"}', "status-list-unusable"),
    (credential(2).encode(), "status-list-unusable"),
    (published()[:-8] + b"AAAAAAAA", "status-list-not-verified"),
    (token(listed() | {"@context": []}).encode(), "status-list-not-verified"),
    (token(listed() | {"validUntil": "2026-11-23T11:00:00Z", "validFrom": "2026-01-01T00:00:00Z"}).encode(), "status-list-not-verified"),
    (token(listed() | {"id": "https://nuage-fictif.example/status/2"}).encode(), "status-list-unusable"),
    (token(listed() | {"type": ["VerifiableCredential"]}).encode(), "status-malformed"),
])  # fmt: skip
def test_a_list_that_is_not_what_it_should_be_refuses(content: bytes, why: str) -> None:
    found = asked(with_status(entry(ADDRESS, 42, Purpose.REVOCATION)), world(content))
    assert (found.outcome, codes(found)) == (Outcome.REFUSED, [why])


def test_an_unsigned_list_is_not_believed() -> None:
    found = asked(with_status(entry(ADDRESS, 42, Purpose.REVOCATION)), world(json.dumps(listed()).encode()))
    assert (found.outcome, codes(found)) == (Outcome.NOT_EVALUATED, ["status-list-not-verified"])


def test_a_list_of_somebody_else_counts_only_when_named() -> None:
    others = issue(listed(issuer=HOLDER), key(), kid(HOLDER), NOW).encode()
    issued = with_status(entry(ADDRESS, 42, Purpose.REVOCATION))
    assert codes(asked(issued, world(others))) == ["status-publisher"]
    assert asked(issued, world(others)).outcome is Outcome.NOT_EVALUATED
    assert asked(issued, world(others, status_issuers=frozenset({HOLDER}))).outcome is Outcome.VERIFIED


def test_a_list_with_a_status_of_its_own_is_not_followed_in_circles() -> None:
    circular = listed() | {"credentialStatus": entry(ADDRESS, 1, Purpose.REVOCATION)}
    found = asked(with_status(entry(ADDRESS, 42, Purpose.REVOCATION)), world(token(circular).encode()))
    assert (found.outcome, codes(found)) == (Outcome.NOT_EVALUATED, ["status-of-a-list"])


@pytest.mark.parametrize(("ttl", "age", "allowed", "outcome"), [
    (None, timedelta(hours=24), None, Outcome.VERIFIED), (None, timedelta(hours=25), None, Outcome.NOT_EVALUATED),
    (60_000, timedelta(seconds=60), None, Outcome.VERIFIED),
    (60_000, timedelta(seconds=61), None, Outcome.NOT_EVALUATED), (60_000, timedelta(days=2), 864_000, Outcome.VERIFIED),
    (None, timedelta(days=11), 864_000, Outcome.NOT_EVALUATED),
])  # fmt: skip
def test_a_list_read_long_ago_says_nothing_of_today(ttl: int | None, age: timedelta, allowed: int | None, outcome: Outcome) -> None:
    kept = Fetched(published(ttl_milliseconds=ttl), NOW - age)
    found = asked(with_status(entry(ADDRESS, 42, Purpose.REVOCATION)), world(kept, status_age_seconds=allowed))
    assert found.outcome is outcome
    assert codes(found) == ([] if outcome is Outcome.VERIFIED else ["status-stale"])


def test_a_list_is_asked_for_once_for_a_whole_presentation() -> None:
    inner = world(published())
    count: list[str] = []

    def fetch(address: str) -> Any:
        count.append(address)
        return inner.fetch(address)

    tokens = [credential(number, credentialStatus=entry(ADDRESS, number, Purpose.REVOCATION)) for number in range(4)]
    assert asked(present(tokens, key(), kid(HOLDER), NOW), replace(inner, fetch=fetch)).outcome is Outcome.VERIFIED
    assert sorted(count) == sorted(set(count))
    assert ADDRESS in count


def test_claims_without_status_have_no_such_step() -> None:
    assert "status" not in answers(asked(credential()))
    assert claims().get("credentialStatus") is None

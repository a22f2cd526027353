"""The record says what was asked of what, with every answer; it can be signed, and made again to the same bytes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.trust.credential_world import token
from tests.trust.pipeline.world import (
    HOLDER,
    ISSUER,
    NOW,
    SITE,
    Mode,
    asked,
    at_hand,
    bundle,
    claims,
    credential,
    key,
    kid,
    page,
    presentation,
)

from egide.trust.dids.identifiers import offline
from egide.trust.keys import Kind
from egide.trust.pipeline import NOTHING_KNOWN, Knowledge, Material, Question, Seen, record, replayed, sealed, unsealed
from egide.trust.pipeline.verifying import verify
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def hand(shared: Path) -> Material:
    return at_hand(shared)


def test_it_says_what_was_asked_of_what_and_every_answer(hand: Material) -> None:
    written = json.loads(record(asked(presentation(), hand)))
    assert (written["schema"], written["verdict"]) == ("egide/trust-record/1", "verified")
    assert written["asked"]["at"] == NOW.isoformat()
    assert (written["asked"]["scope"], written["asked"]["mode"]) == ("gaia-x-loire-25.11", "strict")
    assert [(one["step"], one["number"]) for one in written["steps"]] == [
        ("parse", 1), ("signer-key", 2), ("signature", 3), ("validity", 5), ("contexts", 6), ("shapes", 7), ("policy", 8),
    ]
    assert set(written["at_hand"]["consulted"]) == {page(ISSUER), page(HOLDER)}
    assert written["at_hand"]["contexts"]["https://w3id.org/gaia-x/2511#"].startswith("70a07043")
    assert written["at_hand"]["shapes"].startswith("sha256-12d88ff8")
    assert [set(one) for one in written["credentials"]] == [
        {"at", "id", "type", "issuer", "typ", "digest", "valid_from", "valid_until"},
    ] * 4


def test_the_same_question_gives_the_same_bytes_and_so_does_its_replay_later(hand: Material) -> None:
    content = presentation()
    for mode in Mode:
        written = record(asked(content, hand, mode=mode))
        assert written == record(asked(content, hand, mode=mode)) == replayed(written, content, "a file", hand, NOTHING_KNOWN)


def test_what_was_known_is_part_of_the_question(hand: Material) -> None:
    known = Knowledge({f"{SITE}/credentials/number": Seen("sha256-x", ISSUER, NOW + timedelta(days=1))})
    content = credential("number").encode()
    written = record(asked(content, hand, knowledge=known))
    assert replayed(written, content, "a file", hand, known) == written
    assert replayed(written, content, "a file", hand, NOTHING_KNOWN) != written


def test_other_keys_other_contexts_or_other_anchors_give_other_bytes(hand: Material, shared: Path) -> None:
    content = presentation()
    written = record(asked(content, hand))
    other = at_hand(shared, {"0.json": b" " + next(iter(pages(shared)))})
    away = replace(hand, world=replace(hand.world, fetch=offline))
    for changed in (replace(hand, shapes={}), away, replace(hand, digests={"x": "y"}), other):
        assert replayed(written, content, "a file", changed, NOTHING_KNOWN) != written


def pages(shared: Path) -> list[bytes]:
    return [fetched.content for fetched in bundle(shared).pages.values()]


def test_pages_that_were_kept_by_digest_answer_a_replay_without_the_bundle(hand: Material, shared: Path) -> None:
    content = presentation()
    written = record(asked(content, hand))
    kept = {hashlib.sha256(one).hexdigest(): one for one in pages(shared)}
    away = replace(hand, world=replace(hand.world, fetch=offline))
    assert replayed(written, content, "a file", away, NOTHING_KNOWN, by_digest=kept) == written


def test_a_record_of_another_file_or_none_is_refused(hand: Material) -> None:
    content = presentation()
    written = record(asked(content, hand))
    with pytest.raises(InputError):
        replayed(written, content + b" ", "a file", hand, NOTHING_KNOWN)
    for other in (b"{}", b"[]", b"x"):
        with pytest.raises(InputError):
            replayed(other, content, "a file", hand, NOTHING_KNOWN)


def test_a_sealed_record_opens_with_its_key_and_no_other(hand: Material) -> None:
    written = record(asked(presentation(), hand))
    token_ = sealed(written, key(), kid()).encode()
    assert unsealed(token_, key().public) == written
    for other in (unsealed(token_, key(Kind.ED25519).public), unsealed(token_[:-4] + b"AAAA", key().public), unsealed(b"x", key().public),
                  unsealed(credential("number").encode(), key().public)):
        assert isinstance(other, Reason)


scraps = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2))


@given(st.dictionaries(st.text(max_size=9), scraps, max_size=3), st.sampled_from(list(Mode)))
@settings(max_examples=60)
def test_whatever_is_signed_has_a_record_that_replays(hand: Material, change: dict[str, object], mode: Mode) -> None:
    content = token(json.dumps(claims("number") | change).encode()).encode()
    written = record(verify(content, "a file", Question(NOW, mode), hand))
    assert replayed(written, content, "a file", hand, NOTHING_KNOWN) == written

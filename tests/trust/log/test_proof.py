"""Proofs that anyone checks offline: what they show, what refuses them, and heads that are rolled back or forked."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.trust.log import (
    Checkpoint,
    Continuation,
    Log,
    LogProof,
    MalformedError,
    Policy,
    Reader,
    check,
    follow,
    log_proof,
    read_policy,
    signed_checkpoint,
    witness,
)  # fmt: skip
from egide.trust.log.checkpoint import sign
from egide.trust.log.history import MOST_HASHES, continuation, cosigned
from egide.trust.log.merkle import EMPTY_ROOT, leaf_hash
from egide.trust.log.note import MOST_SIGNATURES
from egide.trust.log.proof import PROOF_BYTES
from egide.vocabulary.findings import Answer

from .world import NOW, ORIGIN, entry, lasting_key, log_key, policy_text, published, trusting, witness_key

SIZE = 300
STORAGE = published(SIZE)
READER = Reader(STORAGE)
HEAD = bytes(READER.shown())
PROOF = bytes(READER.prove(123))


def codes(
    checkpoint: bytes | None, proof: bytes, policy: Policy | None = None, *, entry: bytes | None = None, consistency: bytes | None = None,
) -> list[str]:  # fmt: skip
    return [step.because.code for step in check(checkpoint, proof, policy or trusting(), entry=entry, consistency=consistency).steps]


def verdict(
    checkpoint: bytes | None, proof: bytes, policy: Policy | None = None, *, entry: bytes | None = None, consistency: bytes | None = None,
) -> Answer:  # fmt: skip
    return check(checkpoint, proof, policy or trusting(), entry=entry, consistency=consistency).answer


def test_a_proof_is_checked_with_nothing_but_a_public_key() -> None:
    found = check(HEAD, PROOF, Policy.trusting(str(log_key().key)))
    assert found.answer is Answer.MET
    assert [step.name for step in found.steps] == ["format", "signature", "witnesses", "inclusion", "checkpoint", "consistency"]
    assert all(reason.message for reason in found.because)


def test_a_proof_is_written_as_the_specification_has_it() -> None:
    lines = PROOF.decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 123"
    assert lines[lines.index("") + 1 : lines.index("") + 3] == [ORIGIN, str(SIZE)]
    assert PROOF.endswith(b"\n\n" + HEAD.partition(b"\n\n")[2])
    assert bytes(log_proof(PROOF)) == PROOF


@pytest.mark.parametrize("count", [1, 2, 3, 255, 256, 257])
def test_each_entry_of_a_log_is_proven_the_empty_one_included(count: int) -> None:
    reader = Reader(published(count))
    for index in {0, count // 2, count - 1}:
        assert verdict(None, bytes(reader.prove(index)), entry=entry(index)) is Answer.MET
        assert reader.entry(index) == entry(index)
        assert reader.index_of(entry(index)) == index


def test_a_proof_without_its_entry_says_nothing_until_the_entry_is_given() -> None:
    bare = bytes(READER.prove(123, carry_entry=False))
    assert verdict(None, bare) is Answer.UNKNOWN
    assert "no-entry" in codes(None, bare)
    assert verdict(None, bare, entry=entry(123)) is Answer.MET
    assert verdict(None, bare, entry=entry(124)) is Answer.NOT_MET
    only = bytes(Reader(published(1)).prove(0, carry_entry=False))
    assert only.startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\n")
    assert verdict(None, only, entry=entry(0)) is Answer.MET


def test_a_proof_shown_for_another_entry_is_refused() -> None:
    assert codes(None, PROOF, entry=entry(124))[-1] == "other-entry"


def test_a_proof_of_a_log_for_which_no_key_was_given_is_refused_at_once() -> None:
    other = Policy((replace(log_key().key, name="autre.example"),))
    assert codes(None, PROOF, other) == ["readable", "unknown-log"]


def mutated(content: bytes, draw: random.Random) -> bytes:
    """One byte changed, taken away or put in."""
    at, kind = draw.randrange(len(content)), draw.randrange(4)
    if kind == 0:
        return content[:at] + content[at + 1 :]
    if kind == 1:
        return content[:at] + bytes([draw.randrange(256)]) + content[at:]
    if kind == 2:
        return content[:at] + bytes([content[at] ^ (1 << draw.randrange(8))]) + content[at + 1 :]
    return content[:at] + draw.choice([b"\n", b" ", b"A", b"=", b"+", b"0", b"\xc2\xa0"]) + content[at + 1 :]


def test_a_proof_with_any_single_bit_changed_is_refused() -> None:
    for at in range(len(PROOF)):
        for bit in range(8):
            assert verdict(None, PROOF[:at] + bytes([PROOF[at] ^ (1 << bit)]) + PROOF[at + 1 :]) is Answer.NOT_MET, (at, bit)


@pytest.mark.parametrize("signers", [(log_key(),), (lasting_key(),)])
def test_a_proof_changed_anywhere_is_refused_whichever_key_has_signed(signers: tuple) -> None:  # type: ignore[type-arg]
    policy = Policy.trusting(str(signers[0].key))
    proof = bytes(Reader(published(20, None, *signers)).prove(7))
    assert verdict(None, proof, policy) is Answer.MET
    draw = random.Random(4)  # noqa: S311 - draws mutations
    for _ in range(1500):
        other = mutated(proof, draw)
        assert other == proof or verdict(None, other, policy) is Answer.NOT_MET, other


def test_a_witnessed_proof_changed_anywhere_is_refused_when_all_must_have_cosigned() -> None:
    policy = read_policy(policy_text(2, "all"))
    read = log_proof(PROOF)
    shown = read.signed.bearing([witness_key(n).signature(read.signed.checkpoint, NOW) for n in range(2)])
    proof = bytes(replace(read, signed=shown))
    assert verdict(None, proof, policy) is Answer.MET
    draw = random.Random(5)  # noqa: S311 - draws mutations
    for _ in range(1500):
        other = mutated(proof, draw)
        assert other == proof or verdict(None, other, policy) is Answer.NOT_MET, other


TEXT = PROOF.decode()


@pytest.mark.parametrize(("proof", "code"), [
    ("", "not-a-proof"),
    (TEXT.replace("@v1", "@v2"), "not-a-proof"),
    (" " + TEXT, "not-a-proof"),
    (TEXT.partition("\n\n")[0], "not-a-proof"),
    (TEXT.replace("index 123", "index 0123"), "leading-zero"),
    (TEXT.replace("index 123", "index -1"), "not-a-number"),
    (TEXT.replace("index 123", "index 9223372036854775808"), "number-too-large"),
    (TEXT.replace("index 123\n", ""), "no-index"),
    (TEXT.replace("index 123", "extra QQ==\nindex 123"), "no-index"),
    (TEXT.replace("index 123", "index 123\nAAAA"), "hash-length"),
    (TEXT.replace("index 123", "index 123" + ("\n" + "A" * 43 + "=") * MOST_HASHES), "too-many-hashes"),
    (TEXT + "\n", "note-cut"),
    (TEXT + "more", "note-cut"),
    (TEXT + "more\n", "not-a-signature"),
    (TEXT + TEXT.rpartition("\n\n")[2], "signature-twice"),
    (TEXT.replace(f"\n{SIZE}\n", "\n9223372036854775808\n"), "number-too-large"),
    (TEXT + " " * PROOF_BYTES, "proof-too-long"),
    (TEXT.replace("\n", "\r\n"), "not-a-proof"),
])  # fmt: skip
def test_a_proof_that_is_not_one_is_refused_with_what_is_wrong(proof: str, code: str) -> None:
    assert codes(None, proof.encode()) == [code]


def test_one_hash_more_than_any_tree_needs_is_counted() -> None:
    most = LogProof(0, (bytes(32),) * MOST_HASHES, signed_checkpoint(HEAD))
    assert log_proof(bytes(most)) == most
    assert continuation(bytes(Continuation(1, most.hashes, most.signed))).hashes == most.hashes
    proof = replace(most, hashes=(*most.hashes, bytes(32)))
    with pytest.raises(MalformedError) as refused:
        log_proof(bytes(proof))
    assert (refused.value.code, refused.value.values["n"]) == ("too-many-hashes", 64)
    with pytest.raises(MalformedError) as refused:
        continuation(bytes(Continuation(1, proof.hashes, proof.signed)))
    assert (refused.value.code, refused.value.values["n"]) == ("too-many-hashes", 64)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_and_never_break(content: bytes) -> None:
    assert verdict(content, content) is Answer.NOT_MET
    assert follow(None, content, trusting()).signed is None


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.none() | st.binary(max_size=200))
@settings(max_examples=50)
def test_a_proof_is_read_as_it_was_written(index: int, hashes: list[bytes], extra: bytes | None) -> None:
    proof = LogProof(index, tuple(hashes), signed_checkpoint(HEAD), extra)
    assert log_proof(bytes(proof)) == proof
    moved = Continuation(index, tuple(hashes), signed_checkpoint(HEAD))
    assert continuation(bytes(moved)) == moved


def grown() -> tuple[bytes, bytes, bytes, bytes]:
    """A log at 100 and at 300: both heads, the proof of entry 7 in the older, and the continuation."""
    storage = published(100)
    reader = Reader(storage)
    older, proof = bytes(reader.shown()), bytes(reader.prove(7))
    with Log(storage, log_key()) as log:
        log.add_all([entry(n) for n in range(100, 300)])
        newer = bytes(log.publish(NOW))
    return older, newer, proof, bytes(reader.continue_from(100))


def test_an_old_proof_holds_beside_a_newer_head_when_the_one_continues_the_other() -> None:
    older, newer, proof, moved = grown()
    assert verdict(older, proof) is Answer.MET
    assert verdict(newer, proof) is Answer.UNKNOWN
    assert codes(newer, proof)[-1] == "no-consistency-proof"
    assert verdict(newer, proof, consistency=moved) is Answer.MET
    assert verdict(older, bytes(Reader(published(300)).prove(7)), consistency=moved) is Answer.MET


def test_a_continuation_between_other_heads_says_nothing_of_these() -> None:
    older, newer, proof, _ = grown()
    other = bytes(Reader(published(300)).continue_from(50))
    assert codes(newer, proof, consistency=other)[-1] == "no-consistency-proof"
    assert codes(older, proof, consistency=other)[-1] == "continued"
    assert follow(signed_checkpoint(older).checkpoint, other, trusting()).examination.because[0].code == "no-consistency-proof"


def test_a_proof_of_a_forked_log_is_refused() -> None:
    _, newer, proof, moved = grown()
    forged = sign(Checkpoint(ORIGIN, 100, leaf_hash(b"another history")), [log_key()], NOW)
    held = bytes(forged)
    assert codes(held, proof)[-1] == "forked"
    assert codes(held, bytes(Reader(published(300)).prove(7)), consistency=moved)[-1] == "forked"
    assert codes(newer + b"x", proof) == ["note-cut"]


def test_a_head_follows_the_one_remembered_or_is_refused() -> None:
    older, newer, _, moved = grown()
    old, new = signed_checkpoint(older).checkpoint, signed_checkpoint(newer).checkpoint
    first = follow(None, older, trusting())
    assert first.signed is not None
    assert first.signed.checkpoint == old
    assert follow(old, older, trusting()).signed is not None
    assert follow(old, moved, trusting()).signed is not None
    assert follow(old, newer, trusting()).examination.answer is Answer.UNKNOWN
    back = follow(new, older, trusting())
    assert (back.signed, back.examination.because[0].code) == (None, "rolled-back")
    forged = bytes(sign(replace(new, root=leaf_hash(b"y")), [log_key()], NOW))
    assert follow(new, forged, trusting()).examination.because[0].code == "forked"
    assert follow(old, moved.replace(newer, forged), trusting()).examination.because[0].code == "forked"
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert follow(empty, newer, trusting()).signed is not None
    assert follow(Checkpoint(ORIGIN, 1, old.root), newer, trusting()).examination.answer is Answer.UNKNOWN
    other = replace(new, origin="autre.example")
    assert follow(other, newer, trusting()).examination.because[0].code == "another-log"


def test_a_head_that_its_log_did_not_sign_is_never_remembered() -> None:
    _, newer, _, _ = grown()
    assert follow(None, newer.replace(b"\n300\n", b"\n301\n"), trusting()).signed is None


@pytest.mark.parametrize(("text", "code"), [
    ("old 1\n", "not-a-continuation"),
    ("old 01\n\n", "leading-zero"),
    ("old x\n\n", "not-a-number"),
    ("old 1\nAA\n\n", "not-base64"),
    ("old 1\n" + ("A" * 43 + "=\n") * 64 + "\n", "too-many-hashes"),
    ("old 1\n\n", "no-signatures"),
    ("old 1\n" + "x" * 400_000, "proof-too-long"),
])  # fmt: skip
def test_a_continuation_that_is_not_one_is_refused_with_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(MalformedError) as refused:
        continuation(text.encode())
    assert refused.value.code == code


def test_a_witness_cosigns_what_continues_and_nothing_else() -> None:
    older, newer, _, moved = grown()
    old = signed_checkpoint(older).checkpoint
    followed, line = witness(old, moved, trusting(), witness_key(1), NOW)
    assert line is not None
    assert followed.signed is not None
    policy = read_policy(policy_text(2, "any"))
    shown, steps = cosigned(signed_checkpoint(newer), str(line).encode(), policy)
    assert [step.because.code for step in steps] == ["cosigned"]
    assert shown.by(witness_key(1).key) == line
    assert witness(followed.signed.checkpoint, older, trusting(), witness_key(1), NOW)[1] is None


def test_lines_of_strangers_are_left_out_and_wrong_ones_refused() -> None:
    shown, policy = signed_checkpoint(HEAD), read_policy(policy_text(2, "any"))
    stranger = witness_key(7).signature(shown.checkpoint, NOW)
    wrong = witness_key(1).signature(replace(shown.checkpoint, size=1), NOW)
    same, steps = cosigned(shown, f"{stranger}{wrong}".encode(), policy)
    assert same == shown
    assert [step.because.code for step in steps] == ["unknown-witness", "wrong-signature"]
    with pytest.raises(MalformedError):
        cosigned(shown, b"nothing", policy)
    with pytest.raises(MalformedError):
        cosigned(shown, b"\xff\n", policy)


def test_a_checkpoint_does_not_take_more_signatures_than_can_be_read() -> None:
    shown = signed_checkpoint(HEAD)
    full = shown.bearing([replace(shown.signatures[0], name=f"k{n}") for n in range(MOST_SIGNATURES - 1)])
    line = str(witness_key(1).signature(shown.checkpoint, NOW)).encode()
    with pytest.raises(MalformedError) as refused:
        cosigned(full, line, read_policy(policy_text(2, "any")))
    assert refused.value.code == "too-many-signatures"
    with pytest.raises(MalformedError) as refused:
        cosigned(full, line * 100_000, read_policy(policy_text(2, "any")))
    assert refused.value.code == "note-too-long"


def test_a_cosignature_made_again_takes_the_place_of_the_older() -> None:
    policy = read_policy(policy_text(2, "any"))
    shown = signed_checkpoint(HEAD)
    once, _ = cosigned(shown, str(witness_key(1).signature(shown.checkpoint, NOW)).encode(), policy)
    again, _ = cosigned(once, str(witness_key(1).signature(shown.checkpoint, NOW.replace(hour=13))).encode(), policy)
    assert len(again.signatures) == len(once.signatures) == 2
    assert signed_checkpoint(bytes(again)) == again

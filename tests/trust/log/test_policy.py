"""Who is trusted: policies as C2SP tlog-policy writes them, and what a checkpoint shows of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from egide.trust.log import Checkpoint, MalformedError, Policy, Signer, read_policy
from egide.trust.log.checkpoint import SignedCheckpoint, sign
from egide.trust.log.merkle import leaf_hash
from egide.trust.log.note import SignatureType, VerifierKey
from egide.trust.log.policy import judge_log, judge_witnesses
from egide.vocabulary.findings import Answer

from .world import NOW, ORIGIN, lasting_key, log_key, policy_text, trusting, witness_key

HEAD = Checkpoint(ORIGIN, 7, leaf_hash(b"x"))


def signed(*signers: Signer, head: Checkpoint = HEAD) -> SignedCheckpoint:
    return sign(head, signers, NOW)


def test_a_log_is_believed_by_any_of_its_keys() -> None:
    both = Policy.trusting(str(log_key().key), str(lasting_key().key))
    for signers in ((log_key(),), (lasting_key(),), (log_key(), lasting_key())):
        assert judge_log(both, signed(*signers)).answer is Answer.MET


def test_a_log_without_a_key_without_a_signature_or_with_a_wrong_one_is_refused() -> None:
    assert judge_log(Policy(()), signed(log_key())).because.code == "unknown-log"
    assert judge_log(trusting(), signed(lasting_key())).because.code == "not-signed-by-log"
    forged = replace(signed(log_key()), checkpoint=replace(HEAD, size=8))
    assert judge_log(trusting(), forged).because.code == "wrong-signature"


def test_a_wrong_signature_of_a_known_key_refuses_the_whole_though_another_is_right() -> None:
    both = Policy.trusting(str(log_key().key), str(lasting_key().key))
    right = signed(log_key(), lasting_key())
    wrong = replace(right.signatures[1], content=bytes(len(right.signatures[1].content)))
    assert judge_log(both, replace(right, signatures=(right.signatures[0], wrong))).because.code == "wrong-signature"


def test_the_key_of_another_log_does_not_sign_for_this_one() -> None:
    other = replace(log_key().key, name="autre.example")
    assert judge_log(Policy((other,)), signed(log_key())).because.code == "unknown-log"


def test_extension_lines_that_no_signature_covers_are_refused() -> None:
    extended = replace(HEAD, extensions=("more",))
    both = Policy.trusting(str(log_key().key), str(lasting_key().key))
    assert judge_log(both, signed(lasting_key(), head=extended)).because.code == "extension-not-signed"
    assert judge_log(both, signed(log_key(), lasting_key(), head=extended)).answer is Answer.MET


@pytest.mark.parametrize(("cosigning", "answer"), [
    ((), Answer.NOT_MET), ((0,), Answer.NOT_MET), ((3, 4), Answer.NOT_MET),
    ((0, 1), Answer.MET), ((1, 2), Answer.MET), ((0, 1, 2), Answer.MET),
])  # fmt: skip
def test_two_of_three_witnesses_are_enough(cosigning: tuple[int, ...], answer: Answer) -> None:
    policy = read_policy(policy_text())
    assert judge_witnesses(policy, signed(log_key(), *(witness_key(n) for n in cosigning))).answer is answer


def test_a_wrong_cosignature_of_a_known_witness_is_refused() -> None:
    policy = read_policy(policy_text())
    shown = signed(log_key(), witness_key(0), witness_key(1), witness_key(2))
    moved = replace(shown, checkpoint=replace(HEAD, size=8))
    assert judge_witnesses(policy, moved).because.code == "wrong-signature"


def test_a_cosignature_from_the_future_is_not_counted() -> None:
    policy = read_policy(policy_text())
    late = signed(log_key(), witness_key(0)).bearing([witness_key(1).signature(HEAD, NOW + timedelta(hours=1))])
    assert judge_witnesses(policy, late).answer is Answer.MET
    assert judge_witnesses(policy, late, NOW).because.code == "too-few-witnesses"
    assert judge_witnesses(policy, late, NOW + timedelta(minutes=58)).answer is Answer.MET


def test_the_example_of_the_specification_asks_for_two_of_three_and_one_of_three() -> None:
    """C2SP tlog-policy, «Example policy»."""
    names = [f"{letter}{n}" for letter in "XY" for n in (1, 2, 3)]
    text = "\n".join([
        "# the log", f"log {log_key().key} https://journal.example/", "",
        *(f"  witness\t{name} {witness_key(n).key}" for n, name in enumerate(names)),
        "group X-witnesses 2 X1 X2 X3", "group Y-witnesses any Y1 Y2 Y3", "group X-and-Y all X-witnesses Y-witnesses", "quorum X-and-Y",
    ])  # fmt: skip
    policy = read_policy(text.encode())
    for cosigned, enough in (("X1 X2 Y1", True), ("X1 Y1 Y2 Y3", False), ("X1 X2 X3", False), ("X1 X3 Y2", True)):
        assert policy.witnessed("X-and-Y", cosigned.split()) is enough


@pytest.mark.parametrize(("enough", "wanted"), [("any", 1), ("1", 1), ("2", 2), ("all", 3)])
def test_a_group_asks_for_as_many_as_it_says(enough: str, wanted: int) -> None:
    policy = read_policy(policy_text(3, enough))
    assert [policy.witnessed("all", ["w0", "w1", "w2"][:count]) for count in range(4)] == [count >= wanted for count in range(4)]


def test_the_line_that_is_wrong_is_named() -> None:
    with pytest.raises(MalformedError, match="line 3"):
        read_policy(b"# one\n\nnothing\nquorum none\n")


def test_no_witness_may_be_asked_for_and_says_so() -> None:
    policy = read_policy(f"log {log_key().key}\nquorum none\n".encode())
    assert judge_witnesses(policy, signed(log_key())).because.code == "no-witness-asked"


LOG, W1, W2 = str(log_key().key), str(witness_key(1).key), str(witness_key(2).key)


@pytest.mark.parametrize(("text", "code"), [
    ("", "no-quorum"),
    (f"log {LOG}\n", "no-quorum"),
    ("quorum w\n", "policy-line"),
    (f"quorum w\nwitness w {W1}\n", "policy-line"),
    ("quorum none\nquorum none\n", "policy-line"),
    ("log\nquorum none\n", "policy-line"),
    ("log a b c\nquorum none\n", "policy-line"),
    ("unheard-of\nquorum none\n", "policy-line"),
    (f"witness none {W1}\nquorum none\n", "policy-line"),
    (f"witness w {W1}\nwitness w {W2}\nquorum none\n", "policy-line"),
    (f"witness w {W1}\nwitness v {W1}\nquorum none\n", "key-twice"),
    (f"log {LOG}\nlog {LOG}\nquorum none\n", "key-twice"),
    (f"log {W1}\nquorum none\n", "key-role"),
    (f"witness w {LOG}\nquorum none\n", "key-role"),
    (f"witness w {W1}\ngroup g 2 w\nquorum g\n", "policy-line"),
    (f"witness w {W1}\ngroup g 0 w\nquorum g\n", "policy-line"),
    (f"witness w {W1}\ngroup g 01 w\nquorum g\n", "policy-line"),
    (f"witness w {W1}\ngroup g {'9' * 5000} w\nquorum g\n", "policy-line"),
    (f"witness w {W1}\ngroup g any w w\nquorum g\n", "policy-line"),
    (f"witness w {W1}\ngroup g any\nquorum g\n", "policy-line"),
    ("group g any g\nquorum g\n", "policy-line"),
    ("group g any none\nquorum g\n", "policy-line"),
    (f"witness w {W1}\ngroup g any w\ngroup h any w g\nquorum h\n", "policy-line"),
    ("log none\nquorum none\n", "not-a-verifier-key"),
    ("quorum none\r\n", "control-character"),
    ("#" * 1_048_577, "policy-too-long"),
])  # fmt: skip
def test_a_policy_that_is_not_one_is_refused(text: str, code: str) -> None:
    with pytest.raises(MalformedError) as refused:
        read_policy(text.encode())
    assert refused.value.code == code


def test_a_policy_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(MalformedError, match="UTF-8"):
        read_policy(b"quorum none # \xe9\n")


def test_a_log_is_not_its_own_witness() -> None:
    own = VerifierKey("temoin.example", SignatureType.COSIGNATURE, log_key().key.public)
    with pytest.raises(MalformedError, match="twice"):
        read_policy(f"log {LOG}\nwitness w {own}\nquorum w\n".encode())


def test_a_key_twice_or_of_a_witness_is_not_taken_for_a_log() -> None:
    with pytest.raises(MalformedError):
        Policy.trusting(LOG, LOG)
    with pytest.raises(MalformedError):
        Policy.trusting(W1)

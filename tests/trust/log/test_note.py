"""Signed notes, verifier keys and checkpoints: the vectors of others first, then everything that is refused and why."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.trust.log import Checkpoint, MalformedError, Policy, Signer, VerifierKey, signed_checkpoint, verifier_key
from egide.trust.log.checkpoint import checkpoint, message, sign, timestamp_of, verifies
from egide.trust.log.encoding import MOST, from_base64, from_decimal
from egide.trust.log.merkle import EMPTY_ROOT, leaf_hash
from egide.trust.log.note import MOST_BYTES, MOST_SIGNATURES, Note, Signature, SignatureType, note, signatures
from egide.trust.log.policy import judge_log
from egide.vocabulary.findings import Answer

from .world import NOW, ORIGIN, lasting_key, log_key, witness_key

SPECIFICATION_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPECIFICATION_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
"""C2SP signed-note, «Verifier keys», «Example»."""
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_CHECKPOINT = (
    "go.sum database tree\n63096908\n8lHrQPRYe4KT4WQ9/Qk8/taKnD6IRHbFgfN7vQE2Y54=\n\n"
    "— sum.golang.org Az3gri/oVBN1jAhNZ/iS+W31psFAWRT20/GyrhpU6taFwulQGetBkH5S7wpGXdS935jiIGiUUAXBVHzT/P6fYhqAmAk=\n"
)
"""The key that the Go command carries, and a head that the Go checksum database showed in 2026."""
WITNESSED = (
    "go.sum database tree\n15081221\nBoMMe1wd25Tco0mYGROkyqxHZWx+hcSCtMV315Lu6Lg=\n\n"
    "— sum.golang.org Az3grilD7vQqTrv66jRgKM84Y80KTprrSt4bKmiOPxgmS5ZVBTeCl6dUvjYnN13R+C8j0jGY1WnUADGMkok3U0m2Zgo=\n"
    "— test.example.com qTGhC3917mAr6hGh+T55tNjxaej/D/GQivJZRIj7XGdAcQOTqfMWIPgp/v/904LEduN/h2sSRtHUJXUL4b9Gm7Bz4Qc=\n"
    "— test.example.com /Pa7Y/dUvWMAAAAAQVwkQVi81ArPV7BIaQYrMIxyzY0m8a4BdeeBhSKd3PviPK4/3Sd+NKSc5N7PDTCfAkUSVniN+R2oKIggA4iiDQ==\n"
)
"""One of 2023 with the lines of a witness whose keys aren't known here, from the witness of FiloSottile/mostly-harmless."""


def test_the_note_of_the_specification_verifies_with_its_key() -> None:
    key, read = verifier_key(SPECIFICATION_KEY), note(SPECIFICATION_NOTE.encode())
    assert str(key) == SPECIFICATION_KEY
    assert (key.name, key.type, key.id.hex()) == ("example.com/foo", SignatureType.ED25519, "530d903a")
    assert read.signatures[0].is_by(key)
    assert key.verifies(read.text.encode(), read.signatures[0].content)
    assert bytes(read) == SPECIFICATION_NOTE.encode()


@pytest.mark.parametrize("text", [GO_CHECKPOINT, WITNESSED])
def test_heads_of_the_go_checksum_database_verify_with_its_key(text: str) -> None:
    key, read = verifier_key(GO_KEY), signed_checkpoint(text.encode())
    by = read.by(key)
    assert by is not None
    assert verifies(key, read.checkpoint, by)
    assert bytes(read) == text.encode()


def test_a_head_that_ml_dsa_44_has_signed_elsewhere_verifies() -> None:
    """Made with dilithium-py 1.5 over a message put together by hand, from seed 0, 1, 2 … 31."""
    text = (Path(__file__).parent / "ml_dsa_44.note").read_text("utf-8")
    key_text, _, head = text.partition("\n\n")
    key, read = verifier_key(key_text), signed_checkpoint(head.encode())
    assert judge_log(Policy.trusting(key_text), read).answer is Answer.MET
    assert timestamp_of(key, read.signatures[0]) == 1763942400
    other = replace(read, checkpoint=replace(read.checkpoint, size=2))
    assert judge_log(Policy.trusting(key_text), other).because.code == "wrong-signature"


def test_what_ml_dsa_44_signs_is_the_structure_of_the_specification() -> None:
    """C2SP tlog-cosignature, «ML-DSA-44 signed message», written out."""
    head = Checkpoint("a.example", 7, leaf_hash(b"x"))
    key = replace(lasting_key().key, name="w.example/1")
    names = b"\x0bw.example/1", b"\x09a.example"
    wanted = b"subtree/v1\n\x00" + names[0] + (5).to_bytes(8, "big") + names[1] + bytes(8) + (7).to_bytes(8, "big") + head.root
    assert message(key, head, 5) == wanted


def test_what_a_witness_signs_is_the_text_after_its_time() -> None:
    """The example of C2SP tlog-cosignature, «Ed25519 signed message»."""
    head = checkpoint("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")
    assert message(witness_key(1).key, head, 1679315147).decode() == (
        "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


@pytest.mark.parametrize("signer", [log_key(), lasting_key(), witness_key(0), witness_key(1)])
def test_each_type_of_key_verifies_what_it_signed_and_nothing_else(signer: Signer) -> None:
    head = Checkpoint(ORIGIN, 7, leaf_hash(b"x"))
    signed = sign(head, [signer], NOW)
    assert signed_checkpoint(bytes(signed)) == signed
    line = signed.signatures[0]
    assert verifies(signer.key, head, line)
    for other in (replace(head, size=8), replace(head, root=EMPTY_ROOT), replace(head, origin="other.example")):
        assert not verifies(signer.key, other, line)
    for at in (0, len(line.content) // 2, len(line.content) - 1):
        cut = line.content[:at] + bytes([line.content[at] ^ 1]) + line.content[at + 1 :]
        assert not verifies(signer.key, head, replace(line, content=cut))
    assert not verifies(signer.key, head, replace(line, content=line.content[:-1]))
    assert not verifies(signer.key, head, replace(line, content=line.content + b"\0"))


def test_a_key_of_one_type_does_not_verify_the_other_types_signature() -> None:
    head = Checkpoint(ORIGIN, 7, leaf_hash(b"x"))
    line = sign(head, [witness_key(1)], NOW).signatures[0]
    as_log = VerifierKey(line.name, SignatureType.ED25519, witness_key(1).key.public)
    assert not line.is_by(as_log)
    assert not verifies(as_log, head, line)


@pytest.mark.parametrize("origin", ["a" * 255, "a" * 256])
def test_an_origin_that_ml_dsa_44_cannot_sign_for_is_refused(origin: str) -> None:
    head, signer = Checkpoint(origin, 7, leaf_hash(b"x")), witness_key(0)
    if len(origin) == 255:
        assert verifies(signer.key, head, signer.signature(head, NOW))
        return
    with pytest.raises(MalformedError):
        signer.signature(head, NOW)
    assert not verifies(signer.key, head, signer.signature(replace(head, origin="a"), NOW))


def test_a_time_beyond_2_63_is_refused() -> None:
    head = Checkpoint(ORIGIN, 7, leaf_hash(b"x"))
    signer = witness_key(1)
    bare = signer.sign(message(signer.key, head, MOST + 1))
    assert not verifies(signer.key, head, Signature(signer.key.name, signer.key.id, (MOST + 1).to_bytes(8, "big") + bare))


LINE = SPECIFICATION_NOTE.partition("\n\n")[2]


def refusal(content: bytes) -> str:
    with pytest.raises(MalformedError) as refused:
        note(content)
    return refused.value.code


@pytest.mark.parametrize(("content", "code"), [
    (b"", "no-signatures"),
    (b"text\n", "no-signatures"),
    (b"\n\n" + LINE.encode(), "no-signatures"),
    (b"text\n\n", "note-cut"),
    (b"text\n\n" + LINE.encode()[:-1], "note-cut"),
    (b"text\n\n" + LINE.encode() + b"\n", "note-cut"),
    (b"text\n\n" + LINE.encode() + b"more\n", "not-a-signature"),
    (b"text\n\n" + LINE.encode() * 2, "signature-twice"),
    (b"text\n\n" + LINE.replace("— ", "- ").encode(), "not-a-signature"),
    (b"text\n\n" + LINE.replace("example.com/foo", "").encode(), "not-a-signature"),
    (b"text\n\n" + LINE.replace("example.com/foo", "example.com+foo").encode(), "not-a-signature"),
    (b"text\n\n" + LINE.replace("example.com/foo", "example.com\u00a0foo").encode(), "not-a-signature"),
    (b"text\n\n" + LINE.replace("aQM=", "aQN=").encode(), "base64-not-canonical"),
    (b"text\n\n" + LINE.replace("aQM=", "aQM").encode(), "not-base64"),
    (b"text\n\n" + LINE.replace("aQM=", "aQM= ").encode(), "not-base64"),
    (b"text\n\n" + LINE.replace("aQM=", "aQ-_").encode(), "not-base64"),
    ("text\n\n— a UwAA\n".encode(), "signature-cut"),
    ("text\n\n— a Uw2QOg==\n".encode(), "signature-cut"),
    (b"te\rxt\n\n" + LINE.encode(), "control-character"),
    (b"te\x00xt\n\n" + LINE.encode(), "control-character"),
    (b"te\xffxt\n\n" + LINE.encode(), "not-utf-8"),
    (b"x" * MOST_BYTES + b"\n\n" + LINE.encode(), "note-too-long"),
])  # fmt: skip
def test_a_note_that_is_not_one_is_refused_with_what_is_wrong(content: bytes, code: str) -> None:
    assert refusal(content) == code


def lines(count: int) -> str:
    return "".join(str(Signature(f"k{n}", bytes(4), bytes(64))) for n in range(count))


def test_sixty_four_signatures_are_read_and_no_more() -> None:
    assert len(signatures(lines(MOST_SIGNATURES))) == MOST_SIGNATURES
    assert refusal(b"text\n\n" + lines(MOST_SIGNATURES + 1).encode()) == "too-many-signatures"


def test_sixteen_signatures_of_ml_dsa_44_fit_as_the_specification_asks() -> None:
    many = "".join(str(Signature(f"temoin.example/{n}", bytes(4), bytes(8 + 2420))) for n in range(MOST_SIGNATURES))
    assert len(note(b"text\n\n" + many.encode()).signatures) == MOST_SIGNATURES


def test_the_text_ends_at_the_last_empty_line() -> None:
    read = note(b"one\n\ntwo\n\n" + LINE.encode())
    assert read.text == "one\n\ntwo\n"


@given(st.binary(max_size=400))
def test_any_bytes_are_a_note_or_are_refused(content: bytes) -> None:
    try:
        read = note(content)
    except MalformedError:
        return
    assert bytes(read) == content


@given(st.text(alphabet="a1+/=\n—- é", max_size=200))
def test_whatever_is_read_is_written_the_same(text: str) -> None:
    try:
        read = note(text.encode())
    except MalformedError:
        return
    assert bytes(Note(read.text, read.signatures)) == text.encode()


ROOT = base64.b64encode(EMPTY_ROOT).decode()


@pytest.mark.parametrize(("text", "code"), [
    ("a\n1\n", "not-a-checkpoint"),
    ("\n1\n" + ROOT + "\n", "not-a-checkpoint"),
    ("a\n1\n" + ROOT + "\n\nextension\n", "not-a-checkpoint"),
    ("a\n01\n" + ROOT + "\n", "leading-zero"),
    ("a\n-1\n" + ROOT + "\n", "not-a-number"),
    ("a\n+1\n" + ROOT + "\n", "not-a-number"),
    ("a\n1_0\n" + ROOT + "\n", "not-a-number"),
    ("a\n١\n" + ROOT + "\n", "not-a-number"),
    ("a\n 1\n" + ROOT + "\n", "not-a-number"),
    ("a\n9223372036854775808\n" + ROOT + "\n", "number-too-large"),
    ("a\n" + "9" * 5000 + "\n" + ROOT + "\n", "number-too-large"),
    ("a\n1\n" + ROOT[:-1] + "\n", "not-base64"),
    ("a\n1\n" + ROOT[:-2] + "V=\n", "base64-not-canonical"),
    ("a\n1\nAAAA\n", "hash-length"),
    ("a\n0\n" + base64.b64encode(bytes(32)).decode() + "\n", "empty-root"),
])  # fmt: skip
def test_a_checkpoint_that_is_not_one_is_refused_with_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(MalformedError) as refused:
        checkpoint(text)
    assert refused.value.code == code


def test_the_largest_size_and_extension_lines_are_read() -> None:
    read = checkpoint(f"a\n9223372036854775807\n{ROOT}\nextension\n")
    assert (read.size, read.extensions) == (MOST, ("extension",))
    assert read.text == f"a\n{MOST}\n{ROOT}\nextension\n"


@pytest.mark.parametrize(("text", "code"), [
    ("", "not-a-verifier-key"),
    ("name", "not-a-verifier-key"),
    ("name+530d903a", "not-a-verifier-key"),
    ("na me+530d903a+AQ==", "not-a-verifier-key"),
    ("name+530D903A+AQ==", "not-a-verifier-key"),
    ("+530d903a+AQ==", "not-a-verifier-key"),
    (SPECIFICATION_KEY.replace("530d", "530e"), "key-id"),
    (SPECIFICATION_KEY.replace("foo", "fou"), "key-id"),
    (SPECIFICATION_KEY.replace("AekyeRrm", "AukyeRrm"), "key-type"),
    (SPECIFICATION_KEY[:-4], "key-length"),
    (SPECIFICATION_KEY[:-1] + "l=", "base64-not-canonical"),
    (SPECIFICATION_KEY + "\n", "not-base64"),
])  # fmt: skip
def test_a_verifier_key_that_is_not_one_is_refused_with_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(MalformedError) as refused:
        verifier_key(text)
    assert refused.value.code == code


@given(st.binary(max_size=64))
def test_base_64_has_one_form(content: bytes) -> None:
    text = base64.b64encode(content).decode()
    assert from_base64(text, "it") == content
    if text.endswith("="):
        with pytest.raises(MalformedError):
            from_base64(text.rstrip("="), "it")


@given(st.integers(0, MOST))
def test_numbers_have_one_form(number: int) -> None:
    assert from_decimal(str(number), "it") == number
    with pytest.raises(MalformedError):
        from_decimal(f"0{number}", "it")

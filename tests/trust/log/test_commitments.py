"""What a body decided enters the log without a word of it."""

from __future__ import annotations

import base64
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.trust.log import Log, MalformedError, Objects, Reader, Reveal, commitment, reveal, verify_reveal
from egide.trust.log.commitments import MOST_BYTES
from egide.vocabulary.findings import Answer

from .world import NOW, log_key, published

SALT = bytes(range(32))
RECORD = "« Ministère fictif des Registres » : la paie n'est pas où la loi la permet".encode()


def test_nothing_of_the_record_enters_the_log() -> None:
    said = commitment(RECORD, SALT)
    assert said.decode().split("\n")[0] == "egide/commitment/v1"
    assert len(said) == len(commitment(b"", SALT)) == len(commitment(RECORD * 1000, SALT))
    assert not any(RECORD[at : at + 4] in said for at in range(len(RECORD) - 4))
    assert commitment(RECORD, SALT) != commitment(RECORD, bytes(32))


def test_the_hash_is_over_label_salt_and_record() -> None:
    wanted = sha256(b"egide/commitment/v1\n" + SALT + RECORD).digest()
    assert commitment(RECORD, SALT).decode().split("\n")[1] == base64.b64encode(wanted).decode()


@given(st.binary(max_size=100), st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.binary(min_size=32, max_size=32))
def test_only_the_record_and_its_salt_open_it(record: bytes, salt: bytes, other: bytes, other_salt: bytes) -> None:
    entry = commitment(record, salt)
    assert verify_reveal(entry, Reveal(record, salt)).answer is Answer.MET
    same = (record, salt) == (other, other_salt)
    assert (verify_reveal(entry, Reveal(other, other_salt)).answer is Answer.MET) is same
    assert reveal(bytes(Reveal(record, salt))) == Reveal(record, salt)


def test_a_bit_of_the_record_cannot_be_moved_into_the_salt() -> None:
    assert verify_reveal(commitment(b"record", SALT), Reveal(b"ecord", SALT + b"r")).because.code == "salt-length"


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
def test_a_salt_has_32_bytes(salt: bytes) -> None:
    with pytest.raises(MalformedError, match="32"):
        commitment(RECORD, salt)


SAID = json.loads(bytes(Reveal(RECORD, SALT)))


@pytest.mark.parametrize("content", [
    b"", b"[]", b"null", b"{}", b"\xff", b"[" * 100_000,
    json.dumps(SAID | {"more": 1}).encode(), json.dumps(SAID | {"type": "other"}).encode(),
    json.dumps(SAID | {"salt": 1}).encode(), json.dumps(SAID | {"salt": "AB=="}).encode(),
    json.dumps(SAID).encode().replace(b'{"type"', b'{"salt": "", "type"'), b" " * (MOST_BYTES + 1),
])  # fmt: skip
def test_a_reveal_that_is_not_one_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedError):
        reveal(content)


def test_a_decision_is_shown_to_have_been_in_the_log_all_along() -> None:
    storage: Objects = published(3)
    with Log(storage, log_key()) as log:
        index = log.add(commitment(RECORD, SALT))
        log.publish(NOW)
    assert verify_reveal(Reader(storage).entry(index), Reveal(RECORD, SALT)).answer is Answer.MET
    assert verify_reveal(Reader(storage).entry(0), Reveal(RECORD, SALT)).answer is Answer.NOT_MET

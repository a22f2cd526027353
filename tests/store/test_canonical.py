"""One form of bytes for each JSON value, whichever encoder wrote it."""

from __future__ import annotations

import math

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from egide.store.canonical import LARGEST_WHOLE, canonical, digest
from egide.vocabulary.errors import InputError

WORDS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_WHOLE, LARGEST_WHOLE) | st.floats(-LARGEST_WHOLE, LARGEST_WHOLE) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text("abc", max_size=3), inner, max_size=4),
)


@given(JSON)
def test_the_fast_road_and_the_slow_one_lead_to_the_same_bytes(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(JSON)
def test_reading_and_writing_again_gives_the_same_bytes(value: object) -> None:
    written = canonical(value)
    assert canonical(msgspec.json.decode(written)) == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_fraction_is_written_as_the_standard_says(value: float) -> None:
    assert canonical([value]) == rfc8785.dumps([value])


def test_every_character_is_written_as_the_standard_says() -> None:
    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)
    assert canonical(everything) == rfc8785.dumps(everything)


def test_keys_sort_by_utf_16_units() -> None:
    """RFC 8785, 3.2.3: U+1F600 is written with surrogates, which come before U+FB33."""
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "a": 3}) == '{"a":3,"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [
    math.nan, math.inf, 2**53, -(2**53), {1: 2}, {"a": b"x"}, object(), "\ud800", {"\udfff": 1}, {1, 2}, [[2**60]],
])  # fmt: skip
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="not a JSON value"):
        canonical(value)


def test_what_is_too_deep_is_refused() -> None:
    deep: object = 0
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(InputError, match="levels"):
        canonical(deep)


def test_a_digest_is_sha_256_in_hexadecimal() -> None:
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1

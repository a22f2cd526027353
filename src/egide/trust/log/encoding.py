"""The two encodings of these texts, each in its one canonical form: a second way to write the same value is refused.

Base 64 is RFC 4648 section 4, with padding and with unused bits at zero (section 3.5). Numbers are ASCII decimals without
leading zeroes, below 2^63 as implementations in the field hold sizes, indices and timestamps in signed 64 bits.
"""

from __future__ import annotations

import base64
import binascii
import re

from egide.trust.log.steps import MalformedError
from egide.vocabulary.language import N_

MOST = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
HASH_BYTES = 32


def to_base64(content: bytes) -> str:
    """The one canonical form."""
    return base64.b64encode(content).decode("ascii")


def from_base64(text: str, what: str) -> bytes:
    """The bytes; raises `MalformedError` on anything but the canonical form."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("not-base64", N_("{what}: not base 64"), what=what) from error
    if to_base64(content) != text:
        raise MalformedError("base64-not-canonical", N_("{what}: base 64, but not in its canonical form"), what=what)
    return content


def hash_from_base64(text: str, what: str) -> bytes:
    """A SHA-256 hash in base 64; raises `MalformedError`."""
    content = from_base64(text, what)
    if len(content) != HASH_BYTES:
        raise MalformedError("hash-length", N_("{what}: a hash has 32 bytes, not {n}"), what=what, n=len(content))
    return content


def from_decimal(text: str, what: str) -> int:
    """A number below 2^63 in its shortest form; raises `MalformedError`."""
    if _DECIMAL.fullmatch(text):
        number = int(text)
        if number <= MOST:
            return number
    elif not _DIGITS.fullmatch(text):
        raise MalformedError("not-a-number", N_("{what}: not a number"), what=what)
    elif text.startswith("0"):
        raise MalformedError("leading-zero", N_("{what}: a number with leading zeroes"), what=what)
    raise MalformedError("number-too-large", N_("{what}: a number beyond 2^63"), what=what)

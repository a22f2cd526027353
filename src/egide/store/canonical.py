"""One form of bytes for each JSON value (RFC 8785), so that equal contents have equal digests.

Values of texts, whole numbers, booleans, lists and objects take a fast road through `msgspec`; fractions and keys beyond ASCII,
which it writes or sorts in another way, take that of `rfc8785`. A property test holds the two together.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import rfc8785

from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

LARGEST_WHOLE = 2**53 - 1
"""Beyond it, a reader that holds numbers as IEEE doubles would read another one (RFC 8785, 3.2.2.3; RFC 7493, 2.2)."""
DEEPEST = 100
_ENCODER = msgspec.json.Encoder(order="deterministic")


def canonical(value: Any) -> bytes:
    """The canonical bytes of a JSON value.

    Raises `InputError` for what JSON cannot hold: other types, keys that are not texts, infinities, whole numbers beyond 2^53,
    lone surrogates, more than a hundred levels.
    """
    try:
        if _is_simple(value, DEEPEST):
            return _ENCODER.encode(value)
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise InputError(N_("not a JSON value: {problem}"), values={"problem": str(error)}) from error


def digest(content: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _is_simple(value: Any, levels: int) -> bool:
    """Whether the fast encoder gives the canonical form; raises when no encoder can."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        if not -LARGEST_WHOLE <= value <= LARGEST_WHOLE:
            raise InputError(N_("not a JSON value: {problem}"), values={"problem": f"{value} > 2^53"})
        return True
    if not levels:
        raise InputError(N_("not a JSON value: {problem}"), values={"problem": f"> {DEEPEST} levels"})
    simple = kind is dict or kind is list or kind is tuple
    if isinstance(value, dict):
        for key, item in value.items():
            simple &= type(key) is str and key.isascii()
            simple &= _is_simple(item, levels - 1)
    elif isinstance(value, (list, tuple)):
        for item in value:
            simple &= _is_simple(item, levels - 1)
    return simple

"""JSON as a signature needs it: one reading for everybody.

Two readers that understand the same bytes differently are how a signature comes to cover something else, so what
RFC 7493 (I-JSON) forbids is refused here: duplicate members, numbers that a double cannot hold exactly, lone surrogates, and bytes
that are not UTF-8. What is left has one canonical form (RFC 8785).
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
import rfc8785

from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

MAX_DEPTH = 64
MAX_WHOLE = 2**53 - 1
"""The largest whole number that every reader of I-JSON holds exactly (RFC 7493, 2.2)."""
MAX_NUMBER_CHARACTERS = 400
_DIGITS = bytes(ord("0") if chr(byte) in "0123456789" else ord(" ") for byte in range(256))
_MANY_DIGITS = b"0" * 16
_FAR = bytes(range(0xF0, 0x100))
"""First bytes of letters beyond U+FFFF, which UTF-16 sorts otherwise than Unicode does."""


class _UnfitError(ValueError):
    """Raised inside the parser, to leave it with the reason in hand."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _UnfitError(Reason("duplicate-member", {"name": twice[:80]}, N_("`{name}` stands twice")))
    return members


def _whole(text: str) -> int:
    value = int(text) if len(text) <= len(str(MAX_WHOLE)) + 1 else MAX_WHOLE + 1
    if abs(value) > MAX_WHOLE:
        raise _UnfitError(_beyond(text))
    return value


def _real(text: str) -> float:
    value = float(text) if len(text) <= MAX_NUMBER_CHARACTERS else float("inf")
    if value in (float("inf"), float("-inf")):
        raise _UnfitError(_beyond(text))
    return value


def _beyond(text: str) -> Reason:
    return Reason("number-too-large", {"number": text[:40]}, N_("the number {number} is beyond what JSON carries safely (RFC 7493, 2.2)"))


def _not_a_number(text: str) -> Any:
    raise _UnfitError(Reason("not-a-number", {"number": text}, N_("{number} is not a number of JSON")))


def _careful(text: str) -> Any:
    raise _UnfitError(_beyond(text))


_QUICK = msgspec.json.Decoder(float_hook=_careful)
_IN_ORDER = msgspec.json.Encoder(order="sorted")
_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=_whole, parse_float=_real, parse_constant=_not_a_number)


def read_json(content: bytes) -> tuple[Any, None] | tuple[None, Reason]:
    """The value, or why these bytes are not JSON that two readers would read alike."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return None, Reason("not-utf-8", {"byte": error.start}, N_("not UTF-8 (byte {byte})"))
    try:
        value = _DECODER.decode(text)
        if content.count(b"{") + content.count(b"[") > MAX_DEPTH and _deeper_than(value, MAX_DEPTH):
            return None, _too_deep()
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except _UnfitError as unfit:
        return None, unfit.reason
    except json.JSONDecodeError as error:
        return None, Reason("not-json", {"line": error.lineno, "column": error.colno}, N_("not JSON (line {line}, column {column})"))
    except UnicodeEncodeError:
        return None, Reason("lone-surrogate", {}, N_("a character is only half written (a lone surrogate)"))
    except RecursionError:
        return None, _too_deep()
    return value, None


def read_object(content: bytes) -> dict[str, Any] | Reason:
    """The JSON object, or why there is none."""
    if (quick := _read_quickly(content)) is not None:
        return quick
    value, reason = read_json(content)
    if reason is not None:
        return reason
    if not isinstance(value, dict):
        return Reason("not-an-object", {}, N_("a JSON object was expected"))
    return value


def read_with_form(content: bytes) -> tuple[dict[str, Any], bytes | Reason] | Reason:
    """The JSON object and its canonical form, or why there is no object."""
    value = _decoded(content)
    if value is not None and not _has_far_letters(content):
        form = _IN_ORDER.encode(value)
        if form == content or msgspec.json.encode(value) == content:
            return value, form
    found = read_object(content)
    return found if isinstance(found, Reason) else (found, canonical(found))


def canonical(value: Any) -> bytes | Reason:
    """The value in the canonical form of RFC 8785, which only I-JSON has."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, RecursionError):
        return Reason("no-canonical-form", {}, N_("it has no canonical form (RFC 8785)"))


def _read_quickly(content: bytes) -> dict[str, Any] | None:
    """An object whose bytes are its one compact spelling, without fractions or many digits: then nothing stood twice, nothing is odd.

    Whatever else goes through the careful reading, which says what is wrong, or that nothing is. Brackets and digits are counted
    outside of texts, which is quick when none of them holds an escape.
    """
    value = _decoded(content)
    return value if value is not None and msgspec.json.encode(value) == content else None


def _decoded(content: bytes) -> dict[str, Any] | None:
    """An object without fractions, many digits or many brackets, if it is one; whether it is read alike by all is not known yet."""
    try:
        value = _QUICK.decode(content)
    except (ValueError, RecursionError):
        return None
    if value.__class__ is not dict:
        return None
    bare = content if b"\\" in content else b"".join(content.split(b'"')[::2])
    if bare.count(b"{") + bare.count(b"[") > MAX_DEPTH or _MANY_DIGITS in bare.translate(_DIGITS):
        return None
    return value


def _has_far_letters(content: bytes) -> bool:
    return not content.isascii() and len(content.translate(None, _FAR)) != len(content)


def _too_deep() -> Reason:
    return Reason("too-deep", {"limit": MAX_DEPTH}, N_("more than {limit} levels"))


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            inner for outer in level if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]  # fmt: skip
        if not level:
            return False
    return any(isinstance(one, (dict, list)) for one in level)

"""The functions of Terraform whose outcome depends on nothing but their arguments; of any other the outcome isn't known.

None of them may make much out of little: a text or a list that grows beyond bounds is not known either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from egide.infrastructure.resources import UNKNOWN

MOST_ITEMS = 20_000
MOST_TEXT = 200_000
Function = Callable[..., Any]


def _list(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value)]
    if not isinstance(value, (list, tuple)):
        raise TypeError
    return list(value)


def _distinct(values: Any) -> list[Any]:
    found: list[Any] = []
    for value in _list(values):
        if value not in found:
            found.append(value)
    return found


def _flatten(values: Any) -> list[Any]:
    return [each for value in _list(values) for each in (_flatten(value) if isinstance(value, list) else [value])]


def _merge(*maps: Any) -> dict[str, Any]:
    return {key: value for one in maps if one is not None for key, value in dict(one).items()}


def _lookup(values: Any, key: Any, *otherwise: Any) -> Any:
    return values[key] if key in values else otherwise[0]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise TypeError


def _format(form: str, *values: Any) -> str:
    if "%" not in form:
        return form
    filled = re.sub(r"%[svq]", "%s", form)
    if re.search(r"%(?![sd%]|0?\d{1,2}d)", filled):
        raise ValueError
    return filled % tuple(values)


def _coalesce(*values: Any) -> Any:
    return next(value for value in values if value not in (None, ""))


def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        raise ValueError
    return text.replace(old, new)


def _element(values: Any, index: int) -> Any:
    listed = _list(values)
    return listed[index % len(listed)]


def _split(by: str, text: str) -> list[str]:
    return text.split(by) if by else list(text)


FUNCTIONS: Mapping[str, Function] = {
    "abs": abs,
    "chomp": lambda text: text.rstrip("\r\n"),
    "coalesce": _coalesce,
    "coalescelist": lambda *lists: next(one for one in lists if one),
    "compact": lambda values: [value for value in _list(values) if value not in (None, "")],
    "concat": lambda *lists: [value for one in lists for value in _list(one)],
    "contains": lambda values, value: value in _list(values),
    "distinct": _distinct,
    "element": _element,
    "endswith": lambda text, end: text.endswith(end),
    "flatten": _flatten,
    "format": _format,
    "join": lambda by, values: by.join(_text(value) for value in _list(values)),
    "keys": sorted,
    "length": len,
    "lookup": _lookup,
    "lower": lambda text: text.lower(),
    "max": max,
    "merge": _merge,
    "min": min,
    "nonsensitive": lambda value: value,
    "one": lambda values: _list(values)[0] if values else None,
    "replace": _replace,
    "reverse": lambda values: _list(values)[::-1],
    "slice": lambda values, start, end: _list(values)[start:end],
    "sort": lambda values: sorted(_list(values)),
    "split": _split,
    "startswith": lambda text, start: text.startswith(start),
    "strrev": lambda text: text[::-1],
    "substr": lambda text, start, length: text[start:] if length < 0 else text[start : start + length],
    "title": lambda text: re.sub(r"\b\w", lambda found: found[0].upper(), text),
    "tobool": lambda value: {"true": True, "false": False}[value] if isinstance(value, str) else bool(value),
    "tolist": _list,
    "tomap": dict,
    "tonumber": lambda value: float(value) if "." in str(value) else int(value),
    "toset": _distinct,
    "tostring": _text,
    "trim": lambda text, signs: text.strip(signs),
    "trimprefix": lambda text, start: text.removeprefix(start),
    "trimspace": lambda text: text.strip(),
    "trimsuffix": lambda text, end: text.removesuffix(end),
    "upper": lambda text: text.upper(),
    "values": _list,
    "zipmap": lambda keys, values: dict(zip(_list(keys), _list(values), strict=True)),
}


def called(name: str, arguments: Sequence[object]) -> object:
    """What the function makes of its arguments; `UNKNOWN` when that can't be told."""
    function = FUNCTIONS.get(name.rsplit("::", 1)[-1])
    if function is None:
        return UNKNOWN
    try:
        made: object = function(*arguments)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, StopIteration, ZeroDivisionError, OverflowError, RecursionError):
        return UNKNOWN
    return UNKNOWN if too_large(made) else made


def too_large(value: object) -> bool:
    """Whether a value has grown beyond what is followed."""
    return (isinstance(value, str) and len(value) > MOST_TEXT) or (isinstance(value, (list, dict)) and len(value) > MOST_ITEMS)

"""Carries a value of the dossier in OSCAL properties and builds it back, so that nothing is lost on the way.

What OSCAL has a place for stands in that place (a title, a hash, a status); only the rest is carried, in our own namespace. Each
property is named by its path in the value (``covers.1``, ``accepted-on``). A line that OSCAL cannot hold exactly (empty, of several
lines) is shortened in ``value`` and stands exactly in ``remarks``. Types come from the nouns themselves, so a new field is carried too.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from egide.label import dossier, results
from egide.label.oscal.shapes import Prop
from egide.ownership.answers import Ownership
from egide.ownership.holdings import Register
from egide.vocabulary import errors, facts, findings
from egide.vocabulary.language import N_, Text
from egide.vocabulary.offers import Period

NS = "urn:x-egide:oscal"
"""The namespace of our own properties."""
MAX_PATH = 12
T = TypeVar("T")
_NAMES = {
    "Mapping": Mapping, "Register": Register, "Ownership": Ownership, "Period": Period, "Text": Text, "Location": errors.Location,
    **vars(facts), **vars(findings), **vars(dossier), **vars(results), "StrEnum": StrEnum,
}
_NOTHING = "nothing"
_EMPTY = "empty"
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


class BadValueError(Exception):
    """A carried property does not hold what its place takes."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


NOT_THAT = N_("the property «{name}» does not hold what is carried there")
MISSING_ONE = N_("the property «{name}» is missing")
STRANGE_ONE = N_("the property «{name}» is not one that is written here")


def line(text: str) -> str:
    """The text as OSCAL takes it on one line: itself when it fits."""
    if text and text == text.strip() and not _UNFIT.search(text):
        return text
    return " ".join(_UNFIT.sub(" ", text).split()) or "—"


_HINTS: dict[Any, dict[str, Any]] = {}


def hints(cls: Any) -> dict[str, Any]:
    """The types of the fields of one of our nouns."""
    if cls not in _HINTS:
        _HINTS[cls] = get_type_hints(cls, vars(sys.modules[cls.__module__]), _NAMES)
    return _HINTS[cls]


def baseline(one: Field[Any], homes: Mapping[str, object]) -> object:
    """What a field holds when nothing is carried for it: what its own place in OSCAL says, else its default, else nothing."""
    if one.name in homes:
        return homes[one.name]
    if one.default is not MISSING:
        return one.default
    return one.default_factory() if one.default_factory is not MISSING else None


def carry(record: Any, homes: Mapping[str, object] | None = None, leave: frozenset[str] = frozenset()) -> list[Prop]:
    """The properties of what the places of OSCAL (``homes``) do not say already."""
    said: list[Prop] = []
    for one in fields(record):
        value = getattr(record, one.name)
        if one.name not in leave and value != baseline(one, homes or {}):
            said += _props(one.name.replace("_", "-"), value, hints(type(record))[one.name])
    return said


def mark(name: str, value: str) -> Prop:
    """A property of ours that no noun holds."""
    return Prop(name, line(value), NS)


def marked(props: Iterable[Prop], name: str) -> str | None:
    """The value of such a property; None when it is not there."""
    return next((prop.value for prop in props if prop.ns == NS and prop.name == name), None)


def _prop(name: str, value: str, class_: str | None = None) -> Prop:
    first, _, at = name.partition(".")
    entry = at.partition(".")[0]
    group = f"{first}-{entry}" if entry.isdigit() else None
    shown = line(value)
    return Prop(name, shown, NS, class_, group, remarks=None if shown == value else value)


def _props(name: str, value: Any, of: Any) -> list[Prop]:
    if value is None:
        return [_prop(name, "—", _NOTHING)]
    kind, inner = shape_of(of)
    if kind is object:
        return _loose(name, value)
    if is_dataclass(kind):
        carried = carry(value)
        return [_prop(f"{name}.{one.name}", _exact(one), one.class_) for one in carried] or [_prop(name, "—", _EMPTY)]
    if kind in {tuple, frozenset, Mapping}:
        items = _items(value, inner)
        found = [prop for at, (key, item, type_) in enumerate(items, 1) for prop in _entry(f"{name}.{at}", key, item, type_)]
        return found or [_prop(name, "—", _EMPTY)]
    return [_prop(name, _word(value))]


def _entry(name: str, key: object, item: object, of: Any) -> list[Prop]:
    if key is None:
        return _props(name, item, of)
    return [_prop(f"{name}.key", str(key)), *_props(f"{name}.is", item, of)]


def _items(value: Any, inner: tuple[Any, ...]) -> list[tuple[object, object, Any]]:
    if isinstance(value, Mapping):
        return [(key, item, inner[1]) for key, item in value.items()]
    ordered = sorted(value) if isinstance(value, frozenset) else list(value)
    types_ = inner[:1] * len(ordered) if isinstance(value, frozenset) or inner[-1:] == (...,) else inner
    return [(None, item, type_) for item, type_ in zip(ordered, types_, strict=True)]


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _loose(name: str, value: Any) -> list[Prop]:
    """A value whose type only the value knows: said in the class of the property."""
    if isinstance(value, Text):
        return [_prop(name, value.fr, "text-fr"), _prop(f"{name}.en", value.en)]
    if isinstance(value, Mapping):
        entries = [prop for at, (key, item) in enumerate(value.items(), 1)
                   for prop in (_prop(f"{name}.{at}.key", str(key)), *_loose(f"{name}.{at}.is", item))]
        return [_prop(name, str(len(value)), "map"), *entries]
    if isinstance(value, (list, tuple, set, frozenset)):
        ordered = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        entries = [prop for at, item in enumerate(ordered, 1) for prop in _loose(f"{name}.{at}", item)]
        return [_prop(name, str(len(value)), "list" if isinstance(value, (list, tuple)) else "set"), *entries]
    for type_, class_ in _LOOSE:
        if isinstance(value, type_):
            return [_prop(name, _word(value), class_)]
    return [_prop(name, "—", _NOTHING) if value is None else _prop(name, str(value), "text")]


_LOOSE = ((bool, "yes-no"), (int, "integer"), (date, "day"), (Fraction, "fraction"), (float, "decimal"), (str, "text"))


def shape_of(of: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type without its «or None», and its inner types; `object` where several types are possible."""
    origin = get_origin(of)
    if origin in {Union, types.UnionType}:
        real = [one for one in get_args(of) if one is not type(None)]
        return shape_of(real[0]) if len(real) == 1 else (object, ())
    return (origin or of), get_args(of)


@dataclass(slots=True)
class _Node:
    """A property and those below it."""

    prop: Prop | None = None
    below: dict[str, _Node] = field(default_factory=dict)


def _exact(prop: Prop) -> str:
    return prop.value if prop.remarks is None else prop.remarks


def _tree(props: Iterable[Prop]) -> _Node:
    root = _Node()
    for prop in props:
        if prop.ns != NS:
            continue
        path = prop.name.split(".")
        if len(path) > MAX_PATH:
            raise BadValueError(prop.name, STRANGE_ONE)
        node = root
        for segment in path:
            node = node.below.setdefault(segment, _Node())
        if node.prop is not None:
            raise BadValueError(prop.name, N_("the property «{name}» stands twice"))
        node.prop = prop
    return root


def built(cls: type[T], props: Iterable[Prop], homes: Mapping[str, object] | None = None, leave: frozenset[str] = frozenset(),
          marks: frozenset[str] = frozenset()) -> T:
    """The value that `carry` wrote. Raises `BadValueError` on anything that it would not have written.

    ``leave`` are the fields that are never carried; ``marks`` are properties beside the value, that are not its own.
    """
    tree = _tree(props)
    for name in marks:
        tree.below.pop(name, None)
    for name in leave:
        if name.replace("_", "-") in tree.below:
            raise BadValueError(name, STRANGE_ONE)
    return _record(cls, tree, homes or {}, "")


def _record(cls: type[T], node: _Node, homes: Mapping[str, object], at: str) -> T:
    known = {one.name.replace("_", "-"): one for one in fields(cls)}  # type: ignore[arg-type]
    for name in node.below:
        if name not in known:
            raise BadValueError(at + name, STRANGE_ONE)
    given: dict[str, object] = {}
    for name, one in known.items():
        if name in node.below:
            given[one.name] = _value(hints(cls)[one.name], node.below[name], at + name)
        elif one.name in homes or (one.default is MISSING and one.default_factory is MISSING):
            value = baseline(one, homes)
            if value is None and not _optional(hints(cls)[one.name]):
                raise BadValueError(at + name, MISSING_ONE)
            given[one.name] = value
    return cls(**given)


def _optional(of: Any) -> bool:
    return of is object or type(None) in get_args(of)


def _value(of: Any, node: _Node, name: str) -> Any:
    kind, inner = shape_of(of)
    class_ = node.prop.class_ if node.prop else None
    if class_ == _NOTHING:
        if not _optional(of):
            raise BadValueError(name, NOT_THAT)
        return None
    if kind is object:
        return _loose_value(node, name)
    if is_dataclass(kind):
        return _record(kind, node, {}, name + ".")  # type: ignore[arg-type]
    if kind in {tuple, frozenset, Mapping}:
        return _many(kind, inner, node, name)
    if node.prop is None or node.below:
        raise BadValueError(name, NOT_THAT)
    return _plain(kind, _exact(node.prop), name)


def _many(kind: Any, inner: tuple[Any, ...], node: _Node, name: str) -> Any:
    if node.prop is not None and (node.prop.class_ != _EMPTY or node.below):
        raise BadValueError(name, NOT_THAT)
    entries = _numbered(node, name)
    if kind is Mapping:
        return {_key(entry, f"{name}.{at}"): _value(inner[1], _is(entry, f"{name}.{at}"), f"{name}.{at}.is")
                for at, entry in enumerate(entries, 1)}
    fixed = kind is tuple and inner[-1:] != (...,)
    if fixed and len(entries) != len(inner):
        raise BadValueError(name, NOT_THAT)
    return kind(_value(inner[at - 1] if fixed else inner[0], entry, f"{name}.{at}") for at, entry in enumerate(entries, 1))


def _numbered(node: _Node, name: str) -> list[_Node]:
    """The entries 1, 2, 3 … with none left out, in their order whatever that of the properties."""
    found = [node.below.get(str(at)) for at in range(1, len(node.below) + 1)]
    entries = [one for one in found if one is not None]
    if len(entries) != len(found):
        raise BadValueError(name, NOT_THAT)
    return entries


def _key(node: _Node, name: str) -> str:
    key = node.below.get("key")
    if key is None or key.prop is None:
        raise BadValueError(f"{name}.key", MISSING_ONE)
    return _exact(key.prop)


def _is(node: _Node, name: str) -> _Node:
    if "is" not in node.below:
        raise BadValueError(f"{name}.is", MISSING_ONE)
    return node.below["is"]


def _plain(kind: Any, text: str, name: str) -> Any:
    try:
        if kind is bool:
            return {"yes": True, "no": False}[text]
        if kind is date:
            return date.fromisoformat(text)
        if kind is int and len(text) > 20:
            raise ValueError
        if kind in {str, int, Fraction, float} or issubclass(kind, StrEnum):
            return kind(text)
    except (ValueError, KeyError, ZeroDivisionError, TypeError) as error:
        raise BadValueError(name, NOT_THAT) from error
    raise BadValueError(name, NOT_THAT)


_LOOSE_KINDS: dict[str | None, type] = {class_: type_ for type_, class_ in _LOOSE}


def _loose_value(node: _Node, name: str) -> Any:
    if node.prop is None:
        raise BadValueError(name, MISSING_ONE)
    class_ = node.prop.class_
    if class_ == _NOTHING:
        return None
    if class_ == "text-fr":
        if "en" not in node.below:
            raise BadValueError(f"{name}.en", MISSING_ONE)
        return Text(_exact(node.prop), _plain(str, _exact(node.below["en"].prop or Prop("", "")), name))
    if class_ == "map":
        return {_key(entry, f"{name}.{at}"): _loose_value(_is(entry, f"{name}.{at}"), f"{name}.{at}.is")
                for at, entry in enumerate(_numbered(node, name), 1)}
    if class_ in {"list", "set"}:
        items = [_loose_value(entry, f"{name}.{at}") for at, entry in enumerate(_numbered(node, name), 1)]
        return tuple(items) if class_ == "list" else frozenset(items)
    if class_ not in _LOOSE_KINDS:
        raise BadValueError(name, NOT_THAT)
    return _plain(_LOOSE_KINDS[class_], _exact(node.prop), name)

"""YAML from strangers: no tags, no aliases, no duplicate keys, bounded in bytes and depth.

Raises `InputError` with the line. Dates stay dates, everything else is a plain JSON-like value.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 40
UNREADABLE = N_("not readable as YAML: {problem}")

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """The safe loader, less what makes a bomb or hides a mistake."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key_node.tag == "tag:yaml.org,2002:merge":
            raise yaml.constructor.ConstructorError(None, None, "merge keys are not accepted", key_node.start_mark)
        if not isinstance(key, (str, int, float, bool)) and key is not None:
            raise yaml.constructor.ConstructorError(None, None, "a key must be a plain word", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key `{key}` stands twice", key_node.start_mark)
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO)$"), list("tTfFyYnN")
)
"""`on` is the day of an evaluation here, not a yes."""


def read_yaml(content: bytes, file: str) -> Any:
    """The document as plain values.

    Raises `InputError` on more than 16 MiB, more than 40 levels, an alias or anchor, a duplicate key, a tag
    or bad syntax.
    """
    if len(content) > MAX_BYTES:
        raise InputError(N_("the file is larger than {limit} MiB, the most that is read"), Location(file),
                         values={"limit": MAX_BYTES // 2**20})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(N_("not UTF-8 (byte {byte})"), Location(file), values={"byte": error.start}) from error
    try:
        _refuse_bombs(text, file)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a restriction of the safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(UNREADABLE, Location(file, row=line), values={"problem": error.problem or ""}) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(UNREADABLE, Location(file), values={"problem": error}) from error


class _Dumper(yaml.SafeDumper):
    """Writes what `read_yaml` reads back, with no more quotation marks than that needs."""

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers

    def ignore_aliases(self, data: Any) -> bool:
        """A day or a list that stands twice is written twice: the reader refuses anchors."""
        return True


def write_yaml(document: Any) -> bytes:
    """The document in UTF-8, in the order given; the same document gives the same bytes."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120).encode()


def _refuse_bombs(text: str, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError(N_("anchors and aliases are not accepted"), Location(file, row=line))
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > MAX_DEPTH:
                raise InputError(N_("more than {limit} levels"), Location(file, row=line), values={"limit": MAX_DEPTH})
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1

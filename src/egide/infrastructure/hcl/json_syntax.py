"""Code written as JSON (`.tf.json`; Terraform language, «JSON Configuration Syntax»): the same blocks, every text a template.

JSON doesn't tell an argument from a block inside; both are read as values here. The line is that of the key that names the block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from egide.infrastructure.hcl.expressions import Expressions
from egide.infrastructure.hcl.parsing import Parsed
from egide.infrastructure.hcl.syntax import Attribute, Block, Expression, Items, Literal, Pairs, SyntaxFault
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

LABELS = {"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "locals": 0, "terraform": 0}
MOST_LEVELS = 60
UNREADABLE = N_("not readable as JSON: {problem}")
NOT_A_MAPPING = N_("`{name}` is no mapping")
TOO_DEEP = N_("more than {limit} levels")


def parse_json(text: str, file: str) -> Parsed:
    """The blocks of a file; raises `InputError` when it is no JSON object."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(UNREADABLE, Location(file), values={"problem": str(error)}) from error
    if not isinstance(whole, dict):
        raise InputError(NOT_A_MAPPING, Location(file), values={"name": "$"})
    parsed = Parsed(file)
    for type_, value in whole.items():
        for labels, body in _labelled(value, LABELS.get(type_, 0), (), parsed, type_):
            _add(type_, labels, body, text, parsed)
    return parsed


Labelled = tuple[tuple[str, ...], dict[str, object]]


def _labelled(value: object, labels: int, found: tuple[str, ...], parsed: Parsed, path: str) -> Iterator[Labelled]:
    """Every body under so many levels of labels; any level may be a list."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            if not path.startswith("//"):
                parsed.problems.append(Problem(Location(parsed.file, path=path), NOT_A_MAPPING, {"name": path}))
        elif labels == 0:
            yield found, one
        else:
            for label, inner in one.items():
                if label != "//":
                    yield from _labelled(inner, labels - 1, (*found, label), parsed, f"{path}.{label}")


def _add(type_: str, labels: tuple[str, ...], body: Mapping[str, object], text: str, parsed: Parsed) -> None:
    block = Block(type_, labels, _line(text, type_, labels))
    try:
        for name, value in body.items():
            if name == "//":
                continue
            if type_ == "terraform" and name == "required_providers":
                listed = value if isinstance(value, list) else [value]
                block.blocks += (Block(name, (), block.line, _attributes(one, block.line)) for one in listed if isinstance(one, dict))
            else:
                literal = type_ == "variable"
                block.attributes[name] = Attribute(name, Literal(value) if literal else _expression(value, 0), block.line)
    except SyntaxFault as fault:
        parsed.problems.append(Problem(Location(parsed.file, row=block.line), fault.message, fault.said))
        return
    parsed.blocks.append(block)


def _attributes(values: Mapping[str, object], line: int) -> dict[str, Attribute]:
    return {name: Attribute(name, _expression(value, 0), line) for name, value in values.items()}


def _expression(value: object, depth: int) -> Expression:
    if depth > MOST_LEVELS:
        raise SyntaxFault(TOO_DEEP, 0, limit=MOST_LEVELS)
    if isinstance(value, str):
        return Expressions(value).template() if "${" in value or "%{" in value else Literal(value)
    if isinstance(value, list):
        return Items(tuple(_expression(one, depth + 1) for one in value))
    if isinstance(value, dict):
        return Pairs(tuple((Literal(key), _expression(one, depth + 1)) for key, one in value.items() if key != "//"))
    return Literal(value)


def _line(text: str, type_: str, labels: tuple[str, ...]) -> int:
    """The line of the key that names a block: each of its names after the one before."""
    at = 0
    for name in (type_, *labels):
        found = re.compile(rf"{re.escape(json.dumps(name))}\s*:").search(text, at)
        if found is None:
            break
        at = found.end()
    return text.count("\n", 0, at) + 1

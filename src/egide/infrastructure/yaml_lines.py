"""YAML as infrastructure code writes it: many documents, anchors and merge keys, every value with the line it stands on.

Numbers and truth values are YAML 1.2's (core schema): ``yes`` and ``22:22`` are texts, as the tools that read these files take
them. Nesting is bounded before the text is composed, since the C library doesn't survive a deep one; so is what anchors multiply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from egide.infrastructure.resources import Remark
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

MOST_LEVELS = 100
MOST_VALUES = 1_000_000
UNREADABLE = N_("not readable as YAML: {problem}")
TOO_DEEP = N_("more than {limit} levels")
TOO_MANY = N_("its anchors make more than {limit} values of it")
IN_CIRCLE = N_("an anchor that holds itself")
BREAK = re.compile(r"^---(?=[ \t\r\n]|\Z)[ \t]*", re.MULTILINE)
END = re.compile(r"^\.\.\.[ \t]*\r?$", re.MULTILINE)
BRACKET = re.compile(r"[\[\]{}]")
CHAIN = re.compile(r"(?:[-?:][ \t]+){40,}")
INDENT = re.compile(r"^ {200,}", re.MULTILINE)
SAID = re.compile(r"#[ \t]*(egide:[^\n]*)")
SOURCE = re.compile(r"^# Source: ([^\r\n]+)", re.MULTILINE)
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
WORDS: dict[str, object] = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True, "TRUE": True,
                            "false": False, "False": False, "FALSE": False}  # fmt: skip
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file."""

    value: object
    line: int
    """Counted from 1, in the file."""
    source: str | None
    """The template it came out of, as Helm notes it."""
    lines: dict[int, int] = field(default_factory=dict, repr=False)
    """By the identity of a mapping of `value`, its line in the file."""


class _Refused(Exception):  # noqa: N818 - becomes a problem
    def __init__(self, message: str, **said: object) -> None:
        super().__init__(message)
        self.message, self.said = message, said


def documents(text: str, file: str, problems: list[Problem]) -> Iterator[Document]:
    """Every document of the text; one that can't be read is a problem with its line, and the others go on."""
    for piece, first in _pieces(text):
        if not piece.strip():
            continue
        try:
            document = _document(piece, first)
        except _Refused as refused:
            problems.append(Problem(Location(file, row=first + 1), refused.message, refused.said))
        except yaml.MarkedYAMLError as error:
            line = first + 1 + (error.problem_mark.line if error.problem_mark else 0)
            problems.append(Problem(Location(file, row=line), UNREADABLE, {"problem": error.problem or ""}))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            problems.append(Problem(Location(file, row=first + 1), UNREADABLE, {"problem": str(error)}))
        else:
            if document is not None:
                yield document


def remarks(text: str, file: str) -> list[Remark]:
    """The comments that speak to Égide."""
    found = []
    for said in SAID.finditer(text):
        start = text.rfind("\n", 0, said.start()) + 1
        alone = not text[start : said.start()].strip()
        found.append(Remark(file, text.count("\n", 0, said.start()) + 1, said[1].strip(), alone))
    return found


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """The text of each document, and how many lines stand before it."""
    start = 0
    for found in BREAK.finditer(text):
        yield text[start : found.start()], text.count("\n", 0, start)
        start = found.end()
    yield text[start:], text.count("\n", 0, start)


def _document(piece: str, first: int) -> Document | None:
    if end := END.search(piece):
        piece = piece[: end.start()]
    _refuse_deep(piece)
    node = yaml.compose(piece, Loader=_Loader)
    if node is None:
        return None
    made = _Made(first)
    value = made.of(node)
    source = SOURCE.search(piece)
    return Document(value, first + node.start_mark.line + 1, source[1].strip() if source else None, made.lines)


def _refuse_deep(piece: str) -> None:
    """What might be deep by its looks is counted exactly, event by event."""
    depth = deepest = 0
    for found in BRACKET.finditer(piece):
        depth = depth + 1 if found[0] in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    if deepest <= MOST_LEVELS and not CHAIN.search(piece) and not INDENT.search(piece):
        return
    depth = 0
    for event in yaml.parse(piece, Loader=_Loader):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > MOST_LEVELS:
                raise _Refused(TOO_DEEP, limit=MOST_LEVELS)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1


class _Made:
    """Values made from nodes, each anchored node once."""

    def __init__(self, first: int) -> None:
        self.lines: dict[int, int] = {}
        self._first = first
        self._made: dict[int, tuple[object, int]] = {}
        self._making: set[int] = set()

    def of(self, node: Any) -> object:
        return self._of(node)[0]

    def _of(self, node: Any) -> tuple[object, int]:
        """The value, and how many values it holds when its anchors are written out."""
        if isinstance(node, yaml.ScalarNode):
            return scalar(node), 1
        key = id(node)
        if key in self._made:
            return self._made[key]
        if key in self._making:
            raise _Refused(IN_CIRCLE)
        self._making.add(key)
        made = self._mapping(node) if isinstance(node, yaml.MappingNode) else self._sequence(node)
        self._making.discard(key)
        if made[1] > MOST_VALUES:
            raise _Refused(TOO_MANY, limit=MOST_VALUES)
        self._made[key] = made
        return made

    def _sequence(self, node: Any) -> tuple[object, int]:
        each = [self._of(one) for one in node.value]
        return [value for value, _ in each], 1 + sum(count for _, count in each)

    def _mapping(self, node: Any) -> tuple[object, int]:
        own: dict[str, object] = {}
        merged: dict[str, object] = {}
        count = 1
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else str(self.of(key_node))
            value, size = self._of(value_node)
            count += size
            if key == "<<" and isinstance(key_node, yaml.ScalarNode):
                for each in value if isinstance(value, list) else [value]:
                    if isinstance(each, dict):
                        merged = {**each, **merged}
            else:
                own[key] = value
        value = {**merged, **own} if merged else own
        self.lines[id(value)] = self._first + node.start_mark.line + 1
        return value, count


def scalar(node: Any) -> object:
    """A scalar as the core schema reads it; what stands in quotes is a text."""
    text: str = node.value
    if node.style:
        return text
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else text

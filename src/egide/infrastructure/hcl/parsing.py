"""HCL's native syntax, read by descent (HCL Native Syntax Specification, «Structural Elements» and «Expressions»).

A block that can't be read costs that block: what is wrong is a problem with its line, and reading goes on at the next one.
Most attributes are plain texts, numbers or names, and are read by one pattern.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from egide.infrastructure.hcl.expressions import Expressions
from egide.infrastructure.hcl.syntax import Attribute, Block, Expression, Literal, SyntaxFault, Traversal
from egide.infrastructure.resources import Remark
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

MOST_LEVELS = 60
TOP = re.compile(
    r"^[ \t]*(?=(?:resource|data|module|variable|locals|provider|output|terraform|moved|import|check|removed|ephemeral)\b[^=\n]*\{)",
    re.MULTILINE,
)
BLANK = re.compile(r"(?:[\s]+|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
NAME = re.compile(r"[^\W\d][\w-]*")
LABEL = re.compile(r"(?:[ \t]|/\*[^\n]*?\*/)*(?:\"((?:[^\"\\\n]|\\.)*)\"|([^\W\d][\w-]*))")
OPENS = re.compile(r"(?:[ \t]|/\*[^\n]*?\*/)*\{")
EQUALS = re.compile(r"[ \t]*=(?![=>])[ \t]*")
END_OF_ITEM = re.compile(r"[ \t]*(?:/\*[^\n]*?\*/[ \t]*)*(?:(?:#|//)[^\n]*)?(?:\r?\n|\Z)")
PLAIN = re.compile(
    r"([^\W\d][\w-]*)[ \t]*=[ \t]*(?:\"((?:[^\"\\$%\n])*)\"|(true|false)|(null)|(-?\d{1,15})|(var|local)\.([^\W\d][\w-]*))"
    r"[ \t]*(?:(?:#|//)[^\n]*)?(?:\r?\n)"
)
SAID = re.compile(r"(?:#|//)[ \t]*(egide:[^\n]*)")
NOT_CLOSED = N_("the block `{name}` that opens here isn't closed")
NEITHER = N_("neither an attribute nor a block")
NEEDS_END = N_("something stands after the value, where the line should end")
TWICE = N_("`{name}` stands twice in this block")
TOO_DEEP = N_("more than {limit} levels")


@dataclass(slots=True)
class Parsed:
    """What one file holds."""

    file: str
    blocks: list[Block] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    """At the top: only files of values (``.tfvars``) have them."""
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.expressions = Expressions(text)
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def line(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def blank(self, at: int) -> int:
        found = BLANK.match(self.text, at)
        return found.end() if found else at

    def item(self, at: int, into: Block, depth: int) -> int:
        """One attribute or block, at a name; the offset after it."""
        if plain := PLAIN.match(self.text, at):
            self._attribute(into, plain[1], _plain(plain), at)
            return plain.end()
        name = NAME.match(self.text, at)
        if name is None:
            raise SyntaxFault(NEITHER, at)
        if equals := EQUALS.match(self.text, name.end()):
            expression, end = self.expressions.read(equals.end())
            self._attribute(into, name[0], expression, at)
            return end
        block = Block(name[0], (), self.line(at))
        end = self.block(name.end(), block, depth, at)
        into.blocks.append(block)
        return end

    def _attribute(self, into: Block, name: str, expression: Expression, at: int) -> None:
        if name in into.attributes:
            raise SyntaxFault(TWICE, at, name=name)
        into.attributes[name] = Attribute(name, expression, self.line(at))

    def block(self, at: int, block: Block, depth: int, opened: int) -> int:
        """The labels and the body of a block, after its type; the offset after it."""
        if depth > MOST_LEVELS:
            raise SyntaxFault(TOO_DEEP, at, limit=MOST_LEVELS)
        labels: list[str] = []
        while label := LABEL.match(self.text, at):
            labels.append(label[1] if label[1] is not None else label[2])
            at = label.end()
        block.labels = tuple(labels)
        opens = OPENS.match(self.text, at)
        if opens is None:
            raise SyntaxFault(NEITHER, opened)
        at = opens.end()
        while True:
            at = self.blank(at)
            if at >= len(self.text):
                raise SyntaxFault(NOT_CLOSED, opened, name=block.type)
            if self.text[at] == "}":
                return at + 1
            at = self.item(at, block, depth + 1)
            at = self.end(at)

    def end(self, at: int) -> int:
        """After an item its line ends, or its block does."""
        if at and self.text[at - 1] == "\n":
            return at
        if found := END_OF_ITEM.match(self.text, at):
            return found.end()
        after = self.blank(at)
        if after < len(self.text) and self.text[after] == "}":
            return after
        raise SyntaxFault(NEEDS_END, at)


def _plain(found: re.Match[str]) -> Expression:
    if found[2] is not None:
        return Literal(found[2])
    if found[3]:
        return Literal(found[3] == "true")
    if found[4]:
        return Literal(None)
    if found[5]:
        return Literal(int(found[5]))
    return Traversal(found[6], (found[7],))


def parse(text: str, file: str) -> Parsed:
    """The blocks of a file; what can't be read is a problem with its line."""
    reader = _Reader(text)
    parsed = Parsed(file)
    top = Block("", (), 1)
    at = 0
    while (at := reader.blank(at)) < len(text):
        try:
            at = reader.end(reader.item(at, top, 1))
        except SyntaxFault as fault:
            parsed.problems.append(Problem(Location(file, row=reader.line(fault.at)), fault.message, fault.said))
            reader.expressions.begin_again()
            at = _next(text, at)
        except RecursionError:
            parsed.problems.append(Problem(Location(file, row=reader.line(at)), TOO_DEEP, {"limit": MOST_LEVELS}))
            reader.expressions.begin_again()
            at = _next(text, at)
    parsed.blocks, parsed.attributes = top.blocks, top.attributes
    parsed.remarks = [_remark(found, text, reader, file) for found in SAID.finditer(text)]
    return parsed


def _next(text: str, at: int) -> int:
    """Where the next block of the top begins, after one that can't be read."""
    end_of_line = text.find("\n", at)
    if end_of_line < 0:
        return len(text)
    found = TOP.search(text, end_of_line + 1)
    return found.end() if found else len(text)


def _remark(found: re.Match[str], text: str, reader: _Reader, file: str) -> Remark:
    start = text.rfind("\n", 0, found.start()) + 1
    return Remark(file, reader.line(found.start()), found[1].strip(), not text[start : found.start()].strip())

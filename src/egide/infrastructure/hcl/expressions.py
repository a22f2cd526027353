"""Expressions of HCL (HCL Native Syntax Specification, «Expressions» and «Templates»)."""

from __future__ import annotations

import re

from egide.infrastructure.hcl.syntax import (
    Call,
    Choice,
    Each,
    Expression,
    From,
    Items,
    Literal,
    Operation,
    Pairs,
    SyntaxFault,
    Template,
    Traversal,
)
from egide.vocabulary.language import N_

MOST_LEVELS = 80
MOST_OPERANDS = 100
INLINE = re.compile(r"(?:[ \t]|/\*.*?\*/)+", re.DOTALL)
BLANK = re.compile(r"(?:\s|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
NAME = re.compile(r"[^\W\d][\w-]*(?:::[^\W\d][\w-]*)*")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)\r?\n")
OPERATOR = re.compile(r"\|\||&&|==|!=|<=|>=|<(?!<)|>|\+|-|\*|/(?![/*])|%")
TEXT_PART = re.compile(r"[^\"\\$%\n]+")
RANKS = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
OPAQUE = Traversal("template-directive", ())
"""Stands for ``%{ if … }``, whose outcome isn't followed."""
WANTED = N_("an expression was expected")
NOT_CLOSED = N_("what opens here isn't closed")
TOO_DEEP = N_("more than {limit} levels")


class Expressions:
    """Reads the expressions of one text; every method takes an offset, and gives what it read with the offset after it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._depth = 0

    def begin_again(self) -> None:
        """After a fault: the next expression stands in nothing."""
        self._depth = 0

    def read(self, at: int, within: bool = False) -> tuple[Expression, int]:
        """An expression; ``within`` brackets a line may end anywhere."""
        self._depth += 1
        if self._depth > MOST_LEVELS:
            raise SyntaxFault(TOO_DEEP, at, limit=MOST_LEVELS)
        condition, at = self._operation(at, within, 1)
        after = self._blank(at, within)
        if self.text[after : after + 1] == "?":
            one, after = self.read(self._blank(after + 1, within=True), within)
            after = self._blank(after, within=True)
            after = self._expect(":", after)
            other, at = self.read(self._blank(after, within=True), within)
            condition = Choice(condition, one, other)
        self._depth -= 1
        return condition, at

    def _blank(self, at: int, within: bool) -> int:
        found = (BLANK if within else INLINE).match(self.text, at)
        return found.end() if found else at

    def _expect(self, sign: str, at: int) -> int:
        if not self.text.startswith(sign, at):
            raise SyntaxFault(WANTED if at < len(self.text) else NOT_CLOSED, at)
        return at + len(sign)

    def _operation(self, at: int, within: bool, rank: int) -> tuple[Expression, int]:
        left, at = self._unary(at, within)
        for _ in range(MOST_OPERANDS):
            sign = OPERATOR.match(self.text, self._blank(at, within))
            if sign is None or RANKS[sign[0]] < rank:
                return left, at
            right, at = self._operation(self._blank(sign.end(), within=True), within, RANKS[sign[0]] + 1)
            left = Operation(sign[0], (left, right))
        raise SyntaxFault(TOO_DEEP, at, limit=MOST_OPERANDS)

    def _unary(self, at: int, within: bool) -> tuple[Expression, int]:
        at = self._blank(at, within)
        signs = []
        while self.text[at : at + 1] in ("!", "-"):
            signs.append(self.text[at])
            at = self._blank(at + 1, within)
        operand, at = self._term(at, within)
        for sign in reversed(signs):
            operand = Operation(sign, (operand,))
        return operand, at

    def _term(self, at: int, within: bool) -> tuple[Expression, int]:
        source, at = self._primary(at)
        steps, at = self._steps(at, within)
        if isinstance(source, Traversal) and source is not OPAQUE:
            return Traversal(source.root, (*source.steps, *steps)), at
        return (From(source, steps), at) if steps else (source, at)

    def _primary(self, at: int) -> tuple[Expression, int]:
        sign = self.text[at : at + 1]
        if sign == '"':
            return self._quoted(at)
        if sign == "(":
            inner, at = self.read(self._blank(at + 1, within=True), within=True)
            return inner, self._expect(")", self._blank(at, within=True))
        if sign == "[":
            return self._list(at)
        if sign == "{":
            return self._object(at)
        if number := NUMBER.match(self.text, at):
            return Literal(_number(number[0])), number.end()
        if heredoc := HEREDOC.match(self.text, at):
            return self._heredoc(heredoc)
        if name := NAME.match(self.text, at):
            return self._named(name)
        raise SyntaxFault(WANTED, at)

    def _named(self, name: re.Match[str]) -> tuple[Expression, int]:
        word, at = name[0], name.end()
        if self.text[at : at + 1] == "(":
            return self._call(word, at)
        if word in ("true", "false"):
            return Literal(word == "true"), at
        return (Literal(None), at) if word == "null" else (Traversal(word, ()), at)

    def _call(self, name: str, at: int) -> tuple[Expression, int]:
        arguments: list[Expression] = []
        at = self._blank(at + 1, within=True)
        spread = False
        while not self.text.startswith(")", at):
            argument, at = self.read(at, within=True)
            arguments.append(argument)
            at = self._blank(at, within=True)
            if self.text.startswith("...", at):
                spread, at = True, self._blank(at + 3, within=True)
            elif self.text.startswith(",", at):
                at = self._blank(at + 1, within=True)
            elif not self.text.startswith(")", at):
                raise SyntaxFault(WANTED if at < len(self.text) else NOT_CLOSED, at)
        return Call(name, tuple(arguments), spread), at + 1

    def _steps(self, at: int, within: bool) -> tuple[tuple[str | Expression, ...], int]:
        steps: list[str | Expression] = []
        while True:
            after = self._blank(at, within) if within else at
            if self.text.startswith("...", after):
                return tuple(steps), at
            if self.text[after : after + 1] == ".":
                word = re.compile(r"\*|\d+|[^\W\d][\w-]*").match(self.text, after + 1)
                if word is None:
                    raise SyntaxFault(WANTED, after)
                steps.append(Literal(int(word[0])) if word[0].isdigit() else word[0])
                at = word.end()
            elif self.text[at : at + 1] == "[":
                if self.text.startswith("[*]", at):
                    steps.append("*")
                    at += 3
                    continue
                index, end = self.read(self._blank(at + 1, within=True), within=True)
                at = self._expect("]", self._blank(end, within=True))
                steps.append(index.value if isinstance(index, Literal) and isinstance(index.value, str) else index)
            else:
                return tuple(steps), at

    def _list(self, at: int) -> tuple[Expression, int]:
        opened, at = at, self._blank(at + 1, within=True)
        if re.compile(r"for\b").match(self.text, at):
            return self._for(at + 3, "]")
        items: list[Expression] = []
        while not self.text.startswith("]", at):
            if at >= len(self.text):
                raise SyntaxFault(NOT_CLOSED, opened)
            item, at = self.read(at, within=True)
            items.append(item)
            at = self._blank(at, within=True)
            if self.text.startswith(",", at):
                at = self._blank(at + 1, within=True)
            elif not self.text.startswith("]", at):
                raise SyntaxFault(WANTED if at < len(self.text) else NOT_CLOSED, at)
        return Items(tuple(items)), at + 1

    def _object(self, at: int) -> tuple[Expression, int]:
        opened, at = at, self._blank(at + 1, within=True)
        if re.compile(r"for\b(?!\s*[=:])").match(self.text, at):
            return self._for(at + 3, "}")
        pairs: list[tuple[Expression, Expression]] = []
        while not self.text.startswith("}", at):
            if at >= len(self.text):
                raise SyntaxFault(NOT_CLOSED, opened)
            key, at = self._key(at)
            at = self._blank(at, within=True)
            if self.text[at : at + 1] not in ("=", ":"):
                raise SyntaxFault(WANTED, at)
            value, at = self.read(self._blank(at + 1, within=False), within=False)
            pairs.append((key, value))
            at = self._blank(at, within=True)
            if self.text.startswith(",", at):
                at = self._blank(at + 1, within=True)
        return Pairs(tuple(pairs)), at + 1

    def _key(self, at: int) -> tuple[Expression, int]:
        """A bare word as a key is that word; in parentheses, or longer, it is an expression."""
        word = NAME.match(self.text, at)
        if word and self.text[self._blank(word.end(), within=True) :][:1] in ("=", ":"):
            return Literal(word[0]), word.end()
        return self.read(at, within=True)

    def _for(self, at: int, closes: str) -> tuple[Expression, int]:
        first = NAME.match(self.text, at := self._blank(at, within=True))
        if first is None:
            raise SyntaxFault(WANTED, at)
        at = self._blank(first.end(), within=True)
        second = None
        if self.text.startswith(",", at):
            second = NAME.match(self.text, self._blank(at + 1, within=True))
            if second is None:
                raise SyntaxFault(WANTED, at)
            at = self._blank(second.end(), within=True)
        at = self._expect("in", at)
        source, at = self.read(self._blank(at, within=True), within=True)
        at = self._expect(":", self._blank(at, within=True))
        value, at = self.read(self._blank(at, within=True), within=True)
        key: Expression | None = None
        at = self._blank(at, within=True)
        if self.text.startswith("=>", at):
            key = value
            value, at = self.read(self._blank(at + 2, within=True), within=True)
            at = self._blank(at, within=True)
        grouped = self.text.startswith("...", at)
        at = self._blank(at + 3, within=True) if grouped else at
        condition: Expression | None = None
        if re.compile(r"if\b").match(self.text, at):
            condition, at = self.read(self._blank(at + 2, within=True), within=True)
        at = self._expect(closes, self._blank(at, within=True))
        key_name, value_name = (first[0], second[0]) if second else (None, first[0])
        return Each(key_name, value_name, source, key, value, condition, grouped), at

    def _quoted(self, at: int) -> tuple[Expression, int]:
        opened, at = at, at + 1
        parts: list[Expression] = []
        text: list[str] = []
        while True:
            if plain := TEXT_PART.match(self.text, at):
                text.append(plain[0])
                at = plain.end()
            sign = self.text[at : at + 1]
            if sign == '"':
                return _template(parts, text), at + 1
            if sign in ("", "\n"):
                raise SyntaxFault(NOT_CLOSED, opened)
            if sign == "\\":
                said, at = self._escape(at)
                text.append(said)
            else:
                at = self._sign(at, parts, text)

    def _escape(self, at: int) -> tuple[str, int]:
        sign = self.text[at + 1 : at + 2]
        if sign in ESCAPES:
            return ESCAPES[sign], at + 2
        digits = {"u": 4, "U": 8}.get(sign, 0)
        code = self.text[at + 2 : at + 2 + digits]
        try:
            return chr(int(code, 16)), at + 2 + digits
        except (ValueError, OverflowError) as error:
            raise SyntaxFault(WANTED, at) from error

    def _sign(self, at: int, parts: list[Expression], text: list[str]) -> int:
        """A dollar or a percent sign in a text: itself, itself escaped, or the beginning of something."""
        sign = self.text[at]
        if self.text.startswith(sign * 2 + "{", at):
            text.append(sign + "{")
            return at + 3
        if not self.text.startswith("{", at + 1):
            text.append(sign)
            return at + 1
        if text:
            parts.append(Literal("".join(text)))
            text.clear()
        at = at + 3 if self.text.startswith("~", at + 2) else at + 2
        if sign == "%":
            parts.append(OPAQUE)
            end = self.text.find("}", at)
            if end < 0:
                raise SyntaxFault(NOT_CLOSED, at)
            return end + 1
        inner, at = self.read(self._blank(at, within=True), within=True)
        parts.append(inner)
        at = self._blank(at, within=True)
        at = at + 1 if self.text.startswith("~", at) else at
        return self._expect("}", at)

    def template(self, at: int = 0) -> Expression:
        """All the rest of the text as a template, as in a heredoc or a string of JSON."""
        parts: list[Expression] = []
        text: list[str] = []
        plain = re.compile(r"[^$%]+")
        while at < len(self.text):
            if found := plain.match(self.text, at):
                text.append(found[0])
                at = found.end()
            else:
                at = self._sign(at, parts, text)
        return _template(parts, text)

    def _heredoc(self, opens: re.Match[str]) -> tuple[Expression, int]:
        end = re.compile(rf"^[ \t]*{re.escape(opens[2])}[ \t]*\r?$", re.MULTILINE).search(self.text, opens.end())
        if end is None:
            raise SyntaxFault(NOT_CLOSED, opens.start())
        body = Expressions(self.text[: end.start()])
        body._depth = self._depth
        said = body.template(opens.end())
        if opens[1] and isinstance(said, Literal):
            said = Literal(_outdented(str(said.value)))
        return said, end.end()


def _template(parts: list[Expression], text: list[str]) -> Expression:
    if not parts:
        return Literal("".join(text))
    if text:
        parts = [*parts, Literal("".join(text))]
    return parts[0] if len(parts) == 1 else Template(tuple(parts))


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() and len(text) < 100 else float(text)


def _outdented(text: str) -> str:
    lines = text.splitlines(keepends=True)
    least = min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)
    return "".join(line[least:] for line in lines)

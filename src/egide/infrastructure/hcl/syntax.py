"""What HCL is made of (HCL Native Syntax Specification): bodies of attributes and blocks, and expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


class SyntaxFault(Exception):  # noqa: N818 - a place in a text, turned into a problem by whoever reads the file
    """Something at an offset that HCL doesn't allow there."""

    def __init__(self, message: str, at: int, **said: object) -> None:
        super().__init__(message)
        self.message = message
        """A message of the catalogue, its names filled from ``said``."""
        self.said = said
        self.at = at


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a truth value, null or a text without interpolation."""

    value: object


@dataclass(frozen=True, slots=True)
class Template:
    """A text with expressions in it."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Traversal:
    """``var.a``, ``local.a["b"].c``, ``aws_subnet.x[0].id``: a name and what is taken from it."""

    root: str
    steps: tuple[str | Expression, ...]
    """An attribute's name, or the expression of an index."""


@dataclass(frozen=True, slots=True)
class From:
    """What is taken from any other expression."""

    source: Expression
    steps: tuple[str | Expression, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Expression, ...]
    spread: bool


@dataclass(frozen=True, slots=True)
class Items:
    """``[a, b]``."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """``{a = b}``."""

    pairs: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator over one or two operands."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """``condition ? one : other``."""

    condition: Expression
    one: Expression
    other: Expression


@dataclass(frozen=True, slots=True)
class Each:
    """``[for k, v in c : x if y]`` and ``{for …}``."""

    key_name: str | None
    value_name: str
    source: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    grouped: bool = False


Expression = Literal | Template | Traversal | From | Call | Items | Pairs | Operation | Choice | Each


@dataclass(frozen=True, slots=True)
class Attribute:
    """``name = expression``."""

    name: str
    expression: Expression
    line: int


@dataclass(slots=True)
class Block:
    """``type "label" {…}``."""

    type: str
    labels: tuple[str, ...]
    line: int
    """Counted from 1."""
    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def inside(self, type: str) -> Iterator[Block]:
        """The blocks of that type right inside."""
        return (block for block in self.blocks if block.type == type)

    def expression(self, name: str) -> Expression | None:
        """The expression of an attribute."""
        found = self.attributes.get(name)
        return found.expression if found else None


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """The expressions right inside another."""
    match expression:
        case Literal():
            return ()
        case Template(parts) | Items(parts) | Operation(_, parts) | Call(_, parts, _):
            return parts
        case Traversal(_, steps):
            return tuple(step for step in steps if not isinstance(step, str))
        case From(source, steps):
            return (source, *(step for step in steps if not isinstance(step, str)))
        case Pairs(pairs):
            return tuple(one for pair in pairs for one in pair)
        case Choice(condition, one, other):
            return (condition, one, other)
        case Each():
            return tuple(one for one in (expression.source, expression.key, expression.value, expression.condition) if one is not None)


def traversals(expression: Expression) -> Iterator[Traversal]:
    """Every name that an expression refers to, at any depth."""
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Traversal):
            yield one
        waiting += parts_of(one)

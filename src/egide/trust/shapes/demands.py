"""Each demand as a test of one value, and as the words that say it was not met."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from egide.trust.shapes.graph import RDF_LANG_STRING, RDF_TYPE, Nodes, Term
from egide.trust.shapes.literals import WELL_FORMED, number, of_datatype
from egide.trust.shapes.model import Bound, Class, Closed, Constraint, Count, Datatype, HasValue, In, Logic, NodeKind, Pattern
from egide.trust.shapes.patterns import occurs
from egide.trust.shapes.reading import short
from egide.trust.shapes.report import said
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from decimal import Decimal

    from egide.trust.shapes.model import AnyPart, Model, Shape

MOST_NAMED = 8
"""Allowed values that a message lists before it says how many more there are."""


class World(msgspec.Struct, frozen=True):
    """What a value is tested against: the triples, and the classes of which each node is an instance."""

    nodes: Nodes
    types: Mapping[Term, Container[Term]]
    beside: Nodes = msgspec.field(default_factory=dict)
    """What others state, of nodes that have a name: a blank node is of its own document only."""
    judged: dict[tuple[int, Term, Term], list[Fault]] = msgspec.field(default_factory=dict)
    """What was found of a value by a shape that others refer to, and for which focus node: however many ways lead to a
    node, it is judged once."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A demand of one shape, and the message for when it is not met; ``value`` is filled in then."""

    constraint: Constraint
    shape: str
    message: str
    args: Mapping[str, object]

    @property
    def code(self) -> str:
        """The stable code of the reason."""
        return f"shape.{self.constraint}"


class Fault(NamedTuple):
    """A violation before it is worded."""

    rule: Rule
    focus: Term
    path: str | None
    value: Term | None


Test: TypeAlias = Callable[[Term, World], bool]
NONE: frozenset[Term] = frozenset()
NOTHING: dict[str, dict[Term, None]] = {}

SAID: Mapping[Constraint, str] = {
    Constraint.MIN_COUNT: N_("{path}: {count} expected at least, fewer are given"),
    Constraint.MAX_COUNT: N_("{path}: {count} allowed at most, more are given"),
    Constraint.CLASS: N_("{path}: {value} is not stated to be of class {wanted}"),
    Constraint.DATATYPE: N_("{path}: {value} ({given}) is not a well-formed {wanted}"),
    Constraint.NODE_KIND: N_("{path}: {value} is not of the kind {wanted}"),
    Constraint.IN: N_("{path}: {value} is not among the values allowed ({wanted})"),
    Constraint.HAS_VALUE: N_("{path}: the value {wanted} is missing"),
    Constraint.PATTERN: N_("{path}: {value} does not have the form {wanted}"),
    Constraint.MIN_INCLUSIVE: N_("{path}: {value} is not a number from {wanted} up"),
    Constraint.MAX_INCLUSIVE: N_("{path}: {value} is not a number up to {wanted}"),
    Constraint.CLOSED: N_("{property} is not a property that {path} allows"),
    Constraint.NODE: N_("{path}: {value} does not meet what {wanted} demands"),
    Constraint.NOT: N_("{path}: {value} is what is excluded here"),
    Constraint.AND: N_("{path}: {value} does not meet all of the {count} demands"),
    Constraint.OR: N_("{path}: {value} meets none of the {count} alternatives"),
}


def rule_of(part: AnyPart, shape: Shape, model: Model) -> Rule:
    """The words for a demand."""
    constraint = constraint_of(part)
    args: dict[str, object] = {"path": short(shape.path or shape.name, model.prefixes)}
    match part:
        case Count():
            args["count"] = part.count
        case Class() | Datatype():
            args["wanted"] = short(part.iri, model.prefixes)
        case NodeKind():
            args["wanted"] = part.kind
        case In():
            args["wanted"] = _some(model.lists[part.list])
        case HasValue():
            args["wanted"] = said(part.value)
        case Pattern():
            args["wanted"] = part.pattern
        case Bound():
            args["wanted"] = part.bound.lexical
        case Logic():
            args["count"] = len(part.shapes)
            args["wanted"] = short(model.shapes[part.shapes[0]].name, model.prefixes)
    return Rule(constraint, shape.name, SAID[constraint], args)


def constraint_of(part: AnyPart) -> Constraint:
    """Which of SHACL's components a demand is."""
    match part:
        case Count() | Bound() | Logic():
            return part.constraint
        case Class():
            return Constraint.CLASS
        case Datatype():
            return Constraint.DATATYPE
        case NodeKind():
            return Constraint.NODE_KIND
        case In():
            return Constraint.IN
        case HasValue():
            return Constraint.HAS_VALUE
        case Pattern():
            return Constraint.PATTERN
        case Closed():
            return Constraint.CLOSED
    raise TypeError(f"{part!r} is reported by the shape it refers to")


def test_of(part: AnyPart, lists: Sequence[frozenset[Term]], conforms: Sequence[Test]) -> Test | None:
    """The demand as a test of one value; None when it is not of each value alone."""
    match part:
        case Class():
            return _instance(part.iri)
        case Datatype():
            return _datatype(part.iri)
        case NodeKind():
            return _kind(part.kind)
        case In():
            return _member(lists[part.list])
        case Pattern():
            return _pattern(part.pattern, part.flags)
        case Bound():
            return _bound(part)
        case Logic():
            return _logic(part.constraint, [conforms[place] for place in part.shapes])
    return None


def _some(values: tuple[Term, ...]) -> str:
    named = ", ".join(said(value) for value in values[:MOST_NAMED])
    more = len(values) - MOST_NAMED
    return f"{named}, … +{more}" if more > 0 else named


def _instance(iri: str) -> Test:
    def test(value: Term, world: World) -> bool:
        if iri in world.types.get(value, NONE):
            return True
        return isinstance(value, str) and not value.startswith("_:") and iri in world.beside.get(value, NOTHING).get(RDF_TYPE, NONE)

    return test


def by_name_alone(datatype: str) -> bool:
    """Whether a literal that names the datatype is well formed in it, whatever is written."""
    return datatype not in WELL_FORMED and datatype != RDF_LANG_STRING


def _datatype(iri: str) -> Test:
    if by_name_alone(iri):
        return lambda value, _world: value.__class__ is not str and value[1] == iri
    return lambda value, _world: of_datatype(value, iri)


def _kind(kind: str) -> Test:
    literal, blank, iri = (word in kind for word in ("Literal", "Blank", "IRI"))

    def test(value: Term, _world: World) -> bool:
        if not isinstance(value, str):
            return literal
        return blank if value.startswith("_:") else iri

    return test


def _member(allowed: frozenset[Term]) -> Test:
    return lambda value, _world: value in allowed


def _pattern(pattern: str, flags: str) -> Test:
    def test(value: Term, _world: World) -> bool:
        if isinstance(value, str):
            return not value.startswith("_:") and occurs(pattern, flags, value)
        return occurs(pattern, flags, value[0])

    return test


def _bound(part: Bound) -> Test:
    bound: Decimal | float | None = number(part.bound)
    least = part.constraint is Constraint.MIN_INCLUSIVE

    def test(value: Term, _world: World) -> bool:
        given = number(value)
        if given is None or bound is None:
            return False
        return bound <= given if least else given <= bound

    return test


def _logic(constraint: Constraint, alternatives: list[Test]) -> Test:
    first = alternatives[0]
    if constraint is Constraint.NOT:
        return lambda value, world: not first(value, world)
    if len(alternatives) == 1:
        return first
    if constraint is Constraint.OR:
        return lambda value, world: any(test(value, world) for test in alternatives)
    return lambda value, world: all(test(value, world) for test in alternatives)

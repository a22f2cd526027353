"""SHACL's parameters, one small reader each: from the value of ``sh:…`` to a demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.trust.shapes.graph import XSD, XSD_STRING, Literal
from egide.trust.shapes.literals import number
from egide.trust.shapes.model import Bound, Class, Closed, Constraint, Count, Datatype, HasValue, In, Logic, NodeKind, Pattern, Property
from egide.trust.shapes.patterns import runnable
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from egide.trust.shapes.model import AnyPart
    from egide.trust.shapes.reading import Given, Reader

    Made = Iterable[AnyPart]

SH = "http://www.w3.org/ns/shacl#"
MOST_COUNT = 1_000_000
NODE_KINDS = frozenset({"IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"})


def _count(constraint: Constraint) -> Callable[[Reader, Given], Made]:
    def made(reader: Reader, given: Given) -> Made:
        if SH + "path" not in given.own:
            raise reader.error(N_("only a property can be counted: sh:path is missing"), given.owner, given.parameter)
        text = reader.literal(given.value, XSD + "integer", given.owner, given.parameter).lexical
        if len(text) > len(str(MOST_COUNT)) or not 0 <= int(text) <= MOST_COUNT:
            raise reader.error(N_("a count from 0 to {most} is expected"), given.owner, given.parameter, most=MOST_COUNT)
        return (Count(constraint, int(text)),)

    return made


def _class(reader: Reader, given: Given) -> Made:
    return (Class(reader.iri(given.value, given.owner, given.parameter)),)


def _datatype(reader: Reader, given: Given) -> Made:
    return (Datatype(reader.iri(given.value, given.owner, given.parameter)),)


def _node_kind(reader: Reader, given: Given) -> Made:
    kind = reader.iri(given.value, given.owner, given.parameter).removeprefix(SH)
    if kind not in NODE_KINDS:
        raise reader.error(N_("{what} of SHACL is not supported"), given.owner, given.parameter, what=kind)
    return (NodeKind(kind),)


def _in(reader: Reader, given: Given) -> Made:
    return (In(reader.list_place(reader.items(given.value, given.owner, given.parameter))),)


def _has_value(_reader: Reader, given: Given) -> Made:
    return (HasValue(given.value),)


def _pattern(reader: Reader, given: Given) -> Made:
    pattern = reader.literal(given.value, XSD_STRING, given.owner, given.parameter).lexical
    flags = [reader.literal(value, XSD_STRING, given.owner, "flags").lexical for value in given.own.get(SH + "flags", {})]
    if len(flags) > 1:
        raise reader.error(N_("stands more than once"), given.owner, "flags")
    if not runnable(pattern, "".join(flags)):
        raise reader.error(N_("the regular expression cannot be run in bounded time"), given.owner, given.parameter)
    return (Pattern(pattern, "".join(flags)),)


def _bound(constraint: Constraint) -> Callable[[Reader, Given], Made]:
    def made(reader: Reader, given: Given) -> Made:
        if isinstance(given.value, str) or number(given.value) is None:
            raise reader.error(N_("only numbers can be compared"), given.owner, given.parameter)
        return (Bound(constraint, Literal(*given.value)),)

    return made


def _closed(reader: Reader, given: Given) -> Made:
    if reader.literal(given.value, XSD + "boolean", given.owner, given.parameter).lexical in ("false", "0"):
        return ()
    ignored: list[str] = []
    lists = given.own.get(SH + "ignoredProperties", {})
    if len(lists) > 1:
        raise reader.error(N_("stands more than once"), given.owner, "ignoredProperties")
    for head in lists:
        ignored += [reader.iri(item, given.owner, "ignoredProperties") for item in reader.items(head, given.owner, "ignoredProperties")]
    return (Closed(tuple(ignored)),)


def _property(reader: Reader, given: Given) -> Made:
    node = _shape(reader, given)
    if SH + "path" not in reader.graph.nodes.get(node, {}):
        raise reader.error(N_("a property without sh:path"), given.owner, given.parameter)
    return (Property(reader.place_of(node, given.owner, given.within)),)


def _one_shape(constraint: Constraint) -> Callable[[Reader, Given], Made]:
    def made(reader: Reader, given: Given) -> Made:
        return (Logic(constraint, (reader.place_of(_shape(reader, given), given.owner, given.within),)),)

    return made


def _several_shapes(constraint: Constraint) -> Callable[[Reader, Given], Made]:
    def made(reader: Reader, given: Given) -> Made:
        members = reader.items(given.value, given.owner, given.parameter)
        if not members or not all(isinstance(member, str) for member in members):
            raise reader.error(N_("a list of shapes is expected, and not an empty one"), given.owner, given.parameter)
        return (Logic(constraint, tuple(reader.place_of(str(member), given.owner, given.within) for member in members)),)

    return made


def _shape(reader: Reader, given: Given) -> str:
    if not isinstance(given.value, str):
        raise reader.error(N_("a shape is expected"), given.owner, given.parameter)
    return given.value


PARAMETERS: Mapping[str, Callable[[Reader, Given], Made]] = {
    "minCount": _count(Constraint.MIN_COUNT),
    "maxCount": _count(Constraint.MAX_COUNT),
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "in": _in,
    "hasValue": _has_value,
    "pattern": _pattern,
    "minInclusive": _bound(Constraint.MIN_INCLUSIVE),
    "maxInclusive": _bound(Constraint.MAX_INCLUSIVE),
    "closed": _closed,
    "node": _one_shape(Constraint.NODE),
    "not": _one_shape(Constraint.NOT),
    "and": _several_shapes(Constraint.AND),
    "or": _several_shapes(Constraint.OR),
    "property": _property,
}
SINGLE = frozenset({"minCount", "maxCount", "datatype", "nodeKind", "in", "minInclusive", "maxInclusive", "closed"})
"""Parameters that a well-formed shape has once at most (SHACL, appendix A)."""

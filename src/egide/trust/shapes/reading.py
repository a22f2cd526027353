"""Shapes from Turtle: which of SHACL's constructs are known, and a loud refusal of any other.

A construct that is skipped silently would let what it forbids pass; so every property in SHACL's namespace is either
known here, or says nothing of validity (names, descriptions, order), or makes the document unusable.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph

from egide.trust.shapes.graph import RDF, RDF_TYPE, Graph, Literal, internal, read_with_prefixes
from egide.trust.shapes.literals import of_datatype
from egide.trust.shapes.model import FORMAT, In, Logic, Model, Property, Shape
from egide.trust.shapes.parameters import PARAMETERS, SH, SINGLE
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.trust.shapes.graph import Term
    from egide.trust.shapes.model import AnyPart

STRUCTURE = frozenset({"path", "targetClass", "flags", "ignoredProperties"})
SILENT = frozenset({"name", "description", "order", "group", "defaultValue", "message"})
"""SHACL's properties that no verdict depends on."""
SHAPE_CLASSES = frozenset({SH + "NodeShape", SH + "PropertyShape"})
CLASSES = frozenset({"http://www.w3.org/2000/01/rdf-schema#Class", "http://www.w3.org/2002/07/owl#Class"})
DEPTH = 24
MOST_STEPS = 5_000
"""Shapes that one value may meet, those met several times counted each time."""
TOO_DEEP = N_("shapes stand within shapes more than {most} deep")


def read_shapes(turtle: bytes, file: str) -> Model:
    """The shapes of a Turtle document.

    Raises `InputError`, with line and column or with the shape, on bad Turtle, an unknown construct, a shape that is
    ill-formed, refers to itself or to nothing, a list without end, and a regular expression that cannot be run in bounded time.
    """
    graph, declared = read_with_prefixes(turtle, file, pyoxigraph.RdfFormat.TURTLE)
    # Of two prefixes for one namespace, the one that was declared for its internal form.
    prefixes = {internal(iri): name for name, iri in sorted(declared.items(), key=lambda pair: (internal(pair[1]) == pair[1], pair[0]))}
    reader = Reader(graph, file, prefixes)
    reader.refuse_unknown()
    shapes = reader.all_shapes()
    digest = "sha256-" + hashlib.sha256(turtle).hexdigest()
    model = Model(FORMAT, digest, prefixes, tuple(reader.lists), shapes)
    bound_work(model, file)
    return model


def bound_work(model: Model, file: str) -> None:
    """Bound what one value can cost: how deep its shapes go, and in how many ways one leads to another.

    Raises `InputError` beyond the bounds, and when a shape doesn't stand after those it refers to (a damaged cache).
    """
    depths: list[int] = []
    steps: list[int] = []
    for place, shape in enumerate(model.shapes):
        used = [other for part in shape.parts for other in referred(part)]
        at = Location(file, path=short(shape.name, model.prefixes))
        if not all(0 <= other < place for other in used) or not all(_whole(part, model) for part in shape.parts):
            raise InputError(N_("the compiled shapes are damaged; compile them again"), at)
        depths.append(1 + max((depths[other] for other in used), default=0))
        steps.append(1 + sum(steps[other] for other in used))
        if depths[place] > DEPTH:
            raise InputError(TOO_DEEP, at, values={"most": DEPTH})
        if steps[place] > MOST_STEPS:
            raise InputError(N_("the shape refers to others in more than {most} ways"), at, values={"most": MOST_STEPS})


def referred(part: AnyPart) -> tuple[int, ...]:
    """The places of the shapes that a demand refers to."""
    match part:
        case Property():
            return (part.shape,)
        case Logic():
            return part.shapes
    return ()


def _whole(part: AnyPart, model: Model) -> bool:
    match part:
        case Property():
            return model.shapes[part.shape].path is not None
        case Logic():
            return bool(part.shapes)
        case In():
            return 0 <= part.list < len(model.lists)
    return True


def short(iri: str, prefixes: Mapping[str, str]) -> str:
    """``gx:legalAddress``, when the document has a prefix for it."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = prefixes.get(iri[:cut])
    return f"{prefix}:{iri[cut:]}" if prefix else iri


@dataclass(slots=True)
class Reader:
    """One document on its way from triples to shapes."""

    graph: Graph
    file: str
    prefixes: Mapping[str, str]
    lists: list[tuple[Term, ...]] = field(default_factory=list)
    _known_lists: dict[tuple[Term, ...], int] = field(default_factory=dict)
    _shapes: list[Shape] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def error(self, message: str, node: str, parameter: str = "", **values: object) -> InputError:
        """An error that names the shape, and the parameter when it is one's fault."""
        path = short(node, self.prefixes) + (f" sh:{parameter}" if parameter else "")
        return InputError(message, Location(self.file, path=path), values=values)

    def refuse_unknown(self) -> None:
        """Look at every triple, of shapes that are referred to and of those that aren't."""
        known = STRUCTURE | SILENT | PARAMETERS.keys()
        for subject, predicate, value in self.graph.triples():
            if predicate.startswith(SH) and predicate[len(SH):] not in known:
                raise self.error(N_("this construct of SHACL is not supported"), subject, predicate[len(SH):])
            if predicate == RDF_TYPE and isinstance(value, str) and value.startswith(SH) and value not in SHAPE_CLASSES:
                raise self.error(N_("{what} of SHACL is not supported"), subject, what=short(value, self.prefixes))

    def all_shapes(self) -> tuple[Shape, ...]:
        """Every shape, each after those it refers to; at least one has a target."""
        for subject, own in self.graph.nodes.items():
            types = own.get(RDF_TYPE, {})
            if SH + "targetClass" in own or not types.keys().isdisjoint(SHAPE_CLASSES):
                if not types.keys().isdisjoint(CLASSES):
                    raise self.error(N_("a class that is its own shape is not supported; name it with sh:targetClass"), subject)
                self.place_of(subject, subject, ())
        if not any(shape.targets for shape in self._shapes):
            raise InputError(N_("there is no shape with sh:targetClass in it"), Location(self.file))
        return tuple(self._shapes)

    def place_of(self, node: str, owner: str, within: tuple[str, ...]) -> int:
        """The place of a shape among those read, read now when it is new."""
        if node in within:
            raise self.error(N_("the shape refers to itself, which SHACL leaves undefined"), owner)
        if node not in self._places:
            own = self.graph.nodes.get(node)
            if own is None:
                raise self.error(N_("the shape {shape} is referred to and not described"), owner, shape=short(node, self.prefixes))
            if len(within) >= DEPTH:
                raise self.error(TOO_DEEP, owner, most=DEPTH)
            shape = self._read(node, own, owner if node.startswith("_:") else node, (*within, node))
            self._places[node] = len(self._shapes)
            self._shapes.append(shape)
        return self._places[node]

    def _read(self, node: str, own: Mapping[str, Mapping[Term, None]], owner: str, within: tuple[str, ...]) -> Shape:
        parts: list[AnyPart] = []
        for name, make in PARAMETERS.items():
            values = own.get(SH + name, {})
            if name in SINGLE and len(values) > 1:
                raise self.error(N_("stands more than once"), owner, name)
            for value in values:
                parts.extend(make(self, Given(node, owner, name, value, own, within)))
        targets = tuple(self.iri(value, owner, "targetClass") for value in own.get(SH + "targetClass", {}))
        return Shape(owner, self._path(own, owner), tuple(parts), targets)

    def _path(self, own: Mapping[str, Mapping[Term, None]], owner: str) -> str | None:
        paths = list(own.get(SH + "path", {}))
        if not paths:
            return None
        if len(paths) > 1:
            raise self.error(N_("stands more than once"), owner, "path")
        if not isinstance(paths[0], str) or paths[0].startswith("_:"):
            raise self.error(N_("a path of more than one property is not supported"), owner, "path")
        return paths[0]

    def iri(self, value: Term, owner: str, parameter: str) -> str:
        """The value, which must be an IRI."""
        if not isinstance(value, str) or value.startswith("_:"):
            raise self.error(N_("an IRI is expected"), owner, parameter)
        return value

    def literal(self, value: Term, datatype: str, owner: str, parameter: str) -> Literal:
        """The value, which must be a well-formed literal of the datatype."""
        if isinstance(value, str) or not of_datatype(value, datatype):
            raise self.error(N_("a literal of {datatype} is expected"), owner, parameter, datatype=short(datatype, self.prefixes))
        return value

    def items(self, head: Term, owner: str, parameter: str) -> tuple[Term, ...]:
        """The members of an RDF list that ends and does not branch."""
        found: list[Term] = []
        seen: set[str] = set()
        while head != RDF + "nil":
            if not isinstance(head, str) or head in seen:
                raise self.error(N_("the list is broken or has no end"), owner, parameter)
            seen.add(head)
            first, rest = (list(self.graph.values(head, RDF + name)) for name in ("first", "rest"))
            if len(first) != 1 or len(rest) != 1:
                raise self.error(N_("the list is broken or has no end"), owner, parameter)
            found.append(first[0])
            head = rest[0]
        return tuple(found)

    def list_place(self, items: tuple[Term, ...]) -> int:
        """The place of a list of values; equal lists are kept once."""
        if items not in self._known_lists:
            self._known_lists[items] = len(self.lists)
            self.lists.append(items)
        return self._known_lists[items]


@dataclass(frozen=True, slots=True)
class Given:
    """One value of one parameter of one shape."""

    node: str
    owner: str
    """The nearest shape with a name."""
    parameter: str
    value: Term
    own: Mapping[str, Mapping[Term, None]]
    within: tuple[str, ...]

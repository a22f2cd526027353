"""Shapes as data, between Turtle and closures: flat, each shape after those it refers to, fit to be kept in a file.

The parameters are those of SHACL Core (W3C Recommendation, 20 July 2017) that are known here; `reading` refuses others.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec

from egide.trust.shapes.graph import Literal

FORMAT = 1
"""Raised when the meaning of what is kept changes."""


class Constraint(StrEnum):
    """What a shape demands: SHACL's constraint components, less the word Component."""

    MIN_COUNT = "min-count"
    MAX_COUNT = "max-count"
    CLASS = "class"
    DATATYPE = "datatype"
    NODE_KIND = "node-kind"
    IN = "in"
    HAS_VALUE = "has-value"
    PATTERN = "pattern"
    MIN_INCLUSIVE = "min-inclusive"
    MAX_INCLUSIVE = "max-inclusive"
    CLOSED = "closed"
    NODE = "node"
    NOT = "not"
    AND = "and"
    OR = "or"


class Part(msgspec.Struct, frozen=True, tag_field="demands", forbid_unknown_fields=True):
    """One demand of a shape."""


class Count(Part, frozen=True, tag="count"):
    """How many values at least or at most."""

    constraint: Constraint
    """``MIN_COUNT`` or ``MAX_COUNT``."""
    count: int


class Class(Part, frozen=True, tag="class"):
    """Each value is an instance."""

    iri: str


class Datatype(Part, frozen=True, tag="datatype"):
    """Each value is a literal of that datatype, well formed."""

    iri: str


class NodeKind(Part, frozen=True, tag="node-kind"):
    """Each value is of a kind: SHACL's own word, as in ``BlankNodeOrIRI``."""

    kind: str


class In(Part, frozen=True, tag="in"):
    """Each value stands in a list."""

    list: int
    """Its place in `Model.lists`."""


class HasValue(Part, frozen=True, tag="has-value"):
    """One of the values is this one."""

    value: str | Literal


class Pattern(Part, frozen=True, tag="pattern"):
    """Each value's text matches."""

    pattern: str
    flags: str


class Bound(Part, frozen=True, tag="bound"):
    """Each value is a number that keeps to the bound."""

    constraint: Constraint
    """``MIN_INCLUSIVE`` or ``MAX_INCLUSIVE``."""
    bound: Literal


class Closed(Part, frozen=True, tag="closed"):
    """No property but those described and those ignored."""

    ignored: tuple[str, ...]


class Logic(Part, frozen=True, tag="logic"):
    """Each value conforms to one, all or none of other shapes."""

    constraint: Constraint
    """``NODE``, ``NOT``, ``AND`` or ``OR``."""
    shapes: tuple[int, ...]


class Property(Part, frozen=True, tag="property"):
    """Each value meets a property shape."""

    shape: int


AnyPart: TypeAlias = Count | Class | Datatype | NodeKind | In | HasValue | Pattern | Bound | Closed | Logic | Property


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node shape, or a property shape when it has a path."""

    name: str
    """Its IRI, or that of the shape around it."""
    path: str | None
    parts: tuple[AnyPart, ...]
    targets: tuple[str, ...] = ()
    """Classes whose instances are put to it."""


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All shapes of one document."""

    format: int
    digest: str
    """``sha256-`` and the lower-case hexadecimal digest of the document."""
    prefixes: dict[str, str]
    lists: tuple[tuple[str | Literal, ...], ...]
    shapes: tuple[Shape, ...]

"""A data graph as plain indexed triples: subject → property → values.

An IRI is a `str`; so is a blank node, which begins with ``_:`` as in N-Quads and JSON-LD (no IRI does).
Everything else is a literal: a `Literal`, or any equal triple of lexical form, datatype and language.
Values are the keys of a dict: RDF knows no value twice, and the order in which they came is kept.

Gaia-X writes its terms under two namespaces, the one of its development ontology and the one of release 25.11.
Here there is one: whatever goes through `internal` stands under the first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import pyoxigraph

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GAIA_X = "https://w3id.org/gaia-x/development#"
RELEASES = ("https://w3id.org/gaia-x/2511#",)
"""Namespaces that name the terms of `GAIA_X`."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDF_TYPE = RDF + "type"
RDF_LANG_STRING = RDF + "langString"
SUBCLASS_OF = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
XSD = "http://www.w3.org/2001/XMLSchema#"
XSD_STRING = XSD + "string"

MAX_BYTES = 32 * 1024 * 1024


class Literal(NamedTuple):
    """A value that is no node: what is written, as what, and in which language when it is a text in one."""

    lexical: str
    datatype: str = XSD_STRING
    language: str = ""


Term: TypeAlias = "str | Literal"
Values: TypeAlias = "dict[Term, None]"
Nodes: TypeAlias = "dict[str, dict[str, Values]]"


def internal(iri: str) -> str:
    """The IRI, under the one Gaia-X namespace when it stands under another."""
    for release in RELEASES:
        if iri.startswith(release):
            return GAIA_X + iri[len(release):]
    return iri


@dataclass(frozen=True, slots=True)
class Graph:
    """Triples by subject, then by property. ``nodes`` may be filled directly by who keeps to the forms above."""

    nodes: Nodes = field(default_factory=dict)

    def add(self, subject: str, predicate: str, value: Term) -> None:
        """One more triple, its Gaia-X terms in their one form."""
        kept = internal(value) if isinstance(value, str) else Literal(value[0], internal(value[1]), value[2].lower())
        self.nodes.setdefault(internal(subject), {}).setdefault(internal(predicate), {})[kept] = None

    def values(self, subject: Term, predicate: str) -> Values:
        """The values of a property; none when the node or the property is not there."""
        own = self.nodes.get(subject) if isinstance(subject, str) else None
        return own.get(predicate, {}) if own else {}

    def triples(self) -> Iterator[tuple[str, str, Term]]:
        """Each triple once."""
        for subject, own in self.nodes.items():
            for predicate, values in own.items():
                for value in values:
                    yield subject, predicate, value

    def __len__(self) -> int:
        return sum(len(values) for own in self.nodes.values() for values in own.values())


def graph_of(quads: Iterable[pyoxigraph.Quad | pyoxigraph.Triple], file: str) -> Graph:
    """The triples of all graphs of a dataset together. A triple that speaks of a triple (RDF 1.2) is refused."""
    graph = Graph()
    for quad in quads:
        graph.add(_node(quad.subject, file), quad.predicate.value, _term(quad.object, file))
    return graph


def read_graph(content: bytes, file: str, written: pyoxigraph.RdfFormat = pyoxigraph.RdfFormat.N_QUADS) -> Graph:
    """A document in N-Quads, or in another syntax of RDF that is not JSON-LD, as a graph.

    Raises `InputError` with line and column.
    """
    return read_with_prefixes(content, file, written)[0]


def read_with_prefixes(content: bytes, file: str, written: pyoxigraph.RdfFormat) -> tuple[Graph, dict[str, str]]:
    """The graph, and the prefixes that the document declares for its namespaces."""
    if len(content) > MAX_BYTES:
        raise InputError(N_("the file is larger than {limit} MiB, the most that is read"), Location(file),
                         values={"limit": MAX_BYTES // 2**20})
    reading = pyoxigraph.parse(content, written)
    try:
        return graph_of(reading, file), reading.prefixes
    except SyntaxError as error:
        column = str(error.offset) if error.offset else None
        raise InputError(N_("not readable as RDF: {problem}"), Location(file, row=error.lineno, column=column),
                         values={"problem": error.msg}) from error


def _node(node: object, file: str) -> str:
    if isinstance(node, pyoxigraph.NamedNode):
        return node.value
    if isinstance(node, pyoxigraph.BlankNode):
        return "_:" + node.value
    raise InputError(N_("a statement about a statement is not read"), Location(file))


def _term(term: object, file: str) -> Term:
    if isinstance(term, pyoxigraph.Literal):
        return Literal(term.value, term.datatype.value, term.language or "")
    return _node(term, file)

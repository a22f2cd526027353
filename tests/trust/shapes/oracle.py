"""The second opinion: pyshacl over rdflib, given the very triples that the compiled shapes are given."""

from __future__ import annotations

import json
import logging
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph
import pyshacl
import rdflib
from pyld import jsonld
from rdflib.namespace import SH

from egide.trust.shapes import Graph, read_graph
from egide.trust.shapes.graph import XSD_STRING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from egide.trust.shapes import Report, Term, Violation

Said = tuple[str, str | None, str, str]
"""Focus, path, constraint component and value of one violation."""
CONTEXTS = {
    "https://www.w3.org/ns/credentials/v2": "credentials_v2.json",
    "https://w3id.org/gaia-x/2511#": "gx-development-25.11.context.jsonld",
    "https://w3id.org/gaia-x/development#": "gx-development-25.11.context.jsonld",
}


class Remembered(rdflib.Graph):
    """A graph that nobody changes, each of its lists gone through once: pyshacl asks for those of hundreds of items again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: dict[rdflib.term.Node, tuple[rdflib.term.Node, ...]] = {}

    def items(self, list: rdflib.term.Node) -> Iterator[rdflib.term.Node]:
        if list not in self.lists:
            self.lists[list] = tuple(super().items(list))
        return iter(self.lists[list])


@cache
def plain_shapes(turtle: bytes) -> rdflib.Graph:
    """The shapes as rdflib itself reads and keeps them; what pyshacl is measured with."""
    return rdflib.Graph().parse(data=turtle, format="turtle").skolemize()


@cache
def shapes_of(turtle: bytes) -> rdflib.Graph:
    """The shapes, every blank node given a name: pyshacl copies unnamed shapes, with their lists, into each result."""
    logging.getLogger("rdflib").setLevel(logging.ERROR)  # literals that are no numbers are what is asked about
    shapes, named = Remembered(), cache(_named)
    for triple in pyoxigraph.parse(turtle, pyoxigraph.RdfFormat.TURTLE):
        shapes.add((named(triple.subject), named(triple.predicate), named(triple.object)))
    return shapes


def _named(term: object) -> rdflib.term.Node:
    if isinstance(term, pyoxigraph.Literal):
        plain = term.language or term.datatype.value == XSD_STRING
        return rdflib.Literal(term.value, lang=term.language, datatype=None if plain else rdflib.URIRef(term.datatype.value))
    assert isinstance(term, pyoxigraph.NamedNode | pyoxigraph.BlankNode)
    return rdflib.URIRef(f"urn:blank:{term.value}" if isinstance(term, pyoxigraph.BlankNode) else term.value)


def rdf_term(term: Term) -> rdflib.term.Node:
    if isinstance(term, str):
        return rdflib.BNode(term[2:]) if term.startswith("_:") else rdflib.URIRef(term)
    if term[2]:
        return rdflib.Literal(term[0], lang=term[2])
    return rdflib.Literal(term[0], datatype=None if term[1] == XSD_STRING else rdflib.URIRef(term[1]), normalize=False)


def text_of(term: rdflib.term.Node | None) -> str:
    if term is None:
        return ""
    if isinstance(term, rdflib.Literal):
        return f"{term}^^{term.datatype or ''}@{term.language or ''}"
    return f"_:{term}" if isinstance(term, rdflib.BNode) else str(term)


def judged_by_pyshacl(graph: Graph, turtle: bytes, shapes: Callable[[bytes], rdflib.Graph] = shapes_of) -> tuple[bool, set[Said]]:
    """Whether it conforms, and its violations."""
    data = rdflib.Graph()
    for subject, predicate, value in graph.triples():
        data.add((rdf_term(subject), rdflib.URIRef(predicate), rdf_term(value)))
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes(turtle), inplace=True)
    assert isinstance(report, rdflib.Graph)
    found = set()
    for result in report.objects(None, SH.result):
        path = report.value(result, SH.resultPath)
        component = str(report.value(result, SH.sourceConstraintComponent)).removeprefix(str(SH)).removesuffix("ConstraintComponent")
        found.add((text_of(report.value(result, SH.focusNode)), str(path) if path else None, component,
                   text_of(report.value(result, SH.value))))
    return conforms, found


def in_words(found: Violation) -> Said:
    """One of ours, in the oracle's words."""
    return (text_of(rdf_term(found.focus)), found.path, "".join(word.title() for word in found.constraint.split("-")),
            "" if found.value is None else text_of(rdf_term(found.value)))


def violations(report: Report) -> set[Said]:
    return {in_words(found) for found in report.results}


def together(graphs: Sequence[Graph]) -> Graph:
    """One graph of many, the nodes of each made its own: pyshacl is slow to begin."""
    whole = Graph()
    for number, graph in enumerate(graphs):
        for subject, predicate, value in apart(graph, number).triples():
            whole.add(subject, predicate, value)
    return whole


def apart(graph: Graph, number: int) -> Graph:
    """The same graph, its subjects renamed so that none is another graph's."""
    def named(term: Term) -> Term:
        if not isinstance(term, str) or term not in graph.nodes:
            return term
        return f"_:g{number}x{term[2:]}" if term.startswith("_:") else f"urn:graph:{number}:{term}"

    other = Graph()
    for subject, predicate, value in graph.triples():
        other.add(str(named(subject)), predicate, named(value))
    return other


def owner(focus: str) -> int:
    """The number of the graph that a renamed node is of."""
    return int(focus[3:].split("x", 1)[0]) if focus.startswith("_:g") else int(focus.removeprefix("urn:graph:").split(":", 1)[0])


def from_json_ld(path: Path, shared: Path) -> Graph:
    """A JSON-LD document by pyld, its contexts from the shared folder."""
    def load(url: str, _options: object) -> dict[str, object]:
        content = (shared / "data/gaia-x/contexts" / CONTEXTS[url]).read_text(encoding="utf-8")
        return {"contextUrl": None, "documentUrl": url, "document": json.loads(content)}

    document = json.loads(path.read_text(encoding="utf-8"))
    quads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": load})
    return read_graph(quads.encode(), path.name, pyoxigraph.RdfFormat.N_QUADS)


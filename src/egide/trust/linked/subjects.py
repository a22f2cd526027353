"""What a credential says of its subjects, as a graph for the shapes, and identifiers that only their letters' case tells apart.

Identifiers are compared as they are written: `#CS` and `#cs` are two nodes. Where both are used one of them is a slip of the pen, which
loses whatever hangs on it, so it is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from egide.trust.shapes.graph import RDF_TYPE, RELEASES, XSD_STRING, Graph, Literal, internal
from egide.trust.shapes.subjects import ENVELOPE, ENVELOPED, SUBJECT, subject_graph
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.linked.data import Reading
    from egide.trust.linked.rdf import Quad
    from egide.trust.shapes.graph import Nodes, Term

MAX_PROPERTIES, MAX_LENGTH = 4_096, 200
"""Names whose one form is kept, and the characters of each."""


class Claims(msgspec.Struct, frozen=True):
    """What one credential says, its envelope left out, the Gaia-X terms in their one form."""

    graph: Graph
    subjects: Mapping[str, tuple[str, ...]]
    """Each subject to the types that stand on its credential, as `Focus` takes them."""


def claims(reading: Reading) -> Claims:
    """What the credential says of its subjects."""
    return _as_it_stands(reading) or Claims(*subject_graph(graph_of(reading.quads)))


def _as_it_stands(reading: Reading) -> Claims | None:
    """The same without looking for it, in the usual case: one subject, all that is said of it below it, and nothing else there.

    Nor may anything else of the credential have subjects, or anything but its own `type` say of which class it is.
    """
    if reading.span is None or reading.lost or reading.span[1] - reading.span[0] < 2:
        return None
    quads, types, begun, last = reading.quads, reading.types, reading.span[0], reading.span[1] - 1
    root, link, subject, _ = quads[last]
    if link != SUBJECT or not isinstance(subject, str):
        return None
    around = {internal(root)}
    for node, name, _, _ in quads[len(types):begun] + quads[last + 1:]:
        if name == SUBJECT or (name == RDF_TYPE and node == root):
            return None
        if node != root:
            around.add(internal(node))
    graph = graph_of(quads[begun:last])
    referred: set[Term] = set()
    for own in graph.nodes.values():
        if SUBJECT in own:
            return None
        referred.update(*own.values())
    if not (around.isdisjoint(graph.nodes) and around.isdisjoint(referred) and ENVELOPED.isdisjoint(referred)):
        return None
    return Claims(graph, {internal(subject): _of_subjects(types)})


def _of_subjects(types: tuple[str, ...]) -> tuple[str, ...]:
    """Of a credential's types those that are not of the envelope, in the order of `subject_graph`."""
    return tuple(sorted([_INTERNAL[name] for name in types if not name.startswith(ENVELOPE)]))


class _Internal(dict[str, str]):
    """Properties and classes to their one form; those that were met lately are kept."""

    def __missing__(self, name: str) -> str:
        found = internal(name)
        if len(name) <= MAX_LENGTH:
            if len(self) >= MAX_PROPERTIES:
                self.clear()
            self[name] = found
        return found


_INTERNAL = _Internal()


def graph_of(quads: Iterable[Quad]) -> Graph:
    """The statements of all graphs together, the Gaia-X terms in their one form."""
    nodes: Nodes = {}
    last, own = "", {}
    for subject, predicate, value, _ in quads:
        if subject is not last:
            last = subject
            own = nodes.setdefault(internal(subject) if subject.startswith(RELEASES) else subject, {})
        name, term = _INTERNAL[predicate], value
        if value.__class__ is str:
            if value.startswith(RELEASES):
                term = internal(value)
        elif value[1] is not XSD_STRING and value[1].startswith(RELEASES):
            term = Literal(value[0], internal(value[1]), value[2])
        if name in own:
            own[name][term] = None
        else:
            own[name] = {term: None}
    return Graph(nodes)


def _names(graphs: Sequence[Graph]) -> Iterator[str]:
    """Of nodes that are described or referred to; a class is neither."""
    for graph in graphs:
        yield from graph.nodes
        for own in graph.nodes.values():
            for predicate, values in own.items():
                if predicate != RDF_TYPE:
                    yield from (value for value in values if isinstance(value, str))


def near_misses(graphs: Sequence[Graph]) -> tuple[Reason, ...]:
    """Identifiers of nodes in these graphs, described or referred to, that differ in the case of letters alone."""
    every: set[Term] = set()
    for graph in graphs:
        every.update(graph.nodes)
        for own in graph.nodes.values():
            every.update(*own.values())
    words = [one for one in every if one.__class__ is str]
    if len(set("\n".join(words).casefold().split("\n"))) == len(words):  # no identifier holds the end of a line
        return ()
    alike: dict[str, set[str]] = defaultdict(set)
    for name in _names(graphs):
        alike[name.casefold()].add(name)
    return tuple(
        Reason("identifiers-differ-in-case", {"identifiers": ", ".join(sorted(names))},
               N_("identifiers differ in the case of letters alone, and are different: {identifiers}"))
        for key, names in sorted(alike.items()) if len(names) > 1 and not key.startswith("_:")
    )  # fmt: skip


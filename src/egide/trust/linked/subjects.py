"""What a credential says of its subjects, as a graph for the shapes, and identifiers that only their letters' case tells apart.

Identifiers are compared as they are written: `#CS` and `#cs` are two nodes. Where both are used one of them is a slip of the pen, which
loses whatever hangs on it, so it is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from egide.trust.shapes.graph import RDF_TYPE, RELEASES, Graph, Literal, internal
from egide.trust.shapes.subjects import ENVELOPE, ENVELOPED, SUBJECT, subject_graph
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.linked.data import Reading
    from egide.trust.linked.rdf import Quad
    from egide.trust.shapes.graph import Term


class Claims(msgspec.Struct, frozen=True):
    """What one credential says, its envelope left out, the Gaia-X terms in their one form."""

    graph: Graph
    subjects: Mapping[str, tuple[str, ...]]
    """Each subject to the types that stand on its credential, as `Focus` takes them."""


def claims(reading: Reading) -> Claims:
    """What the credential says of its subjects."""
    return _as_it_stands(reading) or Claims(*subject_graph(graph_of(reading.quads)))


def _as_it_stands(reading: Reading) -> Claims | None:
    """The same without looking for it, in the usual case: one subject, all that is said of it below it, and nothing else there."""
    if reading.span is None or reading.lost or reading.span[1] - reading.span[0] < 2:
        return None
    begun, last = reading.span[0], reading.span[1] - 1
    quads = reading.quads
    root, link, subject, _ = quads[last]
    said, envelope = quads[begun:last], (*quads[:begun], *quads[last:])
    around = {quad[0] for quad in envelope}
    nodes, predicates, values, graphs = zip(*said, strict=True)
    if link != SUBJECT or SUBJECT in predicates or any(graphs) or subject in around or not isinstance(subject, str):
        return None
    if not (around.isdisjoint(nodes) and around.isdisjoint(values) and ENVELOPED.isdisjoint(values)):
        return None
    types = tuple(sorted([internal(value) for node, name, value, _ in envelope
                          if name == RDF_TYPE and node == root and isinstance(value, str) and not value.startswith(ENVELOPE)]))
    return Claims(graph_of(said), {internal(subject): types})


def graph_of(quads: Iterable[Quad]) -> Graph:
    """The statements of all graphs together, the Gaia-X terms in their one form."""
    graph = Graph()
    nodes = graph.nodes
    last, own = "", {}
    for subject, predicate, value, _ in quads:
        if subject is not last:
            last = subject
            own = nodes.setdefault(internal(subject) if subject.startswith(RELEASES) else subject, {})
        name = internal(predicate) if predicate.startswith(RELEASES) else predicate
        values = own.get(name)
        if values is None:
            values = own[name] = {}
        if value.__class__ is str:
            values[internal(value) if value.startswith(RELEASES) else value] = None
        else:
            values[Literal(value[0], internal(value[1]), value[2]) if value[1].startswith(RELEASES) else value] = None
    return graph


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
    if len({word.casefold() for word in words}) == len(words):
        return ()
    alike: dict[str, set[str]] = defaultdict(set)
    for name in _names(graphs):
        alike[name.casefold()].add(name)
    return tuple(
        Reason("identifiers-differ-in-case", {"identifiers": ", ".join(sorted(names))},
               N_("identifiers differ in the case of letters alone, and are different: {identifiers}"))
        for key, names in sorted(alike.items()) if len(names) > 1 and not key.startswith("_:")
    )  # fmt: skip


"""What a credential says of its subjects, as a graph for the shapes, and identifiers that only their letters' case tells apart.

Identifiers are compared as they are written: `#CS` and `#cs` are two nodes. Where both are used one of them is a slip of the pen, which
loses whatever hangs on it, so it is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.trust.shapes.graph import RDF_TYPE, RELEASES, Graph, Literal, Term, internal
from egide.trust.shapes.subjects import subject_graph
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.linked.data import Reading
    from egide.trust.linked.rdf import Quad


@dataclass(frozen=True, slots=True)
class Claims:
    """What one credential says, its envelope left out, the Gaia-X terms in their one form."""

    graph: Graph
    subjects: Mapping[str, tuple[str, ...]]
    """Each subject to the types that stand on its credential, as `Focus` takes them."""


def claims(reading: Reading) -> Claims:
    """What the credential says of its subjects."""
    return Claims(*subject_graph(graph_of(reading.quads)))


def graph_of(quads: Iterable[Quad]) -> Graph:
    """The statements of all graphs together, the Gaia-X terms in their one form."""
    graph = Graph()
    nodes = graph.nodes
    for subject, predicate, value, _ in quads:
        node = internal(subject) if subject.startswith(RELEASES) else subject
        name = internal(predicate) if predicate.startswith(RELEASES) else predicate
        own = nodes.get(node)
        if own is None:
            own = nodes[node] = {}
        values = own.get(name)
        if values is None:
            values = own[name] = {}
        values[_internal(value)] = None
    return graph


def near_misses(graphs: Iterable[Graph]) -> tuple[Reason, ...]:
    """Identifiers of nodes in these graphs, described or referred to, that differ in the case of letters alone."""
    alike: dict[str, set[str]] = defaultdict(set)
    for graph in graphs:
        for node, own in graph.nodes.items():
            alike[node.casefold()].add(node)
            for predicate, values in own.items():
                if predicate != RDF_TYPE:
                    for value in values:
                        if isinstance(value, str):
                            alike[value.casefold()].add(value)
    return tuple(
        Reason("identifiers-differ-in-case", {"identifiers": ", ".join(sorted(names))},
               N_("identifiers differ in the case of letters alone, and are different: {identifiers}"))
        for key, names in sorted(alike.items()) if len(names) > 1 and not key.startswith("_:")
    )  # fmt: skip


def _internal(value: Term) -> Term:
    if isinstance(value, str):
        return internal(value) if value.startswith(RELEASES) else value
    return Literal(value[0], internal(value[1]), value[2]) if value[1].startswith(RELEASES) else value

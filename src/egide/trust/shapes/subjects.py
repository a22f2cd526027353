"""From a credential or presentation to what it says of its subjects.

On the wire the subject stands inside an envelope (issuer, dates, proof), and in RDF both are triples of one graph. Shapes speak
of the subject; closed ones refuse the envelope's properties. Who reads the subject from JSON needs none of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.trust.shapes.graph import RDF_TYPE, Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.trust.shapes.graph import Term, Values

CREDENTIALS = "https://www.w3.org/2018/credentials#"
ENVELOPE = (CREDENTIALS, "https://w3id.org/security#")
SUBJECT = CREDENTIALS + "credentialSubject"
ENVELOPED = frozenset({CREDENTIALS + "VerifiableCredential", CREDENTIALS + "VerifiablePresentation"})


def subject_graph(graph: Graph) -> tuple[Graph, Mapping[str, tuple[str, ...]]]:
    """What is reachable from the credential subjects without passing through an envelope, and each subject with its credential's types.

    A graph without any envelope is returned whole, with no subject named. A subject that has the identifier of its own
    credential keeps what the vocabulary of credentials did not say of it.
    """
    envelopes = {node for node, own in graph.nodes.items() if SUBJECT in own or not ENVELOPED.isdisjoint(own.get(RDF_TYPE, {}))}
    if not envelopes:
        return graph, {}
    stated: dict[str, tuple[str, ...]] = {}
    for node in envelopes & graph.nodes.keys():
        own = graph.nodes[node]
        types = tuple(sorted(_not_of_the_envelope(own.get(RDF_TYPE, {}))))
        for subject in own.get(SUBJECT, {}):
            if isinstance(subject, str):
                stated[subject] = tuple(sorted({*stated.get(subject, ()), *types}))
    return Graph(_reached(graph, stated, envelopes)), dict(sorted(stated.items()))


def classes_stated(graphs: Iterable[Graph]) -> Graph:
    """What several credentials say of the classes of nodes that have a name: all that one of them may take from the others."""
    stated: dict[str, dict[str, Values]] = {}
    for graph in graphs:
        for node, own in graph.nodes.items():
            if RDF_TYPE in own and not node.startswith("_:"):
                known = stated.get(node)
                stated[node] = {RDF_TYPE: {**known[RDF_TYPE], **own[RDF_TYPE]} if known else own[RDF_TYPE]}
    return Graph(stated)


def _reached(graph: Graph, subjects: Iterable[str], envelopes: set[str]) -> dict[str, dict[str, Values]]:
    reached: dict[str, dict[str, Values]] = {}
    named = frozenset(subjects)
    waiting = sorted(named)
    while waiting:
        node = waiting.pop()
        if node in reached or node not in graph.nodes or (node in envelopes and node not in named):
            continue
        own = graph.nodes[node]
        reached[node] = _bared(own) if node in envelopes else own
        waiting += [value for values in reached[node].values() for value in values if isinstance(value, str)]
    return reached


def _bared(own: Mapping[str, Values]) -> dict[str, Values]:
    kept = {predicate: values for predicate, values in own.items() if not predicate.startswith(ENVELOPE)}
    if RDF_TYPE in kept:
        kept[RDF_TYPE] = dict.fromkeys(_not_of_the_envelope(kept[RDF_TYPE]))
    return kept


def _not_of_the_envelope(types: Iterable[Term]) -> list[str]:
    return [name for name in types if isinstance(name, str) and not name.startswith(ENVELOPE)]

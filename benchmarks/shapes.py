"""Graphs put to the Gaia-X 25.11 shapes a second, beside pyshacl on the same graphs and shapes.

    python benchmarks/shapes.py

Needs the folder ../shared. pyshacl gets its shapes parsed beforehand and with names instead of blank nodes, which spares it copying
them into each result; and, apart, all graphs as one, which spares it beginning anew. What is equal is the set of violations of each graph.
"""

from __future__ import annotations

import sys
import time
from itertools import chain
from typing import TYPE_CHECKING

from measuring import ROOT, Line, best_seconds, in_a_process, machine, printed

from egide.trust.shapes import STRICT, classes_stated, compile_shapes, load_shapes, subject_graph

sys.path.insert(0, str(ROOT))

from tests.trust.shapes.oracle import apart, from_json_ld, judged_by_pyshacl, plain_shapes, together, violations

if TYPE_CHECKING:
    from egide.trust.shapes import Graph, Shapes

SHARED = ROOT.parent / "shared"
SHAPES = SHARED / "data/gaia-x/shapes/gx-development-25.11.shacl.ttl"
EXAMPLES = SHARED / "data/gaia-x/loire-examples"
PRESENTED = ("test-issuer.jsonld", "test-issuer2.jsonld", "credentialSubject2.jsonld", "serviceElasticSearch.jsonld")
TIMES_FASTER = 100
ROUNDS = 200


def measure() -> list[Line]:
    if not SHAPES.is_file():
        return []
    return [*in_a_process(compiling), *in_a_process(judging)]


def compiling() -> list[Line]:
    """How long it takes until the first graph can be judged."""
    turtle = SHAPES.read_bytes()
    start = time.perf_counter()
    shapes = compile_shapes(turtle, SHAPES.name)
    ours = time.perf_counter() - start
    cached = shapes.cached()
    start = time.perf_counter()
    plain_shapes(turtle)
    theirs = time.perf_counter() - start
    loaded = best_seconds(lambda: load_shapes(cached, "cache"), 5)
    return [
        Line("166 Gaia-X shapes compiled from Turtle", f"{ours:.2f} s", "beside", True, f"rdflib parses the document in {theirs:.1f} s"),
        Line("the same from the cached form", f"{loaded * 1000:,.0f} ms", "beside", True, f"{len(cached) / 1024:,.0f} KiB"),
    ]


def judging() -> list[Line]:
    turtle = SHAPES.read_bytes()
    shapes = compile_shapes(turtle, SHAPES.name)
    named = {path.name: subject_graph(from_json_ld(path, SHARED))[0] for path in sorted(EXAMPLES.iterdir())}
    graphs = list(named.values())
    found = [judged_by_pyshacl(graph, turtle)[1] for graph in graphs]
    agree = sum(violations(shapes.validate(graph)) == said for graph, said in zip(graphs, found, strict=True))
    one_by_one = best_seconds(lambda: [judged_by_pyshacl(graph, turtle, plain_shapes) for graph in graphs]) / len(graphs)
    whole = together(graphs)
    batch = best_seconds(lambda: judged_by_pyshacl(whole, turtle, plain_shapes)) / len(graphs)
    apart_too = set(chain.from_iterable(violations(shapes.validate(apart(graph, number))) for number, graph in enumerate(graphs)))
    same = judged_by_pyshacl(whole, turtle)[1] == apart_too
    ours = best_seconds(lambda: [shapes.validate(graph) for _ in range(ROUNDS) for graph in graphs]) / ROUNDS / len(graphs)
    note = f"{len(graphs)} Loire examples of {sum(map(len, graphs)) / len(graphs):.0f} triples; {agree} sets of violations agree"
    return [
        compared("graphs judged, each alone", ours, one_by_one, agree == len(graphs), note),
        compared("graphs judged, pyshacl given all of them as one", ours, batch, same, f"violations {'the same' if same else 'differ'}"),
        presentations(shapes, [named[name] for name in PRESENTED], turtle),
    ]


def presentations(shapes: Shapes, credentials: list[Graph], turtle: bytes) -> Line:
    """Four credentials, each judged by itself with the classes that the others state."""
    def judged() -> None:
        for _ in range(ROUNDS):
            stated = classes_stated(credentials)
            for credential in credentials:
                shapes.validate(credential, STRICT, stated)

    union = together(credentials)
    theirs = best_seconds(lambda: judged_by_pyshacl(union, turtle, plain_shapes))
    return compared("presentations of four credentials judged", best_seconds(judged) / ROUNDS, theirs, True, "pyshacl judges their union")


def compared(what: str, ours: float, theirs: float, agree: bool, note: str) -> Line:
    times = theirs / ours
    return Line(what, f"{1 / ours:,.0f}/s, {times:,.0f} × pyshacl", f"at least {TIMES_FASTER} ×", agree and times >= TIMES_FASTER,
                f"pyshacl {1 / theirs:,.1f}/s in the same run; {note}")


if __name__ == "__main__":
    print(f"{machine()}\n")
    sys.exit(printed(measure()))

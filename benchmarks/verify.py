"""Presentations of four credentials through all eight steps in a second of one core, beside pyld and pyshacl on the same files.

    python benchmarks/verify.py

Ours is the whole verification that `egide trust verify` asks, its record left out. The peers are given more than they would have: tokens
taken apart, keys in hand, contexts and shapes parsed beforehand. They verify five ES256 signatures with `cryptography`, read four
credentials with pyld and put each to pyshacl with the classes that the others state, as ours does; and, apart, only the union of the
four, which is less work and another question: there one issuer's statements complete another's. Needs the folder ../shared.

Afterwards both must say the same: of every example, and of 500 changed ones, the same statements and the same violations.
"""

from __future__ import annotations

import gc
import json
import logging
import sys
import time
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from measuring import ROOT, Line, command_seconds, in_a_process, machine, printed

from egide.trust.credentials.results import Mode, Outcome
from egide.trust.jose import read_compact
from egide.trust.linked import claims
from egide.trust.pipeline import Question, verify
from egide.trust.shapes import STRICT, Graph, classes_stated, read_graph, subject_graph
from egide.vocabulary.findings import Answer

sys.path.insert(0, str(ROOT))

from tests.trust.credential_world import NOW
from tests.trust.linked.world import Pyld, bundle_of, changed, documents_of, linked_data
from tests.trust.pipeline.world import SUBJECTS, asked, at_hand, compiled, key, presentation
from tests.trust.pipeline.world import claims as claimed
from tests.trust.shapes.oracle import apart, judged_by_pyshacl, plain_shapes, together, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from egide.trust.shapes import Shapes

logging.getLogger("rdflib").setLevel(logging.ERROR + 1)
SHARED = ROOT.parent / "shared"
TURTLE = SHARED / "data/gaia-x/shapes/gx-development-25.11.shacl.ttl"
A_SECOND, TIMES_FASTER = 1_000, 100
FILES = 50
ROUNDS, TIMES = 20, 50
PEER_TIMES = 3
CHANGED = 500
FIRST_SECONDS = 1.0


def measure() -> list[Line]:
    if not TURTLE.is_file():
        return []
    return [in_a_process(speed), in_a_process(agreement), in_a_process(command)]


def files() -> list[bytes]:
    """Presentations that differ in names, texts and signatures."""
    return [presentation(description=f"Pièce n° {number}") for number in range(FILES)]


def seconds_of_a_core(work: Callable[[], object], rounds: int, times: int) -> float:
    """The least processor time that one of several rounds took, for one piece of work."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(times):
            work()
        taken.append((time.process_time() - start) / times)
    return min(taken)


def speed() -> Line:
    hand = at_hand(SHARED)
    every = files()
    right = sum(asked(one, hand).outcome is Outcome.VERIFIED for one in every)
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    turn = cycle(every)
    question = Question(NOW, Mode.STRICT)
    ours = seconds_of_a_core(lambda: verify(next(turn), "a file", question, hand), ROUNDS, TIMES)
    bare = seconds_of_a_core(signatures(every[0]), ROUNDS, TIMES)
    each, at_once = (seconds_of_a_core(peer, 2, PEER_TIMES) + bare for peer in by_others())
    times = each / ours
    return Line(
        "presentations of 4 credentials verified in all eight steps (ES256)",
        f"{1 / ours:,.0f}/s of a core, {times:,.0f} × pyld and pyshacl",
        f"at least {A_SECOND:,}/s and {TIMES_FASTER} ×", right == FILES and 1 / ours >= A_SECOND and times >= TIMES_FASTER,
        f"{FILES} files of {len(every[0]):,} bytes, {right} verified; the five bare signatures alone {1 / bare:,.0f}/s "
        f"({bare / ours:.0%} of ours); pyld and pyshacl {1 / each:.1f}/s in the same run, {1 / at_once:.1f}/s when pyshacl is given "
        f"the four as one graph ({at_once / ours:,.0f} ×)",
    )  # fmt: skip


def signatures(content: bytes) -> Callable[[], object]:
    """The five signatures of one file, taken apart beforehand."""
    outer: Any = read_compact(content)
    inner = [one["id"].partition(",")[2].encode() for one in json.loads(outer.payload)["verifiableCredential"]]
    tokens: list[Any] = [outer, *map(read_compact, inner)]
    public = key().public
    return lambda: [public.verifies("ES256", one.signed, one.signature) for one in tokens]


def by_others() -> tuple[Callable[[], object], Callable[[], object]]:
    """Four credentials read by pyld and put to pyshacl: one by one, and as one graph."""
    pyld, turtle = Pyld(bundle_of(SHARED).contexts), TURTLE.read_bytes()
    plain_shapes(turtle)
    documents = [claimed(name) for name in SUBJECTS]

    def read() -> list[Graph]:
        return [subject_graph(read_graph(pyld.statements(document), "pyld"))[0] for document in documents]

    def each() -> None:
        graphs = read()
        for number, graph in enumerate(graphs):
            beside = classes_stated([*graphs[:number], *graphs[number + 1:]])
            whole = Graph()
            for triple in (*graph.triples(), *beside.triples()):
                whole.add(*triple)
            judged_by_pyshacl(whole, turtle, plain_shapes)

    def at_once() -> None:
        whole = Graph()
        for graph in read():
            for triple in graph.triples():
                whole.add(*triple)
        judged_by_pyshacl(whole, turtle, plain_shapes)

    each()
    return each, at_once


def agreement() -> Line:
    """The same statements as pyld, the same violations as pyshacl, of the examples and of what comes of changing them."""
    linked, shapes, pyld = linked_data(SHARED), compiled(SHARED), Pyld(bundle_of(SHARED).contexts)
    random = Random(2511)
    loire = [one for name, one in documents_of(SHARED).items() if (SHARED / "data/gaia-x/loire-examples" / name).exists()]
    ours: list[Graph] = []
    theirs: list[Graph] = []
    unread = 0
    documents = [*loire]
    while len(documents) < len(loire) + CHANGED:
        documents.append(changed(random.choice(loire), random))
    for document in documents:
        reading = linked.read(document, Mode.COMPATIBLE)
        if reading.answer is not Answer.MET:
            unread += 1
            continue
        ours.append(claims(reading).graph)
        theirs.append(subject_graph(read_graph(pyld.canonical(document).encode(), "pyld"))[0])
    same = sum(one == other for one, other in zip(map(renamed, ours), map(renamed, theirs), strict=True))
    agreed = violated_alike(shapes, theirs)
    return Line(
        f"the Loire examples and {CHANGED} changed ones, read and judged", f"{same} of {len(ours)} say the same as by pyld",
        "all, and every violation as by pyshacl", same == len(ours) and agreed,
        f"violations {'the same' if agreed else 'differ'}; {unread} are no linked data, or name contexts that are not at hand",
    )  # fmt: skip


def renamed(graph: Graph) -> Any:
    """A graph by what it says, its unnamed nodes by what they say themselves."""
    def seen(node: str, within: frozenset[str]) -> Any:
        if node in within:
            return "again"
        own = graph.nodes.get(node, {})
        return frozenset(
            (predicate, seen(value, within | {node}) if isinstance(value, str) and value.startswith("_:") else value)
            for predicate, values in own.items() for value in values
        )  # fmt: skip

    return frozenset((node if not node.startswith("_:") else "_:", seen(node, frozenset())) for node in graph.nodes)


def violated_alike(shapes: Shapes, graphs: Sequence[Graph]) -> bool:
    """Whether pyshacl, given all graphs as one, finds what the compiled shapes find in each."""
    mine = {one for number, graph in enumerate(graphs) for one in violations(shapes.validate(apart(graph, number), STRICT))}
    return judged_by_pyshacl(together(graphs), TURTLE.read_bytes())[1] == mine


def command() -> Line:
    """`egide trust verify` as a user starts it, the shapes compiled by an earlier run."""
    file = Path(SHARED / "data/gaia-x/loire-examples/test-issuer.jsonld")
    words = [sys.executable, "-m", "egide", "trust", "verify", file, "--trust", SHARED / "data/gaia-x/contexts", "--trust", TURTLE.parent]
    wall, processor = command_seconds(words, (1,))
    return Line("`egide trust verify`, whole process", f"{wall:.2f} s", f"at most {FIRST_SECONDS:.0f} s", processor <= FIRST_SECONDS,
                f"{processor:.2f} s of processor; contexts and shapes read and held against their digests, the shapes compiled beforehand")


if __name__ == "__main__":
    print(f"{machine()}\n")
    sys.exit(printed(measure()))

"""The one form of a dataset: RDFC-1.0 with SHA-256 (RDF Dataset Canonicalization 1.0), its work counted as it is done.

Blank nodes that look alike are told apart by trying their orders, of which there may be more than anybody has time for; the specification
leaves it to each reader to notice (7.1, dataset poisoning). Libraries either don't, or guess beforehand; here each step is counted, so that
what can be done in time is done, and the rest is refused after a bounded time.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import permutations
from typing import TYPE_CHECKING

from egide.trust.linked.rdf import line
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from egide.trust.linked.rdf import Quad

MAX_STEPS = 2_000_000
"""Names looked up, copied or put in order while alike nodes are told apart: some two seconds."""
MAX_LEVELS = 300
"""Alike nodes behind one another."""
MAX_QUADS = 50_000
PLACES = "sog"


class _PoisonedError(Exception):
    """Telling the nodes apart takes too long."""


def canonical_form(quads: Collection[Quad]) -> bytes | Reason:
    """The canonical N-Quads document, or why there is none."""
    if len(quads) > MAX_QUADS:
        return Reason("dataset-too-large", {"limit": MAX_QUADS}, N_("more than {limit} statements are not put in one order"))
    dataset = tuple(dict.fromkeys(quads))
    try:
        names = _Naming(dataset).names()
        return "".join(sorted({line(_with(quad, names)) for quad in dataset})).encode()
    except UnicodeEncodeError:
        return Reason("lone-surrogate", {}, N_("a character is only half written (a lone surrogate)"))
    except _PoisonedError:
        return Reason("dataset-poisoned", {"limit": MAX_STEPS},
                      N_("its unnamed nodes are too much alike to be put in one order in reasonable time"))


@dataclass(slots=True)
class _Issuer:
    """Names given in order (4.5)."""

    prefix: str
    given: dict[str, str] = field(default_factory=dict)

    def name(self, node: str) -> str:
        """The node's name, given now if it had none."""
        if node not in self.given:
            self.given[node] = f"{self.prefix}{len(self.given)}"
        return self.given[node]

    def copy(self) -> _Issuer:
        """The same, to go on from."""
        return _Issuer(self.prefix, dict(self.given))


class _Naming:
    """The canonical names of the blank nodes of one dataset (4.4)."""

    def __init__(self, dataset: tuple[Quad, ...]) -> None:
        self.about: dict[str, list[Quad]] = defaultdict(list)
        for quad in dataset:
            for node in {node for _, node in _blanks(quad)}:
                self.about[node].append(quad)
        self.canonical = _Issuer("_:c14n")
        self.looks: dict[str, str] = {}
        self.steps = 0

    def names(self) -> dict[str, str]:
        """Each blank node to its name."""
        alike: dict[str, list[str]] = defaultdict(list)
        for node in self.about:
            self.looks[node] = self._look(node)
            alike[self.looks[node]].append(node)
        in_order = sorted(alike)
        for look in in_order:
            if len(alike[look]) == 1:
                self.canonical.name(alike[look][0])
        for look in in_order:
            if len(alike[look]) > 1:
                self._tell_apart(alike[look])
        return self.canonical.given

    def _tell_apart(self, nodes: list[str]) -> None:
        """Names for nodes whose own statements are alike (4.4.3, step 5)."""
        found = []
        for node in nodes:
            if node not in self.canonical.given:
                issuer = _Issuer("_:b")
                issuer.name(node)
                found.append(self._search(node, issuer, 1))
        for _, issuer in sorted(found, key=lambda one: one[0]):
            for node in issuer.given:
                self.canonical.name(node)

    def _look(self, node: str) -> str:
        """The digest of a node's statements, with the node as one mark and every other blank node as another (4.6.3)."""
        marks = {other: "_:a" if other == node else "_:z" for quad in self.about[node] for _, other in _blanks(quad)}
        return _digest("".join(sorted(line(_with(quad, marks)) for quad in self.about[node])))

    def _search(self, node: str, issuer: _Issuer, level: int) -> tuple[str, _Issuer]:
        """The digest of all that is linked to a node, and the names given on the way (4.8.3)."""
        if level > MAX_LEVELS:
            raise _PoisonedError
        said = ""
        linked = self._linked(node, issuer)
        for digest in sorted(linked):
            path, issuer = self._best(linked[digest], issuer, level)
            said += digest + path
        return _digest(said), issuer

    def _linked(self, node: str, issuer: _Issuer) -> dict[str, list[str]]:
        """The other blank nodes in its statements, by how they are linked (4.7.3 and 4.8.3, step 3)."""
        linked: dict[str, list[str]] = defaultdict(list)
        self._count(len(self.about[node]))
        for quad in self.about[node]:
            for place, other in _blanks(quad):
                if other != node:
                    known = self.canonical.given.get(other) or issuer.given.get(other) or self.looks[other]
                    way = "" if place == "g" else f"<{quad[1]}>"
                    linked[_digest(f"{place}{way}{known}")].append(other)
        return linked

    def _best(self, nodes: list[str], issuer: _Issuer, level: int) -> tuple[str, _Issuer]:
        """Of all orders of nodes linked alike, the path that comes first (4.8.3, step 5)."""
        best: tuple[str, _Issuer] | None = None
        for order in permutations(nodes):
            self._count(len(order) + len(issuer.given))
            found = self._path(order, issuer.copy(), level, best[0] if best else "")
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        assert best is not None  # noqa: S101 - the first order always has a path
        return best

    def _path(self, order: tuple[str, ...], issuer: _Issuer, level: int, best: str) -> tuple[str, _Issuer] | None:
        """The path of one order; nothing when it cannot come before the best."""
        path, ahead = "", []
        for node in order:
            known = self.canonical.given.get(node)
            if known is None:
                if node not in issuer.given:
                    ahead.append(node)
                known = issuer.name(node)
            path += known
        for node in ahead:
            if best and len(path) >= len(best) and path > best:
                return None
            digest, after = self._search(node, issuer, level + 1)
            path += f"{issuer.name(node)}<{digest}>"
            issuer = after
        return path, issuer

    def _count(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise _PoisonedError


def _blanks(quad: Quad) -> Iterator[tuple[str, str]]:
    """Each blank node of a statement, with its place: subject, object or graph."""
    subject, _, value, graph = quad
    for place, node in zip(PLACES, (subject, value, graph), strict=True):
        if isinstance(node, str) and node.startswith("_:"):
            yield place, node


def _with(quad: Quad, names: dict[str, str]) -> Quad:
    subject, predicate, value, graph = quad
    return names.get(subject, subject), predicate, names.get(value, value) if isinstance(value, str) else value, names.get(graph, graph)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

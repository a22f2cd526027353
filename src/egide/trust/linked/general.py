"""From JSON-LD to quads by pyld: slower, and whole. What the tables don't know is read here, and what is wrong is found here.

Nothing is fetched: pyld is given a loader that has the contexts at hand and no other. Before pyld sees a document, it is walked once:
its size is bounded, and what would make its meaning depend on something else than document and contexts (`@import`, `@base`) is refused.
pyld only expands; quads are made of the expanded form here, so that what is lost on the way is seen, and in linear time.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from egide.trust.jose_json import MAX_DEPTH
from egide.trust.linked.definitions import KEYWORDS, RESERVED, UnknownContextError
from egide.trust.linked.quick import MAX_CONTEXTS, Loss, Lost
from egide.trust.linked.rdf import FIRST, NIL, REST, Quad, UnfitError, directed, is_absolute, is_iri, json_literal, literal
from egide.trust.shapes.graph import RDF_TYPE, Term
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

MAX_VALUES = 20_000
"""Values of one document: pyld needs some 40 microseconds for each."""
IN_CONTEXTS = frozenset({"@version", "@vocab", "@language", "@direction", "@protected", "@propagate", "@type"})
KEPT_CONTEXTS = 64
"""Contexts that pyld keeps, those that documents bring included; beyond that it begins anew."""
NODE_KEYWORDS = frozenset({"@id", "@type", "@index"})
"""Keywords of an expanded node that say nothing more of it than was taken from them."""


class RefusedError(Exception):
    """The document is not one whose meaning can be had."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


class General:
    """A processor with the contexts at hand."""

    def __init__(self, contexts: Mapping[str, Any]) -> None:
        from pyld import jsonld  # type: ignore[import-untyped]  # noqa: PLC0415 - only who needs the general processor loads it
        from pyld.context_resolver import ContextResolver  # type: ignore[import-untyped]  # noqa: PLC0415

        self._contexts = contexts
        self._jsonld = jsonld
        self._resolver = ContextResolver
        self._kept: dict[str, Any] = {}
        self._one_at_a_time = Lock()

    def read(self, document: Mapping[str, Any]) -> Spread:
        """The quads, and what was lost. Raises `RefusedError` and `UnknownContextError`."""
        spread = Spread()
        _Look(self._contexts, spread.names).at(document)
        processor = self._jsonld.JsonLdProcessor(on_property_dropped=spread.dropped)
        try:
            with self._one_at_a_time:
                if len(self._kept) > KEPT_CONTEXTS:
                    self._kept.clear()
                options = {"base": None, "documentLoader": self._load, "contextResolver": self._resolver(self._kept, self._load)}
                expanded = processor.expand(document, options)
        except Exception as error:
            raise RefusedError(_unreadable(error)) from error
        try:
            spread.nodes(expanded, "")
        except UnfitError as error:
            raise RefusedError(Reason("value-unfit", {"value": error.what}, N_("«{value}» has no form in RDF"))) from error
        return spread

    def _load(self, name: str, _options: object = None) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": name, "document": {"@context": self._contexts[name]}, "tag": "static"}


class Spread:
    """An expanded document as quads (JSON-LD 1.1 API, 7.1 and 8.1)."""

    def __init__(self) -> None:
        self.quads: list[Quad] = []
        self.lost: dict[Lost, None] = {}
        self.names: dict[str, None] = {}
        self._blanks: dict[str, str] = {}
        self._issued = 0

    def dropped(self, key: str | None) -> None:
        """A key that no context defines, or that one says to ignore, which pyld doesn't name."""
        self.lost[Lost(Loss.TERM, key or "@")] = None

    def nodes(self, nodes: list[Any], graph: str | None) -> None:
        """The quads of several nodes; of a graph whose name is relative, none."""
        for node in nodes:
            if "@list" in node:
                self.nodes(node["@list"], graph)
            elif "@value" not in node:
                self._node(node, graph)

    def _object(self, item: dict[str, Any], graph: str | None) -> Term:
        """What stands for the item; nothing when it is relative."""
        if "@value" in item:
            if item.get("@type") == "@json":
                return json_literal(item["@value"])
            if "@direction" in item:
                return literal(item["@value"], directed(item.get("@language", ""), item["@direction"]))
            return literal(item["@value"], item.get("@type", ""), item.get("@language", ""))
        if "@list" in item:
            return self._list(item["@list"], graph)
        return self._node(item, graph)

    def _list(self, items: list[Any], graph: str | None) -> str:
        head: str = NIL
        for item in reversed(items):
            value, cell = self._object(item, graph), self._blank()
            if not value:
                raise UnfitError(str(item)[:80])
            self._add(cell, FIRST, value, graph)
            self._add(cell, REST, head, graph)
            head = cell
        return head

    def _node(self, node: dict[str, Any], graph: str | None) -> str:
        subject = self._name(node["@id"], Loss.IDENTIFIER) if "@id" in node else self._blank()
        for name in node.get("@type", []):
            self._add(subject, RDF_TYPE, self._name(name, Loss.TYPE), graph)
        for key, items in node.items():
            if key == "@graph":
                self.nodes(items, subject or None)
            elif key == "@included":
                self.nodes(items, graph)
            elif key == "@reverse":
                for predicate, sources in items.items():
                    for source in sources:
                        self._add(self._node(source, graph), self._predicate(predicate), subject, graph)
            elif key in KEYWORDS:
                if key not in NODE_KEYWORDS:
                    raise UnfitError(key)
            else:
                self._property(subject, self._predicate(key), items, graph)
        return subject

    def _property(self, subject: str, predicate: str, items: list[Any], graph: str | None) -> None:
        """The values of a property; of one that is lost, what they say of themselves."""
        if not (subject and predicate):
            self.nodes(items, graph)
            return
        for item in items:
            self._add(subject, predicate, self._object(item, graph), graph)

    def _predicate(self, name: str) -> str:
        if name.startswith("_:"):
            self.lost[Lost(Loss.TERM, name)] = None
            return ""
        return self._name(name, Loss.TERM)

    def _name(self, name: str | None, what: Loss) -> str:
        if name is None:
            raise UnfitError("@")
        if not is_absolute(name):
            self.lost[Lost(what, name)] = None
            return ""
        if not is_iri(name):
            raise UnfitError(name[:80])
        if not name.startswith("_:"):
            return name
        if name not in self._blanks:
            self._blanks[name] = self._blank()
        return self._blanks[name]

    def _blank(self) -> str:
        self._issued += 1
        return f"_:b{self._issued}"

    def _add(self, subject: str, predicate: str, value: Term, graph: str | None) -> None:
        if subject and predicate and value and graph is not None:
            self.quads.append((subject, predicate, value, graph))


class _Look:
    """One document, looked over before pyld sees it."""

    def __init__(self, known: Mapping[str, Any], names: dict[str, None]) -> None:
        self._known, self._names = known, names
        self._values = self._contexts = 0

    def at(self, document: Mapping[str, Any]) -> None:
        """Bound the document, and look at each context that it names or brings."""
        waiting: list[tuple[Any, int]] = [(document, 1)]
        while waiting:
            value, depth = waiting.pop()
            self._count(depth)
            if isinstance(value, list):
                waiting.extend((one, depth + 1) for one in value)
            elif isinstance(value, dict):
                waiting.extend((below, depth + 1) for key, below in value.items() if key != "@context")
                if "@context" in value:
                    self._context(value["@context"], depth + 1)

    def _context(self, local: Any, depth: int) -> None:
        for one in local if isinstance(local, list) else [local]:
            self._contexts += 1
            if self._contexts > MAX_CONTEXTS:
                raise RefusedError(Reason("too-many-contexts", {"limit": MAX_CONTEXTS}, N_("more than {limit} contexts in one document")))
            if isinstance(one, str):
                if one not in self._known:
                    raise UnknownContextError(one)
                self._names[one] = None
            elif isinstance(one, dict):
                for key, said in one.items():
                    self._definition(key, said, depth + 1)

    def _definition(self, key: str, said: Any, depth: int) -> None:
        self._count(depth)
        meant = said.get("@id", said.get("@reverse")) if isinstance(said, dict) else said
        for word, allowed in ((key, IN_CONTEXTS), (meant, KEYWORDS)):
            if isinstance(word, str) and RESERVED.match(word) and word not in allowed:
                raise RefusedError(Reason("context-member", {"member": word[:80]},
                                          N_("a context that a document brings may not use `{member}` here")))
        if isinstance(said, dict) and "@context" in said:
            self._context(said["@context"], depth + 1)

    def _count(self, depth: int) -> None:
        self._values += 1
        if depth > MAX_DEPTH:
            raise RefusedError(Reason("too-deep", {"limit": MAX_DEPTH}, N_("more than {limit} levels")))
        if self._values > MAX_VALUES:
            raise RefusedError(Reason("too-many-values", {"limit": MAX_VALUES},
                                      N_("more than {limit} values, in JSON-LD of an unusual form")))


def _unreadable(error: BaseException) -> Reason:
    """Why pyld did not read it: the code of JSON-LD 1.1 API, 9.4 that is nearest to the cause."""
    code = ""
    cause: BaseException | None = error
    while cause is not None:
        code = str(getattr(cause, "code", None) or code)
        cause = cause.__cause__
    return Reason("json-ld", {"error": code or type(error).__name__}, N_("not JSON-LD: {error} (JSON-LD 1.1 API, 9.4)"))

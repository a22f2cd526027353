"""From JSON-LD to quads in one walk, by the tables of `egide.trust.linked.terms`.

What the walk does is what expansion, node map generation and the making of RDF do together (JSON-LD 1.1 API, 5.1, 7.1 and 8.1) for
documents such as credentials are. Anything else raises `BeyondError`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from egide.trust.jose_json import MAX_DEPTH
from egide.trust.linked.definitions import KEYWORDS, BeyondError
from egide.trust.linked.rdf import Quad, UnfitError, is_absolute, is_iri, json_literal, literal, plain
from egide.trust.linked.terms import Active, Library, Word
from egide.trust.shapes.graph import RDF_TYPE, XSD_STRING, Literal
from egide.trust.shapes.subjects import SUBJECT

MAX_CONTEXTS = 1_000
"""Places of one document that may bring a context."""
MAX_DEFINITIONS = 1_000
MAX_BEGUN, MAX_WRITTEN = 256, 4_096
"""Beginnings of documents that are remembered, and the bytes of each."""
new = tuple.__new__


class Loss(StrEnum):
    """What JSON-LD passes over without a word, and a signature must not."""

    TERM = "term"
    """A key that no context defines."""
    IDENTIFIER = "identifier"
    """A relative identifier: there is nothing that it is relative to."""
    TYPE = "type"
    """A type that no context defines."""


class Lost(NamedTuple):
    """Something that the document says, and its graph doesn't."""

    what: Loss
    text: str


NO_TYPES: tuple[str, ...] = ()


class Walk:
    """One document on its way to quads."""

    __slots__ = ("_blanks", "_contexts", "_graphs", "_issued", "lost", "names", "quads", "spans", "types")

    def __init__(self) -> None:
        self.quads: list[Quad] = []
        self.lost: dict[Lost, None] = {}
        self.names: dict[str, None] = {}
        """The contexts that were named, in the order in which they were met."""
        self.spans: list[tuple[int, int]] = []
        """Where the quads of a credential's subjects begin and end; nowhere, when some are in a graph of their own."""
        self.types: tuple[str, ...] = ()
        """The IRIs of the outermost object's own types."""
        self._blanks: dict[str, str] = {}
        self._issued = self._contexts = self._graphs = 0

    def document(self, document: dict[str, Any], library: Library) -> None:
        """A whole document. Raises `BeyondError` and `UnknownContextError`."""
        try:
            self._document(document, library)
        except (UnfitError, RecursionError) as error:
            raise BeyondError(str(error)) from error

    def _document(self, document: dict[str, Any], library: Library) -> None:
        if "@graph" not in document:
            self._node(document, library.empty, "", 1)
            return
        if document.keys() - {"@context", "@graph"} or not isinstance(document["@graph"], list):
            raise BeyondError("@graph")
        active = self._context(document.get("@context", []), library.empty)
        for one in document["@graph"]:
            if not isinstance(one, dict) or "@value" in one or active.previous:
                raise BeyondError("@graph")
            self._node(one, active, "", 2)

    def _begun(self, local: Any, empty: Active) -> Active:
        """`_context` of what a document begins with, which thousands of documents write alike."""
        begun = empty.library.begun
        try:
            written = msgspec.json.encode(local)
        except (ValueError, TypeError, OverflowError):
            return self._context(local, empty)
        known = begun.get(written)
        if known is None:
            active = self._context(local, empty)
            if len(begun) < MAX_BEGUN and len(written) <= MAX_WRITTEN:
                begun[written] = active, tuple(self.names)
            return active
        active, names = known
        self._contexts = len(local) if isinstance(local, list) else 1
        self.names = dict.fromkeys(names)
        return active

    def _context(self, local: Any, active: Active) -> Active:
        every = local if isinstance(local, list) else [local]
        self._contexts += len(every)
        if self._contexts > MAX_CONTEXTS or (isinstance(local, dict) and local.keys() == {"@context"}):
            raise BeyondError("@context")
        for one in every:
            if isinstance(one, str):
                self.names[one] = None
            elif isinstance(one, dict) and (len(one) > MAX_DEFINITIONS or _has_scoped(one)):
                raise BeyondError("@context")
        return active.after(local)

    def _node(self, node: dict[str, Any], active: Active, graph: str, depth: int) -> str:  # noqa: PLR0912 - each further call costs
        """The quads of a node object. Its name; nothing when it has one that is relative."""
        if depth > MAX_DEPTH:
            raise BeyondError("depth")
        if "@context" in node:
            active = self._begun(node["@context"], active) if depth == 1 else self._context(node["@context"], active)
        keys = tuple(node)
        kind = active.kinds.get(keys)
        if kind is None:
            kind = active.kind(keys)
        types, typed = self._types(node[kind], active) if kind else (NO_TYPES, active)
        named, rest = typed.layouts.get(keys) or typed.layout(keys)
        subject = self._identifier(node[named], typed) if named else self._blank()
        add = self.quads.append
        if subject:
            for name in types:
                add((subject, RDF_TYPE, name, graph))
        if depth == 1:
            self.types = types
        for key, meaning, datatype, usual, word in rest:
            value = node[key]
            if datatype and value.__class__ is str:
                if subject:
                    add((subject, meaning, new(Literal, (value, datatype, "")), graph))
            elif usual and value.__class__ is dict:
                if len(value) > 1 and "@value" not in value and word.of_objects is not None:
                    about = self._node(value, word.of_objects, graph, depth + 1)
                else:
                    about = self._object(value, word, graph, depth)
                if subject and about:
                    add((subject, meaning, about, graph))
            else:
                self._property(key, value, subject, word, graph, depth)
        return subject

    def _property(self, key: str, value: Any, subject: str, word: Word, graph: str, depth: int) -> None:
        if word.meaning in KEYWORDS:
            raise BeyondError(word.meaning)
        if not word.meaning:
            self.lost[Lost(Loss.TERM, key)] = None
        elif word.coercion == "@json":
            self._add(subject, word.meaning, json_literal(value), graph)
        elif depth == 1 and word.meaning == SUBJECT:
            begun, graphs = len(self.quads), self._graphs
            self._value(value, subject, word, graph, depth)
            self.spans.append((begun, len(self.quads)) if graphs == self._graphs else (0, 0))
        else:
            self._value(value, subject, word, graph, depth)

    def _types(self, said: Any, active: Active) -> tuple[tuple[str, ...], Active]:
        """The types as IRIs, and what words mean in an object of them."""
        names = said if said.__class__ is list else [said]
        written = tuple(said) if said.__class__ is list else said
        try:
            known = active.typings.get(written)
        except TypeError:
            raise BeyondError("@type") from None
        if known is not None:
            return known
        if any(name.__class__ is not str for name in names):
            raise BeyondError("@type")
        found = [self._name(active.type_iri(name), name, Loss.TYPE) for name in names]
        iris = tuple([iri for iri in found if iri])
        typed = active.typed(names) if names else active
        if all(found) and not any(iri.startswith("_:") for iri in iris):
            active.keep_types(written, iris, typed)
        return iris, typed

    def _identifier(self, said: Any, active: Active) -> str:
        if said.__class__ is not str:
            raise BeyondError("@id")
        known = active.named.get(said)
        if known is None:
            known = self._name(active.iri(said), said, Loss.IDENTIFIER)
            if known and not known.startswith("_:"):
                active.keep_name(said, known)
        return known

    def _name(self, iri: str, said: str, what: Loss) -> str:
        """The name that goes into quads; nothing when it is relative."""
        if not is_iri(iri):
            if is_absolute(iri):
                raise BeyondError(iri)
            self.lost[Lost(what, said)] = None
            return ""
        if not iri.startswith("_:"):
            return iri
        if iri not in self._blanks:
            self._blanks[iri] = self._blank()
        return self._blanks[iri]

    def _blank(self) -> str:
        self._issued += 1
        return f"_:b{self._issued}"

    def _add(self, subject: str, predicate: str, value: Any, graph: str) -> None:
        if subject and value:
            self.quads.append((subject, predicate, value, graph))

    def _value(self, value: Any, subject: str, word: Word, graph: str, depth: int) -> None:
        kind = type(value)
        if value is None:
            return
        if kind is list:
            if depth > MAX_DEPTH:
                raise BeyondError("depth")
            for one in value:
                self._value(one, subject, word, graph, depth + 1)
        elif word.graph:
            self._in_its_own_graph(value, subject, word, graph, depth)
        elif kind is dict:
            self._add(subject, word.meaning, self._object(value, word, graph, depth), graph)
        else:
            self._add(subject, word.meaning, self._scalar(value, word), graph)

    def _in_its_own_graph(self, value: Any, subject: str, word: Word, graph: str, depth: int) -> None:
        if type(value) is not dict or "@value" in value or len(value) == 1 or word.of_objects is None:
            raise BeyondError("@graph")
        own = self._blank()
        self._graphs += 1
        self._add(subject, word.meaning, own, graph)
        self._node(value, word.of_objects, own, depth + 1)

    def _object(self, value: dict[str, Any], word: Word, graph: str, depth: int) -> Any:
        """What stands for an object: a literal, or a name; nothing when there is neither."""
        if "@value" in value:
            return self._value_object(value, word)
        if len(value) == 1:
            (key, said), = value.items()
            if word.of_scalars is None:
                raise BeyondError(key)
            if key in word.of_scalars.id_keys:
                return self._identifier(said, word.of_scalars)
        if word.of_objects is None:
            raise BeyondError("@context")
        return self._node(value, word.of_objects, graph, depth + 1)

    def _value_object(self, value: dict[str, Any], word: Word) -> Any:
        active = word.of_scalars
        if active is None or len(value) > 2:
            raise BeyondError("@value")
        datatype = language = ""
        for key, said in value.items():
            meaning = active.word(key).meaning
            if meaning == "@value":
                continue
            if not isinstance(said, str) or meaning not in ("@type", "@language"):
                raise BeyondError(meaning)
            if meaning == "@language":
                language = said.lower()
            else:
                datatype = active.type_iri(said)
        written = value["@value"]
        if isinstance(written, (dict, list)) or (language and not isinstance(written, str)):
            raise BeyondError("@value")
        if datatype and (not is_iri(datatype) or datatype.startswith("_:")):
            raise BeyondError(datatype)
        return None if written is None else literal(written, datatype, language)

    def _scalar(self, value: Any, word: Word) -> Any:
        active, coercion = word.of_scalars, word.coercion
        if active is None:
            raise BeyondError(word.meaning)
        if coercion in ("@id", "@vocab"):
            if isinstance(value, str):
                if coercion == "@id":
                    return self._identifier(value, active)
                return self._name(active.type_iri(value), value, Loss.IDENTIFIER)
            coercion = ""
        if isinstance(value, str) and not coercion:
            return plain(value, XSD_STRING)
        return literal(value, coercion)


def _has_scoped(local: dict[str, Any]) -> bool:
    """Whether it defines contexts within, which must be looked at even when nothing uses them."""
    return any(isinstance(said, dict) and "@context" in said for said in local.values())

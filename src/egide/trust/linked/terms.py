"""Contexts as tables: what each word of a document means, worked out once for each context and kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from egide.trust.linked.definitions import KEYWORDS, RESERVED, UNSCOPED, BeyondError, Definitions, Term, UnknownContextError, as_object
from egide.trust.linked.rdf import WRITTEN_ANEW, is_absolute, is_iri
from egide.trust.shapes.graph import XSD_STRING
from egide.trust.shapes.subjects import SUBJECT

MAX_TABLES = 1_024
"""Tables that are kept; then all are forgotten, and made anew as they are needed. Documents bring contexts of their own."""
MAX_KEPT = 256
"""Words and types that are kept for each table beyond those that it defines, and lists of types."""
MAX_NAMED = 256
"""Identifiers that are kept for each table."""
MAX_LENGTH = 200
"""Characters of a word that is kept, or of a list of types."""
MAX_LAYOUTS, MAX_LAID_KEYS, MAX_LAID = 4_096, 32, 600
"""Layouts of objects that are kept in all, the keys of each, and their characters."""
READ_BEFORE = frozenset({"@id", "@type", "@context"})
"""What is read of a node before anything else."""


@dataclass(frozen=True, slots=True)
class Word:
    """A key of an object, under one context."""

    meaning: str
    """A keyword, an IRI, or nothing when the key is ignored."""
    coercion: str = ""
    graph: bool = False
    of_scalars: Active | None = None
    """The context for its texts, references and value objects; none when these are for the general processor."""
    of_objects: Active | None = None
    """The context for its node objects: without what a type brought, and with what the property brings."""
    datatype: str = ""
    """The datatype of a text that stands as it is written; nothing when there is more to it."""
    usual: bool = False
    """Whether an object stands for a node or a value, and is neither JSON as it is, nor a graph, nor a credential's subject."""


class Layout(NamedTuple):
    """An object by its keys, under one context: thousands of objects are written alike."""

    name: str
    """The key of its identifier; nothing when it has none."""
    rest: tuple[tuple[str, str, str, bool, Word], ...]
    """Each other key in order, with what is asked of its word: meaning, datatype, and whether it is usual."""


class Library:
    """The contexts at hand, by name, and the tables made of them. It may serve many threads: what is kept is never changed."""

    def __init__(self, contexts: Mapping[str, Any]) -> None:
        """``contexts``: each name to the value of `@context` in its document."""
        self.contexts = contexts
        self.empty = Active({}, None, None, self)
        self.begun: dict[bytes, tuple[Active, tuple[str, ...]]] = {}
        """What words mean after the contexts that documents begin with, as they are written, and which of them are named."""
        self._tables = self._layouts = 0

    def named(self, name: str) -> Any:
        """The context of that name. Raises `UnknownContextError`."""
        if name not in self.contexts:
            raise UnknownContextError(name)
        return self.contexts[name]

    def count(self) -> None:
        """Count one more table, so that what is kept stays bounded."""
        self._tables += 1
        if self._tables > MAX_TABLES:
            self._forget()

    def count_layout(self) -> None:
        """Count one more layout likewise."""
        self._layouts += 1
        if self._layouts > MAX_LAYOUTS:
            self._forget()

    def _forget(self) -> None:
        self._tables = self._layouts = 0
        self.empty = Active({}, None, None, self)
        self.begun = {}


class Active:
    """What all words mean at one place of a document: the active context of JSON-LD, with what was found out kept."""

    __slots__ = (
        "_after", "_iris", "_typed", "_words", "id_keys", "kinds", "layouts", "library", "named", "previous", "terms", "type_keys",
        "typings", "vocab",
    )  # fmt: skip

    def __init__(self, terms: dict[str, Term], vocab: str | None, previous: Active | None, library: Library) -> None:
        self.terms, self.vocab, self.previous, self.library = terms, vocab, previous, library
        self.id_keys = ("@id", *(name for name, term in terms.items() if term.iri == "@id"))
        self.type_keys = ("@type", *sorted(name for name, term in terms.items() if term.iri == "@type"))
        self.kinds: dict[tuple[str, ...], str] = {}
        """The keys of an object to the one under which its types stand; nothing when there is none. `kind` finds out about others."""
        self.layouts: dict[tuple[str, ...], Layout] = {}
        """The keys of an object to what they mean, of those that were met; `layout` finds out about others."""
        self.typings: dict[Any, tuple[tuple[str, ...], Active]] = {}
        """Types as they are written to their IRIs, and to what words mean in an object of them; of those whose IRIs are absolute."""
        self.named: dict[str, str] = {}
        """Identifiers to their IRIs, of the latest that were met and are absolute."""
        self._words: dict[str, Word] = {}
        self._iris: dict[str, str] = {}
        self._typed: dict[tuple[str, ...], Active] = {}
        self._after: dict[Any, Active] = {}

    def after(self, local: Any, *, override: bool = False, propagate: bool = True) -> Active:
        """What words mean once another context was read. ``override``: protected terms may change, as below a property."""
        if isinstance(local, list):
            found = self
            for one in local:
                found = found.after(one, override=override, propagate=propagate)
            return found
        key = (_key(local), override, propagate)
        known = self._after.get(key)
        if known is None:
            known = self._read(local, override, propagate)
            self.library.count()
            self._after[key] = known
        return known

    def typed(self, names: Sequence[str]) -> Active:
        """What words mean in an object of these types (JSON-LD 1.1 API, 5.1.2, step 11)."""
        key = tuple(names)
        known = self._typed.get(key)
        if known is None:
            known = self
            for name in sorted(names):
                term = self.terms.get(name)
                if term is not None and term.scoped is not UNSCOPED:
                    known = known.after(as_object(term.scoped), propagate=False)
            if known.type_keys != self.type_keys:
                raise BeyondError("@type")
            if len(self._typed) < MAX_KEPT and sum(map(len, key)) <= MAX_LENGTH:
                self._typed[key] = known
        return known

    def word(self, key: str) -> Word:
        """What a key means."""
        known = self._words.get(key)
        if known is None:
            known = self._word(key)
            if key in self.terms or (len(self._words) < MAX_KEPT + len(self.terms) and len(key) <= MAX_LENGTH):
                self._words[key] = known
        return known

    def kind(self, keys: tuple[str, ...]) -> str:
        """The key under which the types of an object stand; two of them are for the general processor."""
        found = _only(keys, self.type_keys)
        if _is_kept(keys):
            self.library.count_layout()
            self.kinds[keys] = found
        return found

    def layout(self, keys: tuple[str, ...]) -> Layout:
        """What the keys of an object mean."""
        words = [(key, self.word(key)) for key in keys]
        rest = [(key, word.meaning, word.datatype, word.usual, word) for key, word in words if word.meaning not in READ_BEFORE]
        found = Layout(_only(keys, self.id_keys), tuple(rest))
        if _is_kept(keys):
            self.library.count_layout()
            self.layouts[keys] = found
        return found

    def type_iri(self, name: str) -> str:
        """The IRI of a type, or of a value that is looked up in the vocabulary; it may be relative."""
        known = self._iris.get(name)
        if known is None:
            known = self._meaning(name)
            if not known or known in KEYWORDS:
                raise BeyondError(name)
            if len(self._iris) < MAX_KEPT and len(name) <= MAX_LENGTH:
                self._iris[name] = known
        return known

    def keep_types(self, said: str | tuple[str, ...], iris: tuple[str, ...], typed: Active) -> None:
        """Remember what types are, as they are written."""
        if len(self.typings) < MAX_KEPT and sum(map(len, said)) <= MAX_LENGTH:
            self.typings[said] = iris, typed

    def keep_name(self, name: str, iri: str) -> None:
        """Remember what an identifier stands for; when there are too many, all are forgotten."""
        if len(name) <= MAX_LENGTH:
            if len(self.named) >= MAX_NAMED:
                self.named = {}
            self.named[name] = iri

    def iri(self, name: str) -> str:
        """The IRI of an identifier: prefixes count, terms and the vocabulary don't. It may be relative."""
        colon = name.find(":")
        if colon > 0:
            if name.startswith("//", colon + 1) or name.startswith("_:"):
                return name
            prefix = self._term(name[:colon])
            return prefix.iri + name[colon + 1:] if prefix is not None and prefix.prefix else name
        if name.startswith("@"):
            raise BeyondError(name)
        return name

    def _term(self, name: str) -> Term | None:
        term = self.terms.get(name)
        if term is not None and term.beyond:
            raise BeyondError(name)
        return term

    def _meaning(self, name: str) -> str:
        """A keyword or an IRI, which may be relative; nothing when the name is ignored."""
        if name in KEYWORDS:
            return name
        if RESERVED.fullmatch(name):
            return ""
        term = self._term(name)
        if term is not None:
            return term.iri
        iri, colon = self.iri(name), name.find(":")
        if self.vocab is None or iri is not name or (colon > 0 and (name.startswith("//", colon + 1) or is_absolute(name))):
            return iri
        return self.vocab + name

    def _word(self, key: str) -> Word:
        meaning = self._meaning(key)
        if meaning in KEYWORDS:
            return Word(meaning)
        if not is_absolute(meaning):
            return Word("")
        if not is_iri(meaning) or meaning.startswith("_:"):
            raise BeyondError(key)
        term = self.terms.get(key)
        bare = self.previous or self
        if term is None:
            return Word(meaning, of_scalars=self, of_objects=bare, datatype=XSD_STRING, usual=meaning != SUBJECT)
        graph = "@graph" in term.container
        datatype = "" if graph or term.coercion.startswith("@") or term.coercion in WRITTEN_ANEW else term.coercion or XSD_STRING
        if term.scoped is UNSCOPED:
            usual = not graph and term.coercion != "@json" and meaning != SUBJECT
            return Word(meaning, term.coercion, graph, None if graph else self, bare, datatype, usual)
        if term.scoped is None:
            return Word(meaning, term.coercion, graph, None, self.library.empty)
        if key in as_object(term.scoped):
            raise BeyondError(key)
        below = None if graph else self.after(term.scoped, override=True)
        own = bare.after(term.scoped, override=True)
        return Word(meaning, term.coercion, graph, below, own, datatype)

    def _read(self, local: Any, override: bool, propagate: bool) -> Active:
        if local is None:
            if not override and any(term.protected for term in self.terms.values()):
                raise BeyondError("null")
            return self.library.empty
        found = local
        if isinstance(local, str):
            found = self.library.named(local)
            if not isinstance(found, dict):
                return self.after(found, override=override, propagate=propagate)
        terms, vocab = Definitions(self.terms, self.vocab, as_object(found), override).done()
        return Active(terms, vocab, self.previous if propagate else self.previous or self, self.library)


def _only(keys: tuple[str, ...], among: tuple[str, ...]) -> str:
    found = [key for key in keys if key in among]
    if len(found) > 1:
        raise BeyondError(found[1])
    return found[0] if found else ""


def _is_kept(keys: tuple[str, ...]) -> bool:
    return len(keys) <= MAX_LAID_KEYS and sum(map(len, keys)) <= MAX_LAID


def _key(local: Any) -> Any:
    if local is None or isinstance(local, str):
        return local
    own = tuple(as_object(local).items())
    return own if all(said.__class__ is str for _, said in own) else ("its own", json.dumps(local))

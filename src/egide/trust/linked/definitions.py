"""What one context defines: terms, prefixes and a vocabulary (JSON-LD 1.1 API, 4.1 and 4.2).

Only what the contexts of credentials use is known here: terms, prefixes, `@vocab`, coercion, `@protected`, contexts scoped to a property
or a type, and the containers `@set` and `@graph`. Whatever else is met raises `BeyondError`, and the general processor reads the
document instead. So does every mistake: this part never judges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from egide.trust.linked.rdf import is_absolute, is_iri

KEYWORDS = frozenset({
    "@base", "@container", "@context", "@default", "@direction", "@embed", "@explicit", "@first", "@graph", "@id", "@import",
    "@included", "@index", "@json", "@language", "@list", "@nest", "@none", "@omitDefault", "@propagate", "@protected", "@preserve",
    "@requireAll", "@reverse", "@set", "@type", "@value", "@version", "@vocab",
})  # fmt: skip
RESERVED = re.compile(r"@[a-zA-Z]+")
"""What looks like a keyword and is none is ignored (JSON-LD 1.1, 9.16)."""
PREFIX_ENDS = (":", "/", "?", "#", "[", "]", "@")
SIMPLE_CONTAINERS = frozenset({"@set", "@graph"})
DEFINING = frozenset({"@id", "@type", "@context", "@container", "@protected"})
UNSCOPED: Any = object()


class BeyondError(Exception):
    """What was met is for the general processor."""


class UnknownContextError(Exception):
    """A context that is not at hand."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Term:
    """What a context says of a word."""

    iri: str
    """An IRI, or the keyword that the word stands for."""
    coercion: str = ""
    """``@id``, ``@vocab``, ``@json`` or a datatype; nothing when its values are taken as they come."""
    container: tuple[str, ...] = ()
    scoped: Any = UNSCOPED
    """The context for what stands below it."""
    prefix: bool = False
    protected: bool = False
    beyond: bool = False
    """Whether it uses what is not known here."""


def as_object(local: Any) -> dict[str, Any]:
    """A context that is an object."""
    if not isinstance(local, dict):
        raise BeyondError(str(type(local)))
    return local


class Definitions:
    """One context being read: its definitions, each made when another needs it first."""

    def __init__(self, terms: dict[str, Term], vocab: str | None, local: dict[str, Any], override: bool) -> None:
        """``terms`` and ``vocab`` as they are before; ``override``: protected terms may change."""
        self.local, self.override = local, override
        self.terms = dict(terms)
        self.vocab = vocab
        self.all_protected = local.get("@protected", False) is True
        self.defined: dict[str, bool] = {}
        self._head()

    def done(self) -> tuple[dict[str, Term], str | None]:
        """All terms, and the vocabulary."""
        for name in self.local:
            if name not in ("@version", "@vocab", "@protected"):
                self._define(name)
        return self.terms, self.vocab

    def _head(self) -> None:
        if self.local.get("@version", 1.1) != 1.1 or not isinstance(self.local.get("@protected", False), bool):
            raise BeyondError("@version")
        vocab = self.local.get("@vocab", "")
        if vocab != "":
            if not isinstance(vocab, str) or "://" not in vocab or not is_iri(vocab):
                raise BeyondError("@vocab")
            self.vocab = vocab
        elif "@vocab" in self.local:
            raise BeyondError("@vocab")

    def _define(self, name: str) -> None:
        if name in self.defined:
            if self.defined[name]:
                return
            raise BeyondError(name)
        if name.startswith("@") or not name or re.search(r":[^:]|/", name):
            raise BeyondError(name)
        self.defined[name] = False
        before = self.terms.pop(name, None)
        said = self.local[name]
        simple = isinstance(said, str)
        term = self._term(name, {"@id": said} if simple else as_object(said), simple)
        if before is not None and before.protected and not self.override:
            term = replace(term, protected=True)
            if term.beyond or term != before:
                raise BeyondError(name)
        self.terms[name] = term
        self.defined[name] = True

    def _term(self, name: str, said: dict[str, Any], simple: bool) -> Term:
        iri = self._iri_of(name, said.get("@id", name))
        coercion = said.get("@type", "")
        if not isinstance(coercion, str):
            raise BeyondError(name)
        if coercion and coercion not in ("@id", "@vocab", "@json"):
            coercion = self._expanded(coercion)
            if not is_absolute(coercion) or not is_iri(coercion) or coercion.startswith("_:"):
                raise BeyondError(name)
        container = said.get("@container", [])
        containers = tuple(str(one) for one in (container if isinstance(container, list) else [container]))
        keyword = iri in KEYWORDS
        if keyword and (iri not in ("@id", "@type") or said.keys() - {"@id", "@protected"}):
            raise BeyondError(name)
        prefix = simple and not keyword and ":" not in name and (iri.startswith("_:") or iri.endswith(PREFIX_ENDS))
        protected = said.get("@protected", self.all_protected)
        if not isinstance(protected, bool):
            raise BeyondError(name)
        beyond = bool(said.keys() - DEFINING) or not SIMPLE_CONTAINERS.issuperset(containers)
        return Term(iri, coercion, containers, said.get("@context", UNSCOPED), prefix, protected, beyond)

    def _iri_of(self, name: str, said: Any) -> str:
        if not isinstance(said, str):
            raise BeyondError(name)
        iri = self._vocabulary(name) if said == name else self._expanded(said)
        if iri not in KEYWORDS and not is_absolute(iri):
            raise BeyondError(name)
        return iri

    def _vocabulary(self, name: str) -> str:
        if self.vocab is None:
            raise BeyondError(name)
        return self.vocab + name

    def _expanded(self, name: str) -> str:
        """A keyword or IRI, what it depends on defined first."""
        if name in KEYWORDS:
            return name
        if name.startswith("@"):
            raise BeyondError(name)
        if name in self.local and self.defined.get(name) is not True:
            self._define(name)
        if name in self.terms:
            return self._plain(name).iri
        prefix, colon, suffix = name.partition(":")
        if colon and prefix:
            if prefix == "_" or suffix.startswith("//"):
                return name
            if prefix in self.local and not self.defined.get(prefix):
                self._define(prefix)
            if prefix in self.terms and self._plain(prefix).prefix:
                return self.terms[prefix].iri + suffix
            if is_absolute(name):
                return name
        return self._vocabulary(name)

    def _plain(self, name: str) -> Term:
        term = self.terms[name]
        if term.beyond:
            raise BeyondError(name)
        return term

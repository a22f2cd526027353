"""What a Gaia-X credential states, property by property, with the JSON path of each.

Only terms that the document's own contexts make terms of Gaia-X, or of ours, are read: a prefix that it defines otherwise means something
else. A quantity whose unit isn't known, or a choice that is none of ours, is kept as text and has no value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec

from egide.catalogue.gaia_x_terms import CONTEXTS, ENVELOPE_TYPES, FUNCTIONS, GAIA_X, MEMBERS, NAMESPACE, OTHERS, PREFIXES, Refers, To, Tree
from egide.catalogue.listed import provider_id
from egide.catalogue.units import LONGEST_TEXT, normalised
from egide.vocabulary.errors import EgideError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_
from egide.vocabulary.properties import PROPERTIES, Form, Value

DEEPEST = 12
MOST_SAID = 2000
"""Statements of one credential."""
MADE_OF = frozenset({"instantiationReq", "storageConfiguration"})
"""Members that describe a part of the subject in place, or name another subject that is that part."""
_KNOWN = (*GAIA_X, *OTHERS)


class TooMuchSaidError(EgideError):
    """A credential with more statements than are read of one."""

    def __init__(self) -> None:
        super().__init__(N_("more than {limit} statements in one credential"), {"limit": MOST_SAID})


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of a document, before anybody asks whose document it is."""

    property: str
    value: Value | None
    text: str
    at: str
    region: str | None = None
    unread: Reason | None = None
    """Why there is no value."""


@dataclass(slots=True)
class Words:
    """What the keys of a document mean."""

    prefixes: Mapping[str, str]
    terms: Mapping[str, str]
    bare: bool
    """Whether a word without prefix is a term of Gaia-X."""
    _known: dict[str, str] = field(default_factory=dict)

    def local(self, key: str) -> str:
        """The term's own name; ours with `NAMESPACE` before it; nothing when it is a term of somebody else."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._resolve(key)
        return found

    def _resolve(self, key: str) -> str:
        iri = self.terms.get(key, key)
        prefix, colon, rest = iri.partition(":")
        if colon and not rest.startswith("//"):
            iri = self.prefixes.get(prefix, prefix + ":") + rest
        elif not colon:
            return iri if self.bare or iri in {"name", "description"} else ""
        if iri.startswith(NAMESPACE):
            return iri
        for known in _KNOWN:
            if iri.startswith(known):
                return iri[len(known):]
        return ""


def words_of(context: object) -> Words:
    """What a document's `@context` makes of its keys."""
    return _words(msgspec.json.encode(context))


@lru_cache(maxsize=256)
def _words(context: bytes) -> Words:
    listed = msgspec.json.decode(context)
    bare = False
    prefixes: dict[str, str] = {}
    terms: dict[str, str] = {}
    for one in listed if isinstance(listed, list) else [listed]:
        if isinstance(one, str):
            if one.rstrip("/") in CONTEXTS:
                bare = True
                prefixes = dict(PREFIXES) | prefixes
        elif isinstance(one, dict):
            bare = bare or one.get("@vocab") in GAIA_X
            for name, meaning in one.items():
                iri = meaning.get("@id") if isinstance(meaning, dict) else meaning
                if isinstance(iri, str) and not name.startswith("@"):
                    (prefixes if iri.endswith(("#", "/", ":")) else terms)[name] = iri
    return Words(prefixes, terms, bare)


def statements_of(document: Mapping[str, Any]) -> Mapping[str, list[Said]]:
    """Each subject of a credential, and the subjects that it describes in place, to what is stated of it.

    Raises `TooMuchSaidError` beyond `MOST_SAID` statements.
    """
    reading = _Reading(words_of(document.get("@context")))
    own_types = [kind for kind in reading.types(document) if kind not in ENVELOPE_TYPES]
    found = document.get("credentialSubject")
    for number, subject in enumerate(found if isinstance(found, list) else [found]):
        if isinstance(subject, dict):
            at = f"$.credentialSubject[{number}]" if isinstance(found, list) else "$.credentialSubject"
            label = "LabelCredential" in (*own_types, *reading.types(subject))
            reading.subject(subject, at, own_types, _identifier(document) if label else "")
    return reading.said


def is_addition(document: Mapping[str, Any]) -> bool:
    """Whether a credential holds our own additions, and neither it nor a subject is of a type of Gaia-X."""
    reading = _Reading(words_of(document.get("@context")))
    subjects = [one for one in _listed(document.get("credentialSubject")) if isinstance(one, dict)]
    types = [kind for node in (document, *subjects) for kind in reading.types(node)]
    ours = [key for node in subjects for key in node if reading.words.local(key).startswith(NAMESPACE)]
    return bool(ours) and not set(types) - ENVELOPE_TYPES


@dataclass(slots=True)
class _Reading:
    """One credential as it is read."""

    words: Words
    said: dict[str, list[Said]] = field(default_factory=dict)
    count: int = 0

    def types(self, node: Mapping[str, Any]) -> list[str]:
        found = node.get("type", node.get("@type"))
        return [local for one in _listed(found) if isinstance(one, str) and (local := self.words.local(one))]

    def subject(self, node: Mapping[str, Any], at: str, types: list[str], fallback: str) -> str:
        """Read a subject; its identifier, or that of the label which it is the content of (``fallback``)."""
        name = _identifier(node) or fallback
        if not name:
            legal = next((str(_bare(value)) for key, value in node.items() if self.words.local(key) in {"legalName", "name"}), "")
            name = provider_id(legal) if legal else ""
        if not name:
            return ""
        own = [kind for kind in self.types(node) if kind not in ENVELOPE_TYPES] or types
        into = self.said.setdefault(name, [])
        for kind in own[:1]:
            self._say(into, "gaia_x_type", kind, at)
            does, sort = FUNCTIONS.get(kind, ("", ""))
            if does:
                self._say(into, "functions", does, at)
            if sort:
                self._say(into, "kinds", sort, at)
        self._members(node, MEMBERS, at, into, 0)
        return name

    def _members(self, node: Mapping[str, Any], tree: Tree, at: str, into: list[Said], depth: int) -> None:
        for key, value in node.items():
            local = self.words.local(key)
            if not local or depth > DEEPEST:
                continue
            here = f"{at}.{key}" if key.isidentifier() else f"{at}['{key}']"
            if local.startswith(NAMESPACE):
                self._ours(local[len(NAMESPACE):], value, here, into)
                continue
            meant = tree.get(local)
            if isinstance(meant, To):
                self._values(meant, value, here, into)
            elif isinstance(meant, Refers):
                self._references(meant, value, here, into)
            elif meant is not None:
                for one, place in _each(value, here):
                    self._inside(meant, one, place, into, depth, local in MADE_OF)

    def _inside(self, tree: Tree, value: Any, at: str, into: list[Said], depth: int, part: bool) -> None:
        """What a nested object says of the subject; a part that is only named is another subject."""
        if isinstance(value, str) or (isinstance(value, dict) and len(value) == 1 and _identifier(value)):
            if part:
                self._say(into, "aggregation_of", value if isinstance(value, str) else _identifier(value), at)
        elif isinstance(value, dict):
            self._members(value, tree, at, into, depth + 1)

    def _values(self, meant: To, value: Any, at: str, into: list[Said]) -> None:
        of = PROPERTIES[meant.property]
        for one, here in _each(value, at):
            written, unit = self._quantity(one) if isinstance(one, dict) and of.form is Form.NUMBER else (_bare(one), "")
            if isinstance(written, str) and meant.ends:
                written = written.rstrip("/").rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]
            if isinstance(written, (str, int, float, bool)):
                self._say(into, meant.property, written, here, unit)

    def _quantity(self, node: Mapping[str, Any]) -> tuple[Any, str]:
        """A number and its unit, as QUDT writes them."""
        if "@value" in node:
            return node["@value"], ""
        told = {self.words.local(key): _bare(value) for key, value in node.items()}
        number = told.get("quantityValue", told.get("value"))
        return number, str(told.get("applicableUnit", told.get("unit")) or "")

    def _references(self, meant: Refers, value: Any, at: str, into: list[Said]) -> None:
        for one, here in _each(value, at):
            if isinstance(one, str):
                self._say(into, meant.property, one, here)
            elif isinstance(one, dict):
                described = len(one) > ("id" in one or "@id" in one)
                types = ["SubContractor"] if meant.property == "sub_contractors" else []
                name = self.subject(one, here, types, "") if described and here.count(".") < DEEPEST else _identifier(one)
                if name:
                    self._say(into, meant.property, name, here)

    def _ours(self, name: str, value: Any, at: str, into: list[Said]) -> None:
        """Our own additions: a value, or an object of `value`, `unit` and `region`."""
        if name not in PROPERTIES:
            return
        for one, here in _each(value, at):
            if isinstance(one, dict) and not {"@value", "id", "@id"} & one.keys():
                told = {key.rpartition(":")[2].rpartition("#")[2]: _bare(inner) for key, inner in one.items()}
                region = told.get("region")
                self._say(into, name, told.get("value"), here, str(told.get("unit") or ""), str(region) if region else None)
            else:
                self._say(into, name, _bare(one), here)

    def _say(self, into: list[Said], name: str, written: Any, at: str, unit: str = "", region: str | None = None) -> None:
        self.count += 1
        if self.count > MOST_SAID:
            raise TooMuchSaidError
        of = PROPERTIES[name]
        value = None if written is None else normalised(of, [written] if of.many else written, unit)
        text = "" if written is None else f"{written} {unit}".strip()[:LONGEST_TEXT]
        if isinstance(value, Reason):
            into.append(Said(name, None, text, at, region, value))
            return
        if of.many:
            for index, other in enumerate(into):
                if (other.property, other.region) == (name, region) and isinstance(other.value, frozenset) and isinstance(value, frozenset):
                    into[index] = Said(name, other.value | value, f"{other.text}, {text}", other.at, region)
                    return
        into.append(Said(name, value, text, at, region))


def _each(value: Any, at: str) -> Iterator[tuple[Any, str]]:
    if isinstance(value, dict) and "@list" in value:
        value = value["@list"]
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield one, f"{at}[{number}]"
    elif value is not None:
        yield value, at


def _bare(value: Any) -> Any:
    """A value out of its object: `@value`, or the identifier that it refers to."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        return value.get("@value", _identifier(value))
    return value


def _identifier(node: Mapping[str, Any]) -> str:
    found = node.get("id", node.get("@id"))
    return found if isinstance(found, str) and not found.startswith("_:") else ""


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [] if found is None else [found]

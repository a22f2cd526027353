"""DCAT-AP metadata, as geoportals and open-data sites publish it, read as descriptions of datasets (DCAT 3, §6.6 and §6.8).

JSON-LD with the context within the file, Turtle, RDF/XML or N-Triples; nothing is fetched. A dataset needs a title and one distribution
with a `dcat:downloadURL` (or `dcat:accessURL`); French is preferred among titles, then English, then what is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
MEDIA = "https://www.iana.org/assignments/media-types/"
SUFFIXES = (".jsonld", ".json", ".ttl", ".rdf", ".xml", ".nt")
MOST_TRIPLES = 1_000_000
PREFERRED = ("fr", "en", None)


@dataclass(frozen=True, slots=True)
class Described:
    """A dataset as its metadata has it. ``source``: where the data is, in full or beside the file; None when nothing says."""

    id: str
    title: str
    description: str | None
    source: str | None
    media_type: str | None


def described(content: bytes, name: str, base: str) -> list[Described]:
    """The datasets of a file, in the order of their names. ``base``: what relative addresses stand on. Raises `InputError`."""
    from pyoxigraph import Literal, NamedNode, RdfFormat, parse  # noqa: PLC0415 - loads when metadata is read

    formats = {".jsonld": RdfFormat.JSON_LD, ".json": RdfFormat.JSON_LD, ".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML,
               ".xml": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES}  # fmt: skip
    form = formats.get(next((one for one in SUFFIXES if name.lower().endswith(one)), ""))
    if form is None:
        raise InputError(N_("metadata is read as {known}"), Location(name), values={"known": ", ".join(SUFFIXES)})
    said: dict[Any, dict[str, list[Any]]] = {}
    try:
        for number, quad in enumerate(parse(content, format=form, base_iri=base)):
            if number >= MOST_TRIPLES:
                raise InputError(N_("more than {most} statements"), Location(name), values={"most": MOST_TRIPLES})
            said.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    except (SyntaxError, ValueError) as error:
        raise InputError(N_("not readable as metadata: {problem}"), Location(name), values={"problem": error}) from error
    datasets = [one for one, about in said.items() if NamedNode(f"{DCAT}Dataset") in about.get(TYPE, ())]

    def words(about: dict[str, list[Any]], term: str) -> str | None:
        return _preferred(one for one in about.get(f"{DCT}{term}", ()) if isinstance(one, Literal))

    return sorted((_one(node, said, words) for node in datasets), key=lambda one: one.id)


def _one(node: Any, said: dict[Any, dict[str, list[Any]]], words: Any) -> Described:
    about = said[node]
    name = words(about, "identifier") or getattr(node, "value", "")
    data = [(one, said.get(one, {})) for one in about.get(f"{DCAT}distribution", ())]
    place, media = None, None
    for _, parts in data:
        found = [*parts.get(f"{DCAT}downloadURL", ()), *parts.get(f"{DCAT}accessURL", ())]
        if found:
            place = found[0].value
            media = next((one.value.removeprefix(MEDIA) for one in parts.get(f"{DCAT}mediaType", ())), None)
            break
    return Described(name, words(about, "title") or name, words(about, "description"), place, media)


def _preferred(texts: Iterable[Any]) -> str | None:
    found = {one.language: one.value for one in texts}
    return next((found[one] for one in PREFERRED if one in found), next(iter(found.values()), None))

"""The binder of evidence: an index of documents, compared with the files as they are.

`binder.yaml` is the whole form; `index.csv`, with French or English headers, is a simpler way to the same documents.
An entry that cannot be used is a problem with its place, and the others go on. Nothing here judges what a document is
worth: a file whose digest is not the one of the index is kept as it was found, and the assessment says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from egide.label.dossier import Document, EvidenceKind
from egide.label.shapes import MAX_ITEMS, DocumentShape, split
from egide.label.tables import Row, rows
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml, write_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

INDEXES = ("binder.yaml", "index.csv")
"""Names of the index in an evidence folder; the first that is there is read."""
TRIED = frozenset({EvidenceKind.TEST, EvidenceKind.SAMPLE})
"""Evidence that somebody tried a control, and not only wrote of it."""

ABSENT = N_("`{name}` is not in the folder: the document counts for nothing until it is")
UNNAMED = N_("no entry of the index names `{name}`: it counts for nothing")
ALTERED = N_("`{name}` is not the file that was indexed: its digest is {found}…, not {written}…")
UNSAFE = N_("`{name}` leaves the folder of the binder; the entry is left out")
TWICE = N_("`{id}` stands twice; the second is left out")
ENDS_EARLY = N_("it ends on {until}, before the day it speaks of; the entry is left out")

HEADERS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "identifiant", "reference", "numero", "n"),
    "title": ("title", "titre", "intitule", "document", "nom"),
    "kind": ("kind", "nature", "type", "type de preuve"),
    "assurance": ("assurance", "niveau", "niveau d assurance"),
    "issuer": ("issuer", "emetteur", "auteur", "emis par"),
    "on": ("on", "date", "du", "date du document"),
    "until": ("until", "fin", "jusqu au", "valable jusqu au", "fin de validite", "expiration"),
    "scope": ("scope", "perimetre", "portee"),
    "covers": ("covers", "couvre", "exigences", "requirements"),
    "file": ("file", "fichier"),
    "digest": ("digest", "sha256", "sha 256", "empreinte"),
    "standard": ("standard", "norme", "referentiel"),
    "outcome": ("outcome", "conclusion", "resultat"),
    "findings": ("findings", "reserves", "constats", "ecarts"),
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": {"document": "document", "interview": "interview", "entretien": "interview", "test": "test", "essai": "test",
             "sample": "sample", "echantillon": "sample", "prelevement": "sample"},
    "assurance": {"declared": "declared", "declare": "declared", "declaree": "declared", "declaratif": "declared",
                  "audited": "audited", "audite": "audited", "auditee": "audited", "attested": "attested", "atteste": "attested",
                  "attestee": "attested", "certifie": "attested"},
    "outcome": {"conforms": "conforms", "conforme": "conforms", "partial": "partial", "partiel": "partial", "partielle": "partial",
                "avec reserves": "partial", "does not conform": "does-not-conform", "non conforme": "does-not-conform"},
}
LISTS = ("covers", "findings")
NEEDED = ("id", "title", "kind", "issuer", "on")


def read_binder(content: bytes, file: str, found: Mapping[str, str]) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The documents of the index, and what in it or in its folder could not be used.

    ``found`` is each file of the folder (index left out) by its path below the folder, with ``/``, to its SHA-256.
    Raises `InputError` when the index is no index at all.
    """
    entries = _csv_entries(content, file) if file.lower().endswith(".csv") else _yaml_entries(content, file)
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for at, entry in entries:
        if isinstance(entry, Problem):
            problems.append(entry)
            continue
        document, complaint = _document(entry, at, found)
        if complaint:
            problems.append(complaint)
        if document and document.id in documents:
            problems.append(Problem(at, TWICE, {"id": document.id}))
        elif document:
            documents[document.id] = document
    named = {document.file for document in documents.values()}
    problems += [Problem(Location(file), UNNAMED, {"name": name}, False) for name in sorted(set(found) - named)]
    return tuple(documents.values()), tuple(problems)


def unsafe(name: str) -> bool:
    """Whether a name leaves its folder, or would on another system: absolute, a drive, ``..``, a control character."""
    parts = re.split(r"[/\\]", name)
    return ".." in parts or "" in parts or "\\" in name or ":" in parts[0] or any(ord(char) < 32 for char in name)


def write_binder(documents: Iterable[Document]) -> bytes:
    """The index that `read_binder` reads back to the same documents."""
    return write_yaml({"documents": [_written(document) for document in documents]})


def _written(document: Document) -> dict[str, object]:
    shape = DocumentShape(
        document.id, document.title, document.kind, document.issuer, document.on, document.assurance, document.until, document.scope,
        list(document.covers), document.file, document.digest, document.standard, document.outcome, list(document.findings),  # type: ignore[arg-type]
    )
    plain = msgspec.to_builtins(shape, builtin_types=(type(document.on),))
    return {name: value for name, value in plain.items() if value not in (None, "", []) or name == "title"}


def _document(entry: DocumentShape, at: Location, found: Mapping[str, str]) -> tuple[Document | None, Problem | None]:
    if entry.until and entry.until < entry.on:
        return None, Problem(at, ENDS_EARLY, {"until": entry.until})
    if entry.file is not None and unsafe(entry.file):
        return None, Problem(at, UNSAFE, {"name": entry.file})
    digest = entry.digest.removeprefix("sha256:").lower() if entry.digest else None
    there = found.get(entry.file) if entry.file is not None else None
    document = Document(
        entry.id, entry.title, entry.kind, entry.assurance, entry.issuer, entry.on, entry.until, entry.scope, tuple(entry.covers),
        entry.file, digest, there, entry.standard, entry.outcome, tuple(entry.findings),
    )
    if entry.file is not None and there is None:
        return document, Problem(at, ABSENT, {"name": entry.file}, False)
    if there and digest and there != digest:
        return document, Problem(at, ALTERED, {"name": entry.file, "found": there[:12], "written": digest[:12]}, False)
    return document, None


def _yaml_entries(content: bytes, file: str) -> Iterable[tuple[Location, DocumentShape | Problem]]:
    whole = read_yaml(content, file)
    if not isinstance(whole, dict) or set(whole) != {"documents"} or not isinstance(whole["documents"], (list, type(None))):
        raise InputError(N_("a binder is a list under the one key `documents`"), Location(file, path="$"))
    written: Sequence[object] = whole["documents"] or ()
    if len(written) > MAX_ITEMS:
        raise InputError(N_("more than {limit} entries"), Location(file, path="$.documents"), values={"limit": MAX_ITEMS})
    for index, one in enumerate(written):
        path = f"$.documents[{index}]"
        try:
            yield Location(file, path=path), msgspec.convert(one, DocumentShape)
        except msgspec.ValidationError as error:
            message, below = split(error)
            at = Location(file, path=path + below)
            yield at, Problem(at, N_("{problem}; the entry is left out"), {"problem": message})


def _csv_entries(content: bytes, file: str) -> Iterable[tuple[Location, DocumentShape | Problem]]:
    for row in rows(content, file, HEADERS, NEEDED, MAX_ITEMS):
        try:
            yield row.at(), msgspec.convert(_cells(row), DocumentShape)
        except msgspec.ValidationError as error:
            message, below = split(error)
            name = below.lstrip(".").split("[", maxsplit=1)[0]
            at = row.at(name)
            yield at, Problem(at, N_("{problem}; the entry is left out"), {"problem": message})


def _cells(row: Row) -> dict[str, object]:
    entry: dict[str, object] = {}
    for name in HEADERS:
        cell = row.text(name)
        if not cell:
            continue
        if name in ("on", "until"):
            entry[name] = row.day(name) or cell
        elif name in LISTS:
            entry[name] = [part.strip() for part in re.split(r"[;|\n]" if name == "findings" else r"[;|,\s]", cell) if part.strip()]
        else:
            entry[name] = row.word(name, WORDS[name]) or cell if name in WORDS else cell
    return entry


def tried(documents: Iterable[Document]) -> frozenset[str]:
    """Documents that record that something was tried and held: tests and samples whose file is there, unchanged."""
    return frozenset(
        one.id for one in documents
        if one.kind in TRIED and one.found and one.digest in (None, one.found) and one.outcome != "does-not-conform"
    )

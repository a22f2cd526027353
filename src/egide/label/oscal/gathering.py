"""Gathers the records that stand in components, parties and back matter: ours exactly, those of others as far as they are understood.

A record that cannot be built is a problem with its path, and never stops the good ones.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from egide.label import dossier as nouns
from egide.label.oscal import foreign, homes
from egide.label.oscal.carrying import BadValueError, built, marked
from egide.label.oscal.names import is_below
from egide.label.oscal.parts import OFFER, RECORD, RegisterFile, RegisterNotes
from egide.ownership.holdings import Register
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.label.oscal.shapes import BackMatter, DefinedComponent, Metadata, Prop, SystemComponent
    from egide.ownership.holdings import Holding

T = TypeVar("T")
OUTSIDE = N_("the file of the document «{name}» is not in the folder or below, so it is left out")
NOT_A_REGISTER = N_("the register of holdings that is attached cannot be read: {problem}")
NOT_EXPECTED = N_("nothing of the kind «{kind}» is expected here, so it is left out")
MARKS = frozenset({RECORD})


@dataclass(slots=True)
class Parts:
    """The records that are found in components, parties and back matter."""

    suppliers: list[nouns.Supplier] = field(default_factory=list)
    components: list[nouns.Component] = field(default_factory=list)
    accesses: list[nouns.Access] = field(default_factory=list)
    needs: list[nouns.Need] = field(default_factory=list)
    bases: list[nouns.Base] = field(default_factory=list)
    documents: list[nouns.Document] = field(default_factory=list)
    register: Register | None = None

    def fields(self) -> dict[str, Any]:
        """By the names of the dossier's fields."""
        return {
            "suppliers": tuple(self.suppliers), "components": tuple(self.components), "accesses": tuple(self.accesses),
            "needs": tuple(self.needs), "bases": tuple(self.bases), "documents": tuple(self.documents), "register": self.register,
        }


class Gathering:
    """The records of some documents, and the problems with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def record(self, cls: type[T], props: Sequence[Prop], known: Mapping[str, object], file: str, path: str,
               leave: frozenset[str] = frozenset(), marks: frozenset[str] = frozenset()) -> T | None:
        """The record, or None and a problem: a bad one never stops the good ones."""
        try:
            return built(cls, props, known, leave, marks | MARKS)
        except BadValueError as error:
            self.tell(file, path, error.message, name=error.name)
            return None

    def tell(self, file: str, path: str, message: str, *, rejected: bool = True, **args: object) -> None:
        """Note a problem at a path of a file."""
        self.problems.append(Problem(Location(file, path=path), message, args, rejected))

    def part(self, one: SystemComponent | DefinedComponent, file: str, path: str, parts: Parts) -> bool:
        """Whether it is a component, function or way of access of ours, or the offer itself."""
        kind = marked(one.props, RECORD)
        title = homes.of_titled(one.title)
        if kind == "component":
            add(parts.components, self.record(nouns.Component, one.props, title, file, path))
        elif kind == "need":
            add(parts.needs, self.record(nouns.Need, one.props, title, file, path))
        elif kind == "access":
            add(parts.accesses, self.record(nouns.Access, one.props, {}, file, path))
        elif kind is not None and kind != OFFER:
            self.tell(file, path, NOT_EXPECTED, kind=kind)
        return kind is not None

    def foreign_component(self, one: SystemComponent | DefinedComponent, file: str, path: str) -> nouns.Component:
        """A component that others wrote; one that nobody is said to operate is reported."""
        component = foreign.component(one)
        if not component.operated_by:
            self.tell(file, path, foreign.NO_OPERATOR, rejected=False, name=one.title)
        return component

    def place_parties(self, file: str, where: str, made: Metadata, held: Iterable[Any], parts: Parts, known: set[str]) -> None:
        """Puts suppliers in place: ours, and those of others that hold such a role. ``known`` are parties that are placed already."""
        strangers, left = foreign.suppliers(made, held)
        by_uuid = {one.id: one for one in strangers}
        reported = {one.uuid for one in left}
        for at, party in enumerate(made.parties):
            path = f"{where}.metadata.parties[{at}]"
            kind = marked(party.props, RECORD)
            if kind == "supplier":
                add(parts.suppliers, self.record(nouns.Supplier, party.props, homes.of_supplier(party), file, path))
            elif kind is None and party.uuid in by_uuid and party.uuid not in known:
                parts.suppliers.append(by_uuid[party.uuid])
            elif kind is None and party.uuid in reported and party.uuid not in known:
                self.tell(file, path, foreign.NO_ROLE, name=party.name or party.uuid)

    def place_evidence(self, file: str, where: str, matter: BackMatter | None, parts: Parts, found: Mapping[str, str]) -> dict[str, str]:
        """Puts documents and register in place, with the digests of files as they are; returns the document of each resource."""
        documents = {}
        for at, one in enumerate(matter.resources if matter else ()):
            path = f"{where}.back-matter.resources[{at}]"
            kind = marked(one.props, RECORD)
            if kind == "register":
                parts.register = self._register(one.base64.value if one.base64 else "", one.props, file, path)
                continue
            if kind == "document":
                record = self.record(nouns.Document, one.props, homes.of_document(one), file, path, frozenset({"found"}))
            else:
                record = foreign.document(one)
                message = foreign.NO_ISSUER if record else foreign.NO_DAY
                self.tell(file, path, message, rejected=record is None, name=one.title or one.uuid)
            if record:
                record = self._kept(record, file, path, found)
                documents[one.uuid] = record.id
                parts.documents.append(record)
        return documents

    def _kept(self, document: nouns.Document, file: str, path: str, found: Mapping[str, str]) -> nouns.Document:
        """The document with its file as it is here; a file outside the folder is never looked for."""
        if document.file is None:
            return document
        if not is_below(document.file):
            self.tell(file, path, OUTSIDE, rejected=False, name=document.title)
            return replace(document, file=None)
        return replace(document, found=found.get(document.file))

    def _register(self, content: str, props: Sequence[Prop], file: str, path: str) -> Register | None:
        try:
            read = msgspec.json.decode(b64decode(content, validate=True), type=RegisterFile)
            holdings = [_checked(one) for one in read.holdings]
        except (Base64Error, ValueError, msgspec.DecodeError, RecursionError) as error:
            self.tell(file, path, NOT_A_REGISTER, problem=str(error))
            return None
        notes = self.record(RegisterNotes, props, {}, file, path)
        return Register({one.id: one for one in read.parties}, holdings, read.influences, read.concerts, read.conflicts,
                        list(notes.problems) if notes else [], read.at)


def _checked(one: Holding) -> Holding:
    """A holding whose shares are shares. Raises `ValueError`."""
    capital, votes = (share.checked() if share is not None else None for share in (one.capital, one.votes))
    return msgspec.structs.replace(one, capital=capital, votes=votes)


def add(some: list[T], one: T | None) -> None:
    """Put the record with the others when it could be built."""
    if one is not None:
        some.append(one)

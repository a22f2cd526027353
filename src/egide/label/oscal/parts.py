"""Writes what several documents share: metadata, parties, evidence, components."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from egide.label.oscal import homes
from egide.label.oscal.carrying import carry, line, mark
from egide.label.oscal.names import Names, href
from egide.label.oscal.shapes import (
    WRITTEN,
    Attached,
    BackMatter,
    Hash,
    Link,
    Metadata,
    Party,
    Prop,
    Resource,
    Responsible,
    Rlink,
    Role,
    Status,
    SystemComponent,
)
from egide.ownership.holdings import Concert, Conflict, Holding, Influence
from egide.ownership.holdings import Party as Holder
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from egide.label.dossier import Base, Document, Dossier, Supplier
    from egide.ownership.holdings import Register

RECORD = "record"
"""The mark that says which of our nouns an object of OSCAL holds."""
OFFER = "offer"
REGISTER_FILE = "register.json"
NOT_A_QUALIFICATION = N_(
    "A computed label is evidence for a file: it is never a qualification, and never proof under article 31 of the SREN law or under R9."
)


class RegisterFile(msgspec.Struct):
    """The register of holdings, as it travels inside the plan."""

    parties: list[Holder]
    holdings: list[Holding]
    influences: list[Influence]
    concerts: list[Concert]
    conflicts: list[Conflict]
    at: dict[str, Location]


@dataclass(frozen=True, slots=True)
class RegisterNotes:
    """What its reader complained of, as properties beside it."""

    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """What every writer needs: the day, the language, the prefix of file names."""

    on: date
    language: Language
    prefix: str = ""
    with_register: bool = True

    @property
    def moment(self) -> str:
        """The day as OSCAL stamps it."""
        return stamp(self.on)

    def said(self, message: str, **args: object) -> str:
        """A message in the language of the documents."""
        return self.language.text(message, args)


def stamp(day: date) -> str:
    """Midnight of the day, in universal time."""
    return f"{day.isoformat()}T00:00:00Z"


def metadata(writing: Writing, title: str, parties: list[Party]) -> Metadata:
    """Title, day and parties; the day is that of the assessment, so that the same question gives the same bytes."""
    roles = [Role("provider", writing.said(N_("Provider of the offer"))),
             Role("supplier", writing.said(N_("Third party that takes part in the service")))] if parties else []
    provider = [Responsible("provider", [parties[0].uuid])] if parties else []
    return Metadata(line(title), writing.moment, writing.on.isoformat(), WRITTEN, props=[mark("language", writing.language.code)],
                    roles=roles, parties=parties, responsible_parties=provider)


def about(dossier: Dossier, writing: Writing, message: str, with_parties: bool = False) -> Metadata:
    """Metadata of a document on the offer."""
    return metadata(writing, writing.said(message, offer=dossier.name), parties(dossier, Names(dossier.id)) if with_parties else [])


def parties(dossier: Dossier, names: Names) -> list[Party]:
    """The provider first, then each supplier."""
    provider = Party(names.new("provider", dossier.provider), "organization", line(dossier.provider_name), props=[mark(RECORD, "provider")])
    return [provider, *(_supplier(one, names) for one in dossier.suppliers)]


def _supplier(supplier: Supplier, names: Names) -> Party:
    party = Party(names.new("supplier", supplier.id), "organization", line(supplier.name), props=[mark(RECORD, "supplier")])
    party.props += carry(supplier, homes.of_supplier(party))
    return party


def resource(document: Document, names: Names) -> Resource:
    """A piece of evidence with its file and digest. What the file is today is not the dossier's to say, and does not travel."""
    made = Resource(names.new("document", document.id), line(document.title), props=[mark(RECORD, "document")])
    reference = href(document.file) if document.file else None
    if reference:
        hashes = [Hash("SHA-256", document.digest)] if document.digest and homes.SHA_256.fullmatch(document.digest) else []
        made.rlinks = [Rlink(reference, hashes=hashes)]
    made.props += carry(document, homes.of_document(made), frozenset({"found"}))
    return made


def register_resource(register: Register, names: Names, writing: Writing) -> Resource:
    """The register of holdings as an attached file."""
    file = RegisterFile(list(register.parties.values()), register.holdings, register.influences, register.concerts, register.conflicts,
                        register.at)
    content = b64encode(msgspec.json.encode(file, enc_hook=_fraction)).decode()
    props = [mark(RECORD, "register"), *carry(RegisterNotes(tuple(register.problems)))]
    return Resource(names.new("register", ""), writing.said(N_("Register of holdings and powers")), props=props,
                    base64=Attached(content, REGISTER_FILE, "application/json"))


def _fraction(share: object) -> str:
    """A share of more digits than a number of JSON keeps."""
    if not isinstance(share, Fraction):
        raise TypeError(type(share))
    return str(share)


def back_matter(resources: list[Resource]) -> BackMatter | None:
    """The back matter; none when there is nothing to put there."""
    return BackMatter(resources) if resources else None


def components(dossier: Dossier, names: Names, writing: Writing, below: Sequence[str | None]) -> list[SystemComponent]:
    """The offer, the offers underneath, its parts, the functions and the ways of access. ``below`` are the plans of the bases."""
    made = [_component(names.of("component", dossier.id), "this-system", dossier.name, dossier.perimeter, [mark(RECORD, OFFER)])]
    for base, plan in zip(dossier.bases, below, strict=True):
        props = [mark(RECORD, "base"), *carry(base, homes.of_titled(line(base.name)), frozenset({"dossier"}))]
        links = [Link(plan, "system-security-plan")] if plan else []
        made.append(_component(names.new("base", base.offer), "system", base.name, _of_base(base, writing), props, links))
    for part in dossier.components:
        props = [mark(RECORD, "component"), *carry(part, homes.of_titled(line(part.name)))]
        made.append(_component(names.new("part", part.id), "service", part.name, part.name, props))
    for need in dossier.needs:
        props = [mark(RECORD, "need"), *carry(need, homes.of_titled(line(need.name)))]
        made.append(_component(names.new("need", need.id), "process-procedure", need.name, need.name, props))
    for access in dossier.accesses:
        way = f"{access.source} → {access.target}"
        props = [mark(RECORD, "access"), *carry(access)]
        made.append(_component(names.new("access", access.id), "interconnection", way, access.control or way, props))
    return made


def _component(uuid: str, kind: str, title: str, description: str, props: list[Prop], links: list[Link] | None = None) -> SystemComponent:
    return SystemComponent(uuid, kind, line(title), description, Status("other"), props=props, links=links or [])


def _of_base(base: Base, writing: Writing) -> str:
    return writing.said(N_("Layer underneath ({layer}), on which the offer is built."), layer=base.provides)

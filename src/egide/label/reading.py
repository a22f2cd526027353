"""Reads a provider's dossier: `offer.yaml` and what it names beside it, into one value.

`references` says which files it needs; whoever may open files brings them in a `Given`; `read_dossier` puts all together.
What is misspelt is refused with its path; what is only missing leaves the dossier with less behind it, and a problem.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from egide.label.binder import INDEXES, read_binder, tried, unsafe
from egide.label.crossings import check, evidence_problems
from egide.label.dossier import (
    Access,
    Answered,
    Base,
    Component,
    Customer,
    Dossier,
    Need,
    PathState,
    Risk,
    Step,
    Supplier,
    TechnicalData,
)
from egide.label.facts import WrongValueError, country
from egide.label.records import FORMS, read_records
from egide.label.shapes import BaseShape, DossierShape, NeedShape, RiskShape, StepShape, SupplierShape, TechnicalDataShape, read
from egide.label.statements import Speaker, backed, read_facts, read_objectives
from egide.label.tables import plain
from egide.ownership.reading import read_register
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_
from egide.vocabulary.offers import Period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.label.dossier import CatalogueLine, Document, Statement
    from egide.ownership.holdings import Register

CONTROLLED = "controlled_by_third"
"""Whether a third company controls the supplier: a statement for when no register knows its holders."""
SPOKEN_OF = frozenset({
    CONTROLLED, "role", "provides", "under", "seat", "administration", "establishment", "data", "countries", "contract_end",
})

NOT_GIVEN = N_("`{name}` is named here and was not given")
LEAVES_FOLDER = N_("`{name}` leaves the folder of the dossier; keep its files beside it")
UNTRIED = N_("a control is said to be tested and no test or sample of the binder stands behind it; it is taken for declared")
NO_PARTY = N_("the dossier knows nothing of «{name}»: where it is and who holds it are unknown")
NO_LINE = N_("the catalogue at hand holds no line `{name}`")


@dataclass(frozen=True, slots=True)
class References:
    """The files that a dossier names, by their paths below its folder, with ``/``."""

    ownership: tuple[str, ...]
    records: tuple[str, ...]
    evidence: str | None
    """The folder of evidence: its index (`binder.yaml`, else `index.csv`) and the digests of its other files are needed."""
    bases: tuple[str, ...]
    """Dossiers underneath; these may begin with ``../``."""

    @property
    def files(self) -> tuple[str, ...]:
        """What is to be brought as bytes, the index of evidence apart."""
        return self.ownership + self.records


@dataclass(frozen=True, slots=True)
class Given:
    """What was brought for a dossier."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """By the names of `References`, and the index as ``<evidence>/binder.yaml`` or ``<evidence>/index.csv``."""
    found: Mapping[str, str] = field(default_factory=dict)
    """Every other file of the evidence folder by its path below it, to its SHA-256 in hexadecimal."""
    bases: Mapping[str, Dossier] = field(default_factory=dict)
    """Dossiers underneath, by the paths of `References.bases`."""
    lines: Mapping[str, CatalogueLine] = field(default_factory=dict)
    """Lines of the catalogue, by the identifier of the offer."""
    evidence: str | None = None
    """A folder of evidence in place of the one that the dossier names, by the name under which its files are given."""


def references(content: bytes, file: str) -> References:
    """The files that the dossier names; raises `InputError` when it is no dossier or a name leaves its folder."""
    return _references(read(content, DossierShape, file), file)


def read_dossier(content: bytes, file: str, given: Given) -> Dossier:
    """The dossier with its register, records, binder and bases.

    Raises `InputError` naming the path of an unknown key, of a value that is not of its kind, of a name that is nothing's,
    or of a file that was not given.
    """
    written = read(content, DossierShape, file)
    named = _references(written, file)
    if given.evidence:
        named = replace(named, evidence=given.evidence)
    register = _register(named, file, given)
    check(written, file, register.parties if register else (), _parts_below(written, given))
    return _Reader(written, file, given).dossier(named, register, _digest(content, named, given))


def _references(written: DossierShape, file: str) -> References:
    records = tuple(name for kind in FORMS if (name := getattr(written.records, kind)))
    bases = tuple(base.dossier for base in written.built_on if base.dossier)
    for name in (*written.ownership, *records, *([written.evidence] if written.evidence else ())):
        if unsafe(name):
            raise InputError(LEAVES_FOLDER, Location(file), values={"name": name})
    for name in bases:
        if unsafe(name.replace("../", "")):
            raise InputError(LEAVES_FOLDER, Location(file, path="$.built_on"), values={"name": name})
    return References(tuple(written.ownership), records, written.evidence, bases)


def _parts_below(written: DossierShape, given: Given) -> frozenset[str]:
    """The components of bases whose dossier is at hand, as ``base/component``."""
    bases = ((base.offer, given.bases.get(base.dossier or "")) for base in written.built_on)
    return frozenset(f"{offer}/{one.id}" for offer, dossier in bases if dossier for one in dossier.components)


def _register(named: References, file: str, given: Given) -> Register | None:
    if not named.ownership:
        return None
    return read_register({name: _file(name, file, "$.ownership", given) for name in named.ownership})


def _file(name: str, file: str, path: str, given: Given) -> bytes:
    if name not in given.files:
        raise InputError(NOT_GIVEN, Location(file, path=path), values={"name": name})
    return given.files[name]


def _digest(content: bytes, named: References, given: Given) -> str:
    """SHA-256 over all that the dossier was read from; the same files give the same digest wherever they lie."""
    parts = {"": content, **{name: given.files[name] for name in named.files if name in given.files}}
    if named.evidence:
        parts |= {f"{named.evidence}/{name}": digest.encode() for name, digest in given.found.items()}
        parts |= {index: given.files[index] for name in INDEXES if (index := f"{named.evidence}/{name}") in given.files}
    parts |= {name: given.bases[name].digest.encode() for name in named.bases if name in given.bases}
    whole = hashlib.sha256()
    for name in sorted(parts):
        whole.update(f"{name}\0{len(parts[name])}\0".encode() + parts[name])
    return whole.hexdigest()


class _Reader:
    """Puts one dossier together, and keeps the problems met on the way."""

    def __init__(self, written: DossierShape, file: str, given: Given) -> None:
        self.written, self.file, self.given = written, file, given
        self.speaker = Speaker(written.offer.provider_name, written.offer.on, file)
        self.problems: list[Problem] = []

    def dossier(self, named: References, register: Register | None, digest: str) -> Dossier:
        written, offer = self.written, self.written.offer
        self.problems += register.problems if register else []
        documents = self.documents(named)
        statements = read_facts(written.facts, self.speaker)
        cited = [(f"$.facts.{name}", one.evidence) for name, several in statements.items() for one in several]
        self.problems += evidence_problems(written, cited, {document.id for document in documents}, self.file)
        return Dossier(
            offer.id, offer.name, offer.provider, offer.provider_name, tuple(offer.kinds), offer.perimeter, statements,
            read_objectives(written.objectives, self.speaker), documents,
            suppliers=tuple(self.supplier(one, index) for index, one in enumerate(written.suppliers)),
            components=tuple(Component(one.id, one.name, one.operated_by, frozenset(one.holds), one.layer) for one in written.components),
            accesses=(*self.accesses(tried(documents)), *self.recorded(register)),
            needs=tuple(_need(one) for one in written.needs),
            bases=tuple(self.base(one, index) for index, one in enumerate(written.built_on)),
            answered=tuple(Answered(one.base, one.requirement, one.how, tuple(one.evidence)) for one in written.answered),
            risks=tuple(self.risk(one, index) for index, one in enumerate(written.risks)),
            technical_data=tuple(self.technical(one, index) for index, one in enumerate(written.technical_data)),
            steps=tuple(_step(one) for one in written.steps),
            requested_on=written.requested_on, customers=tuple(Customer(one.id, one.name, one.role) for one in written.customers),
            register=register, line=self.line(offer.catalogue, "$.offer.catalogue"), owners=written.owners, efforts=written.efforts,
            digest=digest, problems=tuple(self.problems), same_as=tuple(offer.same_as),
        )  # fmt: skip

    def risk(self, one: RiskShape, index: int) -> Risk:
        self.countries([one.country] if one.country else [], f"$.risks[{index}].country")
        return Risk(one.id, one.title, one.law, one.country, one.treatment, one.residual, one.accepted_by, one.accepted_on,
                    tuple(one.requirements), tuple(one.evidence))

    def technical(self, one: TechnicalDataShape, index: int) -> TechnicalData:
        where = self.countries(one.where, f"$.technical_data[{index}].where")
        return TechnicalData(one.kind, where, one.component, one.held_by, one.retention_days)

    def documents(self, named: References) -> tuple[Document, ...]:
        if not named.evidence:
            return ()
        index = next((path for name in INDEXES if (path := f"{named.evidence}/{name}") in self.given.files), None)
        if index is None:
            raise InputError(NOT_GIVEN, Location(self.file, path="$.evidence"), values={"name": f"{named.evidence}/{INDEXES[0]}"})
        documents, problems = read_binder(self.given.files[index], index, self.given.found)
        self.problems += problems
        return documents

    def supplier(self, one: SupplierShape, index: int) -> Supplier:
        path = f"$.suppliers[{index}]"
        for name in ("seat", "administration", "establishment"):
            self.countries([code] if (code := getattr(one, name)) else [], f"{path}.{name}")
        statements: dict[str, Statement] = {}
        for name, by in one.statements.items():
            here = f"{path}.statements.{name}"
            if name not in SPOKEN_OF or (by.value is not None and name != CONTROLLED):
                raise InputError(N_("what stands behind `{name}` of a supplier cannot be said so"), Location(self.file, path=here),
                                 values={"name": name})
            value = by.value if name == CONTROLLED else getattr(one, name)
            plain_value = frozenset(value) if isinstance(value, list) else value
            statements[name] = backed(f"supplier.{name}", plain_value, by, self.speaker, here)
        qualified = Period(one.qualified.start, one.qualified.end) if one.qualified else None
        return Supplier(
            one.id, one.name, one.role, one.provides, one.under, one.seat, one.administration, one.establishment,
            frozenset(one.data) if one.data is not None else None, self.countries(one.countries, f"{path}.countries"), qualified,
            one.contract_end, statements,
        )

    def accesses(self, tried: frozenset[str]) -> Iterator[Access]:
        """The ways that the dossier itself states; a control is tested when a test or sample of the binder says so."""
        for index, one in enumerate(self.written.accesses):
            state = one.control_state or (PathState.DECLARED if one.control else None)
            if state is PathState.TESTED and not tried.intersection(one.evidence):
                self.problems.append(Problem(Location(self.file, path=f"$.accesses[{index}].control_state"), UNTRIED, {}, False))
                state = PathState.DECLARED
            name = one.id or f"{one.source}>{one.target}:{one.kind}#{index + 1}"
            yield Access(name, one.source, one.target, one.kind, one.state, one.control, state, one.effort, tuple(one.evidence),
                         one.origin or self.file, one.on)

    def recorded(self, register: Register | None) -> Iterator[Access]:
        """The ways of the records, each name turned into that of a party or component where the dossier knows it."""
        parties = self.names([(one.id, one.name) for one in register.parties.values()] if register else [])
        components = self.names([(one.id, one.name) for one in self.written.components], parties=False)
        unknown: set[str] = set()
        for kind in FORMS:
            if not (name := getattr(self.written.records, kind)):
                continue
            accesses, problems = read_records(kind, _file(name, self.file, f"$.records.{kind}", self.given), name)
            self.problems += problems
            for one in accesses:
                source = components.get(plain(one.source)) or parties.get(plain(one.source))
                target = components.get(plain(one.target))
                for said, known in ((one.source, source), (one.target, target)):
                    if known is None and said not in unknown:
                        unknown.add(said)
                        self.problems.append(Problem(Location(name, row=int(one.id.rpartition(":")[2])), NO_PARTY, {"name": said}, False))
                yield replace(one, source=source or one.source, target=target or one.target)

    def names(self, more: list[tuple[str, str]], parties: bool = True) -> dict[str, str]:
        """Plain names to identifiers; an identifier wins over a name, and a name that two share names neither."""
        offer = self.written.offer
        own = [(offer.provider, offer.provider_name), *((one.id, one.name) for one in self.written.suppliers)] if parties else []
        known = dict([*more, *own])
        named: dict[str, str] = {}
        shared: set[str] = set()
        for identifier, name in known.items():
            if named.setdefault(plain(name), identifier) != identifier:
                shared.add(plain(name))
        return {name: one for name, one in named.items() if name not in shared} | {plain(one): one for one in known}

    def base(self, one: BaseShape, index: int) -> Base:
        path = f"$.built_on[{index}]"
        dossier = None
        if one.dossier:
            if one.dossier not in self.given.bases:
                raise InputError(NOT_GIVEN, Location(self.file, path=f"{path}.dossier"), values={"name": one.dossier})
            dossier = self.given.bases[one.dossier]
            if dossier.id != one.offer:
                raise InputError(N_("`{name}` is the dossier of `{other}`, not of `{offer}`"), Location(self.file, path=f"{path}.dossier"),
                                 values={"name": one.dossier, "other": dossier.id, "offer": one.offer})
            if self.written.offer.id in _below(dossier):
                raise InputError(N_("`{name}` stands on itself"), Location(self.file, path=path), values={"name": self.written.offer.id})
        name = one.name or (dossier.name if dossier else one.offer)
        line = self.line(one.catalogue, f"{path}.catalogue")
        return Base(one.offer, name, one.provides, dossier, line, tuple(one.inherits), one.leaves)

    def line(self, name: str | None, path: str) -> CatalogueLine | None:
        if name and name not in self.given.lines:
            self.problems.append(Problem(Location(self.file, path=path), NO_LINE, {"name": name}, False))
        return self.given.lines.get(name) if name else None

    def countries(self, written: list[str] | None, path: str) -> frozenset[str] | None:
        try:
            return frozenset(country(code) for code in written) if written is not None else None
        except WrongValueError as error:
            raise InputError(error.message, Location(self.file, path=path), values=error.values) from error


def _need(one: NeedShape) -> Need:
    alternatives = tuple((each,) if isinstance(each, str) else tuple(each) for each in one.needs)
    return Need(one.id, one.name, alternatives, one.days, one.essential)


def _step(one: StepShape) -> Step:
    return Step(one.id, one.title, one.owner, one.days, tuple(one.after), one.done_on, one.not_before)


def _below(dossier: Dossier) -> frozenset[str]:
    """The offer and all that it stands on."""
    below = (_below(base.dossier) if base.dossier else frozenset({base.offer}) for base in dossier.bases)
    return frozenset({dossier.id}).union(*below)

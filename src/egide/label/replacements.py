"""What a change does to the rest of a dossier: suppliers, places, facts, documents, accesses, lines of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from egide.label.dossier import Access, CatalogueLine, Document, Dossier, Need, Statement, Supplier
from egide.label.statements import Speaker, read_facts
from egide.label.transfers import party_moved
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.facts import Claim
from egide.vocabulary.language import N_
from egide.vocabulary.offers import Period

if TYPE_CHECKING:
    from egide.label.change_shapes import (
        AccessAddedShape,
        AccessControlledShape,
        AccessNamedShape,
        CutShape,
        DocumentNamedShape,
        MovedShape,
        QualificationShape,
        SiteMovedShape,
        SupplierAddedShape,
    )
    from egide.label.shapes import DocumentShape

PLACES = ("seat", "administration", "establishment")
SUPPOSED = "supposed"
"""Stands for the digest of a file that a change supposes."""
NOBODY = N_("the dossier knows no `{name}`; known: {known}")
ALREADY = N_("`{name}` is there already")


def supplier_cut(dossier: Dossier, step: CutShape, on: date, at: Location) -> Dossier:
    """A supplier goes with its accesses; what it operated is its successor's, or nobody's that is known."""
    suppliers = {one.id: one for one in dossier.suppliers}
    _known(step.supplier, suppliers, at)
    if step.replaced_by is not None:
        _known(step.replaced_by, (*suppliers.keys() - {step.supplier}, dossier.provider), at)
    components = tuple(
        replace(one, operated_by=step.replaced_by) if step.replaced_by and one.operated_by == step.supplier else one
        for one in dossier.components
    )  # fmt: skip
    above = step.replaced_by if step.replaced_by in suppliers else None
    return replace(
        dossier, components=components,
        suppliers=tuple(replace(one, under=above) if one.under == step.supplier else one
                        for one in dossier.suppliers if one.id != step.supplier),
        accesses=tuple(one for one in dossier.accesses if step.supplier not in (one.source, one.target)),
        needs=tuple(_without(one, step.supplier, step.replaced_by) for one in dossier.needs),
    )  # fmt: skip


def _without(need: Need, gone: str, instead: str | None) -> Need:
    """The need without that alternative, or with another in its place; a need with none left cannot be met."""
    groups = tuple(
        tuple(dict.fromkeys(other for one in group for other in (([instead] if instead else []) if one == gone else [one])))
        for group in need.needs
    )  # fmt: skip
    return replace(need, needs=groups, days={name: days for name, days in need.days.items() if name != gone})


def supplier_added(dossier: Dossier, step: SupplierAddedShape, on: date, at: Location) -> Dossier:
    """A supplier comes, perhaps as an alternative to others."""
    known = {one.id for one in dossier.suppliers}
    if step.id in known or step.id == dossier.provider:
        raise InputError(ALREADY, at, values={"name": step.id})
    for name in (*step.alternative_to, *([step.under] if step.under else [])):
        _known(name, known, at)
    supplier = Supplier(
        step.id, step.name, step.role, step.provides, step.under, step.seat, step.administration, step.establishment,
        frozenset(step.data) if step.data is not None else None, frozenset(step.countries) if step.countries is not None else None,
        Period(step.qualified.start, step.qualified.end) if step.qualified else None, step.contract_end,
    )  # fmt: skip
    beside = frozenset(step.alternative_to)
    needs = tuple(replace(one, needs=tuple((*group, step.id) if beside.intersection(group) else group for group in one.needs))
                  for one in dossier.needs)
    return replace(dossier, suppliers=(*dossier.suppliers, supplier), needs=needs)


def moved(dossier: Dossier, step: MovedShape, on: date, at: Location) -> Dossier:
    """A company moves: the provider, a supplier, or a party that only the register knows."""
    places = {what: country for what in PLACES if (country := getattr(step, what)) is not None}
    parties = dossier.register.parties if dossier.register is not None else {}
    _known(step.who, ({one.id for one in dossier.suppliers} | {dossier.provider}) | set(parties), at)
    suppliers = tuple(
        replace(one, **places, countries=frozenset(step.countries) if step.countries is not None else one.countries)
        if one.id == step.who else one for one in dossier.suppliers
    )  # fmt: skip
    dossier = party_moved(replace(dossier, suppliers=suppliers), step.who, places)
    if step.who == dossier.provider:
        dossier = _state(dossier, {f"provider.{what}": country for what, country in places.items()}, on, at)
    return dossier


def site_moved(dossier: Dossier, step: SiteMovedShape, on: date, at: Location) -> Dossier:
    """One country instead of another in lists of places."""
    said: dict[str, object] = {}
    for name in step.facts:
        values = [one.claim.value for one in dossier.statements.get(name, ()) if isinstance(one.claim.value, frozenset)]
        if not any(step.source in value for value in values):
            raise InputError(N_("`{name}` does not name {country}"), at, values={"name": name, "country": step.source})
        said[name] = sorted((frozenset().union(*values) - {step.source}) | {step.to})
    return _state(dossier, said, on, at)


def facts(dossier: Dossier, step: Mapping[str, object], on: date, at: Location) -> Dossier:
    """What is stated from then on, instead of all that was."""
    return _state(dossier, step, on, at)


def _state(dossier: Dossier, said: Mapping[str, object], on: date, at: Location) -> Dossier:
    speaker = Speaker(dossier.provider_name, on, at.file)
    stated = {name: value for name, value in said.items() if value is not None}
    silent: dict[str, tuple[Statement, ...]] = {
        name: (Statement(Claim(name, None, dossier.provider_name, on, str(at))),) for name in said if name not in stated}
    read_facts({name: {"value": None} for name in silent}, speaker)
    dossier = replace(dossier, statements={**dossier.statements, **read_facts(stated, speaker), **silent})
    places = {what: str(value) for what in PLACES if isinstance(value := stated.get(f"provider.{what}"), str)}
    return party_moved(dossier, dossier.provider, places) if places else dossier


def document_withdrawn(dossier: Dossier, step: DocumentNamedShape, on: date, at: Location) -> Dossier:
    """The binder loses a document."""
    _known(step.document, {one.id for one in dossier.documents}, at)
    return replace(dossier, documents=tuple(one for one in dossier.documents if one.id != step.document))


def document_expired(dossier: Dossier, step: DocumentNamedShape, on: date, at: Location) -> Dossier:
    """The last day of a document is the day before."""
    _known(step.document, {one.id for one in dossier.documents}, at)
    last = on - timedelta(days=1)
    return replace(dossier, documents=tuple(
        replace(one, until=min(one.until or last, last)) if one.id == step.document else one for one in dossier.documents))


def document_added(dossier: Dossier, step: DocumentShape, on: date, at: Location) -> Dossier:
    """The binder gains a document, or a new version in the place of the old; its file is supposed to be there."""
    new = Document(step.id, step.title, step.kind, step.assurance, step.issuer, step.on, step.until, step.scope, tuple(step.covers),
                   step.file or step.id, None, SUPPOSED, step.standard, step.outcome, tuple(step.findings))
    return replace(dossier, documents=(*(one for one in dossier.documents if one.id != step.id), new))


def access_added(dossier: Dossier, step: AccessAddedShape, on: date, at: Location) -> Dossier:
    """A new way."""
    if step.id in {one.id for one in dossier.accesses}:
        raise InputError(ALREADY, at, values={"name": step.id})
    new = Access(step.id, step.source, step.target, step.kind, step.state, step.control, step.control_state, step.effort,
                 tuple(step.evidence), str(at))
    return replace(dossier, accesses=(*dossier.accesses, new))


def access_removed(dossier: Dossier, step: AccessNamedShape, on: date, at: Location) -> Dossier:
    """A way ends."""
    _known(step.access, {one.id for one in dossier.accesses}, at)
    return replace(dossier, accesses=tuple(one for one in dossier.accesses if one.id != step.access))


def access_controlled(dossier: Dossier, step: AccessControlledShape, on: date, at: Location) -> Dossier:
    """Another control on a way, or none."""
    _known(step.access, {one.id for one in dossier.accesses}, at)
    return replace(dossier, accesses=tuple(
        replace(one, control=step.control, control_state=step.control_state, state=step.state or one.state)
        if one.id == step.access else one for one in dossier.accesses))


def qualification(dossier: Dossier, step: QualificationShape, on: date, at: Location) -> Dossier:
    """The catalogue says something else of the offer or of a base."""
    line = CatalogueLine(step.offer, step.status, step.framework, step.start, step.end, step.source, "secondary", on)
    if step.offer == dossier.id:
        return replace(dossier, line=line)
    _known(step.offer, (dossier.id, *(one.offer for one in dossier.bases)), at)
    return replace(dossier, bases=tuple(replace(one, line=line) if one.offer == step.offer else one for one in dossier.bases))


def _known(name: str, among: Any, at: Location) -> None:
    if name not in among:
        known = ", ".join(sorted(str(one) for one in among)[:8]) or "—"
        raise InputError(NOBODY, at, values={"name": name, "known": known})


REPLACEMENTS: Mapping[str, Callable[[Dossier, Any, date, Location], Dossier]] = {
    "supplier_cut": supplier_cut, "supplier_added": supplier_added, "moved": moved, "site_moved": site_moved, "facts": facts,
    "document_withdrawn": document_withdrawn, "document_expired": document_expired, "document_added": document_added,
    "access_added": access_added, "access_removed": access_removed, "access_controlled": access_controlled,
    "qualification": qualification,
}

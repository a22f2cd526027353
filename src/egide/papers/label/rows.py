"""The sheets of the binder's workbook as plain rows: what to sort, filter, annex and send on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.papers import text
from egide.papers.label import sentences, views
from egide.papers.label.words import Teller, teller, yes_no
from egide.papers.sheets import Sheet
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from egide.label.dossier import Dossier, Risk
    from egide.label.results import Gap, LabelAssessment, Missing
    from egide.ownership.answers import Ownership
    from egide.papers.sheets import Cell

COLUMNS = {
    N_("Requirements"): (
        (N_("Requirement"), 12), (N_("Title"), 44), (N_("Binding"), 13), (N_("Answer"), 15), (N_("Stage"), 14), (N_("Why"), 56),
        (N_("Missing"), 46), (N_("Evidence"), 20), (N_("Weakest assurance"), 13), (N_("Holds until"), 12), (N_("Owner"), 20),
        (N_("Text"), 22), (N_("Reading"), 12), (N_("Remedy"), 46),
    ),
    N_("Gaps"): (
        (N_("Order"), 8), (N_("Requirement"), 12), (N_("Title"), 44), (N_("Answer"), 15), (N_("Why"), 56), (N_("Missing"), 46),
        (N_("Waits for it"), 30), (N_("Cost, €, as the provider estimates"), 14), (N_("Serves too"), 30),
    ),
    N_("Binder"): (
        (N_("Document"), 12), (N_("Title"), 40), (N_("Kind"), 13), (N_("Assurance"), 12), (N_("Issuer"), 26), (N_("Day"), 12),
        (N_("Ends"), 12), (N_("Days left"), 10), (N_("Freshness"), 16), (N_("Concludes"), 20), (N_("Requirement"), 12), (N_("Answer"), 15),
        (N_("Scope"), 26), (N_("File"), 30), (N_("SHA-256"), 30),
    ),
    N_("Holders"): (
        (N_("Holder"), 34), (N_("Kind"), 20), (N_("Seat"), 8), (N_("Third entity?"), 14), (N_("How it is counted"), 36), (N_("Right"), 16),
        (N_("Share"), 18), (N_("Against the cap for one"), 18), (N_("Chains"), 80),
    ),
    N_("Caps"): (
        (N_("How it is counted"), 36), (N_("Right"), 16), (N_("Basis"), 18), (N_("Largest third entity"), 34), (N_("Its share"), 18),
        (N_("All together"), 18), (N_("Answer"), 15),
    ),
    N_("Access"): (
        (N_("Party"), 28), (N_("Reaches"), 28), (N_("Data"), 30), (N_("State"), 18), (N_("Step"), 8), (N_("From"), 26), (N_("To"), 26),
        (N_("Way"), 18), (N_("State of the way"), 18), (N_("Control"), 34), (N_("State of the control"), 18), (N_("Cut here"), 10),
        (N_("Identifier"), 18),
    ),
    N_("Autonomy"): (
        (N_("Supplier cut"), 34), (N_("Answer"), 15), (N_("What stops"), 44), (N_("After, days"), 12), (N_("Why"), 60),
    ),
    N_("Third parties"): (
        (N_("Level"), 8), (N_("Third party"), 34), (N_("Role"), 18), (N_("Provides"), 34), (N_("Under"), 30), (N_("Seat"), 8),
        (N_("Central administration"), 14), (N_("Main establishment"), 14), (N_("Works from"), 16), (N_("Data processed"), 30),
        (N_("Contract ends"), 13), (N_("Qualified until"), 13),
    ),
    N_("Technical data"): (
        (N_("Data"), 34), (N_("Where"), 16), (N_("Component"), 30), (N_("Held by"), 30), (N_("Kept, days"), 12),
    ),
    N_("Risks"): (
        (N_("Risk"), 10), (N_("Title"), 50), (N_("Law of a third country"), 34), (N_("Country"), 10), (N_("Treatment"), 50),
        (N_("Residual"), 14), (N_("Accepted by"), 26), (N_("On"), 12), (N_("Requirements"), 20), (N_("Evidence"), 20),
    ),
    N_("Readings and limits"): ((N_("Parameter"), 50), (N_("Value"), 40), (N_("Requirements"), 40)),
    N_("Problems"): ((N_("Where"), 60), (N_("What"), 80), (N_("Effect"), 30)),
}  # fmt: skip
"""Each sheet's columns, with their widths in characters."""


def label_sheets(assessment: LabelAssessment, lang: str = "fr", gaps: Sequence[Gap] = ()) -> Iterator[Sheet]:
    """Every sheet that has a row, in the order of `COLUMNS`."""
    told, dossier = teller(assessment, lang), assessment.dossier
    own, access, autonomy = assessment.ownership, assessment.access, assessment.autonomy
    filled: tuple[Iterator[Sequence[Cell]], ...] = (
        _requirements(assessment, told), _gaps(gaps, assessment, told), _binder(assessment, told),
        holders(own, told) if own else iter(()), _caps(own, told) if own else iter(()),
        _access(assessment, told) if access else iter(()), _autonomy(assessment, told) if autonomy else iter(()),
        third_parties(dossier, told), technical_data(dossier, told), risks(dossier, told),
        _parameters(assessment, told),
        _problems(assessment, told),
    )  # fmt: skip
    for (name, columns), rows in zip(COLUMNS.items(), filled, strict=True):
        if kept := list(rows):
            yield Sheet(told.t(name), tuple((told.t(title), width) for title, width in columns), kept)


def _missing(missing: Sequence[Missing], told: Teller) -> str:
    return "\n".join(
        told.reason(one.what) + (f" ({told.token('evidence-', one.kind)})" if one.kind else "") for one in missing
    )


def _requirements(assessment: LabelAssessment, told: Teller) -> Iterator[Sequence[Cell]]:
    for one in assessment.findings:
        yield (
            one.id, told.either(one.title), told.token("binding-", one.binding), one.answer, told.token("stage-", one.stage),
            told.reasons(one.because, 5), _missing(one.missing, told), ", ".join(one.evidence),
            told.token("assurance-", one.assurance) if one.assurance else None, one.until, told.role(one.owner) if one.owner else None,
            text.source_text(one.source, told.lang.code), told.lang.label(one.source.read), told.either(one.remedy) if one.remedy else None,
        )  # fmt: skip


def _gaps(gaps: Sequence[Gap], assessment: LabelAssessment, told: Teller) -> Iterator[Sequence[Cell]]:
    titles = {one.id: told.either(one.title) for one in assessment.findings}
    for place, one in enumerate(gaps, 1):
        yield (
            place, one.requirement, titles.get(one.requirement), one.answer, told.reasons(one.because, 5), _missing(one.missing, told),
            ", ".join(one.blocks), one.cost_eur, ", ".join(key.replace("#", " ") for key in one.schemes),
        )  # fmt: skip


def _binder(assessment: LabelAssessment, told: Teller) -> Iterator[Sequence[Cell]]:
    """A row for each document and each requirement that it serves; one row for a document that serves none."""
    for line in views.filed(assessment):
        one = line.document
        for served in line.serves or (None,):
            yield (
                one.id, one.title, told.token("evidence-", one.kind), told.token("assurance-", one.assurance), one.issuer, one.on,
                one.until, line.days, told.token("freshness-", line.freshness), told.token("outcome-", one.outcome),
                served.id if served else None, served.answer if served else None, one.scope, one.file, one.digest,
            )  # fmt: skip


def holders(own: Ownership, told: Teller) -> Iterator[Sequence[Cell]]:
    """A row for each holder and reading, with the chains in words."""
    for held in own.holders:
        party = own.parties.get(held.party)
        chains = "\n".join(told.chain(chain) for chain in held.chains)
        for (method, right), share in held.shares.items():
            yield (
                told.name(held.party), told.token("party-", party.kind) if party else None, party.seat if party else None,
                told.t(yes_no(held.third)), told.token("method-", method), told.token("right-", right), told.bounds(share),
                share.against(own.readings.one) if held.third is not Answer.NOT_MET else None, chains,
            )  # fmt: skip


def _caps(own: Ownership, told: Teller) -> Iterator[Sequence[Cell]]:
    for one in own.tests:
        basis = told.t(N_("fully diluted")) if one.diluted else told.t(N_("today"))
        largest = told.name(one.largest) if one.largest else None
        yield (
            told.token("method-", one.method), told.token("right-", one.right), basis, largest, told.bounds(one.one),
            told.bounds(one.together), one.answer,
        )  # fmt: skip


def _access(assessment: LabelAssessment, told: Teller) -> Iterator[Sequence[Cell]]:
    if assessment.access is None:
        return
    for path in assessment.access.paths:
        for place, step in enumerate(path.steps, 1):
            cut = told.t(N_("yes")) if step.access in assessment.access.cut else None
            yield (
                told.name(path.party), told.name(path.component), sentences.data(path.data, told), told.token("path-", path.state), place,
                told.name(step.source), told.name(step.target), told.token("access-", step.kind), told.token("path-", step.state),
                step.control, told.token("control-", step.control_state or "untested") if step.control else None, cut, step.access,
            )  # fmt: skip


def _autonomy(assessment: LabelAssessment, told: Teller) -> Iterator[Sequence[Cell]]:
    if assessment.autonomy is None:
        return
    for one in assessment.autonomy.stoppages:
        stops = ", ".join(told.name(function) for function in one.stops)
        yield told.name(one.supplier), one.answer, stops, one.after_days, told.reason(one.because)


def third_parties(dossier: Dossier, told: Teller) -> Iterator[Sequence[Cell]]:
    """Every third party at every level, each under the one that employs it (15.1.a)."""
    unknown = told.t(N_("not known"))
    for level, one in views.levelled(dossier.suppliers):
        yield (
            level, one.name, told.token("supplier-", one.role), one.provides, told.name(one.under) if one.under else dossier.provider_name,
            one.seat or unknown, one.administration or unknown, one.establishment or unknown,
            ", ".join(sorted(one.countries)) if one.countries is not None else unknown,
            unknown if one.data is None else sentences.data(one.data, told) if one.data else told.t(N_("none")),
            one.contract_end, one.qualified.end if one.qualified else None,
        )  # fmt: skip


def technical_data(dossier: Dossier, told: Teller) -> Iterator[Sequence[Cell]]:
    """The inventory of technical data (19.2.d)."""
    for one in dossier.technical_data:
        yield (
            told.token("technical-", one.kind), ", ".join(sorted(one.where)) if one.where is not None else told.t(N_("not known")),
            told.name(one.component) if one.component else None, told.name(one.held_by), one.retention_days,
        )  # fmt: skip


def risks(dossier: Dossier, told: Teller, foreign_only: bool = False) -> Iterator[Sequence[Cell]]:
    """How each risk is treated and what remains (5.3); those of third countries' laws alone when asked."""
    for one in dossier.risks:
        if one.law or not foreign_only:
            yield risk_row(one, told)


def risk_row(one: Risk, told: Teller) -> Sequence[Cell]:
    """One risk."""
    residual = told.token("residual-", one.residual) if one.residual else told.t(N_("not assessed"))
    accepted = one.accepted_by or told.t(N_("by nobody yet"))
    return (
        one.id, one.title, one.law, one.country, one.treatment, residual, accepted, one.accepted_on, ", ".join(one.requirements),
        ", ".join(one.evidence),
    )  # fmt: skip


def _parameters(assessment: LabelAssessment, told: Teller) -> Iterator[Sequence[Cell]]:
    for one in views.parameters(assessment):
        yield told.token("parameter-", one.name), told.parameter(one.value), ", ".join(one.requirements)


def _problems(assessment: LabelAssessment, told: Teller) -> Iterator[Sequence[Cell]]:
    for problem in assessment.problems:
        effect = told.t(N_("row left out")) if problem.rejected else told.t(N_("cell taken as not known"))
        yield text.place_text(problem.at, told.lang.code), told.t(problem.message, **dict(problem.args)), effect

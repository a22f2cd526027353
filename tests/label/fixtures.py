"""Dossiers with which nothing is wrong, made for a scheme: a document of each accepted kind for every requirement, every fact shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from tests.label.shipped_schemes import shipped
from tests.label.world import ON, small

from egide.label.assess import assess
from egide.label.dossier import Assurance, CatalogueLine, Document, EvidenceKind
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from egide.label.dossier import Dossier
    from egide.label.results import LabelAssessment, RequirementFinding
    from egide.label.scheme import Requirement, Scheme

LINE = CatalogueLine("petit-nuage", "qualified", "3.2", date(2026, 1, 1), date(2028, 12, 31), "catalogue fictif", "primary", ON)


def paper(name: str, covers: tuple[str, ...], kind: EvidenceKind = EvidenceKind.DOCUMENT, **more: object) -> Document:
    """A document that an invented auditor made a few weeks before, with its file in place."""
    fields: dict[str, object] = {
        "id": name, "title": name, "kind": kind, "assurance": Assurance.AUDITED, "issuer": "Cabinet d’audit fictif",
        "on": date(2026, 10, 1), "until": None, "scope": "toute l’offre", "covers": covers, "file": f"{name}.pdf",
        "digest": "ab", "found": "ab",
    }  # fmt: skip
    return Document(**{**fields, **more})  # type: ignore[arg-type]


def papers_for(scheme: Scheme, requirement: Requirement) -> tuple[Document, ...]:
    """One document of each kind that the requirement accepts."""
    return tuple(paper(f"{requirement.id}-{kind}", (f"{scheme.id}#{requirement.id}",), kind) for kind in sorted(requirement.evidence))


@cache
def complete(scheme_id: str = "secnumcloud-3.2") -> Dossier:
    """The small provider with all the evidence that the scheme asks for."""
    scheme = shipped(scheme_id)
    documents = tuple(one for requirement in scheme.requirements for one in papers_for(scheme, requirement))
    return replace(small(), kinds=("IaaS", "CaaS", "PaaS", "SaaS"), documents=documents, line=LINE)


def put(dossier: Dossier, scheme_id: str = "secnumcloud-3.2", on: date = ON) -> LabelAssessment:
    """The scheme put to the dossier."""
    return assess(dossier, shipped(scheme_id), on)


@cache
def whole(scheme_id: str = "secnumcloud-3.2") -> LabelAssessment:
    """The scheme put to `complete`, once for all tests that only look at it."""
    return put(complete(scheme_id), scheme_id)


def finding(assessment: LabelAssessment, requirement: str) -> RequirementFinding:
    """One requirement's finding."""
    return next(one for one in assessment.findings if one.id == requirement)


def answers(assessment: LabelAssessment) -> dict[str, Answer]:
    """Every requirement's answer."""
    return {one.id: one.answer for one in assessment.findings}


def turned(before: LabelAssessment, after: LabelAssessment) -> set[str]:
    """The requirements that no longer have the same answer."""
    was, now = answers(before), answers(after)
    return {one for one in was if was[one] is not now[one]}

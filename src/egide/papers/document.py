"""The JSON document, so that others can build on it: tokens never vary by language, ``text`` fields do.

The same assessment gives the same bytes. Its shape is `egide.papers.schema.assessment_schema`, and every document is
valid under it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from egide.papers.deadlines import clocks_of
from egide.papers.text import deciding, reason_text
from egide.vocabulary.language import language

if TYPE_CHECKING:
    from egide.vocabulary.findings import (
        Assessment,
        Clock,
        Decision,
        Finding,
        HostingDecision,
        Override,
        Problem,
        Question,
        Reason,
        Repair,
    )

SCHEMA = "egide/assessment/1"


def token_value(value: object) -> bool | int | str | list[str] | None:
    """A fact's value in data: ISO dates, sorted lists."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (frozenset, set)):
        return sorted(str(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def document(assessment: Assessment, lang: str = "fr") -> dict[str, Any]:
    """The whole assessment as plain values, in the order of the portfolio."""
    return {
        "schema": SCHEMA,
        "lang": lang,
        "on": assessment.on.isoformat(),
        "law_as_read": assessment.law_as_read.isoformat(),
        "catalogue": {"as_of": assessment.catalogue_as_of.isoformat(), "age_days": (assessment.on - assessment.catalogue_as_of).days},
        "rulebooks": [
            {"id": book.id, "version": book.version, "title": book.title.in_(lang), "digest": book.digest}
            for book in assessment.rulebooks
        ],
        "services": [_service(decision, assessment, lang) for decision in assessment.decisions],
        "problems": [_problem(problem, lang) for problem in assessment.problems],
    }


def document_bytes(assessment: Assessment, lang: str = "fr") -> bytes:
    """The document in UTF-8, two spaces of indent, one line feed at the end."""
    import msgspec  # noqa: PLC0415

    return msgspec.json.format(msgspec.json.encode(document(assessment, lang)), indent=2) + b"\n"


def _service(decision: Decision, assessment: Assessment, lang: str) -> dict[str, Any]:
    service, made_it = decision.service, deciding(decision)
    offers = assessment.offers
    return {
        "id": service.id,
        "name": service.name,
        "body": {"siren": service.body.siren, "name": service.body.name},
        "source": {"file": service.at.file, "sheet": service.at.sheet, "row": service.at.row},
        "verdict": str(decision.verdict),
        "hostings": [_hosting(hosting) for hosting in decision.hostings],
        "findings": [
            {"hosting": place, **_finding(finding, assessment, lang)}
            for place, hosting in enumerate(decision.hostings)
            for finding in hosting.findings
        ],
        "question": _question(made_it.question, lang) if made_it and made_it.question else None,
        "repairs": [_changes(repair) for repair in made_it.repairs] if made_it else [],
        "clocks": [_clock(clock, assessment, lang) for clock in clocks_of(decision)],
        "offers": {
            "eligible": [
                {"offer": one.offer, "region": one.region, "verdict": str(one.verdict), "conditions": _changes(one.conditions)}
                for one in decision.eligible
            ],
            "refused": {
                offer: [_reason(reason, lang, offers) for reason in reasons] for offer, reasons in sorted(decision.refused.items())
            },
        },
        "overrides": [_override(override) for override in decision.overrides],
    }


def _hosting(decision: HostingDecision) -> dict[str, Any]:
    hosting = decision.hosting
    return {
        "offer": hosting.offer,
        "region": hosting.region,
        "confidence": hosting.confidence,
        "verdict": str(decision.verdict),
        "planned": hosting.planned,
        "text": hosting.text,
        "near": list(hosting.near),
        "computed_labels": [
            {
                "scheme": label.scheme,
                "answer": str(label.answer),
                "level": label.level,
                "on": label.on.isoformat(),
                "until": label.until.isoformat() if label.until else None,
                "simulation": label.simulation,
                "source": label.source,
            }
            for label in decision.labels
        ],
    }


def _finding(finding: Finding, assessment: Assessment, lang: str) -> dict[str, Any]:
    because = finding.because[0] if finding.because else None
    return {
        "rule": finding.rule,
        "title": finding.title.in_(lang),
        "answer": str(finding.answer),
        "effect": str(finding.effect),
        "exception": finding.exception,
        "because": _reason(because, lang, assessment.offers) if because else None,
        "also": [_reason(reason, lang, assessment.offers) for reason in finding.because[1:]],
        "claims": [
            {
                "fact": claim.fact,
                "value": token_value(claim.value),
                "issuer": claim.issuer,
                "on": claim.on.isoformat() if claim.on else None,
                "source": claim.source,
                "read": claim.read,
            }
            for claim in finding.claims
        ],
        "source": {"text": finding.source.text, "at": finding.source.at, "read": finding.source.read},
        "remedy": finding.remedy.in_(lang) if finding.remedy else None,
    }


def _reason(reason: Reason, lang: str, offers: Any) -> dict[str, Any]:
    args = {name: token_value(value) for name, value in sorted(reason.args.items())}
    return {"code": reason.code, "args": args, "text": reason_text(reason, lang, offers)}


def _question(question: Question, lang: str) -> dict[str, Any]:
    return {
        "fact": question.fact.name,
        "ask": language(lang).text(question.fact.ask),
        "role": str(question.fact.role),
        "would": {answer: str(verdict) for answer, verdict in question.would.items()},
    }


def _changes(repair: Repair) -> list[dict[str, Any]]:
    return [{"fact": change.fact, "to": token_value(change.to)} for change in repair]


def _clock(clock: Clock, assessment: Assessment, lang: str) -> dict[str, Any]:
    return {
        "kind": str(clock.kind),
        "on": clock.on.isoformat(),
        "days": clock.days,
        "because": _reason(clock.because, lang, assessment.offers),
        "owner": str(clock.owner),
        "rule": clock.rule,
    }


def _override(override: Override) -> dict[str, Any]:
    return {
        "hosting": override.hosting,
        "verdict": str(override.verdict),
        "who": override.who,
        "why": override.why,
        "on": override.on.isoformat(),
        "until": override.until.isoformat(),
    }


def _problem(problem: Problem, lang: str) -> dict[str, Any]:
    at = problem.at
    return {
        "file": at.file,
        "sheet": at.sheet,
        "row": at.row,
        "column": at.column,
        "message": language(lang).text(problem.message, problem.args),
        "rejected": problem.rejected,
    }

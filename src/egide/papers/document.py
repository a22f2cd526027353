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
    from collections.abc import Iterator

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


def document(assessment: Assessment, lang: str = "fr", marking: str = "") -> dict[str, Any]:
    """The whole assessment as plain values, in the order of the portfolio. ``marking``: what the body says of its sensitivity."""
    made, said = _around(assessment, lang, marking), _Said(assessment, lang)
    made["services"] = [_service(decision, said) for decision in assessment.decisions]
    return made


class _Said:
    """Reasons in words, each once for all that are given it: the same offers are lost for the same reasons by many services."""

    def __init__(self, assessment: Assessment, lang: str) -> None:
        self.lang = lang
        self._offers = assessment.offers
        self._known: dict[int, tuple[Reason, dict[str, Any]]] = {}

    def reason(self, reason: Reason) -> dict[str, Any]:
        """Its code, what it is about, and its text."""
        known = self._known.get(id(reason))
        if known is None:
            args = {name: token_value(value) for name, value in sorted(reason.args.items())}
            told = {"code": reason.code, "args": args, "text": reason_text(reason, self.lang, self._offers)}
            known = self._known[id(reason)] = reason, told  # the reason is held, so that its id stays its own
        return known[1]


def _around(assessment: Assessment, lang: str, marking: str) -> dict[str, Any]:
    """The document without its services; a body that sets no marking has no key for it."""
    return {
        "schema": SCHEMA,
        **({"marking": marking} if marking else {}),
        "lang": lang,
        "on": assessment.on.isoformat(),
        "law_as_read": assessment.law_as_read.isoformat(),
        "catalogue": {"as_of": assessment.catalogue_as_of.isoformat(), "age_days": (assessment.on - assessment.catalogue_as_of).days},
        "rulebooks": [
            {"id": book.id, "version": book.version, "title": book.title.in_(lang), "digest": book.digest}
            for book in assessment.rulebooks
        ],
        "services": [],
        "problems": [_problem(problem, lang) for problem in assessment.problems],
    }


def document_bytes(assessment: Assessment, lang: str = "fr", marking: str = "") -> bytes:
    """The document in UTF-8, two spaces of indent, one line feed at the end."""
    return b"".join(document_pieces(assessment, lang, marking))


def document_pieces(assessment: Assessment, lang: str = "fr", marking: str = "") -> Iterator[bytes]:
    """The same bytes piece by piece, one for each service: the whole of a large portfolio is more than a machine should hold."""
    import msgspec  # noqa: PLC0415

    def indented(value: Any) -> bytes:
        return bytes(msgspec.json.format(msgspec.json.encode(value), indent=2))

    head, gap, tail = indented(_around(assessment, lang, marking)).partition(b'\n  "services": []')
    yield head + gap[:-1]
    between, said = b"\n    ", _Said(assessment, lang)
    for decision in assessment.decisions:
        yield between + indented(_service(decision, said)).replace(b"\n", b"\n    ")
        between = b",\n    "
    yield (b"\n  ]" if assessment.decisions else b"]") + tail + b"\n"


def _service(decision: Decision, said: _Said) -> dict[str, Any]:
    service, made_it = decision.service, deciding(decision)
    return {
        "id": service.id,
        "name": service.name,
        "body": {"siren": service.body.siren, "name": service.body.name},
        "source": {"file": service.at.file, "sheet": service.at.sheet, "row": service.at.row},
        "verdict": str(decision.verdict),
        "hostings": [_hosting(hosting) for hosting in decision.hostings],
        "findings": [
            {"hosting": place, **_finding(finding, said)}
            for place, hosting in enumerate(decision.hostings)
            for finding in hosting.findings
        ],
        "question": _question(made_it.question, said.lang) if made_it and made_it.question else None,
        "repairs": [_changes(repair) for repair in made_it.repairs] if made_it else [],
        "clocks": [_clock(clock, said) for clock in clocks_of(decision)],
        "offers": {
            "eligible": [
                {"offer": one.offer, "region": one.region, "verdict": str(one.verdict), "conditions": _changes(one.conditions)}
                for one in decision.eligible
            ],
            "refused": {
                offer: [said.reason(reason) for reason in reasons] for offer, reasons in sorted(decision.refused.items())
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


def _finding(finding: Finding, said: _Said) -> dict[str, Any]:
    because = finding.because[0] if finding.because else None
    return {
        "rule": finding.rule,
        "title": finding.title.in_(said.lang),
        "answer": str(finding.answer),
        "effect": str(finding.effect),
        "exception": finding.exception,
        "because": said.reason(because) if because else None,
        "also": [said.reason(reason) for reason in finding.because[1:]],
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
        "remedy": finding.remedy.in_(said.lang) if finding.remedy else None,
    }


def _question(question: Question, lang: str) -> dict[str, Any]:
    return {
        "fact": question.fact.name,
        "ask": language(lang).text(question.fact.ask),
        "role": str(question.fact.role),
        "would": {answer: str(verdict) for answer, verdict in question.would.items()},
    }


def _changes(repair: Repair) -> list[dict[str, Any]]:
    return [{"fact": change.fact, "to": token_value(change.to)} for change in repair]


def _clock(clock: Clock, said: _Said) -> dict[str, Any]:
    return {
        "kind": str(clock.kind),
        "on": clock.on.isoformat(),
        "days": clock.days,
        "because": said.reason(clock.because),
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

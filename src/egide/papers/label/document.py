"""The document of a label (JSON), so that others can build on it and a later run can be compared with it.

Tokens never vary by language, ``text`` and ``title`` do; days are ISO, shares are exact fractions of one as text
(``241/1000``). The same assessment gives the same bytes. Its shape is `egide.papers.label.schema.label_schema`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from egide import __version__
from egide.papers.label import views
from egide.papers.label.ownership_data import fraction, ownership_values, problem_values
from egide.papers.label.values import (
    access_values,
    autonomy_values,
    day,
    filed_values,
    gap_values,
    line_values,
    objective_values,
    parameter_value,
    requirement_values,
)
from egide.papers.label.words import NEVER, headline, teller
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.label.results import Gap, LabelAssessment
    from egide.vocabulary.findings import Reason

SCHEMA = "egide/label/1"
ENGINE = f"egide {__version__}"
"""What computed it: another version may compute otherwise."""


def label_document(assessment: LabelAssessment, lang: str = "fr", gaps: Iterable[Gap] | None = None) -> dict[str, Any]:
    """The whole assessment as plain values: all that the page shows."""
    told, dossier, scheme = teller(assessment, lang), assessment.dossier, assessment.scheme
    return {
        "schema": SCHEMA,
        "engine": ENGINE,
        "lang": lang,
        "on": assessment.on.isoformat(),
        "headline": headline(assessment, told),
        "worth": told.t(NEVER),
        "offer": {
            "id": dossier.id,
            "name": dossier.name,
            "provider": dossier.provider,
            "provider_name": dossier.provider_name,
            "kinds": list(dossier.kinds),
            "perimeter": dossier.perimeter,
            "same_as": list(dossier.same_as),
            "digest": dossier.digest,
        },
        "scheme": {
            "id": scheme.id,
            "version": scheme.version,
            "title": scheme.title.in_(lang),
            "digest": scheme.digest,
            "kind": assessment.scheme_kind,
            "simulation": assessment.simulation,
        },
        "catalogue_line": line_values(assessment.line),
        "answer": str(assessment.answer),
        "level": assessment.level,
        "until": day(assessment.until),
        "because_until": assessment.because_until,
        "levels": [{"level": one.level, "answer": str(one.answer), "missing": list(one.missing)} for one in assessment.levels],
        "objectives": [objective_values(one, told) for one in assessment.objectives],
        "score": fraction(assessment.score),
        "score_bounds": [fraction(one) for one in assessment.score_bounds] if assessment.score_bounds else None,
        "requirements": [requirement_values(one, told) for one in assessment.findings],
        "gaps": [gap_values(one, told) for one in gaps] if gaps is not None else None,
        "ownership": ownership_values(assessment.ownership, told) if assessment.ownership else None,
        "access": access_values(assessment.access, told) if assessment.access else None,
        "autonomy": autonomy_values(assessment.autonomy, told) if assessment.autonomy else None,
        "exposure": list(assessment.exposure),
        "documents": [filed_values(line) for line in views.filed(assessment)],
        "parameters": {name: parameter_value(value) for name, value in sorted(assessment.parameters.items())},
        "problems": [problem_values(one, told) for one in assessment.problems],
    }


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """Any document of this room in UTF-8, two spaces of indent, one line feed at the end."""
    import msgspec  # noqa: PLC0415

    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


# --- reading back -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recorded:
    """One requirement as an earlier run left it."""

    answer: Answer
    until: date | None
    title: str


@dataclass(frozen=True, slots=True)
class RecordedLabel:
    """What an earlier run said: enough to compare, and to show a computed label beside a catalogue line."""

    offer: str
    offer_name: str
    scheme: str
    version: str
    title: str
    scheme_digest: str
    dossier_digest: str
    on: date
    answer: Answer
    level: str | None
    until: date | None
    because_until: str | None
    simulation: bool
    catalogue: str | None
    """The identifier of the offer in the catalogue, when it has a line there."""
    requirements: Mapping[str, Recorded]


@dataclass(frozen=True, slots=True)
class Turned:
    """A requirement whose answer is no longer what it was; None where it was or is not asked."""

    requirement: str
    title: str
    before: Answer | None
    after: Answer | None
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """What turned between an earlier run and this one."""

    since: date
    turned: tuple[Turned, ...]
    same_dossier: bool
    same_scheme: bool
    until_before: date | None
    until_now: date | None


def read_label_document(content: bytes, file: str) -> RecordedLabel:
    """A document that an earlier run wrote. Raises `InputError` when it is not one."""
    import msgspec  # noqa: PLC0415

    try:
        held: Any = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(N_("not readable as JSON: {error}"), Location(file), values={"error": error}) from error
    if not isinstance(held, dict) or held.get("schema") != SCHEMA:
        raise InputError(N_("not a document of a label ({schema})"), Location(file), values={"schema": SCHEMA})
    try:
        return _recorded(held)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(N_("a document of a label that lacks something: {error}"), Location(file), values={"error": error}) from error


def _recorded(held: dict[str, Any]) -> RecordedLabel:
    offer, scheme = held["offer"], held["scheme"]
    return RecordedLabel(
        offer=str(offer["id"]),
        offer_name=str(offer["name"]),
        scheme=str(scheme["id"]),
        version=str(scheme["version"]),
        title=str(scheme["title"]),
        scheme_digest=str(scheme["digest"]),
        dossier_digest=str(offer["digest"]),
        on=date.fromisoformat(held["on"]),
        answer=Answer(held["answer"]),
        level=held["level"],
        until=_day(held["until"]),
        because_until=held["because_until"],
        simulation=bool(scheme["simulation"]),
        catalogue=held["catalogue_line"]["offer"] if held["catalogue_line"] else None,
        requirements={
            str(one["id"]): Recorded(Answer(one["answer"]), _day(one["until"]), str(one["title"])) for one in held["requirements"]
        },
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written is not None else None


def since(before: RecordedLabel, now: LabelAssessment, lang: str = "fr") -> Since:
    """What turned since an earlier run, in the order of the scheme; what is no longer asked comes last."""
    told, asked = teller(now, lang), {one.id for one in now.findings}
    turned = [
        Turned(one.id, told.either(one.title), was.answer if was else None, one.answer, one.because)
        for one in now.findings
        for was in [before.requirements.get(one.id)]
        if was is None or was.answer is not one.answer
    ]
    gone = [Turned(id_, was.title, was.answer, None, ()) for id_, was in before.requirements.items() if id_ not in asked]
    return Since(
        before.on, (*turned, *gone), before.dossier_digest == now.dossier.digest, before.scheme_digest == now.scheme.digest,
        before.until, now.until,
    )  # fmt: skip

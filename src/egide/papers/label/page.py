"""The report of a label: one HTML file that answers in its first line and proves on demand, as every page here does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.label.dossier import Relation
from egide.papers import pictures as shared
from egide.papers import text
from egide.papers.frame import asset, on_each_sheet, policy, template
from egide.papers.label import pictures, sentences, views
from egide.papers.label.words import (
    NEVER,
    Teller,
    count_answers,
    disclaimer,
    headline,
    line_text,
    meta,
    score_text,
    standfirst,
    teller,
    yes_no,
)
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from egide.label.results import Gap, LabelAssessment, RequirementFinding
    from egide.label.scheme import Scheme
    from egide.ownership.answers import Bounds, Ownership
    from egide.papers.label.document import Since

ROOM = "egide.papers.label"
TEN = 10
ON_TIMELINE = 12
SIGNS_ON_TIMELINE = 46
OPPOSITE = {Answer.MET: Answer.NOT_MET, Answer.NOT_MET: Answer.MET, Answer.UNKNOWN: Answer.UNKNOWN}
INTERNAL = N_("Internal document: it shows where the offer is weak. Do not publish it.")


def label_page(
    assessment: LabelAssessment, lang: str = "fr", *, picture: str = "", gaps: Sequence[Gap] | None = None, scheme: Scheme | None = None,
    since: Since | None = None, marking: str | None = None,
) -> str:  # fmt: skip
    """The whole report. ``picture`` is the SVG of the holdings; ``scheme`` gives the chapters their titles; ``gaps`` their order."""
    told = teller(assessment, lang)
    groups, counts = views.groups(assessment, scheme), count_answers(assessment)
    documents = views.filed(assessment)
    return filled(
        "label.html.j2", told, told.t(N_("Label of {offer}, on {day}"), offer=assessment.dossier.name, day=assessment.on), assessment.on,
        marking,
        **of_assessment(assessment, told),
        headline=headline(assessment, told),
        standfirst=standfirst(assessment, told),
        a=assessment,
        own=assessment.ownership,
        picture=picture,
        gaps=gaps,
        ten=TEN,
        since=since,
        groups=groups,
        counts=counts,
        mandatory=_mandatory(assessment),
        order=views.WORST_FIRST,
        score=score_text(assessment, told),
        bars=pictures.answer_bars(counts, told, told.t(N_("Requirements by answer"))),
        chapters=pictures.chapters(groups, told, told.t(N_("Answers, chapter by chapter"))),
        ladder=pictures.ladder(assessment.levels, told, told.t(N_("Levels, the lowest first"))),
        objectives=pictures.objectives(assessment.objectives, told, told.t(N_("Objectives, with their minimum"))),
        paths_picture=pictures.access_paths(assessment.access, told, told.t(N_("Ways to the data"))) if assessment.access else "",
        layers=views.layers(assessment),
        relations=tuple(Relation),
        documents=documents,
        filed_ids={line.document.id for line in documents},
        expiring=views.expiring(assessment),
        expiry_picture=_expiries(assessment, told),
        problems=assessment.problems,
        parameters=views.parameters(assessment),
        the_text=_text(assessment),
        secondary=[one for one in assessment.findings if one.source.read == "secondary"],
    )  # fmt: skip


def filled(name: str, told: Teller, title: str, on: date, marking: str | None = None, **values: Any) -> str:
    """A page of this room with its frame: style, script, policy, marking, what it is worth, the words."""
    marked = marking or told.t(INTERNAL)
    style, script = asset("page.css") + asset("label.css", ROOM) + on_each_sheet(marked), asset("page.js")
    frame: dict[str, Any] = {
        "title": title,
        "style": style,
        "script": script,
        "policy": policy(style, script),
        "marking": marked,
        "sprite": shared.sprite() + pictures.DEFINITIONS,
        "disclaimer": disclaimer(on, told),
        "never": NEVER,
        "line": "",
        "lead": None,
        "standfirst": (),
        "known": frozenset(),
    }
    return template(name, ROOM).render(**{**frame, **words(told), **values})


def words(told: Teller) -> dict[str, Any]:
    """The functions that every template of this room may call."""
    return {
        "t": told.t,
        "n": told.n,
        "lang": told.lang.code,
        "day": told.lang.day,
        "value": told.lang.value,
        "token": told.token,
        "role": told.role,
        "name": told.name,
        "names_of": lambda ids: text.listed((told.name(one) for one in ids), told.lang.code, 6),
        "reason": told.reason,
        "reasons": told.reasons,
        "share": told.share,
        "bounds": told.bounds,
        "range": told.range,
        "chain": told.chain,
        "sentence": text.sentence,
        "parameter": told.parameter,
        "either": told.either,
        "union": told.union,
        "in_": lambda it: it.in_(told.lang.code),
        "source": lambda source: text.source_text(source, told.lang.code),
        "place": lambda at: text.place_text(at, told.lang.code),
        "shape": lambda answer: shared.ANSWER_SHAPES[Answer(answer)],
        "opposite": OPPOSITE.__getitem__,
        "yes_no": yes_no,
        "ownership_said": lambda own: sentences.ownership(own, told),
        "access_said": lambda answer: sentences.access(answer, told),
        "autonomy_said": lambda answer: sentences.autonomy(answer, told),
        "data_said": lambda data: sentences.data(data, told),
        "readings_of": readings_of,
        "capped": _capped,
    }


def of_assessment(assessment: LabelAssessment, told: Teller) -> dict[str, Any]:
    """What a template may ask of one assessment."""
    by_id = {one.id: one for one in assessment.findings}

    return {
        "line": line_text(assessment, told),
        "meta": meta(assessment, told),
        "known": by_id.keys(),
        "title_of": lambda identifier: _title(by_id.get(identifier), told),
        "remedy_of": lambda identifier: _remedy(by_id.get(identifier), told),
        "access_name": lambda identifier: f"{sentences.way(identifier, assessment, told)} ({identifier})",
        "others": others,
        "served": lambda line: [one.id for one in line.serves],
    }


def others(keys: Sequence[str]) -> str:
    """Requirements of other schemes, each scheme named once."""
    by_scheme: dict[str, list[str]] = {}
    for key in keys:
        scheme, _, number = key.rpartition("#")
        by_scheme.setdefault(scheme, []).append(number)
    return "; ".join(f"{scheme} ({', '.join(numbers)})" for scheme, numbers in by_scheme.items())


def _title(finding: RequirementFinding | None, told: Teller) -> str:
    return told.either(finding.title) if finding else ""


def _remedy(finding: RequirementFinding | None, told: Teller) -> str:
    return told.either(finding.remedy) if finding and isinstance(finding.remedy, Text) else ""


def readings_of(own: Ownership) -> list[tuple[Any, Any]]:
    """The method and right of every reading, once each."""
    return list(dict.fromkeys((test.method, test.right) for test in own.tests))


def _capped(share: Bounds, own: Ownership) -> Answer:
    return share.against(own.readings.one)


def _mandatory(assessment: LabelAssessment) -> Mapping[Answer, int]:
    found: Iterable[Answer] = [one.answer for one in assessment.findings if one.binding == "mandatory"]
    answers = list(found)
    return {answer: answers.count(answer) for answer in Answer}


def _text(assessment: LabelAssessment) -> str:
    """The text that nearly every requirement stands in: named once, and beside those alone that stand elsewhere."""
    texts = [one.source.text for one in assessment.findings]
    return max(sorted(set(texts)), key=texts.count, default="")


def _expiries(assessment: LabelAssessment, told: Teller) -> str:
    marks = []
    for line in views.expiring(assessment)[:ON_TIMELINE]:
        serves = told.n(N_("{n} requirement"), N_("{n} requirements"), len(line.serves))
        said = pictures.clipped(f"{line.document.id} · {line.document.title}", SIGNS_ON_TIMELINE - len(serves) - 3) + f" · {serves}"
        days = line.days or 0
        near = "past" if days < 0 else "soon" if days <= views.SOON_DAYS else "later"
        if line.document.until:
            marks.append(shared.Mark(line.document.until, said, near))
    title, today = told.t(N_("Evidence that ends, by day")), told.t(N_("day assessed"))
    return shared.timeline(marks, assessment.on, told.lang.code, title, today, views.SOON_DAYS, "expiries") if marks else ""

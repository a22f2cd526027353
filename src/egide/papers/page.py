"""The page: one HTML file for a portfolio, with no network, read without JavaScript, sorted and filtered with it.

The order is that of the reader's questions: the answer, what to do before which day, what turned, the pictures, the
services, the proofs, what could not be read, on which law. The style and the script stand in the file; a policy
inside it allows those two by their digests, and nothing else.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from egide.papers import pictures, proofs, text
from egide.papers.actions import actions
from egide.papers.deadlines import SOON_DAYS, Deadline, clocks_of, deadlines, next_clock
from egide.papers.frame import asset, on_each_sheet, policy, template
from egide.vocabulary.findings import Assessment, Reason, Source, Verdict
from egide.vocabulary.language import N_, Language, language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from egide.papers.differences import Differences

TEN = 10
PIECES = 500
"""Parts of the template put together before they are handed on."""
SIGNS_ON_TIMELINE = 46
ON_TIMELINE = 12
"""Deadlines drawn; the table beside the picture holds them all."""


def page(assessment: Assessment, lang: str = "fr", *, since: Differences | None = None, marking: str | None = None) -> str:
    """The whole page. ``marking`` is the document's own sensitivity marking; without one, the page warns soberly."""
    return "".join(page_pieces(assessment, lang, since=since, marking=marking))


def page_pieces(
    assessment: Assessment, lang: str = "fr", *, since: Differences | None = None, marking: str | None = None
) -> Iterator[str]:
    """The same, piece by piece: the page of a large portfolio is more than a machine should hold."""
    words = language(lang)
    marked = marking or words.text(N_("Internal document: it shows where services are weak. Do not publish it."))
    style, script = asset("page.css") + on_each_sheet(marked), asset("page.js")
    todo, dated = actions(assessment), deadlines(assessment)
    lists = proofs.offer_lists(assessment)
    made = template("page.html.j2").stream(
        **words_for(assessment, words),
        a=assessment,
        since=since,
        style=style,
        script=script,
        policy=policy(style, script),
        marking=marked,
        title=text.upper_first(text.headline(assessment, lang)),
        standfirst=text.standfirst(assessment, lang),
        catalogue=text.catalogue_line(assessment, lang),
        disclaimer=text.disclaimer(assessment, lang),
        todo=todo,
        ten=TEN,
        dated=dated,
        sprite=pictures.sprite(),
        bars=_bars(assessment, words),
        timeline=timeline(dated, assessment, words),
        counts=text.count_verdicts(assessment),
        lists=lists,
        list_of=proofs.list_of(lists),
        secondary=proofs.secondary(assessment),
        Verdict=Verdict,
        ordered=sorted(assessment.decisions, key=lambda decision: text.GRAVITY[decision.verdict]),
    )
    made.enable_buffering(PIECES)
    return made


def words_for(assessment: Assessment, words: Language, known: Mapping[str, Source] | None = None) -> dict[str, Any]:
    """The functions that a template about an assessment may call, bound to the language and to the names of offers.

    ``known``: where each rule stands, where that is at hand; else it is looked up in the findings when it is first asked for.
    """
    lang, offers = words.code, assessment.offers

    @cache
    def places() -> dict[str, int]:
        return {decision.service.id: place for place, decision in enumerate(assessment.decisions, 1)}

    @cache
    def names() -> dict[str, str]:
        return {decision.service.id: decision.service.name for decision in assessment.decisions}

    @cache
    def sources() -> Mapping[str, Source]:
        if known is not None:
            return known
        return {one.rule: one.source for decision in assessment.decisions for hosting in decision.hostings for one in hosting.findings}

    def said(message: str, **args: object) -> str:
        return words.text(message, args)

    def article(rule: str) -> str:
        return text.source_text(sources()[rule], lang) if rule in sources() else text.article_of(rule)

    def counted(one: str, many: str, count: int, **args: object) -> str:
        return text.counted(words, one, many, count, **args)

    return {
        "t": said,
        "n": counted,
        "lang": lang,
        "day": words.day,
        "label": words.label,
        "value": lambda fact, it: text.value_text(fact, it, lang),
        "fact": lambda fact: text.fact_text(fact, lang),
        "reason": lambda reason: text.upper_first(text.reason_text(reason, lang, offers)),
        "why": lambda decision: text.why(decision, lang, offers),
        "source": lambda source: text.source_text(source, lang),
        "computed": lambda one: text.label_text(one, lang),
        "hosted": lambda decision: text.hosting_text(decision.hosting, offers, lang),
        "place": lambda at: text.place_text(at, lang),
        "repair": lambda repair: text.upper_first(text.repair_text(repair, offers, lang)),
        "offer": lambda key: text.offer_text(key, offers),
        "answer": lambda token: text.upper_first(text.answer_text(token, offers, lang)),
        "deciding": text.deciding,
        "next_clock": next_clock,
        "clocks_of": clocks_of,
        "said_by": proofs.said_by,
        "respected": proofs.respected,
        "weighing": proofs.weighing,
        "advising": proofs.advising,
        "would_do": proofs.would_do,
        "conditions": lambda changes: text.conditions_text(changes, offers, lang),
        "sentence": text.sentence,
        "article": article,
        "name": lambda service: names().get(service, service),
        "at": lambda service: places().get(service),
        "left": lambda days: days_left(days, words),
        "gravity": text.GRAVITY,
        "of_answer": lambda one: pictures.ANSWER_SHAPES[one],
        "since_reason": lambda reason: since_text(reason, assessment, lang),
        "near_names": lambda hosting: tuple(text.offer_text(one, offers) for one in hosting.near),
        "in_": lambda it: it.in_(lang),
        "first_lower": text.lower_first,
    }


def days_left(days: int, words: Language) -> str:
    """«in 7 days», «today», «12 days ago»."""
    if days == 0:
        return words.text(N_("today"))
    if days < 0:
        return text.counted(words, N_("{n} day ago"), N_("{n} days ago"), -days)
    return text.counted(words, N_("in {n} day"), N_("in {n} days"), days)


def since_text(reason: Reason, assessment: Assessment, lang: str) -> str:
    """A cause of difference in words: facts by their short names, offers by theirs."""
    args: dict[str, object] = {}
    fact = str(reason.args.get("fact", ""))
    for name, value in reason.args.items():
        if name == "fact":
            args[name] = text.fact_text(fact, lang)
        elif fact:
            args[name] = text.value_text(fact, value, lang)  # type: ignore[arg-type]
        elif isinstance(value, tuple):
            args[name] = tuple(text.offer_text(str(one), assessment.offers) for one in value)
        else:
            args[name] = value
    return text.upper_first(language(lang).text(reason.message, args))


def _bars(assessment: Assessment, words: Language) -> str:
    rows = [pictures.Bar(verdict, words.label(verdict), count) for verdict, count in text.count_verdicts(assessment).items() if count]
    return pictures.bars(rows, words.text(N_("Services by verdict")))


def timeline(dated: Sequence[Deadline], assessment: Assessment, words: Language) -> str:
    """The nearest deadlines on a scale of days."""
    shown = sorted(dated, key=lambda line: abs(line.days) if line.days >= 0 else 0)[:ON_TIMELINE]
    marks = [
        pictures.Mark(
            line.on,
            _told(line, assessment, words),
            _near(line),
        )
        for line in sorted(shown, key=lambda line: line.on)
    ]
    return pictures.timeline(
        marks, assessment.on, words.code, words.text(N_("Deadlines, by day")), words.text(N_("day assessed")), SOON_DAYS
    )


def _told(line: Deadline, assessment: Assessment, words: Language) -> str:
    """What ends, with the service by its name when it is alone, else how many; cut to what the picture holds."""
    if len(line.services) > 1:
        concerned = text.counted(words, N_("{n} service"), N_("{n} services"), len(line.services))
    else:
        concerned = next(decision.service.name for decision in assessment.decisions if decision.service.id == line.services[0])
    said = f"{words.label(line.kind)} · {concerned}"
    return said if len(said) <= SIGNS_ON_TIMELINE else said[: SIGNS_ON_TIMELINE - 1].rstrip() + "…"


def _near(line: Deadline) -> str:
    """The class of a deadline on the timeline; one that asks nothing of anyone is only told."""
    if not line.asks_something:
        return "told"
    return "past" if line.days < 0 else "soon" if line.days <= SOON_DAYS else "later"

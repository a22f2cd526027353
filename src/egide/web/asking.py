"""Questions as forms: what can be ticked, and what was meant by what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.app.portfolio import asking as possible
from egide.app.portfolio.asking import choices_of
from egide.app.portfolio.judged import key_of, question_key
from egide.papers import text
from egide.papers.page import words_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.app.portfolio.ask import Group
    from egide.app.portfolio.assess import Run
    from egide.app.portfolio.judged import Judged
    from egide.vocabulary.facts import Value
    from egide.web.visit import Visit

NOBODY_KNOWS = "nobody-knows"


def asking(visit: Visit, judged: Judged, groups: Sequence[Group]) -> dict[str, Any]:
    """What the forms of these questions call."""
    words, run = visit.language, judged.run
    return {
        **words_for(run.assessment, words, judged.sources),
        "groups": groups, "question_key": question_key, "choices": lambda group: choices_of(group, run.assessment.offers, words),
        "key_of": key_of,
        "about": lambda group: _about(group, run, words.code), "nobody_knows": NOBODY_KNOWS,
        "disclaimer": text.disclaimer(run.assessment, words.code),
    }  # fmt: skip


def value_of(group: Group, given: str) -> Value | None:
    """What was answered; None for «nobody knows». Raises `InputError`."""
    return None if given == NOBODY_KNOWS else possible.value_of(group, given)


def as_sent(value: Value | None, region: str | None = None) -> str:
    """An answer as its form sends it: what `value_of` reads. ``region``: of the offer that it names."""
    if value is None:
        return NOBODY_KNOWS
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return " ".join(sorted(value))
    return f"{value}/{region}" if region else str(value)


def _about(group: Group, run: Run, lang: str) -> str:
    ask = group.ask
    if ask.body is not None:
        return ask.body.name or ask.body.key
    if ask.offer is not None:
        return text.offer_text(f"{ask.offer}/{ask.region}" if ask.region else ask.offer, run.assessment.offers)
    said = text.listed([name for _, name in ask.services], lang)
    return f"{ask.owner} · {said}" if ask.owner else said

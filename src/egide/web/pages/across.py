"""Several bodies at once: where their services stand, on what, and whom a qualification won or lost would touch."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from litestar import Response

from egide.accounts import people
from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.portfolio import assess
from egide.app.portfolio.judged import key_of
from egide.app.portfolio.supposing import Event, supposed, touched
from egide.app.site.tour import is_tour
from egide.papers import pictures, text
from egide.papers.page import days_left, words_for
from egide.vocabulary.findings import Answer, Verdict
from egide.vocabulary.language import N_
from egide.web.rendering import page
from egide.web.routes import shows
from egide.web.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from egide.accounts.people import BodyOf
    from egide.app.portfolio.judged import Judged
    from egide.vocabulary.findings import Decision
    from egide.vocabulary.offers import Catalogue

ARTICLE_31, RULE_31 = "sren-article-31", "#31-I"
MOST_PLACES, MOST_TOUCHED = 40, 300


@shows("/across")
def across(request: Visit) -> Response[Any]:
    """The bodies that the caller may read, side by side."""
    caller, on, lang = request.somebody, request.day(), request.language.code
    with request.site.store.read() as tx:
        mine = [one for one in people.bodies_of(tx, caller.person.number) if caller.may(Act.READ, one.id)]
    mine = [one for one in mine if not is_tour(one)] or mine  # what is invented stands among invented things alone
    if not mine:
        raise AbsentError
    seen = [(one, request.site.portfolios.see(one.id, on, lang).judged) for one in mine]
    judged = [(one, found) for one, found in seen if found is not None]
    decisions = [decision for _, found in judged for decision in found.run.assessment.decisions]
    counts = Counter(decision.verdict for decision in decisions)
    offers = {key: name for _, found in judged for key, name in found.run.assessment.offers.items()}
    bars = [pictures.Bar(verdict, request.language.label(verdict), counts[verdict]) for verdict in Verdict if counts[verdict]]
    answers = [pair for _, found in judged for pair in zip(found.run.assessment.decisions, _answers(found), strict=True)]
    concerned = [decision for decision, answer in answers if answer in (Answer.MET, Answer.NOT_MET)]
    perhaps = sum(answer is Answer.UNKNOWN for _, answer in answers)
    return page(
        request, "across.html.j2", on=on, markings=sorted({one.marking for one in mine if one.marking}),
        rows=[(one, found, _counted(found)) for one, found in seen], total=len(decisions),
        bars=pictures.bars(bars, request.language.text(N_("Services by verdict"))), under=len(concerned), perhaps=perhaps,
        places=_places(concerned, offers, lang), verdicts=[one for one in Verdict if counts[one]], events=list(Event),
        offers=sorted(offers.items(), key=lambda pair: pair[1]), **_supposing(request, judged, on),
    )  # fmt: skip


ROUTES = (across,)


def _counted(judged: Judged | None) -> Counter[Verdict]:
    return Counter(decision.verdict for decision in judged.run.assessment.decisions) if judged else Counter()


def _answers(judged: Judged) -> list[Answer | None]:
    """What article 31 says of each service: None when it doesn't apply, unknown when that itself is open."""
    doctrine, decisions = judged.run.doctrine, judged.run.assessment.decisions
    said = doctrine.answers(decisions, lambda rule: rule.book.id == ARTICLE_31 and rule.ref.endswith(RULE_31))
    return [next((one for one in (Answer.NOT_MET, Answer.MET, Answer.UNKNOWN) if one in each), None) for each in said]


def _places(decisions: Sequence[Decision], offers: dict[str, str], lang: str) -> list[tuple[str, int]]:
    """Where those services sit, the place with most of them first."""
    found: Counter[str] = Counter()
    for decision in decisions:
        found.update({text.hosting_text(one.hosting, offers, lang) for one in decision.hostings})
    return found.most_common(MOST_PLACES)


def _supposing(request: Visit, judged: Sequence[tuple[BodyOf, Judged]], on: date) -> dict[str, Any]:
    """Whom the event that the address asks about would touch."""
    offer, event = request.query_params.get("offer", ""), request.query_params.get("event", "")
    asked: dict[str, Any] = {"offer_asked": offer, "event_asked": event, "touched": None, "touched_all": 0, "not_lost": ""}
    if not offer or event not in set(Event):
        return asked
    known = assess.catalogue()
    catalogue = supposed(known, offer, Event(event), on)
    found = []
    for body, judged_one in judged:
        said = words_for(judged_one.run.assessment, request.language, judged_one.sources)
        found += [(body, one, said) for one in touched(judged_one.run, catalogue)]
    clocks = sum(len(one.starting) for _, one, _ in found)
    return asked | {
        "touched": found[:MOST_TOUCHED], "touched_all": len(found), "starting": clocks, "key_of": key_of,
        "left": lambda days: days_left(days, request.language), **(_lost(request, judged, on, known) if event == Event.LOSES else {}),
    }  # fmt: skip


def _lost(request: Visit, judged: Sequence[tuple[BodyOf, Judged]], on: date, known: Catalogue) -> dict[str, Any]:
    """Of a loss: every service on the offer with its clauses, what is to be told and done by when, and whose letters are due."""
    from egide.app.continuity.loss import NoQualificationError, NotKnownThenError, lost
    from egide.papers.continuity.loss import context

    offer, lang = request.query_params.get("offer", ""), request.language.code
    try:
        found = [(body, lost(offer, on, one.run.portfolio, known, db=request.site.db)) for body, one in judged]
    except (NoQualificationError, NotKnownThenError) as error:
        return {"not_lost": request.language.text(error.message, error.values)}
    said = [(body, made, context(made, lang)) for body, made in found]
    rows = [(body, row, key_of(one.service.id)) for body, made, told in said for one, row in zip(made.touched, told["rows"], strict=True)]
    asked = urlencode({"offer": offer, "on": on})
    return {
        "steps": said[0][2]["steps"] if said else [], "standing": rows[:MOST_TOUCHED], "standing_all": len(rows),
        "letters": [(body, f"/b/{body.id}/papers/loss.zip?{asked}") for body, made, _ in said if made.touched],
    }  # fmt: skip

"""One line for each kind of thing the terminal shows: claims, actions, what turned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.cli import door
from egide.papers.actions import Basis
from egide.papers.text import article_of, listed, reason_text, value_text, why
from egide.vocabulary.findings import Verdict
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from egide.papers.actions import Action
    from egide.papers.differences import Differences
    from egide.vocabulary.facts import Claim
    from egide.vocabulary.findings import Assessment, Decision, Reason


ARTICLES = 2
"""Articles named in a line of the terminal; the page and the document name them all."""


def claim_line(claim: Claim) -> str:
    """Who said what, when, and where it stands."""
    said = value_text(claim.fact, claim.value, door.LANG)
    dated = f", {door.lang().day(claim.on)}" if claim.on else ""
    read = f" ({door.lang().label(claim.read)})" if claim.read == "secondary" else ""
    return f"{claim.fact} = {said} — {door.say(claim.issuer)}{dated} · {door.say(claim.source)}{read}"


def reasons_line(reasons: tuple[Reason, ...], offers: Mapping[str, str]) -> str:
    """Reasons one after the other."""
    return "; ".join(reason_text(reason, door.LANG, offers) for reason in reasons)


def action_cells(action: Action, assessment: Assessment) -> tuple[str, str, str, str]:
    """Before which day, what, under which articles, by whom."""
    names = {decision.service.id: decision.service.name for decision in assessment.decisions}
    what = reason_text(action.what, door.LANG, assessment.offers)
    services = listed([names[one] for one in action.services], door.LANG, 3)
    articles = list(dict.fromkeys(f"{source.text}, {source.at}" if source else article_of(rule) for rule, source in action.sources))
    shown = "; ".join(articles[:ARTICLES]) + (f" (+{len(articles) - ARTICLES})" if len(articles) > ARTICLES else "")
    when = door.say(N_("now")) if action.basis is Basis.ALREADY_DUE else door.lang().day(action.before)
    return when, f"{what} — {services}", shown, door.lang().label(action.owner)


def why_line(decision: Decision, assessment: Assessment) -> str:
    """Why the verdict is what it is; for one that is open, the question that decides."""
    asked = next((one.question for one in decision.hostings if one.question and one.verdict is decision.verdict), None)
    if decision.verdict is Verdict.UNDETERMINED and asked:
        return door.say(asked.fact.ask)
    return why(decision, door.LANG, assessment.offers)


def turn_lines(turned: Differences, assessment: Assessment) -> Iterator[str]:
    """What turned since an earlier run, service by service, and why."""
    yield door.say(
        N_("Since {day}: {n} verdicts turned, {come} services came, {gone} left, {same} are as they were."),
        day=turned.since, n=len(turned.turned), come=len(turned.come), gone=len(turned.gone), same=turned.unchanged,
    )  # fmt: skip
    for turn in (*turned.turned, *turned.come, *turned.gone):
        why = reasons_line(turn.why[:2], assessment.offers)
        yield f"  {turn.name}: {_label(turn.before)} → {_label(turn.after)}" + (f" — {why}" if why else "")


def _label(verdict: Verdict | None) -> str:
    return door.lang().label(verdict) if verdict else "—"

"""Pages of one question: who holds a company, what a change does, how two offers compare, how long the road is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from egide.label.compare import Side
from egide.papers.label import pictures, sentences, views
from egide.papers.label.page import INTERNAL, filled, of_assessment
from egide.papers.label.words import STATED, Teller, count_answers, headline, line_text, meta, party_names, teller
from egide.vocabulary.language import N_, Text, language

if TYPE_CHECKING:
    from datetime import date

    from egide.label.compare import Comparison
    from egide.label.results import LabelAssessment, Milestone, Road, Simulation
    from egide.ownership.answers import Ownership


def ownership_page(own: Ownership, lang: str = "fr", *, picture: str = "", marking: str | None = None) -> str:
    """Who holds the company, who controls it, and what would settle what is not known."""
    told = Teller(language(lang), party_names(own, language(lang)))
    title = told.t(N_("Who holds {company}, on {day}"), company=told.name(own.company), day=own.on)
    problems = own.problems
    return filled(
        "ownership_page.html.j2", told, title, own.on, marking or told.t(N_("Internal document. Do not publish it.")),
        headline=sentences.caps(own, told), lead=sentences.weightiest(own, told), meta=(title,), own=own, picture=picture,
        problems=problems, never=STATED,
    )  # fmt: skip


def simulation_page(simulation: Simulation, lang: str = "fr", *, marking: str | None = None) -> str:
    """What a change turns, and who must be told by when."""
    told = teller(simulation.after, lang)
    before = {one.id: one for one in simulation.before.findings}
    return filled(
        "simulation.html.j2", told, told.t(N_("What a change does to the label")), simulation.after.on, marking,
        **of_assessment(simulation.after, told),
        headline=turned_text(simulation, told),
        standfirst=(told.either(simulation.change) + ".",),
        it=simulation,
        after=simulation.after,
        source_of=lambda identifier: before[identifier].source if identifier in before else None,
        counts=(count_answers(simulation.before), count_answers(simulation.after)),
    )  # fmt: skip


def turned_text(simulation: Simulation, told: Teller) -> str:
    """How many requirements turn, and who is to be told by when, in one sentence."""
    worse = sum(views.WORST_FIRST[turn.after] < views.WORST_FIRST[turn.before] for turn in simulation.turned)
    if not simulation.turned:
        said = told.t(N_("No requirement turns"))
    else:
        said = told.n(N_("{n} requirement turns"), N_("{n} requirements turn"), len(simulation.turned))
        said += told.n(N_(", {n} for the worse"), N_(", {n} for the worse"), worse)
    if not simulation.notices:
        return said + told.t(N_("; nobody has to be told."))
    first = min(notice.by for notice in simulation.notices)
    whom = len({customer.id for notice in simulation.notices for customer in notice.whom})
    return said + told.n(
        N_("; {n} customer or authority is to be told by {day}."), N_("; {n} customers or authorities are to be told by {day}."),
        whom, day=first,
    )  # fmt: skip


def _apart(first: LabelAssessment, second: LabelAssessment, told: Teller) -> tuple[str, str]:
    """The two offers by names that tell them apart, even one offer on two days or in two states."""
    names = first.dossier.name, second.dossier.name
    if names[0] != names[1]:
        return names
    days = told.lang.day(first.on), told.lang.day(second.on)
    if days[0] == days[1]:
        return f"{names[0]} (1)", f"{names[1]} (2)"
    return f"{names[0]} ({days[0]})", f"{names[1]} ({days[1]})"


def comparison_page(comparison: Comparison, lang: str = "fr", *, marking: str | None = None) -> str:
    """Two offers against one scheme, side by side: where they differ first."""
    first, second = comparison.first, comparison.second
    told = Teller(language(lang), {**teller(first, lang).names, **teller(second, lang).names})
    same = comparison.better(Side.SAME)
    differing = [row for row in comparison.rows if row.better is not Side.SAME]
    names = _apart(first, second, told)
    said = told.n(
        N_("{first} and {second} differ on {n} requirement of {total}"), N_("{first} and {second} differ on {n} requirements of {total}"),
        len(differing), first=names[0], second=names[1], total=len(comparison.rows),
    )  # fmt: skip
    both = ((first, headline(first, told), line_text(first, told)), (second, headline(second, told), line_text(second, told)))
    return filled(
        "comparison.html.j2", told, told.t(N_("Two offers side by side")), max(first.on, second.on), marking,
        headline=said + ".", meta=meta(first, told)[:2], both=both, names=names, differing=differing,
        same=same, it=comparison, counts=(count_answers(first), count_answers(second)),
        bars=[pictures.answer_bars(count_answers(one), told, one.dossier.name, f"bars-{n}") for n, one in enumerate((first, second), 1)],
    )  # fmt: skip


def road_page(road: Road, offer: str, lang: str = "fr", *, assessment: LabelAssessment | None = None, marking: str | None = None) -> str:
    """From the request to the decision and the renewal: the picture, the table, the evidence that ends on the way."""
    told = teller(assessment, lang) if assessment else Teller(language(lang))
    drawn = _drawn(road)
    stretches = [
        pictures.Stretch(
            told.either(one.title), one.start, one.end, "done" if one.done else "critical" if one.critical else "slack", one.slack_days
        )
        for one in drawn
    ]
    titles = {one.id: told.either(one.title) for one in road.milestones}
    title = told.t(N_("The road to the label of {offer}"), offer=offer)
    shown = replace(road, expiries=road.expiries[:MOST_ENDS])
    picture = pictures.road(stretches, shown, told, title, told.t(N_("day assessed")))
    return filled(
        "road.html.j2", told, title, road.on, marking or told.t(INTERNAL),
        headline=road_text(road, told), standfirst=late_text(road, told), meta=(title, told.t(N_("As of {day}"), day=road.on)),
        road=road, titles=titles, never=STATED, picture=picture,
        undrawn=len(road.milestones) - len(drawn), owed=[one for one in road.milestones if not one.done],
    )  # fmt: skip


MOST_DRAWN, MOST_ENDS = 30, 8


def _drawn(road: Road) -> list[Milestone]:
    """The steps that the picture holds, in their order: the longest chain, then those with the least slack; the table has all."""
    told_first = sorted(road.milestones, key=lambda one: (not one.critical, one.done, one.slack_days, one.start))[:MOST_DRAWN]
    kept = {id(one) for one in told_first}
    return [one for one in road.milestones if id(one) in kept]


def road_text(road: Road, told: Teller) -> str:
    """When the decision may fall and what comes next, in one sentence."""
    following = next_step(road, road.on)
    if road.decision is None:
        said = told.t(N_("No day can be given for the decision"))
    else:
        said = told.t(N_("The decision may fall on {day}"), day=road.decision)
    if following:
        return said + told.t(N_("; next, {step} by {day}."), step=told.either(following[0]), day=following[1])
    return said + "."


def next_step(road: Road, on: date) -> tuple[Text | str, date] | None:
    """The step that ends next, and when; None when all is done."""
    open_ = [one for one in road.milestones if not one.done and one.end >= on]
    first = min(open_, key=lambda one: (one.end, one.id), default=None)
    return (first.title, first.end) if first else None


def late_text(road: Road, told: Teller) -> tuple[str, ...]:
    """What is late, what ends on the way, which durations are ours: a sentence each."""
    lines = []
    if road.slippage_days:
        lines.append(told.n(
            N_("What is late has already moved it by {n} day."), N_("What is late has already moved it by {n} days."), road.slippage_days
        ))  # fmt: skip
    if road.expiries:
        lines.append(told.n(
            N_("{n} document ends before the step that needs it."), N_("{n} documents end before the step that needs them."),
            len(road.expiries),
        ))  # fmt: skip
    return (*lines, *standfirst_of_durations(road, told))


def standfirst_of_durations(road: Road, told: Teller) -> tuple[str, ...]:
    """That some durations are ours, when some are."""
    if not road.assumptions:
        return ()
    return (told.n(
        N_("{n} duration is ours, to be replaced by the provider’s own."),
        N_("{n} durations are ours, to be replaced by the provider’s own."),
        len(road.assumptions),
    ),)  # fmt: skip



"""What a template may say: one dictionary of plain texts, numbers, lists and groups, the same for ours and the users'.

Its names are a promise: they are listed in `docs/guides/templates.md`, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

from egide.papers.actions import Action, Basis, actions
from egide.papers.notes import clauses, derogation, grounds
from egide.papers.text import (
    SHAPES,
    answer_text,
    article_of,
    catalogue_line,
    deciding,
    disclaimer,
    hosting_text,
    listed,
    offer_text,
    reason_text,
    repair_text,
    source_text,
    upper_first,
    weighing,
    why,
)  # fmt: skip
from egide.vocabulary.findings import Assessment, Decision, HostingDecision, Override, Verdict
from egide.vocabulary.language import N_, Language, language

MAX_OFFERS = 8
"""How many eligible offers a note names; the assessment holds them all."""

MAX_GROUNDS = 2
"""How many articles stand beside an action."""

TONES: Mapping[Verdict, str] = {
    Verdict.STOP: "no", Verdict.FORBIDDEN: "no", Verdict.UNDETERMINED: "doubt", Verdict.DEROGATION: "care",
    Verdict.CONDITIONAL: "care", Verdict.ALLOWED: "yes", Verdict.OUT_OF_SCOPE: "yes",
}  # fmt: skip

SENTENCES: Mapping[Verdict, str] = {
    Verdict.STOP: N_("No verdict is given here: the security authority decides."),
    Verdict.FORBIDDEN: N_("On the facts known, this service may not run where it is hosted."),
    Verdict.UNDETERMINED: N_("On the facts known, no one can say yet: what is missing is asked below."),
    Verdict.DEROGATION: N_("This service may stay where it is hosted under its derogation, and no longer than it lasts."),
    Verdict.CONDITIONAL: N_("This service may run where it is hosted once the conditions below are settled."),
    Verdict.ALLOWED: N_("On the facts known, this service may run where it is hosted."),
    Verdict.OUT_OF_SCOPE: N_("None of the texts read binds this body for this service."),
}

ARTICLED = (Verdict.FORBIDDEN, Verdict.DEROGATION)
"""The verdicts whose sentence names its articles."""

TITLES: Mapping[str, str] = {
    "decision": N_("Decision note: hosting of {service}"),
    "derogation": N_("Request for derogation: hosting of {service}"),
    "clauses": N_("Contract clauses to ask for: {service}"),
}

MARKINGS: Mapping[str, str] = {
    "decision": N_("INTERNAL USE"), "derogation": N_("INTENDED FOR PUBLICATION ONCE VALIDATED"), "clauses": N_("INTERNAL USE"),
}  # fmt: skip


def context(paper: str, decision: Decision, assessment: Assessment, lang_code: str) -> dict[str, Any]:
    """Everything a template of that paper may print, in that language.

    Of a service that is stopped, nothing is said beyond what stopped it: its description belongs elsewhere.
    """
    lang = language(lang_code)
    shown, beside = grounds.weighed(decision)
    stopped = decision.verdict is Verdict.STOP
    found = derogation.grounds(decision) if paper == "derogation" else shown
    several = len(decision.hostings) > 1
    rules = grounds.rules(found, assessment, lang, several)
    facts = grounds.facts(found, decision, assessment, lang, several)
    wanted = clauses.wanted(decision, assessment.on)
    asked_clauses = clauses.lines(wanted.asked, lang)
    if paper == "clauses":
        counsel = grounds.counsel(asked_clauses, {})
    else:
        relied = found if paper == "derogation" else grounds.relied(decision, shown, beside)
        counsel = grounds.counsel(grounds.rules(relied, assessment, lang, several), grounds.reading_notes(relied, lang))
    title = lang.text(TITLES[paper]).replace("{service}", decision.service.name)
    return {
        "paper": paper,
        "lang": lang_code,
        "on": lang.day(assessment.on),
        "on_iso": assessment.on.isoformat(),
        "title": f"{lang.text(N_('DRAFT'))} – {title}" if counsel else title,
        "draft": bool(counsel),
        "draft_line": lang.text(N_("DRAFT – to be read by counsel")) if counsel else "",
        "marking": _marking(paper, decision, lang),
        "service": _service(decision, lang),
        "verdict": {**_verdict(decision.verdict, lang), "sentence": _said(decision, lang)},
        "hostings": [_hosting(one, decision, assessment, lang) for one in decision.hostings],
        "facts": facts,
        "other_facts": [] if stopped else grounds.other_facts(decision, facts, lang),
        "unknowns": grounds.unknowns(found, lang),
        "rules": rules,
        "beside": [] if stopped else grounds.in_brief(beside, lang),
        "quiet": grounds.quiet(decision, assessment, lang),
        "asked": _asked(decision, assessment, lang),
        "question": _question(decision, assessment, lang),
        "repairs": _repairs(decision, assessment, lang),
        **_offers(decision, assessment, lang),
        "overrides": [_override(one, lang) for one in decision.overrides],
        "counsel": counsel,
        "clauses": asked_clauses,
        "clauses_count": len(asked_clauses),
        "clauses_said": lang.plural(N_("{n} clause to ask for"), N_("{n} clauses to ask for"), len(asked_clauses)),
        "clause_groups": clauses.groups(wanted.asked, lang),
        "clauses_held": [line["title"] for line in clauses.lines(wanted.held, lang)],
        "derogation": derogation.context(derogation.grounds(decision), decision, assessment, lang),
        "law": _law(assessment, {rule["book"] for rule in rules}, lang),
    }


def _marking(paper: str, decision: Decision, lang: Language) -> str:
    """The header's marking. What is protected is marked by the security authority, not by us."""
    claim = decision.service.claims.get("data.restricted")
    if decision.verdict is Verdict.STOP or (claim is not None and claim.value is True):
        return lang.text(N_("PROTECTION TO BE SET BY THE SECURITY AUTHORITY"))
    return lang.text(MARKINGS[paper])


def _service(decision: Decision, lang: Language) -> dict[str, Any]:
    service, blank = decision.service, lang.text(N_("to be completed"))
    return {
        "id": service.id,
        "name": service.name,
        "body": service.body.name or service.body.siren or blank,
        "siren": service.body.siren if service.body.siren and service.body.name else "",
        "data_owner": service.data_owner or blank,
        "source": grounds.inventory(decision, lang),
    }


def _said(decision: Decision, lang: Language) -> str:
    """The verdict in one sentence, with the articles that made it."""
    sentence, hosting = lang.text(SENTENCES[decision.verdict]), deciding(decision)
    made = dict.fromkeys(source_text(finding.source, lang.code) for finding in weighing(hosting)) if hosting else {}
    return f"{sentence.rstrip('.')} ({lang.text(N_('; ')).join(made)})." if made and decision.verdict in ARTICLED else sentence


def _verdict(verdict: Verdict, lang: Language) -> dict[str, str]:
    return {"token": str(verdict), "label": upper_first(lang.label(verdict)), "shape": SHAPES[verdict], "tone": TONES[verdict]}


def _hosting(one: HostingDecision, decision: Decision, assessment: Assessment, lang: Language) -> dict[str, Any]:
    alone = replace(decision, verdict=one.verdict, hostings=(one,))
    return {
        "name": hosting_text(one.hosting, assessment.offers, lang.code),
        "text": one.hosting.text,
        "region": one.hosting.region or "",
        "planned": one.hosting.planned,
        **_verdict(one.verdict, lang),
        "why": _sentence(why(alone, lang.code, assessment.offers)),
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else text + "."


def _asked(decision: Decision, assessment: Assessment, lang: Language) -> list[dict[str, str]]:
    """The page's own actions, for this service alone: paper and page ask the same things."""
    return [_action(one, assessment, lang) for one in actions(replace(assessment, decisions=(decision,)))]


def _action(one: Action, assessment: Assessment, lang: Language) -> dict[str, str]:
    bases = {Basis.CLOCK: "", Basis.ALREADY_DUE: N_("already due"), Basis.PROPOSED: N_("proposed date")}
    grounds_of = {source_text(source, lang.code) if source else article_of(rule): None for rule, source in one.sources}
    return {
        "kind": str(one.kind),
        "what": _sentence(reason_text(_worded(one, lang), lang.code, assessment.offers)),
        "because": _sentence(upper_first(reason_text(one.because, lang.code, assessment.offers))) if one.because else "",
        "whom": upper_first(lang.label(one.owner)),
        "by": lang.day(one.before),
        "by_iso": one.before.isoformat(),
        "basis": lang.text(bases[one.basis]),
        "rule": listed(grounds_of, lang.code, MAX_GROUNDS) or "–",
    }


def _worded(one: Action, lang: Language) -> Any:
    """The action's reason with the question inside it in this language."""
    if "ask" in one.what.args:
        return replace(one.what, args={**one.what.args, "ask": lang.text(str(one.what.args["ask"]))})
    return one.what


def _question(decision: Decision, assessment: Assessment, lang: Language) -> dict[str, Any]:
    """The gravest open question; empty when none decides."""
    for hosting in decision.hostings:
        if hosting.question is not None and hosting.verdict is decision.verdict:
            fact = hosting.question.fact
            would = [
                {"answer": answer_text(answer, assessment.offers, lang.code), "verdict": lang.label(verdict)}
                for answer, verdict in hosting.question.would.items()
            ]
            return {
                "ask": lang.text(fact.ask), "help": lang.text(fact.help), "whom": lang.label(fact.role), "would": would,
            }  # fmt: skip
    return {}


def _repairs(decision: Decision, assessment: Assessment, lang: Language) -> list[str]:
    said = {repair_text(repair, assessment.offers, lang.code): None for hosting in decision.hostings for repair in hosting.repairs}
    return list(said)[:3]


def _offers(decision: Decision, assessment: Assessment, lang: Language) -> dict[str, Any]:
    shown = decision.eligible[:MAX_OFFERS]
    more = len(decision.eligible) - len(shown)
    return {
        "offers": [
            {
                "name": offer_text(f"{one.offer}/{one.region}" if one.region else one.offer, assessment.offers),
                **_verdict(one.verdict, lang),
                "conditions": repair_text(one.conditions, assessment.offers, lang.code) if one.conditions else "",
            }
            for one in shown
        ],
        "offers_more": more,
        "offers_more_said": lang.plural(N_("And {n} other eligible offer."), N_("And {n} other eligible offers."), more) if more else "",
        "refused_count": 0 if decision.verdict is Verdict.STOP else len(decision.refused),
    }


def _override(one: Override, lang: Language) -> dict[str, str]:
    return {
        **_verdict(one.verdict, lang), "who": one.who, "why": _sentence(one.why), "on": lang.day(one.on), "until": lang.day(one.until),
        "hosting": one.hosting or "",
    }  # fmt: skip


def _law(assessment: Assessment, relied: Set[str], lang: Language) -> dict[str, Any]:
    """The day of the law; the rulebooks that bear on the case, or all that were put to it when none does."""
    books = [book for book in assessment.rulebooks if book.id in relied] or list(assessment.rulebooks)
    return {
        "read_on": lang.day(assessment.law_as_read),
        "catalogue_as_of": lang.day(assessment.catalogue_as_of),
        "catalogue_line": catalogue_line(assessment, lang.code) or "",
        "advice": disclaimer(assessment, lang.code),
        "rulebooks": [f"{book.title.in_(lang.code)} ({book.version}, {book.digest[:12]})" for book in books],
    }

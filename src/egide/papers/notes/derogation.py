"""When a derogation request is due, and what it can already say.

SREN article 31 and rule R9 of the doctrine open one road for projects already engaged: a reasoned, public request to the
minister in charge, validated by the Prime Minister. What the request needs and nobody has said is left blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from egide.papers.notes.grounds import Found, rules
from egide.papers.text import hosting_text, reason_text, upper_first, value_text
from egide.vocabulary.facts import FACTS, Claim, values_of
from egide.vocabulary.findings import Answer, Assessment, ClockKind, Decision, Finding, HostingDecision, Verdict
from egide.vocabulary.language import N_, Language

ELEMENTS: Mapping[str, str] = {
    "derogation.project_engaged": N_("The project was already engaged when the rule began to apply"),
    "derogation.no_acceptable_offer": N_("No acceptable offer is available in France to date"),
    "derogation.acceptable_offer_since": N_("An acceptable offer is available in France since"),
}
"""What the request must establish, by the fact that answers it."""

STEPS = ("derogation.requested", "derogation.validated", "derogation.public")

RULES = ("circular-*#R9*", "sren-*")
"""The rules that open the road, by pattern over ``book@version#article``."""

DUE = (Verdict.FORBIDDEN, Verdict.DEROGATION)


def opens(finding: Finding) -> bool:
    """Whether the rule objects, or is lifted by a derogation, and is one of those that a derogation can lift."""
    objects = finding.answer is Answer.NOT_MET or finding.exception == "derogation"
    return objects and any(fnmatchcase(finding.rule, pattern) for pattern in RULES)


def grounds(decision: Decision) -> list[Found]:
    """The findings that a derogation covers or could cover, on hostings in use. Empty: no request is due.

    A project known not to be engaged, a new one say, has no such road.
    """
    found = []
    for hosting in decision.hostings:
        values = values_of(decision.service.claims, hosting.hosting.claims)
        closed = values.get("derogation.project_engaged") is False or values.get("service.stage") == "new"
        if hosting.verdict in DUE and not hosting.hosting.planned and not closed:
            found += [(hosting, finding) for finding in hosting.findings if opens(finding)]
    return found


def context(found: list[Found], decision: Decision, assessment: Assessment, lang: Language) -> dict[str, Any]:
    """What the request says: hostings, rules, what is known of each element, when the derogation ends."""
    hostings = list({id(hosting): hosting for hosting, _ in found}.values())
    running = any(hosting.verdict is Verdict.DEROGATION for hosting in hostings)
    return {
        "due": bool(found),
        "running": running,
        "sentence": _sentence(running, lang) if found else "",
        "hostings": [hosting_text(hosting.hosting, assessment.offers, lang.code) for hosting in hostings],
        "rules": rules(found, assessment, lang, len(hostings) > 1),
        "elements": [line for hosting in hostings for line in _elements(hosting, decision, assessment, lang, len(hostings) > 1)],
        "steps": [line for hosting in hostings for line in _steps(hosting, decision, lang)],
        "ends": _ends(hostings, assessment, lang),
    }


def _sentence(running: bool, lang: Language) -> str:
    if running:
        return lang.text(N_("A derogation covers this hosting today; this paper sets out what it rests on."))
    return lang.text(N_("No derogation covers this hosting today; it is open only to a project that was already engaged."))


def _claims(hosting: HostingDecision, decision: Decision) -> dict[str, Claim]:
    """What was said of a hosting's derogation, blanks and «do not know» left out."""
    resting = {claim.fact: claim for finding in hosting.findings for claim in finding.claims}
    claims = {**resting, **decision.service.claims, **hosting.hosting.claims}
    return {name: claim for name, claim in claims.items() if claim.value is not None}


def _elements(
    hosting: HostingDecision, decision: Decision, assessment: Assessment, lang: Language, several: bool,
) -> list[dict[str, str]]:  # fmt: skip
    """What the request must establish, answered or blank."""
    claims, blank = _claims(hosting, decision), lang.text(N_("to be completed"))
    where = f" ({hosting_text(hosting.hosting, assessment.offers, lang.code)})" if several else ""
    offer = {"derogation.no_acceptable_offer", "derogation.acceptable_offer_since"}
    either = offer & set(claims) or offer
    return [
        {
            "what": lang.text(what) + where,
            "answer": value_text(name, claims[name].value, lang.code) if name in claims else blank,
            "by": _said(claims[name], lang) if name in claims else blank,
        }
        for name, what in ELEMENTS.items() if name not in offer or name in either
    ]  # fmt: skip


def _steps(hosting: HostingDecision, decision: Decision, lang: Language) -> list[dict[str, str]]:
    """How far the procedure is known to have gone."""
    claims = _claims(hosting, decision)
    return [
        {"what": lang.text(FACTS[name].ask), "answer": value_text(name, claims[name].value, lang.code), "by": _said(claims[name], lang)}
        for name in STEPS if name in claims
    ]  # fmt: skip


def _said(claim: Claim, lang: Language) -> str:
    return ", ".join(part for part in (lang.label(claim.issuer), lang.day(claim.on) if claim.on else "", claim.source) if part)


def _ends(hostings: list[HostingDecision], assessment: Assessment, lang: Language) -> list[str]:
    ends = {
        upper_first(reason_text(clock.because, lang.code, assessment.offers)) + ".": clock.on
        for hosting in hostings for clock in hosting.clocks
        if clock.kind is ClockKind.DEROGATION_ENDS
    }  # fmt: skip
    known = sorted(ends, key=lambda said: ends[said])
    return known or [lang.text(N_("Date from which an acceptable offer is available in France: to be completed."))]

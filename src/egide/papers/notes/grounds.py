"""The grounds of a note: the rules that bear on the case, the facts under them, and what counsel must still read.

A finding whose rule does not concern the case is only named: a note shows what decides, and says what was looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from egide.papers.text import ANSWER_SHAPES, fact_text, hosting_text, place_text, read_text, reason_text, upper_first, value_text, weighing
from egide.vocabulary.facts import FACTS, Claim, Subject
from egide.vocabulary.findings import Answer, Assessment, Decision, Effect, Finding, HostingDecision, Verdict
from egide.vocabulary.language import N_, Language

Found = tuple[HostingDecision, Finding]

MAX_RULES = 4
"""How many rules a note sets out when none objects; the others are named, and the assessment holds every proof."""

UNOPPOSED = (Verdict.ALLOWED, Verdict.OUT_OF_SCOPE, Verdict.CONDITIONAL)

RESULTS: Mapping[Answer, str] = {
    Answer.MET: N_("met"), Answer.NOT_MET: N_("not met"), Answer.UNKNOWN: N_("not known"),
}  # fmt: skip


def concerned(finding: Finding) -> bool:
    """Whether the rule bears on the case: its proof says that it applies, or nothing says that it does not."""
    if finding.answer is not Answer.MET or finding.exception:
        return True
    scope = finding.proof.children[0] if finding.proof and finding.proof.children else None
    return scope is None or scope.name != "applies" or scope.answer is not Answer.NOT_MET


def weighed(decision: Decision) -> tuple[list[Found], list[Found]]:
    """The findings that made the verdict of each hosting, and those beside them that bear on the case too."""
    shown, beside = [], []
    for hosting in decision.hostings:
        telling = _telling(hosting)
        shown += [(hosting, finding) for finding in telling]
        beside += [(hosting, finding) for finding in _bearing(hosting) if finding not in telling]
    return shown, beside


def _telling(hosting: HostingDecision) -> list[Finding]:
    """What a note sets out in full: what objects or is lifted; else the first rules that wait or are met."""
    made = list(weighing(hosting))
    if hosting.verdict is Verdict.UNDETERMINED and hosting.question is not None:
        fact = hosting.question.fact.name
        made.sort(key=lambda finding: all(reason.args.get("fact") != fact for reason in finding.because))
    if hosting.verdict is Verdict.DEROGATION:
        made += [one for one in _bearing(hosting) if one.effect is Effect.CONDITION and one.answer is not Answer.MET]
    if hosting.verdict is Verdict.ALLOWED:
        made = [one for one in _bearing(hosting) if one.answer is Answer.MET and one.effect is not Effect.ADVISE]
    return made if hosting.verdict is Verdict.FORBIDDEN else made[:MAX_RULES]


def _bearing(hosting: HostingDecision) -> list[Finding]:
    answers = (Answer.NOT_MET, Answer.UNKNOWN, Answer.MET)
    effects = (Effect.STOP, Effect.FORBID, Effect.CONDITION, Effect.ADVISE)
    found = [one for one in hosting.findings if concerned(one)]
    return sorted(found, key=lambda one: (one.answer is Answer.MET, effects.index(one.effect), answers.index(one.answer)))


def relied(decision: Decision, shown: Iterable[Found], beside: Iterable[Found]) -> list[Found]:
    """The findings on which the conclusion rests.

    When a rule objects, those that made the verdict; else every binding one besides, and those of a text that binds the
    body and whose rule does not apply: a service is also allowed because a rule was read not to reach it.
    """
    shown = list(shown)
    if decision.verdict in (Verdict.FORBIDDEN, Verdict.STOP):
        return shown
    binding = [(hosting, one) for hosting, one in beside if one.effect is not Effect.ADVISE]
    spared = [
        (hosting, one) for hosting in decision.hostings for one in hosting.findings
        if one.effect is not Effect.ADVISE and not concerned(one) and _binds(one)
    ]  # fmt: skip
    return [*shown, *binding, *spared]


def _binds(finding: Finding) -> bool:
    """Whether the text binds the body though this rule of it does not apply."""
    scope = finding.proof.children[0].children if finding.proof and finding.proof.children else ()
    return len(scope) > 1 and scope[0].answer is Answer.MET


def in_brief(found: Iterable[Found], lang: Language) -> list[str]:
    """Rules by their answer, each named once: «not known: R4 (Circular …), …»."""
    named: dict[Answer, dict[str, None]] = {}
    for _, one in found:
        named.setdefault(one.answer, {})[f"{one.source.at or one.rule.partition('#')[2]} ({one.source.text})"] = None
    colon = lang.text(N_(": "))
    order = (Answer.NOT_MET, Answer.UNKNOWN, Answer.MET)
    return [f"{lang.text(RESULTS[answer])}{colon}{', '.join(named[answer])}" for answer in order if answer in named]


def rules(found: Iterable[Found], assessment: Assessment, lang: Language, several: bool) -> list[dict[str, Any]]:
    """The rules as a note shows them, one line for hostings that it treats alike."""
    lines: dict[object, dict[str, Any]] = {}
    for hosting, finding in found:
        reasons = _reasons(finding, assessment, lang)
        where = hosting_text(hosting.hosting, assessment.offers, lang.code) if several else ""
        line = lines.setdefault((finding.rule, finding.answer, finding.exception, *reasons), _rule(finding, reasons, lang))
        if where and where not in line["hosting"]:
            line["hosting"] = ", ".join(part for part in (line["hosting"], where) if part)
    return _referred(list(lines.values()))


def _referred(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say once what several rules rest on: a later one refers to the first, and adds only what is its own."""
    said: list[str] = []
    for line in lines:
        own = [reason for reason in line["reasons"] if reason not in said]
        refers = len(line["reasons"]) - len(own) >= min(2, len(line["reasons"]))
        line["same_as"] = lines[0]["article"] if refers and line is not lines[0] else ""
        line["reasons_own"] = own if line["same_as"] else line["reasons"]
        said += line["reasons"] if line is lines[0] else []
    return lines


def _reasons(finding: Finding, assessment: Assessment, lang: Language) -> list[str]:
    """Why, in words; all that is not known of a derogation is said at once."""
    said = {
        lang.text(N_("No derogation is known"))
        if reason.code.endswith(".unknown") and str(reason.args.get("fact", "")).startswith("derogation.")
        else upper_first(reason_text(reason, lang.code, assessment.offers)): None
        for reason in finding.because
    }
    return list(said)


def _rule(finding: Finding, reasons: list[str], lang: Language) -> dict[str, Any]:
    book, _, rest = finding.rule.partition("@")
    version, _, article = rest.partition("#")
    source = finding.source
    result = lang.text(RESULTS[finding.answer])
    if finding.exception:
        result = lang.text(N_("lifted: {exception}"), {"exception": finding.exception})
    return {
        "id": finding.rule,
        "book": book,
        "version": version,
        "article": upper_first(source.at or article),
        "title": finding.title.in_(lang.code).rstrip("."),
        "source": source.text,
        "read": source.read,
        "secondary": source.read == "secondary",
        "read_as": read_text(source.read, lang.code),
        "answer": str(finding.answer),
        "result": result,
        "shape": ANSWER_SHAPES[finding.answer],
        "reasons": reasons or [finding.title.in_(lang.code)],
        "remedy": finding.remedy.in_(lang.code) if finding.remedy else "",
        "hosting": "",
    }


def quiet(decision: Decision, assessment: Assessment, lang: Language) -> list[str]:
    """The rules that were examined and do not bear on the case, each with why."""
    colon = lang.text(N_(": "))
    named = {
        f"{one.source.at or one.rule.partition('#')[2]} ({one.source.text})": [
            reason_text(reason, lang.code, assessment.offers) for reason in one.because[:1]
        ]
        for hosting in decision.hostings for one in hosting.findings
        if not concerned(one)
    }  # fmt: skip
    return [colon.join([rule, *why]) for rule, why in named.items()]


def facts(
    found: Iterable[Found], decision: Decision, assessment: Assessment, lang: Language, several: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    """The claims under those findings, in the order of the register of facts, each once.

    Where no rule objects, what was said of the body and of its data decides too: it is why the others do not apply.
    """
    lines: dict[object, tuple[int, dict[str, Any]]] = {}
    places = {name: place for place, name in enumerate(FACTS)}
    for hosting, finding in found:
        for claim in finding.claims:
            of_hosting = claim.fact in FACTS and FACTS[claim.fact].subject in (Subject.HOSTING, Subject.OFFER)
            where = hosting_text(hosting.hosting, assessment.offers, lang.code) if several and of_hosting else ""
            key = (claim.fact, str(claim.value), claim.issuer, claim.on, claim.source, where)
            lines.setdefault(key, (places.get(claim.fact, len(places)), _fact(claim, where, lang)))
    if decision.verdict in UNOPPOSED:
        for name, claim in decision.service.claims.items():
            if name.startswith(("data.", "body.")) and claim.value is not None:
                key = (name, str(claim.value), claim.issuer, claim.on, claim.source, "")
                lines.setdefault(key, (places.get(name, len(places)), _fact(claim, "", lang)))
    return [line for _, line in sorted(lines.values(), key=lambda pair: pair[0])]


def _fact(claim: Claim, where: str, lang: Language) -> dict[str, Any]:
    question = lang.text(FACTS[claim.fact].ask) if claim.fact in FACTS else fact_text(claim.fact, lang.code)
    return {
        "fact": claim.fact,
        "question": f"{question} – {where}" if where else question,
        "answer": value_text(claim.fact, claim.value, lang.code),
        "by": lang.label(claim.issuer),
        "on": lang.day(claim.on) if claim.on else "",
        "source": claim.source,
        "secondary": claim.read == "secondary",
    }


def other_facts(decision: Decision, shown: Iterable[Mapping[str, Any]], lang: Language) -> list[str]:
    """What else is known of the service and its hostings, short."""
    names = {line["fact"] for line in shown}
    mappings = [decision.service.claims, *(hosting.hosting.claims for hosting in decision.hostings)]
    colon = lang.text(N_(": "))
    said = {
        name: f"{fact_text(name, lang.code)}{colon}{value_text(name, claim.value, lang.code)}"
        for claims in mappings for name, claim in claims.items()
        if name not in names and claim.value is not None
    }  # fmt: skip
    return list(said.values())


def unknowns(found: Iterable[Found], lang: Language) -> list[str]:
    """The questions that nobody has answered and that a rule waits for."""
    asked = {
        lang.text(FACTS[name].ask): None
        for _, finding in found if finding.answer is not Answer.MET
        for reason in finding.because if reason.code.endswith(".unknown")
        if (name := str(reason.args.get("fact", ""))) in FACTS and not name.startswith("derogation.")
    }  # fmt: skip
    return list(asked)


def counsel(lines: Iterable[Mapping[str, Any]], notes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each text read only at second hand, with the articles that the paper relies on."""
    texts: dict[str, list[str]] = {}
    for line in lines:
        if line["secondary"]:
            articles = texts.setdefault(line["source"], [])
            if line["article"] not in articles:
                articles.append(line["article"])
    return [{"text": text, "articles": articles, "note": notes.get(text, "")} for text, articles in texts.items()]


def reading_notes(found: Iterable[Found], lang: Language) -> dict[str, str]:
    """What the rulebooks say of how a text was read, by text."""
    return {
        finding.source.text: finding.source.note.in_(lang.code).rstrip(".")
        for _, finding in found
        if finding.source.note is not None
    }


def inventory(decision: Decision, lang: Language) -> str:
    """Where the service stands in what the body gave."""
    return place_text(decision.service.at, lang.code)

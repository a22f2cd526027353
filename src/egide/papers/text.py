"""The words that all papers and the command line share: the first sentence, reasons, sources, places, shapes.

A verdict is a word, a shape and a colour, in that order: the words come from the message catalogues (``token:<verdict>``),
the shapes are here, the colours belong to each paper.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from egide.papers.deadlines import deadlines, past, soon
from egide.vocabulary.facts import FACTS, Kind
from egide.vocabulary.findings import Answer, Effect, Verdict
from egide.vocabulary.language import N_, language
from egide.vocabulary.offers import UNLISTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.papers.deadlines import Deadline
    from egide.vocabulary.errors import Location
    from egide.vocabulary.facts import Value
    from egide.vocabulary.findings import Assessment, Change, Decision, EligibleOffer, Finding, HostingDecision, Reason, Repair, Source
    from egide.vocabulary.language import Language
    from egide.vocabulary.offers import ComputedLabel
    from egide.vocabulary.services import Hosting

CATALOGUE_FRESH_DAYS = 45
"""ANSSI's catalogue is monthly: older than a month and a half, every paper says so in one line."""

SHAPES: Mapping[Verdict, str] = {
    Verdict.STOP: "■",
    Verdict.FORBIDDEN: "✕",
    Verdict.UNDETERMINED: "?",
    Verdict.DEROGATION: "◔",
    Verdict.CONDITIONAL: "◐",
    Verdict.ALLOWED: "✓",
    Verdict.OUT_OF_SCOPE: "○",
}
"""One character for each verdict, in fonts that every system has; they differ without colour."""

ANSWER_SHAPES: Mapping[Answer, str] = {Answer.MET: "✓", Answer.NOT_MET: "✕", Answer.UNKNOWN: "?"}

AGREEING: Mapping[str, str] = {"offer.qualification": "qualification-", "service.dinum_opinion": "opinion-"}
"""Facts whose values have labels of their own: in French «none» agrees with the noun."""

GRAVITY: Mapping[Verdict, int] = {verdict: place for place, verdict in enumerate(Verdict)}
"""From the verdict that stops everything (0) to the one that nothing touches."""


def count_verdicts(assessment: Assessment) -> dict[Verdict, int]:
    """How many services have each verdict, every verdict named, the gravest first."""
    counts = dict.fromkeys(Verdict, 0)
    for decision in assessment.decisions:
        counts[decision.verdict] += 1
    return counts


def counted(lang: Language, one: str, many: str, count: int, **args: object) -> str:
    """A message in the form that fits the count, its other names filled too."""
    said = lang.plural(one, many, count)
    for name, value in args.items():
        said = said.replace("{" + name + "}", lang.value(value))
    return said


def headline(assessment: Assessment, code: str, dated: Sequence[Deadline] | None = None) -> str:
    """The sentence that answers: how many services are not where the law allows, how many deadlines are near.

    ``dated``: the deadlines of the assessment, where they are at hand.
    """
    lang = language(code)
    if not assessment.decisions:
        return lang.text(N_("No service could be judged: the list holds no usable row."))
    return lang.text(N_("{where}; {when}."), {"where": _where(assessment, lang), "when": _when(_dated(assessment, dated), lang)})


def _where(assessment: Assessment, lang: Language) -> str:
    counts, total = count_verdicts(assessment), len(assessment.decisions)
    forbidden, undetermined = counts[Verdict.FORBIDDEN], counts[Verdict.UNDETERMINED]
    if forbidden:
        return counted(
            lang,
            N_("{n} of {total} services is not where the law allows"),
            N_("{n} of {total} services are not where the law allows"),
            forbidden,
            total=total,
        )
    if undetermined or counts[Verdict.STOP]:
        return counted(
            lang,
            N_("the only service is not known to be where the law forbids it"),
            N_("none of the {n} services is known to be where the law forbids it"),
            total,
        )
    return counted(lang, N_("the only service is where the law allows"), N_("all {n} services are where the law allows"), total)


def _dated(assessment: Assessment, dated: Sequence[Deadline] | None) -> Sequence[Deadline]:
    return deadlines(assessment) if dated is None else dated


def _when(dated: Sequence[Deadline], lang: Language) -> str:
    near = len(soon(dated))
    if not near:
        return lang.text(N_("no deadline falls within 60 days"))
    return counted(lang, N_("{n} deadline falls within 60 days"), N_("{n} deadlines fall within 60 days"), near)


def standfirst(assessment: Assessment, code: str, dated: Sequence[Deadline] | None = None) -> tuple[str, ...]:
    """What the first sentence leaves unsaid, each in one sentence: doubt, other authorities, derogations, what has passed.

    ``dated``: the deadlines of the assessment, where they are at hand.
    """
    lang, counts = language(code), count_verdicts(assessment)
    lines = (
        (counts[Verdict.UNDETERMINED], N_("{n} service waits for an answer."), N_("{n} services wait for an answer.")),
        (
            counts[Verdict.STOP],
            N_("{n} service holds classified information: another authority decides."),
            N_("{n} services hold classified information: another authority decides."),
        ),
        (counts[Verdict.DEROGATION], N_("{n} service runs under a derogation."), N_("{n} services run under a derogation.")),
        (len(past(_dated(assessment, dated))), N_("{n} deadline has passed."), N_("{n} deadlines have passed.")),
    )
    return tuple(counted(lang, one, many, count) for count, one, many in lines if count)


def reason_text(reason: Reason, code: str, offers: Mapping[str, str] | None = None) -> str:
    """A reason in words, offers by their names; doubt is said to be doubt."""
    args = {name: offers.get(value, value) if offers and isinstance(value, str) else value for name, value in reason.args.items()}
    return _worded(reason.code, reason.message, tuple((name, value, type(value)) for name, value in args.items()), code)


@lru_cache(maxsize=20_000)
def _worded(reason: str, message: str, given: tuple[tuple[str, object, type], ...], code: str) -> str:
    """The same reason is said of many services: it is worded once. The types are given since ``True`` and 1 are equal."""
    lang = language(code)
    args: dict[str, object] = {name: value for name, value, _ in given}
    for fact in AGREEING.keys() & args.keys():
        if args.get("value") == args[fact]:
            args["value"] = value_text(fact, str(args[fact]), code)
    if "ask" in args:
        args["ask"] = lang.text(str(args["ask"]))
    said = lang.text(message, args)
    if reason.endswith(".unknown"):
        return lang.text(N_("Not known: {what}")).replace("{what}", lower_first(said))
    return said


def lower_first(said: str) -> str:
    """Put a sentence after a colon; acronyms keep their capitals."""
    return said if len(said) > 1 and said[1].isupper() else said[:1].lower() + said[1:]


def sentence(said: str) -> str:
    """End it with a full stop, unless it ends with a sign of its own."""
    return said if said.endswith((".", "?", "!", "…")) else said + "."


def upper_first(said: str) -> str:
    """Start a sentence."""
    return said[:1].upper() + said[1:]


def source_text(source: Source, code: str) -> str:
    """«Circular 6404/SG, R9»; how it was read is said by `read_text` beside it."""
    if not source.at or source.at in source.text:
        return source.text
    told, _, last = source.text.rpartition(", ")
    return f"{told}, {source.at}" if told and source.at.startswith(last) else f"{source.text}, {source.at}"


def read_text(read: str, code: str) -> str:
    """How the text was read, said only when it was not in the text itself."""
    return language(code).text(N_("read in a secondary source")) if read == "secondary" else ""


def article_of(rule: str) -> str:
    """``book@version#article`` → ``book, article``, for when only the rule's name is known."""
    book, _, article = rule.partition("#")
    return f"{book.partition('@')[0]}, {article}" if article else book


def value_text(fact: str, value: Value | None, code: str) -> str:
    """The value of a fact for a person: money with its unit, tokens with the label they have for this fact."""
    lang, known = language(code), FACTS.get(fact)
    if isinstance(value, str) and fact in AGREEING:
        token = AGREEING[fact] + value
        if (label := lang.label(token)) != token:
            return label
    said = lang.value(value)
    return f"{said}\u00a0€" if known and known.kind is Kind.AMOUNT_EUR and value is not None else said


def answer_text(token: str, offers: Mapping[str, str], code: str) -> str:
    """A possible answer to a question: ``yes``, ``no``, a choice's label or an offer's name."""
    lang = language(code)
    if token.partition("/")[0] in offers:
        return offer_text(token, offers)
    return lang.text({"yes": N_("yes"), "no": N_("no")}[token]) if token in ("yes", "no") else lang.label(token)


def place_text(at: Location, code: str) -> str:
    """Where in what the user gave."""
    lang = language(code)
    named = ((at.sheet, N_("sheet «{it}»")), (at.row, N_("row {it}")), (at.column, N_("column «{it}»")), (at.path, N_("at {it}")))
    return ", ".join([at.file, *(lang.text(message).replace("{it}", str(it)) for it, message in named if it is not None)])


def hosting_text(hosting: Hosting, offers: Mapping[str, str], code: str) -> str:
    """The offer and region when they were recognised, else what the file said, else that it said nothing."""
    if hosting.offer == UNLISTED:
        return hosting.text or language(code).label(UNLISTED)
    if hosting.offer and not (hosting.software and hosting.text):
        return offer_text(f"{hosting.offer}/{hosting.region}" if hosting.region else hosting.offer, offers)
    return hosting.text or language(code).text(N_("hosting not stated"))


def deciding(decision: Decision) -> HostingDecision | None:
    """The hosting in use that made the verdict: the gravest; a planned one only when there is no other."""
    in_use = [hosting for hosting in decision.hostings if not hosting.hosting.planned]
    return min(in_use or decision.hostings, key=lambda hosting: GRAVITY[hosting.verdict], default=None)


def weighing(hosting: HostingDecision) -> tuple[Finding, ...]:
    """The findings that made this hosting's verdict, in the rulebooks' order."""
    wanted: Mapping[Verdict, tuple[Effect, tuple[Answer, ...]]] = {
        Verdict.STOP: (Effect.STOP, (Answer.NOT_MET, Answer.MET)),
        Verdict.FORBIDDEN: (Effect.FORBID, (Answer.NOT_MET,)),
        Verdict.UNDETERMINED: (Effect.FORBID, (Answer.UNKNOWN,)),
        Verdict.CONDITIONAL: (Effect.CONDITION, (Answer.NOT_MET, Answer.UNKNOWN)),
    }
    if hosting.verdict is Verdict.DEROGATION:
        return tuple(finding for finding in hosting.findings if finding.exception)
    if hosting.verdict not in wanted:
        return ()
    effect, answers = wanted[hosting.verdict]
    standing = [finding for finding in hosting.findings if not finding.exception and finding.answer in answers]
    found = tuple(finding for finding in standing if finding.effect is effect)
    return found or (tuple(standing) if hosting.verdict is Verdict.UNDETERMINED else ())


def why(decision: Decision, code: str, offers: Mapping[str, str] | None = None) -> str:
    """Why the verdict is what it is, in one line; the question, when there is one, is said beside it."""
    lang, hosting = language(code), deciding(decision)
    if hosting is None:
        return lang.text(N_("No hosting is stated."))
    if decision.verdict is Verdict.UNDETERMINED and hosting.question is None:
        return lang.text(N_("The texts that were read do not settle it, whatever is answered: ask counsel."))
    for finding in weighing(hosting):
        doubtful = decision.verdict is Verdict.UNDETERMINED or not finding.because or finding.because[0].code.endswith(".unknown")
        if hosting.question is not None and doubtful:
            return lang.text(N_("{rule}: an answer is missing."), {"rule": finding.title})
        if finding.because:
            return upper_first(reason_text(finding.because[0], code, offers))
        return finding.title.in_(code)
    if decision.verdict is Verdict.OUT_OF_SCOPE:
        return lang.text(N_("None of the texts read binds this body for this service."))
    return lang.text(N_("No rule objects."))


def offer_text(key: str, offers: Mapping[str, str]) -> str:
    """``offer`` or ``offer/region`` by its name."""
    if key in offers:
        return offers[key]
    offer, _, region = key.partition("/")
    return f"{offers.get(offer, offer)} ({region})" if region else offers.get(offer, offer)


def change_text(change: Change, offers: Mapping[str, str], code: str) -> str:
    """One fact made otherwise: «service agreement says qualified: yes»."""
    if change.fact == "hosting.offer":
        return language(code).text(N_("move to {offer}")).replace("{offer}", offer_text(str(change.to), offers))
    if change.to is True:
        return language(code).text(N_("obtain: {what}")).replace("{what}", fact_text(change.fact, code))
    return f"{fact_text(change.fact, code)}{language(code).text(N_(': '))}{value_text(change.fact, change.to, code)}"


def repair_text(repair: Repair, offers: Mapping[str, str], code: str) -> str:
    """The changes of one repair, joined."""
    return language(code).text(N_(" and ")).join(change_text(change, offers, code) for change in repair)


def fact_text(fact: str, code: str) -> str:
    """The short name of a fact; its whole question when it has none."""
    lang = language(code)
    short = lang.label(fact)
    return lang.text(FACTS[fact].ask) if short == fact and fact in FACTS else short


def conditions_text(conditions: Repair, offers: Mapping[str, str], code: str) -> str:
    """What must be obtained on the way to an offer."""
    return "; ".join(fact_text(one.fact, code) if one.to is True else change_text(one, offers, code) for one in conditions)


def eligible_text(offer: EligibleOffer, offers: Mapping[str, str], code: str) -> str:
    """An eligible offer with what must be obtained on the way."""
    name = offer_text(f"{offer.offer}/{offer.region}" if offer.region else offer.offer, offers)
    if not offer.conditions:
        return name
    said = language(code).text(N_("{offer}, once obtained: {conditions}"))
    return said.replace("{offer}", name).replace("{conditions}", conditions_text(offer.conditions, offers, code))


def label_text(label: ComputedLabel, code: str) -> str:
    """A computed label in one sentence that never lets it pass for a qualification."""
    lang = language(code)
    args: dict[str, object] = {"scheme": label.title, "day": label.on, "level": label.level or "", "until": label.until}
    if label.simulation:
        said = lang.text(N_("simulated on {day} against {scheme}, which is not in force"), args)
    elif label.level:
        said = lang.text(N_("computed on {day} against {scheme}: level {level}"), args)
    else:
        said = lang.text(COMPUTED[label.answer], args)
    end = lang.text(N_(", until {until}"), args) if label.until and label.answer is Answer.MET else ""
    never = lang.text(N_("evidence for a file, not a qualification: neither article 31 nor R9 is met by it"))
    return f"{said}{end} ({never})"


COMPUTED = {
    Answer.MET: N_("computed on {day} against {scheme}: all that is mandatory is met"),
    Answer.NOT_MET: N_("computed on {day} against {scheme}: something mandatory is not met"),
    Answer.UNKNOWN: N_("computed on {day} against {scheme}: something mandatory is still unknown"),
}


def catalogue_line(assessment: Assessment, code: str) -> str | None:
    """One sober line when the catalogue is older than `CATALOGUE_FRESH_DAYS`, else None."""
    age_days = (assessment.on - assessment.catalogue_as_of).days
    if age_days <= CATALOGUE_FRESH_DAYS:
        return None
    return language(code).text(
        N_("The catalogue of offers is that of {day}, {days} days before the day assessed: look for a newer one before you sign."),
        {"day": assessment.catalogue_as_of, "days": age_days},
    )


def disclaimer(assessment: Assessment, code: str) -> str:
    """What every paper ends with."""
    return language(code).text(
        N_("Decision support, not legal advice. The law is taken as it was read on {read}, for the day {on}."),
        {"read": assessment.law_as_read, "on": assessment.on},
    )


def listed(names: Iterable[str], code: str, at_most: int = 4) -> str:
    """The first names and how many others there are."""
    lang, all_names = language(code), list(names)
    shown, rest = all_names[:at_most], len(all_names) - at_most
    if rest == 1:
        shown, rest = all_names, 0
    said = ", ".join(shown)
    return said if rest <= 0 else lang.text(N_("{names} and {n} others"), {"n": rest}).replace("{names}", said)

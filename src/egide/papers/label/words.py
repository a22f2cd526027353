"""The words that every paper of a label shares: the first sentence, what it is worth, names, shares, chains, reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from egide.label.layers import dossiers_under
from egide.ownership.countries import EEA, EU
from egide.ownership.figures import written
from egide.ownership.holdings import Right
from egide.ownership.wording import ends, percent
from egide.papers import text
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_, Language, Text, language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.label.dossier import CatalogueLine
    from egide.label.results import LabelAssessment, RequirementFinding
    from egide.ownership.answers import Bounds, Chain, Link, Ownership
    from egide.ownership.figures import Figure
    from egide.ownership.holdings import Range
    from egide.vocabulary.findings import Reason

NEVER = N_(
    "This is a computed label: evidence for a file. It is never a qualification, and proves nothing under article 31 of the SREN law "
    "or rule R9 of circular 6404/SG. Only ANSSI qualifies a service, and its catalogue says so."
)
"""What each paper says of itself, whatever was found."""

KNOWN_UNIONS = {"EU": EU, "EEA": EEA}

STATED = N_(
    "This is computed from what was stated, with its sources: evidence for a file. It is no qualification, and proves nothing under "
    "article 31 of the SREN law or rule R9 of circular 6404/SG."
)
"""What a page that holds no label says of itself."""


FIGURES = frozenset({"share", "cap", "low", "high"})
"""Arguments of reasons that are shares in per cent, written with a point."""


@dataclass(frozen=True, slots=True)
class Teller:
    """One language, and the names of the parties, suppliers, components and offers that identifiers stand for."""

    lang: Language
    names: Mapping[str, str] = field(default_factory=dict)

    def t(self, message: str, **args: object) -> str:
        """A message of the catalogue, filled."""
        return self.lang.text(message, args)

    def n(self, one: str, many: str, count: int, **args: object) -> str:
        """A message in the form that fits the count."""
        return text.counted(self.lang, one, many, count, **args)

    def name(self, identifier: str) -> str:
        """What an identifier is called."""
        return self.names.get(identifier, identifier)

    def token(self, family: str, token: str) -> str:
        """The label of a token of that family (``stage-``, ``path-`` …); the token itself when it is somebody's own word."""
        said = self.lang.label(f"{family}{token}")
        return token if said == f"{family}{token}" else said

    def reason(self, reason: Reason) -> str:
        """A reason as the beginning of a sentence, its identifiers by their names."""
        args = {
            name: self.number(value) if name in FIGURES and isinstance(value, str) else self._arg(value)
            for name, value in reason.args.items()
        }
        said = self.lang.text(reason.message, args)
        if reason.code.endswith(".unknown"):
            plain = said[1:2].islower() or said[1:2] == " "
            return self.t(N_("Not known: {what}")).replace("{what}", text.lower_first(said) if plain else said)
        return text.upper_first(said)

    def reasons(self, reasons: Iterable[Reason], most: int = 3) -> str:
        """The most telling reasons, as sentences."""
        return " ".join(text.sentence(self.reason(one)) for one in tuple(reasons)[:most])

    def _arg(self, value: object) -> object:
        if isinstance(value, str):
            return self.names.get(value, value)
        if isinstance(value, Fraction):
            return self.share(value)
        if isinstance(value, (tuple, list, frozenset, set)):
            return tuple(self._arg(one) for one in value)
        return value

    def either(self, said: Text | str) -> str:
        """A text of ours in this language, or somebody's own words."""
        return said.in_(self.lang.code) if isinstance(said, Text) else self.lang.text(said)

    def number(self, figure: str) -> str:
        """A decimal figure with this language's comma."""
        return figure.replace(".", ",") if self.lang.code == "fr" else figure

    def share(self, share: Fraction) -> str:
        """«24.1 %», never rounded across what it is compared with."""
        return self.number(percent(share)) + "\u00a0%"

    def bounds(self, bounds: Bounds | None) -> str:
        """One share, or the two between which it lies."""
        if bounds is None:
            return ""
        low, high = map(self.number, ends(bounds))
        if bounds.exact:
            return f"{low}\u00a0%"
        return self.t(N_("{low} to {high} %"), low=low, high=high)

    def range(self, share: Range | None) -> str:
        """A share as it was stated, in per cent."""
        if share is None:
            return self.t(N_("a share that is not stated"))
        low, high = self.number(figure(share.low)), self.number(figure(share.high))
        if share.exact:
            return f"{low}\u00a0%"
        if (share.low, share.high) == (0.0, 100.0):
            return self.t(N_("an unknown share"))
        return self.t(N_("{low} to {high} %"), low=low, high=high)

    def link(self, link: Link) -> str:
        """One step of a chain in words."""
        who = {"holder": self.name(link.holder), "held": self.name(link.held)}
        if link.how == Right.CAPITAL:
            said = self.t(N_("{holder} holds {share} of the capital of {held}"), share="{share}", **who)
        elif link.how == Right.VOTES:
            said = self.t(N_("{holder} holds {share} of the votes of {held}"), share="{share}", **who)
        else:
            said = self.t(N_("{holder} has a hold on {held} ({how})"), how=self.token("hold-", link.how), **who)
        return said.replace("{share}", self.range(link.share))

    def chain(self, chain: Chain) -> str:
        """A chain from its top holder down to the company, and what it carries."""
        said = self.t("; ").join(self.link(link) for link in reversed(chain.links))
        if chain.share is not None and len(chain.links) > 1:
            said += self.t(N_("; together {share}")).replace("{share}", self.bounds(chain.share))
        return text.sentence(said)

    def union(self, name: str) -> str:
        """The set of countries that is inside: «the European Union», or a country's code."""
        return self.token("union-", name)

    def role(self, role: str) -> str:
        """Who answers: a role of ours by its label, the provider's own by its words."""
        return self.token("role-", role)

    def parameter(self, value: object) -> str:
        """A reading or a limit: a share as a share, countries as codes."""
        if isinstance(value, Fraction):
            return self.share(value)
        if isinstance(value, str) and value in KNOWN_UNIONS:
            return self.union(value)
        if isinstance(value, frozenset):
            known = next((name for name, countries in KNOWN_UNIONS.items() if countries == value), None)
            if known:
                return self.n(N_("{union} ({n} country)"), N_("{union} ({n} countries)"), len(value), union=self.union(known))
            return self.lang.value(value) if value else self.t(N_("none"))
        if isinstance(value, str) and value.startswith("0.") and value[2:].isdigit():
            return self.share(Fraction(value))
        return self.lang.value(value)


def figure(per_cent: Figure) -> str:
    """A figure as it was written, without a tail of zeros; «33⅓» where it does not end."""
    return written(per_cent)


def teller(assessment: LabelAssessment, lang: str) -> Teller:
    """The words for one assessment, every identifier of its dossier by its name."""
    dossier = assessment.dossier
    names: dict[str, str] = party_names(assessment.ownership, language(lang))
    if dossier.register:
        names |= {party.id: party.name for party in dossier.register.parties.values() if party.name}
    for under in (dossier, *dossiers_under(dossier)):
        names |= {under.id: under.name, under.provider: under.provider_name}
        names |= {base.offer: base.name for base in under.bases}
    names |= {one.id: one.name for one in dossier.suppliers}
    names |= {one.id: one.name for one in dossier.components}
    names |= {one.id: one.name for one in dossier.needs}
    return Teller(language(lang), names)


REMAINDER, FLOAT, ROUNDING = "undisclosed:", "float:", "rounding:"
"""How the engine names the holders that nobody states."""


def unnamed(name: str) -> bool:
    """Whether the engine made this party up for holders that nobody states."""
    return name.startswith((REMAINDER, FLOAT, ROUNDING))


def party_names(ownership: Ownership | None, said: Language) -> dict[str, str]:
    """The parties of an answer by their names; holders that nobody states are called after what they hold."""
    if ownership is None:
        return {}
    names = {one.id: one.name or one.id for one in ownership.parties.values()}
    for party in [party for party in ownership.parties if unnamed(party)]:
        kind, company = party.split(":", 1)
        message = N_("a holder of {company} that is not stated") if f"{kind}:" == REMAINDER else N_("the float of {company}")
        names[party] = said.text(message).replace("{company}", names.get(company, company))
    return names


def count_answers(assessment: LabelAssessment) -> dict[Answer, int]:
    """How many requirements have each answer, what fails first."""
    counts = {Answer.NOT_MET: 0, Answer.UNKNOWN: 0, Answer.MET: 0}
    for finding in assessment.findings:
        counts[finding.answer] += 1
    return counts


def headline(assessment: LabelAssessment, told: Teller) -> str:
    """The sentence that answers: what is reached, how much is missing, what ends first."""
    parts = (_reached(assessment, told), _missing(assessment, told), _ends(assessment, told))
    return text.upper_first(told.t("; ").join(part for part in parts if part)) + "."


def _reached(assessment: LabelAssessment, told: Teller) -> str:
    if assessment.scheme_kind == "levels":
        if assessment.level:
            return told.t(N_("level reached: {level}"), level=told.token("rung-", assessment.level))
        if any(level.answer is Answer.UNKNOWN for level in assessment.levels):
            return told.t(N_("no level is known to be reached"))
        return told.t(N_("no level is reached"))
    if assessment.scheme_kind == "weighted":
        return _score(assessment, told)
    return ""


def _score(assessment: LabelAssessment, told: Teller) -> str:
    below = sum(one.answer is Answer.NOT_MET for one in assessment.objectives)
    unknown = sum(one.answer is Answer.UNKNOWN for one in assessment.objectives)
    parts = [told.t(N_("score {score}")).replace("{score}", score_text(assessment, told))]
    if below:
        parts.append(told.n(N_("{n} objective is below its minimum"), N_("{n} objectives are below their minimum"), below))
    if unknown:
        parts.append(told.n(N_("{n} objective is not known"), N_("{n} objectives are not known"), unknown))
    return ", ".join(parts)


def score_text(assessment: LabelAssessment, told: Teller) -> str:
    """The weighted score, or the two scores between which it lies."""
    if assessment.score is not None:
        return told.share(assessment.score)
    if assessment.score_bounds is None:
        return told.t(N_("not known"))
    low, high = (told.number(percent(one)) for one in assessment.score_bounds)
    return told.t(N_("{low} to {high} %"), low=low, high=high)


def _missing(assessment: LabelAssessment, told: Teller) -> str:
    counts, total = count_answers(assessment), len(assessment.findings)
    if not total:
        return ""
    if not counts[Answer.NOT_MET] and not counts[Answer.UNKNOWN]:
        return told.n(N_("the only requirement is met"), N_("all {n} requirements are met"), total)
    unknown = told.n(N_("{n} remains to be shown"), N_("{n} remain to be shown"), counts[Answer.UNKNOWN])
    if not counts[Answer.NOT_MET]:
        said = told.n(
            N_("the only requirement is not known to fail"), N_("none of the {n} requirements is known to fail"), total
        )
        return f"{said}, {unknown}"
    failing = told.n(
        N_("{n} requirement of {total} is not met"), N_("{n} requirements of {total} are not met"), counts[Answer.NOT_MET], total=total
    )
    return f"{failing}, {unknown}" if counts[Answer.UNKNOWN] else failing


def _ends(assessment: LabelAssessment, told: Teller) -> str:
    if assessment.until is None:
        return told.t(N_("nothing that counts is known to end"))
    return told.t(N_("the first thing that counts ends on {day}"), day=assessment.until)


def standfirst(assessment: LabelAssessment, told: Teller) -> tuple[str, ...]:
    """What the first sentence leaves unsaid: what is mandatory, what ends first, drafts."""
    mandatory = [one for one in assessment.findings if one.binding == "mandatory"]
    failing = sum(one.answer is Answer.NOT_MET for one in mandatory)
    unknown = sum(one.answer is Answer.UNKNOWN for one in mandatory)
    lines = []
    if assessment.simulation:
        lines.append(told.t(N_("Simulation: this text is not in force, and nothing follows from it.")))
    if len(mandatory) < len(assessment.findings) and (failing or unknown):
        parts = (
            told.n(N_("{n} is not met"), N_("{n} are not met"), failing) if failing else "",
            told.n(N_("{n} remains to be shown"), N_("{n} remain to be shown"), unknown) if unknown else "",
        )
        lines.append(told.t(N_("Among the mandatory ones: {parts}.")).replace("{parts}", ", ".join(part for part in parts if part)))
    if assessment.because_until and assessment.until:
        lines.append(told.t(N_("What ends first is what {requirement} stands on."), requirement=assessment.because_until))
    return tuple(lines)


def line_text(assessment: LabelAssessment, told: Teller) -> str:
    """What ANSSI's catalogue says of the offer, beside what was computed and never replaced by it."""
    line = assessment.line
    if line is None:
        return told.t(N_("ANSSI’s catalogue: no line is known for this offer."))
    said = told.t(N_("ANSSI’s catalogue of {as_of}: {state}"), as_of=line.as_of, state=_state(line, told))
    secondary = told.t(N_(" (secondary reading)")) if line.read == "secondary" else ""
    return f"{said}. {told.t(N_('Source: {source}'), source=line.source)}{secondary}."


def _state(line: CatalogueLine, told: Teller) -> str:
    framework = f" (SecNumCloud {line.framework})" if line.framework else ""
    days = ""
    if line.start and line.end:
        days = told.t(N_(", from {start} to {end}"), start=line.start, end=line.end)
    elif line.end:
        days = told.t(N_(", until {end}"), end=line.end)
    return told.token("catalogue-", line.status) + framework + days


def meta(assessment: LabelAssessment, told: Teller) -> tuple[str, ...]:
    """The facts of the report itself."""
    scheme = assessment.scheme
    return (
        told.t(N_("Assessed for {day}"), day=assessment.on),
        told.t(N_("{scheme}, version {version}"), scheme=scheme.title, version=scheme.version),
        ", ".join(assessment.dossier.kinds),
        told.t(N_("provider: {name}"), name=assessment.dossier.provider_name),
    )


def disclaimer(on: date, told: Teller) -> str:
    """What every paper ends with."""
    return told.t(N_("Decision support, not legal advice. The day assessed is {on}."), on=on)


def yes_no(answer: Answer) -> str:
    """Met is yes: for questions such as «does a third entity control it?»."""
    return {Answer.MET: N_("yes"), Answer.NOT_MET: N_("no"), Answer.UNKNOWN: N_("not known")}[answer]


def evidence_text(finding: RequirementFinding) -> str:
    """The documents that count, by their identifiers."""
    return ", ".join(finding.evidence)

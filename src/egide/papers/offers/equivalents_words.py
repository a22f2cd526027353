"""What stands for a cloud service, in words: how far, what is lost, what is not known, what the qualification and the rules say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.catalogue.equivalents import Best, Match
from egide.papers import text
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.catalogue.equivalents import Candidate, Equivalents, Function, Part, Qualified, Replaced, Stand
    from egide.catalogue.form import SourceForm
    from egide.vocabulary.findings import Verdict
    from egide.vocabulary.language import Language

MATCHES: Mapping[Match, str] = {
    Match.SAME: N_("same functions"), Match.OPEN: N_("same as far as is known"), Match.PARTIAL: N_("in part"),
}  # fmt: skip
MATCH_SHAPES: Mapping[Match, str] = {Match.SAME: "●", Match.OPEN: "◐", Match.PARTIAL: "◔"}
"""They differ without colour."""
QUALIFIED: Mapping[Best, tuple[str, str]] = {
    Best.SAME: (N_("a qualified equivalent"), N_("{n} with a qualified equivalent")),
    Best.OPEN: (N_("a qualified equivalent as far as is known"), N_("{n} with a qualified equivalent as far as is known")),
    Best.PARTIAL: (N_("a qualified offer in part"), N_("{n} with a qualified offer in part")),
    Best.PERHAPS: (N_("offers to be checked"), N_("{n} with offers to be checked")),
    Best.NONE: (N_("no qualified equivalent known"), N_("{n} without a known qualified equivalent")),
}
"""In a cell and in the sentence that answers; by the qualification alone, when no service of the reader's was put to the rules."""
LAWFUL: Mapping[Best, tuple[str, str]] = {
    Best.SAME: (N_("a lawful equivalent"), N_("{n} with a lawful equivalent")),
    Best.OPEN: (N_("a lawful equivalent as far as is known"), N_("{n} with a lawful equivalent as far as is known")),
    Best.PARTIAL: (N_("a lawful offer in part"), N_("{n} with a lawful offer in part")),
    Best.PERHAPS: (N_("offers to be checked"), N_("{n} with offers to be checked")),
    Best.NONE: (N_("no lawful equivalent known"), N_("{n} without a known lawful equivalent")),
}
ASSUMED = N_("Your file does not say which services of {provider} they use: all that run there are put to the rules.")
BEST_SHAPES: Mapping[Best, str] = {Best.SAME: "●", Best.OPEN: "◐", Best.PARTIAL: "◔", Best.PERHAPS: "?", Best.NONE: "○"}
DISCLAIMER = N_(
    "Decision support, not legal advice. The day assessed is {on}. Only functions that a source states are compared: "
    "not performance, prices or programming interfaces, unless they are named.",
)


def title(of: Function, lang: Language) -> str:
    """The name of a function."""
    return of.title.get(lang.code, of.title["en"])


def does(one: Replaced, lang: Language) -> str:
    """The functions of a service."""
    return ", ".join(title(function, lang) for function in one.functions)


def traits(of: Function, names: Sequence[str], lang: Language) -> list[str]:
    """The names of traits of a function."""
    return [of.traits[name].get(lang.code, of.traits[name]["en"]) for name in names]


def lost(one: Candidate, lang: Language) -> list[str]:
    """What is lost: each trait that a source says is not there, and the functions that no source gives the offer."""
    said = [
        lang.text(N_("{function}: without {trait}"), {"function": title(part.function, lang), "trait": trait})
        for part in one.parts for trait in traits(part.function, part.lost, lang)
    ]  # fmt: skip
    if missing := [title(part.function, lang) for part in one.parts if part.cover is None]:
        said.append(lang.text(N_("no source gives it: {names}"), {"names": ", ".join(missing)}))
    return [text.upper_first(one) for one in said]


def unsaid(one: Candidate, lang: Language) -> list[str]:
    """What no source settles."""
    return [text.upper_first(line) for part in one.parts for line in unsaid_of(part, lang)]


def unsaid_of(part: Part, lang: Language) -> list[str]:
    """What no source settles of one function."""
    name = title(part.function, lang)
    if part.cover is None:
        return []
    if part.near is not None:
        return [lang.text(N_("{function}: what is stated is {near}"), {"function": name, "near": title(part.near, lang)})]
    if part.cover.loose:
        return [lang.text(N_("{function}: only the kind of function is stated"), {"function": name})]
    unknown = traits(part.function, part.open, lang)
    said = [lang.text(N_("{function}: not known whether it has {trait}"), {"function": name, "trait": trait}) for trait in unknown]
    if part.cover.doubtful:
        said.append(lang.text(N_("{function}: the source is not certain"), {"function": name}))
    return said


def qualification(of: Qualified, lang: Language) -> str:
    """Where the qualification stands: the status, until when, in which regions."""
    if of.status is None:
        return lang.text(of.because or N_("not known"))
    said = lang.text(N_("not qualified")) if of.status == "none" else lang.label(of.status)
    if of.until is not None:
        said = lang.text(N_("{status} until {day}"), {"status": said, "day": of.until})
    return lang.text(N_("{said}, in {regions} only"), {"said": said, "regions": ", ".join(of.regions)}) if of.regions else said


def scope(one: Candidate, lang: Language) -> str:
    """Whether the qualification covers what the offer does of the service; empty when there is none to speak of."""
    if one.offer.qualified.status != "qualified":
        return ""
    if one.inside is None:
        return lang.text(N_("whether it covers these functions is not known: ask for the perimeter"))
    if one.inside:
        return lang.text(N_("and it covers what is named here"))
    outside = [title(part.function, lang) for part in one.parts if part.inside is False]
    return lang.text(N_("but not {names}"), {"names": ", ".join(outside)})


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The services of the reader's of which the rules say the same on that offer."""

    verdict: Verdict | None
    word: str
    services: tuple[str, ...]
    because: tuple[str, ...]


def verdicts(stands: Sequence[Stand], lang: Language, offers: Mapping[str, str]) -> list[Verdicts]:
    """The services by what the rules say of them there, and why."""
    made: dict[tuple[object, ...], list[Stand]] = {}
    for one in stands:
        made.setdefault((one.verdict, one.region, one.conditions, tuple(reason.code for reason in one.reasons)), []).append(one)
    return [
        Verdicts(
            held[0].verdict, lang.label(held[0].verdict) if held[0].verdict else lang.text(N_("not weighed: another kind of offer")),
            tuple(one.service for one in held), tuple(_because(held[0], lang, offers)),
        )
        for held in made.values()
    ]  # fmt: skip


def _because(one: Stand, lang: Language, offers: Mapping[str, str]) -> list[str]:
    where = [lang.text(N_("in {regions}"), {"regions": one.region})] if one.region else []
    conditions = [text.change_text(change, offers, lang.code) for change in one.conditions]
    reasons = [text.reason_text(reason, lang.code, offers) for reason in one.reasons[:1]]
    return [text.upper_first(said) for said in (*where, *(conditions or reasons))]


def best(one: Replaced, lang: Language) -> str:
    """What a service comes to."""
    return lang.text((LAWFUL if one.uses else QUALIFIED)[one.best][0])


def good(one: Replaced, lang: Language) -> list[str]:
    """The offers that may take its place, and for how many of the reader's services when not for all."""
    total = len(one.uses)
    return [
        candidate.offer.name if count == total
        else lang.text(N_("{offer} ({n} of {total})"), {"offer": candidate.offer.name, "n": count, "total": total})
        for candidate, count in one.good
    ]  # fmt: skip


def assumed(one: Replaced, lang: Language) -> str:
    """That the reader's file doesn't say which services use it, when it doesn't."""
    return lang.text(ASSUMED, {"provider": one.service.provider}) if one.assumed else ""


def counts(made: Equivalents, lang: Language) -> list[tuple[str, int]]:
    """How many services come to what, the best first."""
    return [(lang.text(told), count) for (told, _), count in _counts(made)]


def _counts(made: Equivalents) -> list[tuple[tuple[str, str], int]]:
    kinds = [kind for kind, uses in ((LAWFUL, True), (QUALIFIED, False)) if any(bool(one.uses) is uses for one in made.replaced)]
    return [
        (kind[step], sum(one.best is step and bool(one.uses) is (kind is LAWFUL) for one in made.replaced))
        for step in Best for kind in kinds
    ]  # fmt: skip


def title_of(made: Equivalents, lang: Language) -> str:
    """The title of a paper."""
    names = text.listed((one.service.name for one in made.replaced), lang.code, 4)
    return lang.text(N_("Equivalents of {names}"), {"names": names or "—"})


def headline(made: Equivalents, lang: Language) -> str:
    """The sentence that answers."""
    total = len(made.replaced)
    if not total:
        return lang.text(N_("Your services name no cloud service that is known here."))
    said = [lang.text(told, {"n": count}) for (_, told), count in _counts(made) if count]
    heads = text.counted(lang, N_("{n} cloud service"), N_("{n} cloud services"), total)
    return lang.text(N_("{heads}: {said}."), {"heads": heads, "said": ", ".join(said)})


@dataclass(slots=True)
class Cited:
    """Sources, numbered in the order in which they are first cited."""

    numbers: dict[SourceForm, int] = field(default_factory=dict)

    def number(self, source: SourceForm) -> int:
        """The number of a source."""
        return self.numbers.setdefault(source, len(self.numbers) + 1)

    def all(self, sources: Sequence[SourceForm]) -> list[int]:
        """The numbers of several, each once."""
        return sorted({self.number(one) for one in sources})


def sources(one: Candidate) -> list[SourceForm]:
    """All that is cited for an offer, each once."""
    return list(dict.fromkeys(source for part in one.parts if part.cover is not None for source in part.cover.sources))

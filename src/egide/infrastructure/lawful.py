"""What the doctrine says of each distinct place that a product's code uses.

Thousands of resources stand in few places: an offer in a region, a party that answers a name. Each such case is judged once, as
one hosting of one service; what is found for a case holds for all resources that stand there. Code shows where a service runs and whom
it calls, so only rules that ask that are put to it: the others (an opinion to obtain, a plan to write) are `egide assess`'s. A derogation
that nobody declares is taken not to exist: that can forbid, and never allows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from egide.infrastructure.code_findings import OF_VERDICT, Article, Level
from egide.vocabulary.errors import Location
from egide.vocabulary.facts import FACTS, Claim, Subject
from egide.vocabulary.findings import Answer, Effect, Reason, Verdict
from egide.vocabulary.language import N_
from egide.vocabulary.offers import UNLISTED
from egide.vocabulary.services import Body, Hosting, Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.doctrine.assess import Doctrine
    from egide.infrastructure.hosts import Holder
    from egide.infrastructure.product import Product
    from egide.infrastructure.resources import Standing
    from egide.rules.evaluation import CompiledRule
    from egide.vocabulary.findings import Finding, HostingDecision

AS_LISTED = "as-listed"
NONE_DECLARED = N_("no derogation is declared, and a derogation is an act that a declaration names")
NOT_SETTLED = N_("the texts that were read do not settle it")


@dataclass(frozen=True, slots=True)
class Case:
    """One place as far as the law asks: an offer in a region, or somebody of whom only the country of control is known."""

    offer: str
    """The catalogue's identifier, or `UNLISTED`."""
    region: str | None = None
    country: str | None = None
    party: str | None = None
    controlled_from: str | None = None
    source: str = ""
    """Who says from where it is controlled."""
    qualification: str | None = AS_LISTED
    """For this kind of service within the perimeter of the offer's line: None, not known; `AS_LISTED`, as the catalogue has it."""
    because: str = ""
    """Why it isn't known or doesn't cover this service, as a message."""


@dataclass(frozen=True, slots=True)
class Lawful:
    """What the law says of a case."""

    verdict: Verdict
    level: Level | None
    """None: nothing objects."""
    reason: Reason | None
    ask: Reason | None
    articles: tuple[Article, ...]
    controlled_from: str | None = None


def case_of(standing: Standing) -> Case | None:
    """The case of a resource whose offer is known, or of which it is known who controls its operator."""
    if standing.offer is None:
        if standing.controlled_from is None:
            return None
        return Case(UNLISTED, None, standing.country, standing.provider_party, standing.controlled_from, standing.provider_party or "")
    because = standing.because.message if standing.because else ""
    return Case(
        standing.offer, standing.region, standing.country, standing.provider_party, None, "", standing.qualification, because,
    )  # fmt: skip


def case_behind(holder: Holder, host: str = "") -> Case:
    """The case of whoever answers a name."""
    if holder.offer is not None:
        return Case(holder.offer, holder.region, holder.country, holder.party)
    return Case(UNLISTED, None, holder.country, holder.party, holder.controlled_from, holder.source or host)


def asks_of_code(rule: CompiledRule) -> bool:
    """Whether the rule asks of an offer, or of where data lie: what code can show."""
    return any(name == "hosting.place" or FACTS[name].subject is Subject.OFFER for name in rule.reads)


def judge(cases: Iterable[Case], product: Product, doctrine: Doctrine, places: Mapping[str, str]) -> dict[Case, Lawful]:
    """Each case once. ``places`` are the law's words for countries: ``france``, ``eea``, ``adequate-country``, ``outside``."""
    ordered = sorted(set(cases), key=_order)
    if not ordered:
        return {}
    hostings = [Hosting(case.party or case.offer, case.offer, case.region, 100, claims=_claims(case, product, places)) for case in ordered]
    service = Service("product", "", Body(None), Location(product.file), product.claims, ())
    read = [_read(service, hosting, doctrine) for hosting in hostings]
    alike = dict(zip(read, hostings, strict=True))
    decision = doctrine.decide(replace(service, hostings=tuple(alike.values())))
    told = dict(zip(alike, decision.hostings, strict=True))
    return {case: _lawful(told[facts], _controlled_from(case, doctrine)) for case, facts in zip(ordered, read, strict=True)}


def _read(service: Service, hosting: Hosting, doctrine: Doctrine) -> tuple[object, ...]:
    """All that the rules read of a hosting: those that agree in it are judged alike, and in the same words."""
    claims = doctrine.case(service, hosting).claims
    return tuple(claim.value if (claim := claims.get(name)) else None for name in doctrine.program.readers)


def _order(case: Case) -> tuple[str, ...]:
    return tuple(str(one or "") for one in (
        case.offer, case.region, case.country, case.party, case.controlled_from, case.source, case.qualification, case.because,
    ))  # fmt: skip


def _controlled_from(case: Case, doctrine: Doctrine) -> str | None:
    known = doctrine.offers.get((case.offer, case.region))
    claim = known.claims.get("offer.controlled_from") if known is not None else None
    return case.controlled_from or (str(claim.value) if claim is not None and claim.value is not None else None)


def _claims(case: Case, product: Product, places: Mapping[str, str]) -> dict[str, Claim]:
    claims = {"derogation.requested": Claim("derogation.requested", False, "egide check", None, NONE_DECLARED), **product.hosting}
    if case.country is not None and (place := places.get(case.country)) is not None:
        claims.setdefault("hosting.place", Claim("hosting.place", place, "code", None, case.country))
    if case.qualification != AS_LISTED:
        claims["offer.qualification"] = Claim("offer.qualification", case.qualification, "ANSSI", None, case.because, "secondary")
    if case.offer == UNLISTED:
        said = {"offer.model": "commercial", "offer.provider_nature": "private", "offer.controlled_from": case.controlled_from}
        claims |= {name: Claim(name, value, case.party or "?", None, case.source) for name, value in said.items() if value is not None}
    return claims


def _lawful(told: HostingDecision, controlled_from: str | None) -> Lawful:
    level = OF_VERDICT[told.verdict]
    if level is None:
        return Lawful(told.verdict, None, None, None, (), controlled_from)
    made = _made(told)
    because = next((finding.because[0] for finding in made if finding.because), None)
    ask = None
    if told.question is not None and told.verdict in (Verdict.UNDETERMINED, Verdict.CONDITIONAL):
        fact = told.question.fact
        ask = Reason(f"declare.{fact.name}", {"fact": fact.name}, fact.ask)
    reason = because or Reason(f"hosting.{told.verdict}", {}, NOT_SETTLED)
    articles = tuple(Article(one.rule, one.title, one.source, one.effect) for one in made)
    return Lawful(told.verdict, level, reason, ask, articles, controlled_from)


def _made(told: HostingDecision) -> tuple[Finding, ...]:
    """The findings that made the verdict."""
    wanted: Mapping[Verdict, tuple[tuple[Effect, ...], tuple[Answer, ...]]] = {
        Verdict.STOP: ((Effect.STOP,), (Answer.MET, Answer.NOT_MET)),
        Verdict.FORBIDDEN: ((Effect.FORBID,), (Answer.NOT_MET,)),
        Verdict.UNDETERMINED: ((Effect.FORBID, Effect.STOP, Effect.CONDITION), (Answer.UNKNOWN,)),
        Verdict.CONDITIONAL: ((Effect.CONDITION,), (Answer.NOT_MET, Answer.UNKNOWN)),
    }
    if told.verdict is Verdict.DEROGATION:
        return tuple(one for one in told.findings if one.exception)
    effects, answers = wanted[told.verdict]
    return tuple(one for one in told.findings if not one.exception and one.effect in effects and one.answer in answers)

"""Proofs, arranged to be read: which findings weigh, which advise, who said what, which offers would do, which lost.

What many services share is written once: 250 services with the same facts lose the same offers for the same reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.vocabulary.findings import Answer, Assessment, Decision, Effect, Finding, HostingDecision, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.vocabulary.facts import Claim
    from egide.vocabulary.findings import Change, EligibleOffer, Verdict


def weighing(hosting: HostingDecision) -> tuple[Finding, ...]:
    """The findings that weigh on the verdict: what objects, what is unknown, what an exception lifted."""
    return tuple(
        finding
        for finding in hosting.findings
        if finding.effect is Effect.STOP or finding.exception or (finding.answer is not Answer.MET and finding.effect is not Effect.ADVISE)
    )


def advising(hosting: HostingDecision, answer: Answer) -> tuple[Finding, ...]:
    """The advice with this answer: no verdict depends on it."""
    return tuple(
        finding for finding in hosting.findings if finding.effect is Effect.ADVISE and finding.answer is answer and not finding.exception
    )


def respected(hosting: HostingDecision) -> tuple[Finding, ...]:
    """The findings that object to nothing."""
    told = {id(finding) for finding in weighing(hosting)}
    return tuple(finding for finding in hosting.findings if finding.answer is Answer.MET and id(finding) not in told)


def said_by(decision: Decision) -> tuple[tuple[str, Claim, tuple[Claim, ...]], ...]:
    """Every claim that a finding rests on, once, gathered by who said it where: the words for that, a claim, them all."""
    found: dict[tuple[str, str, str, str], Claim] = {}
    for hosting in decision.hostings:
        for finding in hosting.findings:
            for claim in finding.claims:
                found.setdefault((claim.fact, repr(claim.value), claim.issuer, claim.source), claim)
    groups: dict[tuple[object, ...], list[Claim]] = {}
    for claim in found.values():
        groups.setdefault((_where_said(claim), claim.on, claim.read), []).append(claim)
    return tuple((str(said), claims[0], tuple(claims)) for (said, *_), claims in groups.items())


def _where_said(claim: Claim) -> str:
    """Issuer and source; the column of a row goes unsaid, since the fact names it (the workbook and the document say it)."""
    row, _, column = claim.source.rpartition(", ")
    source = row if row and "«" in column else claim.source
    file = source.partition(", ")[0]
    return source if file and file in claim.issuer else f"{claim.issuer}, {source}"


def would_do(eligible: Iterable[EligibleOffer]) -> tuple[tuple[Verdict, tuple[Change, ...], tuple[str, ...]], ...]:
    """The eligible offers with the same verdict and the same conditions, together."""
    groups: dict[tuple[Verdict, tuple[Change, ...]], list[str]] = {}
    for one in eligible:
        groups.setdefault((one.verdict, one.conditions), []).append(f"{one.offer}/{one.region}" if one.region else one.offer)
    return tuple((verdict, conditions, tuple(offers)) for (verdict, conditions), offers in groups.items())


@dataclass(frozen=True, slots=True)
class OfferList:
    """Refused offers by their reasons, written once for all the services that share them."""

    number: int
    groups: tuple[tuple[tuple[Reason, ...], tuple[str, ...]], ...]
    services: tuple[str, ...]
    count: int


def offer_lists(assessment: Assessment) -> tuple[OfferList, ...]:
    """The distinct lists of refused offers of a portfolio: services with the same data are refused the same offers."""
    gathered: dict[object, tuple[Mapping[str, tuple[Reason, ...]], list[str]]] = {}
    told = Told()
    for decision in assessment.decisions:
        if decision.refused:
            key = frozenset(told.refused(decision))
            gathered.setdefault(key, (decision.refused, []))[1].append(decision.service.id)
    return tuple(
        OfferList(number, grouped(refused), tuple(services), len(refused))
        for number, (refused, services) in enumerate(gathered.values(), 1)
    )


class Told:
    """Reasons by what they say, each looked at once: services that lose an offer alike hold the very same."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[tuple[Reason, ...], tuple[tuple[str, str], ...]]] = {}

    def refused(self, decision: Decision) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Each refused offer with what its reasons say."""
        return tuple([(offer, self._said(reasons)) for offer, reasons in decision.refused.items()])

    def _said(self, reasons: tuple[Reason, ...]) -> tuple[tuple[str, str], ...]:
        known = self._known.get(id(reasons))
        if known is None:  # the reasons are held, so that their id stays their own
            known = self._known[id(reasons)] = reasons, tuple([_key(reason) for reason in reasons])
        return known[1]


def _key(reason: Reason) -> tuple[str, str]:
    return reason.code, repr(reason.args)


def grouped(refused: Mapping[str, tuple[Reason, ...]]) -> tuple[tuple[tuple[Reason, ...], tuple[str, ...]], ...]:
    """The reasons for which offers lost, each with those offers, the commonest first."""
    groups: dict[object, tuple[tuple[Reason, ...], list[str]]] = {}
    for offer, reasons in refused.items():
        groups.setdefault(tuple(_key(reason) for reason in reasons), (reasons, []))[1].append(offer)
    return tuple((reasons, tuple(sorted(offers))) for reasons, offers in sorted(groups.values(), key=lambda group: -len(group[1])))


def list_of(lists: Iterable[OfferList]) -> dict[str, OfferList]:
    """The list of each service."""
    return {service: one for one in lists for service in one.services}


def secondary(assessment: Assessment) -> tuple[Finding, ...]:
    """The rules that weighed and were read in a secondary source only: what counsel must read."""
    found: dict[str, Finding] = {}
    for decision in assessment.decisions:
        for hosting in decision.hostings:
            for finding in hosting.findings:
                if finding.source.read == "secondary":
                    found.setdefault(finding.rule, finding)
    return tuple(found[rule] for rule in sorted(found))

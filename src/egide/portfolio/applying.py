"""Puts a register and answers to services, for one day.

An answer was given after the file was read, so it holds over the file; somebody's not knowing never hides what is known. The day
chooses what the dated register and dated answers say: replaying an earlier day varies the law, not who has spoken since.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from egide.portfolio.answers import HOSTING_OFFER, Answer, Answers, stronger, subject_of
from egide.portfolio.register import BodyRecord, body_claims
from egide.portfolio.words import fold
from egide.vocabulary.errors import Location
from egide.vocabulary.facts import FROM_CATALOGUE, Claim, Claims, Subject
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from egide.vocabulary.services import Hosting, Service

ONLY_THE_CATALOGUE = N_(
    "only a line of the catalogue says {fact}, with its decision number and dates: not used; see `egide catalogue import`"
)
NO_SERVICE = N_("the answer about {fact} names «{about}», which is not in the list: not used")
NO_HOSTING = N_("the answer about {fact} names the hosting «{hosting}», which «{about}» does not have: not used")


@dataclass(slots=True)
class _Filed:
    """Answers where they are looked for."""

    by_service: dict[str, list[Answer]] = field(default_factory=dict)
    by_body: dict[str, list[Answer]] = field(default_factory=dict)
    by_siren: dict[str, list[BodyRecord]] = field(default_factory=dict)


def _file(answers: Answers, on: date) -> _Filed:
    filed = _Filed()
    for answer in answers.answers:
        if answer.offer is not None or not answer.period.holds(on) or answer.fact in FROM_CATALOGUE:
            continue
        if answer.body is not None:
            filed.by_body.setdefault(answer.body, []).append(answer)
        for service in answer.services:
            filed.by_service.setdefault(service, []).append(answer)
    for record in answers.bodies:
        filed.by_siren.setdefault(record.siren, []).append(record)
    return filed


def apply(answers: Answers, services: Iterable[Service], on: date) -> tuple[Service, ...]:
    """The services with what the register says of their bodies on that day and what people answered."""
    filed = _file(answers, on)
    known: dict[str, dict[str, Claim]] = {}
    return tuple(_answered(service, filed, known, on) for service in services)


def _answered(service: Service, filed: _Filed, known: dict[str, dict[str, Claim]], on: date) -> Service:
    siren = service.body.siren
    if siren is not None and siren not in known:
        known[siren] = body_claims(filed.by_siren.get(siren, ()), siren, on)
    register = known.get(siren or "", {})
    given = [*filed.by_body.get(service.body.key, ()), *filed.by_service.get(service.id, ())]
    if not register and not given:
        return service
    claims = {**service.claims, **register}
    hostings = list(service.hostings)
    said: dict[str, Claim] = {}
    for answer in given:
        if answer.fact != HOSTING_OFFER and subject_of(answer.fact) in {Subject.BODY, Subject.SERVICE}:
            said[answer.fact] = stronger(said.get(answer.fact), answer.claim())
        else:
            _answer_hostings(answer, hostings)
    return replace(service, claims=_over(claims, said), hostings=tuple(hostings))


def _over(claims: Claims, said: Claims) -> dict[str, Claim]:
    merged = dict(claims)
    for fact, claim in said.items():
        if claim.value is not None or fact not in merged:
            merged[fact] = claim
    return merged


def _answer_hostings(answer: Answer, hostings: list[Hosting]) -> None:
    for place in places(answer, hostings):
        hosting = hostings[place]
        if answer.fact != HOSTING_OFFER:
            before = hosting.claims.get(answer.fact)
            claim = answer.claim() if before is None or answer.value is not None else before
            hostings[place] = replace(hosting, claims={**hosting.claims, answer.fact: claim})
        elif isinstance(answer.value, str):
            claims = {**hosting.claims, HOSTING_OFFER: answer.claim()}
            hostings[place] = replace(hosting, offer=answer.value, region=answer.region, confidence=100, near=(), claims=claims)


def places(answer: Answer, hostings: Sequence[Hosting]) -> list[int]:
    """Which hostings the answer is about. Naming an offer without saying where is about those that have none yet, or the only one."""
    if answer.hosting is None:
        if answer.fact == HOSTING_OFFER and len(hostings) > 1:
            return [place for place, hosting in enumerate(hostings) if hosting.offer is None]
        return list(range(len(hostings)))
    if isinstance(answer.hosting, int):
        return [answer.hosting] if 0 <= answer.hosting < len(hostings) else []
    wanted = fold(answer.hosting)
    return [place for place, hosting in enumerate(hostings) if fold(hosting.text) == wanted or hosting.offer == answer.hosting]


def unplaced(answers: Answers, services: Iterable[Service], file: str) -> tuple[Problem, ...]:
    """Answers that name a service or a hosting which is not there: reported, since an answer is never dropped in silence."""
    by_id = {service.id: service for service in services}
    problems = []
    for place, answer in enumerate(answers.answers):
        at = Location(file, path=f"answers[{place}]")
        if answer.fact in FROM_CATALOGUE:
            problems.append(Problem(at, ONLY_THE_CATALOGUE, {"fact": answer.fact}, rejected=False))
        for name in answer.services:
            service = by_id.get(name)
            if service is None:
                problems.append(Problem(at, NO_SERVICE, {"fact": answer.fact, "about": name}, rejected=False))
            elif answer.hosting is not None and not places(answer, service.hostings):
                args = {"fact": answer.fact, "about": service.name, "hosting": str(answer.hosting)}
                problems.append(Problem(at, NO_HOSTING, args, rejected=False))
    return tuple(problems)

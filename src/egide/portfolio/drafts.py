"""Services while they are being read: rows fill them, then they are closed into vocabulary values that never change."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.portfolio.registration import slug
from egide.portfolio.words import fold
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_
from egide.vocabulary.services import Body, Hosting, Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.portfolio.matching import OfferIndex
    from egide.vocabulary.errors import Location
    from egide.vocabulary.facts import Claim

ON_PREMISE = "on-premise"
TWICE = N_("«{name}» stands twice (first: {first}): both are kept, under two identifiers")
CONTRADICTION = N_("the type of hosting says on premises and the text says «{text}»: the text is kept, the type is not used")


@dataclass(slots=True)
class HostingDraft:
    """One hosting as the file words it."""

    text: str
    planned: bool = False
    on_premise: Claim | None = None
    """Set when the file says, in a list of its own, that the service runs on premises."""
    type_text: str = ""
    """The words of that list."""
    claims: dict[str, Claim] = field(default_factory=dict)
    at: Location | None = None
    software: bool = False
    """Set when that list says that a software is bought as a service."""


@dataclass(slots=True)
class ServiceDraft:
    """One service as the file words it."""

    name: str
    at: Location
    siren: str | None = None
    body: str | None = None
    data_owner: str | None = None
    claims: dict[str, Claim] = field(default_factory=dict)
    hostings: list[HostingDraft] = field(default_factory=list)


def close(drafts: Iterable[ServiceDraft], offers: OfferIndex) -> tuple[tuple[Service, ...], tuple[Problem, ...]]:
    """The services, each with an identifier of its own, each with at least one hosting (without a text when none was given)."""
    problems: list[Problem] = []
    services = []
    for draft in drafts:
        body = draft.siren or (slug(draft.body) if draft.body else "")
        hostings = tuple(_hosting(hosting, offers, problems) for hosting in draft.hostings or [HostingDraft("")])
        found = f"{slug(draft.name)}-{body}".rstrip("-")
        services.append(Service(found, draft.name, Body(draft.siren, draft.body), draft.at, draft.claims, hostings, draft.data_owner))
    unique, twice = distinct(services)
    return unique, (*problems, *twice)


def distinct(services: Iterable[Service]) -> tuple[tuple[Service, ...], tuple[Problem, ...]]:
    """The same services, none dropped; one that stands twice gets an identifier of its own and is reported."""
    from dataclasses import replace  # noqa: PLC0415 - read beside its use

    kept: list[Service] = []
    problems: list[Problem] = []
    taken: dict[str, Service] = {}
    numbers: dict[str, int] = {}
    for service in services:
        found = _free(service.id, taken, numbers)
        if found != service.id:
            first = taken[service.id].at
            problems.append(Problem(service.at, TWICE, {"name": service.name, "first": str(first)}, rejected=False))
        taken[found] = service if found == service.id else replace(service, id=found)
        kept.append(taken[found])
    return tuple(kept), tuple(problems)


def _free(wanted: str, taken: Mapping[str, Service], numbers: dict[str, int]) -> str:
    """The identifier, numbered when it is taken; ``numbers`` remembers where counting stopped."""
    found, number = wanted, numbers.get(wanted, 1)
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    numbers[wanted] = number
    return found


_SOFTWARE_ON = re.compile(r"^(?=.*\b(?:saas|logiciel|progiciel|editeur|software)\b).*?\b(?:sur|on|chez|heberge)\b(.*)$")


def _base(text: str) -> str:
    """«un logiciel en SaaS sur Outscale»: the words that name what it stands on; empty when the text is not of that kind."""
    found = _SOFTWARE_ON.match(fold(text))
    return found[1].strip() if found else ""


def _hosting(draft: HostingDraft, offers: OfferIndex, problems: list[Problem]) -> Hosting:
    claims = dict(draft.claims)
    match = offers.match(draft.text)
    base = None if match.offer else offers.match(_base(draft.text))
    if base is not None and base.offer and base.offer != ON_PREMISE:
        return Hosting(draft.text, base.offer, base.region, base.confidence, draft.planned, claims, software=True)
    said = Hosting(
        draft.text, match.offer, match.region, match.confidence, draft.planned, claims, match.near,
        software=draft.software,
    )  # fmt: skip
    if draft.on_premise is None:
        return said
    if draft.text and match.offer != ON_PREMISE:
        if draft.at:
            problems.append(Problem(draft.at, CONTRADICTION, {"text": draft.text}, rejected=False))
        return said
    claims.setdefault("offer.model", draft.on_premise)
    offer = ON_PREMISE if ON_PREMISE in offers.ids else None
    return Hosting(draft.text or draft.type_text, offer, None, 100 if offer else 0, draft.planned, claims)

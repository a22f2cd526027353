"""Where resources stand and whom they call, put to the law: findings of hosting and of third-party reach.

A policy that names a service of the very provider on which it stands calls no third party.

A resource whose place isn't known is a finding with what to declare, never a pass. What passes through a name that is called decides
how it is judged: data, as a hosting of them; what runs and where it is found (registries, forges, zones), as a dependence,
which the texts that were read want bearable and replaceable and don't forbid.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct

from egide.infrastructure.code_findings import CodeFinding, Level
from egide.infrastructure.hosts import SEES_DATA
from egide.infrastructure.lawful import case_behind, case_of
from egide.infrastructure.names_called import CONTAINED, Called, called
from egide.infrastructure.spread import is_backup
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from egide.infrastructure.hosts import Holder, Hosts
    from egide.infrastructure.lawful import Case, Lawful
    from egide.infrastructure.product import Product
    from egide.infrastructure.resources import Resource

REACHED: Mapping[str, str] = {
    "cdn": "cdn", "dns": "dns", "registry": "registry", "telemetry": "telemetry", "monitoring": "telemetry", "identity": "identity",
    "mail": "mail",
}  # fmt: skip
"""Services of a resource that have a rule of their own when their operator is controlled from a third country."""
ANSWERED_BY = N_("{party} answers {name} (controlled from {country})")
ANSWERED_BY_OFFER = N_("{party} answers {name}")
KEPT_BY = N_("{party} holds the backups (controlled from {country})")
KEPT_BY_OFFER = N_("{party} holds the backups")
NOBODY_KNOWN = N_("nobody is known to answer {name}")
SAY_WHO = N_("Who answers {name}, and from which country are they controlled? Say it under `hosts` in egide.yaml.")
OPERATED_BY = N_("operated by {party}, controlled from {country}")
PLACE_UNKNOWN = N_("its place or its provider is not known")
SAY_WHAT = N_("Which data does the product hold, and whose is it? Say it with --data and --body, or in egide.yaml.")
SAY_WHERE = N_("In which region of which offer does it stand? Say it in the code, or in egide.yaml.")
NOT_KNOWN = Reason("standing.not-known", {}, PLACE_UNKNOWN)
DECLARE_WHERE = Reason("declare.place", {}, SAY_WHERE)
DECLARE_DATA = Reason("declare.data", {}, SAY_WHAT)


class Looked(Struct, frozen=True):
    """A resource with what is known of it before the law: its case, and the names it calls."""

    resource: Resource
    case: Case | None
    holder: Holder | None
    """Who stands behind the resource itself, when it is somebody's service and no cloud's."""
    calls: tuple[tuple[Called, Holder | None, Case | None], ...]


def look(resources: Sequence[Resource], hosts: Hosts, copies: Sequence[tuple[str, Holder]] = ()) -> tuple[Looked, ...]:
    """Each resource with its case and the names it calls. ``copies`` says who holds the backups that no address shows."""
    cases: dict[str, tuple[Holder | None, Case | None]] = {}

    def behind(host: str) -> tuple[Holder | None, Case | None]:
        if host not in cases:
            holder = hosts.holder(host)
            cases[host] = (holder, case_behind(holder, host) if holder and not holder.state and holder.function in SEES_DATA else None)
        return cases[host]

    found = []
    for resource in resources:
        holder = hosts.providers.get(resource.provider)
        case = case_behind(holder) if holder is not None and holder.function in SEES_DATA else None
        if holder is None and not resource.standing.nowhere:
            case = case_of(resource.standing)
        calls = tuple((one, *behind(one.host)) for one in called(resource, hosts))
        if copies and is_backup(resource) and (kept := list(_kept(resource, copies))):
            parties = {one.party for one in kept}
            calls = tuple(one for one in calls if one[0].image or one[1] is None or one[1].party not in parties)
            calls += tuple((Called(one.party, "copies", declared=True), one, case_behind(one)) for one in kept)
        found.append(Looked(resource, case, holder, calls))
    return tuple(found)


def _kept(resource: Resource, copies: Sequence[tuple[str, Holder]]) -> Iterator[Holder]:
    """By the product's word, who holds the backups that this resource makes: all whose pattern fits. Names of theirs that the code writes
    are the same; whoever else it calls is looked at beside them.
    """
    if resource.provider in CONTAINED:
        yield from (holder for pattern, holder in copies if fnmatchcase(resource.address, pattern))


def cases_of(looked: Sequence[Looked]) -> set[Case]:
    """Every case that the law must be asked about."""
    own = {one.case for one in looked if one.case is not None}
    return own | {case for one in looked for _, _, case in one.calls if case is not None}


def reach(looked: Sequence[Looked], judged: Mapping[Case, Lawful], product: Product, union: frozenset[str]) -> Iterator[CodeFinding]:
    """Findings of hosting, of unknown places and of third-party reach. ``union`` are the countries that are not third."""
    for one in looked:
        if one.holder is not None:
            told = judged.get(one.case) if one.case else None
            yield from _of_a_holder(one.resource, one.resource.type, one.holder, told, product, union, ())
        elif not one.resource.standing.nowhere:
            yield from _standing(one, judged.get(one.case) if one.case else None, union, product)
        for name, holder, case in one.calls:
            if holder is None:
                level = Level.ADVICE if product.public_only else Level.UNDETERMINED
                ask = Reason("declare.host", {"name": name.host}, SAY_WHO)
                reason = Reason("reach.nobody", {"name": name.host}, NOBODY_KNOWN)
                yield CodeFinding("reach-unknown", level, one.resource.address, one.resource.where, reason, ask=ask, key=(name.host,))
            elif not holder.state and not (name.bare and holder.party == one.resource.standing.provider_party):
                function = "registry" if name.image and holder.function == "service" else holder.function
                answered = judged.get(case) if case and function in SEES_DATA else None
                yield from _of_a_holder(one.resource, name.host, holder, answered, product, union, (name.host,), function,
                                        kept=name.declared)  # fmt: skip


def _standing(one: Looked, told: Lawful | None, union: frozenset[str], product: Product) -> Iterator[CodeFinding]:
    """What the law says to where a resource stands; else that it isn't known."""
    resource, standing = one.resource, one.resource.standing
    declare = standing.declare
    if told is None or (declare is not None and told.level is not Level.FORBIDDEN):
        yield CodeFinding(
            "standing", Level.UNDETERMINED, resource.address, resource.where, NOT_KNOWN, ask=declare or DECLARE_WHERE,
            party=standing.provider_party,
        )  # fmt: skip
        return
    third = told.controlled_from is not None and told.controlled_from not in union
    service = REACHED.get(resource.service)
    place = f"{standing.offer}/{standing.region}" if standing.offer and standing.region else standing.offer
    if told.level is None:
        if third and service is not None:
            yield CodeFinding(f"reach-{service}", Level.ADVICE, resource.address, resource.where, _operated(told, standing.provider_party),
                              place=place, party=standing.provider_party)  # fmt: skip
        return
    if told.reason is None:
        return
    rule = f"reach-{service}" if third and service is not None else "hosting"
    yield CodeFinding(
        rule, told.level, resource.address, resource.where, told.reason, ask=_asked(told, product), place=place,
        party=standing.provider_party, articles=told.articles,
    )  # fmt: skip


def _asked(told: Lawful, product: Product) -> Reason | None:
    """What to say: first which data, since nothing can be judged without; nothing when no answer would help."""
    if told.level is Level.UNDETERMINED and not product.says_data:
        return DECLARE_DATA
    return None if told.level is Level.FORBIDDEN else told.ask


def _operated(told: Lawful, party: str | None) -> Reason:
    return Reason("reach.operated", {"party": party or "?", "country": told.controlled_from}, OPERATED_BY)


def _of_a_holder(
    resource: Resource, name: str, holder: Holder, told: Lawful | None, product: Product, union: frozenset[str], key: tuple[str, ...],
    function: str | None = None, *, kept: bool = False,
) -> Iterator[CodeFinding]:  # fmt: skip
    """What is found of a name that somebody known answers. Where backups are kept (``kept``) is a hosting, as any place of the data is."""
    function = function or holder.function
    country = holder.controlled_from or (told.controlled_from if told else None)
    third = country is not None and country not in union and not kept
    if told is None or told.level is None:
        if third:
            soft = told is not None or product.public_only
            level = Level.ADVICE if soft else Level.CONDITIONAL
            said = _answered(name, holder, country, function, kept=kept)
            yield CodeFinding(f"reach-{function}", level, resource.address, resource.where, said, party=holder.party, key=key)
        return
    rule = f"reach-{function}" if third else "hosting"
    yield CodeFinding(
        rule, told.level, resource.address, resource.where, _answered(name, holder, country, function, kept=kept), told.reason,
        _asked(told, product), holder.offer, holder.party, told.articles, key,
    )  # fmt: skip


def _answered(name: str, holder: Holder, country: str | None, function: str, *, kept: bool = False) -> Reason:
    if kept:
        told = {"party": holder.party} | ({"country": country} if country else {})
        return Reason("reach.copies", told, KEPT_BY if country else KEPT_BY_OFFER)
    if country is None:
        return Reason(f"reach.{function}", {"name": name, "party": holder.party}, ANSWERED_BY_OFFER)
    return Reason(f"reach.{function}", {"name": name, "party": holder.party, "country": country}, ANSWERED_BY)

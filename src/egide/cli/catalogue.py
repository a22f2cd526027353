"""`egide catalogue`: the dated offers, one of them, a newer catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.assess import day
from egide.cli.tools import AsJson, On
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.vocabulary.facts import Claims
    from egide.vocabulary.offers import Offer


def list_offers(*, on: On = None, json: AsJson = False) -> int:
    """The offers and where their qualification stands on a day."""
    from egide.app import assess
    from egide.catalogue import age_sentence, facts_on

    offers, when = assess.catalogue(), day(on)
    rows = [
        (offer, region.id if region else None, facts_on(offer, region.id if region else None, when, offers))
        for offer in offers.offers
        for region in _regions(offer, when, offers)
    ]
    if json:
        door.emit([_line(offer, region, claims) for offer, region, claims in rows])
        return DONE
    heads = (
        N_("Offer"), N_("Name"), N_("Provider"), N_("Kind"), N_("Regions"), N_("SecNumCloud that day"), N_("Until"), N_("Controlled from"),
    )  # fmt: skip
    table = door.table(*(door.say(one) for one in heads))
    table.columns[0].no_wrap = True
    for offer, region, claims in rows:
        key = f"{offer.id}/{region}" if region else offer.id
        table.add_row(
            key, door.plain(offer.name), door.plain(offer.provider), "+".join(offer.kinds),
            "1" if region else str(len(offer.regions) or "—"),
            _said(claims, "offer.qualification"), _said(claims, "offer.qualified_to"), _said(claims, "offer.controlled_from"),
        )  # fmt: skip
    door.console().print(table)
    if line := age_sentence(offers, when, door.lang()):
        door.out(line)
    return DONE


def _regions(offer: Offer, on: Any, offers: Any) -> list[Any]:
    """One row for the offer, or one for each region where the qualification is not the same everywhere."""
    from egide.catalogue import facts_on

    stands = {
        getattr(facts_on(offer, region.id, on, offers).get("offer.qualification"), "value", None) for region in offer.regions
    }
    return list(offer.regions) if len(stands) > 1 else [None] if len(offer.regions) != 1 else [offer.regions[0]]


def _said(claims: Claims, name: str) -> str:
    claim = claims.get(name)
    if claim is None or claim.value is None:
        return "?" if name == "offer.qualification" else ""
    return door.lang().value(claim.value)


def _line(offer: Offer, region: str | None, claims: Claims) -> dict[str, Any]:
    return {
        "offer": offer.id, "region": region, "name": offer.name, "provider": offer.provider, "kinds": list(offer.kinds),
        "facts": {name: claim.value for name, claim in sorted(claims.items())},
    }  # fmt: skip


def show(
    offer: Annotated[str, Parameter(help=N_("The offer (or offer/region)."))], /, *, on: On = None, json: AsJson = False
) -> int:
    """One offer: its regions, its lines, every fact with its source."""
    from egide.app import assess
    from egide.app.catalogues import find
    from egide.catalogue import facts_on
    from egide.cli.lines import claim_line

    offers, when = assess.catalogue(), day(on)
    found, region = find(offer, offers)
    claims = facts_on(found, region, when, offers)
    if json:
        said = _line(found, region, claims)
        said["claims"] = [
            {"fact": claim.fact, "value": claim.value, "issuer": claim.issuer, "on": claim.on, "source": claim.source, "read": claim.read}
            for _, claim in sorted(claims.items())
        ]
        said["regions"] = [{"id": one.id, "name": one.name, "country": one.country} for one in found.regions]
        said["qualifications"] = [
            {"status": one.status, "regions": one.regions, "perimeter": one.perimeter, "from": one.start, "to": one.end,
             "decision": one.decision, "framework": one.framework, "source": one.source, "read": one.read, "as_of": one.as_of}
            for one in found.qualifications
        ]  # fmt: skip
        door.emit(said)
        return DONE
    console = door.console()
    console.print(f"[bold]{door.plain(found.name)}[/] · {door.plain(found.provider)} · {'+'.join(found.kinds)} · {found.id}")
    if found.regions:
        door.out(door.say(N_("Regions:")) + " " + ", ".join(f"{one.id} ({one.name}, {one.country})" for one in found.regions))
    for one in found.qualifications:
        begun, ended = (door.lang().value(edge) for edge in (one.start, one.end))
        number = f"n° {one.decision}" if one.decision else door.say(N_("decision number not known"))
        console.print(f"  {door.lang().label(one.status)} · {door.plain(one.perimeter)} · {begun} → {ended} · {door.plain(number)} · "
                      f"{one.framework or door.say(N_('version not known'))}")  # fmt: skip
    if found.built_on:
        door.out(door.say(N_("Built on: {offers}. A service on a qualified base is not itself qualified."), offers=list(found.built_on)))
    if found.note:
        door.out(found.note.in_(door.LANG))
    door.out(door.say(N_("Facts on {day}:"), day=when))
    for _, claim in sorted(claims.items()):
        door.out(f"  {claim_line(claim)}")
    return DONE


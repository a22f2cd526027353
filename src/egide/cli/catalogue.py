"""`egide catalogue list` and `show`: the dated offers, and one of them with all that anybody states of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.assess import day
from egide.cli.catalogue_import import Database
from egide.cli.tools import AsJson, On
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date

    from egide.catalogue.kept.reading import Kept
    from egide.catalogue.shelf import Shelf
    from egide.vocabulary.facts import Claims
    from egide.vocabulary.offers import Catalogue, Offer

LISTED = 60
"""Subjects of the database that a table shows; --json has them all."""


def list_offers(*, on: On = None, db: Database = None, json: AsJson = False) -> int:
    """The offers and where their qualification stands on a day; then what the database holds."""
    from egide.app.catalogue.shelves import shelf
    from egide.app.portfolio import assess
    from egide.catalogue import age_sentence, facts_on

    offers, when = assess.catalogue(), day(on)
    rows = [
        (offer, region.id if region else None, facts_on(offer, region.id if region else None, when, offers))
        for offer in offers.offers
        for region in _regions(offer, when, offers)
    ]
    with shelf(when, db) as (_, kept):
        if json:
            door.emit([*(_line(offer, region, claims) for offer, region, claims in rows), *_heads(kept)])
            return DONE
        door.console().print(_table(rows))
        if line := age_sentence(offers, when, door.lang()):
            door.out(line)
        if kept is not None:
            _kept_table(kept)
    return DONE


def _table(rows: list[tuple[Offer, str | None, Claims]]) -> Any:
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
    return table


def _heads(kept: Kept | None) -> list[dict[str, Any]]:
    return [
        {"offer": one.subject, "region": None, "name": one.name, "provider": one.provider, "kinds": [], "facts": {}, "in_database": True}
        for one in _offers(kept)
    ] if kept is not None else []  # fmt: skip


def _offers(kept: Kept) -> Any:
    from egide.vocabulary.properties import SubjectKind

    return kept.heads((SubjectKind.OFFER, SubjectKind.VARIANT))


def _kept_table(kept: Kept) -> None:
    counts = kept.count()
    if not counts:
        return
    said = ", ".join(f"{door.lang().value(count)} × {door.lang().label(kind)}" for kind, count in sorted(counts.items()))
    door.out(door.say(N_("In the database: {said}."), said=said))
    table = door.table(door.say(N_("Offer")), door.say(N_("Name")), door.say(N_("Provider")))
    shown = 0
    for one in _offers(kept):
        if shown < LISTED:
            table.add_row(door.plain(one.subject), door.plain(one.name), door.plain(one.provider))
        shown += 1
    if shown:
        door.console().print(table)
    door.more(shown - LISTED)


def _regions(offer: Offer, on: date, offers: Catalogue) -> list[Any]:
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
    offer: Annotated[str, Parameter(help=N_("The offer (or offer/region), by name or identifier."))], /, *, on: On = None,
    db: Database = None, json: AsJson = False,
) -> int:  # fmt: skip
    """One offer: every fact with who says it, since when and until when; what it stands on; what was said before."""
    from egide.app.catalogue.shelves import shelf, subject_of
    from egide.app.portfolio import assess

    offers, when = assess.catalogue(), day(on)
    with shelf(when, db) as (known, kept):
        subject, region = subject_of(offer, known, kept)
        found = offers.by_id.get(subject)
        if json:
            door.emit({**(_listed_json(found, region, when, offers) if found else {}), **_sheet_json(known, subject, region)})
            return DONE
        from egide.cli.sheet_lines import head_lines, sheet_lines

        for line in _listed_lines(found, region, when, offers) if found else head_lines(known, subject, region):
            door.out(line)
        for line in sheet_lines(known, subject, region, listed=found is not None):
            door.out(line)
    return DONE


def _sheet_json(known: Shelf, subject: str, region: str | None) -> dict[str, Any]:
    from egide.catalogue.written import composition_json, sheet_json

    sheet = known.sheet(subject, region)
    if sheet is None:
        return {"subject": subject}
    return {"kind": known.kind(subject).value, **sheet_json(sheet), "stands_on": composition_json(subject, known.sheet_in(region))}


def _listed_json(found: Offer, region: str | None, when: date, offers: Catalogue) -> dict[str, Any]:
    from egide.catalogue import facts_on

    claims = facts_on(found, region, when, offers)
    return {
        **_line(found, region, claims),
        "claims": [
            {"fact": claim.fact, "value": claim.value, "issuer": claim.issuer, "on": claim.on, "source": claim.source, "read": claim.read}
            for _, claim in sorted(claims.items())
        ],
        "regions": [{"id": one.id, "name": one.name, "country": one.country} for one in found.regions],
        "qualifications": [
            {"status": one.status, "regions": one.regions, "perimeter": one.perimeter, "from": one.start, "to": one.end,
             "decision": one.decision, "framework": one.framework, "source": one.source, "read": one.read, "as_of": one.as_of}
            for one in found.qualifications
        ],
    }  # fmt: skip


def _listed_lines(found: Offer, region: str | None, when: date, offers: Catalogue) -> list[str]:
    """What the list in use says, in the order in which a person asks."""
    from egide.catalogue import facts_on
    from egide.cli.lines import claim_line

    lines = [f"{found.name} · {found.provider} · {'+'.join(found.kinds)} · {found.id}"]
    if found.regions:
        lines.append(door.say(N_("Regions:")) + " " + ", ".join(f"{one.id} ({one.name}, {one.country})" for one in found.regions))
    for one in found.qualifications:
        begun, ended = (door.lang().value(edge) for edge in (one.start, one.end))
        number = f"n° {one.decision}" if one.decision else door.say(N_("decision number not known"))
        lines.append(f"  {door.lang().label(one.status)} · {one.perimeter} · {begun} → {ended} · {number} · "
                     f"{one.framework or door.say(N_('version not known'))}")  # fmt: skip
    if found.built_on:
        said = N_("Built on: {offers}. A service on a qualified base is not itself qualified.")
        lines.append(door.say(said, offers=list(found.built_on)))
    if found.note:
        lines.append(found.note.in_(door.LANG))
    lines.append(door.say(N_("Facts on {day}:"), day=when))
    return [*lines, *(f"  {claim_line(claim)}" for _, claim in sorted(facts_on(found, region, when, offers).items()))]

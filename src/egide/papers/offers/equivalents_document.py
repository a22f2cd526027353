"""What stands for cloud services, as JSON: tokens that never vary by language, and each source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.catalogue.equivalents import Candidate, Equivalents, Part, Replaced, Stand
    from egide.catalogue.form import SourceForm

SCHEMA = "egide/equivalents/1"


def equivalents_document(made: Equivalents) -> dict[str, Any]:
    """The answer for a program."""
    return {
        "schema": SCHEMA, "on": made.on.isoformat(),
        "services": [_replaced(one) for one in made.replaced],
        "functions": [
            {"function": one.function.id, "held": list(one.held), "perhaps": list(one.perhaps)} for one in made.gaps
        ],
        "uncovered": [one.function.id for one in made.uncovered],
        "qualified_without_functions": [one.id for one in made.silent],
        "unnamed": {offer: list(names) for offer, names in made.unnamed.items()},
    }  # fmt: skip


def _replaced(one: Replaced) -> dict[str, Any]:
    return {
        "service": one.service.id, "name": one.service.name, "provider": one.service.provider, "offer": one.service.offer,
        "does": {name: sorted(traits) for name, traits in one.service.does.items()},
        "sources": [_source(source) for source in one.service.sources], "used_by": list(one.uses), "use_assumed": one.assumed,
        "best": one.best.value,
        "offers": [_candidate(candidate) for candidate in one.candidates], "more": one.more,
    }  # fmt: skip


def _candidate(one: Candidate) -> dict[str, Any]:
    held = one.offer.qualified
    return {
        "offer": one.offer.id, "name": one.offer.name, "provider": one.offer.provider, "match": one.match.value,
        "functions": [_part(part) for part in one.parts],
        "qualification": {
            "status": held.status, "until": held.until.isoformat() if held.until else None, "regions": list(held.regions),
            "covers": one.inside,
        },
        "qualified_for_it": one.qualified, "lawful": one.lawful, "verdicts": [_stand(stand) for stand in one.stands],
    }  # fmt: skip


def _part(one: Part) -> dict[str, Any]:
    cover = one.cover
    return {
        "function": one.function.id, "match": one.match.value if one.match else None, "lost": list(one.lost), "not_known": list(one.open),
        "stated_instead": one.near.id if one.near else None, "only_the_kind": bool(cover and cover.loose),
        "doubtful": bool(cover and cover.doubtful), "qualification_covers": one.inside,
        "sources": [_source(source) for source in cover.sources] if cover else [],
    }  # fmt: skip


def _source(one: SourceForm) -> dict[str, Any]:
    return {"issuer": one.issuer, "source": one.text, "read_on": one.read_on.isoformat(), "read": one.read}


def _stand(one: Stand) -> dict[str, Any]:
    return {
        "service": one.service, "verdict": one.verdict.value if one.verdict else None, "region": one.region,
        "conditions": [{"fact": change.fact, "to": change.to} for change in one.conditions],
        "reasons": [{"code": reason.code, "args": dict(reason.args)} for reason in one.reasons],
    }  # fmt: skip

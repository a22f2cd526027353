"""Sheets as plain JSON: every value with who says it, how it is known, since when and until when, and where it was read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from egide.catalogue.composition import CHAINED, EXPOSURES, UNDER, closure, exposure, weakest
from egide.catalogue.kept.packs import plain
from egide.catalogue.sheets import Standing

if TYPE_CHECKING:
    from egide.catalogue.composition import Closure, SheetOf, Weakest
    from egide.catalogue.sheets import Cell, Sheet
    from egide.vocabulary.statements import Statement


def statement_json(one: Statement, standing: Standing = Standing.HOLDS) -> dict[str, Any]:
    """One statement with all that is known of where it comes from."""
    origin = one.origin
    return {
        "subject": one.subject, "value": plain(one.value), "text": one.text, "region": one.region, "standing": standing.value,
        "issuer": origin.issuer, "assurance": origin.assurance.value, "backing": origin.backing.value, "read": origin.read,
        "from": _moment(origin.issued), "until": _moment(origin.until), "recorded_at": _moment(origin.recorded_at),
        "source": origin.source, "document": origin.document or None, "at": one.at or None,
    }  # fmt: skip


def cell_json(cell: Cell) -> dict[str, Any]:
    """One property: its value, whether issuers differ, and every statement of it."""
    return {
        "value": plain(cell.value), "unit": cell.property.unit or None, "conflict": cell.conflict, "varies": cell.varies,
        "statements": [*(statement_json(one) for one in cell.holding), *(statement_json(one, why) for why, one in cell.past)],
    }  # fmt: skip


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    """All that is known of a subject on its day."""
    return {
        "subject": sheet.subject, "on": sheet.on.isoformat(), "region": sheet.region,
        "properties": {name: cell_json(cell) for name, cell in sheet.cells.items()},
    }  # fmt: skip


def composition_json(subject: str, sheet_of: SheetOf) -> dict[str, Any]:
    """What a subject stands on, what the chain is worth at most, and what it is exposed to."""
    reached = closure(subject, sheet_of)
    return {
        "links": [{"subject": one.subject, "relation": one.relation, "to": one.to} for one in reached.links],
        "unknown": sorted(reached.unknown), "circles": [sorted(one) for one in reached.circles], "truncated": reached.truncated,
        "weakest": {one.property.name: weakest_json(one) for one in weakest_links(subject, sheet_of)},
        "exposure": {name: _exposed(name, subject, sheet_of, reached) for name in EXPOSURES},
    }  # fmt: skip


def weakest_links(subject: str, sheet_of: SheetOf) -> Iterable[Weakest]:
    """For each of `CHAINED` of which anything is known in the chain, what the chain is worth; nothing when the subject stands alone."""
    under = closure(subject, sheet_of, UNDER)
    if not under.reached:
        return
    for name in CHAINED:
        found = weakest(name, subject, sheet_of, under)
        if found.at_most is not None:
            yield found


def weakest_json(found: Weakest) -> dict[str, Any]:
    """A chain's worth for one property."""
    return {"value": plain(found.value), "at_most": plain(found.at_most), "by": list(found.by), "unknown": list(found.unknown)}


def _exposed(name: str, subject: str, sheet_of: SheetOf, reached: Closure) -> dict[str, Any]:
    found = exposure(name, subject, sheet_of, reached)
    return {"values": {value: list(those) for value, those in found.values.items()}, "unknown": list(found.unknown)}


def _moment(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()

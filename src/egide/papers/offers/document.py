"""A comparison as JSON: every value with its unit, whether it is known, and every statement behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.catalogue.kept.packs import plain
from egide.catalogue.written import statement_json

if TYPE_CHECKING:
    from egide.catalogue.comparing import Compared, Comparison, Standing

SCHEMA = "egide/comparison/1"


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """The comparison for a program. Money is in micro-euros; tokens never vary by language."""
    return {
        "schema": SCHEMA, "on": comparison.on.isoformat(),
        "offers": [
            {"key": side.key, "subject": side.sheet.subject, "region": side.sheet.region, "name": side.sheet.name,
             "provider": side.provider}
            for side in comparison.sides
        ],
        "properties": [
            {
                "name": line.field.name, "unit": line.field.of.unit or None, "differs": line.differs.value,
                "cells": [_cell(cell) for cell in line.cells],
            } for line in comparison.lines
        ],
        "services": [{"service": one.service, "offers": [_standing(stand) for stand in one.stands]} for one in comparison.wanted],
    }  # fmt: skip


def _cell(cell: Compared) -> dict[str, Any]:
    return {
        "value": plain(cell.value), "state": _state(cell), "best": cell.best, "brought": cell.brought,
        "statements": [{"property": one.property, **statement_json(one)} for one in cell.holding],
    }  # fmt: skip


def _state(cell: Compared) -> str:
    if cell.conflict:
        return "conflict"
    if not cell.applies:
        return "not-applicable"
    return "known" if cell.value is not None else "varies" if cell.varies else "unknown"


def _standing(stand: Standing) -> dict[str, Any]:
    return {
        "verdict": stand.verdict.value if stand.verdict else None,
        "conditions": [{"fact": one.fact, "to": one.to} for one in stand.conditions],
        "reasons": [{"code": one.code, "args": dict(one.args)} for one in stand.reasons],
    }  # fmt: skip

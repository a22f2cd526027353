"""The assessment as a document for other programs: tokens in any language, seconds, null for what has no end or is not known."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING, Any

from egide import __version__
from egide.continuity.leaving import steps
from egide.continuity.parameters import PARAMETERS, value
from egide.papers.continuity.words import Teller
from egide.vocabulary.language import language

if TYPE_CHECKING:
    from egide.continuity import Cell, Continuity, Outcome, Span
    from egide.continuity.answers import Reached
    from egide.continuity.leaving import Terms

SCHEMA = "egide/continuity/1"


def document(made: Continuity, terms: Terms, lang: str) -> dict[str, Any]:
    """The whole answer as plain values; the same answer gives the same bytes."""
    told = Teller(made, language(lang))
    return {
        "schema": SCHEMA, "engine": __version__, "lang": lang, "on": made.on.isoformat(), "service": made.declared.name,
        "headline": told.headline(), "answer": made.answer.value,
        "disruptions": [_cell(cell) for cell in made.cells],
        "lost": _outcome(made.lost, made, terms, told) if made.lost else None,
        "single_points": [
            {"node": one.node, "how": one.how, "surely": one.answer.value == "met", "parts": list(one.parts), "asks": _asks(one.asks)}
            for one in made.points
        ],
        "asks": [
            {"path": f"continuity.{one.path}", "text": told.ask(one.path), "settles": list(one.settles), "opens": one.opens}
            for one in made.asks
        ],
        "targets_not_set": [f"continuity.{one}" for one in made.unset],
        "score": {
            "low": str(made.score.low), "high": str(made.score.high),
            "parts": [{"name": one.name, "low": one.low, "high": one.high, "of": one.of, "weight": one.weight} for one in made.score.parts],
        },
        "parameters": {name: {"value": value(made.declared.parameters, name), "unit": one.unit, "own": name in made.declared.parameters}
                       for name, one in PARAMETERS.items()},
    }  # fmt: skip


def span(it: Span) -> dict[str, int | bool | None]:
    """Seconds: at least and at most; null at most is no known end, and ``never`` that there surely is none."""
    return {
        "at_least": None if isinf(it.low) else round(it.low), "at_most": None if isinf(it.high) else round(it.high), "never": it.never,
    }  # fmt: skip


def _asks(asks: frozenset[str]) -> list[str]:
    return [f"continuity.{one}" for one in sorted(asks)]


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "disruption": cell.disruption.value,
        "rto": {"current": span(cell.rto), "target": cell.target.rto, "answer": cell.rto_answer.value if cell.rto_answer else None},
        "rpo": {"current": span(cell.rpo), "target": cell.target.rpo, "answer": cell.rpo_answer.value if cell.rpo_answer else None},
        "architecture": cell.architecture.value if cell.architecture else None,
        "losses": [{"nodes": sorted(one.loss.nodes), "rto": span(one.rto), "rpo": span(one.rpo)} for one in cell.outcomes],
        "asks": _asks(cell.asks),
        "reachable": _reached(cell.reachable), "planned": _reached(cell.planned),
    }  # fmt: skip


def _reached(one: Reached | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "architecture": one.architecture.value if one.architecture else None, "rto": span(one.rto), "rpo": span(one.rpo),
        "rto_answer": one.rto_answer.value if one.rto_answer else None, "rpo_answer": one.rpo_answer.value if one.rpo_answer else None,
        "parameters": list(one.parameters), "micro_euros_a_month": one.cost,
    }  # fmt: skip


def _outcome(one: Outcome, made: Continuity, terms: Terms, told: Teller) -> dict[str, Any]:
    return {
        "nodes": sorted(one.loss.nodes), "abrupt": one.loss.abrupt, "touched": one.touched.value,
        "rto": span(one.rto), "rpo": span(one.rpo),
        "broken": [{"part": it.name, "after": it.after, "because": it.because, "surely": it.surely} for it in one.broken],
        "parts": [
            {
                "part": name, "hit": it.hit.value, "back": span(one.back[name]), "loses": span(it.loses), "asks": _asks(it.asks),
                "ways": [
                    {"architecture": way.architecture.value if way.architecture else None, "at": str(way.at), "takes": span(way.takes),
                     "loses": span(way.loses), "tested_on": way.tested.on.isoformat() if way.tested.on else None, "asks": _asks(way.asks)}
                    for way in it.ways
                ],
            }
            for name, it in one.parts.items()
        ],
        "steps": [
            {"step": it.what.code.removeprefix("step."), "text": told.lang.text(it.what.message, it.what.args), "role": it.who,
             "by": it.by.isoformat() if it.by else None, "after": span(it.after) if it.after else None,
             "source": {"text": it.source.text, "at": it.source.at, "read": it.source.read} if it.source else None}
            for it in steps(made, one, terms)
        ],
    }  # fmt: skip

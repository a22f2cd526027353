"""Everything that the papers on continuity may print, in one language: plain texts, the same for the page and the documents."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from egide.continuity.exercise import rehearsal
from egide.continuity.leaving import quickest, steps
from egide.continuity.parameters import PARAMETERS, value
from egide.continuity.score import is_fresh
from egide.continuity.spans import duration_text
from egide.papers.continuity.words import DEPENDENCIES, DISCLAIMER, DISRUPTIONS, MARKS, PARTS, ROLES, Teller
from egide.papers.text import listed, source_text, upper_first
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from egide.continuity import Cell, Continuity, Outcome
    from egide.continuity.leaving import Terms
    from egide.continuity.ways import Recovery, Way

INTERNAL = N_("INTERNAL USE – a map of weaknesses")
ROLES_NEEDED = ("decision", "recovery", "security", "communication")
TITLE = N_("Continuity and recovery plan: {service}")
EXERCISE = N_("Exercise plan: {service}")


def context(made: Continuity, terms: Terms, lang: str) -> dict[str, Any]:
    """Everything, in that language."""
    told = Teller(made, language(lang))
    outcomes = _outcomes(made)
    scenes = [_scene(outcome, made, terms, told) for outcome in outcomes]
    sources = {(one.text, one.at): one for scene in outcomes for step in steps(made, scene, terms) if (one := step.source)}
    counsel = [source_text(one, lang) for one in sources.values() if one.read == "secondary"]
    title = told.t(TITLE, service=made.declared.name)
    draft = told.t(N_("DRAFT"))
    return {
        "lang": lang, "on": told.lang.day(made.on), "on_iso": made.on.isoformat(), "name": made.declared.name,
        "service": {"name": made.declared.name, "id": made.declared.name}, "title": f"{draft} – {title}" if counsel else title,
        "draft_line": told.t(N_("DRAFT – to be read by counsel")) if counsel else "",
        "draft": bool(counsel), "marking": told.t(INTERNAL), "headline": told.headline(), "lead": told.lead(),
        "tone": {Answer.MET: "yes", Answer.NOT_MET: "no", Answer.UNKNOWN: "doubt"}[made.answer],
        "cells": [_cell(one, told) for one in made.cells], "planned": any(one.planned for one in made.cells),
        "asks": [_ask(one.path, one.settles, told) for one in made.asks],
        "unset": [f"continuity.{one}" for one in made.unset],
        "points": [_point(one, told) for one in made.points], "scenes": scenes, "asked": made.lost is not None,
        "score": _score(made, told), "parameters": _parameters(made, told), "roles": _roles(made, told),
        "backups": list(_backups(made, told)), "dependencies": _dependencies(made, told), "providers": _providers(made, told),
        "exercises": [
            {"on": told.lang.day(one.on), "what": told.t(DISRUPTIONS[cell.disruption]),
             "passed": told.lang.value(one.passed), "took": "" if one.took is None else duration_text(one.took, told.lang)}
            for one in sorted(made.declared.exercises, key=lambda one: one.on, reverse=True)
            for cell in made.cells if cell.disruption == one.what
        ],
        "exercise": exercise(made, told), "counsel": counsel, "missing": _missing(made, told),
        "law": {"advice": told.t(DISCLAIMER, on=made.on)}, "disclaimer": told.t(DISCLAIMER, on=made.on),
    }  # fmt: skip


def _outcomes(made: Continuity) -> list[Outcome]:
    """What was asked; else the worst loss of each disruption, each loss once."""
    if made.lost is not None:
        return [made.lost]
    found: dict[str, Outcome] = {}
    for cell in reversed(made.cells):
        if cell.worst is not None:
            found.setdefault(cell.worst.loss.name, cell.worst)
    return list(found.values())


def _cell(cell: Cell, told: Teller) -> dict[str, Any]:
    return {
        "disruption": cell.disruption.value, "name": upper_first(told.t(DISRUPTIONS[cell.disruption])),
        "rto": told.span(cell.rto), "rpo": told.lost(cell.rpo),
        "rto_target": told.target(cell.target.rto), "rpo_target": told.target(cell.target.rpo),
        "rto_answer": told.answer(cell.rto_answer), "rpo_answer": told.answer(cell.rpo_answer),
        "rto_mark": MARKS[cell.rto_answer], "rpo_mark": MARKS[cell.rpo_answer],
        "rto_class": _class(cell.rto_answer), "rpo_class": _class(cell.rpo_answer),
        "architecture": told.architecture(cell.architecture) if cell.outcomes else "–",
        "worst": told.loss(cell.worst.loss.nodes) if cell.worst else "–",
        "reachable": told.reached(cell.reachable), "planned": told.planned(cell.planned),
    }  # fmt: skip


def _class(answer: Answer | None) -> str:
    return {Answer.MET: "m-same", Answer.NOT_MET: "m-none", Answer.UNKNOWN: "m-unknown", None: "quiet"}[answer]


def _ask(path: str, settles: tuple[str, ...], told: Teller) -> dict[str, Any]:
    return {"path": f"continuity.{path}", "what": told.ask(path), "settles": len(settles)}


def _point(one: Any, told: Teller) -> dict[str, Any]:
    return {
        "what": upper_first(told.node(one.node)), "node": one.node, "how": told.point(one), "mark": MARKS[_turned(one.answer)],
        "class": _class(_turned(one.answer)), "parts": listed(one.parts, told.lang.code, 8),
        "said": told.t(N_("no way back") if one.answer is Answer.MET else N_("not known")),
    }  # fmt: skip


def _turned(answer: Answer) -> Answer:
    """A single point that is surely one is bad news."""
    return Answer.NOT_MET if answer is Answer.MET else answer


def _scene(outcome: Outcome, made: Continuity, terms: Terms, told: Teller) -> dict[str, Any]:
    return {
        "title": upper_first(told.loss(outcome.loss.nodes)), "abrupt": outcome.loss.abrupt,
        "rto": told.span(outcome.rto), "rpo": told.lost(outcome.rpo),
        "broken": [
            {"name": one.name, "after": duration_text(one.after, told.lang), "because": told.because(one)} for one in outcome.broken
        ],
        "parts": [_part(one, outcome, made, told) for one in _in_order(outcome)],
        "steps": [told.step(one) for one in steps(made, outcome, terms)],
    }  # fmt: skip


def _in_order(outcome: Outcome) -> list[Recovery]:
    hit = [one for one in outcome.parts.values() if one.hit is not Answer.NOT_MET]
    return sorted(hit, key=lambda one: (outcome.back[one.name].low, outcome.back[one.name].high, one.name))


def _part(one: Recovery, outcome: Outcome, made: Continuity, told: Teller) -> dict[str, str]:
    way = quickest(one)
    return {
        "name": one.name, "way": told.t(N_("no way back")) if way is None else told.architecture(way.architecture),
        "place": "–" if way is None else str(way.at), "takes": told.span(one.takes), "back": told.span(outcome.back[one.name]),
        "loses": told.lost(one.loses), "tested": "–" if way is None else _tested(way, made, told),
    }  # fmt: skip


def _tested(way: Way, made: Continuity, told: Teller) -> str:
    """When it was last tried, and whether that is too long ago."""
    if way.tested.on is None:
        return told.t(N_("never tested"))
    said = told.lang.day(way.tested.on)
    since = made.on - timedelta(days=value(made.declared.parameters, "test_days"))
    return said if is_fresh(way.tested, since, made.on) else told.t(N_("{day}, too long ago"), day=said)


def _score(made: Continuity, told: Teller) -> dict[str, Any]:
    low, high = (round(100 * float(one)) for one in (made.score.low, made.score.high))
    return {
        "said": str(low) if low == high else told.t(N_("{low} to {high}"), low=low, high=high),
        "parts": [
            {"title": told.t(PARTS[one.name][0]), "why": told.t(PARTS[one.name][1]), "said": told.part(one), "weight": str(one.weight)}
            for one in made.score.parts
        ],
    }  # fmt: skip


def _parameters(made: Continuity, told: Teller) -> list[dict[str, str]]:
    own = made.declared.parameters
    return [
        {
            "name": one.name,
            "value": duration_text(value(own, one.name), told.lang) if one.unit == "s" else str(value(own, one.name)),
            "why": told.t(N_("the service’s own")) if one.name in own else told.t(one.why),
        }
        for one in PARAMETERS.values()
    ]


def _roles(made: Continuity, told: Teller) -> list[dict[str, str]]:
    blank = told.t(N_("to be completed"))
    names = dict.fromkeys((*ROLES_NEEDED, *made.declared.roles))
    return [{"role": told.t(ROLES[one]) if one in ROLES else one, "held": made.declared.roles.get(one) or blank} for one in names]


def _backups(made: Continuity, told: Teller) -> Any:
    """Every copy that is declared, and every part without any."""
    for name, entry in made.declared.components.items():
        rows = [(told.t(N_("copy")), str(one.at), one.lag, one.tested) for one in entry.standbys]
        offline, plain = told.t(N_("backup, offline")), told.t(N_("backup"))
        rows += [(offline if one.offline else plain, str(one.at), one.every, one.tested) for one in entry.backups]
        rows += [(told.t(N_("built anew")), str(one.at or entry.at), 0, one.tested) for one in [entry.rebuild] if one is not None]
        for what, place, behind, tested in rows:
            yield {
                "name": name, "what": what, "place": place,
                "behind": told.t(N_("not known")) if behind is None else duration_text(behind, told.lang),
                "tested": told.lang.day(tested.on) if tested.on else told.t(N_("never tested")),
            }  # fmt: skip
        if not rows:
            said = told.t(N_("nothing is declared") if entry.stated else N_("not known"))
            yield {"name": name, "what": said, "place": "–", "behind": "–", "tested": "–"}


def _dependencies(made: Continuity, told: Teller) -> list[dict[str, str]]:
    return [
        {
            "name": one.name, "kind": told.t(DEPENDENCIES[one.kind]), "place": str(one.at),
            "goes_on": duration_text(one.goes_on_for, told.lang),
            "alternative": str(one.alternative.at) if one.alternative else told.t(N_("nothing")),
        }
        for one in made.declared.dependencies
    ]


def _providers(made: Continuity, told: Teller) -> list[dict[str, str]]:
    blank = told.t(N_("to be completed"))
    used = dict.fromkeys(entry.at.provider for entry in made.declared.components.values() if entry.at.provider)
    found = []
    for name in used:
        said = made.declared.providers.get(name)
        ends = said.contract_end if said else None
        terms = said.exit_terms if said else None
        found.append({
            "name": name, "contract": told.lang.day(ends) if ends else blank,
            "terms": blank if terms is None else told.lang.value(terms),
        })  # fmt: skip
    return found


def _missing(made: Continuity, told: Teller) -> list[str]:
    """What the plan lacks, in the order in which it is to be settled."""
    found = [f"continuity.{one.path} – {told.ask(one.path)}" for one in made.asks]
    found += [f"continuity.{one} – {told.ask(one)}" for one in made.unset]
    found += [told.t(N_("{role}: nobody is named"), role=told.t(ROLES[one])) for one in ROLES_NEEDED if one not in made.declared.roles]
    return found


def exercise(made: Continuity, told: Teller) -> dict[str, Any]:
    """The next exercise; empty where nothing is known to be lost."""
    plan = rehearsal(made)
    if plan is None:
        return {}
    return {
        "title": told.t(EXERCISE, service=made.declared.name), "on": told.lang.day(plan.on), "on_iso": plan.on.isoformat(),
        "last": told.lang.day(plan.last) if plan.last else told.t(N_("never")),
        "scenario": upper_first(told.loss(plan.outcome.loss.nodes)),
        "disruption": told.t(DISRUPTIONS[plan.cell.disruption]),
        "injects": [
            {"after": duration_text(one.after, told.lang), "what": told.lang.text(one.what.message, one.what.args),
             "to": told.t(ROLES[one.to]), "held": made.declared.roles.get(one.to) or told.t(N_("to be completed"))}
            for one in plan.injects
        ],
        "expected": [{"part": one.part, "by": told.span(one.by)} for one in plan.expected],
        "criteria": [
            told.lang.text(one.message, {"time": duration_text(int(str(one.args.get("seconds", 0))), told.lang)}) for one in plan.criteria
        ],
    }  # fmt: skip

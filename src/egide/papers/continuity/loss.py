"""What is read and sent when a qualification is lost: the page, the document, a calendar, one letter for each provider and body."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from egide import __version__
from egide.papers.continuity.calendar import ALARM_DAYS
from egide.papers.continuity.leaving_costs import costs, free_from, price_json, price_text
from egide.papers.continuity.page import filled
from egide.papers.continuity.words import DISCLAIMER, ROLES
from egide.papers.notes.base import FORMATS, base_template
from egide.papers.notes.naming import worded
from egide.papers.notes.template import compiled, fill
from egide.papers.text import SHAPES, change_text, hosting_text, listed, source_text
from egide.vocabulary.agenda import Event, written
from egide.vocabulary.language import N_, Language, language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from egide.continuity.leaving import Step
    from egide.continuity.qualification import QualificationLost, Replacement, Touched

ROOM = "egide.papers.continuity"
SCHEMA = "egide/qualification-loss/1"
PAGE, DOCUMENT, CALENDAR = "loss.html", "loss.json", "loss.ics"
TERMINATION = N_("Termination without penalty: {offer}")
QUESTION = N_("Question on the loss of a qualification: {offer}")
ASKING = {"fr": "question-au-prestataire", "en": "question-to-the-provider"}
ENDING = {"fr": "resiliation-sans-penalite", "en": "termination-without-penalty"}


def papers(made: QualificationLost, lang: str) -> Mapping[str, bytes]:
    """Every paper by its file name."""
    return {
        PAGE: page(made, lang).encode(),
        DOCUMENT: json.dumps(document(made, lang), ensure_ascii=False, indent=1).encode() + b"\n",
        CALENDAR: calendar(made, lang), **letters(made, lang),
    }  # fmt: skip


def headline(made: QualificationLost, said: Language) -> str:
    """The sentence that answers."""
    services = {one.service.id for one in made.touched}
    bodies = {one.service.body.key for one in made.touched}
    turned = {one.service.id for one in made.touched if one.turned and not one.hosting.planned}
    if not services:
        return said.text(N_("{offer}: none of the {services} services looked at stands on it."),
                         {"offer": _named(made), "services": made.services})  # fmt: skip
    first = said.plural(N_("{offer}: {n} service stands on it"), N_("{offer}: {n} services stand on it"), len(services))
    middle = said.plural(N_(", of {n} body; "), N_(", of {n} bodies; "), len(bodies))
    turns = N_("for {n} of them the law says otherwise from that day."), N_("for {n} among them the law says otherwise from that day.")
    last = said.plural(*turns, len(turned))
    return (first + middle + last).replace("{offer}", _named(made))


def _named(made: QualificationLost) -> str:
    return f"{made.offer.name} ({', '.join(made.regions)})" if made.regions else made.offer.name


def context(made: QualificationLost, lang: str) -> dict[str, Any]:
    """Everything that the page and the letters may print."""
    said = language(lang)
    secondary = {(one.source.text, one.source.at): one.source for one in made.steps if one.source and one.source.read == "secondary"}
    return {
        "lang": lang, "on": said.day(made.on), "on_iso": made.on.isoformat(), "offer": _named(made), "provider": made.offer.provider,
        "marking": said.text(N_("INTERNAL USE – a map of weaknesses")), "headline": headline(made, said),
        "title": said.text(N_("Loss of a qualification: {offer}"), {"offer": _named(made)}),
        "decision": made.line.decision or "", "until": said.day(made.line.end) if made.line.end else "",
        "draft": bool(secondary), "draft_line": said.text(N_("DRAFT – to be read by counsel")) if secondary else "",
        "counsel": [source_text(one, lang) for one in secondary.values()],
        "rows": [_row(one, made, said) for one in made.touched], "steps": [_step(one, said) for one in made.steps],
        "costs": list(costs(made, said)),
        "law": {"advice": said.text(DISCLAIMER, {"on": made.on})}, "disclaimer": said.text(DISCLAIMER, {"on": made.on}),
    }  # fmt: skip


def _row(one: Touched, made: QualificationLost, said: Language) -> dict[str, Any]:
    unknown = said.text(N_("not known"))
    return {
        "service": one.service.name, "body": one.service.body.name or one.service.body.key,
        "hosting": hosting_text(one.hosting, made.names, said.code), "planned": one.hosting.planned, "surely": one.surely,
        "path": " → ".join(made.names.get(name, name) for name in one.path) if len(one.path) > 1 else "",
        "before": said.label(one.before), "after": said.label(one.after), "token": one.after.value, "shape": SHAPES[one.after],
        "turned": one.turned,
        "replacements": [_replacement(it, made, said) for it in one.replacements],
        "contract_end": said.day(one.contract_end) if one.contract_end else unknown,
        "agreement": unknown if one.agreement is None else said.value(one.agreement),
        "exit_terms": unknown if one.exit_terms is None else said.value(one.exit_terms),
    }  # fmt: skip


def _replacement(one: Replacement, made: QualificationLost, said: Language) -> dict[str, str]:
    """Its name, what is known of it, what is to be obtained."""
    region = f" ({one.eligible.region})" if one.eligible.region else ""
    qualified = [said.text(N_("SecNumCloud qualified"))] if one.qualified else []
    return {
        "name": f"{one.name}{region}", "told": ", ".join([*qualified, price_text(one.price, said)]),
        "conditions": ", ".join(change_text(change, made.names, said.code) for change in one.eligible.conditions),
    }  # fmt: skip


def _step(one: Step, said: Language) -> dict[str, str]:
    return {
        "what": said.text(one.what.message, one.what.args), "who": said.text(ROLES[one.who]), "when": said.day(one.by) if one.by else "",
        "source": source_text(one.source, said.code) if one.source else "", "read": one.source.read if one.source else "",
        "code": one.what.code.removeprefix("step."),
    }  # fmt: skip


def page(made: QualificationLost, lang: str) -> str:
    """The whole page."""
    return filled("loss.html.j2", language(lang), **context(made, lang))


def letters(made: QualificationLost, lang: str) -> Mapping[str, bytes]:
    """One letter for each body to each provider that it has a contract with, in both formats; none names another body's services.

    To the provider that loses its line, it ends the agreement; to one whose offer stands on that line, it asks where the service goes.
    """
    values, said = context(made, lang), language(lang)
    files: dict[str, bytes] = {}
    mine: dict[tuple[str, str], list[Touched]] = {}
    for one in made.touched:
        if not one.hosting.planned:
            mine.setdefault((one.service.body.key, _contractor(one, made)), []).append(one)
    draft = said.text(N_("DRAFT"))
    dates = {step["code"].replace("-", "_"): step["when"] for step in values["steps"]}
    for (key, contractor), those in mine.items():
        body, direct = those[0].service.body, _is_direct(those[0])
        title = said.text(TERMINATION if direct else QUESTION, {"offer": _named(made)})
        cited = {"notice-ends", "charges"} if direct else {"notice-ends"}
        counsel = [source_text(one.source, lang) for one in made.steps
                   if one.source and one.source.read == "secondary" and one.what.code.removeprefix("step.") in cited]  # fmt: skip
        own = {
            **values, "counsel": counsel, "rows": [_row(one, made, said) for one in those],
            "body": body.name or key, "siren": body.siren or "",
            "provider": contractor or said.text(N_("the publisher of the software – to be completed")), "direct": direct,
            "marking": "", "title": f"{draft} – {title}" if values["draft"] else title, "service": {"name": _named(made), "id": key},
            "unsaid": listed([one.service.name for one in those if one.agreement is not True], lang, len(those)) if direct else "",
            "dates": dates, "may_switch": "notice_ends" in dates,
        }  # fmt: skip
        digits = hashlib.sha256(f"{key}\0{contractor}\0{made.offer.id}".encode()).hexdigest()[:6]
        for kind in FORMATS:
            template = compiled(base_template("letter", lang, kind, ROOM), f"letter.{kind}")
            ending = (ENDING if direct else ASKING)[lang]
            files[f"{worded(body.name or key)}-{digits}-{ending}.{kind}"] = fill(template, own)
    return files


def _is_direct(one: Touched) -> bool:
    """Whether the contract is for the very offer that loses its line; a software of somebody else that stands on it never had one."""
    return len(one.path) == 1 and not one.hosting.software


def _contractor(one: Touched, made: QualificationLost) -> str:
    """With whom the body has the contract; empty for the publisher of a software that the file does not name."""
    if one.hosting.software:
        return ""
    return made.providers.get(one.path[0], "") if len(one.path) > 1 else made.offer.provider


def calendar(made: QualificationLost, lang: str) -> bytes:
    """The dated steps for agendas."""
    return written("Loss", _events(made, language(lang)), made.on, lang, f"loss {made.offer.id} {' '.join(made.regions)}")


def _events(made: QualificationLost, said: Language) -> Iterator[Event]:
    for one in made.steps:
        if one.by is not None:
            words = _step(one, said)
            told = tuple(part for part in (words["who"], words["source"]) if part)
            yield Event(f"step {words['code']}", one.by, one.by, f"{_named(made)} – {words['what']}", told, alarm_days=ALARM_DAYS)


def document(made: QualificationLost, lang: str) -> dict[str, Any]:
    """The answer as plain values; tokens in any language."""
    said = language(lang)
    return {
        "schema": SCHEMA, "engine": __version__, "lang": lang, "on": made.on.isoformat(), "offer": made.offer.id,
        "regions": list(made.regions), "decision": made.line.decision, "qualified_to": made.line.end.isoformat() if made.line.end else None,
        "headline": headline(made, said), "services_looked_at": made.services,
        "touched": [
            {
                "service": one.service.id, "name": one.service.name, "body": one.service.body.siren or one.service.body.name,
                "hosting": one.hosting.text, "planned": one.hosting.planned, "path": list(one.path), "surely": one.surely,
                "before": one.before.value, "after": one.after.value,
                "contract_end": one.contract_end.isoformat() if one.contract_end else None,
                "agreement_says_qualified": one.agreement, "exit_terms": one.exit_terms,
                "replacements": [
                    {"offer": it.eligible.offer, "region": it.eligible.region, "verdict": it.eligible.verdict.value,
                     "conditions": [change.fact for change in it.eligible.conditions],
                     "qualified": it.qualified, "price": price_json(it.price)}
                    for it in one.replacements
                ],
            }
            for one in made.touched
        ],
        "leaving": {
            "penalty_micro_euros": 0, "per_gb": price_json(made.switching),
            "free_from": free.isoformat() if (free := free_from(made)) else None,
        },
        "steps": [
            {"step": one.what.code.removeprefix("step."), "role": one.who, "by": one.by.isoformat() if one.by else None,
             "text": said.text(one.what.message, one.what.args),
             "source": {"text": one.source.text, "at": one.source.at, "read": one.source.read} if one.source else None}
            for one in made.steps
        ],
    }  # fmt: skip

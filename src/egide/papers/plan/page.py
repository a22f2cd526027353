"""The page of a plan: the sentence, how sure it is, the map, then every table. One file, no network, printable."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from egide.papers import pictures as shared
from egide.papers import text
from egide.papers.frame import asset, policy, template
from egide.papers.plan import words
from egide.papers.plan.pictures import frontier_picture, plan_map
from egide.papers.plan.tables import parts
from egide.vocabulary.findings import Verdict
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.papers.plan.tables import Cell, Part
    from egide.planner.plan_file import PlanFile
    from egide.vocabulary.language import Language

ROOM = "egide.papers.plan"
FOLDED = frozenset({"refused", "unpriced", "inputs"})
"""Long tables that open when they are asked for."""


def plan_page(made: PlanFile, lang: str = "fr", offers: Mapping[str, str] | None = None) -> str:
    """The whole page. ``offers``: names of offers by their identifiers."""
    said = language(lang)
    style, script = asset("page.css") + asset("plan.css", ROOM), asset("page.js")
    title = said.text(N_("Plan: {name}"), {"name": made.name})
    return template("plan.html.j2", ROOM).render(
        title=title, style=style, script=script, policy=policy(style, script), sprite=shared.sprite(), lang=lang,
        t=lambda message, **args: said.text(message, args), n=said.plural, **plan_parts(made, lang, offers),
    )  # fmt: skip


def plan_parts(made: PlanFile, lang: str, offers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the page of a plan is filled with, whatever frame it stands in."""
    said = language(lang)
    pictures = {
        "providers": frontier_picture(
            made.by_providers, said, "diversity", said.text(N_("Cost against diversity")),
            [said.plural(N_("{n} provider"), N_("{n} providers"), one.at) for one in made.by_providers],
        ) if made.by_providers else "",
        "carbon": frontier_picture(
            made.by_carbon, said, "carbon-cost", said.text(N_("Cost against carbon")),
            [said.text(N_("{euros} € a tonne"), {"euros": one.at}) for one in made.by_carbon],
        ) if made.by_carbon else "",
    }  # fmt: skip
    drawn, left = plan_map(made, said)
    found = [_part(part, said, pictures.get(part.id, "")) for part in parts(made, lang, offers or {})]
    return {
        "headline": words.headline(made, said), "standing": words.standing(made, said), "name": made.name, "on": made.on, "map": drawn,
        "left": left, "parts": found, "disclaimer": said.text(words.DISCLAIMER), "law": _law(made, said),
    }  # fmt: skip


def _law(made: PlanFile, said: Language) -> str:
    if made.law is None:
        return ""
    books = text.listed([f"{one.id} {one.version}" for one in made.law.rulebooks], said.code, 40)
    return said.text(N_("Law as read on {read}; catalogue of {catalogue}. Rulebooks: {books}."),
                     {"read": made.law.law_as_read, "catalogue": made.law.catalogue_as_of, "books": books})  # fmt: skip


def _part(part: Part, said: Language, picture: str) -> dict[str, Any]:
    numeric = [any(isinstance(row[place], (int, Decimal)) for row in part.rows) for place in range(len(part.columns))]
    return {
        "id": part.id, "title": part.title, "note": part.note, "picture": picture, "folded": part.id in FOLDED, "count": len(part.rows),
        "columns": [{"name": name, "number": number} for (name, _), number in zip(part.columns, numeric, strict=True)],
        "rows": [[_cell(cell, said) for cell in row] for row in part.rows],
    }  # fmt: skip


def _cell(cell: Cell, said: Language) -> dict[str, Any]:
    if isinstance(cell, Verdict):
        return {"verdict": str(cell), "words": said.label(str(cell)), "number": False}
    if isinstance(cell, Decimal):
        figure = f"{abs(cell):,.2f}"
        shown = figure.replace(",", "\u202f").replace(".", ",") if said.code == "fr" else figure
        return {"verdict": "", "words": ("−" if cell < 0 else "") + shown, "number": True}
    if isinstance(cell, date):
        return {"verdict": "", "words": said.day(cell), "number": False, "date": True}
    if isinstance(cell, int):
        return {"verdict": "", "words": said.value(cell), "number": True}
    return {"verdict": "", "words": cell or "—", "number": False}

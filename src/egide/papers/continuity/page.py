"""The page: where the service stands first, then what is not known, what is shared, what breaks and what to do, the score, the exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.papers.continuity.context import context
from egide.papers.continuity.pictures import bars
from egide.papers.continuity.words import Teller
from egide.papers.frame import asset, on_each_sheet, policy, template
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from egide.continuity import Continuity
    from egide.continuity.leaving import Terms
    from egide.vocabulary.language import Language

ROOM = "egide.papers.continuity"


def page(made: Continuity, terms: Terms, lang: str) -> str:
    """The whole page."""
    said = language(lang)
    picture = bars(made, Teller(made, said), said.text(N_("How long each disruption keeps the service away")))
    return filled("continuity.html.j2", said, **context(made, terms, lang), picture=picture)


def filled(which: str, said: Language, **values: Any) -> str:
    """A page of this room with its frame."""
    style, script = asset("page.css") + asset("continuity.css", ROOM) + on_each_sheet(values["marking"]), asset("page.js")
    frame: dict[str, Any] = {
        "style": style, "script": script, "policy": policy(style, script),
        "t": lambda message, **args: said.text(message, args), "n": said.plural, "day": said.day,
    }  # fmt: skip
    return template(which, ROOM).render(**{**values, **frame})

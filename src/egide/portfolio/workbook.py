"""Our empty workbook, for those who have no list yet: one row per service, lists to choose from, the question behind each header.

A service is told in «Services». «Hébergements» is there for what belongs to one hosting (contract, approval, derogation); a service with
one hosting can do without. «Organismes» is the dated register of bodies. What is left empty is unknown and will be asked.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from egide.portfolio.blank import LISTS, ROWS, Blank, begin, finish, offer_names
from egide.portfolio.columns import HOSTING_FACTS, REGISTER_COLUMNS, SERVICE_FACTS, TARGETS
from egide.vocabulary.facts import FACTS, Kind
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.vocabulary.offers import Offer

SERVICES = ("name", "siret", "body", "data_owner", "hosting", "planned_hosting", *SERVICE_FACTS)
HOSTINGS = ("name", "hosting", "planned", *HOSTING_FACTS)
SHEETS = (N_("Services"), N_("Hostings"), N_("Bodies"), N_("Help"))

_NOTES = {
    "name": N_("The name by which people know it. A row without a name is left out."),
    "siret": N_("9 or 14 digits; spaces do not matter. The body's status on a given day is looked up by it in the register."),
    "body": N_("The legal person that runs the service."),
    "data_owner": N_("Who answers for the data: questionnaires are made per data owner."),
    "hosting": N_("Choose from the list, or write it as you would say it: «OVH public cloud GRA». Several: parted by «;»."),
    "planned_hosting": N_("Where it is planned to run, when it is to move."),
    "planned": N_("Yes when the service is not there yet."),
    "siren": N_("Nine digits."),
    "from": N_("First day on which the body has that status; empty: always, as far as the source goes."),
    "to": N_("Last day; empty: still so."),
    "source": N_("The decree, the annex, the decision."),
    "by": N_("Who says so."),
    "on": N_("When it was said."),
}
_DAYS = frozenset({"from", "to", "on"})
_WIDE = frozenset({"name", "hosting", "planned_hosting", "source"})
_REGISTER_FACTS = {"status": "body.status"}
_HELP = (
    N_("One row per service in «{services}». Only the name is needed; every other cell may stay empty."),
    N_("An empty cell is unknown, never «no». Write «I don't know» when the question was asked and nobody knows."),
    N_("The question behind each column shows when its header is pointed at and when a cell is chosen."),
    N_("Hosting may be written freely. What is not recognised with enough confidence becomes a question."),
    N_("«{hostings}» is for what belongs to one hosting: where the data are, the contract, the approval, a derogation. Write the service's "
       "name and the hosting as in «{services}»; a hosting that is not there yet is added."),
    N_("«{bodies}» says what a body is, from when to when, and on which source. Status is never guessed from a name."),
    N_("Personal data alone do not make data sensitive; «no» to a secret means that every secret of that kind was excluded."),
    N_("Read it with: egide assess FILE.xlsx"),
)


def template(offers: Sequence[Offer], lang: str = "fr") -> bytes:
    """The workbook as XLSX; the same offers and language give the same bytes."""
    held, words = BytesIO(), language(lang)
    blank = begin(held, words, words.text(N_("Services and their hosting")))
    sheets = [blank.book.add_worksheet(words.text(name)) for name in SHEETS]
    blank.hidden = blank.book.add_worksheet(LISTS)
    names = tuple(offer_names(offers))
    _columns(blank, sheets[0], SERVICES, names)
    _columns(blank, sheets[1], HOSTINGS, names)
    _columns(blank, sheets[2], REGISTER_COLUMNS, names)
    named = f"='{words.text(SHEETS[0])}'!$A$2:$A${ROWS + 1}"
    sheets[1].data_validation(1, 0, ROWS, 0, {"validate": "list", "source": named, "show_error": False})
    _help(blank, sheets[3])
    finish(blank)
    return held.getvalue()


def _columns(blank: Blank, page: Any, targets: Sequence[str], names: tuple[str, ...]) -> None:
    page.freeze_panes(1, 1)
    page.set_row(0, 48)
    page.set_landscape()
    page.repeat_rows(0)
    for column, target in enumerate(targets):
        fact = FACTS.get(_REGISTER_FACTS.get(target, target))
        note = blank.say(_NOTES.get(target) or (fact.ask if fact else ""))
        if fact and fact.help:
            note += "\n" + blank.say(fact.help)
        blank.header(page, 0, column, blank.say(TARGETS[target].header), note)
        area = (1, column, ROWS, column)
        dated = target in _DAYS or (fact is not None and fact.kind is Kind.DATE)
        form = "number" if target in {"siret", "siren"} else "day" if dated else "text"
        page.set_column(column, column, 30 if target in _WIDE else 17, blank.formats[form])
        if target in {"hosting", "planned_hosting"}:
            blank.choose(page, area, names or ("",), note, only=False)
        elif target == "planned":
            blank.choose(page, area, (blank.say("yes"), blank.say("no")), note)
        elif target in _DAYS:
            blank.day(page, area, note)
        elif fact:
            blank.answer(page, area, fact)


def _help(blank: Blank, page: Any) -> None:
    page.set_column(0, 0, 110, blank.formats["text"])
    page.write_string(0, 0, blank.say(N_("Services and their hosting")), blank.formats["title"])
    names = dict(zip(("services", "hostings", "bodies"), map(blank.say, SHEETS), strict=False))
    for row, line in enumerate(_HELP, start=2):
        page.write_string(row, 0, blank.say(line, **names), blank.formats["text"])

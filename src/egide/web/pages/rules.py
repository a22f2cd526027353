"""The law as the rulebooks hold it: what is in force on a day, one rule with source and precedents, what changed between two days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.params import FromPath

from egide.accounts.errors import AbsentError
from egide.app import law
from egide.papers import law as words
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_
from egide.web.rendering import page
from egide.web.routes import shows
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.rules.book import Rule, Rulebook

EFFECTS = {
    "stop": N_("applying is enough: no verdict is given, another authority decides"),
    "forbid": N_("not met, the hosting is forbidden"),
    "condition": N_("not met, the hosting is lawful only once this is settled"),
    "advise": N_("never changes the verdict; says what to do"),
}  # fmt: skip
FIRST_DAY = date(2021, 7, 5)
"""Of the first circular: differences begin there unless another day is asked."""


@shows("/rules")
def rules(request: Visit) -> Response[Any]:
    """Every text, and how many of its rules hold on the day."""
    from egide.app.rulebooks import in_force

    _ = request.somebody
    on, books = request.day(), law.in_use()
    rows = [(book, len(in_force(book, on))) for book in books]
    secondary = sum(one.source.read == "secondary" for book in books for one in in_force(book, on))
    return page(
        request, "rules.html.j2", on=on, rows=rows, holding=sum(1 for _, count in rows if count), rules=sum(count for _, count in rows),
        read_on=law.law_as_read(books), secondary=secondary, first_day=FIRST_DAY,
    )  # fmt: skip


@shows("/rules/difference")
def changes(request: Visit) -> Response[Any]:
    """What changed in the law between two days."""
    from egide.app.rulebooks import difference

    _ = request.somebody
    before, after = _day(request, "from", FIRST_DAY), _day(request, "to", request.site.today())
    return page(request, "difference.html.j2", before=before, after=after, changes=difference(before, after))


@shows("/rules/{book_id:str}")
def book(request: Visit, book_id: FromPath[str]) -> Response[Any]:
    """One text: where it stands, how it was read, its rules."""
    from egide.app.precedents import precedents
    from egide.app.rulebooks import in_force

    _ = request.somebody
    (found, _rule), on, cases = _find(book_id, None), request.day(), precedents()
    return page(request, "rulebook.html.j2", on=on, book=found, living=in_force(found, on), said=words.expression,
                cases={rule.id: len(cases.get(f"{found.id}#{rule.id}", ())) for rule in found.rules})  # fmt: skip


@shows("/rules/{book_id:str}/{rule_id:str}")
def rule(request: Visit, book_id: FromPath[str], rule_id: FromPath[str]) -> Response[Any]:
    """One rule: what it applies to and demands, its limits of all days, its source and its precedents."""
    from egide.app.precedents import precedents
    from egide.app.rulebooks import in_force

    _ = request.somebody
    found, one = _find(book_id, rule_id)
    if one is None:
        raise AbsentError
    on = request.day()
    return page(
        request, "rule.html.j2", on=on, book=found, rule=one, living=one in in_force(found, on), said=words.expression,
        effects=EFFECTS, limits=words.limits_read(one), cases=precedents().get(f"{found.id}#{one.id}", ()),
    )  # fmt: skip


ROUTES = (rules, changes, book, rule)


def _find(book_id: str, rule_id: str | None) -> tuple[Rulebook, Rule | None]:
    from egide.app.rulebooks import find

    if "#" in book_id:
        raise AbsentError
    try:
        return find(book_id, rule_id)
    except law.UnknownRulebookError:
        raise AbsentError from None


def _day(request: Visit, name: str, otherwise: date) -> date:
    given = request.query_params.get(name, "")
    try:
        return date.fromisoformat(given) if given else otherwise
    except ValueError:
        raise InputError(N_("`{day}` is not a day: YYYY-MM-DD"), values={"day": given[:20]}) from None

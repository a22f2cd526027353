"""`egide rules`: read the law, compare two days, try a draft."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.assess import Given, Mapped, day
from egide.cli.tools import AsJson, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.rules.book import Rule, Rulebook
    from egide.rules.expression import Node


def list_books(*, on: On = None, json: AsJson = False) -> int:
    """The rulebooks and what is in force on a day."""
    from egide.app import law
    from egide.app.rulebooks import in_force

    when = day(on)
    rows = [(book, in_force(book, when)) for book in law.in_use()]
    if json:
        door.emit([{**_book(book), "rules_in_force": [rule.id for rule in rules]} for book, rules in rows])
        return DONE
    table = door.table(*(door.say(one) for one in (N_("Rulebook"), N_("Title"), N_("In force"), N_("Rules that day"), N_("Read"))))
    for book, rules in rows:
        read = f"{door.lang().label(book.source.read)}, {door.lang().day(book.read_on)}"
        force = _period(book.in_force.start, book.in_force.end)
        table.add_row(book.id, door.plain(book.title.in_(door.LANG)), force, str(len(rules)), read)
    door.console().print(table)
    return DONE


def show(
    rulebook: Annotated[str, Parameter(help=N_("The rulebook (or rulebook#rule)."))],
    rule: Annotated[str | None, Parameter(help=N_("The rule's number."))] = None,
    /,
    *,
    on: On = None,
    json: AsJson = False,
) -> int:
    """One rulebook, or one rule, with its source."""
    from egide.app.rulebooks import find, in_force

    book, one = find(rulebook, rule)
    when = day(on)
    rules = (one,) if one else book.rules
    if json:
        door.emit({**_book(book), "rules": [_rule(rule, when) for rule in rules]})
        return DONE
    console = door.console()
    console.print(f"[bold]{door.plain(book.title.in_(door.LANG))}[/] · {book.id}@{book.version}")
    force = _period(book.in_force.start, book.in_force.end)
    console.print(f"{door.plain(book.source.text)} · {door.lang().label(book.source.read)} · {force}")
    living = in_force(book, when)
    for rule_ in rules:
        _show_rule(rule_, when, rule_ in living)
    return DONE


def _show_rule(rule: Rule, on: date, living: bool) -> None:
    console = door.console()
    state = "" if living else f" [dim]({door.say(N_('not in force on {day}'), day=on)})[/]"
    console.print(f"\n[bold]{rule.id}[/] {door.plain(rule.title.in_(door.LANG))}{state}")
    console.print(f"  {door.lang().label(rule.effect)} · {_period(rule.in_force.start, rule.in_force.end)} · "
                  f"{door.plain(rule.source.text)}, {door.plain(rule.source.at)} · {door.lang().label(rule.source.read)}")  # fmt: skip
    for title, node in ((N_("applies to"), rule.applies), (N_("demands"), rule.demands)):
        if node.parts or node.check:
            console.print(f"  {door.say(title)}: {_expression(node)}")
    for lifting in rule.unless:
        console.print(f"  {door.say(N_('unless'))} ({door.lang().label(lifting.id)}): {_expression(lifting.when)}")
    for name, values in rule.limits.items():
        for dated in values:
            value = door.lang().value(dated.value) or door.say(N_("none"))
            console.print(f"  {name} = {door.plain(value)} · {_period(dated.period.start, dated.period.end)}")
    if rule.remedy:
        console.print(f"  → {door.plain(rule.remedy.in_(door.LANG))}")


def diff(
    before: Annotated[str, Parameter(help=N_("The first day (YYYY-MM-DD)."))],
    after: Annotated[str, Parameter(help=N_("The second day (YYYY-MM-DD)."))],
    /,
    *,
    json: AsJson = False,
) -> int:
    """What changed in the law between two days."""
    from egide.app.rulebooks import difference

    changes = difference(day(before), day(after))
    if json:
        door.emit(
            [
                {"rule": f"{one.book.id}@{one.book.version}#{one.rule.id}", "kind": one.kind, "limit": one.limit,
                 "before": one.before, "after": one.after, "title": one.rule.title.in_(door.LANG)}
                for one in changes
            ]
        )  # fmt: skip
        return DONE
    if not changes:
        door.out(door.say(N_("Nothing changed between the two days.")))
    signs = {"enters": "[green]+[/]", "leaves": "[red]−[/]", "limit": "[yellow]≠[/]"}
    for one in changes:
        limit = f" · {one.limit}: {door.lang().value(one.before)} → {door.lang().value(one.after)}" if one.limit else ""
        edge = one.rule.in_force.start if one.kind == "enters" else one.rule.in_force.end or one.book.in_force.end
        dated = f" · {door.lang().day(edge)}" if edge and one.kind != "limit" else ""
        title = door.plain(one.rule.title.in_(door.LANG))
        door.console().print(f"{signs[one.kind]} {one.book.id}#{one.rule.id} {title}{door.plain(limit)}{dated}")
    return DONE


def impact(
    draft: Annotated[Path, Parameter(help=N_("The folder of the draft rulebook."))],
    /,
    *files: Annotated[Path, Parameter(help=N_("Workbooks, CSV or YAML files of services."))],
    on: On = None,
    answers: Given = None,
    mapping: Mapped = None,
    json: AsJson = False,
) -> int:
    """Which services a draft rulebook would turn, and why."""
    from egide.app import law
    from egide.app.portfolio import assess
    from egide.app.rulebooks import impact as turned_by
    from egide.papers.text import reason_text

    if not files:
        raise InputError(door.say(N_("name at least one file of services")))
    book = law.draft(draft)
    offers = assess.catalogue()
    given = assess.portfolio(files, offers, answers, mapping, door.LANG)
    turns = turned_by(book, given, offers, day(on) if on else book.in_force.start or door.today())
    if json:
        door.emit(
            [
                {"service": turn.before.service.id, "name": turn.before.service.name, "before": str(turn.before.verdict),
                 "after": str(turn.after.verdict), "because": [one.rule for one in turn.because]}
                for turn in turns
            ]
        )  # fmt: skip
        return DONE
    door.out(door.say(N_("{n} of {all} services would turn."), n=len(turns), all=len(given.services)))
    table = door.table(*(door.say(one) for one in (N_("Service"), N_("Today"), N_("With the draft"), N_("Why"))))
    for turn in turns:
        why = "; ".join(
            f"{one.rule}: {', '.join(reason_text(reason, door.LANG) for reason in one.because[:2])}" for one in turn.because[:2]
        )
        table.add_row(door.plain(turn.before.service.name), door.verdict_cell(turn.before.verdict),
                      door.verdict_cell(turn.after.verdict), door.plain(why))  # fmt: skip
    door.console().print(table)
    return DONE


def export(
    *,
    on: On = None,
    package: Annotated[str, Parameter(name="--package", help=N_("The Rego package's name."))] = "egide",
) -> int:
    """The rules of a day as Rego, for Open Policy Agent."""
    from egide.app import law
    from egide.rules.evaluation import compile_rules
    from egide.rules.rego import export as as_rego

    door.out(as_rego(compile_rules(law.in_use(), day(on)), package))
    return DONE


def schema() -> int:
    """The JSON Schema of a rulebook."""
    from egide.rules.written import schema as of_books

    door.emit(of_books())
    return DONE


def _period(start: date | None, end: date | None) -> str:
    begun = door.lang().day(start) if start else "…"
    return f"{begun} → {door.lang().day(end)}" if end else f"{begun} →"


def _expression(node: Node) -> str:
    if node.check is not None:
        return node.check.name
    if node.op == "not":
        return f"{door.say(N_('not'))} ({_expression(node.parts[0])})"
    word = door.say(N_("and") if node.op == "all" else N_("or"))
    return f" {word} ".join(f"({_expression(part)})" if part.parts and part.op != "not" else _expression(part) for part in node.parts)


def _book(book: Rulebook) -> dict[str, Any]:
    return {
        "id": book.id, "version": book.version, "title": book.title.in_(door.LANG), "authority": book.authority.in_(door.LANG),
        "in_force": {"from": book.in_force.start, "to": book.in_force.end}, "read_on": book.read_on, "sha256": book.digest,
        "source": {"text": book.source.text, "read": book.source.read, "url": book.url},
    }  # fmt: skip


def _rule(rule: Rule, on: date) -> dict[str, Any]:
    from egide.app.rulebooks import value_on

    return {
        "id": rule.id, "title": rule.title.in_(door.LANG), "effect": str(rule.effect),
        "in_force": {"from": rule.in_force.start, "to": rule.in_force.end, "that_day": rule.in_force.holds(on)},
        "applies": _expression(rule.applies), "demands": _expression(rule.demands),
        "unless": [{"id": one.id, "gives": one.gives, "when": _expression(one.when)} for one in rule.unless],
        "limits": {name: value_on(values, on) for name, values in rule.limits.items()},
        "remedy": rule.remedy.in_(door.LANG) if rule.remedy else None,
        "source": {"text": rule.source.text, "at": rule.source.at, "read": rule.source.read},
    }  # fmt: skip

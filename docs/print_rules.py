"""The rulebooks as pages: each rule with its article, its dates, how it was read, and the precedents that hold it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import print_code
import print_schemes
from printing import bullets, days, page, read_how, reading, table, value

from egide.app.law import shipped
from egide.rules.book import Rule, Rulebook, Timer
from egide.rules.checks import Check, Limit
from egide.rules.expression import ALWAYS, NEVER, Node
from egide.vocabulary.findings import Effect
from egide.vocabulary.yaml import read_yaml

INTRODUCTION = """\
The law as the rulebooks hold it. Each page gives the rules of one text with their article, their dates, how the source was read,
and the precedents of `cases/` that hold them in place; below, [what a label asks](#the-label), scheme by scheme. Decision support, not
legal advice."""
EFFECTS = {
    Effect.STOP: "applying is enough: no verdict is given, another authority decides",
    Effect.FORBID: "not met, the hosting is forbidden",
    Effect.CONDITION: "not met, the hosting is lawful only once this is settled",
    Effect.ADVISE: "never changes the verdict; says what to do",
}
OPERATORS = {"all": "all of these hold:", "any": "at least one of these holds:"}

Precedents = Mapping[str, Sequence[tuple[str, str, str, str]]]
"""By ``book#rule``: the title of the case, its day, the answer expected, and why."""


def pages(cases: Path) -> dict[str, str]:
    """One page for each book and each scheme, and their list."""
    held = precedents(cases)
    books = shipped()
    return {"rules/README.md": _index(books, held), **{f"rules/{book.id}.md": _book(book, held) for book in books}, **print_schemes.pages(),
            **print_code.pages()}  # fmt: skip


def precedents(folder: Path) -> Precedents:
    """The cases by the rules they speak of."""
    known: dict[str, list[tuple[str, str, str, str]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        written: list[Mapping[str, Any]] = read_yaml(path.read_bytes(), path.name)["cases"]
        for case in written:
            for rule, answer in case["expect"].get("findings", {}).items():
                known.setdefault(rule, []).append((case["title"], str(case["on"]), answer, case["because"]))
    return known


def _index(books: Iterable[Rulebook], held: Precedents) -> str:
    rows = [
        (f"[{book.title.en}]({book.id}.md)", book.source.text, days(book.in_force), len(book.rules),
         read_how([rule.source for rule in book.rules]), sum(len(held.get(f"{book.id}#{rule.id}", ())) for rule in book.rules))
        for book in books
    ]  # fmt: skip
    head = ("rulebook", "text", "in force", "rules", "read", "findings in precedents")
    return page("The rules", "rulebooks", INTRODUCTION, table(head, rows), *print_schemes.index(), *print_code.index())


def _book(book: Rulebook, held: Precedents) -> str:
    text = f"[{book.source.text}]({book.url})" if book.url else book.source.text
    about = bullets((
        f"**Text**: {text} ({book.authority.en})", f"**Reading**: {reading(book.source)} Read on {book.read_on}.",
        f"**In force**: {days(book.in_force)}", f"**Rulebook**: `{book.id}@{book.version}`",
    ))  # fmt: skip
    blocks = [f"*{book.title.fr}*", about]
    if book.binds:
        blocks += ["## Whom and what it binds", _expression("It binds when", book.binds), _limits(book.rules[0], (book.binds,))]
    for rule in book.rules:
        blocks += [*_rule(rule), *_cases(held.get(f"{book.id}#{rule.id}", ()))]
    return page(book.title.en, "rulebooks", *blocks)


def _rule(rule: Rule) -> Iterable[str]:
    yield from (f"## {rule.id} · {rule.title.en}", f"*{rule.title.fr}*")
    about = [
        f"**Effect**: `{rule.effect}` ({EFFECTS[rule.effect]})", f"**In force**: {days(rule.in_force)}",
        f"**Source**: {rule.source.text}, {rule.source.at}. {reading(rule.source)}",
    ]  # fmt: skip
    yield bullets([*about, f"**Remedy**: {rule.remedy.en}"] if rule.remedy else about)
    if rule.applies != ALWAYS:
        yield _expression("**Applies** when", rule.applies)
    if rule.demands != NEVER:
        yield _expression("**Demands** that", rule.demands)
    for one in rule.unless:
        gives = "which gives a derogation" if one.gives == "derogation" else "which exempts"
        yield _expression(f"**Unless** (`{one.id}`, {gives})", one.when)
    yield _limits(rule, (rule.applies, rule.demands, *(one.when for one in rule.unless)))
    if rule.clocks:
        yield from ("**Clocks**", "\n".join(line for clock in rule.clocks for line in _clock(clock)))


def _limits(rule: Rule, nodes: Iterable[Node]) -> str:
    """The dated values that these expressions read."""
    read = {name for node in nodes for check in node.checks() for name in check.limits}
    rows = [(f"`{name}`", days(dated.period), value(dated)) for name in sorted(read & rule.limits.keys()) for dated in rule.limits[name]]
    return table(("limit", "days", "value"), rows)


def _clock(clock: Timer) -> Iterable[str]:
    start = "the day of the evaluation" if clock.counts_from == "on" else clock.counts_from
    start = f"`{start}`" if "." in start else start
    away = [f"{abs(count)} {unit}" for count, unit in ((clock.months, "months"), (clock.days, "days")) if count]
    side = "before" if clock.months < 0 or clock.days < 0 else "after"
    counted = f"{' and '.join(away)} {side} {start}" if away else f"on {start}"
    yield f"- `{clock.kind}`: {counted}; the one to act is `{clock.owner}`"
    if clock.when != ALWAYS:
        yield "  - runs when"
        yield from _said(clock.when, 2)


def _cases(held: Sequence[Sequence[str]]) -> Iterable[str]:
    if held:
        yield from ("**Precedents**", table(("case", "on", "answer", "because"), held))


def _expression(opening: str, node: Node) -> str:
    """The opening words, then the parts: an operator at the top belongs to the sentence."""
    top, parts = (f" {OPERATORS[node.op]}", node.parts) if node.op in OPERATORS else (":", (node,))
    return f"{opening}{top}\n\n" + "\n".join(line for part in parts for line in _said(part))


def _said(node: Node, depth: int = 0, negated: bool = False) -> Iterable[str]:
    """The expression as a nested list, each leaf worded as its own reason."""
    indent = "  " * depth
    if node.check is not None:
        words = _words(node.check, node.check.not_met if negated else node.check.met)
        yield f"{indent}- {words} (`{'not ' if negated else ''}{node.check.name}`)"
    elif node.op == "not" and node.parts[0].check is not None:
        yield from _said(node.parts[0], depth, not negated)
    else:
        yield f"{indent}- {OPERATORS.get(node.op, 'not:')}"
        for part in node.parts:
            yield from _said(part, depth + 1)


def _words(check: Check, message: str) -> str:
    said = re.sub(r" ?\(\{value\}\)", "", message)
    limit = f"`{check.operand.name}`" if isinstance(check.operand, Limit) else str(check.operand)
    return re.sub(r"\{[^}]+\}", "…", said.replace("{limit}", limit))

"""The reference, printed from the code: facts, checks, tokens, schemas; commands and errors have their own printers."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from pathlib import Path

import print_code
import print_doors
import print_label
import print_places
from printing import page, table

from egide.app.continuity.acceptable import schema as acceptable_schema
from egide.app.law import shipped
from egide.continuity.form import schema as continuity_schema
from egide.doctrine.checks import CHECKS
from egide.papers.build_schema import build_schema
from egide.papers.schema import assessment_schema
from egide.papers.text import value_text
from egide.papers.verification import schema as verification_schema
from egide.planner.need_form import schema as need_schema
from egide.planner.plan_file import schema as plan_schema
from egide.rules.checks import Check, Fact, Limit
from egide.rules.written import schema as rulebook_schema
from egide.vocabulary.facts import FACTS, FactType, Role, Subject
from egide.vocabulary.findings import Answer, ClockKind, Effect, Verdict
from egide.vocabulary.language import language

CONTENTS = f"""\
- [Commands](cli.md), [settings](settings.md), [errors and exit codes](errors.md)
- [Tokens](tokens.md): the words of the data, which never vary by language, and their labels
- [The rules themselves](../rules/README.md)
- [Where resources of infrastructure code are](places.md): providers, regions, and how each says its place

## The law

- [Facts](facts.md): everything a rule may ask, and who can answer
- [Checks](checks.md): the named questions that rulebooks compose
- [Schema of a rulebook](rulebook.schema.json); [schema of an assessment](assessment.schema.json);
  [schema of a verification](verification.schema.json); [schema of a plan](plan.schema.json),
  [of the need that it is made from](service.schema.json), [of what is built from it](build.schema.json);
  [schema of a declaration of continuity](continuity.schema.json); [of a test of acceptable offers](acceptable-offer.schema.json);
  {print_code.CONTENTS}

## The label

{print_label.CONTENTS}"""
ABOUT_FACTS = """\
Everything a rule may ask. A fact that nobody answered is unknown; none has a default. *Can change* says that somebody can act to make
it otherwise, so that it may be proposed as a repair."""
ABOUT_CHECKS = """\
The names that `binds`, `applies`, `demands` and `unless` may use in a rulebook. Each answers met, not met or unknown."""
ABOUT_TOKENS = "Data use these words in every language; people read their labels."
SUBJECTS = {
    Subject.BODY: "The body", Subject.SERVICE: "The service and its data", Subject.HOSTING: "The hosting and its derogation",
    Subject.OFFER: "The offer",
}  # fmt: skip
KINDS: dict[str, Iterable[str]] = {
    "Verdicts, from the gravest": Verdict, "Answers": [f"answer-{one}" for one in Answer], "Effects of a rule": Effect,
    "Clocks": ClockKind, "Roles": Role,
}  # fmt: skip


def pages(package: Path) -> dict[str, str]:
    """Every page of the reference by its path under docs/."""
    return {
        "reference/README.md": page("Reference", "code", CONTENTS),
        "reference/cli.md": print_doors.commands(),
        "reference/facts.md": _facts(),
        "reference/checks.md": _checks(),
        "reference/tokens.md": _tokens(),
        "reference/errors.md": print_doors.errors(package),
        "reference/settings.md": print_doors.settings(package),
        "reference/places.md": print_places.places(),
        "reference/rulebook.schema.json": _json(rulebook_schema()),
        "reference/assessment.schema.json": _json(assessment_schema()),
        "reference/verification.schema.json": _json(verification_schema()),
        "reference/plan.schema.json": _json(plan_schema()),
        "reference/service.schema.json": _json(need_schema()),
        "reference/build.schema.json": _json(build_schema()),
        "reference/continuity.schema.json": _json(continuity_schema()),
        "reference/acceptable-offer.schema.json": _json(acceptable_schema()),
        **print_label.pages(),
        **{f"reference/{name}.schema.json": _json(schema) for name, schema in print_label.schemas().items()},
        **{f"reference/{name}.schema.json": _json(schema) for name, schema in print_code.schemas().items()},
    }


def _json(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _facts() -> str:
    readers = _readers()
    head = ("fact", "question", "answer", "who", "can change", "read by")
    blocks = [
        block
        for subject, title in SUBJECTS.items()
        for block in (
            f"## {title}", table(head, [_fact(fact, readers.get(fact.name, [])) for fact in FACTS.values() if fact.subject is subject]),
        )
    ]  # fmt: skip
    return page("Facts", "code", ABOUT_FACTS, *blocks)


def _fact(fact: FactType, readers: list[str]) -> tuple[str, ...]:
    answer = ", ".join(f"`{choice}`" for choice in fact.choices) or str(fact.kind)
    read = ", ".join(f"[{book}](../rules/{book}.md)" for book in readers) or "no rule yet"
    return f"`{fact.name}`", f"{fact.ask} {fact.help}", answer, str(fact.role), "yes" if fact.changeable else "", read


def _readers() -> dict[str, list[str]]:
    """The rulebooks that read each fact."""
    readers: dict[str, set[str]] = {}
    for book in shipped():
        for rule in book.rules:
            nodes = [rule.applies, rule.demands, *(one.when for one in rule.unless), *(clock.when for clock in rule.clocks)]
            read = {name for node in [*nodes, *([book.binds] if book.binds else [])] for check in node.checks() for name in check.reads}
            for name in read | {clock.counts_from for clock in rule.clocks}:
                readers.setdefault(name, set()).add(book.id)
    return {name: sorted(books) for name, books in readers.items()}


def _checks() -> str:
    rows = [
        (f"`{check.name}`", check.met, _listed(check.reads), _compared(check), _listed(name for name in check.limits if name != "on"))
        for check in CHECKS.values()
    ]
    return page("Checks", "code", ABOUT_CHECKS, table(("check", "met when", "reads", "compared", "limits it needs"), rows))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _compared(check: Check) -> str:
    if check.function is not None:
        return inspect.getdoc(check.function) or "a function of these facts"
    if isinstance(check.operand, Limit):
        against = "the day" if check.operand.name == "on" else f"the limit `{check.operand.name}`"
    elif isinstance(check.operand, Fact):
        against = f"`{check.operand.name}`"
    else:
        against = "yes" if check.operand is True else f"`{check.operand}`"
    return f"{check.op} {against}"


def _tokens() -> str:
    french, english = language("fr"), language("en")
    kinds: dict[str, list[tuple[str, str, str]]] = {
        title: [(f"`{token.removeprefix('answer-')}`", english.label(token), french.label(token)) for token in map(str, tokens)]
        for title, tokens in KINDS.items()
    }
    kinds |= {
        f"`{fact.name}`": [(f"`{one}`", value_text(fact.name, one, "en"), value_text(fact.name, one, "fr")) for one in fact.choices]
        for fact in FACTS.values() if fact.choices
    }  # fmt: skip
    blocks = [block for title, rows in kinds.items() for block in (f"## {title}", table(("token", "English", "French"), rows))]
    return page("Tokens", "code", ABOUT_TOKENS, *blocks)

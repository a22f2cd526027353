"""The truth table of an expression, driven by facts: every combination of answers that facts can give its checks.

Two values of a fact that give the same answers to every check are one row, so the table is exact and as small as can be.
Function checks answer freely (met, not met, unknown), whatever their facts: the export takes them from its caller.
"""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from egide.rules.evaluation import compile_rules, formula
from egide.rules.expression import Node
from egide.rules.question import representatives
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from egide.rules.checks import Check, Limits
    from egide.rules.evaluation import CompiledRule, Program
    from egide.vocabulary.facts import Value, Values


class Line(NamedTuple):
    """One line of the table: the known facts, and the answers given to the function checks."""

    facts: dict[str, Value]
    given: dict[str, Answer]


Column = list[Line]

WHOLE = 10_000
"""Lines of a rule's truth table that are put whole; a larger one is put part by part."""
RANDOM_LINES = 1_000
"""Lines drawn from a table that is too large to be put whole."""


def columns(node: Node, rule: CompiledRule, program: Program) -> list[Column]:
    """The independent columns of the table: a group of facts that checks tie together, or one function check."""
    checks = list({check.name: check for check in node.checks()}.values())
    compared = [check for check in checks if check.function is None]
    functions = [[Line({}, {check.name: answer}) for answer in Answer] for check in checks if check.function is not None]
    return [_facts(group, names, rule, program) for names, group in _tied(compared)] + functions


def size(table: Sequence[Column]) -> int:
    return prod(map(len, table))


def lines(table: Sequence[Column]) -> Iterator[Line]:
    for combination in product(*table):
        facts = {name: value for line in combination for name, value in line.facts.items()}
        yield Line(facts, {name: answer for line in combination for name, answer in line.given.items()})


def _tied(checks: Sequence[Check]) -> list[tuple[tuple[str, ...], list[Check]]]:
    groups: list[tuple[set[str], list[Check]]] = []
    for check in checks:
        names, group = set(check.reads), [check]
        for other in [one for one in groups if one[0] & names]:
            groups.remove(other)
            names, group = names | other[0], other[1] + group
        groups.append((names, group))
    return [(tuple(sorted(names)), group) for names, group in groups]


def _facts(checks: Sequence[Check], names: Sequence[str], rule: CompiledRule, program: Program) -> Column:
    known: list[Mapping[str, Value]] = [{}]
    for name in names:
        known = [{**one, **more} for one in known for more in ({}, *({name: value} for value in representatives(program, name, one)))]
    distinct: dict[tuple[object, ...], Line] = {}
    for facts in known:
        answers = tuple(check.answer(facts, rule.limits) for check in checks)
        distinct.setdefault(answers, Line(dict(facts), {}))
    return list(distinct.values())


def answered(rule: CompiledRule, given: dict[str, Answer], on: date) -> CompiledRule:
    """The rule with its function checks answering what ``given`` holds at that moment."""

    law = replace(
        rule.rule, applies=answered_node(rule.rule.applies, given), demands=answered_node(rule.rule.demands, given),
        unless=tuple(replace(one, when=answered_node(one.when, given)) for one in rule.rule.unless),
    )  # fmt: skip
    book = replace(rule.book, rules=(law,), binds=answered_node(rule.book.binds, given) if rule.book.binds else None)
    (compiled,) = compile_rules([book], on).rules
    return compiled


def answered_node(node: Node, given: dict[str, Answer]) -> Node:
    def check(one: Check) -> Check:
        def answer(values: Values, limits: Limits) -> Answer:
            return given.get(one.name, Answer.UNKNOWN)

        return replace(one, function=answer) if one.function is not None else one

    return Node(node.op, tuple(answered_node(part, given) for part in node.parts), check(node.check) if node.check else None)


def table(rule: CompiledRule, program: Program) -> Iterator[Line]:
    """Every line of the rule's truth table. One that is too large is put part by part (what the book and the rule apply
    to, what it demands, each exception), then each combination of the parts' answers, then lines drawn at random."""
    whole = columns(rule.whole, rule, program)
    if size(whole) <= WHOLE:
        yield from lines(whole)
        return
    parts = [part.parts[0] if part.op == "not" else part for part in rule.whole.parts]
    tables = [columns(part, rule, program) for part in parts]
    for one in tables:
        yield from lines(one)
    for combination in product(*(one_of_each(part, one, rule, program) for part, one in zip(parts, tables, strict=True))):
        yield Line(
            {name: value for line in combination for name, value in line.facts.items()},
            {name: answer for line in combination for name, answer in line.given.items()},
        )
    chance = random.Random(rule.ref)  # noqa: S311
    for _ in range(RANDOM_LINES):
        yield from lines([[chance.choice(column)] for column in whole])


def one_of_each(part: Node, one: list[list[Line]], rule: CompiledRule, program: Program) -> list[Line]:
    """For each answer that the part can give, the first line that gives it."""
    given: dict[str, Answer] = {}
    evaluate = formula(answered_node(part, given), rule.ref, rule.limits, program.faults)
    found: dict[int, Line] = {}
    for line in lines(one):
        given.clear()
        given.update(line.given)
        found.setdefault(evaluate(line.facts), line)
    return list(found.values())

"""No small lie about the law goes unnoticed: each one makes at least one precedent fail.

A book is put to the precedents alone; what the other books say of each precedent is remembered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache

import pytest

from egide.doctrine.checks import CHECKS
from egide.doctrine.verdict import SERIOUSNESS, verdict
from egide.rules.book import Rulebook, load
from egide.rules.evaluation import Program, compile_rules
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Verdict

from .mutations import lies, told, written
from .precedents import Precedent, answers, files_of, precedents, rings, shipped, supposed

NAMES = [book.id for book in shipped()]


@cache
def _others(book: str, on: date) -> Program:
    return compile_rules([one for one in shipped() if one.id != book], on)


def _supposing(case: Precedent) -> str:
    return json.dumps(case.supposing, sort_keys=True)


@cache
def _others_supposing(book: str, on: date, supposing: str) -> Program:
    names = [name for name in NAMES if name != book]
    return compile_rules([load(supposed(files_of(name), json.loads(supposing)), CHECKS) for name in names], on)


class Bench:
    """One book's place among the others: what every precedent would get without it."""

    def __init__(self, book: str) -> None:
        self.book = book
        self.without: dict[str, Verdict] = {}
        self.rings: dict[str, dict[str, list[date]]] = {}
        named = [case for case in precedents() if any(rule.startswith(f"{book}#") for rule in case.findings)]
        self.cases = [*named, *(case for case in precedents() if case not in named)]
        for case in self.cases:
            program = _others_supposing(book, case.on, _supposing(case)) if case.supposing else _others(book, case.on)
            self.without[case.id] = verdict(program, program.states(case.facts))
            if case.clocks:
                self.rings[case.id] = rings(program, case.facts)

    def noticed(self, files: Mapping[str, bytes]) -> bool:
        """Whether some precedent fails under the book as these files tell it."""
        books: dict[str, Rulebook] = {}
        programs: dict[tuple[str, date], Program] = {}
        for case in self.cases:
            supposing = _supposing(case)
            if supposing not in books:
                books[supposing] = load(supposed(files, case.supposing) if case.supposing else files, CHECKS)
            key = (supposing, case.on)
            if key not in programs:
                programs[key] = compile_rules([books[supposing]], case.on)
            if self._fails(case, programs[key]):
                return True
        return False

    def _fails(self, case: Precedent, program: Program) -> bool:
        got = answers(program, case.facts)
        mine = {rule: answer for rule, answer in case.findings.items() if rule.startswith(f"{self.book}#")}
        if any(got.get(rule, "not-applicable") != answer for rule, answer in mine.items()):
            return True
        reached = min(verdict(program, program.states(case.facts)), self.without[case.id], key=SERIOUSNESS.index)
        if reached != case.verdict:
            return True
        if not case.clocks:
            return False
        running = rings(program, case.facts)
        due = {kind: sorted({*running.get(kind, []), *self.rings[case.id].get(kind, [])}) for kind in case.clocks}
        return due != case.clocks


def survivors(book: str) -> tuple[int, list[str]]:
    """How many lies were told of the book, and those that no precedent notices."""
    bench, truth = Bench(book), written(files_of(book))
    count, unnoticed = 0, []
    for name, lie in lies(truth):
        count += 1
        try:
            if not bench.noticed(told(truth, lie)):
                unnoticed.append(name)
        except InputError:
            continue
    return count, unnoticed


@pytest.mark.slow
@pytest.mark.parametrize("book", NAMES)
def test_each_lie_about_a_book_makes_a_precedent_fail(book: str) -> None:
    count, unnoticed = survivors(book)
    assert count > 0
    assert unnoticed == []


@pytest.mark.parametrize("book", NAMES)
def test_the_truth_written_again_is_the_same_law(book: str) -> None:
    again = load(told(written(files_of(book)), lambda _: None), CHECKS)
    (known,) = [one for one in shipped() if one.id == book]
    assert (again.rules, again.binds, again.in_force) == (known.rules, known.binds, known.in_force)

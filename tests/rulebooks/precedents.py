"""The rulebooks as shipped, the precedents of `cases/`, and how one is put to the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import egide
from egide.doctrine.checks import CHECKS
from egide.doctrine.clocks import Clocks
from egide.doctrine.verdict import verdict
from egide.rules.book import Rulebook, load
from egide.rules.evaluation import CompiledRule, Program, State, compile_rules
from egide.rules.expression import ANSWERS, NOT_MET
from egide.vocabulary.facts import FACTS, Value
from egide.vocabulary.yaml import read_yaml

ROOT = Path(__file__).parents[2]
RULEBOOKS = Path(egide.__file__).parent / "rulebooks"
TODAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Precedent:
    """One decided case: what was known, on which day, and what is expected of the law."""

    id: str
    title: str
    because: str
    on: date
    facts: Mapping[str, Value]
    verdict: str
    findings: Mapping[str, str]
    exceptions: Mapping[str, str] = field(default_factory=dict)
    clocks: Mapping[str, list[date]] = field(default_factory=dict)
    question: int | None = None
    file: str = ""
    supposing: Mapping[str, Value] = field(default_factory=dict)
    """Limits as they would stand if a text gave them another value: what has not happened yet is tried too."""


@cache
def files_of(book: str) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((RULEBOOKS / book).glob("*.yaml"))}


@cache
def shipped() -> tuple[Rulebook, ...]:
    folders = sorted(path.parent.name for path in RULEBOOKS.glob("*/book.yaml"))
    return tuple(load(files_of(name), CHECKS) for name in folders)


@cache
def law(on: date) -> Program:
    return compile_rules(shipped(), on)


@cache
def law_for(case_id: str) -> Program:
    """The law of a precedent's day, with what it supposes."""
    (case,) = [one for one in precedents() if one.id == case_id]
    if not case.supposing:
        return law(case.on)
    books = []
    for book in shipped():
        concerned = any(set(rule.limits) & set(case.supposing) for rule in book.rules)
        books.append(load(supposed(files_of(book.id), case.supposing), CHECKS) if concerned else book)
    return compile_rules(books, case.on)


def supposed(files: Mapping[str, bytes], limits: Mapping[str, Value]) -> Mapping[str, bytes]:
    """The same files, each of these limits given another value wherever it stands."""
    contents = {name: read_yaml(content, name) for name, content in files.items()}
    for holder in (one for content in contents.values() for one in (content, *content.get("rules", ()))):
        for name in set(limits) & set(holder.get("limits", {})):
            for dated in holder["limits"][name]:
                dated["value"] = limits[name]
    return {name: json.dumps(content, default=str).encode() for name, content in contents.items()}


@cache
def precedents() -> tuple[Precedent, ...]:
    found = []
    for path in sorted((ROOT / "cases").glob("*.yaml")):
        for written in read_yaml(path.read_bytes(), path.name)["cases"]:
            unknown = set(written["facts"]) - set(FACTS)
            assert not unknown, f"{written['id']}: no such facts {unknown}"
            assert set(written) <= {"id", "title", "question", "on", "supposing", "facts", "expect", "because"}, written["id"]
            expect = written["expect"]
            assert set(expect) <= {"verdict", "findings", "exception", "clocks"}, written["id"]
            lifted, clocks_due = expect.get("exception", {}), expect.get("clocks", {})
            named = (written["id"], written["title"], written["because"], written["on"], written["facts"])
            found.append(
                Precedent(
                    *named, expect["verdict"], expect.get("findings", {}), lifted, clocks_due, written.get("question"), path.name,
                    written.get("supposing", {}),
                )
            )
    return tuple(found)


def number(rule: CompiledRule) -> str:
    """``book#rule``, without the version."""
    return f"{rule.book.id}#{rule.rule.id}"


def told(state: State) -> str:
    """``not-applicable`` when the rule has nothing to say of the case, else its answer."""
    return "not-applicable" if state.concerned == NOT_MET else str(ANSWERS[state.value])


def answers(program: Program, facts: Mapping[str, Value]) -> dict[str, str]:
    """What each rule in force says; a rule that is absent was not in force."""
    return {number(rule): told(rule.state(facts)) for rule in program.rules}


def reached(facts: Mapping[str, Value], on: date = TODAY) -> str:
    return decided(law(on), facts)


def decided(program: Program, facts: Mapping[str, Value]) -> str:
    return str(verdict(program, program.states(facts)))


def rings(program: Program, facts: Mapping[str, Value]) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for clock in Clocks(program).of(facts):
        found.setdefault(str(clock.kind), []).append(clock.on)
    return found

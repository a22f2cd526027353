"""Reading the law: what is in force on a day, what changed between two days, what a draft would turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from egide.app import law
from egide.app.portfolio.assess import Portfolio, decide

if TYPE_CHECKING:
    from egide.rules.book import Dated, Rule, Rulebook
    from egide.vocabulary.findings import Decision, Finding
    from egide.vocabulary.offers import Catalogue


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that is in force on one of two days only, or a limit of it that is not the same."""

    book: Rulebook
    rule: Rule
    kind: str
    """``enters``, ``leaves``, ``limit``."""
    limit: str | None = None
    before: object = None
    after: object = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A service whose verdict a draft would turn, and the findings that make it."""

    before: Decision
    after: Decision
    because: tuple[Finding, ...]


def find(book_id: str, rule_id: str | None = None) -> tuple[Rulebook, Rule | None]:
    """The rulebook, and its rule when one is named. Raises `UnknownRulebookError` with near names."""
    if "#" in book_id and rule_id is None:
        book_id, _, rule_id = book_id.partition("#")
    books = {book.id: book for book in law.in_use()}
    book = books.get(book_id.partition("@")[0])
    if book is None:
        raise law.UnknownRulebookError(book_id, list(books))
    if rule_id is None:
        return book, None
    rules = {rule.id: rule for rule in book.rules}
    if rule_id not in rules:
        raise law.UnknownRulebookError(rule_id, list(rules))
    return book, rules[rule_id]


def in_force(book: Rulebook, on: date) -> tuple[Rule, ...]:
    """The rules of the book in force on that day."""
    return tuple(rule for rule in book.rules if rule.in_force.holds(on)) if book.in_force.holds(on) else ()


def difference(before: date, after: date) -> tuple[RuleChange, ...]:
    """What the law of the second day has that the first had not, and the other way round."""
    changes: list[RuleChange] = []
    for book in law.in_use():
        was, now = in_force(book, before), in_force(book, after)
        changes += [RuleChange(book, rule, "leaves") for rule in was if rule not in now]
        changes += [RuleChange(book, rule, "enters") for rule in now if rule not in was]
        changes += [change for rule in now if rule in was for change in _limits(book, rule, before, after)]
    return tuple(changes)


def _limits(book: Rulebook, rule: Rule, before: date, after: date) -> list[RuleChange]:
    changed = []
    for name, values in rule.limits.items():
        was, now = value_on(values, before), value_on(values, after)
        if was != now:
            changed.append(RuleChange(book, rule, "limit", name, was, now))
    return changed


def value_on(values: Sequence[Dated], on: date) -> object:
    """The value of a limit on that day; None when it had none."""
    return next((dated.value for dated in values if dated.period.holds(on)), None)


def impact(draft: Rulebook, given: Portfolio, offers: Catalogue, on: date) -> tuple[Turn, ...]:
    """The services whose verdict would turn if the draft were law on that day."""
    today = decide(given, offers, on).assessment
    then = decide(given, offers, on, law.with_draft(draft)).assessment
    turns = []
    for before, after in zip(today.decisions, then.decisions, strict=True):
        if before.verdict is not after.verdict:
            turns.append(Turn(before, after, _new_findings(before, after)))
    return tuple(turns)


def _new_findings(before: Decision, after: Decision) -> tuple[Finding, ...]:
    said = {(finding.rule, finding.answer) for hosting in before.hostings for finding in hosting.findings}
    fresh = {
        finding.rule: finding for hosting in after.hostings for finding in hosting.findings if (finding.rule, finding.answer) not in said
    }
    return tuple(fresh.values())



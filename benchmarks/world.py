"""What the benchmarks share: the law that ships, and services and offers whose facts are drawn independently."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from egide.doctrine.checks import CHECKS
from egide.rules.book import Rulebook, load
from egide.rules.evaluation import Program, compile_rules
from egide.vocabulary.facts import FACTS, FactType, Kind, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.vocabulary.facts import Value, Values

ON = date(2026, 11, 23)
COUNTRIES = ("FR", "DE", "IE", "NL", "LU", "US", "CN", "GB", "CH", "IN")
UNKNOWN_SHARE = 0.2
"""How often a fact is not known."""


@cache
def law() -> tuple[Rulebook, ...]:
    """The rulebooks that ship."""
    folders = [one for one in resources.files("egide").joinpath("rulebooks").iterdir() if one.joinpath("book.yaml").is_file()]
    return tuple(
        load({file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".yaml")}, CHECKS)
        for folder in sorted(folders, key=lambda one: one.name)
    )


def program(on: date = ON) -> Program:
    """The law of a day, compiled anew: nothing remembered."""
    return compile_rules(law(), on)


def names(of_offers: bool) -> list[str]:
    return [name for name, fact in FACTS.items() if (fact.subject is Subject.OFFER) is of_offers]


def drawn(chance: random.Random, facts: Sequence[str]) -> dict[str, Value]:
    """One case: each fact by itself unknown, or any of its answers."""
    return {name: answer(chance, FACTS[name]) for name in facts if chance.random() >= UNKNOWN_SHARE}


def answer(chance: random.Random, fact: FactType) -> Value:
    if fact.kind is Kind.YES_NO:
        return chance.random() < 0.5
    if fact.kind is Kind.CHOICE:
        return chance.choice(fact.choices)
    if fact.kind is Kind.DATE:
        return ON + timedelta(days=chance.randint(-1000, 1000))
    if fact.kind is Kind.AMOUNT_EUR:
        return chance.randrange(0, 20_000_000, 1000)
    return chance.choice(COUNTRIES) if fact.kind is Kind.TEXT else frozenset(chance.sample(COUNTRIES, 2))


def portfolio(count: int, seed: int) -> list[Values]:
    chance = random.Random(seed)
    return [drawn(chance, names(of_offers=False)) for _ in range(count)]


def catalogue(count: int, seed: int) -> list[Values]:
    chance = random.Random(seed)
    return [drawn(chance, names(of_offers=True)) for _ in range(count)]


def all_distinct(count: int, facts: Sequence[str], of_offers: bool, seed: int) -> list[Values]:
    """As many cases, no two of which some rule cannot tell apart by these facts."""
    chance = random.Random(seed)
    every = names(of_offers)
    found: dict[tuple[Value | None, ...], Values] = {}
    while len(found) < count:
        values = drawn(chance, every)
        found.setdefault(tuple(values.get(name) for name in facts), values)
    return list(found.values())

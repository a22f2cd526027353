"""The rulebooks that ship, compiled for a day."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from egide.doctrine.checks import CHECKS
from egide.rules.book import Rulebook, load
from egide.rules.evaluation import Program, compile_rules
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from egide.vocabulary.facts import Values

TODAY = date(2026, 11, 23)
DAYS = (date(2021, 7, 10), date(2023, 6, 1), date(2024, 6, 1), date(2026, 5, 1), TODAY)
"""Days on which different texts stood."""


@cache
def files() -> Mapping[str, Mapping[str, bytes]]:
    """The files of each rulebook, by its folder."""
    return {
        folder.name: {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".yaml")}
        for folder in sorted(resources.files("egide").joinpath("rulebooks").iterdir(), key=lambda one: one.name)
        if folder.joinpath("book.yaml").is_file()
    }


@cache
def books() -> tuple[Rulebook, ...]:
    return tuple(load(content, CHECKS) for content in files().values())


@cache
def program(on: date = TODAY) -> Program:
    return compile_rules(books(), on)


def precedents() -> Iterator[tuple[date, Values, frozenset[str]]]:
    """The day and the known facts of each case of the folder ``cases``, and the rulebooks whose findings it says."""
    for file in sorted((Path(__file__).parents[2] / "cases").glob("**/*.yaml")):
        for case in read_yaml(file.read_bytes(), file.name)["cases"]:
            facts = {name: frozenset(value) if isinstance(value, list) else value for name, value in case["facts"].items()}
            books = frozenset(name.partition("#")[0] for name in case["expect"]["findings"])
            yield case["on"], {name: value for name, value in facts.items() if value is not None}, books

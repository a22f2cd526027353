"""The rules about the code: what each is called, on which text it leans, how that was read, and what mends it.

They are data, as the law is: a folder of the package holds those that lean on several texts, a rulebook those of the
Interior's framework. What a rule looks for is a function of this room; a rule that nothing looks for is refused when the
package is tested. A rule of the framework binds only a product that declares the framework among its requirements.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

import msgspec

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Source
from egide.vocabulary.language import Text
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FRAMEWORK = "cct-cloud-native"
"""What `requirements` of a declaration may name."""


@dataclass(frozen=True, slots=True)
class CodeRule:
    """One rule about the code."""

    id: str
    book: str
    """``id@version`` of what it stands in."""
    title: Text
    remedy: Text
    source: Source
    weight: Literal["primordial", "important"] | None
    """How the framework weighs it; None: no requirement of the framework."""


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    fr: str
    en: str


class _RuleSource(msgspec.Struct, forbid_unknown_fields=True):
    at: str
    text: str | None = None
    read: Literal["primary", "secondary"] | None = None


class _BookSource(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    read: Literal["primary", "secondary"]
    url: str | None = None


class _Rule(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: _Words
    remedy: _Words
    source: _RuleSource
    weight: Literal["primordial", "important"] | None = None


class _Book(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    version: str
    title: _Words
    authority: _Words
    read_on: date
    source: _BookSource
    rules: list[_Rule]


@dataclass(frozen=True, slots=True)
class CodeBook:
    """Rules that stand together."""

    id: str
    version: str
    title: Text
    authority: Text
    read_on: date
    source: Source
    url: str | None
    rules: tuple[CodeRule, ...]


def read_code_book(content: bytes, file: str) -> CodeBook:
    """The rules of one file. Raises `InputError` with the path of what does not fit."""
    try:
        book = msgspec.convert(read_yaml(content, file), _Book)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        raise InputError(message, Location(file, path=path.strip("`") or "$")) from error
    return CodeBook(
        book.id, book.version, _text(book.title), _text(book.authority), book.read_on,
        Source(book.source.text, "", book.source.read), book.source.url, tuple(_rule(one, book) for one in book.rules),
    )  # fmt: skip


def _rule(written: _Rule, book: _Book) -> CodeRule:
    source = Source(written.source.text or book.source.text, written.source.at, written.source.read or book.source.read)
    return CodeRule(written.id, f"{book.id}@{book.version}", _text(written.title), _text(written.remedy), source, written.weight)


def _text(written: _Words) -> Text:
    return Text(written.fr, written.en)


@cache
def code_books() -> tuple[CodeBook, ...]:
    """The rules of the package."""
    own = (resources.files("egide.infrastructure") / "data" / "rules.yaml").read_bytes()
    framework = (resources.files("egide.rulebooks") / FRAMEWORK / "requirements.yaml").read_bytes()
    return read_code_book(own, "rules.yaml"), read_code_book(framework, f"{FRAMEWORK}/requirements.yaml")


@cache
def code_rules() -> Mapping[str, CodeRule]:
    """Every rule about the code by its name, in the order in which they are shown."""
    return by_name(rule for book in code_books() for rule in book.rules)


def by_name(rules: Iterable[CodeRule]) -> dict[str, CodeRule]:
    """The rules by their names. Raises `ValueError` when two share one."""
    known: dict[str, CodeRule] = {}
    for rule in rules:
        if rule.id in known:
            raise ValueError(f"two rules about the code are named {rule.id}")
        known[rule.id] = rule
    return known

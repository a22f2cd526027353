"""The rules about infrastructure code as a page, and the schemas of what `egide check` reads and writes."""

from __future__ import annotations

from collections.abc import Iterable

from printing import both, cell, page, read_how, reading, table

from egide.infrastructure.code_rules import CodeBook, code_books
from egide.papers.infrastructure.schema import check_schema, declaration_schema
from egide.papers.text import source_text

INTRODUCTION = """\
What `egide check` looks for in infrastructure code, beside the [rulebooks](README.md) that it puts to each place. A rule’s name is what
a waiver and a baseline say. A rule of the framework binds a product that names the framework among its `requirements`, and advises the
others; *primordial* ones then forbid."""
CONTENTS = """\
[schema of a check](check.schema.json); [schema of egide.yaml](declaration.schema.json)"""


def pages() -> dict[str, str]:
    """The page of the rules about code."""
    blocks = [block for book in code_books() for block in _book(book)]
    return {"rules/infrastructure-code.md": page("The rules about infrastructure code", "rules", INTRODUCTION, *blocks)}


def schemas() -> dict[str, object]:
    """Each published schema by its name."""
    return {"check": check_schema(), "declaration": declaration_schema()}


def index() -> Iterable[str]:
    """The part of the list of rules that names them."""
    yield "## Infrastructure code"
    rows = [
        (f"[{book.title.en}](infrastructure-code.md)", book.source.text, len(book.rules), read_how([rule.source for rule in book.rules]))
        for book in code_books()
    ]
    yield table(("rules", "text", "rules", "read"), rows)


def _book(book: CodeBook) -> Iterable[str]:
    text = f"[{book.source.text}]({book.url})" if book.url else book.source.text
    yield f"## {book.title.en}"
    yield f"*{book.title.fr}*"
    yield f"{text}. {reading(book.source)} Read on {book.read_on}."
    rows = [
        (f"`{rule.id}`", both(rule.title), both(rule.remedy), cell(source_text(rule.source, "en")), rule.source.read, rule.weight or "")
        for rule in book.rules
    ]
    yield table(("rule", "what is asked", "remedy", "text", "read", "weight"), rows)

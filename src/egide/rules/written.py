"""How a rulebook is written: the shapes of its YAML, and the JSON Schema published from them.

Unknown keys are refused by the shapes themselves; what a key means is `egide.rules.book`'s.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec

from egide.vocabulary.facts import Role
from egide.vocabulary.findings import ClockKind, Effect


class TextFile(msgspec.Struct, forbid_unknown_fields=True):
    """A text in both languages."""

    fr: str
    en: str


class ForceFile(msgspec.Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """From a day, included, to a day, included."""

    start: date
    end: date | None = None


class LimitFile(msgspec.Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """A dated value of a limit."""

    start: date
    value: Any
    end: date | None = None


class BookSourceFile(msgspec.Struct, forbid_unknown_fields=True):
    """The text the book renders, and how it was read."""

    text: str
    read: Literal["primary", "secondary"]
    url: str | None = None
    note: TextFile | None = None


class RuleSourceFile(msgspec.Struct, forbid_unknown_fields=True):
    """The article, and how it was read."""

    at: str
    read: Literal["primary", "secondary"]
    text: str | None = None
    note: TextFile | None = None


class ExceptionFile(msgspec.Struct, forbid_unknown_fields=True):
    """What lifts a rule."""

    id: str
    when: Any
    gives: Literal["derogation", "exempt"]


class ClockFile(msgspec.Struct, forbid_unknown_fields=True, rename={"counts_from": "from"}):
    """A date that a rule makes run: so many months and days after a dated fact (before it when negative)."""

    kind: ClockKind
    counts_from: str
    owner: Role
    months: int = 0
    days: int = 0
    when: Any = None


class RuleFile(msgspec.Struct, forbid_unknown_fields=True):
    """One rule as written."""

    id: str
    title: TextFile
    in_force: ForceFile
    effect: Effect
    source: RuleSourceFile
    applies: Any = None
    demands: Any = None
    unless: list[ExceptionFile] = []
    limits: dict[str, list[LimitFile]] = {}
    remedy: TextFile | None = None
    clocks: list[ClockFile] = []


class BookFile(msgspec.Struct, forbid_unknown_fields=True):
    """``book.yaml``."""

    id: str
    version: str
    title: TextFile
    authority: TextFile
    source: BookSourceFile
    read_on: date
    in_force: ForceFile
    binds: Any = None
    limits: dict[str, list[LimitFile]] = {}


class RulesFile(msgspec.Struct, forbid_unknown_fields=True):
    """Any other YAML file of the folder."""

    rules: list[RuleFile]


def schema() -> dict[str, Any]:
    """The published JSON Schema of ``book.yaml`` and of the files of rules."""
    (book, rules), components = msgspec.json.schema_components((BookFile, RulesFile), ref_template="#/$defs/{name}")
    expression: dict[str, Any] = {
        "oneOf": [
            {"type": "string", "description": "the name of a check"},
            *(
                {
                    "type": "object",
                    "properties": {op: {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Expression"}}},
                    "required": [op],
                    "additionalProperties": False,
                }
                for op in ("all", "any")
            ),
            {
                "type": "object",
                "properties": {"not": {"$ref": "#/$defs/Expression"}},
                "required": ["not"],
                "additionalProperties": False,
            },
        ]
    }
    for owner, name in (
        ("BookFile", "binds"), ("RuleFile", "applies"), ("RuleFile", "demands"), ("ExceptionFile", "when"), ("ClockFile", "when"),
    ):  # fmt: skip
        components[owner]["properties"][name] = {"$ref": "#/$defs/Expression"}
    components["LimitFile"]["properties"]["value"] = {
        "anyOf": [{"type": ["boolean", "integer", "string"]}, {"type": "array", "items": {"type": "string"}}]
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "egide/rulebook/1",
        "oneOf": [book, rules],
        "$defs": {**components, "Expression": expression},
    }

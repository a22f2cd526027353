"""The published JSON Schema (2020-12) of ``egide/assessment/1``.

Tokens are enumerated from the vocabulary, so the schema cannot fall behind it. Further keys may be added under the same
schema name; none will be removed or change meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.papers.document import SCHEMA
from egide.vocabulary.findings import Answer, ClockKind, Effect, Verdict

if TYPE_CHECKING:
    from enum import StrEnum

TEXT: dict[str, Any] = {"type": "string"}
TEXT_OR_NULL: dict[str, Any] = {"type": ["string", "null"]}
DAY: dict[str, Any] = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
DAY_OR_NULL: dict[str, Any] = {"anyOf": [DAY, {"type": "null"}]}
WHOLE: dict[str, Any] = {"type": "integer"}
WHOLE_OR_NULL: dict[str, Any] = {"type": ["integer", "null"]}
YES_NO: dict[str, Any] = {"type": "boolean"}
VALUE: dict[str, Any] = {"type": ["boolean", "integer", "string", "array", "null"], "items": TEXT}


def ref(name: str) -> dict[str, Any]:
    """What is defined under that name."""
    return {"$ref": f"#/$defs/{name}"}


def tokens(kind: type[StrEnum]) -> dict[str, Any]:
    """One of the vocabulary's own tokens."""
    return {"enum": [str(one) for one in kind]}


def listing(of: dict[str, Any]) -> dict[str, Any]:
    """A list of such values."""
    return {"type": "array", "items": of}


def mapping(of: dict[str, Any]) -> dict[str, Any]:
    """Names to such values."""
    return {"type": "object", "additionalProperties": of}


def either(*kinds: dict[str, Any]) -> dict[str, Any]:
    """One of these."""
    return {"anyOf": list(kinds)}


def record(description: str, **keys: dict[str, Any]) -> dict[str, Any]:
    """An object with all of these keys; later versions may add some."""
    return {"description": description, "type": "object", "properties": keys, "required": list(keys)}


READ = {"enum": ["primary", "secondary"]}
NULL: dict[str, Any] = {"type": "null"}

DEFINITIONS: dict[str, Any] = {
    "verdict": tokens(Verdict),
    "reason": record(
        "Why: a stable code, its arguments, and the words in the document's language.", code=TEXT, args=mapping(VALUE), text=TEXT
    ),
    "claim": record(
        "Somebody said this, then, with this source.", fact=TEXT, value=VALUE, issuer=TEXT, on=DAY_OR_NULL, source=TEXT, read=READ
    ),
    "change": record("One fact made otherwise.", fact=TEXT, to=VALUE),
    "hosting": record(
        "One place where the service runs or is planned to.",
        offer=TEXT_OR_NULL,
        region=TEXT_OR_NULL,
        confidence={"type": "integer", "minimum": 0, "maximum": 100},
        verdict=ref("verdict"),
        planned=YES_NO,
        text=TEXT,
        near=listing(TEXT),
        computed_labels=listing(ref("computed_label")),
    ),
    "computed_label": record(
        "What was computed of the offer for one scheme: evidence for a file, read by no rule, never a qualification.",
        scheme={"description": "id@version", "type": "string", "pattern": "^[^@]+@.+$"},
        answer=tokens(Answer),
        level=TEXT_OR_NULL,
        on=DAY,
        until=DAY_OR_NULL,
        simulation=YES_NO,
        source=TEXT,
    ),
    "finding": record(
        "What one rule says of one hosting.",
        hosting={"description": "The place of the hosting in `hostings`, from 0.", "type": "integer", "minimum": 0},
        rule={"description": "book@version#article", "type": "string", "pattern": "^[^@#]+@[^#]+#.+$"},
        title=TEXT,
        answer=tokens(Answer),
        effect=tokens(Effect),
        exception=TEXT_OR_NULL,
        because={"anyOf": [ref("reason"), NULL]},
        also=listing(ref("reason")),
        claims=listing(ref("claim")),
        source=record("Where the rule stands and how that text was read.", text=TEXT, at=TEXT, read=READ),
        remedy=TEXT_OR_NULL,
    ),
    "question": record(
        "The one fact whose answer settles most; what each answer would give.",
        fact=TEXT,
        ask=TEXT,
        role=TEXT,
        would=mapping(ref("verdict")),
    ),
    "clock": record(
        "A dated event and the days left, negative once past.",
        kind=tokens(ClockKind),
        on=DAY,
        days=WHOLE,
        because=ref("reason"),
        owner=TEXT,
        rule=TEXT_OR_NULL,
    ),
    "eligible": record(
        "An offer that would be lawful on that day, and what must be obtained on the way.",
        offer=TEXT,
        region=TEXT_OR_NULL,
        verdict=ref("verdict"),
        conditions=listing(ref("change")),
    ),
    "override": record(
        "A person's decision beside the verdict, never instead of it.",
        hosting=TEXT_OR_NULL,
        verdict=ref("verdict"),
        who=TEXT,
        why=TEXT,
        on=DAY,
        until=DAY,
    ),
    "service": record(
        "One service: the worst verdict of its hostings in use, and all that made it.",
        id=TEXT,
        name=TEXT,
        body=record("Who runs it.", siren=TEXT_OR_NULL, name=TEXT_OR_NULL),
        source=record("Where it was read.", file=TEXT, sheet=TEXT_OR_NULL, row=WHOLE_OR_NULL),
        verdict=ref("verdict"),
        hostings=listing(ref("hosting")),
        findings=listing(ref("finding")),
        question={"anyOf": [ref("question"), NULL]},
        repairs={
            "description": "Each is a set of changes that together turn the verdict, and of which no part does.",
            **listing(listing(ref("change"))),
        },
        clocks=listing(ref("clock")),
        offers=record(
            "Where it could run, and why not elsewhere.", eligible=listing(ref("eligible")), refused=mapping(listing(ref("reason")))
        ),
        overrides=listing(ref("override")),
    ),
    "problem": record(
        "Something in the input that could not be used; the good rows went on.",
        file=TEXT,
        sheet=TEXT_OR_NULL,
        row=WHOLE_OR_NULL,
        column=TEXT_OR_NULL,
        message=TEXT,
        rejected=YES_NO,
    ),
}


def assessment_schema() -> dict[str, Any]:
    """The schema as plain values."""
    whole = record(
        "May each service run where it runs, on that day? Decision support, not legal advice.",
        schema={"const": SCHEMA},
        lang={"enum": ["fr", "en"]},
        on=DAY,
        law_as_read=DAY,
        catalogue=record("The catalogue of offers that was used.", as_of=DAY, age_days=WHOLE),
        rulebooks=listing(record("A rulebook that took part, as it stood.", id=TEXT, version=TEXT, title=TEXT, digest=TEXT)),
        services=listing(ref("service")),
        problems=listing(ref("problem")),
    )
    whole["properties"]["marking"] = {**TEXT, "description": "What the body says of its sensitivity; absent where it says nothing."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        "title": SCHEMA,
        **whole,
        "$defs": DEFINITIONS,
    }

"""The published JSON Schemas: of ``egide/check/1``, what `egide check --json` prints, and of the declaration that a product writes."""

from __future__ import annotations

from typing import Any

import msgspec

from egide.infrastructure.code_findings import Level
from egide.infrastructure.product import KINDS, PLACES, ProductForm
from egide.papers.infrastructure.document import SCHEMA, SENTENCES
from egide.papers.schema import (
    DAY,
    DAY_OR_NULL,
    READ,
    TEXT,
    TEXT_OR_NULL,
    VALUE,
    WHOLE,
    WHOLE_OR_NULL,
    YES_NO,
    listing,
    mapping,
    record,
    ref,
    tokens,
)
from egide.vocabulary.facts import BODY_STATUSES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FINDING: dict[str, dict[str, Any]] = {
    "rule": TEXT, "title": TEXT, "level": tokens(Level), "address": TEXT, "file": TEXT, "line": WHOLE_OR_NULL, "path": TEXT, "text": TEXT,
    "reason": record("Why, for programs.", code=TEXT, args=mapping(VALUE)), "to_do": TEXT, "declare": TEXT_OR_NULL, "place": TEXT_OR_NULL,
    "party": TEXT_OR_NULL, "articles": listing(ref("article")),
    "source": record("The text that the rule leans on.", text=TEXT, at=TEXT, read=READ),
    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}  # fmt: skip
DEFINITIONS: dict[str, Any] = {
    "article": record("A rule of the law that made the finding.", rule=TEXT, title=TEXT, text=TEXT, at=TEXT, read=READ),
    "finding": record("One thing found; `*` as its address is the product as a whole.", **FINDING),
    "suppressed": record(
        "A finding that does not count.", **FINDING, suppressed_by={"enum": ["waiver", "baseline"]}, because=TEXT, until=DAY_OR_NULL,
    ),
    "sentences": record(
        "The sentences of a finding.", **{name: FINDING[name] for name in SENTENCES}, article_titles=listing(TEXT),
    ),
    "file": record("One file that was read.", name=TEXT, form=TEXT, resources=WHOLE),
    "problem": record("What could not be read, or is to be said.", at=TEXT, file=TEXT, line=WHOLE_OR_NULL, text=TEXT, rejected=YES_NO),
}


def check_schema() -> dict[str, Any]:
    """The schema of a check."""
    whole = record(
        "What `egide check --json` prints.",
        schema={"const": SCHEMA}, product=record("What wrote it.", name=TEXT, version=TEXT), on=DAY, law_as_read=DAY,
        catalogue_as_of=DAY, lang={"enum": ["fr", "en"]}, headline=TEXT, data=listing(TEXT), body=TEXT_OR_NULL, resources=WHOLE,
        unplaced=WHOLE, nowhere=WHOLE, files=listing(ref("file")), counts=mapping(WHOLE), findings=listing(ref("finding")),
        suppressed=listing(ref("suppressed")), baseline_no_longer_found=WHOLE, problems=listing(ref("problem")),
    )  # fmt: skip
    worded = listing(ref("sentences"))
    whole["properties"]["also"] = mapping(record(
        "With --both-languages: what is said in the other language, in the same order.", headline=TEXT, findings=worded, suppressed=worded,
        problems=listing(record("A problem.", at=TEXT, text=TEXT)),
    ))  # fmt: skip
    return {"$schema": DIALECT, "title": SCHEMA, **whole, "$defs": DEFINITIONS}


def declaration_schema() -> dict[str, Any]:
    """The schema of ``egide.yaml``."""
    (form,), components = msgspec.json.schema_components((ProductForm,), ref_template="#/$defs/{name}")
    properties = components["ProductForm"]["properties"]
    kinds = {"enum": list(KINDS)}
    properties["data"] = {"description": "What the product holds.", "anyOf": [kinds, {"type": "array", "items": kinds}]}
    properties["body"] = {"description": properties["body"].get("description", ""), "enum": [*BODY_STATUSES, None]}
    properties[PLACES] = places_schema()
    return {"$schema": DIALECT, "title": "egide/infrastructure/1", **form, "$defs": components}


def places_schema() -> dict[str, Any]:
    """The section that says where resources are, where no file says it."""
    said = dict.fromkeys(("offer", "region", "zone", "country", "party", "controlled_from"), TEXT)
    place = {"type": "object", "additionalProperties": False, "properties": said}
    rule = {"type": "object", "additionalProperties": False, "properties": {**said, "match": TEXT, "file": TEXT}}
    return {
        "description": "Where resources are, where the code does not say it.",
        "type": "object", "additionalProperties": False,
        "properties": {"environment": mapping(TEXT), "cluster": place, "machine": place, "resources": listing(rule)},
    }  # fmt: skip

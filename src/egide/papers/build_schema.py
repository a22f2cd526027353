"""The published JSON Schema (2020-12) of ``egide/build/1``: what lies beside the files of a build, and what `egide build --json` prints."""

from __future__ import annotations

from typing import Any

from egide.deployment.building import SCHEMA, Target
from egide.papers.schema import TEXT, TEXT_OR_NULL, WHOLE, listing, mapping, record, ref, tokens

DIGEST: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
VALUE: dict[str, Any] = {"type": ["string", "integer", "number", "boolean", "null"]}


def optional(shape: dict[str, Any], **keys: dict[str, Any]) -> dict[str, Any]:
    """The same object, which may have these keys besides."""
    return {**shape, "properties": {**shape["properties"], **keys}}


DEFINITIONS: dict[str, Any] = {
    "component": record(
        "One component in its place; storage alone has no machine.",
        component=TEXT, name=TEXT, place=TEXT, machine=TEXT_OR_NULL, count=WHOLE, vcpus=WHOLE, ram_mib=WHOLE, block_gib=WHOLE,
        object_gib=WHOLE, spare_of=TEXT_OR_NULL, image=TEXT_OR_NULL,
    ),
    "missing": optional(
        record("What was not built, and why.", component=TEXT, place=TEXT, code=TEXT, args=mapping(VALUE)),
        text={**TEXT, "description": "In the language of the command; only printed."},
    ),
    "refused": record("Why the plan was not built from.", code=TEXT, text=TEXT),
}  # fmt: skip


def build_schema() -> dict[str, Any]:
    """The schema. ``refused``, ``folder`` and ``kept`` are of one run: they are printed, and don't lie beside the files."""
    shape = record(
        "What `egide build` built: egide-build.json beside the files, and what --json prints.",
        schema={"const": SCHEMA}, name=TEXT, target=tokens(Target), plan=record("The plan that it was built from.", sha256=DIGEST),
        components=listing(ref("component")), restore_order=listing(TEXT), missing=listing(ref("missing")), files=mapping(DIGEST),
    )  # fmt: skip
    printed = optional(shape, refused=listing(ref("refused")), folder=TEXT_OR_NULL, kept=listing(TEXT))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **printed, "$defs": DEFINITIONS}

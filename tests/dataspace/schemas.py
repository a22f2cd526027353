"""The published JSON Schemas as an oracle: all of them in one document, so that a validator needs no other to hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

FOLDER = "data/dataspace/dsp/artifacts/src/main/resources"
BASE = "https://w3id.org/dspace/2025/1/"
ABSENT_SLASH = "#definitions/"
"""Three schemas refer to a definition with a fragment that is no JSON pointer; what they mean is plain."""


@cache
def bundle(root: Path) -> dict[str, Any]:
    """Every schema under `$defs`, by its name, with the references made local."""
    found = {}
    for path in sorted(root.rglob("*-schema.json")):
        schema = json.loads(path.read_text("utf-8"))
        name = schema.pop("$id").removeprefix(BASE).replace("/", "__")
        schema.pop("$schema")
        found[name] = local(schema, name)
    return found


def local(node: Any, name: str) -> Any:
    if isinstance(node, dict):
        return {key: reference(value, name) if key == "$ref" else local(value, name) for key, value in node.items()}
    return [local(one, name) for one in node] if isinstance(node, list) else node


def reference(value: str, name: str) -> str:
    value = value.replace(ABSENT_SLASH, "#/definitions/")
    file, _, pointer = value.partition("#")
    return f"#/$defs/{file.removeprefix(BASE).replace('/', '__') if file else name}{pointer}"


@cache
def validator(root: Path, schema: str) -> Any:
    """A validator for ``folder/name-schema.json``."""
    document = {"$ref": f"#/$defs/{schema.replace('/', '__')}", "$defs": bundle(root)}
    return jsonschema.Draft201909Validator(document)

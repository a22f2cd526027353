"""What a file is, told from its name and how it begins: nothing of it is opened here."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["plan", "state", "hcl", "values", "kubernetes", "compose", "template"]

HEAD_BYTES = 64 * 1024
"""How much of a file tells what it is."""
COMPOSE_NAME = re.compile(r"(?:docker-)?compose(?:[.\-_].*)?\.ya?ml", re.IGNORECASE)
PLAN = re.compile(rb'"(?:format_version|resource_changes|planned_values)"\s*:')
STATE = re.compile(rb'"(?:lineage|serial|terraform_version|encrypted_data)"\s*:')
STREAM = re.compile(rb'"@level"\s*:')
MANIFEST = re.compile(rb"^(?:apiVersion|\"apiVersion\")\s*:", re.MULTILINE)
MANIFEST_JSON = re.compile(rb'"apiVersion"\s*:')
KIND = re.compile(rb"^(?:kind|\"kind\")\s*:", re.MULTILINE)
SERVICES = re.compile(rb"^services\s*:", re.MULTILINE)
TEMPLATE = re.compile(rb"\{\{-?\s")


def recognised(name: str, head: bytes) -> Kind | None:
    """What the file is, given its name without folders and its first bytes; None for what isn't infrastructure."""
    lower = name.lower()
    head = head.replace(b"\0", b"")
    if lower.endswith((".tf", ".tofu", ".tf.json", ".tofu.json")):
        return "hcl"
    if lower.endswith((".tfvars", ".tfvars.json")):
        return "values"
    if lower.endswith((".tfstate", ".tfstate.backup")):
        return None if lower.endswith(".backup") else "state"
    if lower.endswith(".json"):
        return _json(head)
    if lower.endswith((".yaml", ".yml")):
        return _yaml(lower, head)
    return None


def of_content(head: bytes) -> Kind | None:
    """What a file is whose name says nothing."""
    head = head.replace(b"\0", b"")
    if head.startswith(b"PK\x03\x04"):
        return "plan"
    return _json(head) or _yaml("", head)


def _json(head: bytes) -> Kind | None:
    if PLAN.search(head) or STREAM.search(head):
        return "plan"
    if STATE.search(head) and b'"version"' in head:
        return "state"
    return "kubernetes" if MANIFEST_JSON.search(head) and b'"kind"' in head else None


def _yaml(name: str, head: bytes) -> Kind | None:
    if MANIFEST.search(head) and KIND.search(head):
        return "template" if TEMPLATE.search(head) else "kubernetes"
    if name and COMPOSE_NAME.fullmatch(name):
        return "compose"
    return "compose" if SERVICES.search(head) and b"image" in head else None

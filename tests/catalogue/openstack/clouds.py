"""The invented cloud of `examples/openstack`, and its parts to be changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from egide.catalogue.openstack import Answers, Provider, read_answers, read_provider

EXAMPLE = Path(__file__).parents[3] / "examples/openstack"
STATEMENT = EXAMPLE / "provider.yaml"
Change = Callable[[Any], object]


def files() -> dict[str, bytes]:
    folder = EXAMPLE / "answers"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")}


def changed(name: str, change: Change) -> dict[str, bytes]:
    """The answers, one of them changed."""
    held = files()
    body = json.loads(held[name])
    change(body)
    return held | {name: json.dumps(body).encode()}


def answers(held: dict[str, bytes] | None = None) -> Answers:
    return read_answers(files() if held is None else held, "answers")


def provider(change: Callable[[str], str] = lambda text: text) -> Provider:
    digest = hashlib.sha256((EXAMPLE / "conditions.md").read_bytes()).hexdigest()
    return read_provider(change(STATEMENT.read_text("utf-8")).encode(), "provider.yaml", {"conditions.md": digest})

"""Documents as bytes: YAML that Kubernetes and Compose read as it was meant, and JSON; always the same for the same document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*")
RESERVED = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}
"""Words that one reader or another takes for something else than text."""


class _Dumper(yaml.SafeDumper):
    """Quotes whatever any version of YAML could mistake."""

    def ignore_aliases(self, data: Any) -> bool:
        """No anchors: people read this."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand indented below their key."""
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    if "\n" in value:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|")
    plain = PLAIN.fullmatch(value) and value.lower() not in RESERVED
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def yaml_bytes(documents: Iterable[dict[str, Any]], head: str = "") -> bytes:
    """One file of several documents, below a comment."""
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    made = yaml.dump_all(documents, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=140, explicit_start=True)
    return (comment + made).encode()


def json_bytes(document: dict[str, Any]) -> bytes:
    """Indented by two, a line feed at the end."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a table in Markdown; a bar within a cell is escaped."""
    titles = list(heads)
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        cells = (cell.replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"

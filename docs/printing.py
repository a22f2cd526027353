"""Markdown, as the printed pages use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def page(title: str, origin: str, *blocks: str) -> str:
    """A page that says where it comes from, its blocks set apart by empty lines."""
    head = f"<!-- Printed from the {origin} by `make docs`: mend the {origin}, not this page. -->"
    return "\n\n".join((head, f"# {title}", *(block for block in blocks if block))) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; nothing when it has no rows."""
    written = [f"| {' | '.join(cell(str(value)) for value in row)} |" for row in rows]
    if not written:
        return ""
    return "\n".join((f"| {' | '.join(head)} |", f"|{'|'.join('---' for _ in head)}|", *written))


def cell(text: str) -> str:
    """A text that stays within its cell."""
    return " ".join(text.split()).replace("|", "\\|")


def bullets(items: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {item}" for item in items)

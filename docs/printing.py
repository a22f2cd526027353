"""Markdown, as the printed pages use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from egide.rules.book import Dated
from egide.vocabulary.findings import Source
from egide.vocabulary.language import Text
from egide.vocabulary.offers import Period


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


def both(text: Text) -> str:
    """English, then French."""
    return text.en if text.en == text.fr else f"{text.en}<br>*{text.fr}*"


def reading(of: Source) -> str:
    """How a source was read, with its note."""
    said = "Read in the text itself." if of.read == "primary" else "**Secondary reading.**"
    return f"{said} {of.note.en}" if of.note else said


def read_how(sources: Sequence[Source]) -> str:
    """How many of them were read at second hand."""
    second = sum(one.read == "secondary" for one in sources)
    if second == len(sources):
        return "secondary"
    return f"{second} of {len(sources)} secondary" if second else "primary"


def days(period: Period) -> str:
    """From when to when, both included."""
    start = f"from {period.start}" if period.start else ""
    return f"{start} to {period.end}".strip() if period.end else start or "always"


def value(dated: Dated) -> str:
    """A dated value."""
    said = dated.value
    if isinstance(said, frozenset):
        return ", ".join(sorted(said)) or "none"
    if isinstance(said, bool):
        return "yes" if said else "no"
    return f"{said:,}".replace(",", "\u202f") if isinstance(said, int) else str(said)

"""Our own papers are written once, as outlines a jurist can read and correct; the formats only dress them.

An outline is a text file, one paragraph a line, with the tags of `docs/guides/templates.md` in it:

    # title     ## heading     - item in a list     ~ small print
    !no text       a verdict in a box: !no !doubt !care !yes
    % for … %      any line that begins with «% » is a paragraph tag (a row tag within a table)
    table: what it is | 30 40 30     the widths in percent; then lines «¦ cell ¦ cell», the first one the header; then
    end

``**bold**`` is bold. What fills the tags later is never read as an outline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TONES = ("no", "doubt", "care", "yes")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its role and its text, tags included."""

    role: str
    """``title``, ``heading``, ``item``, ``small``, ``text``, ``tag``, or a tone."""
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: cells, or a tag that stands for it."""

    cells: tuple[str, ...]
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its description, the widths in percent, the header first among the rows."""

    what: str
    widths: tuple[int, ...]
    rows: tuple[Row, ...]


Block = Paragraph | Table


def read_outline(text: str) -> tuple[Block, ...]:
    """The blocks of an outline."""
    lines = iter(line for line in text.splitlines() if line.strip())
    return tuple(_block(line, lines) for line in lines)


def _block(line: str, lines: Iterator[str]) -> Block:
    if line.startswith("table: "):
        what, _, widths = line[7:].rpartition(" | ")
        return Table(what, tuple(int(width) for width in widths.split()), tuple(_rows(lines)))
    if line.startswith("!"):
        tone, _, said = line[1:].partition(" ")
        if tone not in TONES:
            raise ValueError(f"no tone {tone!r}; there are {TONES}")
        return Paragraph(tone, said)
    for mark, role in (("# ", "title"), ("## ", "heading"), ("- ", "item"), ("~ ", "small")):
        if line.startswith(mark):
            return Paragraph(role, line[len(mark) :])
    if line.startswith("% "):
        return Paragraph("tag", "{%p " + line[2:] + " %}")
    return Paragraph("text", line)


def _rows(lines: Iterator[str]) -> Iterator[Row]:
    for line in lines:
        if line == "end":
            return
        if line.startswith("% "):
            yield Row((), "{%tr " + line[2:] + " %}")
        else:
            yield Row(tuple(cell.strip() for cell in line.removeprefix("¦").split("¦")))


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a paragraph and whether each is bold."""
    for place, piece in enumerate(_BOLD.split(text)):
        if piece:
            yield piece, place % 2 == 1

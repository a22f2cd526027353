"""Numbered sections and lettered items in running text, as a document or the text of a PDF gives them.

A section is taken for one only when its first item follows: «chapitre 10.1.» at the beginning of a wrapped line is not a
heading. Lines that come back on every page are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

NUMBERED = re.compile(
    r"^[\s#*>|•–-]*(?i:crit[eè]re|criterion|exigence|requirement)?\s*"
    r"(?P<number>[A-Z]{0,2}\d+(?:\.\d+)*(?:\.[a-z](?![\w]))?)\.?(?:\s*(?P<letter>[a-z])\))?[\s*]*[:–—)]?[\s*]*(?P<rest>.*)$"
)
LETTERED = re.compile(r"^[\s*>|•–-]*(?P<letter>[a-z])\)\s*(?P<rest>.*)$")
ENDS = re.compile(r"^[\s#*]*(?:annexe?s?|appendix)\b", re.IGNORECASE)
EVERY_PAGE = 5
"""A line that comes back this often, its digits apart, belongs to the page and not to the text."""


def items(text: str, numbers: Sequence[str], chapters: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each number with its text, in the order of the document; a number that comes back is given again."""
    sections = frozenset(number.rpartition(".")[0] for number in numbers)
    reader = _Reader(frozenset(numbers), sections, frozenset(chapters))
    for line in _without_page_lines(text.splitlines(), sections | set(numbers)):
        reader.line(line)
    reader.close()
    return iter(reader.found)


class _Reader:
    """What is open while lines go by: a section, an item of it, and a heading that is not yet sure."""

    def __init__(self, numbers: frozenset[str], sections: frozenset[str], chapters: frozenset[str]) -> None:
        self.numbers, self.sections, self.chapters = numbers, sections, chapters
        self.found: list[tuple[str, str]] = []
        self.section: str | None = None
        self.item: tuple[str, list[str]] | None = None
        self.perhaps: tuple[str, list[str]] | None = None

    def line(self, line: str) -> None:
        """One more line."""
        if ENDS.match(line):
            self.close()
            self.section = None
            return
        if (lettered := LETTERED.match(line)) and self._opens(lettered["letter"], lettered["rest"]):
            return
        if (numbered := NUMBERED.match(line)) and self._numbered(numbered, line):
            return
        if self.perhaps is not None:
            self.perhaps[1].append(line)
        elif self.item is not None:
            self.item[1].append(line)

    def close(self) -> None:
        """Ends the item that is open."""
        if self.item is not None:
            self.found.append((self.item[0], "\n".join(self.item[1])))
        self.item = self.perhaps = None

    def _opens(self, letter: str, rest: str) -> bool:
        """Whether that letter begins an item: the first of the heading before it, or one of the section that is open."""
        if self.perhaps is not None and f"{self.perhaps[0]}.{letter}" in self.numbers and letter == "a":
            section = self.perhaps[0]
            self.close()
            self.section = section
        elif self.section is None or f"{self.section}.{letter}" not in self.numbers:
            return False
        elif self.perhaps is not None and self.item is not None:
            self.item[1].extend(self.perhaps[1])
        number = f"{self.section}.{letter}"
        self.close()
        self.item = (number, [rest])
        return True

    def _numbered(self, match: re.Match[str], line: str) -> bool:
        number, letter, rest = match["number"], match["letter"], match["rest"]
        full = f"{number}.{letter}" if letter else number
        begins = rest[:1].isupper() or rest[:1] in ("«", "“", '"')
        if full in self.numbers and begins:
            self.close()
            self.section, self.item = full.rpartition(".")[0], (full, [rest])
            return True
        if rest and not begins:
            return False
        if number in self.sections:
            self.perhaps = (number, [line])
            return True
        if number in self.chapters and rest:
            self.close()
            self.section = None
            return True
        return False


def _without_page_lines(lines: list[str], known: Collection[str]) -> Iterator[str]:
    """The lines of the text: no blank ones, none that come back on every page unless they bear a number of the scheme."""
    shapes = [re.sub(r"\d+", "0", line.strip()) for line in lines]
    often = Counter(shapes)
    for line, shape in zip(lines, shapes, strict=True):
        if shape and (often[shape] < EVERY_PAGE or LETTERED.match(line) or _bears(line, known)):
            yield line


def _bears(line: str, known: Collection[str]) -> bool:
    match = NUMBERED.match(line)
    return match is not None and match["number"] in known and not match["rest"][:1].isdigit()

"""What a comparison says in words: its first sentence, its values, who stands behind each.

An assurance is a word, a shape and a colour, in that order of importance: declared, audited and attested never look alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.papers.statement_text import CONFLICT, UNITS, VARIES, property_value_text
from egide.papers.text import counted
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_, Language, language
from egide.vocabulary.properties import Form
from egide.vocabulary.statements import Assurance

if TYPE_CHECKING:
    from egide.catalogue.comparing import Compared, Comparison, Line
    from egide.catalogue.fields import Field
    from egide.vocabulary.statements import Statement

SHAPES: Mapping[Assurance, str] = {Assurance.DECLARED: "○", Assurance.AUDITED: "◐", Assurance.ATTESTED: "●"}
"""One character for each assurance, in fonts that every system has; they differ without colour."""
GROUPS: Mapping[Answer, str] = {
    Answer.MET: N_("Where they differ"), Answer.UNKNOWN: N_("What cannot be told"), Answer.NOT_MET: N_("Where they agree"),
}  # fmt: skip
MOST_STATEMENTS = 4
"""Under one value; the rest stands in the other forms of the comparison."""
BROUGHT = N_("brought to this unit: a month is 730 hours")
NOT_KNOWN = N_("not known")
DISCLAIMER = N_("Decision support, not legal advice. The day assessed is {on}.")


def silent(line: Line) -> bool:
    """Whether no offer's value is known."""
    return all(cell.value is None for cell in line.cells) and any(cell.applies for cell in line.cells)


def grouped(comparison: Comparison) -> dict[Answer, tuple[Line, ...]]:
    """The lines that differ, may differ and don't; those of which nobody says anything are left out."""
    return {answer: tuple(line for line in comparison.of(answer) if not silent(line)) for answer in GROUPS}


def unsaid(comparison: Comparison) -> tuple[Line, ...]:
    """The lines of which no offer's value is known."""
    return tuple(line for line in comparison.lines if silent(line))


def headline(comparison: Comparison, lang: Language) -> str:
    """The sentence that answers."""
    lines = grouped(comparison)
    differ, open_ = len(lines[Answer.MET]), len(lines[Answer.UNKNOWN]) + len(unsaid(comparison))
    said = counted(
        lang, N_("{offers} offers differ on {n} point"), N_("{offers} offers differ on {n} points"), differ, offers=len(comparison.sides),
    )  # fmt: skip
    if not open_:
        return lang.text(N_("{said}, and everything compared is known."), {"said": said})
    rest = lang.plural(N_("{n} cannot be told"), N_("{n} cannot be told"), open_)
    return lang.text(N_("{said}; {rest}, since somebody's value is not known."), {"said": said, "rest": rest})


def title(line: Line, lang: Language) -> str:
    """The name of a property."""
    return lang.text(line.field.of.title)


def unit(of: Field, lang: Language) -> str:
    """The unit of a property, for the head of a table; empty for what has none."""
    if of.of.form not in {Form.NUMBER, Form.MONEY}:
        return ""
    return "/".join(lang.text(UNITS[part]) if part in UNITS else part for part in of.of.unit.replace("µ€", "€").split("/"))


def value(line: Line, cell: Compared, lang: Language) -> str:
    """The value of a cell, or that it isn't known, and why; a dash where there is nothing to know."""
    if not cell.applies:
        return "—"
    if cell.value is None:
        why = CONFLICT if cell.conflict else VARIES if cell.varies else ""
        return lang.text(NOT_KNOWN) + (f" ({lang.text(why)})" if why else "")
    if line.field.of.form is Form.TEXT and isinstance(cell.value, str):
        return lang.text(cell.value)
    return property_value_text(line.field.of, cell.value, lang.code)


@dataclass(slots=True)
class Notes:
    """The sources, numbered in the order in which they are first cited."""

    numbers: dict[tuple[str, str, str], int] = field(default_factory=dict)
    cited: list[Statement] = field(default_factory=list)

    def number(self, one: Statement) -> int:
        """The number of the source of a statement: one for each document of an issuer."""
        key = one.origin.issuer, one.origin.document, one.origin.source
        if key not in self.numbers:
            self.numbers[key] = len(self.numbers) + 1
            self.cited.append(one)
        return self.numbers[key]


def dates(one: Statement, lang: Language) -> str:
    """Since when, and until when if that is said."""
    begun = lang.day((one.origin.issued or one.origin.recorded_at).date())
    return f"{begun} → {lang.day(one.origin.until.date())}" if one.origin.until else begun


def differing(line: Line, cell: Compared) -> Sequence[Statement]:
    """The statements to show under a value: the one it comes from, and those that say otherwise or of another property."""
    if not cell.holding:
        return ()
    if line.field.of.many:
        return tuple({(one.origin.issuer, one.origin.source, one.origin.document): one for one in reversed(cell.holding)}.values())[::-1]
    first, *rest = cell.holding
    others = [one for one in rest if one.value != first.value or one.property != first.property or cell.conflict]
    return (first, *others)


def words(lang: str) -> Language:
    """The language by its code."""
    return language(lang)

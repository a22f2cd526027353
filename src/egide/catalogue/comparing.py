"""Offers side by side: every property that matters to who buys, in one unit, with who says each value and where nobody does.

What differs comes first, then what cannot be told to differ because somebody's value isn't known, then what is the same. The better value
is marked only where every offer's is known and one is better: among unknowns nothing is best.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from egide.catalogue.fields import Field, fields
from egide.catalogue.sheets import same
from egide.vocabulary.findings import Answer
from egide.vocabulary.properties import PROPERTIES, Better, Form

if TYPE_CHECKING:
    from egide.catalogue.sheets import Cell, Sheet
    from egide.vocabulary.findings import Change, Reason, Verdict
    from egide.vocabulary.properties import Value
    from egide.vocabulary.statements import Statement

MOST = 12
"""Offers that one comparison holds: more is a search."""
ALWAYS = (
    "kinds", "functions", "countries", "controlled_from", "qualification", "qualified_to", "price", "price_month", "storage_price",
    "egress_price", "switching_price", "sla_percent", "exit_days", "export_formats", "energy_kwh_hour", "carbon_g_hour",
)  # fmt: skip
"""What is shown even where nobody says anything: a buyer asks for it."""
HEAD = frozenset({"name", "provider", "description", "keywords", "aliases", "provided_by", "variant_of", "same_as", "covers", "regions"})
"""What stands over the columns, or serves to find and not to compare."""
OF_A_QUALIFICATION = frozenset({"qualified_to", "framework"})
"""What only a qualification, present or past, has."""
SHOWN_OF_RELATIONS = ("depends_on", "hosted_on", "sub_contractors")


@dataclass(frozen=True, slots=True)
class Side:
    """One offer of a comparison, and what services of the reader's may run on it."""

    sheet: Sheet

    @property
    def key(self) -> str:
        """``subject`` or ``subject/region``."""
        return self.sheet.key

    @property
    def name(self) -> str:
        """What people call it, with the region it is compared in."""
        return f"{self.sheet.name} ({self.sheet.region})" if self.sheet.region else self.sheet.name

    @property
    def provider(self) -> str:
        """Who sells it; empty when nobody says."""
        return str(self.sheet.value("provider") or "")


@dataclass(frozen=True, slots=True)
class Compared:
    """One property of one offer."""

    value: Value | None
    """In the property's form and unit; None when it isn't known."""
    holding: tuple[Statement, ...] = ()
    """Who says what, the strongest first: the first says the value, when there is one."""
    conflict: bool = False
    varies: bool = False
    brought: bool = False
    """The value was stated in another unit and brought to this one: a month's price over 730 hours."""
    best: bool = False
    applies: bool = True
    """Whether there is anything to know: an offer that was never qualified has no end of qualification."""


@dataclass(frozen=True, slots=True)
class Line:
    """One property of all offers."""

    field: Field
    cells: tuple[Compared, ...]
    differs: Answer
    """Met: known values differ; unknown: they don't, and somebody's isn't known."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a service of the reader's could do on an offer that day."""

    verdict: Verdict | None
    """None: the offer isn't on the list that the law's rules read."""
    conditions: tuple[Change, ...] = ()
    """What must be obtained on the way."""
    reasons: tuple[Reason, ...] = ()
    """Why it is refused."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One service of the reader's, put to each offer in the order of the comparison."""

    service: str
    stands: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several offers on a day."""

    on: date
    sides: tuple[Side, ...]
    lines: tuple[Line, ...]
    """What differs first, then what may, then what doesn't; each in the order of the registry."""
    wanted: tuple[Wanted, ...] = ()

    def of(self, differs: Answer) -> tuple[Line, ...]:
        """The lines that differ, may differ, or don't."""
        return tuple(line for line in self.lines if line.differs is differs)


ORDER = (Answer.MET, Answer.UNKNOWN, Answer.NOT_MET)


def compare(sheets: Sequence[Sheet], on: date, wanted: Sequence[Wanted] = ()) -> Comparison:
    """The sheets side by side."""
    lines = [_line(field, sheets) for field in _shown(sheets)]
    ordered = sorted(lines, key=lambda line: ORDER.index(line.differs))
    return Comparison(on, tuple(Side(sheet) for sheet in sheets), tuple(ordered), tuple(wanted))


def _shown(sheets: Iterable[Sheet]) -> list[Field]:
    """The fields to show: those that a buyer asks for, and any other that somebody speaks of."""
    spoken = {name for sheet in sheets for name in sheet.cells}
    known = fields()
    priced = {name for field in (known["price"], known["price_month"]) for name in field.answered_by}
    shown = [
        field for name, field in known.items()
        if name not in HEAD and name != "region" and name not in priced - {"price_month"}
        and (name in ALWAYS or spoken.intersection(field.answered_by))
    ]  # fmt: skip
    relations = [Field(name, PROPERTIES[name], (name,)) for name in SHOWN_OF_RELATIONS if name in spoken]
    order = list(PROPERTIES)
    return sorted([*shown, *relations], key=lambda field: order.index(field.of.name))


def _line(field: Field, sheets: Sequence[Sheet]) -> Line:
    cells = [_compared(field, sheet) for sheet in sheets]
    best = _best(field, [cell.value for cell in cells])
    marked = tuple(replace(cell, best=place in best) for place, cell in enumerate(cells))
    return Line(field, marked, _differs(field, cells))


def _compared(field: Field, sheet: Sheet) -> Compared:
    """The first property that answers the field and is known; with all that is said of the others after it."""
    if field.name in OF_A_QUALIFICATION and sheet.value("qualification") in {"none", "in-progress"}:
        return Compared(None, applies=False)
    cells = [sheet.cells[name] for name in field.answered_by if name in sheet.cells]
    saying = next((cell for cell in cells if cell.value is not None), None)
    first = saying or next(iter(cells), None)
    if first is None:
        return Compared(None)
    holding = (*_strongest_first(first), *(one for cell in cells if cell is not first for one in cell.holding))
    value = _brought(field, sheet, saying)
    brought = saying is not None and saying.property.unit != field.of.unit
    return Compared(value, holding, any(cell.conflict for cell in cells), value is None and any(cell.varies for cell in cells), brought)


def _strongest_first(cell: Cell) -> tuple[Statement, ...]:
    strongest = cell.strongest()
    return (strongest, *(one for one in cell.holding if one is not strongest)) if strongest else cell.holding


def _brought(field: Field, sheet: Sheet, saying: Cell | None) -> Value | None:
    if saying is None or saying.value is None or saying.property.unit == field.of.unit:
        return saying.value if saying else None
    number = field.number(sheet)
    return None if number is None else round(number) if field.of.form is Form.MONEY else number


def _differs(field: Field, cells: Sequence[Compared]) -> Answer:
    """Whether known values differ; to have one where another has nothing to have is to differ."""
    applying = [cell.value for cell in cells if cell.applies]
    known = [value for value in applying if value is not None]
    if any(not same(field.of, known[0], value) for value in known[1:]) or (known and len(applying) < len(cells)):
        return Answer.MET
    return Answer.NOT_MET if len(known) == len(applying) else Answer.UNKNOWN


def _best(field: Field, values: Sequence[Value | None]) -> set[int]:
    """Where the best value stands; nowhere when one isn't known, when all are as good, or when no value is better than another."""
    better = field.of.better
    if better is None or any(value is None for value in values) or len(values) < 2:
        return set()
    ranks = [_rank(field, value) for value in values]
    if None in ranks:
        return set()
    numbers = [rank for rank in ranks if rank is not None]
    best = min(numbers) if better is Better.LESS else max(numbers)
    found = {place for place, rank in enumerate(numbers) if rank == best or same(field.of, rank, best)}
    return found if len(found) < len(values) else set()


def _rank(field: Field, value: Value | None) -> float | None:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, date):
        return float(value.toordinal())
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str) and value in field.of.choices:
        return float(field.of.choices.index(value))
    return None

"""Prices out of any CSV: a negotiated price list, a quotation, an export. The mapping says which column is what; it is guessed and shown.

A row without a price that can be read, without a unit or in another currency is a problem or is set apart, with its row and column; the
others go on.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

from egide.catalogue.columns import day_of
from egide.catalogue.names import plain
from egide.catalogue.prices.answers import TOO_LARGE
from egide.catalogue.prices.figures import amount_of, basis_of, currency_of, decimal_mark, kind_of
from egide.catalogue.prices.records import (
    BASES,
    FREE_MACHINE,
    MAX_BYTES,
    MAX_PRICES,
    MICRO,
    MOST_MICRO_EUROS,
    NO_CURRENCY,
    NO_TIME,
    NOT_STATED,
    OTHER_CURRENCY,
    TOO_MANY,
    UNKNOWN_UNIT,
    Basis,
    Price,
    Priced,
    PriceList,
    Shape,
    Tariff,
    micro_euros,
)  # fmt: skip
from egide.catalogue.prices.table_mapping import fitted, guess
from egide.vocabulary.delimited import decode, separator_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from egide.catalogue.prices.table_mapping import ColumnRead, PriceMapping

WRONG_AMOUNT = N_("«{cell}» cannot be read as a price")
WRONG_UNIT = N_("«{cell}» is not a unit that prices are compared in (hour, month, GB, GB and month)")
NO_UNIT = N_("no unit: neither the heading, a column nor the mapping says per what the price is")
WRONG_KIND = N_("«{cell}» is none of: {choices}")
NO_KIND = N_("what is sold is not said: a category column, or `what` in the mapping")
NO_ITEM = N_("the row does not name what is sold")
NO_PROVIDER = N_("whose price it is is not said: a column, or `provider` in the mapping")
WRONG_DAY = N_("«{cell}» is not a date")
WRONG_FIGURE = N_("«{cell}» is not a figure; the price is kept without it")
NEGOTIATED = frozenset({"negotiated", "negocie", "oui", "yes", "x", "contrat", "contract", "marche"})
"""What a cell says of a price that was negotiated, in lower case without accents."""
SAYS_NOTHING = frozenset({"", "nc", "n c", "na", "n a", "nr", "sur devis", "sur demande", "on request", "upon request", "a definir", "tbd"})
"""What a cell says when its author gives no price, in lower case without accents."""
Rows = list[tuple[int, list[str]]]
"""Each row that holds something, with its number in the file."""
NO_DAY = N_("of which day are these prices? Say it in a column, in the mapping or as an option")


def read_price_table(content: bytes, file: str, mapping: PriceMapping | None = None, *, on: date | None = None, issuer: str = "",
                     tariff: Tariff | None = None, provider: str | None = None) -> tuple[PriceList, PriceMapping]:
    """The prices of a CSV and the mapping that read them. What is given here stands before the mapping, a column before both.

    ``issuer`` is who says so: the provider itself when empty. Raises `InputError` when the table has no heading that can be used, a
    mapped column is gone, or nothing could be read.
    """  # fmt: skip
    titles, rows = _rows(content, file)
    given = {name: str(value) for name, value in (("on", on), ("tariff", tariff), ("provider", provider)) if value is not None}
    used = mapping or guess(titles, file)
    used = type(used)(used.columns, used.left, {**used.constant, **given})
    places = fitted(used, titles, file)
    day = date.fromisoformat(used.constant["on"]) if "on" in used.constant else None
    made = PriceList(used.constant.get("provider", ""), issuer, file, day or date.min)
    reader = _Reader(used, places, rows, made)
    for number, row in rows:
        reader.row(number, row)
    if made.prices and made.on == date.min:
        made.on = max(price.on for price in made.prices)
    return made.settled(), used


def columns_of(content: bytes, file: str) -> PriceMapping:
    """How the columns of a CSV are understood, whether or not that is enough to read its prices. Raises `InputError`."""
    titles, _ = _rows(content, file)
    return guess(titles, file)


def _rows(content: bytes, file: str) -> tuple[list[str], Rows]:
    if len(content) > MAX_BYTES:
        raise InputError(TOO_LARGE, Location(file), values={"limit": MAX_BYTES // 2**20})
    text = decode(content, file)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(N_("not readable as CSV: {error}"), Location(file), values={"error": error}) from error
    if not rows:
        raise InputError(N_("the file is empty"), Location(file))
    if len(rows) > MAX_PRICES:
        raise InputError(TOO_MANY, Location(file), values={"limit": MAX_PRICES})
    return [" ".join(cell.split()) for cell in rows[0][1]], rows[1:]


class _RefusedError(Exception):
    """A row, or one of its amounts, cannot be used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Reader:
    """Reads rows one by one and keeps what is wrong with each."""

    def __init__(self, mapping: PriceMapping, places: Mapping[str, int], rows: Rows, made: PriceList) -> None:
        self.mapping, self.places, self.made = mapping, places, made
        self.marks = {
            column.heading: mapping.constant.get("decimal") or decimal_mark(row[places[column.heading]] for _, row in rows
                                                                            if places[column.heading] < len(row))
            for column in mapping.amounts
        }  # fmt: skip

    def cell(self, row: Sequence[str], meaning: str) -> str:
        column = self.mapping.of(meaning)
        place = self.places[column.heading] if column else len(row)
        return " ".join(row[place].split()) if place < len(row) else ""

    def constant(self, name: str) -> str:
        return self.mapping.constant.get(name, "")

    def refused(self, number: int, meaning: str | None, message: str, **args: object) -> _RefusedError:
        column = self.mapping.of(meaning) if meaning else None
        return _RefusedError(Problem(Location(self.made.source, row=number, column=column.heading if column else None), message, args))

    def row(self, number: int, row: Sequence[str]) -> None:
        """Every amount of the row, or the problem that keeps the row out."""
        for column in self.mapping.amounts:
            cell = row[self.places[column.heading]].strip() if self.places[column.heading] < len(row) else ""
            if not cell:
                continue
            try:
                self.amount(number, row, column, cell)
            except _RefusedError as refusal:
                if refusal.problem not in self.made.problems:
                    self.made.problems.append(refusal.problem)

    def amount(self, number: int, row: Sequence[str], column: ColumnRead, cell: str) -> None:
        item = self.cell(row, "item") or self.cell(row, "name")
        if not item:
            raise self.refused(number, "item", NO_ITEM)
        provider = self.cell(row, "provider") or self.constant("provider")
        if not provider:
            raise self.refused(number, "provider", NO_PROVIDER)
        at, place = Location(self.made.source, row=number, column=column.heading), self.cell(row, "place") or None
        on, until = self.day(number, row, "on"), self.day(number, row, "until")
        if on is None:
            raise self.refused(number, "on", NO_DAY)
        basis, times = self.unit(number, row, column, cell)
        what = self.kind(number, row, basis)
        if plain(cell) in SAYS_NOTHING:
            return self.made.set_apart(item, place, cell, at, NOT_STATED)
        euros = amount_of(cell, self.marks[column.heading])
        if euros is None or euros * times * MICRO > MOST_MICRO_EUROS:
            raise _RefusedError(Problem(at, WRONG_AMOUNT, {"cell": cell}))
        if basis not in BASES[what]:
            return self.made.set_apart(item, place, cell, at, NO_TIME if basis is Basis.GB else UNKNOWN_UNIT, unit=basis.value)
        said = self.cell(row, "currency") or column.currency or currency_of(column.heading) or self.constant("currency")
        currency = currency_of(cell) or currency_of(said) or said.upper()
        if currency != "EUR":
            because = (OTHER_CURRENCY, {"currency": currency}) if currency else (NO_CURRENCY, {})
            return self.made.set_apart(item, place, cell, at, because[0], **because[1])
        if what is Priced.INSTANCE and euros == 0:
            return self.made.set_apart(item, place, cell, at, FREE_MACHINE)
        return self.made.add(Price(
            provider, item, self.cell(row, "name") or item, what, place, micro_euros(euros * times), basis, f"{cell} ({column.heading})",
            at, on, self.made.issuer or provider, self.made.source, self.tariff(row),
            shape=self.shape(number, row) if what is Priced.INSTANCE else None, until=until,
        ))  # fmt: skip

    def day(self, number: int, row: Sequence[str], meaning: str) -> date | None:
        """The day of a column, else of the mapping; None when neither says."""
        cell = self.cell(row, meaning)
        if not cell:
            held = self.constant(meaning)
            return date.fromisoformat(held) if held else None
        found = day_of(cell)
        if found is None:
            raise self.refused(number, meaning, WRONG_DAY, cell=cell)
        return found

    def unit(self, number: int, row: Sequence[str], column: ColumnRead, cell: str) -> tuple[Basis, Fraction]:
        """Per what: the cell itself («0,05 €/h»), the unit column, the heading, the mapping, in that order."""
        if inline := basis_of(plain(cell)):
            return inline
        if said := self.cell(row, "unit"):
            found = basis_of(plain(said))
            if found is None:
                raise self.refused(number, "unit", WRONG_UNIT, cell=said)
            return found
        found = basis_of(plain(column.unit or column.heading)) or basis_of(plain(self.constant("unit")))
        if found is None:
            raise self.refused(number, "amount", NO_UNIT)
        return found

    def kind(self, number: int, row: Sequence[str], basis: Basis) -> Priced:
        """What is sold: the category column, else the mapping, else what a size or a name leaves no doubt of."""
        if said := self.cell(row, "what"):
            found = kind_of(plain(said))
            if found is None:
                raise self.refused(number, "what", WRONG_KIND, cell=said, choices=", ".join(Priced))
            return found
        if held := self.constant("what"):
            return Priced(held)
        if self.cell(row, "vcpus") and basis in {Basis.HOUR, Basis.MONTH}:
            return Priced.INSTANCE
        found = kind_of(plain(self.cell(row, "name")))
        if found is None:
            raise self.refused(number, None, NO_KIND)
        return found

    def tariff(self, row: Sequence[str]) -> Tariff:
        said = plain(self.cell(row, "tariff"))
        if said:
            return Tariff.NEGOTIATED if said in NEGOTIATED else Tariff.LIST
        return Tariff(self.constant("tariff") or Tariff.LIST)

    def shape(self, number: int, row: Sequence[str]) -> Shape:
        vcpus, ram, disk, gpus = (self.figure(number, row, name) for name in ("vcpus", "ram_gb", "disk_gb", "gpus"))
        return Shape(
            None if vcpus is None else round(vcpus), None if ram is None else round(ram * 1024), None if disk is None else round(disk),
            None if gpus is None else round(gpus), self.cell(row, "gpu_model") or None,
        )  # fmt: skip

    def figure(self, number: int, row: Sequence[str], meaning: str) -> Fraction | None:
        """A size; a cell that is none is a problem, and the price is kept without it."""
        cell = self.cell(row, meaning)
        found = amount_of(cell, ".") if cell else None
        if cell and found is None:
            problem = self.refused(number, meaning, WRONG_FIGURE, cell=cell).problem
            self.made.problems.append(Problem(problem.at, problem.message, problem.args, rejected=False))
        return found

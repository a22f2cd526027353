"""`egide catalogue export`: the catalogue for other programs, with every statement behind each value."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.assess import day
from egide.cli.catalogue_import import Database
from egide.cli.tools import Force, On
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from egide.catalogue.kept.reading import Kept
    from egide.catalogue.sheets import Sheet
    from egide.catalogue.shelf import Shelf
    from egide.vocabulary.properties import SubjectKind


def export(
    *offers: Annotated[str, Parameter(help=N_("Offers by name or identifier; all when none is named."))],
    to: Annotated[
        Literal["json-ld", "csv", "xlsx"], Parameter(name="--to", help=N_("JSON-LD, a row for each statement (CSV), or a workbook (XLSX)."))
    ] = "json-ld",
    out: Annotated[Path | None, Parameter(name="--out", help=N_("The file to write; standard output by default."))] = None,
    on: On = None,
    db: Database = None,
    force: Force = False,
) -> int:  # fmt: skip
    """The catalogue on a day: values, and every statement behind them."""
    from egide.app.catalogue.shelves import shelf
    from egide.store.files import whole_file
    from egide.vocabulary.errors import InputError

    if out is None and to == "xlsx":
        raise InputError(N_("a workbook is written to a file: --out catalogue.xlsx"))
    with shelf(day(on), db) as (known, kept):
        pieces = _pieces(to, _sheets(offers, known, kept), known.on)
        if out is None:
            for piece in pieces:
                sys.stdout.write(piece.decode())
            return DONE
        with whole_file(out, force=force) as draft, draft.open("wb") as file:
            for piece in pieces:
                file.write(piece)
    door.error(door.say(N_("Written: {path}"), path=str(out)))
    return DONE


def _pieces(to: str, sheets: Iterator[tuple[Sheet, SubjectKind]], on: date) -> Iterable[bytes]:
    from egide.catalogue.json_ld import exported
    from egide.papers.catalogue_tables import catalogue_csv, catalogue_workbook

    if to == "csv":
        return catalogue_csv(sheets)
    return exported(sheets) if to == "json-ld" else [catalogue_workbook(sheets, on, door.LANG)]


def _sheets(offers: Sequence[str], known: Shelf, kept: Kept | None) -> Iterator[tuple[Sheet, SubjectKind]]:
    from egide.app.catalogue.shelves import subject_of
    from egide.catalogue.sheets import fold, kind_of

    for name in offers:
        subject, region = subject_of(name, known, kept)
        if (sheet := known.sheet(subject, region)) is not None:
            yield sheet, known.kind(subject)
    if not offers:
        for subject, told in known.each():
            yield fold(subject, told, known.on, None, known.withdrawn()), kind_of(told)

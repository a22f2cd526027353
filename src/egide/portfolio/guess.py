"""Recognises a sheet: MonServiceSécurisé's template, our own workbook, or any list of services by its headers and cells."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from egide.portfolio.cells import Said, amount_eur, day, months, shown, value_of, yes_no
from egide.portfolio.columns import HOSTING_FACTS, REGISTER_COLUMNS, REGISTER_ONLY, TARGETS, headers_of, own_headers
from egide.portfolio.mapping import ColumnMapping, ColumnUse, SheetMapping, UnusedColumn
from egide.portfolio.registration import siren_of
from egide.portfolio.words import fold
from egide.vocabulary.facts import FACTS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from egide.portfolio.cells import Cell
    from egide.portfolio.tables import Table

SURE = 80
"""Below this confidence a column is not read."""
SURE_FOR_A_FACT = 88
"""A fact of the law asks for more."""
HEADER_ROWS = 40
_SAMPLE = 60
_MANY = 5

MSS_HEADERS = {
    "nom du service numerique": "name",
    "siret de l organisation": "siret",
    "type de cloud hebergement utilise": "hosting_type",
    "localisation des donnees traitees": "hosting.place",
    "date d homologation": "approval_date",
    "duree d homologation": "approval_duration",
}
"""MonServiceSécurisé's columns that answer something; the others describe the service and no rule reads them."""
_MSS_OTHERS = frozenset({"audience cible du service", "volume des donnees traitees", "ouverture du systeme",
                         "duree maximale acceptable de dysfonctionnement du systeme"})
_NEGATIONS = frozenset({"non", "sans", "hors", "pas", "not", "without", "no", "aucun", "aucune", "exclu"})


def guess(tables: Sequence[Table]) -> ColumnMapping:
    """How each table is read. A sheet counts when a column names services and another says something about them."""
    found = [_sheet(table) for table in tables]
    kept = [sheet for sheet in found if sheet and (sheet.shape != "guessed" or len(sheet.columns) > 1)]
    if not any(sheet.holds == "services" for sheet in kept):
        kept += [sheet for sheet in found if sheet and sheet not in kept][:1]
    names = {sheet.sheet for sheet in kept}
    return ColumnMapping(tuple(kept), tuple(table.sheet for table in tables if table.sheet and table.sheet not in names))


def _sheet(table: Table) -> SheetMapping | None:
    """A header that is known whole, or else the row that looks most like one; of two alike the lower, under which the list stands."""
    rows = [row for row in range(min(HEADER_ROWS, len(table.rows))) if any(cell is not None for cell in table.rows[row])]
    for recognise in (_known, _guessed):
        best: SheetMapping | None = None
        for row in rows:
            found = recognise(table, row)
            if found and (best is None or _worth(found) >= _worth(best)):
                best = found
        if best:
            return best
    return None


def _worth(mapping: SheetMapping) -> int:
    return sum(use.confidence for use in mapping.columns)


def _texts(table: Table, row: int) -> dict[int, str]:
    return {index: fold(shown(cell)) for index, cell in enumerate(table.rows[row]) if isinstance(cell, str) and len(cell) <= 300}


def _known(table: Table, row: int) -> SheetMapping | None:
    """MonServiceSécurisé's header or one of ours, which are recognised whole."""
    texts = _texts(table, row)
    words = set(texts.values())
    if "nom du service numerique" in words and len(words & (_MSS_OTHERS | MSS_HEADERS.keys())) >= 6:
        return _exactly(table, row, texts, MSS_HEADERS, "services", "mss")
    for holds, known in _OWN.items():
        headers = {header: name for name in known for header in own_headers(name)}
        if _REQUIRED[holds] <= {headers[text] for text in words if text in headers} and len(words & headers.keys()) >= len(words) * 0.6:
            return _exactly(table, row, texts, headers, holds, "egide")
    return None


_OWN = {
    "bodies": REGISTER_COLUMNS,
    "hostings": ("name", "hosting", "planned", *HOSTING_FACTS),
}
_REQUIRED = {"bodies": {"siren", "status"}, "hostings": {"name", "hosting", "planned"}}


def _exactly(table: Table, row: int, texts: dict[int, str], headers: dict[str, str], holds: str, shape: str) -> SheetMapping:
    uses: list[ColumnUse] = []
    unused: list[UnusedColumn] = []
    for index, text in texts.items():
        header = shown(table.rows[row][index])
        if text in headers and headers[text] not in {use.target for use in uses}:
            uses.append(ColumnUse(index, header, headers[text], 100))
        elif text:
            unused.append(UnusedColumn(header))
    return SheetMapping(table.sheet, row, tuple(uses), tuple(unused), holds, shape)


def _guessed(table: Table, row: int) -> SheetMapping | None:
    """The best target of each column, each target once; None without a column that names services."""
    texts = {index: text for index, text in _texts(table, row).items() if text}
    if not any(worth_of(text, "name") >= SURE for text in texts.values()):
        return None
    candidates = sorted(_candidates(table, row, texts), key=lambda use: (-use.confidence, use.index, use.target))
    uses: dict[int, ColumnUse] = {}
    taken: set[str] = set()
    near: dict[int, ColumnUse] = {}
    for use in candidates:
        if use.index in uses:
            continue
        enough = use.confidence >= (SURE_FOR_A_FACT if use.target in FACTS else SURE)
        if enough and (use.target not in taken or TARGETS[use.target].many):
            uses[use.index] = use
            taken.add(use.target)
        else:
            near.setdefault(use.index, use)
    if "name" not in taken:
        return None
    unused = tuple(
        UnusedColumn(shown(table.rows[row][index]), *((near[index].target, near[index].confidence) if index in near else ()))
        for index in texts if index not in uses
    )
    ours = all(use.confidence == 100 and texts[use.index] in own_headers(use.target) for use in uses.values()) and len(uses) > 5
    return SheetMapping(table.sheet, row, tuple(uses[index] for index in sorted(uses)), unused, "services", "egide" if ours else "guessed")


def _candidates(table: Table, row: int, texts: dict[int, str]) -> Iterator[ColumnUse]:
    for index, text in texts.items():
        cells = [table.cell(line, index) for line in range(row + 1, min(row + 1 + _SAMPLE, len(table.rows)))]
        header = shown(table.rows[row][index])
        for target in TARGETS:
            if target in REGISTER_ONLY or target == "planned":
                continue
            worth = worth_of(text, target)
            if worth >= 60:
                yield ColumnUse(index, header, target, round(worth * _fitness(target, cells, exact=worth == 100)))


@cache
def worth_of(text: str, target: str) -> int:
    """0 to 100: how surely the header means the target. Exact is 100; a negation that the target lacks is 0."""
    headers = headers_of(target)
    if text in headers:
        return 100
    if len(text) < 4:
        return 0
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only for headers that nobody knows

    words = set(text.split())
    candidates = [header for header in headers if len(header) >= 4 and words & _NEGATIONS <= set(header.split())]
    best = process.extractOne(text, candidates, scorer=fuzz.token_sort_ratio, score_cutoff=60)
    worth = min(95.0, best[1]) if best else 0.0
    within = (header for header in candidates if len(header) >= 8 and set(header.split()) < words)
    inside = max((len(header.split()) / len(words) for header in within), default=0.0)
    if inside and target not in FACTS:
        worth = max(worth, 70 + 25 * inside)
    return round(worth)


def _fitness(target: str, cells: Sequence[Cell], *, exact: bool) -> float:
    """How well the cells can be read as the target asks, as a factor.

    Under an exact header a few cells that cannot be read are reported one by one; when no cell of many can be, the column is about
    something else and is not read.
    """
    filled = [cell for cell in cells if cell is not None]
    if not filled:
        return 1.0
    good = sum(_readable(target, cell) for cell in filled) / len(filled)
    if exact and (good or len(filled) < _MANY):
        return 1.0
    return 1.0 if good >= 0.6 else 0.6 + 0.4 * good


def _readable(target: str, cell: Cell) -> bool:
    if target == "siret":
        return siren_of(cell)[0] is not None
    if target in FACTS and FACTS[target].kind is not Kind.TEXT:
        return value_of(FACTS[target], cell) is not Said.NOT_UNDERSTOOD or target == "hosting.place"
    if target in {"approval_date", "said_on"}:
        return day(cell) is not Said.NOT_UNDERSTOOD
    if target == "approval_duration":
        return months(cell) is not Said.NOT_UNDERSTOOD
    if target in {"hosting", "planned_hosting", "hosting_offer", "data_owner", "body"}:
        return isinstance(cell, str) and yes_no(cell) is Said.NOT_UNDERSTOOD and amount_eur(cell) is Said.NOT_UNDERSTOOD
    return isinstance(cell, str) or target == "name"

"""Rows to services, under a mapping: one row, one service; a cell that cannot be used is reported and its fact stays unknown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from egide.portfolio.cells import Cell, Said, add_months, day, months, said_nothing, shown, yes_no
from egide.portfolio.drafts import HostingDraft, ServiceDraft
from egide.portfolio.reader import NOT_UNDERSTOOD, Reader, spread_merged
from egide.portfolio.registration import siren_of
from egide.portfolio.words import fold
from egide.vocabulary.facts import FACTS
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from egide.portfolio.mapping import ColumnUse

TOO_MANY_CELLS = N_("the row has more cells than there are headers: a separator stands in a text that is not quoted; check the row")
NO_NAME = N_("the row has no service name: it was left out")
TYPE_UNKNOWN = N_("«{value}» is not a type of hosting that is known: not used")
WHICH_HOSTING = N_("«{value}» stands for several hostings and does not say which: not used; give one value per hosting, parted by «;»")
DURATION_ALONE = N_("the approval has a duration and no date: its end stays unknown")
NO_SUCH_SERVICE = N_("no service is called «{name}» in the list: the row was left out")
SEVERAL_SUCH_SERVICES = N_("several services are called «{name}»: the row was left out")

_PARTS = re.compile(r"\s*(?:;|\r?\n)\s*")
_CLOUD_TYPES = re.compile(r"\b(iaas|paas|saas|caas|cloud|autre|other|externe|heberge|infogere)\b")
_SOFTWARE_TYPES = re.compile(r"\bsaas\b")
_ON_PREMISE_TYPES = re.compile(r"\b(on premises?|sur site|dans nos locaux)\b")


def service_rows(reader: Reader) -> Iterator[ServiceDraft]:
    """The services of a sheet. A row without a name is reported and left out; an empty row is neither."""
    continued = spread_merged(reader)
    width = len(reader.table.rows[reader.mapping.header_row]) if reader.table.sheet is None and reader.table.rows else 0
    current: ServiceDraft | None = None
    for row in range(reader.mapping.header_row + 1, len(reader.table.rows)):
        if all(cell is None for cell in reader.table.rows[row]):
            continue
        name = reader.text(row, "name")
        if width and any(cell is not None for cell in reader.table.rows[row][width:]):
            reader.tell(row, None, TOO_MANY_CELLS)
        if not name:
            if any(reader.table.cell(row, use.index) is not None for use in reader.mapping.columns):
                reader.tell(row, reader.mapping.column("name"), NO_NAME, rejected=True)
            continue
        if current is None or row not in continued:
            if current is not None:
                yield current
            current = ServiceDraft(name[:300], reader.at(row))
        _fill(reader, row, current)
    if current is not None:
        yield current


def _fill(reader: Reader, row: int, draft: ServiceDraft) -> None:
    on = reader.day(row, "said_on")
    _fill_body(reader, row, draft)
    hostings = _hostings(reader, row, on)
    for use in reader.mapping.columns:
        if use.target not in FACTS:
            continue
        cell = reader.cell(row, use)
        if use.target.startswith(("hosting.", "derogation.")):
            _answer_hostings(reader, row, use, cell, hostings, on)
            continue
        claim = reader.answer(use, cell, row, on)
        if claim:
            draft.claims.setdefault(use.target, claim)
    _approval(reader, row, hostings, on)
    draft.hostings += [hosting for hosting in hostings if hosting.text or hosting.claims or hosting.on_premise or not draft.hostings]


def _fill_body(reader: Reader, row: int, draft: ServiceDraft) -> None:
    draft.body = draft.body or reader.text(row, "body") or None
    draft.data_owner = draft.data_owner or reader.text(row, "data_owner") or None
    use = reader.mapping.column("siret")
    if use is None or draft.siren:
        return
    cell = reader.cell(row, use)
    if said_nothing(cell) is None:
        draft.siren, wrong = siren_of(cell)
        if wrong:
            reader.tell(row, use, wrong, value=shown(cell)[:40])


def _hostings(reader: Reader, row: int, on: date | None) -> list[HostingDraft]:
    """Where the row says the service runs: several columns, or several texts in one cell; one without a text when it says nothing."""
    found: list[HostingDraft] = []
    for use in reader.mapping.columns:
        if use.target not in {"hosting", "planned_hosting"}:
            continue
        cell = reader.cell(row, use)
        texts = [] if said_nothing(cell) else [part for part in _PARTS.split(shown(cell)) if part]
        found += [HostingDraft(text[:300], use.target == "planned_hosting", at=reader.at(row, use)) for text in texts]
    more = [text for text in (reader.text(row, "hosting_offer"), reader.text(row, "hosting_region")) if text]
    current = [hosting for hosting in found if not hosting.planned]
    if more and len(current) <= 1:
        if not current:
            current = [HostingDraft("")]
            found.insert(0, current[0])
        current[0].text = " ".join([current[0].text, *more]).strip()
    found = found or [HostingDraft("")]
    _type_of_hosting(reader, row, found, on)
    return found


def _type_of_hosting(reader: Reader, row: int, hostings: Sequence[HostingDraft], on: date | None) -> None:
    """On premises is a hosting; a cloud, whatever its kind, is only half of an answer: which offer is still to be asked."""
    use = reader.mapping.column("hosting_type")
    cell = reader.cell(row, use) if use else None
    if use is None or said_nothing(cell):
        return
    folded = fold(shown(cell))
    if _ON_PREMISE_TYPES.search(folded):
        if len(hostings) == 1:
            hostings[0].on_premise = reader.claim("offer.model", "on-premise", row, use, on)
            hostings[0].type_text, hostings[0].at = shown(cell), reader.at(row, use)
        else:
            reader.tell(row, use, WHICH_HOSTING, value=shown(cell)[:80])
    elif _SOFTWARE_TYPES.search(folded):
        for hosting in hostings:
            hosting.software = True
    elif not _CLOUD_TYPES.search(folded):
        reader.tell(row, use, TYPE_UNKNOWN, value=shown(cell)[:80])


def _answer_hostings(
    reader: Reader, row: int, use: ColumnUse, cell: Cell, hostings: Sequence[HostingDraft], on: date | None,
) -> None:
    """One value for one hosting, or as many values as hostings; anything else would be a guess."""
    if said_nothing(cell) is Said.NOTHING:
        return
    current = [hosting for hosting in hostings if not hosting.planned] or list(hostings)
    parts: list[Cell] = list(_PARTS.split(cell)) if isinstance(cell, str) and len(current) > 1 else [cell]
    if len(parts) != len(current):
        reader.tell(row, use, WHICH_HOSTING, value=shown(cell)[:80])
        return
    for hosting, part in zip(current, parts, strict=True):
        claim = reader.answer(use, part, row, on)
        if claim:
            hosting.claims.setdefault(use.target, claim)


def _approval(reader: Reader, row: int, hostings: Sequence[HostingDraft], on: date | None) -> None:
    """The approval ends its duration after its date, on the same day of the month."""
    dated, lasting = reader.mapping.column("approval_date"), reader.mapping.column("approval_duration")
    if dated is None or lasting is None:
        return
    start = reader.day(row, "approval_date")
    cell = reader.cell(row, lasting)
    length = months(cell)
    if length is Said.NOT_UNDERSTOOD:
        reader.tell(row, lasting, NOT_UNDERSTOOD, value=shown(cell)[:80])
    if isinstance(length, Said):
        return
    if start is None:
        if day(reader.table.cell(row, dated.index)) is Said.NOTHING:
            reader.tell(row, lasting, DURATION_ALONE)
        return
    claim = reader.claim("hosting.approval_end", add_months(start, length), row, dated, on)
    for hosting in hostings:
        if not hosting.planned:
            hosting.claims.setdefault("hosting.approval_end", claim)


def hosting_rows(reader: Reader, drafts: Sequence[ServiceDraft]) -> None:
    """The sheet «Hébergements» of our workbook: each row tells of one hosting of a service named in the list."""
    spread_merged(reader)
    named: dict[str, list[ServiceDraft]] = {}
    for draft in drafts:
        named.setdefault(fold(draft.name), []).append(draft)
    for row in range(reader.mapping.header_row + 1, len(reader.table.rows)):
        if all(cell is None for cell in reader.table.rows[row]):
            continue
        name = reader.text(row, "name")
        found = named.get(fold(name), []) if name else []
        if len(found) != 1:
            message = NO_NAME if not name else SEVERAL_SUCH_SERVICES if found else NO_SUCH_SERVICE
            reader.tell(row, reader.mapping.column("name"), message, rejected=True, name=name)
            continue
        hosting, on = _hosting_of(reader, row, found[0]), reader.day(row, "said_on")
        for use in reader.mapping.columns:
            claim = reader.answer(use, reader.cell(row, use), row, on) if use.target in FACTS else None
            if claim:
                hosting.claims[use.target] = claim


def _hosting_of(reader: Reader, row: int, draft: ServiceDraft) -> HostingDraft:
    """The hosting with the same text, the one that still has no text, or a new one."""
    text = reader.text(row, "hosting")
    use = reader.mapping.column("planned")
    said = yes_no(reader.cell(row, use)) if use else Said.NOTHING
    if use and said is Said.NOT_UNDERSTOOD:
        reader.tell(row, use, NOT_UNDERSTOOD, value=shown(reader.table.cell(row, use.index))[:80])
    for hosting in draft.hostings:
        if fold(hosting.text) == fold(text) and (isinstance(said, Said) or hosting.planned == said):
            return hosting
    if not text and len(draft.hostings) == 1:
        return draft.hostings[0]
    planned = said is True
    for hosting in draft.hostings:
        if not hosting.text and hosting.on_premise is None and not hosting.claims:
            hosting.text, hosting.planned, hosting.at = text, planned, reader.at(row)
            return hosting
    draft.hostings.append(HostingDraft(text, planned, at=reader.at(row)))
    return draft.hostings[-1]

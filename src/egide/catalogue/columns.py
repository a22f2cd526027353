"""What the columns and cells of a list of qualified services mean, whoever typed them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from egide.catalogue.names import plain
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEADERS: Mapping[str, tuple[str, ...]] = {
    "provider": ("provider", "prestataire", "fournisseur", "societe", "entreprise", "commanditaire", "editeur", "raison sociale"),
    "service": ("service", "offre", "produit", "nom du service", "nom de l offre", "nom du produit", "services", "service qualifie"),
    "kind": ("kind", "type", "nature", "activite", "activites", "modele", "type de service", "portee", "perimetre"),
    "start": ("qualified from", "date de qualification", "date de decision", "debut", "debut de validite", "qualifie depuis", "date",
              "du", "date de debut"),
    "end": ("qualified to", "fin de validite", "date de fin de validite", "date de fin", "fin", "valide jusqu au", "echeance",
            "date d expiration", "expiration", "au", "validite"),
    "decision": ("anssi decision", "decision", "numero de decision", "n de decision", "n decision", "no de decision", "reference",
                 "reference de la decision", "n", "numero", "decision de qualification"),
    "status": ("status", "statut", "etat", "situation"),
    "framework": ("framework", "version", "referentiel", "version du referentiel"),
    "regions": ("regions", "region", "zones", "zone"),
    "note": ("note", "notes", "remarque", "remarques", "commentaire", "commentaires"),
}
STATUSES: Mapping[str, str] = {
    "qualified": "qualified", "qualifie": "qualified", "qualifiee": "qualified", "valide": "qualified",
    "in progress": "in-progress", "en cours": "in-progress", "en cours de qualification": "in-progress",
    "none": "none", "non qualifie": "none", "retire": "none",
}
MONTHS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre")
EMPTY = {"", "?", "-", "–", "—", "n/a", "nc", "néant"}

WRONG_DATE = N_("«{cell}» is not a date; the line is kept without it, and so it does not qualify.")
WRONG_STATUS = N_("«{cell}» is neither qualified nor in progress; the line is left out.")
WRONG_VERSION = N_("«{cell}» names no known version of the framework (3.1 or 3.2); the line is kept without it.")
NO_PROVIDER = N_("The line names no provider; it is left out.")
END_BEFORE_START = N_("The line ends on {end}, before it starts on {start}; it is left out.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a list gives it, before anybody says which offer it is about."""

    provider: str
    service: str
    """Empty when the list doesn't name it."""
    kind: str
    start: date | None
    end: date | None
    decision: str | None
    status: str
    framework: str | None = None
    regions: tuple[str, ...] | None = None


@dataclass(slots=True)
class Cells:
    """The cells of one row by the meaning of their column, and the problems met in reading them."""

    at: Location
    named: Mapping[str, str]
    titles: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The cell, or nothing when it only says that it is empty."""
        cell = " ".join(self.named.get(name, "").split())
        return "" if cell.casefold() in EMPTY else cell

    def complain(self, name: str | None, message: str, rejected: bool, **args: object) -> None:
        """Keep a problem of that column."""
        column = self.titles.get(name) if name else None
        at = Location(self.at.file, self.at.sheet, self.at.row, column)
        self.problems.append(Problem(at, message, args, rejected))

    def day(self, name: str) -> date | None:
        """The cell as a day; a cell that isn't one is a problem."""
        cell = self.text(name)
        found = day_of(cell)
        if cell and found is None:
            self.complain(name, WRONG_DATE, False, cell=cell)
        return found


def meanings(titles: Sequence[str]) -> dict[str, int]:
    """Which column holds what: the first column whose title is known for it."""
    found: dict[str, int] = {}
    for index, title in enumerate(titles):
        for name, known in HEADERS.items():
            if plain(title) in known:
                found.setdefault(name, index)
    return found


def day_of(text: str) -> date | None:
    """«2026-07-31», «31/07/2026», «31 juillet 2026» or «1er septembre 2026» as a day; anything else is none."""
    words = plain(text)
    if found := re.fullmatch(r"(\d{4}) (\d{1,2}) (\d{1,2})", words):
        year, month, day = (int(part) for part in found.groups())
    elif found := re.fullmatch(r"(\d{1,2}) (\d{1,2}) (\d{4})", words):
        day, month, year = (int(part) for part in found.groups())
    elif (found := re.fullmatch(r"(\d{1,2})(?:er)? (\w+) (\d{4})", words)) and found[2] in MONTHS:
        day, month, year = int(found[1]), MONTHS.index(found[2]) + 1, int(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def line_of(cells: Cells, default_status: str | None) -> Line | None:
    """The line in these cells; None when it can't be used, and then a problem says why."""
    provider = cells.text("provider")
    if not provider:
        cells.complain("provider", NO_PROVIDER, True)
        return None
    said = plain(cells.text("status"))
    status = STATUSES.get(said) if said else default_status
    if status is None:
        cells.complain("status", WRONG_STATUS, True, cell=cells.text("status"))
        return None
    start, end = cells.day("start"), cells.day("end")
    if start and end and end < start:
        cells.complain("end", END_BEFORE_START, True, start=start, end=end)
        return None
    version = cells.text("framework")
    framework = next((known for known in ("3.1", "3.2") if known in version), None)
    if version and framework is None:
        cells.complain("framework", WRONG_VERSION, False, cell=version)
    regions = tuple(part.strip() for part in re.split(r"[,;/]", cells.text("regions")) if part.strip())
    return Line(provider, cells.text("service"), cells.text("kind"), start, end, cells.text("decision") or None, status,
                framework, regions or None)

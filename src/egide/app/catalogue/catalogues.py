"""The catalogue a person works with: the one of the package, until an import is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import home, read, write
from egide.app.portfolio import assess
from egide.catalogue import differences, dump, is_list, merge, read_import
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.catalogue import Differences, Imported
    from egide.vocabulary.offers import Catalogue, Offer


LISTS = frozenset({".pdf", ".csv", ".tsv", ".txt", ""})


class UnknownOfferError(EgideError):
    """No offer by that name in the catalogue."""

    hint = "egide catalogue list"

    def __init__(self, name: str, known: list[str]) -> None:
        from rapidfuzz import process

        self.near = [one for one, score, _ in process.extract(name, known, limit=3) if score > 40]
        super().__init__(N_("no offer is named «{name}»; near: {near}"), {"name": name, "near": ", ".join(self.near) or "—"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """An import, what it would change, and the catalogue it would make."""

    imported: Imported
    changes: Differences
    made: Catalogue


def find(name: str, offers: Catalogue) -> tuple[Offer, str | None]:
    """The offer, and the region when the name ends with one (``offer/region``)."""
    if name in offers.by_id:
        return offers.by_id[name], None
    start, _, region = name.rpartition("/")
    if start in offers.by_id and any(region == one.id for one in offers.by_id[start].regions):
        return offers.by_id[start], region
    folded = name.casefold()
    for offer in offers.offers:
        if folded in (offer.name.casefold(), *(alias.casefold() for alias in offer.aliases)):
            return offer, None
    raise UnknownOfferError(name, [*offers.by_id, *(offer.name for offer in offers.offers)])


def is_qualified_list(path: Path) -> bool:
    """Whether the file is a list of qualified offers, which changes what the law is judged by."""
    return path.is_file() and path.suffix.lower() in LISTS and is_list(read(path), path.name)


def propose(path: Path, as_of: date | None = None) -> Proposal:
    """Read an import and say what it would change; nothing is kept."""
    today = assess.catalogue()
    imported = read_import(read(path), path.name, as_of=as_of)
    made = merge(today, imported)
    return Proposal(imported, differences(today, made), made)


def accept(proposal: Proposal) -> Path:
    """Make the proposed catalogue the one in use. Written whole or not at all."""
    path = home() / assess.CATALOGUE_FILE
    write(path, dump(proposal.made), force=True)
    return path

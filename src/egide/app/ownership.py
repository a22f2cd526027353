"""Who holds and who controls: files of holdings in, the answer for one company out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import read, write_all
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.ownership.answers import Ownership, Readings
    from egide.ownership.holdings import Register

STREAMED_ABOVE_BYTES = 100 * 2**20
"""Larger files are read line by line; a table of people's making is smaller."""
PAGE, PICTURE, DOCUMENT, TABLE = "ownership.html", "ownership.svg", "ownership.json", "ownership.csv"


class UnknownCompanyError(EgideError):
    """No party of the files has that identifier or name."""

    def __init__(self, name: str, near: Sequence[str]) -> None:
        if near:
            super().__init__(N_("no party is named «{name}»; near: {near}"), {"name": name, "near": "; ".join(near)})
        else:
            super().__init__(N_("no party is named «{name}»"), {"name": name})


def register(files: Sequence[Path]) -> Register:
    """All that the files say of holdings, of all days, merged; contradictions kept. Raises `InputError`."""
    from egide.ownership.merging import merge
    from egide.ownership.reading import read_register

    if not any(_is_streamed(path) for path in files):
        return read_register({str(path): read(path) for path in files})
    return merge([_streamed(path) if _is_streamed(path) else read_register({str(path): read(path)}) for path in files])


def _is_streamed(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > STREAMED_ABOVE_BYTES


def _streamed(path: Path) -> Register:
    """A register too large to hold as a file and as values at once: JSON Lines of BODS, line after line."""
    from egide.ownership.bods import read_bods

    with path.open("rb") as source:
        if not source.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            said = N_("only BODS 0.4 as JSON Lines is read above {limit} MiB")
            raise InputError(said, Location(str(path)), values={"limit": STREAMED_ABOVE_BYTES // 2**20})
        source.seek(0)
        return read_bods(source, str(path))


def company_named(said: Register, name: str | None) -> str:
    """The identifier of the company meant: by identifier, by name, or the only one that is held and holds nothing.

    Raises `UnknownCompanyError` with the nearest names.
    """
    if name is None:
        return _only_company(said)
    if name in said.parties:
        return name
    wanted = name.casefold()
    named = [party.id for party in said.parties.values() if party.name.casefold() == wanted or name in party.identifiers]
    if len(named) == 1:
        return named[0]
    if len(named) > 1:
        raise InputError(N_("several parties are named «{name}»: {ids}"), values={"name": name, "ids": ", ".join(named)})
    from rapidfuzz import process

    near = process.extract(wanted, {party.id: party.name.casefold() for party in said.parties.values()}, limit=3, score_cutoff=50)
    raise UnknownCompanyError(name, [f"{said.parties[key].name} ({key})" for _, _, key in near])


def _only_company(said: Register) -> str:
    held = dict.fromkeys(holding.held for holding in said.holdings)
    top = [company for company in held if not any(holding.holder == company for holding in said.holdings)]
    if len(top) == 1:
        return top[0]
    raise InputError(N_("name the company: several are held ({names})"), values={"names": ", ".join(top[:5] or list(held)[:5])})


def readings(name: str, on: date, persons: bool = False, both: bool = False) -> Readings:
    """The parameters of 19.6.b: whose Union, whether persons count, how «24 et 39» is read; the caps as the scheme dates them.

    ``name`` is ``EU``, ``EEA`` or the ISO code of one country.
    """
    from egide.ownership.answers import Readings
    from egide.ownership.countries import EEA, EU

    inside = {"EU": EU, "EEA": EEA}.get(name.upper(), frozenset({name.upper()}))
    if len(name) != 2 and name.upper() != "EEA":
        raise InputError(N_("«{name}» is not EU, EEA or the two letters of a country"), values={"name": name})
    one, together = caps(on)
    return Readings(inside, name.upper(), persons, one, together, not both)


def caps(on: date) -> tuple[Fraction, Fraction]:
    """The caps of SecNumCloud 19.6.b as they stand on a day."""
    from egide.app import law

    limits = law.scheme("secnumcloud-3.2").by_id["19.6.b"].limits
    first, second = (
        next((Fraction(str(dated.value)) for dated in limits[name] if dated.period.holds(on)), None)
        for name in ("one_holder_share", "all_holders_share")
    )
    if first is None or second is None:
        raise InputError(N_("SecNumCloud 3.2 was not in force on {day}"), values={"day": on})
    return first, second


def show(files: Sequence[Path], name: str | None, on: date, parameters: Readings) -> Ownership:
    """Who holds and who controls the company on that day, as far as the files say."""
    from egide.ownership.answer import ownership

    said = register(files)
    return ownership(said, company_named(said, name), on, parameters)


def save(answer: Ownership, folder: Path, lang: str, force: bool = False) -> list[Path]:
    """Page, picture, document and table; nothing is written when one would go over an existing file."""
    from egide.papers.label.ownership_data import ownership_table
    from egide.papers.label.pages import ownership_page
    from egide.papers.ownership_picture import ownership_picture, standalone_picture

    files = {
        PAGE: ownership_page(answer, lang, picture=ownership_picture(answer, lang)).encode(),
        PICTURE: standalone_picture(answer, lang).encode(),
        DOCUMENT: document(answer, lang),
        TABLE: ownership_table(answer, lang),
    }
    return write_all(folder, files, force)


def document(answer: Ownership, lang: str) -> bytes:
    """The answer as JSON: every reading, holder, chain and disclosure."""
    from egide.papers.label.ownership_data import ownership_document

    return ownership_document(answer, lang)

"""Who holds and who controls: files of holdings in, the answer for one company out."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING

from egide.app.files import read, write_all
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.ownership.answers import Ownership, Readings
    from egide.ownership.holdings import Register

STREAMED_ABOVE_BYTES = 100 * 2**20
"""Larger files are read line by line; a table of people's making is smaller."""
COMPARED = 100_000
"""Names that are compared at a time with one that is not found."""
SHOWN = 20
"""Identifiers that are told of parties of one name."""
Step = Callable[[int, int], None]
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

    with _lines_of(path) as source:
        return read_bods(source, str(path))


@contextmanager
def _lines_of(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as source:
        if not source.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            said = N_("only BODS 0.4 as JSON Lines is read above {limit} MiB")
            raise InputError(said, Location(str(path)), values={"limit": STREAMED_ABOVE_BYTES // 2**20})
        source.seek(0)
        yield source


def _above(path: Path, name: str | None, step: Step) -> tuple[Register, str]:
    """Of a file too large to hold, what stands above one company; and the identifier of that company.

    Raises `InputError` and `UnknownCompanyError`.
    """
    from egide.ownership.bods_outline import Outline

    size = path.stat().st_size
    with _lines_of(path) as source:
        outline = Outline(str(path), name)
        outline.read(source, lambda done: step(done, size))
        step(size, size)
        if name is None:
            lines = outline.tops()[:6]
            company = _only_of([str(said.subject) for said in outline.details(source, lines)])
        elif outline.knows(name):
            company = name
        elif outline.named:
            company = _one_of(name, list(outline.named))
        else:
            source.seek(0)
            raise UnknownCompanyError(name, _near(name, outline.names(source)))
        return outline.register(source, company), company


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
    if named:
        return _one_of(name, named)
    raise UnknownCompanyError(name, _near(name, ((party.id, party.name) for party in said.parties.values())))


def _one_of(name: str, named: Sequence[str]) -> str:
    if len(named) > 1:
        shown = ", ".join(named[:SHOWN])
        raise InputError(N_("several parties are named «{name}»: {ids}"), values={"name": name, "ids": shown})
    return named[0]


def _near(name: str, parties: Iterable[tuple[str, str]]) -> list[str]:
    """The parties whose names are nearest, by identifier and name; however many there are."""
    from rapidfuzz import process

    best: list[tuple[float, str, str]] = []
    named = iter(parties)
    while some := dict(islice(named, COMPARED)):
        near = process.extract(name.casefold(), {id_: word.casefold() for id_, word in some.items()}, limit=3, score_cutoff=50)
        best = heapq.nlargest(3, [*best, *((score, id_, some[id_]) for _, score, id_ in near)], key=itemgetter(0))
    return [f"{word} ({id_})" for _, id_, word in best]


def _only_company(said: Register) -> str:
    held = dict.fromkeys(holding.held for holding in said.holdings)
    holders = {holding.holder for holding in said.holdings}
    return _only_of([company for company in held if company not in holders] or list(held))


def _only_of(top: Sequence[str]) -> str:
    if len(top) == 1:
        return top[0]
    raise InputError(N_("name the company: several are held ({names})"), values={"names": ", ".join(top[:5])})


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


def show(files: Sequence[Path], name: str | None, on: date, parameters: Readings, step: Step = lambda done, of: None) -> Ownership:
    """Who holds and who controls the company on that day, as far as the files say.

    Of one file that is read line by line, only what stands above the company is kept; ``step`` is told how many bytes were read.
    """
    from egide.ownership.answer import ownership

    if len(files) == 1 and _is_streamed(files[0]):
        said, company = _above(files[0], name, step)
    else:
        said = register(files)
        company = company_named(said, name)
    return ownership(said, company, on, parameters)


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

"""Writes a dossier as the folder that one edits: `offer.yaml`, register, records, binder, and a folder for each layer underneath.

What is written reads back as it was: whoever writes reads it again and says what is not the same. An entry that the reader would refuse
(a supplier without a role, a name that is nobody's) stands as a comment at the end of `offer.yaml`, to be mended, and is a problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from egide.label.binder import INDEXES, write_binder
from egide.label.loss import losses
from egide.label.mending import HEAD, Mended, mended
from egide.label.offer_form import Beside, offer_form
from egide.label.reading import Given, read_dossier
from egide.label.record_writing import write_records
from egide.ownership.reading import read_register
from egide.ownership.writing import write_register
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import write_yaml

if TYPE_CHECKING:
    from egide.label.dossier import Dossier

OFFER = "offer.yaml"
EVIDENCE = "preuves"
LAYER = "socle"
UNSEEN = "0" * 64
"""The digest of a document that is not here and whose own nobody wrote down."""

ASIDE = N_("entries that would be refused: {count}; they stand as comments at the end of the file, to be mended")
LINE_ELSEWHERE = N_("what the catalogue says of `{name}` is not written: it is looked up in the catalogue at hand")


class Folder(dict[str, bytes]):
    """A dossier as files, by their paths below the folder, with ``/``. The documents of the binder are whoever's holds them."""

    def __init__(self, files: Mapping[str, bytes], problems: Iterable[Problem]) -> None:
        super().__init__(files)
        self.problems = tuple(problems)
        """What the files do not say as the dossier did, each with its place in the folder; to be told to whoever edits it."""


def write_dossier(dossier: Dossier) -> Folder:
    """The folder, and what in it is not as it was."""
    records = write_records(dossier.accesses)
    own = frozenset(records.left)
    recorded = tuple(one for one in dossier.accesses if one not in own)
    dossier = replace(dossier, accesses=(*records.left, *recorded))
    files, problems = dict(records.files), list(_lines(dossier))
    beside = Beside(OFFER, _register(dossier, files, problems), _binder(dossier, files), records.named, frozenset(recorded),
                    _layers(dossier, files, problems))  # fmt: skip

    kept = mended(dossier, OFFER, lambda one: offer_form(one, beside), lambda one: _read_again(one, beside, files), _names(dossier))
    files[OFFER] = _offer(dossier, kept, beside)
    problems += kept.problems
    if kept.aside:
        problems.append(Problem(Location(OFFER), ASIDE, {"count": len(kept.aside)}))
    if kept.again is not None:
        problems += losses(kept.dossier, kept.again, OFFER)
    return Folder(files, problems)


def _register(dossier: Dossier, files: dict[str, bytes], problems: list[Problem]) -> str | None:
    """The name of the register's file; None when there is none, or when it is written and would be refused."""
    if dossier.register is None:
        return None
    name, content = write_register(dossier.register)
    files[name] = content
    try:
        read_register({name: content})
    except InputError as error:
        problems.append(Problem(error.at or Location(name), error.message, error.values))
        return None
    return name


def _binder(dossier: Dossier, files: dict[str, bytes]) -> str | None:
    if not dossier.documents:
        return None
    files[f"{EVIDENCE}/{INDEXES[0]}"] = write_binder(dossier.documents)
    return EVIDENCE


def _layers(dossier: Dossier, files: dict[str, bytes], problems: list[Problem]) -> dict[str, str]:
    """The dossiers underneath, each in its folder; the offer of each base to the path of its own."""
    below: dict[str, str] = {}
    for base in dossier.bases:
        if base.dossier is None or base.offer in below:
            continue
        place = f"{LAYER}-{len(below) + 1}"
        folder = write_dossier(base.dossier)
        below[base.offer] = f"{place}/{OFFER}"
        files |= {f"{place}/{name}": content for name, content in folder.items()}
        problems += [replace(one, at=replace(one.at, file=f"{place}/{one.at.file}")) for one in folder.problems]
    return below


def _lines(dossier: Dossier) -> Iterable[Problem]:
    offers = [dossier.line.offer] if dossier.line else []
    for name in dict.fromkeys([*offers, *(base.line.offer for base in dossier.bases if base.line)]):
        yield Problem(Location(OFFER), LINE_ELSEWHERE, {"name": name}, False)


def _names(dossier: Dossier) -> Iterable[str]:
    """Who the register knows, and the components of layers underneath."""
    yield from dossier.register.parties if dossier.register else ()
    yield from (f"{base.offer}/{one.id}" for base in dossier.bases if base.dossier for one in base.dossier.components)


def _read_again(dossier: Dossier, beside: Beside, files: Mapping[str, bytes]) -> Dossier:
    """The dossier as whoever holds its documents, unchanged, would read it. Raises `InputError` as reading does."""
    found = {one.file: one.found or one.digest or UNSEEN for one in dossier.documents if one.file}
    bases = {path: base.dossier for base in dossier.bases if base.dossier and (path := beside.below.get(base.offer))}
    lines = {line.offer: line for line in (dossier.line, *(base.line for base in dossier.bases)) if line}
    return read_dossier(write_yaml(offer_form(dossier, beside)), OFFER, Given(files, found, bases, lines))


def _offer(dossier: Dossier, kept: Mended, beside: Beside) -> bytes:
    """The file with the head as it is, and what was set aside as comments."""
    head = {name: getattr(dossier, name) for name in HEAD}
    form = offer_form(replace(kept.dossier, **head), beside)
    headings = [write_yaml({heading: under}) for heading, under in form.items()]
    return b"\n".join([*headings, *(_comment(write_yaml(one).decode()) for one in kept.aside)])


def _comment(text: str) -> bytes:
    return "".join(f"# {line}\n" for line in text.splitlines()).encode()

"""The rulebooks that take part: those of the package, later readings from accepted bundles, and a draft folder when one is given.

Of one text, the reading of the later day decides, whether it came with the package or in a bundle; of the same day, the bundle's: so
neither an old bundle nor an old package takes anything back.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from egide.app.files import read
from egide.app.updates.installed import RULEBOOKS, Holding, by_folder, holding
from egide.doctrine.checks import CHECKS
from egide.rules.book import Rulebook, digest_of, load
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from importlib.resources.abc import Traversable

    from egide.label.scheme import Scheme

BOOK, SCHEME = "book.yaml", "scheme.yaml"
UNUSABLE = N_("a newer bundle may mend it: egide data import; without it, what shipped decides: egide data drop")
T = TypeVar("T")


class UnknownRulebookError(EgideError):
    """No rulebook, or no rule, by that name."""

    hint = "egide rules list"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        from rapidfuzz import process

        near = ", ".join(one for one, _, _ in process.extract(name, known, limit=3))
        super().__init__(N_("no rulebook or rule is named «{name}»; near: {near}"), {"name": name, "near": near})


class UnknownSchemeError(EgideError):
    """No label scheme by that name."""

    hint = "egide label scheme list"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(N_("no scheme is named «{name}»; there are {known}"), {"name": name, "known": ", ".join(known)})


@cache
def shipped() -> tuple[Rulebook, ...]:
    """The rulebooks of the package, in the order of their dates then names."""
    folders = [folder for folder in resources.files("egide.rulebooks").iterdir() if (folder / "book.yaml").is_file()]
    books = [load(_yaml(folder), CHECKS) for folder in folders]
    return tuple(sorted(books, key=_by_date))


def _by_date(book: Rulebook) -> tuple[str, str]:
    return str(book.in_force.start), book.id


def in_use() -> tuple[Rulebook, ...]:
    """The rulebooks that decide on this machine, in the order of their dates then names."""
    held = holding()
    return _updated(held) if held.installed.bundles else shipped()


@cache
def _updated(held: Holding) -> tuple[Rulebook, ...]:
    books = {book.id: book for book in shipped()}
    for folder, files in _accepted(held):
        if BOOK in files:
            with _of_a_bundle():
                book = read_book(files, folder)
            known = books.get(book.id)
            if known is None or book.read_on >= known.read_on:
                books[book.id] = book
    return tuple(sorted(books.values(), key=_by_date))


def _accepted(held: Holding) -> list[tuple[str, dict[str, bytes]]]:
    """Each folder of rulebooks of each bundle in use, by its name."""
    return [one for bundle in held.installed.bundles for one in by_folder(held.read(bundle, RULEBOOKS)).items()]


@contextmanager
def _of_a_bundle() -> Iterator[None]:
    """A text that an earlier version accepted and this one can't use: how to go on without it."""
    try:
        yield
    except InputError as error:
        raise InputError(error.message, error.at, error.hint or UNUSABLE, error.values) from error


def of_update(files: Mapping[str, bytes], folder: str, where: str) -> Rulebook | Scheme:
    """The rulebook or the scheme of one folder of an update. Raises `InputError` when it can't be used by this version."""
    found = read_book(files, where) if BOOK in files else read_scheme(files, where)
    if found.id != folder:
        raise InputError(N_("the folder is named `{folder}`, and what it holds `{name}`"), Location(where),
                         values={"folder": folder, "name": found.id})
    return found


def read_book(files: Mapping[str, bytes], where: str) -> Rulebook:
    """A rulebook with the checks that this version has. Raises `InputError`, whose place begins with ``where``."""
    return _placed(lambda: load(files, CHECKS), where)


def read_scheme(files: Mapping[str, bytes], where: str) -> Scheme:
    """A label scheme with the checks that this version has. Raises `InputError`, whose place begins with ``where``."""
    from egide.label.checks import CHECKS as LABEL_CHECKS
    from egide.label.loading import load_scheme

    return _placed(lambda: load_scheme(files, LABEL_CHECKS), where)


def _placed(reading: Callable[[], T], where: str) -> T:
    try:
        return reading()
    except InputError as error:
        at = error.at
        here = Location(f"{where}/{at.file}", row=at.row, path=at.path) if at else Location(where)
        raise InputError(error.message, here, error.hint, error.values) from error


def scheme_names() -> tuple[str, ...]:
    """The label schemes that there are on this machine."""
    return tuple(sorted(_schemes(holding())))


def scheme(name: str) -> Scheme:
    """One label scheme, of the package or of an accepted bundle. Raises `UnknownSchemeError`."""
    known = _schemes(holding())
    if name not in known:
        raise UnknownSchemeError(name, sorted(known))
    return known[name] or shipped_scheme(name)


def schemes() -> tuple[Scheme, ...]:
    """Every label scheme."""
    return tuple(scheme(name) for name in scheme_names())


@cache
def shipped_scheme(name: str) -> Scheme:
    """One label scheme of the package."""
    return read_scheme(_yaml(resources.files("egide.rulebooks") / name), name)


@cache
def shipped_schemes() -> tuple[str, ...]:
    """The names of the label schemes of the package."""
    return tuple(sorted(folder.name for folder in resources.files("egide.rulebooks").iterdir() if (folder / SCHEME).is_file()))


def files_in_use() -> dict[str, dict[str, bytes]]:
    """The files of every rulebook and scheme that decides on this machine, by folder and name: what a publisher hands on."""
    digests = {book.digest for book in in_use()} | {one.digest for one in schemes()}
    packaged = [(folder.name, _yaml(folder)) for folder in resources.files("egide.rulebooks").iterdir() if folder.is_dir()]
    return {name: files for name, files in [*packaged, *_accepted(holding())] if digest_of(files) in digests}


def _yaml(folder: Traversable) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".yaml")}


@cache
def _schemes(held: Holding) -> dict[str, Scheme | None]:
    """The schemes by name: those of the package, not read yet, or a later reading of a bundle."""
    known: dict[str, Scheme | None] = dict.fromkeys(shipped_schemes())
    for folder, files in _accepted(held):
        if SCHEME in files:
            with _of_a_bundle():
                found = read_scheme(files, folder)
            before = known.get(found.id) or (shipped_scheme(found.id) if found.id in known else None)
            if before is None or found.read_on >= before.read_on:
                known[found.id] = found
    return known


def draft(folder: Path) -> Rulebook:
    """A rulebook from a folder of one's own. Raises `InputError` when it is not one."""
    if not folder.is_dir():
        raise InputError(N_("a folder with a `book.yaml` was expected"), Location(str(folder)))
    return read_book({path.name: read(path) for path in sorted(folder.glob("*.yaml"))}, str(folder))


def with_draft(book: Rulebook) -> tuple[Rulebook, ...]:
    """The law as it would be: the draft takes the place of the book of the same name, or joins them."""
    return (*(one for one in in_use() if one.id != book.id), book)


def law_as_read(books: Sequence[Rulebook]) -> date:
    """The day on which the last of these texts was read."""
    return max(book.read_on for book in books)

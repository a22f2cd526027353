"""The rulebooks that take part: those of the package, and a draft folder when one is given."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import read
from egide.doctrine.checks import CHECKS
from egide.rules.book import Rulebook, load
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from egide.label.scheme import Scheme


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
    books = [
        load({file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".yaml")}, CHECKS) for folder in folders
    ]
    return tuple(sorted(books, key=lambda book: (str(book.in_force.start), book.id)))


@cache
def scheme_names() -> tuple[str, ...]:
    """The label schemes of the package."""
    return tuple(sorted(folder.name for folder in resources.files("egide.rulebooks").iterdir() if (folder / "scheme.yaml").is_file()))


@cache
def scheme(name: str) -> Scheme:
    """One label scheme of the package. Raises `UnknownSchemeError`."""
    from egide.label.checks import CHECKS as LABEL_CHECKS
    from egide.label.loading import load_scheme

    if name not in scheme_names():
        raise UnknownSchemeError(name, scheme_names())
    folder = resources.files("egide.rulebooks") / name
    return load_scheme({file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".yaml")}, LABEL_CHECKS)


def schemes() -> tuple[Scheme, ...]:
    """Every label scheme of the package."""
    return tuple(scheme(name) for name in scheme_names())


def draft(folder: Path) -> Rulebook:
    """A rulebook from a folder of one's own. Raises `InputError` when it is not one."""
    if not folder.is_dir():
        raise InputError(N_("a folder with a `book.yaml` was expected"), Location(str(folder)))
    try:
        return load({path.name: read(path) for path in sorted(folder.glob("*.yaml"))}, CHECKS)
    except InputError as error:
        at = error.at
        here = Location(str(folder / at.file), row=at.row, path=at.path) if at else Location(str(folder))
        raise InputError(error.message, here, error.hint, error.values) from error


def with_draft(book: Rulebook) -> tuple[Rulebook, ...]:
    """The law as it would be: the draft takes the place of the shipped book of the same name, or joins them."""
    return (*(one for one in shipped() if one.id != book.id), book)


def law_as_read(books: Sequence[Rulebook]) -> date:
    """The day on which the last of these texts was read."""
    return max(book.read_on for book in books)

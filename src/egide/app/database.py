"""The database that the commands share: where it is, and whose tables live there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from egide.app.files import home
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.address import Address
    from egide.store.connection import Store
    from egide.store.rooms import Room

FILE = "egide.db"
VARIABLE = "EGIDE_DB"


class NoDatabaseError(EgideError):
    """Nothing was ever kept at that address."""

    hint = N_("--db or EGIDE_DB says where it is; what keeps something makes it")

    def __init__(self, address: str) -> None:
        super().__init__(N_("there is no database at {address} yet"), {"address": address})


def address(given: str | None = None) -> str:
    """The one that was given, else ``EGIDE_DB``, else a file in the person's data folder. It may hold a password: show `shown`."""
    return given or os.environ.get(VARIABLE) or str(home() / FILE)


def shown(given: str | None = None) -> Address:
    """The address, which prints without its password. Raises `InputError` when it is none."""
    from egide.store.address import read_address

    return read_address(address(given))


def rooms() -> tuple[Room, ...]:
    """Those that keep tables of their own beside the store's, in an order in which later ones may refer to earlier ones."""
    from egide.accounts.tables import ACCOUNTS
    from egide.catalogue.kept.tables import CATALOGUE
    from egide.dataspace.identity.kept.tables import CLAIMS
    from egide.dataspace.kept.tables import DATASPACE
    from egide.portfolio.dossiers.tables import ROOM as DOSSIERS
    from egide.portfolio.kept.tables import PORTFOLIO
    from egide.portfolio.works.tables import ROOM as WORKS

    return (CATALOGUE, ACCOUNTS, PORTFOLIO, DATASPACE, CLAIMS, DOSSIERS, WORKS)


@contextmanager
def database_if_any(given: str | None = None) -> Iterator[Store | None]:
    """The database, or None where nothing was ever kept: looking makes none."""
    from egide.store import look

    path = shown(given).path
    if (path is not None and not path.exists()) or not look(address(given)):  # where there is no file, no database library is needed
        yield None
        return
    with open_database(given) as store:
        yield store


def open_database(given: str | None = None, *, make: bool = True) -> Store:
    """The database, made when it is absent and ``make``; else raises `NoDatabaseError`. Others as `egide.store.open_store`."""
    from egide.store import look, open_store

    url = address(given)
    if not make and not look(url):
        raise NoDatabaseError(str(shown(given)))
    return open_store(url, rooms())

"""What is installed, how old the law and the catalogue are, what is missing."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from typing import TYPE_CHECKING

from egide import __version__
from egide.app import law
from egide.app.database import shown
from egide.app.files import home
from egide.app.portfolio import assess
from egide.app.updates.installed import holding
from egide.catalogue import age_days

if TYPE_CHECKING:
    from collections.abc import Mapping

EXTRAS = {
    "pdf": "pdfplumber", "store": "sqlalchemy", "postgresql": "psycopg", "federation": "joserfc", "server": "litestar",
    "openstack": "openstacksdk",
}  # fmt: skip
"""Each extra and the package that tells whether it is there."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of an installation."""

    version: str
    python: str
    system: str
    libraries: Mapping[str, str]
    extras: Mapping[str, bool]
    catalogue_as_of: date
    catalogue_age_days: int
    catalogue_source: str
    offers: int
    rulebooks: int
    rules: int
    law_as_read: date
    home: str
    database: str
    bundles: Mapping[str, int]
    """The accepted bundles in use, and their editions."""


def examine(on: date) -> Health:
    """Look at the installation as it is on that day."""
    offers, books = assess.catalogue(), law.in_use()
    named = [line.split(";")[0].split(">")[0].split("=")[0].strip() for line in metadata.requires("egide") or [] if "extra ==" not in line]
    return Health(
        __version__, sys.version.split()[0], platform.platform(terse=True), {name: metadata.version(name) for name in named},
        {extra: _present(package) for extra, package in EXTRAS.items()}, offers.as_of, age_days(offers, on), offers.source,
        len(offers.offers), len(books), sum(len(book.rules) for book in books), law.law_as_read(books), str(home()),
        str(shown()), {one.name: one.edition for one in holding().installed.bundles},
    )  # fmt: skip


def _present(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True

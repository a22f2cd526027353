"""Reads a register from whatever files say it: what each file is, is found out from its content, never from its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from egide.ownership.bods import read_bods
from egide.ownership.captable import is_cap_table, read_cap_table
from egide.ownership.gleif import is_gleif, read_gleif_file
from egide.ownership.merging import merge
from egide.ownership.own_form import is_own_form, read_own_form
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.ownership.holdings import Register

NOTHING_GIVEN = N_("no file of ownership was given")
NOT_A_REGISTER = N_("neither BODS, nor GLEIF, nor a cap table")
WHAT_IS_READ = N_(
    "give BODS 0.4 (JSON or JSON Lines), GLEIF files (CSV or JSON), or a CSV whose columns are headed holder; held; capital %; votes %"
)


def read_register(files: Mapping[str, bytes]) -> Register:
    """One register of all the files, by name.

    Raises `InputError` when there is none, or when one of them is nothing that is read.
    """
    if not files:
        raise InputError(NOTHING_GIVEN, None, WHAT_IS_READ)
    return merge([_read(content, file) for file, content in files.items()])


def _read(content: bytes, file: str) -> Register:
    if is_gleif(content):
        return read_gleif_file(content, file)
    if is_own_form(content):
        return read_own_form(content, file)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*[\[{]", content):
        return read_bods(content, file)
    if is_cap_table(content, file):
        return read_cap_table(content, file)
    raise InputError(NOT_A_REGISTER, Location(file), WHAT_IS_READ)

"""Writes a register so that reading it gives the same: as a cap table when one can say it, else in our own form.

BODS says less than a cap table (no central administration, no concert, no way of holding), so it is read and not written.
"""

from __future__ import annotations

from egide.ownership.captable import read_cap_table
from egide.ownership.captable_writing import write_cap_table
from egide.ownership.holdings import Register
from egide.ownership.own_form import write_own_form

OWN_FORM = "register.json"


def write_register(register: Register) -> tuple[str, bytes]:
    """The name of the file and its content."""
    table = write_cap_table(register)
    if table is not None and same(read_cap_table(table[1], table[0]), register):
        return table
    return OWN_FORM, write_own_form(register)


def same(one: Register, other: Register) -> bool:
    """Whether both say the same of everybody, wherever it stood and whatever was wrong with the files."""
    return _said(one) == _said(other)


def _said(register: Register) -> tuple[object, ...]:
    return register.parties, register.holdings, register.influences, register.concerts, register.conflicts

"""A size of an offer where no region is named: what its price list says in general, and what is said of the offer wherever it is.

A list gives some prices for a region or a class of regions and one for the others. Without a region, that one is the price; what depends
on the region and is never said in general stays unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.catalogue.sheets import NOTHING, Sheet, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from egide.vocabulary.statements import Statement


def said_in_general(own: Sequence[Statement]) -> bool:
    """Whether something that the list says by region is also said of no region."""
    apart = {one.property for one in own if one.region is not None}
    return any(one.region is None and one.property in apart for one in own)


def elsewhere(
    subject: str, own: Sequence[Statement], told: Sequence[Statement], on: date, withdrawn: Mapping[str, date] = NOTHING,
) -> Sheet:  # fmt: skip
    """The sheet without a region. ``own``: what is stated of the size itself; ``told``: with what it has from its offer."""
    apart = {one.property for one in own if one.region is not None}
    whole = fold(subject, told, on, None, withdrawn)
    general = fold(subject, [one for one in told if one.region is None], on, None, withdrawn)
    cells = {name: general.cells[name] if name in apart and name in general.cells else cell for name, cell in whole.cells.items()}
    return Sheet(subject, on, None, cells)

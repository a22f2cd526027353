"""What each interest of a BODS 0.4 relationship is: a share of the capital, of the votes, or a power, and how large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from egide.ownership.bods_shapes import POWERS, Share
from egide.ownership.holdings import NOTHING_SAID, Power, Range
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.ownership.bods_shapes import Interest
    from egide.ownership.complaints import Complaints
    from egide.ownership.holdings import Holding

NO_BOUNDS = N_("The share of {holder} in {held} is not between 0 and 100 %; it is read as not known.")
NO_RANGE = N_("The bounds of the share of {holder} in {held} exclude each other; it is read as not known.")
_NONE = (None, None, None, None)


class Shares:
    """Shares as ranges, one value for each that is met."""

    def __init__(self, complaints: Complaints) -> None:
        self._complaints = complaints
        self.known: dict[Share, Range] = {}
        """Only those that can be."""

    def range(self, share: Share | None, holder: str, held: str, number: int) -> Range:
        """The range of a share; not known when nothing is said, or when what is said cannot be, which is a problem of that line."""
        if share is None:
            return NOTHING_SAID
        found = self.known.get(share) or self.good(share)
        if found is None:
            outside = any(figure is not None and not 0 <= figure <= 100 for figure in _figures(share))
            self._complaints.add(NO_BOUNDS if outside else NO_RANGE, {"holder": holder, "held": held}, row=number)
            return NOTHING_SAID
        return found

    def good(self, share: Share) -> Range | None:
        """The range of a share that was not met before; None when what is said cannot be."""
        figures = _figures(share)
        if figures[1:] == _NONE and figures[0] is not None and 0 <= figures[0] <= 100:
            found = self.known[share] = Range(figures[0], figures[0])
            return found
        if any(figure is not None and not 0 <= figure <= 100 for figure in figures):
            return None
        bounded = bounds(share)
        if bounded is not None:
            self.known[share] = bounded
        return bounded


def _figures(share: Share) -> tuple[float | None, ...]:
    return share.exact, share.minimum, share.maximum, share.exclusiveMinimum, share.exclusiveMaximum


def power(interest: Interest) -> Power:
    """The power that an interest gives. A right to appoint at most half of the organs decides nothing alone."""
    given = POWERS.get(interest.type or "", Power.INFLUENCE)
    if given is Power.APPOINTS_ORGANS and interest.share is not None:
        share = bounds(interest.share)
        if share is not None and share.high <= 50:
            return Power.INFLUENCE
    return given


def bounds(share: Share) -> Range | None:
    """The range that all the bounds leave; None when they leave nothing."""
    low, low_open = max(
        (share.minimum or 0.0, False), (-1.0 if share.exclusiveMinimum is None else share.exclusiveMinimum, True),
    )
    high, shut = min(
        (100.0 if share.maximum is None else share.maximum, True),
        (101.0 if share.exclusiveMaximum is None else share.exclusiveMaximum, False),
    )
    if low > high or (low == high and (low_open or not shut)):
        return None
    if share.exact is None:
        return Range(low, high, low_open, not shut)
    above = share.exact > low or (share.exact == low and not low_open)
    below = share.exact < high or (share.exact == high and shut)
    return Range(share.exact, share.exact) if above and below else None


def put_together(found: list[Holding], one: Holding) -> None:
    """Interests of one statement over the same days: capital beside votes, and two of one right added up, since they are two."""
    for place, other in enumerate(found):
        if (other.since, other.until, other.nature) == (one.since, one.until, one.nature):
            found[place] = msgspec.structs.replace(other, capital=_sum(other.capital, one.capital), votes=_sum(other.votes, one.votes))
            return
    found.append(one)


def _sum(one: Range | None, other: Range | None) -> Range | None:
    if one is None or other is None:
        return one if other is None else other
    high = one.high + other.high
    low = min(one.low + other.low, 100.0)
    return Range(low, min(high, 100.0), (one.low_open or other.low_open) and low < 100, (one.high_open or other.high_open) and high <= 100)

"""What each interest of a BODS 0.4 relationship is: a share of the capital, of the votes, or a power, and how large."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from egide.ownership.bods_shapes import POWERS, Figures, Share
from egide.ownership.figures import MOST_DECIMALS, TooFineError, added, exactly, figure, shortest
from egide.ownership.holdings import NOTHING_SAID, Power, Range, between
from egide.ownership.percent import OutOfBoundsError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from egide.ownership.bods_shapes import Interest
    from egide.ownership.complaints import Complaints
    from egide.ownership.holdings import Holding

NO_BOUNDS = N_("The share of {holder} in {held} is not between 0 and 100 %; it is read as not known.")
NO_RANGE = N_("The bounds of the share of {holder} in {held} exclude each other; it is read as not known.")
TOO_FINE = N_("The share of {holder} in {held} has more than {limit} decimals; it is read as not known.")
WHOLE = Fraction(100)
KEPT = 200_000
"""Different shares that are remembered; those beyond are read again each time."""
NOTHING = msgspec.Raw(b"null")
"""No share is written."""

_LONG = re.compile(rb"[\d.]{15}|\d[eE]").search
"""A figure of more digits than every float tells apart, or one written with an exponent."""
_shape = msgspec.json.Decoder(Share | None).decode
_figures = msgspec.json.Decoder(Figures).decode
_NAMES = Figures.__struct_fields__


class Shares:
    """Shares as ranges, one value for each that is met, as it is written."""

    def __init__(self, complaints: Complaints) -> None:
        self._complaints = complaints
        self.known: dict[bytes, Range] = {bytes(NOTHING): NOTHING_SAID}
        """Only those that can be."""

    def check(self, interests: Iterable[Interest]) -> None:
        """Raises `msgspec.ValidationError` when one of the shares has not the shape of one."""
        for place, interest in enumerate(interests):
            words = bytes(interest.share)
            if words in self.known:
                continue
            try:
                _shape(words)
            except msgspec.MsgspecError as error:
                what, _, where = str(error).partition(" - at `$")
                at = f"$.recordDetails.interests[{place}].share{where.removesuffix('`')}"
                raise msgspec.ValidationError(f"{what} - at `{at}`") from error

    def range(self, share: msgspec.Raw, holder: str, held: str, number: int) -> Range:
        """The range of a share; not known when nothing is said, or when what is said cannot be, which is a problem of that line."""
        words = bytes(share)
        found = self.known.get(words) or self.quickly(words)
        if found is not None:
            return found
        try:
            found = _range(words)
        except OutOfBoundsError:
            self._complaints.add(NO_BOUNDS, {"holder": holder, "held": held}, row=number)
        except TooFineError:
            self._complaints.add(TOO_FINE, {"holder": holder, "held": held, "limit": MOST_DECIMALS}, row=number)
        else:
            if found is None:
                self._complaints.add(NO_RANGE, {"holder": holder, "held": held}, row=number)
            elif len(self.known) < KEPT:
                self.known[words] = found
        return NOTHING_SAID if found is None else found

    def quickly(self, words: bytes) -> Range | None:
        """The range of a share that was not met before, when it is good and its figures are short; else None, and `range` tells."""
        found = _quickly(words)
        if found is not None and len(self.known) < KEPT:
            self.known[words] = found
        return found


def _quickly(words: bytes) -> Range | None:
    """A figure of few digits is the float that prints as it, and two such floats compare as they do: no fraction is needed."""
    if _LONG(words):
        return None
    try:
        said = _shape(words)
    except msgspec.MsgspecError:
        return None
    if said is None:
        return NOTHING_SAID
    exact, minimum, maximum, above, below = said.exact, said.minimum, said.maximum, said.exclusiveMinimum, said.exclusiveMaximum
    if exact is not None and minimum is maximum is above is below is None:
        return Range(exact + 0.0, exact + 0.0) if 0 <= exact <= 100 else None
    ends = [(0.0, False), (minimum or 0.0, False), (-1.0 if above is None else above, True), (exact or 0.0, False)]
    tops = [(100.0, True), (100.0 if maximum is None else maximum, True), (101.0 if below is None else below, False),
            (100.0 if exact is None else exact, True)]  # fmt: skip
    (low, low_open), (high, reached) = max(ends), min(tops)
    if any(end is not None and not 0 <= end <= 100 for end in (exact, minimum, maximum, above, below)):
        return None
    if low > high or (low == high and (low_open or not reached)):
        return None
    return Range(low + 0.0, high + 0.0, low_open, not reached)


def _range(words: bytes) -> Range | None:
    """The range that all the bounds of a share leave; None when they leave nothing.

    Raises `OutOfBoundsError` and `TooFineError`.
    """
    said = _shape(words)
    given = {name: float(value) for name in _NAMES if (value := getattr(said, name)) is not None}
    if any(not 0 <= value <= 100 for value in given.values()):
        raise OutOfBoundsError
    exact = _figures(words)
    ends = {name: exactly(figure(getattr(exact, name))) for name in given}
    if any(not 0 <= end <= 100 for end in ends.values()):
        raise OutOfBoundsError
    least = max((ends.get("minimum", Fraction(0)), False), (ends.get("exclusiveMinimum", Fraction(-1)), True))
    most = min((ends.get("maximum", Fraction(100)), True), (ends.get("exclusiveMaximum", Fraction(101)), False))
    if "exact" in ends:
        least, most = max(least, (ends["exact"], False)), min(most, (ends["exact"], True))
    return between(least, most)


def power(interest: Interest) -> Power:
    """The power that an interest gives. A right to appoint at most half of the organs decides nothing alone."""
    given = POWERS.get(interest.type or "", Power.INFLUENCE)
    if given is Power.APPOINTS_ORGANS and interest.share != NOTHING:
        try:
            share = _quickly(bytes(interest.share)) or _range(bytes(interest.share))
        except (OutOfBoundsError, TooFineError):
            share = None
        if share is not None and share.most() <= (Fraction(50), True):
            return Power.INFLUENCE
    return given


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
    low, high = exactly(added(one.low, other.low)), exactly(added(one.high, other.high))
    return Range(
        shortest(min(low, WHOLE)), shortest(min(high, WHOLE)), (one.low_open or other.low_open) and low < WHOLE,
        (one.high_open or other.high_open) and high <= WHOLE,
    )  # fmt: skip

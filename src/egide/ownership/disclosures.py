"""What somebody must disclose for an unknown to become an answer, and whether that alone would do.

Each candidate is tried at its extremes: everything is computed again as if it had been disclosed.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from egide.ownership.alone import all_alone
from egide.ownership.answers import Disclosure, Readings
from egide.ownership.caps import cap_tests
from egide.ownership.circles import TooMuchError
from egide.ownership.control import controls
from egide.ownership.holdings import PartyKind, Right
from egide.ownership.rounded import NEAR
from egide.ownership.shares import together
from egide.ownership.subgraph import Hold, Role, Sub
from egide.ownership.walks import walks
from egide.ownership.wording import percent
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from egide.ownership.answers import CapTest, Method
    from egide.ownership.walks import Walks

MOST_TRIED = 12
MOST_PARTIES = 400
"""Above more parties nothing is tried: what would settle is listed, and not which of it alone."""
SHARE = N_("Which share of the {right} of «{held}» does «{holder}» hold, between {low} % and {high} %?")
UNNAMED = N_("Who is it that nobody names and that has a power of control over «{held}»?")
HOLDERS = N_("Who holds the {share} % of «{held}» that nobody has stated?")
PLACES = N_("Where are the registered office, the central administration and the main establishment of «{holder}»?")
COUNTRY = N_("Which country does «{holder}» belong to?")


def disclosures(walked: Walks, tests: Sequence[CapTest], readings: Readings) -> tuple[Disclosure, ...]:
    """Those that would settle the caps alone first, then by what depends on them."""
    sub = walked.sub
    unknown = [(test.method, test.right) for test in tests if test.answer is Answer.UNKNOWN]
    if not unknown:
        return ()
    ranked = sorted(_candidates(sub), key=lambda one: (-one.weight, one.asked.holder, one.asked.held, one.asked.right))
    asked = _Asked(walked, unknown, readings)
    found = []
    for place, one in enumerate(ranked):
        settles = place < MOST_TRIED and len(sub.ids) <= MOST_PARTIES and asked.settled_by(one)
        found.append((not settles, -one.weight, replace(one.asked, settles=settles)))
    return tuple(one for _, _, one in sorted(found, key=lambda one: (one[0], one[1], one[2].holder, one[2].held, one[2].right)))


class _Candidate(NamedTuple):
    """Something that is not known."""

    weight: float
    """In the company, roughly."""
    asked: Disclosure
    node: int
    """Whose share, or who, it is."""
    held: int
    """The company, where it is a share."""
    extremes: Callable[[], tuple[Sub, ...]]
    """The company as it would be, what rather fails first."""


class _Asked:
    """The caps that are open, asked again as if something had been disclosed."""

    def __init__(self, walked: Walks, unknown: Sequence[tuple[Method, Right]], readings: Readings) -> None:
        self.walked, self.unknown, self.readings = walked, unknown, readings
        self.open = [_Open(walked, method, right, readings) for method, right in unknown]
        self.parties = frozenset[int]().union(*(one.above for one in self.open))
        """Whom no disclosure keeps within the cap for one: whatever is disclosed lies within what may be."""
        control = walked.control
        self.controlled = control.certain == control.possible and not control.oscillating
        """Whether no disclosure changes who controls whom, as nothing of that is in doubt."""

    def settled_by(self, one: _Candidate) -> bool:
        """Whether some disclosure of this alone would settle the caps; nothing is tried where too little depends on it."""
        if self.controlled and not self.walked.sub.concerts:
            moved = [open_.moved(one) for open_ in self.open]
            if not any(open_.may_fail(most) for open_, most in zip(self.open, moved, strict=True)) and not all(
                open_.may_hold(most, one.node) for open_, most in zip(self.open, moved, strict=True)
            ):
                return False
        return any(self.settled(extreme, one.asked.right) for extreme in one.extremes())

    def settled(self, sub: Sub, disclosed: str) -> bool:
        """Whether each reading that was unknown would be answered, or one of them fail."""
        same = self.controlled or (sub.rows is self.walked.sub.rows and sub.role is self.walked.sub.role)
        again = walks(sub, self.walked.control if same else controls(sub, self.readings.presumption))
        again.asked = self.parties
        all_met = True
        for one in self.unknown:
            if self.controlled and disclosed in (set(Right) - {one[1]}):  # a share by the other right: it stays unknown
                all_met = False
                continue
            (test,) = cap_tests(again, self.readings, diluted=False, only=[one])
            if test.answer is Answer.NOT_MET:
                return True
            all_met = all_met and test.answer is Answer.MET
        return all_met


class _Open:
    """One reading that is unknown, and how far what is disclosed may move it while control stays as it is.

    A share moves by at most what the walk brings to the company, times what is not known of its holders; or by what is met of who it is.
    """

    def __init__(self, walked: Walks, method: Method, right: Right, readings: Readings) -> None:
        self.walked, self.method, self.right, self.readings = walked, method, right, readings
        self.shares, cap, sub = all_alone(walked, method, right), readings.one, walked.sub
        self.slack = 2 * max(self.shares.within, NEAR)
        least = Fraction(self.slack if self.shares.within else 0)
        self.above = {party for party, most in enumerate(self.shares.behind)
                      if sub.third[party] and (most + least) * cap.denominator > cap.numerator * self.shares.unit}  # fmt: skip
        self.both = together(walked, method, right, readings.together)

    def moved(self, one: _Candidate) -> float:
        """The most that any share is moved by."""
        walked, sub, right = self.walked, self.walked.sub, self.walked.right(self.method, self.right)
        if one.asked.right in ("places", "holders"):
            return float(self.shares.high[one.node] / self.shares.unit) + self.slack
        try:
            method = walked.method(self.method)
            flow = walked.flow(method, right, walked.kept(method, None), lowest=False, most=True)
        except TooMuchError:
            return 1.0
        if flow.doubtful:
            return 1.0
        brought = flow.come[one.held] + (flow.unit if one.held == 0 else 0)
        unknown = sub.whole - sum([hold.low for hold in sub.rows[right][one.held]])
        return float(brought * unknown / (flow.unit * sub.whole)) + self.slack

    def may_fail(self, moved: float) -> bool:
        """Whether a cap may be passed for certain."""
        third, unit = self.walked.sub.third, self.shares.unit
        one = max((low for party, low in enumerate(self.shares.low) if third[party] == 1), default=0) / unit
        return one + moved > self.readings.one or self.both.low + Fraction(moved) > self.readings.together

    def may_hold(self, moved: float, node: int) -> bool:
        """Whether both caps, or where one is enough one of them, may be kept for certain."""
        third, unit = self.walked.sub.third, self.shares.unit
        one = max((high for party, high in enumerate(self.shares.behind) if third[party] and party != node), default=0) / unit
        kept = one - moved <= self.readings.one, self.both.high - Fraction(moved) <= self.readings.together
        return all(kept) if self.readings.either_breach_fails else any(kept)


def _candidates(sub: Sub) -> Iterator[_Candidate]:
    """Everything that is not known, with its weight in the company and the company as it would be at its extremes."""
    weight = _weights(sub)
    for right in Right:
        for held, row in enumerate(sub.rows[right]):
            if held not in sub.concerts and weight[held]:
                for hold in row:
                    yield from _of_hold(sub, right, held, hold, weight[held])
    for node, third in enumerate(sub.third):
        if third != -1 or not weight[node] or not node:
            continue
        if sub.role[node] is Role.UNDISCLOSED or sub.parties[node].kind is PartyKind.UNDISCLOSED:
            yield _holders(sub, node, weight[node])
        else:
            yield _places(sub, node, weight[node])


def _weights(sub: Sub) -> list[float]:
    """Roughly how much of the company each node bears: shares at their highest, along a few steps."""
    weight = [0.0] * len(sub.ids)
    weight[0] = 1.0
    flow = {0: 1.0}
    for _ in range(len(sub.ids)):
        after: dict[int, float] = {}
        for node, much in flow.items():
            holders: dict[int, int] = {}
            for right in Right:
                for hold in sub.rows[right][node]:
                    holders[hold.holder] = max(holders.get(hold.holder, 0), hold.high)
            for holder, high in holders.items():
                passed = much * high / sub.whole
                if passed > weight[holder] + 1e-6:
                    weight[holder] = after[holder] = passed
        if not after:
            break
        flow = after
    for holder, held, _ in sub.powers:
        weight[holder] = max(weight[holder], weight[held])
    return weight


def _of_hold(sub: Sub, right: Right, held: int, hold: Hold, weight: float) -> Iterator[_Candidate]:
    if hold.holder in sub.concerts:
        for part in sub.parts[right][hold.holder]:
            if part.low != part.high:
                yield _part(sub, right, held, hold, part, weight)
    elif hold.low != hold.high and sub.role[hold.holder] in (Role.COMPANY, Role.END) and hold.holder != held:
        yield _range(sub, right, held, hold, weight)


def _range(sub: Sub, right: Right, held: int, hold: Hold, weight: float) -> _Candidate:
    row = sub.rows[right][held]
    most = _most(sub, row, hold)

    def extremes() -> tuple[Sub, ...]:
        return tuple([sub.changed(right, held, _with(sub, row, hold, share, share)) for share in (most, hold.low)])

    return _Candidate(weight * (most - hold.low) / sub.whole, _share(sub, right, held, hold, most), hold.holder, held, extremes)


def _part(sub: Sub, right: Right, held: int, concert: Hold, part: Hold, weight: float) -> _Candidate:
    """What one member of a concert holds: the concert's share follows."""
    row = sub.rows[right][held]
    most = min(part.high, part.low + _most(sub, row, concert) - concert.low)

    def extremes() -> Iterator[Sub]:
        for share in (most, part.low):
            parts = [Hold(one.holder, share, share) if one is part else one for one in sub.parts[right][concert.holder]]
            low, high = sum(one.low for one in parts), min(sum(one.high for one in parts), sub.whole)
            known = sub.changed(right, held, _with(sub, row, concert, low, high))
            yield replace(known, parts={**sub.parts, right: {**sub.parts[right], concert.holder: parts}})

    asked = _share(sub, right, held, part, most)
    return _Candidate(weight * (most - part.low) / sub.whole, asked, part.holder, held, lambda: tuple(extremes()))


def _most(sub: Sub, row: Sequence[Hold], hold: Hold) -> int:
    """The most that one holder can have, the others keeping what is certainly theirs."""
    others = sum(one.low for one in row if sub.places[one.holder] >= 0 and one is not hold)
    return max(min(hold.high, sub.whole - others), hold.low)


def _share(sub: Sub, right: Right, held: int, hold: Hold, most: int) -> Disclosure:
    low, high = (percent(Fraction(sub.closed(end), sub.whole)) for end in (hold.low, most))
    args = {"right": str(right), "held": sub.parties[held].name, "holder": sub.parties[hold.holder].name, "low": low, "high": high}
    return Disclosure(sub.ids[hold.holder], sub.ids[held], str(right), Reason("ownership.share.unknown", args, SHARE), settles=False)


def _with(sub: Sub, row: Sequence[Hold], hold: Hold, low: int, high: int) -> list[Hold]:
    """The row with one share known; what completes it to 100 % follows."""
    stated = [Hold(one.holder, low, high) if one is hold else one for one in row if sub.places[one.holder] >= 0]
    most = max(sub.whole - sum(one.low for one in stated), 0)
    least = max(sub.whole - sum(one.high for one in stated), 0)
    return stated + [Hold(one.holder, least, most) for one in row if sub.places[one.holder] < 0]


def _holders(sub: Sub, node: int, weight: float) -> _Candidate:
    """As if one entity from within, or one third entity, held all of it."""
    shares = [(hold.high, -held) for right in Right for held, row in enumerate(sub.rows[right]) for hold in row if hold.holder == node]
    if shares:
        share, place = max(shares)
        held, asked = -place, Reason("ownership.holders.unknown", {"share": percent(Fraction(sub.closed(share), sub.whole))}, HOLDERS)
    else:
        held, asked = min(held for holder, held, _ in sub.powers if holder == node), Reason("ownership.power.unnamed", {}, UNNAMED)
    asked = replace(asked, args={**asked.args, "held": sub.parties[held].name})

    def extremes() -> tuple[Sub, ...]:
        known = [Role.END if place == node else role for place, role in enumerate(sub.role)]
        return tuple([replace(sub, role=known, third=_third(sub, node, third)) for third in (1, 0)])

    return _Candidate(weight, Disclosure("", sub.ids[held], "holders", asked, settles=False), node, held, extremes)


def _places(sub: Sub, node: int, weight: float) -> _Candidate:
    single = sub.parties[node].kind in (PartyKind.PERSON, PartyKind.STATE)
    reason = Reason("ownership.places.unknown", {"holder": sub.parties[node].name}, COUNTRY if single else PLACES)
    asked = Disclosure(sub.ids[node], "", "places", reason, settles=False)
    return _Candidate(weight, asked, node, -1, lambda: tuple([replace(sub, third=_third(sub, node, third)) for third in (1, 0)]))


def _third(sub: Sub, node: int, third: int) -> list[int]:
    return [third if place == node else one for place, one in enumerate(sub.third)]

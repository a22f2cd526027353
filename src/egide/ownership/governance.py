"""Who controls the company, who may stop it, and who appoints its organs (SecNumCloud 3.2, 19.6.b; Code de commerce, L.233-3).

What no statement speaks of is unknown: a register of holdings never says that no agreement gives a veto.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from egide.ownership.answers import Controller
from egide.ownership.chains import of_control
from egide.ownership.holdings import Power, Right
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from egide.ownership.answers import CapTest
    from egide.ownership.control import Control
    from egide.ownership.links import Sources

THIRD = {1: Answer.MET, 0: Answer.NOT_MET, -1: Answer.UNKNOWN}
HALF = Fraction(1, 2)


def controllers_of(sources: Sources, control: Control) -> tuple[Controller, ...]:
    """Certain controllers first, then those that cannot be excluded."""
    sub = sources.sub
    certain, possible = control.controllers(0)
    found = []
    for answer, parties in ((Answer.MET, certain), (Answer.UNKNOWN, possible)):
        for party in sorted(parties, key=lambda one: sub.ids[one]):
            if party in sub.concerts:
                continue
            chain = of_control(sources, control, party)
            hows = [link.how for link in chain.links]
            how = next((one for one in ("presumed", "concert") if one in hows), hows[0] if hows else "votes")
            found.append(Controller(sub.ids[party], THIRD[sub.third[party]], how, answer, chain))
    return tuple(found)


def third_control(controllers: Iterable[Controller], tests: Iterable[CapTest] = ()) -> Answer:
    """Met when a third entity certainly controls; not met when nobody that may be one possibly does.

    Where it is not known whether third entities have more than half of the votes together (a circle that holds all of itself has
    no owner to be seen), it is unknown.
    """
    doubt = any(
        test.right is Right.VOTES and not test.diluted and test.together_answer is Answer.UNKNOWN and test.together.high > HALF
        for test in tests
    )
    for one in controllers:
        if one.third is Answer.NOT_MET:
            continue
        if one.third is Answer.MET and one.answer is Answer.MET:
            return Answer.MET
        doubt = True
    return Answer.UNKNOWN if doubt else Answer.NOT_MET


def third_veto(sources: Sources, control: Control) -> Answer:
    """Met when a third entity, or a company that one controls, can block decisions of the company."""
    thirds = [_third(sources, control, holder) for holder, one in _over(sources, Power.VETO)]
    return Answer.MET if Answer.MET in thirds else Answer.UNKNOWN


def third_organs(sources: Sources, control: Control, controllers: Iterable[Controller], tests: Iterable[CapTest]) -> Answer:
    """Met when third entities appoint the majority by a stated power, or elect it by more than half of the votes, together even."""
    appointing = [_third(sources, control, holder) for holder, _ in _over(sources, Power.APPOINTS_ORGANS)]
    elected = any(test.right is Right.VOTES and not test.diluted and test.together.low > HALF for test in tests)
    voted = any(one.how in ("votes", "concert") and one.answer is Answer.MET and one.third is Answer.MET for one in controllers)
    if Answer.MET in appointing or elected or voted:
        return Answer.MET
    return Answer.NOT_MET if appointing and set(appointing) == {Answer.NOT_MET} else Answer.UNKNOWN


def _over(sources: Sources, power: Power) -> Sequence[tuple[int, Power]]:
    """Who has that power over the company itself."""
    said = sources.graph.powers.get(sources.sub.places[0], ())
    return [(sources.sub.local[holder], one.power) for holder, one in said if one.power is power and holder in sources.sub.local]


def _third(sources: Sources, control: Control, holder: int) -> Answer:
    """Whether the holder is a third entity, or under the control of one."""
    certain, possible = control.controllers(holder)
    third = sources.sub.third
    if third[holder] == 1 or any(third[one] == 1 for one in certain):
        return Answer.MET
    if third[holder] or any(third[one] for one in (*certain, *possible)):
        return Answer.UNKNOWN
    return Answer.NOT_MET

"""Before a policy is offered: can it ever be met? An alarm here is proved; what would take too long to find out raises none.

Found are permissions whose conditions contradict each other, whose period is over, whose list is empty, that a prohibition always covers,
or that stand on what nobody here can know; prohibitions that can never apply; and policies that therefore allow nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from egide.dataspace.policies.comparing import Comparison, Group, Ready
from egide.dataspace.policies.compiling import Compiled, ReadyRule
from egide.dataspace.policies.model import Condition, Conflict, Joined, Logic, Rule, Who
from egide.dataspace.policies.profiles import Vocabulary, followed
from egide.dataspace.policies.satisfying import Search, Wanted
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
MOST_NARROWED = 60
"""Conditions among which the fewest that contradict each other are looked for."""


class Weight(StrEnum):
    """What an alarm means."""

    NEVER = "never"
    """Nothing will ever be allowed by the rule, or by the whole policy."""
    IDLE = "idle"
    """A prohibition that never applies: it forbids less than it seems."""
    PROFILE = "profile"
    """A profile that the policy follows does not allow it."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What was found, where, and the conditions that make it so."""

    weight: Weight
    path: str
    reason: Reason
    conditions: tuple[Condition, ...] = ()


def preflight(compiled: Compiled, on: datetime | None = None) -> tuple[Alarm, ...]:
    """All alarms; ``on`` is the moment since which the clock runs: what ended before is closed."""
    alarms = [alarm for one in compiled.permissions if (alarm := _permission(one, compiled, on))]
    never = len(alarms)
    alarms += [alarm for one in compiled.prohibitions if (alarm := _prohibition(one, on))]
    if whole := _whole(compiled, never):
        alarms.insert(0, whole)
    for profile in followed(compiled.policy):
        alarms += [Alarm(Weight.PROFILE, fault.path, fault.reason) for fault in profile.demands(compiled.policy)]
    return tuple(alarms)


def _whole(compiled: Compiled, never: int) -> Alarm | None:
    if compiled.strange_profiles:
        said = N_("the policy follows a profile that is not known here: {profile}")
        return Alarm(Weight.NEVER, "$.profile", Reason("unknown-profile", {"profile": ", ".join(compiled.strange_profiles)}, said))
    if compiled.policy.inherits:
        said = N_("the policy inherits from `{parent}`, which is not at hand")
        return Alarm(Weight.NEVER, "$.inheritFrom", Reason("not-joined", {"parent": ", ".join(compiled.policy.inherits)}, said))
    if not compiled.permissions:
        return Alarm(Weight.NEVER, "$", Reason("grants-nothing", {}, N_("the policy permits nothing: whatever is asked is refused")))
    if never == len(compiled.permissions):
        return Alarm(Weight.NEVER, "$", Reason("never-met", {}, N_("none of the policy’s permissions can ever be met")))
    return None


def _permission(one: ReadyRule, compiled: Compiled, on: datetime | None) -> Alarm | None:
    wanted: list[Wanted] = [(each, True) for each in (*one.conditions, *_of_duties(one))]
    if alarm := _impossible(one, wanted, on):
        return alarm
    if compiled.conflict is Conflict.PERMIT:
        return None
    covering = [each for each in compiled.prohibitions if _covers(each, one, compiled.vocabulary)]
    wanted += [(_all_of(each), False) for each in covering]
    if covering and _search(on).possible(wanted) is False:
        said = N_("it is always prohibited, by {prohibition}")
        return Alarm(Weight.NEVER, one.path, Reason("always-prohibited", {"prohibition": ", ".join(each.path for each in covering)}, said))
    return None


def _of_duties(one: ReadyRule) -> list[Ready]:
    """Conditions of duties that can never be known stop the permission; what time makes of the others is not a contradiction."""
    return [each for duty in one.duties for each in duty.conditions if isinstance(each, Comparison) and each.wrong]


def _prohibition(one: ReadyRule, on: datetime | None) -> Alarm | None:
    if _unknowable(one.conditions):
        return None  # it counts as holding
    found = _impossible(one, [(each, True) for each in one.conditions], on)
    return found and Alarm(Weight.IDLE, found.path, found.reason, found.conditions)


def _unknowable(conditions: tuple[Ready, ...]) -> bool:
    return any(_unknowable(one.parts) if isinstance(one, Group) else one.wrong is not None for one in conditions)


def _impossible(one: ReadyRule, wanted: list[Wanted], on: datetime | None) -> Alarm | None:
    if _search(None).possible(wanted) is False:
        fewest = _fewest(wanted, None)
        return Alarm(Weight.NEVER, one.path, _contradiction(fewest), tuple(_written(each) for each, _ in fewest))
    if on is not None and _search(on).possible(wanted) is False:
        fewest = _fewest(wanted, on)
        said = Reason("closed", {"day": on.date()}, N_("its period is over on {day}"))
        return Alarm(Weight.NEVER, one.path, said, tuple(_written(each) for each, _ in fewest))
    return None


def _search(on: datetime | None) -> Search:
    return Search(on or ANY_MOMENT, on)


def _fewest(wanted: list[Wanted], on: datetime | None) -> list[Wanted]:
    """As few of the conditions as still cannot hold together: none of them can be left out."""
    flat: list[Wanted] = []
    ahead = list(reversed(wanted))
    while ahead:
        one, holds = ahead.pop()
        if isinstance(one, Group) and holds and one.joined.how in (Logic.AND, Logic.AND_SEQUENCE):
            ahead += [(part, True) for part in reversed(one.parts)]
        else:
            flat.append((one, holds))
    if len(flat) > MOST_NARROWED:
        return flat[:MOST_NARROWED]
    place = 0
    while place < len(flat):
        without = flat[:place] + flat[place + 1 :]
        if _search(on).possible(without) is False:
            flat = without
        else:
            place += 1
    return flat


def _contradiction(fewest: list[Wanted]) -> Reason:
    if len(fewest) == 1 and isinstance(fewest[0][0], Comparison):
        alone = fewest[0][0]
        if alone.wrong is not None:
            return alone.wrong
        if isinstance(alone.constraint.right, list) and not alone.constraint.right:
            return Reason("empty-set", {"left": alone.constraint.left}, N_("`{left}` must be one of an empty list"))
        return Reason("impossible", {"left": alone.constraint.left}, N_("no value of `{left}` can meet it"))
    return Reason("contradiction", {}, N_("these conditions can never hold together"))


def _written(one: Ready) -> Condition:
    return one.constraint if isinstance(one, Comparison) else one.joined


def _all_of(one: ReadyRule) -> Group:
    """A rule's conditions as one."""
    asks = tuple(each.ask for each in one.conditions)
    joined = Joined(Logic.AND, tuple(_written(each) for each in one.conditions))
    return Group(joined, one.conditions, lambda facts: min(ask(facts) for ask in asks))


def _covers(prohibition: ReadyRule, permission: ReadyRule, words: Vocabulary) -> bool:
    """Whether every request that the permission is about is one that the prohibition is about."""
    one, other = prohibition.rule, permission.rule
    return _covers_action(one, other, words) and _covers_whom(one.targets, other.targets) and _covers_whom(one.assignees, other.assignees)


def _covers_action(prohibition: Rule, permission: Rule, words: Vocabulary) -> bool:
    if not prohibition.actions:
        return True
    wide = {one.name for one in prohibition.actions if not one.refinements}
    return bool(permission.actions) and all(wide & words.within(one.name) for one in permission.actions)


def _covers_whom(wide: tuple[Who, ...], narrow: tuple[Who, ...]) -> bool:
    if not wide:
        return True
    names = {one.id for one in wide if not one.refinements}
    return bool(narrow) and all(one.id is not None and one.id in names for one in narrow)

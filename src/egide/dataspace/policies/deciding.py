"""May they? One answer for a request, by the policy's own strategy for conflicts; and until when it stays so.

A permission must hold; no prohibition may. Where both hold, `perm` lets the permission win, `prohibit` the prohibition, and `invalid` (the
default) makes the whole policy void (IM §2.10). Doubt never becomes approval: what is not known refuses, and says what to ask.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from egide.dataspace.policies.comparing import Comparison, Ready
from egide.dataspace.policies.compiling import Compiled, ReadyDuty, ReadyRule
from egide.dataspace.policies.facts import Outcome, Request
from egide.dataspace.policies.model import Conflict
from egide.dataspace.policies.profile_core import DATE_TIME
from egide.vocabulary.language import N_

NOT_MET, UNUSABLE, UNKNOWN, PROMISED, MET = Outcome

LAST = datetime.max - timedelta(days=2)  # noqa: DTZ901 - only compared with moments whose zone was taken off


class May(StrEnum):
    """The answer."""

    ALLOWED = "permitted"
    REFUSED = "refused"
    UNDETERMINED = "undetermined"
    """Refused for now: something is not known, and its answer would settle it."""


class Ground(StrEnum):
    """Why, in one word."""

    PERMITTED = "permitted"
    STRANGE_PROFILE = "strange-profile"
    UNJOINED = "not-joined"
    """It inherits from policies that were not joined in: what they forbid is not known."""
    NO_PERMISSION = "no-permission"
    """No permission is about this request."""
    NOT_MET = "permission-not-met"
    UNUSABLE = "cannot-be-known"
    UNKNOWN = "not-known"
    PROHIBITED = "prohibited"
    MAYBE_PROHIBITED = "maybe-prohibited"
    VOID = "void"
    UNREMEDIED = "unremedied"
    VIOLATED = "obligation-violated"
    OVERDUE = "obligation-overdue"


GROUNDS = {
    Ground.PERMITTED: N_("Permitted: a permission holds and no prohibition does."),
    Ground.STRANGE_PROFILE: N_("Refused: the policy follows a profile that is not known here."),
    Ground.UNJOINED: N_("Refused: the policy inherits from others that are not at hand, and what they forbid is not known."),
    Ground.NO_PERMISSION: N_("Refused: no permission is about this action, this party and this asset."),
    Ground.NOT_MET: N_("Refused: a condition of the permission is not met."),
    Ground.UNUSABLE: N_("Refused: the policy stands on something that cannot be known here."),
    Ground.UNKNOWN: N_("Not decided, and refused until it is: something is not known."),
    Ground.PROHIBITED: N_("Refused: a prohibition holds."),
    Ground.MAYBE_PROHIBITED: N_("Refused until it is known whether a prohibition holds."),
    Ground.VOID: N_("Refused: a permission and a prohibition both hold, and the policy is then void."),
    Ground.UNREMEDIED: N_("Refused: a prohibition was infringed and not repaired."),
    Ground.VIOLATED: N_("Refused: an obligation of the policy was violated."),
    Ground.OVERDUE: N_("Refused until it is known whether an obligation whose day has passed was fulfilled."),
}  # fmt: skip
"""Each ground in a sentence, for both sides."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, the ground, and how each rule stood; `prove` gives the whole proof."""

    may: May
    ground: Ground
    permissions: tuple[Outcome, ...]
    prohibitions: tuple[Outcome, ...]
    obligations: tuple[Outcome, ...]
    """`MET` also where an obligation binds somebody else."""


def decide(compiled: Compiled, request: Request) -> Decision:
    """Put the policy to a request."""
    permissions = tuple(one.holds(request) for one in compiled.permissions)
    prohibitions = tuple(one.holds(request) for one in compiled.prohibitions)
    obligations = tuple(_bound(one, duty, request) for one, duty in zip(compiled.obligations, compiled.obliged, strict=True))
    may, ground = _judge(compiled, request, permissions, prohibitions, obligations)
    return Decision(may, ground, permissions, prohibitions, obligations)


def _bound(one: ReadyRule, duty: ReadyDuty, request: Request) -> Outcome:
    if one.party is not None and one.party(request) is NOT_MET:
        return MET
    return duty.outcome(request.facts)


def _judge(
    compiled: Compiled, request: Request, permissions: tuple[Outcome, ...], prohibitions: tuple[Outcome, ...],
    obligations: tuple[Outcome, ...],
) -> tuple[May, Ground]:
    if compiled.strange_profiles:
        return May.REFUSED, Ground.STRANGE_PROFILE
    if compiled.policy.inherits:
        return May.REFUSED, Ground.UNJOINED
    best = max(permissions, default=NOT_MET)
    if best < PROMISED:
        return _unpermitted(compiled, request, best)
    if any(_unremedied(one, request) for one in compiled.prohibitions):
        return May.REFUSED, Ground.UNREMEDIED
    worst = min(obligations, default=MET)
    if worst < PROMISED:
        return _unobliged(worst)
    if compiled.conflict is Conflict.PERMIT:
        return May.ALLOWED, Ground.PERMITTED
    if MET in prohibitions:
        return May.REFUSED, Ground.PROHIBITED if compiled.conflict is Conflict.PROHIBIT else Ground.VOID
    if UNUSABLE in prohibitions:
        return May.REFUSED, Ground.MAYBE_PROHIBITED
    if UNKNOWN in prohibitions:
        return May.UNDETERMINED, Ground.MAYBE_PROHIBITED
    return May.ALLOWED, Ground.PERMITTED


def _unpermitted(compiled: Compiled, request: Request, best: Outcome) -> tuple[May, Ground]:
    if best is UNKNOWN:
        return May.UNDETERMINED, Ground.UNKNOWN
    if best is UNUSABLE:
        return May.REFUSED, Ground.UNUSABLE
    about = any(one.scope(request) is not NOT_MET for one in compiled.permissions)
    return May.REFUSED, Ground.NOT_MET if about else Ground.NO_PERMISSION


def _unobliged(worst: Outcome) -> tuple[May, Ground]:
    if worst is UNKNOWN:
        return May.UNDETERMINED, Ground.OVERDUE
    return May.REFUSED, Ground.UNUSABLE if worst is UNUSABLE else Ground.VIOLATED


def _unremedied(one: ReadyRule, request: Request) -> bool:
    """The prohibition was infringed, and not every remedy has been done since."""
    facts = request.facts
    if not facts.infringed or (one.rule.id or one.path) not in facts.infringed:
        return False
    return not one.remedies or any(duty.outcome(facts) is not MET for duty in one.remedies)


def until(compiled: Compiled, request: Request) -> datetime | None:
    """The first moment from which the request is no longer allowed, the clock alone moving on; None when no moment is known.

    A transfer that runs then must stop. Raises nothing; the request must be allowed now.
    """
    now = request.facts.at
    for edge in sorted({edge for edge in _edges(compiled) if edge > now}):
        for moment in (edge, _just_after(edge)):
            later = replace(request, facts=replace(request.facts, at=moment))
            if decide(compiled, later).may is not May.ALLOWED:
                return moment
    return None


def _just_after(edge: datetime) -> datetime:
    """The next moment there is; the last one has none."""
    return edge + timedelta(microseconds=1) if edge.replace(tzinfo=None) < LAST else edge


def _edges(compiled: Compiled) -> set[datetime]:
    """Every moment that a constraint on the clock names."""
    found: set[datetime] = set()
    for rule in (*compiled.permissions, *compiled.prohibitions, *compiled.obligations):
        ahead: list[Ready] = [*rule.conditions, *(one for duty in (*rule.duties, *rule.remedies) for one in _conditions(duty))]
        while ahead:
            one = ahead.pop()
            if not isinstance(one, Comparison):
                ahead += one.parts
            elif one.constraint.left == DATE_TIME:
                found |= {edge for right in one.rights for edge in edges(right)}
    return found


def _conditions(duty: ReadyDuty) -> list[Ready]:
    return [*duty.conditions, *(one for each in duty.consequences for one in _conditions(each))]


def edges(right: object) -> tuple[datetime, ...]:
    """The moments at which a day or a moment begins and ends."""
    if isinstance(right, datetime):
        return (right,)
    if isinstance(right, date):
        start = datetime.combine(right, time(), UTC)
        return (start, start + timedelta(days=1)) if right < date.max else (start,)
    return ()

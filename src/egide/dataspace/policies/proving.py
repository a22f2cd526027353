"""The proof of a decision: each rule, each premise, each comparison with the value it met; what would settle a doubt; what is enforced and
where, what is owed, what is only promised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from egide.dataspace.policies.comparing import Comparison, Ready
from egide.dataspace.policies.compiling import Compiled, ReadyDuty, ReadyRule
from egide.dataspace.policies.deciding import Decision, May, decide, until
from egide.dataspace.policies.facts import DutyState, Facts, Outcome, Request
from egide.dataspace.policies.model import Condition, Constraint, Rule
from egide.dataspace.policies.operands import LeftOperand, Where
from egide.dataspace.policies.profile_core import DATE_TIME
from egide.dataspace.policies.values import Value
from egide.vocabulary.findings import Reason

NOT_MET, UNUSABLE, UNKNOWN, PROMISED, MET = Outcome


@dataclass(frozen=True, slots=True)
class Proof:
    """One condition, how it stands, and on what value."""

    condition: Condition
    outcome: Outcome
    operand: LeftOperand | None = None
    value: Value | None = None
    wrong: Reason | None = None
    parts: tuple[Proof, ...] = ()

    def open(self) -> Iterator[Proof]:
        """The comparisons that keep it from being known; those beside one that settles it do not."""
        if self.outcome is UNKNOWN:
            if not self.parts:
                yield self
            for part in self.parts:
                yield from part.open()

    def leaves(self) -> Iterator[Proof]:
        """The comparisons below it, or itself."""
        if isinstance(self.condition, Constraint):
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class DutyProof:
    """One duty, what is known of it, and how that counts."""

    duty: ReadyDuty
    state: DutyState
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RuleProof:
    """One rule and its premises; None where it says nothing."""

    rule: Rule
    path: str
    outcome: Outcome
    target: Outcome | None
    party: Outcome | None
    action: Outcome | None
    conditions: tuple[Proof, ...]
    duties: tuple[DutyProof, ...]

    @property
    def about(self) -> bool:
        """Whether the rule is about the request."""
        return NOT_MET not in (self.target, self.party, self.action)

    def leaves(self) -> Iterator[Proof]:
        """Every comparison of the rule."""
        for one in self.conditions:
            yield from one.leaves()


@dataclass(frozen=True, slots=True)
class Proved:
    """The decision with its whole proof."""

    decision: Decision
    request: Request
    permissions: tuple[RuleProof, ...]
    prohibitions: tuple[RuleProof, ...]
    obligations: tuple[RuleProof, ...]
    until: datetime | None
    """The moment from which it is no longer allowed, when the clock alone says so."""

    @property
    def deciding(self) -> tuple[RuleProof, ...]:
        """The permissions that are about the request, the nearest to holding first; all of them when none is."""
        about = [one for one in self.permissions if one.about]
        return tuple(sorted(about or self.permissions, key=lambda one: -one.outcome))

    def missing(self) -> tuple[LeftOperand, ...]:
        """What, once known, could settle the doubt."""
        rules = (*(one for one in self.deciding if one.outcome is UNKNOWN), *(one for one in self.prohibitions if one.outcome is UNKNOWN))
        found = {leaf.operand.name: leaf.operand for rule in rules for one in rule.conditions for leaf in one.open() if leaf.operand}
        return tuple(found.values())

    def owed(self) -> tuple[DutyProof, ...]:
        """The duties that come with what is allowed, and are not done yet."""
        held = [one for one in self.permissions if one.outcome >= PROMISED]
        every = (*(duty for rule in held for duty in rule.duties), *(duty for rule in self.obligations for duty in rule.duties))
        return tuple(one for one in every if one.outcome is not MET)

    def bound(self) -> tuple[tuple[Proof, Where], ...]:
        """Each comparison that counts for what is allowed, and where it is enforced."""
        held = [one for one in self.permissions if one.outcome >= PROMISED] or list(self.deciding[:1])
        return tuple((leaf, leaf.operand.where) for rule in held for leaf in rule.leaves() if leaf.operand)

    def restraints(self) -> tuple[RuleProof, ...]:
        """The prohibitions that stand beside a permission: on narrower actions, or that the party promises to respect."""
        return tuple(one for one in self.prohibitions if one.outcome in (NOT_MET, PROMISED) and one.party is not NOT_MET
                     and one.target is not NOT_MET and (one.outcome is PROMISED or one.action is NOT_MET))


def prove(compiled: Compiled, request: Request) -> Proved:
    """The same decision as `decide`, with its proof."""
    decision = decide(compiled, request)
    permissions = tuple(_rule(one, request, out) for one, out in zip(compiled.permissions, decision.permissions, strict=True))
    prohibitions = tuple(_rule(one, request, out) for one, out in zip(compiled.prohibitions, decision.prohibitions, strict=True))
    obligations = tuple(
        _obligation(one, duty, request, out)
        for one, duty, out in zip(compiled.obligations, compiled.obliged, decision.obligations, strict=True)
    )
    ends = until(compiled, request) if decision.may is May.ALLOWED else None
    return Proved(decision, request, permissions, prohibitions, obligations, ends)


def _rule(one: ReadyRule, request: Request, outcome: Outcome) -> RuleProof:
    target, party, action = (None if match is None else match(request) for match in (one.target, one.party, one.action))
    conditions = tuple(_proof(each, request.facts) for each in one.conditions)
    return RuleProof(one.rule, one.path, outcome, target, party, action, conditions, tuple(_duty(each, request) for each in one.duties))


def _obligation(one: ReadyRule, duty: ReadyDuty, request: Request, outcome: Outcome) -> RuleProof:
    party = None if one.party is None else one.party(request)
    conditions = tuple(_proof(each, request.facts) for each in one.conditions)
    duties = () if party is NOT_MET else (_duty(duty, request),)
    return RuleProof(one.rule, one.path, outcome, None, party, None, conditions, duties)


def _duty(one: ReadyDuty, request: Request) -> DutyProof:
    return DutyProof(one, one.state(request.facts), one.outcome(request.facts))


def _proof(one: Ready, facts: Facts) -> Proof:
    if isinstance(one, Comparison):
        left = one.constraint.left
        value = facts.values.get(left, facts.at if left == DATE_TIME else None)
        return Proof(one.constraint, one.ask(facts), one.operand, value, one.wrong)
    return Proof(one.joined, one.ask(facts), parts=tuple(_proof(part, facts) for part in one.parts))

"""A policy made ready once, to be put to many requests: what it inherits joined in, its shared parts spread to its rules, its constraints
compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from egide.dataspace.policies.comparing import Comparison, Ready, ready
from egide.dataspace.policies.facts import DutyState, Facts, Outcome, Request
from egide.dataspace.policies.model import Action, Conflict, Constraint, Operator, Policy, Rule, RuleKind, Who
from egide.dataspace.policies.profile_core import DATE_TIME
from egide.dataspace.policies.profiles import Vocabulary, known

NOT_MET, UNUSABLE, UNKNOWN, PROMISED, MET = Outcome
Match: TypeAlias = Callable[[Request], Outcome]
_DEADLINES = frozenset({Operator.LT, Operator.LTEQ, Operator.TERM_LTEQ, Operator.EQ})


@dataclass(frozen=True, slots=True)
class ReadyDuty:
    """A duty: where it stands, and what is owed with it."""

    rule: Rule
    key: str
    """Its identifier, or its path."""
    conditions: tuple[Ready, ...]
    consequences: tuple[ReadyDuty, ...]

    def state(self, facts: Facts) -> DutyState:
        """What is known of it; `NON_SET` when nothing is."""
        return facts.duties.get(self.key, DutyState.NON_SET)

    def outcome(self, facts: Facts) -> Outcome:
        """Met when fulfilled, or violated and every consequence fulfilled; owed until its time has passed; then not known."""
        state = self.state(facts)
        if state is DutyState.FULFILLED:
            return MET
        if state is DutyState.VIOLATED:
            settled = self.consequences and all(one.outcome(facts) is MET for one in self.consequences)
            return MET if settled else NOT_MET
        asked = [one.ask(facts) for one in self.conditions]
        if UNUSABLE in asked:
            return UNUSABLE
        late = any(outcome is NOT_MET and _is_deadline(one) for outcome, one in zip(asked, self.conditions, strict=True))
        return UNKNOWN if late else PROMISED


def _is_deadline(one: Ready) -> bool:
    return isinstance(one, Comparison) and one.constraint.left == DATE_TIME and one.constraint.operator in _DEADLINES


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule: each premise apart, so that a report can name them; None where the rule says nothing."""

    rule: Rule
    path: str
    target: Match | None
    party: Match | None
    action: Match | None
    conditions: tuple[Ready, ...]
    duties: tuple[ReadyDuty, ...]
    remedies: tuple[ReadyDuty, ...]

    def scope(self, request: Request) -> Outcome:
        """Whether the rule is about this request at all."""
        found = MET
        for match in (self.action, self.target, self.party):
            if match is not None:
                found = min(found, match(request))
                if found is NOT_MET:
                    return NOT_MET
        return found

    def holds(self, request: Request) -> Outcome:
        """Whether the rule holds: its scope, its conditions and, of a permission, its duties."""
        found = self.scope(request)
        if found is NOT_MET:
            return NOT_MET
        facts = request.facts
        for one in self.conditions:
            found = min(found, one.ask(facts))
            if found is NOT_MET:
                return NOT_MET
        for duty in self.duties:
            found = min(found, duty.outcome(facts))
        return found


@dataclass(frozen=True, slots=True)
class Compiled:
    """A policy, ready to be asked."""

    policy: Policy
    """With all that it inherits."""
    vocabulary: Vocabulary
    conflict: Conflict
    permissions: tuple[ReadyRule, ...]
    prohibitions: tuple[ReadyRule, ...]
    obligations: tuple[ReadyRule, ...]
    obliged: tuple[ReadyDuty, ...]
    """The obligations again, as duties."""
    strange_profiles: tuple[str, ...] = ()
    """Profiles that it says it follows and nobody here knows: whoever doesn't understand them must not process it (IM §2.1)."""


def compile_policy(policy: Policy, vocabulary: Vocabulary | None = None) -> Compiled:
    """The policy made ready. What it inherits must have been joined in before (`inherited`); else it refuses everything."""
    words = vocabulary or known()
    strange = tuple(one for one in policy.profiles if one not in words.iris)
    made: dict[RuleKind, tuple[ReadyRule, ...]] = {
        kind: tuple(_rule(_spread(rule, policy), f"$.{kind.value}[{index}]", words) for index, rule in enumerate(policy.of(kind)))
        for kind in RuleKind
    }
    obliged = tuple(_duty(one.rule, one.path, words) for one in made[RuleKind.OBLIGATION])
    return Compiled(
        policy, words, policy.conflict or Conflict.INVALID, made[RuleKind.PERMISSION], made[RuleKind.PROHIBITION],
        made[RuleKind.OBLIGATION], obliged, strange,
    )  # fmt: skip


def _spread(rule: Rule, policy: Policy) -> Rule:
    """What the policy says once for all its rules (IM §2.7.1)."""
    return replace(
        rule, actions=rule.actions or policy.actions, targets=rule.targets or policy.targets, assigners=rule.assigners or policy.assigners,
        assignees=rule.assignees or policy.assignees,
    )  # fmt: skip


def _rule(rule: Rule, path: str, words: Vocabulary) -> ReadyRule:
    return ReadyRule(
        rule, path, _matched(rule.targets, lambda request: request.target, words),
        _matched(rule.assignees, lambda request: request.party, words), _acted(rule, words),
        tuple(ready(one, words.operands) for one in rule.conditions),
        tuple(_duty(one, f"{path}.duty[{index}]", words) for index, one in enumerate(rule.duties)),
        tuple(_duty(one, f"{path}.remedy[{index}]", words) for index, one in enumerate(rule.remedies)),
    )  # fmt: skip


def _duty(rule: Rule, path: str, words: Vocabulary) -> ReadyDuty:
    consequences = tuple(_duty(one, f"{path}.consequence[{index}]", words) for index, one in enumerate(rule.consequences))
    every = (*rule.conditions, *(one for action in rule.actions for one in action.refinements))
    return ReadyDuty(rule, rule.id or path, tuple(ready(one, words.operands) for one in every), consequences)


def _matched(whos: tuple[Who, ...], asked: Callable[[Request], str | None], words: Vocabulary) -> Match | None:
    if not whos:
        return None
    every = tuple(_who(one, words) for one in whos)
    if len(every) == 1:
        only = every[0]
        return lambda request: only(asked(request), request.facts)
    return lambda request: max(one(asked(request), request.facts) for one in every)


def _who(one: Who, words: Vocabulary) -> Callable[[str | None, Facts], Outcome]:
    names = frozenset(name for name in (one.id, one.source) if name is not None)
    refinements = tuple(ready(each, words.operands) for each in one.refinements)

    def match(asked: str | None, facts: Facts) -> Outcome:
        found = MET
        if names:
            if asked is None:
                found = UNKNOWN
            elif asked not in names and names.isdisjoint(facts.above(asked)):
                return NOT_MET
        return min((found, *(each.ask(facts) for each in refinements)))

    return match


def _acted(rule: Rule, words: Vocabulary) -> Match | None:
    if not rule.actions:
        return None
    every = tuple(_action(one, rule.kind is RuleKind.PROHIBITION, words) for one in rule.actions)
    if len(every) == 1:
        return every[0]
    return lambda request: max(one(request) for one in every)


def _action(one: Action, prohibits: bool, words: Vocabulary) -> Match:
    """A permission of an action covers all that is part of it; a prohibition also what implies it (Vocabulary §4.3)."""
    name, refinements = one.name, tuple(ready(each, words.operands) for each in one.refinements)
    covers: dict[str, bool] = {}

    def match(request: Request) -> Outcome:
        covered = covers.get(request.action)
        if covered is None:
            reach = words.within(request.action) | (words.implied(request.action) if prohibits else frozenset())
            covered = covers[request.action] = name in reach
        if not covered:
            return NOT_MET
        return min((each.ask(request.facts) for each in refinements), default=MET)

    return match


def constraints(condition: Ready) -> tuple[Constraint, ...]:
    """Every comparison in it."""
    if isinstance(condition, Comparison):
        return (condition.constraint,)
    return tuple(one for part in condition.parts for one in constraints(part))

"""What a policy inherits (IM §2.9): the rules of its parents and of theirs, each once; circles and absent parents are refused.

A parent's shared target and parties stay with its own rules; where it names none, the child's apply. Two strategies for conflicts that
differ make the policy void when rules conflict (IM §2.10).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from egide.dataspace.policies.model import Conflict, Policy, PolicyError, Rule
from egide.vocabulary.language import N_

MOST_ANCESTORS = 100
Find = Callable[[str], Policy | None]


class CircularInheritanceError(PolicyError):
    """A policy inherits from itself."""

    def __init__(self, chain: tuple[str, ...]) -> None:
        super().__init__(N_("the policy inherits from itself: {chain}"), {"chain": " → ".join(chain)})
        self.chain = chain


class AbsentParentError(PolicyError):
    """A parent is not at hand: what it forbids is not known."""

    hint = N_("give the file of the parent policy beside it (--beside)")

    def __init__(self, parent: str) -> None:
        super().__init__(N_("the policy inherits from `{parent}`, which is not at hand"), {"parent": parent})


def inherited(policy: Policy, find: Find = lambda name: None) -> Policy:
    """The policy with all that it inherits.

    Raises `CircularInheritanceError`, `AbsentParentError`, and `PolicyError` beyond 100 ancestors.
    """
    if not policy.inherits:
        return policy
    rules, profiles, conflicts = list(policy.rules), list(policy.profiles), [policy.conflict]
    for one in _ancestors(policy, find):
        rules += [_own(rule, one) for rule in one.rules]
        profiles += [each for each in one.profiles if each not in profiles]
        conflicts.append(one.conflict)
    said = {each for each in conflicts if each is not None}
    conflict = next(iter(said), None) if len(said) < 2 else Conflict.INVALID
    return replace(policy, rules=tuple(rules), profiles=tuple(profiles), conflict=conflict, inherits=())


def _ancestors(policy: Policy, find: Find) -> list[Policy]:
    """Every ancestor once, nearest first."""
    found: dict[str, Policy] = {}
    chain: list[str] = [policy.id] if policy.id else []

    def climb(one: Policy) -> None:
        for name in one.inherits:
            if name in chain:
                raise CircularInheritanceError((*chain[chain.index(name):], name))
            if name in found:
                continue
            parent = find(name)
            if parent is None:
                raise AbsentParentError(name)
            if len(found) >= MOST_ANCESTORS:
                raise PolicyError(N_("the policy inherits from more than {limit} others"), {"limit": MOST_ANCESTORS})
            found[name] = parent
            chain.append(name)
            climb(parent)
            chain.pop()

    climb(policy)
    return list(found.values())


def _own(rule: Rule, parent: Policy) -> Rule:
    return replace(
        rule, actions=rule.actions or parent.actions, targets=rule.targets or parent.targets, assigners=rule.assigners or parent.assigners,
        assignees=rule.assignees or parent.assignees,
    )  # fmt: skip

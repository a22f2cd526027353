"""What a policy says, whatever it was written in: rules, what they are about, and on what conditions (ODRL Information Model 2.2, §2).

Terms are short where ODRL or a profile defines them (``use``, ``dateTime``); what nobody defines keeps the spelling it came in. What a
reader doesn't know stays in ``more``, so that nothing is lost on the way back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from egide.vocabulary.errors import EgideError

Right: TypeAlias = Any
"""The right operand as JSON has it: a word, a number, yes or no, an object (`@id`, `@value`), or a list of these."""
More: TypeAlias = Mapping[str, Any]


class PolicyKind(StrEnum):
    """The subclasses of Policy (IM §2.1 and the vocabulary's §4.1)."""

    SET = "Set"
    OFFER = "Offer"
    AGREEMENT = "Agreement"
    ASSERTION = "Assertion"
    PRIVACY = "Privacy"
    REQUEST = "Request"
    TICKET = "Ticket"
    POLICY = "Policy"


class Conflict(StrEnum):
    """What happens when a permission and a prohibition both hold (IM §2.10)."""

    PERMIT = "perm"
    PROHIBIT = "prohibit"
    INVALID = "invalid"
    """The whole policy is void; the default of the standard."""


class RuleKind(StrEnum):
    """What a rule does."""

    PERMISSION = "permission"
    PROHIBITION = "prohibition"
    OBLIGATION = "obligation"


class Operator(StrEnum):
    """How a left operand stands to a right one (IM §2.5.1)."""

    EQ = "eq"
    NEQ = "neq"
    LT = "lt"
    LTEQ = "lteq"
    GT = "gt"
    GTEQ = "gteq"
    IS_A = "isA"
    HAS_PART = "hasPart"
    IS_PART_OF = "isPartOf"
    IS_ALL_OF = "isAllOf"
    IS_ANY_OF = "isAnyOf"
    IS_NONE_OF = "isNoneOf"
    TERM_LTEQ = "term-lteq"
    """As the Dataspace Protocol's schema also spells `lteq`."""


class Logic(StrEnum):
    """How conditions are joined (IM §2.5.2)."""

    AND = "and"
    OR = "or"
    XONE = "xone"
    AND_SEQUENCE = "andSequence"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One comparison."""

    left: str
    operator: Operator
    right: Right
    id: str | None = None
    more: More = field(default_factory=dict)
    """``unit``, ``dataType``, ``status``, ``rightOperandReference`` and whatever else stood there."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Several conditions under one operand."""

    how: Logic
    parts: tuple[Condition, ...]
    id: str | None = None
    more: More = field(default_factory=dict)


Condition: TypeAlias = Constraint | Joined


@dataclass(frozen=True, slots=True)
class Action:
    """What is done, narrowed by refinements when there are any (IM §2.4.2)."""

    name: str
    refinements: tuple[Condition, ...] = ()
    more: More = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Who:
    """A party or an asset, or a collection of them narrowed by refinements (IM §2.2.2, §2.3.2)."""

    id: str | None
    """None: not one by name; every member that the refinements let through."""
    kind: str | None = None
    """``AssetCollection``, ``PartyCollection`` or another type that was written; None when none was."""
    source: str | None = None
    """What the collection is called where its members are known."""
    refinements: tuple[Condition, ...] = ()
    more: More = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A permission, a prohibition or a duty."""

    kind: RuleKind
    actions: tuple[Action, ...] = ()
    """Any of these; none at all: whatever is done."""
    targets: tuple[Who, ...] = ()
    assigners: tuple[Who, ...] = ()
    assignees: tuple[Who, ...] = ()
    conditions: tuple[Condition, ...] = ()
    """All of these."""
    duties: tuple[Rule, ...] = ()
    """Of a permission: what must be done for it to be had."""
    consequences: tuple[Rule, ...] = ()
    """Of a duty: what must also be done once it was not fulfilled."""
    remedies: tuple[Rule, ...] = ()
    """Of a prohibition: what must be done once it was infringed."""
    id: str | None = None
    more: More = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole, as one party wrote it."""

    id: str | None
    kind: PolicyKind = PolicyKind.SET
    rules: tuple[Rule, ...] = ()
    profiles: tuple[str, ...] = ()
    conflict: Conflict | None = None
    """None: not said, which is `Conflict.INVALID`."""
    inherits: tuple[str, ...] = ()
    targets: tuple[Who, ...] = ()
    assigners: tuple[Who, ...] = ()
    assignees: tuple[Who, ...] = ()
    actions: tuple[Action, ...] = ()
    """Shared by every rule that names none (IM §2.7.1)."""
    more: More = field(default_factory=dict)

    def of(self, kind: RuleKind) -> tuple[Rule, ...]:
        """The rules of one kind, in their order."""
        return tuple(rule for rule in self.rules if rule.kind is kind)


class PolicyError(EgideError):
    """A policy that cannot be read or joined with what it inherits."""

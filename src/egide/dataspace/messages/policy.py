"""ODRL policies as messages carry them (contract-schema.json): offers of a catalogue, offers of a message, agreements.

What is checked here is the form alone. What a policy means is decided by `egide.dataspace.policies`, which is given the policy as it came.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, convert, field

T = TypeVar("T")
OPERATORS = frozenset({
    "eq", "gt", "gteq", "lteq", "hasPart", "isA", "isAllOf", "isAnyOf", "isNoneOf", "isPartOf", "lt", "term-lteq", "neq",
})  # fmt: skip
TIMESTAMP = re.compile(
    r"-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
    r"|(24:00:00(\.0+)?))(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
)
"""Of an agreement. As in the schema, it may stand anywhere in the text."""


def fits(value: Any, kind: type[T], name: str) -> T:
    """The member ``name`` of a message as that kind. Raises `ValueError` that says where in it the form is broken."""
    try:
        return convert(value, kind)
    except ValidationError as error:
        raise ValueError(f"{error} in `{name}`") from error


class Constraint(Struct):
    """A comparison, or exactly one of `and`, `andSequence`, `or`, `xone` over others; never both."""

    and_: Any = field(name="and", default=UNSET)
    and_sequence: Any = field(name="andSequence", default=UNSET)
    or_: Any = field(name="or", default=UNSET)
    xone: Any = field(name="xone", default=UNSET)
    left: Any = field(name="leftOperand", default=UNSET)
    operator: Any = UNSET
    right: Any = field(name="rightOperand", default=UNSET)

    def __post_init__(self) -> None:
        if self._is_logical() == self._is_atomic():
            raise ValueError("a constraint is either a comparison of a left and a right operand or one list of constraints")

    def _is_logical(self) -> bool:
        given = [one for one in (self.and_, self.and_sequence, self.or_, self.xone) if one is not UNSET]
        if len(given) != 1:
            return False
        try:
            convert(given[0], list[Constraint])
        except ValidationError:
            return False
        return True

    def _is_atomic(self) -> bool:
        known = isinstance(self.operator, str) and self.operator in OPERATORS
        return known and isinstance(self.left, str) and isinstance(self.right, (str, dict, list))


class Rule(Struct):
    """A permission, a prohibition or a duty."""

    action: str
    constraint: list[Constraint] | UnsetType = UNSET


Rules = Annotated[list[Rule], Meta(min_length=1)]


class Policy(Struct, kw_only=True):
    """What offers and agreements share: a name, and at least one permission or prohibition."""

    id: str = field(name="@id")
    profile: str | list[str] | UnsetType = UNSET
    permission: Rules | UnsetType = UNSET
    prohibition: Rules | UnsetType = UNSET
    obligation: Rules | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.permission is UNSET and self.prohibition is UNSET:
            raise ValueError("a policy has a permission or a prohibition")


class CatalogueOffer(Policy, kw_only=True):
    """An offer as a catalogue shows it: what it is about stands around it, so it has no target."""

    type: Literal["Offer"] | UnsetType = field(name="@type", default=UNSET)
    target: Any = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.target is not UNSET:
            raise ValueError("an offer of a catalogue has no `target`")


class MessageOffer(Policy, kw_only=True):
    """An offer as a consumer asks for it."""

    type: Literal["Offer"] = field(name="@type")
    target: str | UnsetType = UNSET


class TargetedOffer(MessageOffer, kw_only=True):
    """An offer as a provider makes it: it says of which dataset."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.target is UNSET:
            raise ValueError("an offer that is made says its `target`")


class Agreement(Policy, kw_only=True):
    """What both sides agreed to."""

    type: Literal["Agreement"] = field(name="@type")
    target: str
    assigner: str
    assignee: str
    timestamp: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.timestamp is not UNSET and not TIMESTAMP.search(self.timestamp):
            raise ValueError("`timestamp` is not a date and time of XML Schema")

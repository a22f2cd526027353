"""What credentials prove, as the values that policies compare: the bridge from identity to terms.

A table says which type of credential speaks of which left operand, and under which name of its subject. What no credential proves is not
in the values: it is not known, and a policy that needs it refuses until it is. The label of a party has a type of its own: a
`LabelCredential` of Gaia-X is about a service, and counts only with the credentials that it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from egide.dataspace.policies.profiles import known
from egide.dataspace.policies.values import One, Value, WrongValueError, one

if TYPE_CHECKING:
    from egide.dataspace.identity.verifying import Claims

MOST_VALUES = 200


@dataclass(frozen=True, slots=True)
class Speaks:
    """Credentials of this type say this left operand: by a member of their subject, or by being there at all."""

    kind: str
    left: str
    member: str | None = None
    """None: the credential itself means ``value``."""
    value: str = ""


CATENA_X: Sequence[Speaks] = (
    Speaks("MembershipCredential", "Membership", value="active"),
    Speaks("DataExchangeGovernanceCredential", "FrameworkAgreement", value="DataExchangeGovernance:1.0"),
    Speaks("BpnCredential", "BusinessPartnerNumber", "bpn"), Speaks("BpnCredential", "BusinessPartnerNumber", "holderIdentifier"),
)  # fmt: skip
OWN: Sequence[Speaks] = (
    Speaks("PartyLabelCredential", "partyLabel", "label"), Speaks("QualificationCredential", "partyQualification", "qualification"),
    Speaks("OwnershipCredential", "partyControlledFromOutsideTheUnion", "controlledFromOutsideTheUnion"),
    Speaks("OwnershipCredential", "partySeat", "seat"), Speaks("OwnershipCredential", "partyPlaces", "places"),
)  # fmt: skip
USUAL = (*CATENA_X, *OWN)


def values(claims: Claims, table: Sequence[Speaks] = USUAL) -> dict[str, Value]:
    """Left operands to what is proven of the party. Two credentials that contradict each other on one value leave it out."""
    found: dict[str, set[One]] = {}
    for speaks in table:
        for proven in claims.of_type(speaks.kind):
            found.setdefault(speaks.left, set()).update(_said(speaks, proven.subject))
    return {left: value for left, every in found.items() if (value := _one_or_many(left, every)) is not None}


def _said(speaks: Speaks, subject: Mapping[str, Any]) -> list[One]:
    operand = known().operands[speaks.left]
    raw = speaks.value if speaks.member is None else subject.get(speaks.member, [])
    made = []
    for each in (raw if isinstance(raw, list) else [raw])[:MOST_VALUES]:
        try:
            made.append(one(each, operand.kind))
        except WrongValueError:
            continue  # what is no value of the operand proves nothing of it
    return made


def _one_or_many(left: str, every: set[One]) -> Value | None:
    if not every:
        return None
    if known().operands[left].many:
        return frozenset(every)
    return next(iter(every)) if len(every) == 1 else None

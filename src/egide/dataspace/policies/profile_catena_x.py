"""Catena-X policies (CX-0152, profile 2025-09): which left operands, with which operators and values, in which rules.

The tables say what the published JSON schemas say, constraint by constraint. The schema of the whole policy says less than it seems: its
rules stand outside `properties`, so that it accepts whatever the protocol's schema does. What it means to say of rules is held here.
Membership, framework agreement and partner numbers are shown by credentials at the door; most of the rest is agreed and then only promised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from egide.dataspace.policies.model import Condition, Constraint, Joined, Logic, Operator, Policy, Rule, RuleKind
from egide.dataspace.policies.operands import Fault, LeftOperand, Profile, Where, declared
from egide.dataspace.policies.terms import CATENA_X
from egide.dataspace.policies.values import Kind
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

ACCESS, USAGE, PROHIBITION, OBLIGATION = "access", "use", "prohibition", "obligation"
_EQ, _ANY, _ALL = (Operator.EQ,), (Operator.IS_ANY_OF,), (Operator.IS_ALL_OF,)
_ANY_OR_NONE = (Operator.IS_ANY_OF, Operator.IS_NONE_OF)
_BPNL = re.compile(r"BPNL[0-9A-Z]{12}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})", re.ASCII)
_CONTINENTS = ("europe", "northAmerica", "southAmerica", "africa", "asia", "oceania", "antarctica")
REGIONS = frozenset(f"cx.region.{name}:1" for name in ("all", *_CONTINENTS))


@dataclass(frozen=True, slots=True)
class Form:
    """How one left operand may be used."""

    operators: tuple[Operator, ...]
    value: Callable[[object], bool]
    """Whether one value of the right operand is right."""
    listed: bool
    """The right operand is a list."""
    distinct: bool
    rules: frozenset[str]
    where: Where
    kind: Kind
    title: str
    many: bool = False


def _among(*values: str) -> Callable[[object], bool]:
    known = frozenset(values)
    return lambda value: isinstance(value, str) and value in known


def _like(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _word(value: object) -> bool:
    return isinstance(value, str)


def _whole(value: object) -> bool:
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def _one(value: Callable[[object], bool], title: str, rules: str = USAGE, where: Where = Where.PROMISE, kind: Kind = Kind.TEXT) -> Form:
    return Form(_EQ, value, False, False, frozenset(rules.split()), where, kind, title)


def _list(
    operators: tuple[Operator, ...], value: Callable[[object], bool], title: str, rules: str = USAGE, *, distinct: bool = True,
    where: Where = Where.PROMISE,
) -> Form:  # fmt: skip
    return Form(operators, value, True, distinct, frozenset(rules.split()), where, Kind.TEXT, title, many=True)


BOTH = f"{ACCESS} {USAGE}"
SUBLICENCE = f"{USAGE} {PROHIBITION}"
FORMS: Mapping[str, Form] = {
    "FrameworkAgreement": _one(_among("DataExchangeGovernance:1.0"), N_("the umbrella agreement"), BOTH, Where.DOOR),
    "Membership": _one(_among("active"), N_("the membership"), BOTH, Where.DOOR),
    "BusinessPartnerNumber": _list(_ANY_OR_NONE, _like(_BPNL), N_("the business partner number"), ACCESS, where=Where.DOOR),
    "BusinessPartnerGroup": _list(_ANY_OR_NONE, _word, N_("the group of business partners"), ACCESS, where=Where.DOOR),
    "UsagePurpose": _list(_ANY, _word, N_("the purpose"), distinct=False),
    "ContractReference": _list(_ALL, _word, N_("the contract referred to")),
    "AffiliatesRegion": _list(_ANY, REGIONS.__contains__, N_("the region of affiliates"), SUBLICENCE, distinct=False),
    "AffiliatesBpnl": _list(_ANY, _like(_BPNL), N_("the affiliate"), SUBLICENCE),
    "ManagedLegalEntityRegion": _list(_ANY, REGIONS.__contains__, N_("the region of managed entities"), distinct=False),
    "ManagedLegalEntityBpnl": _list(_ANY, _like(_BPNL), N_("the managed entity")),
    "DataFrequency": _one(_among("cx.dataFrequency.once:1", "cx.dataFrequency.unlimited:1"), N_("the frequency of the data")),
    "VersionChanges": _one(_among("cx.versionChanges.minor:1", "cx.versionChanges.major:1"), N_("the change of version covered")),
    "ContractTermination": _one(_among("cx.data.deletion:1", "cx.data.keeping:1"), N_("the fate of the data at the end")),
    "ConfidentialInformationMeasures": _one(_among("cx.confidentiality.measures:1"), N_("the measure of confidentiality")),
    "ConfidentialInformationSharing": _list(
        _ANY, _among("cx.sharing.affiliates:1", "cx.sharing.managedLegalEntity:1"), N_("the sharing of confidential data"),
        distinct=False),
    "ExclusiveUsage": _one(_among("cx.exclusiveUsage.dataConsumer:1"), N_("the exclusive use")),
    "Warranty": _one(
        _among("cx.warranty.none:1", "cx.warranty.contractReference:1", "cx.warranty.dataQualityIssues:1"), N_("the warranty")),
    "WarrantyDurationMonths": _one(_whole, N_("the duration of the warranty in months"), kind=Kind.NUMBER),
    "WarrantyDefinition": _one(_among("cx.warranty.contractEndDate:1"), N_("the definition of the warranty")),
    "Liability": _one(_among("cx.grossNegligence:1", "cx.slightNegligence:1"), N_("the liability")),
    "JurisdictionLocation": _one(_word, N_("the jurisdiction")),
    "JurisdictionLocationReference": _one(_among("cx.location.dataConsumer:1", "cx.location.contractReference:1"), N_("the jurisdiction")),
    "Precedence": _one(_among("cx.precedence.contractReference:1", "cx.precedence.rcAgreement:1"), N_("the precedence")),
    "DataUsageEndDate": _one(_like(_MOMENT), N_("the end of use"), kind=Kind.MOMENT),
    "DataUsageEndDurationDays": _one(_whole, N_("the duration of use in days"), kind=Kind.NUMBER),
    "DataUsageEndDefinition": _one(_among("cx.dataUsageEnd.unlimited:1"), N_("the end of use")),
    "DataProvisioningEndDate": _one(_like(_MOMENT), N_("the end of provision"), OBLIGATION, kind=Kind.MOMENT),
    "DataProvisioningEndDurationDays": _one(_whole, N_("the duration of provision in days"), OBLIGATION, kind=Kind.NUMBER),
    "UsageRestriction": _list(
        _ALL, _among(*(f"cx.{name}.forbidden:1" for name in ("thirdParty", "manipulation", "derivations", "extraordinaryAnalytics",
                                                             "dataProviderRemoval"))),
        N_("the restriction of use"), PROHIBITION, distinct=False),
}  # fmt: skip


def constraint_faults(one: Constraint, path: str, rule: str | None = None) -> Iterator[Fault]:
    """What the schema of that left operand refuses of one constraint, and that it stands in the wrong rule."""
    form = FORMS.get(one.left)
    if form is None:
        yield _fault(f"{path}.leftOperand", "not-of-catena-x", N_("`{left}` is no left operand of Catena-X"), left=one.left)
        return
    if rule is not None and rule not in form.rules:
        yield _fault(f"{path}.leftOperand", "wrong-rule", N_("`{left}` has no place in this rule ({rule})"), left=one.left, rule=rule)
    if one.operator not in form.operators:
        wanted = " | ".join(each.value for each in form.operators)
        yield _fault(f"{path}.operator", "wrong-operator", N_("`{left}` takes {wanted}, not {operator}"), left=one.left, wanted=wanted,
                     operator=one.operator.value)
    if one.more:
        yield _fault(path, "more-in-constraint", N_("a constraint holds nothing else: {names}"), names=", ".join(sorted(one.more)))
    yield from _values(one, form, f"{path}.rightOperand")


def _values(one: Constraint, form: Form, path: str) -> Iterator[Fault]:
    if form.listed != isinstance(one.right, list):
        wanted = N_("`{left}` takes a list of values") if form.listed else N_("`{left}` takes one value, not a list")
        yield _fault(path, "wrong-shape", wanted, left=one.left)
        return
    values = one.right if form.listed else [one.right]
    if not values:
        yield _fault(path, "empty-list", N_("`{left}` takes at least one value"), left=one.left)
    if form.distinct and len({repr(value) for value in values}) < len(values):
        yield _fault(path, "twice", N_("a value stands twice"))
    for value in values:
        if not form.value(value):
            yield _fault(path, "wrong-value", N_("`{value}` is no value of `{left}`"), value=str(value)[:80], left=one.left)


def _demands(policy: Policy) -> Iterator[Fault]:
    for kind in RuleKind:
        for index, rule in enumerate(policy.of(kind)):
            yield from _rule(rule, f"$.{kind.value}[{index}]")


def _rule(rule: Rule, path: str) -> Iterator[Fault]:
    action = rule.actions[0].name if len(rule.actions) == 1 else None
    allowed = (ACCESS, USAGE) if rule.kind is RuleKind.PERMISSION else (USAGE,)
    if action not in allowed:
        yield _fault(f"{path}.action", "wrong-action", N_("the action of this rule is {wanted}"), wanted=" | ".join(allowed))
    place = rule.kind.value if rule.kind is not RuleKind.PERMISSION else action if action in allowed else None
    for index, one in enumerate(rule.conditions):
        yield from _condition(one, f"{path}.constraint[{index}]", place)


def _condition(one: Condition, path: str, rule: str | None) -> Iterator[Fault]:
    if isinstance(one, Joined):
        if one.how is not Logic.AND:
            yield _fault(path, "only-and", N_("constraints are joined by `and` only"))
        for index, part in enumerate(one.parts):
            yield from _condition(part, f"{path}.{one.how.value}[{index}]", rule)
    else:
        yield from constraint_faults(one, path, rule)


def _fault(path: str, code: str, message: str, **args: object) -> Fault:
    return Fault(path, Reason(code, args, message))


CATENA = Profile(
    "catena-x", CATENA_X, N_("Catena-X CX-0152 (2025-09)"),
    declared(*(LeftOperand(name, form.kind, form.where, form.title, form.many) for name, form in FORMS.items())),
    actions=frozenset({ACCESS}), contexts=frozenset({f"{CATENA_X}context.jsonld"}), demands=_demands,
)  # fmt: skip

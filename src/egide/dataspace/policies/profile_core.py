"""The left operands of ODRL 2.2 (Vocabulary §4.5), and what the Dataspace Protocol 2025-1 allows of ODRL (its contract schema).

Where each is enforced is said of this connector: it sees the clock, counts transfers and bytes, and knows the party. It sees neither what
is done with the data afterwards nor with which device.
"""

from __future__ import annotations

from collections.abc import Iterator

from egide.dataspace.policies.model import Action, Policy, PolicyKind, Rule, RuleKind
from egide.dataspace.policies.operands import Fault, LeftOperand, Profile, Where, declared
from egide.dataspace.policies.terms import ODRL
from egide.dataspace.policies.values import Kind
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

DATE_TIME = "dateTime"
_TEXTS = (
    ("deliveryChannel", N_("the channel of delivery")), ("device", N_("the device")), ("event", N_("the event")),
    ("fileFormat", N_("the file format")), ("industry", N_("the industry")), ("language", N_("the language")), ("media", N_("the medium")),
    ("product", N_("the product")), ("purpose", N_("the purpose")), ("recipient", N_("the recipient")),
    ("relativePosition", N_("the relative position")), ("relativeSpatialPosition", N_("the relative position in space")),
    ("relativeTemporalPosition", N_("the relative position in time")), ("absolutePosition", N_("the absolute position")),
    ("absoluteSpatialPosition", N_("the absolute position in space")), ("absoluteTemporalPosition", N_("the absolute position in time")),
    ("spatial", N_("the place of use")), ("spatialCoordinates", N_("the coordinates of use")), ("system", N_("the system")),
    ("systemDevice", N_("the computing device")), ("unitOfCount", N_("the unit of counting")), ("version", N_("the version")),
    ("virtualLocation", N_("the virtual place of use")),
)  # fmt: skip
_NUMBERS = (
    ("payAmount", N_("the amount paid")), ("percentage", N_("the percentage")), ("relativeSize", N_("the relative size")),
    ("resolution", N_("the resolution")),
)
_DURATIONS = (
    ("delayPeriod", N_("the delay before use")), ("meteredTime", N_("the time metered")), ("timeInterval", N_("the interval between uses")),
)
CORE = Profile(
    "odrl", ODRL, N_("ODRL 2.2, common vocabulary"),
    declared(
        LeftOperand(DATE_TIME, Kind.MOMENT, Where.TRANSFER, N_("the moment"), onward=True),
        LeftOperand("count", Kind.NUMBER, Where.TRANSFER, N_("the number of uses"), whole=True, onward=True),
        LeftOperand("absoluteSize", Kind.NUMBER, Where.TRANSFER, N_("the size"), unit="B"),
        LeftOperand("elapsedTime", Kind.DURATION, Where.TRANSFER, N_("the time elapsed"), onward=True),
        *(LeftOperand(name, Kind.TEXT, Where.PROMISE, title) for name, title in _TEXTS),
        *(LeftOperand(name, Kind.NUMBER, Where.PROMISE, title) for name, title in _NUMBERS),
        *(LeftOperand(name, Kind.DURATION, Where.PROMISE, title) for name, title in _DURATIONS),
    ),
)  # fmt: skip


def _fault(path: str, code: str, message: str, **args: object) -> Fault:
    return Fault(path, Reason(code, args, message))


def _protocol(policy: Policy) -> Iterator[Fault]:
    """What the contract schema refuses of an offer or an agreement, and what the protocol has no place for."""
    if policy.id is None:
        yield _fault("$", "no-id", N_("an offer or an agreement has an `@id`"))
    if policy.kind not in (PolicyKind.OFFER, PolicyKind.AGREEMENT):
        yield _fault("$", "not-exchanged", N_("only offers and agreements are exchanged, not `{kind}`"), kind=policy.kind.value)
    if not policy.of(RuleKind.PERMISSION) and not policy.of(RuleKind.PROHIBITION):
        yield _fault("$", "no-rule", N_("neither a permission nor a prohibition"))
    if policy.kind is PolicyKind.AGREEMENT:
        for name, there in (("target", policy.targets), ("assigner", policy.assigners), ("assignee", policy.assignees)):
            if len(there) != 1 or there[0].id is None:
                yield _fault(f"$.{name}", "one-by-name", N_("an agreement names one `{name}`"), name=name)
    if policy.conflict is not None or policy.inherits:
        yield _fault("$", "not-carried", N_("the protocol carries neither `conflict` nor `inheritFrom`: a peer may not honour them"))
    for kind in RuleKind:
        for index, rule in enumerate(policy.of(kind)):
            yield from _rule(rule, f"$.{kind.value}[{index}]")


def _rule(rule: Rule, path: str) -> Iterator[Fault]:
    if len(rule.actions) != 1 or rule.actions[0] != Action(rule.actions[0].name):  # no refinement, nothing more
        yield _fault(f"{path}.action", "one-action", N_("a rule has one action, by name and without refinements"))
    if rule.targets:
        yield _fault(f"{path}.target", "on-the-policy", N_("`target` stands on the policy, not on its rules"))
    if rule.duties or rule.consequences or rule.remedies:
        yield _fault(path, "not-carried-duties", N_("the protocol carries no duties inside rules: a peer may not honour them"))


DSP = Profile(
    "dsp", "https://w3id.org/dspace/2025/1/odrl-profile.jsonld", N_("Dataspace Protocol 2025-1: what peers exchange"), {},
    contexts=frozenset({"https://w3id.org/dspace/2025/1/context.jsonld"}), demands=_protocol,
)  # fmt: skip

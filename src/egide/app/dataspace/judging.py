"""Whether a peer meets a policy: our own ODRL evaluator, put to what the folder knows of the peer.

What is not known refuses, and the reason says what it is: doubt never becomes approval. The reason travels to the peer, who learns which
condition failed and on which value it was judged; that value is what we hold of the peer itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from egide.app.dataspace.policies import PLACES, stated
from egide.dataspace.deciding import Judge, Judgement
from egide.dataspace.machines import Kind
from egide.dataspace.policies.compiling import Compiled, compile_policy
from egide.dataspace.policies.deciding import May
from egide.dataspace.policies.facts import Facts, Outcome, Request
from egide.dataspace.policies.model import Constraint
from egide.dataspace.policies.profiles import known
from egide.dataspace.policies.proving import Proof, Proved, prove
from egide.dataspace.policies.reading import WrongPolicyError, read_odrl
from egide.dataspace.policies.values import Value, one
from egide.store.canonical import canonical
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.dataspace.folder import Settings
    from egide.dataspace.processes.process import Process
    from egide.dataspace.protocol.service import Sees

MOST_REASONS = 5
COMPILED = 4096
"""Distinct policies kept ready."""


def by_policy(settings: Settings, now: Callable[[], datetime]) -> Judge:
    """Judge by the policy itself; where the settings say so, a person decides after it.

    Raises `InputError` for facts of a peer that no left operand can hold.
    """
    facts = {one.participant: stated([f"{left}={value}" for left, value in one.facts.items()]) for one in settings.peers}

    def judge(policy: Mapping[str, Any], process: Process) -> Judgement:
        proven = process.body.get("proven")
        said = {**facts.get(process.peer, {}), **(read_values(proven) if proven else {})}
        refused, until = judged(policy, process.subject, process.peer, said, now())
        if refused:
            return Judgement(Answer.NOT_MET, (*refused, *_aside(refused, proven)))
        if settings.approval and process.kind is Kind.NEGOTIATION:
            why = N_("its policy is met; each agreement awaits a person here")
            return Judgement(Answer.UNKNOWN, (Reason("awaits-approval", {}, why),))
        return Judgement(Answer.MET, until=until)

    return judge


def read_values(kept: Mapping[str, Any]) -> dict[str, Value]:
    """The values of claims that a process keeps."""
    found: dict[str, Value] = {}
    for left, value in kept.get("values", {}).items():
        operand = known().operands[left]
        found[left] = frozenset(one(each, operand.kind) for each in value) if operand.many else one(value, operand.kind)
    return found


def sees(settings: Settings, now: Callable[[], datetime]) -> Sees:
    """Whether a participant meets the policy of those who may see an offer."""
    facts = {one.participant: stated([f"{left}={value}" for left, value in one.facts.items()]) for one in settings.peers}

    def seen(policy: Mapping[str, Any], peer: str, proven: Mapping[str, Any] | None) -> bool:
        said = {**facts.get(peer, {}), **(read_values(proven) if proven else {})}
        return not judged(policy, "", peer, said, now())[0]

    return seen


def judged(
    policy: Mapping[str, Any], target: str, party: str, facts: Mapping[str, Value], at: datetime,
) -> tuple[tuple[Reason, ...], datetime | None]:
    """Why the party may do nothing of what the policy permits, none when it may do something of it; and the moment at which the clock
    alone ends the last of that, None when nothing does."""
    try:
        compiled = _compiled(canonical(dict(policy)))
    except WrongPolicyError as error:
        return (Reason("policy-unreadable", dict(error.values), error.message),), None
    stands = Facts(at, facts, PLACES)
    actions = dict.fromkeys(action.name for one in compiled.permissions for action in one.rule.actions) or {"use": None}
    proofs = [prove(compiled, Request(action, stands, target, party)) for action in actions]
    ends = [one.until for one in proofs if one.decision.may is May.ALLOWED]
    if ends:
        return (), None if None in ends else max(end for end in ends if end is not None)
    return _reasons(proofs[0]), None


def _aside(refused: tuple[Reason, ...], proven: Mapping[str, Any] | None) -> tuple[Reason, ...]:
    """Where something is not known: why credentials that might have said it were set aside."""
    if not proven or all(one.code != "not-known" for one in refused):
        return ()
    return tuple(Reason(one["code"], one["args"], one["message"]) for one in proven["aside"])


@lru_cache(COMPILED)
def _compiled(policy: bytes) -> Compiled:
    import msgspec

    return compile_policy(read_odrl(msgspec.json.decode(policy)))


def _reasons(proved: Proved) -> tuple[Reason, ...]:
    """The comparisons that failed in the rule that was nearest to hold; else the ground of the decision."""
    failed = [leaf for rule in proved.deciding[:1] for leaf in rule.leaves() if leaf.outcome < Outcome.PROMISED]
    ground = Reason(proved.decision.ground, {"ground": proved.decision.ground.value}, N_("the policy does not permit it: {ground}"))
    return tuple(_reason(one) for one in failed[:MOST_REASONS]) or (ground,)


def _reason(leaf: Proof) -> Reason:
    condition = leaf.condition
    assert isinstance(condition, Constraint)  # noqa: S101 - leaves are comparisons
    args = {"left": condition.left, "operator": condition.operator.value, "right": _shown(condition.right), "value": _shown(leaf.value)}
    if leaf.outcome is Outcome.UNKNOWN:
        return Reason("not-known", args, N_("{left} {operator} {right} is asked, and {left} of the one who asks is not known"))
    if leaf.outcome is Outcome.UNUSABLE:
        return Reason("cannot-be-known", args, N_("{left} {operator} {right} is asked, which nobody here can know"))
    return Reason("condition-not-met", args, N_("{left} {operator} {right} is asked, and it is {value}"))


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(sorted(map(str, value)))
    return str(value)

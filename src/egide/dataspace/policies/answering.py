"""A policy as it came, put to a peer: one of three answers, with the reasons that both sides may read.

This is what a negotiation asks. What is permitted is met; what is refused is not; what is not known waits for a person, or for the peer to
show more. A policy that cannot be read is refused with its place. The same policy is read and compiled once, however many negotiate it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from egide.dataspace.policies.compiling import Compiled, compile_policy
from egide.dataspace.policies.deciding import GROUNDS, Ground, May
from egide.dataspace.policies.facts import Outcome, Request
from egide.dataspace.policies.inheriting import inherited
from egide.dataspace.policies.model import Constraint, PolicyError
from egide.dataspace.policies.proving import Proof, Proved, RuleProof, prove
from egide.dataspace.policies.reading import read_odrl
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

ANSWERS = {May.ALLOWED: Answer.MET, May.REFUSED: Answer.NOT_MET, May.UNDETERMINED: Answer.UNKNOWN}
MOST_REASONS = 8
REMEMBERED = 1024
"""Policies that are kept compiled."""


def answered(policy: Mapping[str, Any], request: Request) -> tuple[Answer, tuple[Reason, ...]]:
    """Whether the one who asks meets the policy, and why."""
    try:
        compiled = _compiled(json.dumps(policy, sort_keys=True))
    except PolicyError as error:
        place = getattr(error, "path", "$")
        said = N_("the policy cannot be used: {problem} ({path})")
        return Answer.NOT_MET, (Reason("policy-unusable", {"problem": str(error), "path": place}, said),)
    proved = prove(compiled, request)
    return ANSWERS[proved.decision.may], reasons(proved)


@lru_cache(maxsize=REMEMBERED)
def _compiled(written: str) -> Compiled:
    return compile_policy(inherited(read_odrl(json.loads(written))))


def reasons(proved: Proved) -> tuple[Reason, ...]:
    """The ground of the decision, then the conditions that made it: those that fail, or those that are not known."""
    ground = proved.decision.ground
    first = Reason(ground.value, {}, GROUNDS[ground])
    found = [_of_leaf(leaf) for rule in _telling(proved) for leaf in rule.leaves() if leaf.outcome < Outcome.PROMISED]
    if ground in (Ground.PROHIBITED, Ground.VOID):
        found = [Reason("prohibition", {"path": one.path}, N_("the prohibition {path} holds"))
                 for one in proved.prohibitions if one.outcome is Outcome.MET]
    return (first, *found[:MOST_REASONS])


def _telling(proved: Proved) -> tuple[RuleProof, ...]:
    if proved.decision.ground is Ground.MAYBE_PROHIBITED:
        return tuple(one for one in proved.prohibitions if one.outcome in (Outcome.UNKNOWN, Outcome.UNUSABLE))
    return proved.deciding[:1] if proved.decision.may is not May.ALLOWED else ()


def _of_leaf(leaf: Proof) -> Reason:
    if leaf.wrong is not None:
        return Reason(leaf.wrong.code, leaf.wrong.args, leaf.wrong.message)
    condition = leaf.condition
    assert isinstance(condition, Constraint)  # noqa: S101 - a leaf is a comparison
    right = condition.right if isinstance(condition.right, str) else json.dumps(condition.right, ensure_ascii=False)
    args = {"left": condition.left, "operator": condition.operator.value, "right": right[:200]}
    if leaf.outcome is Outcome.UNKNOWN:
        return Reason("condition-not-known", args, N_("not known: `{left}`, which must be {operator} {right}"))
    return Reason("condition-not-met", args, N_("not met: `{left}` must be {operator} {right}"))

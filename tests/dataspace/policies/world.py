"""What the tests of policies share: a moment, a short way to write a policy, strategies for any policy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from egide.dataspace.policies.compiling import Compiled, compile_policy
from egide.dataspace.policies.facts import Facts, Request
from egide.dataspace.policies.model import (
    Action,
    Condition,
    Conflict,
    Constraint,
    Joined,
    Logic,
    Operator,
    Policy,
    PolicyKind,
    Rule,
    RuleKind,
    Who,
)
from egide.dataspace.policies.short_reading import read_short
from egide.dataspace.policies.values import Value

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def made(**said: Any) -> Compiled:
    """A policy of our short form, compiled."""
    return compile_policy(read_short({"policy": "urn:example:policy"} | said))


def request(action: str = "use", at: datetime = NOON, party: str | None = "urn:example:party", target: str | None = "urn:example:data",
            facts: dict[str, Value] | None = None, **more: Any) -> Request:  # fmt: skip
    return Request(action, Facts(at, facts or {}, **more), target, party)


WORDS = st.sampled_from(["research", "billing", "FR", "2026-11-23", "true", "12", "été", "a: b", "- x", "null", "~"])
NAMES = st.sampled_from(["purpose", "dateTime", "count", "partyLabel", "Membership", "urn:example:own", "any", "left", "is", "http://example.org/x"])
IDS = st.none() | st.sampled_from(["urn:example:1", "https://example.org/2"])
SCALARS = WORDS | st.integers(-5, 5) | st.booleans() | st.floats(-2, 2, allow_nan=False).map(lambda number: number + 0.0)
REFERENCES = st.sampled_from([{"@id": "urn:example:value"}, {"@value": "2026-01-01", "@type": "xsd:date"}])
RIGHTS: st.SearchStrategy[Any] = SCALARS | REFERENCES | st.lists(SCALARS | REFERENCES, max_size=3)
MORE = st.dictionaries(st.sampled_from(["dct:title", "unit", "ex:more"]), WORDS | st.lists(WORDS, max_size=2), max_size=1)
CONSTRAINTS = st.builds(Constraint, NAMES, st.sampled_from(Operator), RIGHTS, IDS, MORE)


def conditions(leaves: st.SearchStrategy[Constraint], ids: bool = True) -> st.SearchStrategy[Condition]:
    """Any condition over these comparisons."""
    named = (IDS, MORE) if ids else ()
    return st.recursive(
        leaves, lambda below: st.builds(Joined, st.sampled_from(Logic), st.lists(below, max_size=3).map(tuple), *named), max_leaves=6
    )


CONDITIONS = conditions(CONSTRAINTS)
SOME = st.lists(CONDITIONS, max_size=2).map(tuple)
WHOS = st.lists(
    st.builds(Who, st.sampled_from(["urn:example:a", "urn:example:b"]))
    | st.builds(Who, IDS, st.none() | st.sampled_from(["AssetCollection", "PartyCollection"]), IDS, SOME, MORE), max_size=2,
).map(tuple)  # fmt: skip
ACTIONS = st.lists(st.builds(Action, st.sampled_from(["use", "read", "distribute", "ex:own"]), SOME, MORE), max_size=2).map(tuple)


def rules(kind: RuleKind, depth: int = 1) -> st.SearchStrategy[Rule]:
    below = st.lists(rules(RuleKind.OBLIGATION, depth - 1), max_size=1).map(tuple) if depth else st.just(())
    within = [below if kind is place else st.just(()) for place in (RuleKind.PERMISSION, RuleKind.OBLIGATION, RuleKind.PROHIBITION)]
    return st.builds(Rule, st.just(kind), ACTIONS, WHOS, WHOS, WHOS, SOME, *within, IDS, MORE)


RULES = st.tuples(*(st.lists(rules(kind), max_size=2) for kind in RuleKind)).map(lambda every: tuple(one for each in every for one in each))
POLICIES = st.builds(
    Policy, IDS, st.sampled_from(PolicyKind), RULES, st.lists(WORDS, max_size=2).map(tuple), st.none() | st.sampled_from(Conflict),
    st.lists(WORDS, max_size=2).map(tuple), WHOS, WHOS, WHOS, ACTIONS,
    MORE | st.sampled_from([{"@context": ["https://w3id.org/dspace/2025/1/context.jsonld"]}, {"@context": []}]),
)  # fmt: skip

"""Findings and proofs: which claim, from whom, of which date, decided each leaf, and which leaves decided the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from egide.rules.evaluation import ask
from egide.rules.expression import ANSWERS, MET, NOT_MET, NUMBER, UNKNOWN, Node, combine
from egide.vocabulary.findings import Answer, Finding, Proof, Reason

if TYPE_CHECKING:
    from egide.rules.evaluation import CompiledRule, Fault, Program, State
    from egide.vocabulary.facts import Claims, Values


def prove(node: Node, rule: CompiledRule, values: Values, claims: Claims, faults: list[Fault]) -> Proof:
    """The proof tree of an expression: which claim decided each leaf."""
    if node.check is not None:
        check = node.check
        key = (id(check), *[values.get(name) for name in check.reads])
        known = rule.leaves.get(key)
        if known is None:
            answer = ask(check, values, rule.limits, rule.ref, faults)
            known = rule.leaves[key] = answer, check.reason(answer, values, rule.limits)
        return Proof(check.name, *known, tuple([claims[name] for name in check.reads if name in claims]))
    parts = tuple(prove(part, rule, values, claims, faults) for part in node.parts)
    return Proof(node.op, ANSWERS[combine(node.op, [NUMBER[part.answer] for part in parts])], children=parts)


REMEMBERED = 4096
"""Findings of one rule that are kept: many services are described alike, and stand on the same offers."""


def finding(rule: CompiledRule, values: Values, claims: Claims, program: Program) -> Finding:
    """What the rule says of the case, with its proof; the same finding for whoever makes the same claims of what the rule reads.

    The proof is ``any`` of: not concerned, demands, exceptions; so its answer is the rule's.
    """
    key = (*rule.key(values), *map(claims.get, rule.reads))
    known = rule.findings.get(key)
    if known is None:
        if len(rule.findings) >= REMEMBERED:
            rule.findings.clear()
        known = rule.findings[key] = _finding(rule, values, claims, program)
    return known


def _finding(rule: CompiledRule, values: Values, claims: Claims, program: Program) -> Finding:
    state = rule.state(values)
    faults = program.faults
    scope = [prove(rule.book.binds, rule, values, claims, faults)] if rule.book.binds else []
    applies = Proof("applies", ANSWERS[state.concerned], children=(*scope, prove(rule.rule.applies, rule, values, claims, faults)))
    demands = Proof("demands", ANSWERS[state.demands], children=(prove(rule.rule.demands, rule, values, claims, faults),))
    lifted = [Proof(one.id, (tree := prove(one.when, rule, values, claims, faults)).answer, children=(tree,)) for one in rule.rule.unless]
    answer = ANSWERS[state.value]
    exception = next(
        (one.name for one in lifted if one.answer is Answer.MET and state.demands != MET and state.concerned != NOT_MET), None
    )
    proof = Proof("rule", answer, children=(applies, demands, *lifted))
    telling = _telling(state, applies, demands, lifted)
    return Finding(
        rule.ref, rule.rule.title, answer, rule.effect, rule.rule.source,
        tuple(_unique(leaf.reason for leaf in telling if leaf.reason)),
        tuple(dict.fromkeys(claim for leaf in telling for claim in leaf.claims)), rule.rule.remedy, exception, proof,
    )  # fmt: skip


def because(rule: CompiledRule, values: Values, program: Program) -> tuple[Reason, ...]:
    """The reasons of the rule's finding alone, remembered by the facts it reads."""
    key = rule.key(values)
    known = rule.reasons.get(key)
    if known is None:
        known = rule.reasons[key] = finding(rule, values, {}, program).because
    return known


def _telling(state: State, applies: Proof, demands: Proof, lifted: Sequence[Proof]) -> list[Proof]:
    """The leaves that made the answer, most telling first."""
    if state.value == MET and state.concerned == NOT_MET:
        return decisive(applies)
    if state.value == MET:
        lifts = [leaf for one in lifted if one.answer is Answer.MET for leaf in decisive(one)]
        return lifts + (decisive(demands) if state.demands == MET or lifts else [])
    leaves = decisive(demands) if demands.answer is not Answer.MET else []
    if state.concerned == UNKNOWN:
        leaves = decisive(applies) + leaves
    leaves += [leaf for one in lifted for leaf in decisive(one)]
    return leaves + [leaf for leaf in decisive(applies) if leaf not in leaves]


def decisive(tree: Proof) -> list[Proof]:
    """The leaves without which the tree would have another answer: those that carry the same answer, as seen from the top."""
    if not tree.children:
        return [tree] if tree.reason else []
    if tree.name == "not":
        return decisive(tree.children[0])
    same = [child for child in tree.children if child.answer is tree.answer]
    return [leaf for child in same for leaf in decisive(child)]


def _unique(reasons: Iterable[Reason]) -> list[Reason]:
    apart = list({id(reason): reason for reason in reasons}.values())
    if len({reason.code for reason in apart}) == len(apart):
        return apart
    seen: dict[tuple[str, str], Reason] = {}
    for reason in apart:
        seen.setdefault((reason.code, str(sorted(reason.args.items(), key=str))), reason)
    return list(seen.values())

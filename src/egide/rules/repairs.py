"""The smallest sets of changes that would turn the answer, read off the formulas and then tried.

For each rule that stands in the way, the formula itself says which leaves must turn; only facts that somebody can act
on are offered. Every set returned has been applied and turns the outcome, and no proper part of it does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING

from egide.rules.evaluation import ask
from egide.rules.expression import MET, NUMBER, Node
from egide.rules.question import representatives
from egide.vocabulary.facts import FACTS, Value, Values
from egide.vocabulary.findings import Change

if TYPE_CHECKING:
    from egide.rules.checks import Check
    from egide.rules.evaluation import CompiledRule, Program, State

Fix = frozenset[tuple[str, Value]]
Accepts = Callable[[Sequence["State"]], bool]

MAX_SETS = 96
"""Sets kept while a formula is opened up; the smallest are kept."""
MAX_CHANGES = 6
"""A set of more changes is not a repair anybody would call small."""
ROUNDS = 4


def smallest_repairs(
    program: Program, values: Values, accepts: Accepts, most: int = 5, changeable: Callable[[str], bool] | None = None
) -> tuple[tuple[Change, ...], ...]:
    """At most ``most`` minimal sets of changes after which ``accepts`` holds, smallest first; empty when it holds already."""
    may_change = changeable or (lambda name: FACTS[name].changeable)
    if accepts(program.states(values)):
        return ()
    found: list[Fix] = []
    frontier: list[Fix] = [frozenset()]
    tried: set[Fix] = {frozenset()}
    for _ in range(ROUNDS):
        following: list[Fix] = []
        for fix in frontier:
            for larger in _extensions(program, {**values, **dict(fix)}, fix, may_change):
                if larger in tried or any(known <= larger for known in found):
                    continue
                tried.add(larger)
                if _turns(program, values, larger, accepts):
                    found.append(_minimal(program, values, larger, accepts))
                else:
                    following.append(larger)
        frontier = _smallest(following)
    kept = [fix for fix in dict.fromkeys(found) if not any(other < fix for other in found)]
    kept.sort(key=lambda fix: (len(fix), [list(FACTS).index(name) for name, _ in sorted(fix, key=str)]))
    order = list(FACTS)
    return tuple(
        tuple(Change(name, value) for name, value in sorted(fix, key=lambda one: order.index(one[0]))) for fix in kept[:most]
    )


def _extensions(program: Program, values: Values, fix: Fix, may_change: Callable[[str], bool]) -> list[Fix]:
    """The fix made larger by what the first rules in the way ask for."""
    larger: list[Fix] = []
    held = dict(fix)
    for rule in program.deciding:
        state = rule.state(values)
        if state.value == MET:
            continue
        for more in _fixes(rule.whole, MET, rule, program, values, may_change):
            joined = _join(fix, more)
            if joined is not None and len(joined) <= MAX_CHANGES and joined != fix and all(held.get(n, v) == v for n, v in more):
                larger.append(joined)
    return _smallest(larger)


def _fixes(
    node: Node, target: int, rule: CompiledRule, program: Program, values: Values, may_change: Callable[[str], bool]
) -> list[Fix]:
    if node.check is not None:
        return _leaf_fixes(node, target, rule, program, values, may_change)
    if node.op == "not":
        return _fixes(node.parts[0], 2 - target, rule, program, values, may_change)
    options = [_fixes(part, target, rule, program, values, may_change) for part in node.parts]
    if (node.op == "all") == (target == MET):
        return _product(options)
    return _smallest([fix for option in options for fix in option])


def _leaf_fixes(
    node: Node, target: int, rule: CompiledRule, program: Program, values: Values, may_change: Callable[[str], bool]
) -> list[Fix]:
    check = node.check
    assert check is not None  # noqa: S101 - the caller looked
    if NUMBER[ask(check, values, rule.limits, rule.ref, program.faults)] == target:
        return [frozenset()]
    movable = [name for name in check.reads if may_change(name)]
    fixes: list[Fix] = []
    for size in range(1, len(movable) + 1):
        for names in combinations(movable, size):
            fixes += _turning(names, target, rule, check, program, values, fixes)
    return fixes


def _turning(
    names: Sequence[str], target: int, rule: CompiledRule, check: Check, program: Program, values: Values, known: Sequence[Fix]
) -> list[Fix]:
    """The answers to just these facts that turn the check, those left aside of which a part already does."""
    found: list[Fix] = []
    for answers in product(*(representatives(program, name, values) for name in names)):
        fix = frozenset(zip(names, answers, strict=True))
        if any(values.get(name) == answer for name, answer in fix) or any(part <= fix for part in known):
            continue
        if NUMBER[ask(check, {**values, **dict(fix)}, rule.limits, rule.ref, program.faults)] == target:
            found.append(fix)
    return found


def _product(options: list[list[Fix]]) -> list[Fix]:
    sets: list[Fix] = [frozenset()]
    for option in options:
        sets = _smallest([joined for one in sets for other in option if (joined := _join(one, other)) is not None])
    return sets


def _join(one: Fix, other: Fix) -> Fix | None:
    joined = one | other
    return joined if len({name for name, _ in joined}) == len(joined) else None


def _smallest(fixes: list[Fix]) -> list[Fix]:
    """Without supersets, smallest first, at most `MAX_SETS`."""
    kept: list[Fix] = []
    for fix in sorted(dict.fromkeys(fixes), key=lambda one: (len(one), sorted(map(str, one)))):
        if not any(known <= fix for known in kept):
            kept.append(fix)
            if len(kept) == MAX_SETS:
                break
    return kept


def _turns(program: Program, values: Values, fix: Fix, accepts: Accepts) -> bool:
    return accepts(program.states({**values, **dict(fix)}))


def _minimal(program: Program, values: Values, fix: Fix, accepts: Accepts) -> Fix:
    """The smallest part of the fix that still turns the outcome: no proper part of what is returned does."""
    parts = sorted(fix, key=str)
    for size in range(1, len(parts)):
        for some in combinations(parts, size):
            if _turns(program, values, frozenset(some), accepts):
                return frozenset(some)
    return fix



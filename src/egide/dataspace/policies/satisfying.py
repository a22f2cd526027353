"""Is there any state of the world in which these conditions hold? Exact where it answers; where it would take too long it does not know.

Conditions on different left operands are independent. Those on one left operand can only tell apart a few kinds of values: those named, and
those between, below and above (or another word). One of each kind is tried. `or` and `xone` branch; each branch is pruned as soon as a left
operand has no value left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from itertools import combinations, product
from typing import TypeAlias

from egide.dataspace.policies.comparing import Comparison, Group, Ready
from egide.dataspace.policies.deciding import edges
from egide.dataspace.policies.facts import Facts, Outcome
from egide.dataspace.policies.model import Logic, Operator
from egide.dataspace.policies.operands import LeftOperand
from egide.dataspace.policies.values import Kind, Span, Value

MOST_TRIED = 50_000
MOST_SUBSETS = 10
"""Words that may hold at once and are tried in every combination; beyond, only what can be proved counts."""
DEEPEST = 150
OTHER = "\u0000another word"
Wanted: TypeAlias = tuple[Ready, bool]
"""A condition, and whether it must hold or must not."""
State: TypeAlias = Mapping[str, tuple[tuple[Comparison, bool], ...]]
_ELSEWHERE = frozenset({Operator.IS_A, Operator.HAS_PART, Operator.IS_PART_OF})
"""What holds of these depends on who belongs to what, which a policy doesn't say."""


class _TooLongError(Exception):
    """The answer would take longer than it is worth."""


@dataclass(slots=True)
class Search:
    """One question; counts what it tried."""

    start: datetime
    """Any moment with a zone, for what has no moment of its own."""
    since: datetime | None = None
    """No moment lies before it: what has ended does not come back."""
    tried: int = 0
    depth: int = 0
    remembered: dict[tuple[tuple[int, bool], ...], bool] = field(default_factory=dict)

    def possible(self, wanted: Iterable[Wanted]) -> bool | None:
        """Whether all can be as wanted together; None when that was not found out."""
        try:
            return self._solve(list(wanted), {})
        except _TooLongError:
            return None

    def _solve(self, wanted: list[Wanted], state: State) -> bool:
        gathered = {name: list(each) for name, each in state.items()}
        touched, choices, ahead = set[str](), list[tuple[Group, bool]](), list(wanted)
        while ahead:
            one, holds = ahead.pop()
            self._count(1)
            if isinstance(one, Comparison):
                if one.wrong is not None:
                    return False
                gathered.setdefault(one.constraint.left, []).append((one, holds))
                touched.add(one.constraint.left)
            elif _is_conjunction(one, holds):
                ahead += [(part, holds) for part in one.parts]
            else:
                choices.append((one, holds))
        settled = {name: tuple(each) for name, each in gathered.items()}
        if not all(self._has_value(settled[name]) for name in touched):
            return False
        if not choices:
            return True
        return self._branch(choices, settled)

    def _branch(self, choices: list[tuple[Group, bool]], state: State) -> bool:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _TooLongError
        choices.sort(key=lambda choice: len(choice[0].parts))
        (first, holds), rest = choices[0], choices[1:]
        found = any(self._solve([*way, *rest], state) for way in _ways(first, holds))
        self.depth -= 1
        return found

    def _has_value(self, tests: tuple[tuple[Comparison, bool], ...]) -> bool:
        """Whether the left operand can have a value at which each comparison is as wanted."""
        key = tuple(sorted((id(test), holds) for test, holds in tests))
        if key not in self.remembered:
            decided = [(test, holds) for test, holds in tests if test.constraint.operator not in _ELSEWHERE]
            operand = tests[0][0].operand
            self.remembered[key] = operand is None or not decided or self._tried(operand, decided)
        return self.remembered[key]

    def _tried(self, operand: LeftOperand, tests: list[tuple[Comparison, bool]]) -> bool:
        candidates = _values(operand, [test for test, _ in tests], self.since if operand.onward else None)
        if candidates is None:
            return _words_possible(tests, lambda value: self._fits(operand.name, value, tests))
        return any(self._fits(operand.name, value, tests) for value in candidates)

    def _fits(self, name: str, value: Value, tests: list[tuple[Comparison, bool]]) -> bool:
        facts = Facts(self.start, {name: value})
        for test, holds in tests:
            self._count(1)
            answer = test.ask(facts)
            if answer is Outcome.UNKNOWN:
                continue
            if (answer is Outcome.MET) is not holds:
                return False
        return True

    def _count(self, more: int) -> None:
        self.tried += more
        if self.tried > MOST_TRIED:
            raise _TooLongError


def _is_conjunction(one: Group, holds: bool) -> bool:
    """All of its parts are wanted alike."""
    if one.joined.how is Logic.XONE:
        return False
    return holds is not (one.joined.how is Logic.OR)


def _ways(one: Group, holds: bool) -> Iterator[list[Wanted]]:
    """The ways in which a choice can be as wanted."""
    if one.joined.how is not Logic.XONE:
        for part in one.parts:
            yield [(part, holds)]
        return
    if holds:
        for index in range(len(one.parts)):
            yield [(part, index == place) for place, part in enumerate(one.parts)]
        return
    yield [(part, False) for part in one.parts]
    for first, second in combinations(one.parts, 2):
        yield [(first, True), (second, True)]


def _values(operand: LeftOperand, tests: list[Comparison], since: datetime | None) -> list[Value] | None:
    """One value of each kind that the comparisons tell apart; None for words of which several hold."""
    rights = [right for test in tests for right in test.rights]
    if operand.kind is Kind.TRUTH:
        return [True, False]
    if operand.kind is Kind.MOMENT:
        return _moments([edge for right in rights for edge in edges(right)], since)
    if operand.kind is Kind.NUMBER:
        return list(_numbers([right for right in rights if isinstance(right, (int, Decimal))], operand.whole))
    if operand.kind is Kind.DURATION:
        return list(_spans([right for right in rights if isinstance(right, Span)]))
    words = {str(right) for right in rights}
    if operand.many:
        return None
    return [*sorted(operand.allowed)] if operand.allowed is not None else [*sorted(words), OTHER]


def _moments(named: list[datetime], since: datetime | None) -> list[Value]:
    step = timedelta(microseconds=1)
    found: list[Value] = []
    for edge in [*named, *([since] if since else [])]:
        near = [edge]
        if 2 < edge.year < 9998:
            near += [edge - step, edge + step]
        found += [moment for moment in near if since is None or moment >= since]
    return found


def _numbers(named: list[int | Decimal], whole: bool) -> Iterator[Value]:
    with localcontext() as context:
        context.prec = 2400  # numbers are read with at most 1,000 digits before and after the point: nothing is rounded here
        points = sorted({Decimal(number) for number in named})
        if not points:
            yield 0
            return
        for low, high in zip([points[0] - 2, *points], [*points, points[-1] + 2], strict=True):
            yield high
            if whole:
                yield from {low + 1, high - 1} if high - low > 1 else ()
            else:
                yield (low + high) / 2
        yield points[-1] + 1


def _spans(named: list[Span]) -> Iterator[Value]:
    """Exact durations around those named; a calendar's months leave a doubt, which counts for nothing."""
    for number in _numbers([edge for span in named for edge in (span.low, span.high)], whole=False):
        yield Span(Decimal(number), Decimal(number))  # type: ignore[arg-type]
    yield from named


def _words_possible(tests: list[tuple[Comparison, bool]], fits: Callable[[Value], bool]) -> bool:
    """Whether some set of words is as wanted: tried whole when there are few words, else only refuted when that can be proved."""
    words = sorted({str(right) for test, _ in tests for right in test.rights})
    if len(words) <= MOST_SUBSETS:
        every = (*words, OTHER)
        picks = product((False, True), repeat=len(every))
        return any(fits(frozenset(word for word, taken in zip(every, pick, strict=True) if taken)) for pick in picks)
    inside, outside = _bounds(tests)
    if inside & outside:
        return False
    return not any(_refuted(test, holds, inside, outside) for test, holds in tests)


def _bounds(tests: list[tuple[Comparison, bool]]) -> tuple[frozenset[str], frozenset[str]]:
    """Words that must be there, and words that must not."""
    inside, outside = set[str](), set[str]()
    for test, holds in tests:
        words = {str(right) for right in test.rights}
        operator = test.constraint.operator
        anti = operator in (Operator.NEQ, Operator.IS_NONE_OF)
        if anti is holds and operator is not Operator.IS_ALL_OF and not _is_exact(test):
            outside |= words
        elif (operator is Operator.IS_ALL_OF or _is_exact(test) or len(words) == 1) and holds is not anti:
            inside |= words
    return frozenset(inside), frozenset(outside)


def _is_exact(test: Comparison) -> bool:
    return test.constraint.operator is Operator.EQ and isinstance(test.constraint.right, list)


def _refuted(test: Comparison, holds: bool, inside: frozenset[str], outside: frozenset[str]) -> bool:
    """Whether a comparison fails whatever else is chosen: none of its words may be there, or all of them must."""
    words = {str(right) for right in test.rights}
    operator = test.constraint.operator
    anti = operator in (Operator.NEQ, Operator.IS_NONE_OF)
    if operator is Operator.IS_ALL_OF:
        return words <= inside if not holds else bool(words & outside)
    if _is_exact(test):
        return holds and (bool(words & outside) or not inside <= words)
    return words <= outside if holds is not anti else bool(words & inside)

"""From where each rule stands to one verdict.

The order is that of seriousness: stop, forbidden, undetermined, derogation, conditional, allowed, out of scope.
Something forbidden stays so whatever is still unknown; something unknown is never allowed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from egide.rules.expression import MET, NOT_MET, UNKNOWN
from egide.vocabulary.findings import Effect, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from egide.rules.evaluation import Program, State

SERIOUSNESS = tuple(Verdict)
"""From the gravest to the lightest."""


def verdict(program: Program, states: Sequence[State]) -> Verdict:
    """The verdict of all rules together."""
    ranks = [rank(rule.rule.effect, state) for rule, state in zip(program.rules, states, strict=True)]
    return SERIOUSNESS[min(ranks, default=-1)]


@cache
def rank(effect: Effect, state: State) -> int:
    """The place of a rule's contribution in `SERIOUSNESS`. Remembered: a rule has at most 243 states."""
    return SERIOUSNESS.index(contribution(effect, state))


def contribution(effect: Effect, state: State) -> Verdict:
    """What one rule alone would make of the verdict; `out-of-scope` when it has nothing to say."""
    if effect is Effect.ADVISE:
        return Verdict.OUT_OF_SCOPE
    if effect is Effect.STOP:
        if state.concerned == MET:
            return Verdict.STOP
    elif effect is Effect.CONDITION and state.concerned == MET and state.value != MET:
        return Verdict.CONDITIONAL
    elif state.value == NOT_MET:
        return Verdict.FORBIDDEN
    if state.value == UNKNOWN:
        return Verdict.UNDETERMINED
    needed = state.concerned != NOT_MET and state.demands != MET
    if needed and state.derogation == MET and state.exempt != MET:
        return Verdict.DEROGATION
    return Verdict.ALLOWED if state.bound != NOT_MET else Verdict.OUT_OF_SCOPE


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of several: a service is where its worst hosting is."""
    return min(verdicts, key=SERIOUSNESS.index, default=Verdict.OUT_OF_SCOPE)

"""Many cases at once have the verdicts that each has alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from egide.doctrine.verdict import verdict
from egide.doctrine.verdicts import Verdicts
from rules.little_law import OFFER_SIDE, SERVICE_SIDE, cases, programs

if TYPE_CHECKING:
    from egide.rules.evaluation import Program
    from egide.vocabulary.facts import Values

CASES = st.lists(st.builds(lambda one, other: {**one, **other}, cases(SERVICE_SIDE), cases(OFFER_SIDE)), max_size=12)


@settings(max_examples=200, deadline=None)
@given(programs(), CASES, CASES)
def test_cases_together_have_the_verdicts_that_each_has_alone(program: Program, first: list[Values], more: list[Values]) -> None:
    together, one_by_one = Verdicts(program, few=0), Verdicts(program)
    for asked in (first, [*more, *first], first):
        alone = [verdict(program, program.states(case)) for case in asked]
        assert together.of(asked) == alone
        assert one_by_one.of(asked) == alone

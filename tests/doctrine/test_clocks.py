"""What runs out, counted in calendar months from dated facts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.doctrine.clocks import Clocks, add_months
from rules.little_law import ON, program_of, rule_file

TIMER = {"kind": "contract-ends", "from": "hosting.contract_end", "owner": "buyer"}


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 15), 0, date(2026, 5, 15)),
    ],
)
def test_a_day_that_the_month_lacks_becomes_its_last(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(-240, 240))
def test_so_many_months_later_is_in_that_month(day: date, months: int) -> None:
    then = add_months(day, months)
    assert then.year * 12 + then.month == day.year * 12 + day.month + months
    assert then.day <= day.day


def test_a_clock_runs_from_its_fact_and_says_how_many_days_are_left() -> None:
    law = program_of(rule_file(clocks=[TIMER | {"months": 2, "days": 1}]))
    (clock,) = Clocks(law).of({"hosting.contract_end": date(2026, 9, 30)})
    assert (clock.on, clock.days, clock.owner, clock.rule) == (date(2026, 12, 1), 8, "buyer", law.rules[0].ref)


def test_a_clock_whose_fact_is_unknown_does_not_run() -> None:
    assert Clocks(program_of(rule_file(clocks=[TIMER]))).of({}) == ()


def test_a_clock_of_a_rule_that_does_not_apply_or_whose_condition_fails_does_not_run() -> None:
    known = {"hosting.contract_end": ON, "data.secret": False}
    assert Clocks(program_of(rule_file(applies="data_are_secret", clocks=[TIMER]))).of(known) == ()
    assert Clocks(program_of(rule_file(clocks=[TIMER | {"when": "data_are_secret"}]))).of(known) == ()
    assert len(Clocks(program_of(rule_file(clocks=[TIMER | {"when": {"not": "data_are_secret"}}]))).of(known)) == 1


def test_one_event_is_one_clock_and_the_nearest_comes_first() -> None:
    approval = {"kind": "approval-ends", "from": "hosting.approval_end", "owner": "security"}
    law = program_of(rule_file("1", clocks=[TIMER, approval]), rule_file("2", clocks=[TIMER]))
    running = Clocks(law).of({"hosting.contract_end": date(2027, 1, 1), "hosting.approval_end": date(2026, 1, 1)})
    assert [(clock.kind.value, clock.days) for clock in running] == [("approval-ends", -326), ("contract-ends", 39)]

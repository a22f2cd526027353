"""The acceptable offer: bearable or compensable, function by function, and the day from which."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.doctrine.acceptable import Acceptable, Candidate, Drawback, FunctionOn, Months, judge, why
from egide.vocabulary.findings import Answer, Source

ON = date(2026, 11, 23)
MONTHS = Months(12, 18, Source("loi inventée", "1", "secondary"))
SINCE = date(2025, 3, 1)


def judged(*functions: FunctionOn, on: date = ON, since: date = SINCE) -> Acceptable:
    def qualified(_offer: str, day: date) -> Answer:
        return Answer.MET if day >= since else Answer.NOT_MET

    return judge("service", [Candidate("offre", functions)], on, MONTHS, qualified, {"offre": [since]})


def on_offer(*drawbacks: Drawback) -> FunctionOn:
    return FunctionOn("f", True, None, drawbacks)


@pytest.mark.parametrize(("said", "answer", "ask"), [
    ({"bearable": True}, Answer.MET, ""),
    ({}, Answer.UNKNOWN, "bearable"),
    ({"bearable": False}, Answer.UNKNOWN, "compensable"),
    ({"bearable": False, "compensable": False}, Answer.NOT_MET, ""),
    ({"bearable": False, "compensable": True}, Answer.UNKNOWN, "compensated_by"),
    ({"bearable": False, "compensated_by": "une équipe"}, Answer.UNKNOWN, "compensated_from"),
    ({"bearable": False, "compensated_by": "une équipe", "compensated_from": date(2026, 1, 1)}, Answer.MET, ""),
    ({"bearable": False, "compensated_by": "une équipe", "compensated_from": date(2027, 1, 1)}, Answer.NOT_MET, ""),
    ({"bearable": False, "compensable": False, "until": date(2026, 1, 1)}, Answer.MET, ""),
])  # fmt: skip
def test_a_drawback_is_bearable_compensable_neither_or_not_judged(said: dict[str, Any], answer: Answer, ask: str) -> None:
    one = Drawback("perte", **said)
    assert one.test(ON) is answer and one.ask == ask
    made = judged(on_offer(one))
    assert made.answer is answer
    assert bool(why(on_offer(one), ON)) == (answer is not Answer.MET)


def test_the_moment_is_the_last_of_all_that_had_to_come() -> None:
    late = Drawback("perte", False, None, "une équipe", date(2026, 5, 31))
    made = judged(on_offer(late, Drawback("autre", True)))
    assert made.since == date(2026, 5, 31)
    assert made.ends == (date(2027, 5, 31), date(2027, 11, 30))
    assert judged(on_offer()).since == SINCE
    assert judged(on_offer(late), on=date(2026, 5, 30)).since is None


def test_what_is_open_gives_a_day_from_which_it_may_have_been() -> None:
    made = judged(on_offer(Drawback("perte")))
    assert (made.answer, made.since, made.perhaps_since) == (Answer.UNKNOWN, None, SINCE)
    assert made.ends is None, "doubt starts no clock"


def test_a_function_that_nobody_looked_at_or_that_is_absent_is_never_acceptable() -> None:
    assert judged(FunctionOn("f")).answer is Answer.UNKNOWN
    assert judged(FunctionOn("f", True)).answer is Answer.UNKNOWN
    assert judged(on_offer(), FunctionOn("g", False)).answer is Answer.NOT_MET


DAYS = st.dates(date(2025, 1, 1), date(2027, 1, 1))
DRAWBACKS = st.builds(
    Drawback, st.just("perte"), st.sampled_from([True, False, None]), st.sampled_from([True, False, None]),
    st.sampled_from(["", "une équipe"]), st.one_of(st.none(), DAYS), st.one_of(st.none(), DAYS),
)  # fmt: skip
FUNCTIONS = st.builds(
    FunctionOn, st.just("f"), st.sampled_from([True, False, None]), st.one_of(st.none(), DAYS),
    st.one_of(st.none(), st.lists(DRAWBACKS, max_size=3).map(tuple)),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(FUNCTIONS, min_size=1, max_size=3), DAYS)
def test_the_moment_is_what_asking_day_by_day_would_find(functions: list[FunctionOn], on: date) -> None:
    made = judged(*functions, on=on, since=date(2025, 1, 1))
    day, found = on, None
    while day >= date(2025, 1, 1) and judged(*functions, on=day, since=date(2025, 1, 1)).answer is Answer.MET:
        found, day = day, day - timedelta(days=1)
    assert made.since == found


@settings(max_examples=40)
@given(st.lists(FUNCTIONS, min_size=1, max_size=3), DRAWBACKS)
def test_a_further_drawback_never_makes_an_offer_more_acceptable(functions: list[FunctionOn], more: Drawback) -> None:
    order = [Answer.MET, Answer.UNKNOWN, Answer.NOT_MET]
    first = functions[0]
    worse = FunctionOn(first.name, first.provided, first.provided_from, None if first.drawbacks is None else (*first.drawbacks, more))
    assert order.index(judged(worse, *functions[1:]).answer) >= order.index(judged(*functions).answer)


def test_what_somebody_judges_later_is_not_judged_yet() -> None:
    late = Drawback("perte", True, by="le comité fictif", on=date(2026, 11, 24))
    assert judged(on_offer(late)).answer is Answer.UNKNOWN
    assert judged(on_offer(late), on=date(2026, 11, 24)).since == SINCE


def test_an_offer_that_is_acceptable_no_more_says_when_it_was() -> None:
    ended = date(2026, 11, 1)

    def qualified(_offer: str, day: date) -> Answer:
        return Answer.MET if SINCE <= day < ended else Answer.NOT_MET

    made = judge("service", [Candidate("offre", (on_offer(),))], ON, MONTHS, qualified, {"offre": [SINCE, ended]})
    assert (made.since, made.ends, made.offers[0].was) == (None, None, (SINCE, date(2026, 10, 31)))
    assert (made.begun, made.begun_ends) == (SINCE, judged(on_offer()).ends)
    assert judged(on_offer()).offers[0].was is judged(on_offer()).begun is None

"""What turned since an earlier run is said with its cause, or said to be unexplained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from egide.papers.differences import differences
from egide.papers.document import document
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Verdict

from .world import world


def old(**changes: Any) -> dict[str, Any]:
    """The document of the same world, its first service (forbidden) changed."""
    before = document(world(), "en")
    before["services"][0] = {**before["services"][0], "verdict": "allowed", **changes}
    return before


def codes(before: dict[str, Any]) -> list[str]:
    (turn,) = differences(before, world()).turned
    return [reason.code for reason in turn.why]


def test_the_same_run_turns_nothing() -> None:
    found = differences(document(world()), world())
    assert (found.turned, found.come, found.gone, found.unchanged) == ((), (), (), 15)


def test_a_service_that_moved_says_from_where_to_where() -> None:
    hosting = {**old()["services"][0]["hostings"][0], "offer": "brisa-qualified", "region": None}
    before = old(hostings=[hosting])
    (turn,) = differences(before, world()).turned
    assert turn.why[0].code == "since.moved"
    assert turn.why[0].args == {"before": ("brisa-qualified",), "after": ("cumulo-us/west",)}
    assert (turn.before, turn.after) == (Verdict.ALLOWED, Verdict.FORBIDDEN)


def test_a_fact_that_changed_is_the_cause() -> None:
    before = old()
    for finding in before["services"][0]["findings"]:
        finding["claims"] = [{**claim, "value": False} if claim["fact"] == "data.harm" else claim for claim in finding["claims"]]
    assert codes(before) == ["since.fact"]


def test_a_rule_that_came_is_the_cause() -> None:
    before = old()
    before["services"][0]["findings"] = before["services"][0]["findings"][1:]
    assert codes(before)[0] == "since.rule-came"


def test_a_rule_that_was_amended_is_the_cause() -> None:
    before = old()
    before["services"][0]["findings"][0]["rule"] = "sren-article-31@2024-05-21#I"
    assert "since.rule-changed" in codes(before)


def test_a_newer_catalogue_is_the_cause_when_nothing_else_shows() -> None:
    before = old()
    before["catalogue"] = {"as_of": "2026-06-01", "age_days": 100}
    assert codes(before) == ["since.catalogue"]


def test_the_day_is_the_cause_when_only_it_changed() -> None:
    assert codes({**old(), "on": "2026-01-01"}) == ["since.day"]


def test_what_does_not_show_is_said_not_to_show() -> None:
    assert codes(old()) == ["since.not-shown"]


def test_services_that_came_and_went_are_listed() -> None:
    before = document(world())
    before["services"][0] = {**before["services"][0], "id": "autre", "name": "Ancien service"}
    found = differences(before, world())
    assert [one.name for one in found.come] == ["Paie des agents"]
    assert [one.name for one in found.gone] == ["Ancien service"]
    assert found.since == date(2026, 11, 23)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"schema": "other/1"},
        {"schema": "egide/assessment/1", "services": 3},
        {"schema": "egide/assessment/1", "services": [{"id": 1}]},
    ],
)
def test_what_is_not_a_document_is_refused_by_name(broken: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="egide/assessment/1"):
        differences(broken, world())


def test_the_order_of_services_does_not_matter() -> None:
    shuffled = replace(world(), decisions=tuple(reversed(world().decisions)))
    assert differences(document(shuffled), world()).turned == ()


def test_an_answer_to_what_was_not_known_is_the_cause() -> None:
    before = old()
    unknown = {"code": "harm.unknown", "args": {"fact": "data.harm"}, "text": ""}
    for finding in before["services"][0]["findings"]:
        finding["because"] = unknown
        finding["claims"] = [claim for claim in finding["claims"] if claim["fact"] != "data.harm"]
    assert codes(before)[0] == "since.answered"

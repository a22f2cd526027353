"""The worked provider shows what its page says that it shows."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from tests.label.world import EXAMPLES, ON, rival, worked

from egide.label.assess import assess
from egide.label.change import read_change
from egide.label.checks import CHECKS
from egide.label.dossier import Dossier
from egide.label.loading import load_scheme
from egide.label.results import LabelAssessment, RequirementFinding, Stage
from egide.label.simulate import simulate
from egide.ownership.answers import Method
from egide.ownership.holdings import Right
from egide.vocabulary.findings import Answer

BOOKS = Path(__file__).parents[2] / "src" / "egide" / "rulebooks"
SCHEME = load_scheme({path.name: path.read_bytes() for path in (BOOKS / "secnumcloud-3.2").iterdir()}, CHECKS)


@cache
def assessed(which: str = "worked") -> LabelAssessment:
    return assess(worked() if which == "worked" else rival(), SCHEME, ON)


def finding(identifier: str, which: str = "worked") -> RequirementFinding:
    return next(one for one in assessed(which).findings if one.id == identifier)


@pytest.mark.parametrize(("identifier", "answer", "stage"), [
    ("5.3.d", Answer.MET, None), ("13.1.a", Answer.UNKNOWN, Stage.CONTRADICTED), ("13.2.a", Answer.UNKNOWN, None),
    ("11.1.a", Answer.UNKNOWN, None), ("15.1.a", Answer.UNKNOWN, None), ("16.1.a", Answer.UNKNOWN, Stage.DECLARED),
    ("18.2.1.a", Answer.UNKNOWN, Stage.EXPIRED), ("9.1.a", Answer.UNKNOWN, Stage.PARTIAL), ("15.2.a", Answer.UNKNOWN, Stage.PARTIAL),
    ("19.1.c", Answer.MET, None), ("19.2.b", Answer.MET, None), ("19.2.d", Answer.UNKNOWN, Stage.CONTRADICTED),
    ("19.2.e", Answer.NOT_MET, None),
    ("19.6.a", Answer.MET, None), ("19.6.b", Answer.MET, None), ("19.6.c", Answer.UNKNOWN, None), ("19.6.d", Answer.NOT_MET, None),
])  # fmt: skip
def test_what_was_planted_shows_where_the_page_says(identifier: str, answer: Answer, stage: Stage | None) -> None:
    found = finding(identifier)
    assert found.answer is answer
    assert stage in (None, found.stage)


def test_the_foreign_state_s_fund_is_just_below_24_and_all_together_are_just_below_39() -> None:
    held = assessed().ownership
    assert held
    tests = {(one.method, one.right): one for one in held.tests if not one.diluted}
    capital, votes = tests[Method.LOOK_THROUGH, Right.CAPITAL], tests[Method.LOOK_THROUGH, Right.VOTES]
    assert capital.largest == votes.largest == "caisse-etat-fictive"
    assert round(float(capital.one.high), 6) == round(0.52 * 0.44 / 0.98, 6)
    assert votes.one.high == Fraction("0.2376")
    assert (round(float(capital.together.low), 4), round(float(capital.together.high), 4)) == (0.3779, 0.3881)
    assert (votes.together.low, votes.together.high) == (Fraction("0.358664"), Fraction("0.368664"))


def test_the_second_offer_s_holders_are_not_known_well_enough() -> None:
    assert finding("19.6.b", "rival").answer is Answer.UNKNOWN
    held = assessed("rival").ownership
    assert held
    assert any(one.settles for one in held.disclosures)


def test_the_licensor_s_company_in_the_union_is_counted_as_the_licensor_s() -> None:
    access = assessed().access
    assert access
    assert "technologie-lointaine-europe-fictive" in {path.party for path in access.paths}
    assert not {"integrateur-fictif-un", "integrateur-fictif-deux", "messagerie-fictive"} & {path.party for path in access.paths}
    assert all("A-1" not in {step.access for step in path.steps} for path in access.paths)


def test_without_the_licensor_the_service_stops_after_45_days() -> None:
    autonomy = assessed().autonomy
    assert autonomy
    assert {(one.stops, one.after_days) for one in autonomy.stoppages if one.answer is Answer.NOT_MET} == {(("correctifs",), 45)}


def simulated(name: str) -> tuple[dict[str, tuple[Answer, Answer]], list[tuple[str, date]]]:
    def again(dossier: Dossier, on: date) -> LabelAssessment:
        return assess(dossier, SCHEME, on)

    result = simulate(worked(), read_change((EXAMPLES / name).read_bytes(), name), again)
    return {one.requirement: (one.before, one.after) for one in result.turned}, [(one.rule, one.by) for one in result.notices]


def test_the_sale_breaks_39_per_cent_and_starts_the_month_in_which_customers_are_told() -> None:
    turned, notices = simulated("change-vente.yaml")
    assert turned == {"19.6.b": (Answer.MET, Answer.NOT_MET)}
    assert ("19.6.f", date(2027, 4, 1)) in notices


def test_storage_that_leaves_the_union_turns_19_2_b() -> None:
    turned, _ = simulated("change-site.yaml")
    assert turned["19.2.b"] == (Answer.MET, Answer.NOT_MET)


def test_a_licensor_who_stops_delivering_touches_19_6_and_customers_are_told() -> None:
    _, notices = simulated("change-fournisseur.yaml")
    assert ("19.6.f", date(2027, 3, 1)) in notices

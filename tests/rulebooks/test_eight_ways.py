"""The eight ways to be wrong about the doctrine, each tried on the rulebooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from egide.vocabulary.facts import BODY_STATUSES, Value

from .precedents import TODAY, answers, law, reached
from .test_decision_table import (
    DEROGATION,
    EU_LAW,
    HEALTH,
    IN_CATALOGUE,
    ORDINARY,
    PERSONAL,
    SENSITIVE,
    STATE,
    STATE_CLOUD,
    THIRD_LAW,
    TOWN,
)

R9, ARTICLE_31, DECREE, ORDER = (
    "circular-6404-sg#R9", "sren-article-31#31-I", "sren-article-31#D-2026-272", "sren-article-31#A-2026-08-12",
)  # fmt: skip
DAY_BEFORE_ORDER, DAY_OF_ORDER = date(2026, 8, 14), date(2026, 8, 15)


def told(facts: Mapping[str, Value], on: date = TODAY) -> dict[str, str]:
    return answers(law(on), facts)


# --- 1. status and nature are dated facts, and two texts read them differently ----------------------------------------


@pytest.mark.parametrize(
    ("status", "circular", "article"),
    [
        ("state", True, True), ("state-operator", True, True), ("supervised-body", True, False), ("gip-listed", False, True),
        ("health-data-platform", False, True), ("local-authority", False, False), ("public-hospital", False, False),
        ("company", False, False), ("other", False, False),
    ],
)  # fmt: skip
def test_1_each_status_is_bound_by_the_text_that_names_it(status: str, circular: bool, article: bool) -> None:
    found = told({**STATE, **SENSITIVE, **EU_LAW, "body.status": status, "body.supervised": False})
    assert (found[R9] == "not-met", found[ARTICLE_31] == "not-met") == (circular, article)


def test_1_every_status_is_tried() -> None:
    assert len(BODY_STATUSES) == 9


def test_1_a_group_is_listed_only_since_the_decree() -> None:
    group = {**STATE, **SENSITIVE, **EU_LAW, "body.status": "gip-listed", "body.supervised": False}
    assert reached(group, date(2026, 4, 13)) == "out-of-scope"
    assert reached(group, date(2026, 4, 14)) == "forbidden"


def test_1_the_health_data_platform_is_bound_by_the_law_itself() -> None:
    platform = {**STATE, **SENSITIVE, **EU_LAW, "body.status": "health-data-platform", "body.supervised": False}
    assert reached(platform, date(2024, 5, 20)) == "out-of-scope"
    assert reached(platform, date(2024, 5, 21)) == "forbidden"


def test_1_the_nature_of_the_provider_matters_to_the_law_and_the_offer_to_the_circular() -> None:
    found = told({**STATE, **SENSITIVE, **EU_LAW, "offer.provider_nature": "other-public"})
    assert (found[R9], found[ARTICLE_31]) == ("not-met", "not-applicable")
    found = told({**STATE, **SENSITIVE, **STATE_CLOUD})
    assert (found[R9], found[ARTICLE_31]) == ("not-applicable", "not-applicable")


# --- 2. sensitive is (secret or mission) and harm ---------------------------------------------------------------------


@pytest.mark.parametrize("secret", [True, False])
@pytest.mark.parametrize("other", [True, False])
@pytest.mark.parametrize("mission", [True, False])
@pytest.mark.parametrize("harm", [True, False])
def test_2_sensitive_needs_a_limb_and_a_harm(secret: bool, other: bool, mission: bool, harm: bool) -> None:
    facts = {
        **STATE, **PERSONAL, **EU_LAW, "derogation.requested": False, "data.secret": secret, "data.other_secret": other,
        "data.essential_mission": mission, "data.harm": harm,
    }  # fmt: skip
    assert reached(facts) == ("forbidden" if (secret or other or mission) and harm else "allowed")


def test_2_no_secret_needs_every_other_secret_excluded() -> None:
    facts: dict[str, Value] = {**STATE, **PERSONAL, **EU_LAW, "derogation.requested": False, "data.harm": True}
    del facts["data.other_secret"]
    assert reached(facts) == "undetermined"


def test_2_personal_data_were_sensitive_under_the_text_of_2021_and_are_not_since() -> None:
    facts = {**STATE, **PERSONAL, **EU_LAW, "data.citizens_personal": True, "derogation.requested": False}
    assert reached(facts, date(2023, 5, 30)) == "forbidden"
    assert reached(facts, date(2023, 5, 31)) == "allowed"


# --- 3. qualified is a line, a region and an agreement ----------------------------------------------------------------


@pytest.mark.parametrize("status", ["in-progress", "expired", "none"])
def test_3_nothing_but_qualified_is_qualified(status: str) -> None:
    assert reached({**STATE, **SENSITIVE, **IN_CATALOGUE, "offer.qualification": status, "offer.immune": True}) == "forbidden"


@pytest.mark.parametrize(("said", "expected"), [(True, "allowed"), (False, "forbidden"), (None, "undetermined")])
def test_3_the_agreement_must_say_it(said: bool | None, expected: str) -> None:
    facts: dict[str, Value] = {**STATE, **SENSITIVE, **IN_CATALOGUE}
    del facts["hosting.agreement_says_qualified"]
    assert reached(facts if said is None else {**facts, "hosting.agreement_says_qualified": said}) == expected


def test_3_a_computed_label_never_satisfies_the_law_or_the_circular() -> None:
    found = told({**STATE, **SENSITIVE, **EU_LAW, "offer.immune": True, "offer.recognised_equivalent": True})
    assert {found[R9], found[ARTICLE_31], found[DECREE]} == {"not-met"}


def test_3_software_on_a_qualified_base_is_not_qualified() -> None:
    facts = {**STATE, **SENSITIVE, **EU_LAW, "offer.on_qualified_base": True}
    assert reached(facts) == "forbidden"
    assert told(facts)["secnumcloud-annex-2#A2-c-base"] == "not-met"


# --- 4. before the first known line, unknown --------------------------------------------------------------------------


@pytest.mark.parametrize("on", [date(2022, 6, 1), date(2023, 6, 1), date(2025, 6, 1), TODAY])
def test_4_an_unknown_qualification_is_never_an_absent_one(on: date) -> None:
    facts: dict[str, Value] = {**STATE, **SENSITIVE, **IN_CATALOGUE, "data.citizens_personal": True}
    del facts["offer.qualification"]
    assert reached(facts, on) == "undetermined"


# --- 5. three dates; two questions that no text read settles ----------------------------------------------------------


def test_5_duty_criteria_and_framework_begin_on_three_days() -> None:
    facts = {**STATE, **SENSITIVE, **IN_CATALOGUE, "offer.framework": "3.1", "offer.immune": False}
    days = (date(2024, 5, 20), date(2024, 5, 21), date(2026, 4, 13), date(2026, 4, 14), DAY_BEFORE_ORDER, DAY_OF_ORDER)
    begun = {
        rule: next(day for day in days if told(facts, day).get(rule, "not-applicable") != "not-applicable")
        for rule in (ARTICLE_31, DECREE, ORDER)
    }
    assert list(begun.values()) == [date(2024, 5, 21), date(2026, 4, 14), DAY_OF_ORDER]


def test_5_version_3_1_is_refused_only_since_the_order() -> None:
    facts = {**STATE, **SENSITIVE, **IN_CATALOGUE, "offer.framework": "3.1", "offer.immune": True}
    assert reached(facts, DAY_BEFORE_ORDER) == "allowed"
    assert reached(facts, DAY_OF_ORDER) == "forbidden"


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (date(2025, 11, 23), "derogation"), (date(2025, 11, 22), "undetermined"), (date(2025, 5, 23), "undetermined"),
        (date(2025, 5, 22), "forbidden"),
    ],
)  # fmt: skip
def test_5_between_twelve_and_eighteen_months_a_derogation_is_unknown(since: date, expected: str) -> None:
    facts: dict[str, Value] = {**STATE, **SENSITIVE, **EU_LAW, **DEROGATION, "derogation.acceptable_offer_since": since}
    del facts["derogation.no_acceptable_offer"]
    assert reached(facts) == expected


def test_5_already_engaged_is_never_presumed() -> None:
    facts: dict[str, Value] = {**STATE, **SENSITIVE, **EU_LAW, **DEROGATION}
    assert reached(facts) == "derogation"
    del facts["derogation.project_engaged"]
    assert reached(facts) == "undetermined"


# --- 6. personal data under third-country law -------------------------------------------------------------------------


def test_6_personal_data_under_third_country_law_wait_for_the_answer_on_immunity() -> None:
    facts: dict[str, Value] = {**STATE, **PERSONAL, **THIRD_LAW}
    del facts["offer.immune"]
    assert reached(facts) == "conditional"
    assert reached({**facts, "hosting.transfer_analysis": True}) == "allowed"
    assert reached({**facts, "offer.immune": True}) == "allowed"
    assert reached({**facts, "offer.qualification": "qualified", "offer.framework": "3.2"}) == "allowed"
    assert reached({**facts, "offer.qualification": "qualified", "offer.framework": "3.1"}) == "conditional"


# --- 7. health --------------------------------------------------------------------------------------------------------


def test_7_whether_a_third_party_hosts_is_asked_before_a_certificate() -> None:
    facts: dict[str, Value] = {**TOWN, **HEALTH, **EU_LAW}
    assert reached({**facts, "data.health_for_others": False}) == "out-of-scope"
    del facts["data.health_for_others"]
    assert reached(facts) == "undetermined"


def test_7_storage_in_the_eea_is_required_besides_the_certificate() -> None:
    found = told({**TOWN, **HEALTH, **EU_LAW, "offer.hds_certified": True, "offer.place": "adequate-country"})
    assert (found["hds-v2#HDS-1"], found["hds-v2#L1111-8"]) == ("met", "not-met")


# --- 8. public archives -----------------------------------------------------------------------------------------------


def test_8_both_readings_on_archives_are_shown_and_only_the_deposit_decides() -> None:
    deposited = {**TOWN, **ORDINARY, **EU_LAW, "offer.place": "eea", "data.archives_deposited": True, "offer.approved_archiver": True}
    assert reached(deposited) == "forbidden"
    kept = {**deposited, "data.archives_deposited": False}
    assert reached(kept) == "out-of-scope"
    assert told(kept)["public-archives#note-2016"] == "not-met"

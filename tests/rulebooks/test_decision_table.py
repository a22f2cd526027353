"""The decision table, cell by cell: what the data are against where they would run, on 23 November 2026."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from egide.vocabulary.facts import Value

from .precedents import TODAY, answers, law, reached

Facts = Mapping[str, Value]

STATE: Facts = {"body.status": "state", "body.vital_operator": False, "service.stage": "running"}
TOWN: Facts = {"body.status": "local-authority", "body.vital_operator": False}
COMPANY: Facts = {"body.status": "company", "body.vital_operator": False}
HOSPITAL: Facts = {"body.status": "public-hospital", "body.vital_operator": False}

ORDINARY: Facts = {
    "data.classified": False, "data.restricted": False, "data.secret": False, "data.other_secret": False, "data.essential_mission": False,
    "data.personal": False, "data.health": False, "data.archives_deposited": False,
}  # fmt: skip
PERSONAL: Facts = {**ORDINARY, "data.personal": True}
SENSITIVE: Facts = {**PERSONAL, "data.secret": True, "data.harm": True, "derogation.requested": False}
HEALTH: Facts = {**PERSONAL, "data.health": True, "data.health_for_others": True, "offer.remote_access_outside_eea": False}
CERTIFIED: Facts = {**HEALTH, "offer.hds_certified": True}
RESTRICTED: Facts = {**ORDINARY, "data.restricted": True}
CLASSIFIED: Facts = {"data.classified": True}

EU_LAW: Facts = {
    "offer.model": "commercial", "offer.provider_nature": "private", "offer.qualification": "none", "offer.immune": False,
    "offer.controlled_from": "FR", "offer.place": "france", "hosting.exit_terms": True,
}  # fmt: skip
THIRD_LAW: Facts = {**EU_LAW, "offer.controlled_from": "US", "offer.place": "eea"}
IN_CATALOGUE: Facts = {
    "offer.model": "commercial", "offer.provider_nature": "private", "offer.qualification": "qualified", "offer.framework": "3.2",
    "offer.controlled_from": "FR", "offer.place": "france", "hosting.exit_terms": True, "hosting.agreement_says_qualified": True,
}  # fmt: skip
STATE_CLOUD: Facts = {
    "offer.model": "internal-cloud", "offer.provider_nature": "state", "offer.controlled_from": "FR", "offer.place": "france",
}  # fmt: skip

APPROVED: Facts = {"hosting.restricted_approved": True}
NOT_APPROVED: Facts = {"hosting.restricted_approved": False}
ANALYSED: Facts = {"hosting.transfer_analysis": True}
DEROGATION: Facts = {
    "derogation.requested": True, "derogation.validated": True, "derogation.public": True, "derogation.project_engaged": True,
    "derogation.no_acceptable_offer": True,
}  # fmt: skip
HOSTS = {"eu": EU_LAW, "third": THIRD_LAW, "qualified": IN_CATALOGUE, "state": STATE_CLOUD}

TABLE: Mapping[str, tuple[Facts, Mapping[str, str]]] = {
    "ordinary": ({**STATE, **ORDINARY}, {"eu": "allowed", "third": "allowed", "qualified": "allowed", "state": "allowed"}),
    "personal": ({**STATE, **PERSONAL}, {"eu": "allowed", "third": "conditional", "qualified": "allowed", "state": "allowed"}),
    "personal, analysed": ({**STATE, **PERSONAL, **ANALYSED}, {"third": "allowed"}),
    "sensitive": ({**STATE, **SENSITIVE}, {"eu": "forbidden", "third": "forbidden", "qualified": "allowed", "state": "allowed"}),
    "sensitive, derogation": ({**STATE, **SENSITIVE, **DEROGATION}, {"eu": "derogation", "qualified": "allowed", "state": "allowed"}),
    "health, not certified": (
        {**HOSPITAL, **HEALTH, "offer.hds_certified": False},
        {"eu": "forbidden", "third": "forbidden", "qualified": "forbidden", "state": "forbidden"},
    ),
    "health, certified": ({**HOSPITAL, **CERTIFIED}, {"eu": "allowed", "third": "conditional", "qualified": "allowed"}),
    "health, certified, foreign laws listed": ({**HOSPITAL, **CERTIFIED, "hosting.foreign_laws_listed": True}, {"third": "allowed"}),
    "health on a State cloud": ({**STATE, **HEALTH}, {"state": "undetermined"}),
    "health of the State, sensitive": (
        {**STATE, **SENSITIVE, **CERTIFIED, "data.secret": True}, {"eu": "forbidden", "third": "forbidden", "qualified": "allowed"},
    ),
    "restricted, approved": (
        {**STATE, **RESTRICTED, **APPROVED}, {"eu": "forbidden", "third": "forbidden", "qualified": "allowed", "state": "allowed"},
    ),
    "restricted, not approved": ({**STATE, **RESTRICTED, **NOT_APPROVED}, {"qualified": "forbidden", "state": "forbidden"}),
    "classified": ({**STATE, **CLASSIFIED}, {"eu": "stop", "third": "stop", "qualified": "stop", "state": "stop"}),
    "local authority": ({**TOWN, **SENSITIVE}, {"eu": "out-of-scope", "third": "out-of-scope", "qualified": "out-of-scope"}),
    "company": ({**COMPANY, **SENSITIVE}, {"eu": "out-of-scope", "third": "out-of-scope", "qualified": "out-of-scope"}),
}  # fmt: skip
CELLS = [(row, host, expected) for row, (_, cells) in TABLE.items() for host, expected in cells.items()]


@pytest.mark.parametrize(("row", "host", "expected"), CELLS, ids=[f"{row} - {host}" for row, host, _ in CELLS])
def test_cell(row: str, host: str, expected: str) -> None:
    facts, _ = TABLE[row]
    assert reached({**HOSTS[host], **facts}) == expected


def test_without_reversibility_clauses_a_commercial_offer_is_conditional() -> None:
    facts = {**STATE, **ORDINARY, **EU_LAW, "hosting.exit_terms": False}
    assert reached(facts) == "conditional"
    assert answers(law(TODAY), facts)["circular-6404-sg#R4"] == "not-met"


def test_third_country_law_is_flagged_to_those_who_choose_freely() -> None:
    for body in (TOWN, COMPANY):
        facts = {**body, **SENSITIVE, **THIRD_LAW, "hosting.transfer_analysis": False}
        assert answers(law(TODAY), facts)["data-act#32"] == "not-met"


def test_an_ordinary_service_under_third_country_law_needs_the_arguments_of_2026() -> None:
    facts = {**STATE, **ORDINARY, **THIRD_LAW, "service.exit_plan": True}
    assert answers(law(TODAY), facts)["circular-6519-sg#sovereignty"] == "not-met"


def test_a_qualified_base_does_not_imply_approval_for_restricted_information() -> None:
    facts = {**STATE, **RESTRICTED, **IN_CATALOGUE}
    assert reached(facts) == "undetermined"


ASKED = {
    "body.vital_operator", "service.stage", "data.classified", "data.restricted", "data.secret", "data.other_secret",
    "data.essential_mission", "data.health", "data.archives_deposited",
}  # fmt: skip
"""What decides for an ordinary service of the State on an unqualified European offer; its cost, its place, the transfers do not."""


def test_an_ordinary_service_is_left_open_only_by_what_the_law_makes_decisive() -> None:
    facts: dict[str, Value] = {**STATE, **ORDINARY, **EU_LAW, "derogation.requested": False}
    open_without = {name for name in facts if reached({key: value for key, value in facts.items() if key != name}) == "undetermined"}
    assert open_without == ASKED


def test_a_service_on_a_state_cloud_is_asked_nothing_about_secrets_archives_or_derogations() -> None:
    facts: dict[str, Value] = {**STATE, **STATE_CLOUD, "data.classified": False, "data.restricted": False, "data.health": False}
    assert reached(facts) == "allowed"


def test_archives_are_not_asked_of_an_approved_archiver_in_france() -> None:
    facts: dict[str, Value] = {**STATE, **ORDINARY, **EU_LAW, "offer.approved_archiver": True}
    del facts["data.archives_deposited"]
    assert reached(facts) == "allowed"
    assert reached({**facts, "offer.place": "eea"}) == "undetermined"


def test_personal_data_are_not_asked_of_a_european_offer_with_european_storage() -> None:
    facts: dict[str, Value] = {**STATE, **ORDINARY, **EU_LAW}
    del facts["data.personal"]
    assert reached(facts) == "allowed"
    assert reached({**facts, "offer.controlled_from": "US"}) == "undetermined"

"""No name survives in any paper, and nothing that decides changes."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

from openpyxl import load_workbook

from egide.papers.actions import actions
from egide.papers.anonymise import anonymise, anonymise_differences
from egide.papers.differences import differences
from egide.papers.document import document, document_bytes
from egide.papers.page import page
from egide.papers.workbook import workbook
from egide.vocabulary.findings import Reason

from .world import world

SECRETS = (
    *(decision.service.name for decision in world().decisions),
    *{str(decision.service.body.name) for decision in world().decisions},
    *{str(decision.service.body.siren) for decision in world().decisions},
    "services-ministere", "services.xlsx", "bureau fictif", "directeur fictif", "direction métier", "Migration engagée", "infogérant",
    "Alto public cloud GRA", "Cumulo West", "à voir avec",
)  # fmt: skip


def everything_written() -> str:
    one = anonymise(world())
    old = document(world())
    old["services"][2]["verdict"] = "allowed"
    old["services"].append({**old["services"][0], "id": "partie", "name": "Service parti"})
    since = anonymise_differences(differences(old, world()), world())
    sheets = load_workbook(BytesIO(workbook(one)))
    cells = "\n".join(str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None)
    return page(one, "fr", since=since) + page(one, "en") + document_bytes(one).decode() + cells


def test_no_name_survives_anywhere() -> None:
    written = everything_written()
    assert [name for name in (*SECRETS, "Service parti") if name in written or json.dumps(name)[1:-1] in written] == []


def test_what_decides_is_untouched() -> None:
    plain, coded = world(), anonymise(world())
    assert [one.verdict for one in coded.decisions] == [one.verdict for one in plain.decisions]
    assert [(one.what, one.before, one.owner, len(one.services)) for one in actions(coded)] == [
        (one.what, one.before, one.owner, len(one.services)) for one in actions(plain)
    ]


def test_codes_are_stable_and_one_for_each_name() -> None:
    coded = anonymise(world())
    assert coded == anonymise(world())
    names = [one.service.name for one in coded.decisions]
    assert names[0] == "S-001" and len(set(names)) == len(names)
    bodies = {one.service.body.name: coded.decisions[place].service.body.name for place, one in enumerate(world().decisions)}
    assert len(set(bodies.values())) == 4


def test_the_assessment_given_is_left_as_it_is() -> None:
    plain = world()
    anonymise(plain)
    assert plain == world()


def test_a_name_that_slipped_into_a_reason_is_replaced() -> None:
    first, *others = world().decisions
    hosting = first.hostings[0]
    slipped = replace(hosting.findings[0], because=(Reason("x.not-met", {"value": str(first.service.body.name)}, "{value}"),))
    touched = replace(first, hostings=(replace(hosting, findings=(slipped,)),))
    coded = anonymise(replace(world(), decisions=(touched, *others)))
    assert coded.decisions[0].hostings[0].findings[0].because[0].args == {"value": "B-001"}


def test_what_the_public_catalogue_says_keeps_its_source() -> None:
    claims = [
        claim
        for one in anonymise(world()).decisions
        for hosting in one.hostings
        for found in hosting.findings
        for claim in found.claims
    ]
    assert {claim.source for claim in claims if claim.fact == "offer.qualification"} == {"liste publique fictive"}

"""How a fact is known on a day: who said it last, what stands behind it, who contradicts it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.label.fixtures import ON, complete, finding, paper, put
from tests.label.shipped_schemes import shipped
from tests.label.world import small

from egide.label.checks import Case, Known
from egide.label.documents import Binder
from egide.label.dossier import Assurance, Document, Statement
from egide.label.results import RequirementFinding, Stage
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Answer

LAW = "contract.law"


def said(value: object, issuer: str = "Cabinet d’audit fictif", **more: object) -> Statement:
    on = more.pop("on", date(2026, 10, 1))
    claim = Claim(LAW, value, issuer, on, "source fictive")  # type: ignore[arg-type]
    return Statement(claim, **{"assurance": Assurance.AUDITED, **more})  # type: ignore[arg-type]


def known(*statements: Statement, documents: tuple[Document, ...] = ()) -> Known:
    dossier = small(statements={LAW: statements}, documents=documents)
    scheme = shipped("secnumcloud-3.2")
    return Case(dossier, ON, scheme, Binder(documents, scheme, ON)).fact(LAW)


def law_finding(*statements: Statement, documents: tuple[Document, ...] = ()) -> RequirementFinding:
    dossier = complete()
    others = tuple(one for one in dossier.documents if not one.covers[0].endswith("#19.1.c"))
    given = replace(dossier, statements={**dossier.statements, LAW: statements}, documents=(*others, *documents))
    return finding(put(given), "19.1.c")


def test_what_nobody_said_is_unknown_and_asks_its_question() -> None:
    assert known().value is None
    assert known().missing[0].fact == LAW


def test_of_one_issuer_the_latest_statement_holds() -> None:
    assert known(said("CH", on=date(2025, 1, 1)), said("FR")).value == "FR"
    assert known(said("FR"), said("CH", on=date(2025, 1, 1))).value == "FR"


def test_an_issuer_who_no_longer_knows_is_silent() -> None:
    assert known(said("FR", on=date(2025, 1, 1)), said(None)).value is None


def test_two_issuers_who_disagree_settle_nothing_and_are_both_named() -> None:
    found = law_finding(said("FR"), said("CH", "Autre cabinet fictif"))
    assert (found.stage, found.answer) == (Stage.CONTRADICTED, Answer.UNKNOWN)
    told = found.because[0].args
    assert (told["issuer"], told["value"]) == ("Autre cabinet fictif", "CH")
    assert (told["other"], told["otherwise"]) == ("Cabinet d’audit fictif", "FR")


def test_one_issuer_who_says_two_things_on_one_day_settles_nothing() -> None:
    assert known(said("FR"), said("CH")).contradicted


def test_a_statement_past_its_last_day_is_silent() -> None:
    ended = known(said("FR", until=date(2026, 11, 22)))
    assert ended.value is None
    assert ended.doubt is not None
    assert ended.doubt.code == "label.fact.expired"
    assert known(said("FR", until=ON)).value == "FR"


def test_a_contradiction_ends_when_one_of_the_two_does() -> None:
    assert known(said("FR"), said("CH", "Autre cabinet fictif", until=date(2026, 1, 1))).value == "FR"


def test_what_is_said_after_the_day_is_not_known_on_the_day() -> None:
    assert known(said("FR", on=date(2026, 12, 1))).value is None


def test_until_is_the_last_of_those_who_agree() -> None:
    first, second = said("FR", until=date(2027, 1, 1)), said("FR", "Autre cabinet fictif", until=date(2027, 6, 1))
    assert known(first, second).until == date(2027, 6, 1)


def test_the_providers_own_word_shows_nothing_without_a_document() -> None:
    own = said("FR", "Petit nuage fictif SAS", assurance=Assurance.DECLARED)
    found = law_finding(own)
    assert (found.stage, found.answer) == (Stage.DECLARED, Answer.UNKNOWN)
    assert found.missing[0].fact == LAW
    assert law_finding(replace(own, assurance=Assurance.ATTESTED)).answer is Answer.UNKNOWN


def test_an_admission_needs_no_document() -> None:
    assert law_finding(said("CH", "Petit nuage fictif SAS", assurance=Assurance.DECLARED)).answer is Answer.NOT_MET


def test_the_providers_word_with_a_document_behind_it_is_shown() -> None:
    own = said("FR", "Petit nuage fictif SAS", assurance=Assurance.DECLARED, evidence=("CGU",))
    terms = paper("CGU", (), assurance=Assurance.DECLARED, issuer="Petit nuage fictif SAS")
    found = law_finding(own, documents=(terms,))
    assert found.answer is Answer.MET
    assert found.assurance is Assurance.DECLARED
    assert found.evidence == ("CGU",)


@pytest.mark.parametrize("broken", [{"found": "cd"}, {"found": None}, {"until": date(2026, 10, 2)}, {"outcome": "does-not-conform"}])
def test_a_document_that_does_not_count_shows_no_fact(broken: dict[str, object]) -> None:
    own = said("FR", "Petit nuage fictif SAS", assurance=Assurance.DECLARED, evidence=("CGU",))
    assert law_finding(own, documents=(paper("CGU", (), **broken),)).answer is Answer.UNKNOWN


def test_a_document_that_covers_the_requirement_shows_what_was_only_declared() -> None:
    own = said("FR", "Petit nuage fictif SAS", assurance=Assurance.DECLARED)
    found = law_finding(own, documents=(paper("A-1", ("19.1.c",)),))
    assert found.answer is Answer.MET
    assert found.assurance is Assurance.AUDITED
    assert found.until == date(2029, 10, 1)  # an agreement is fresh for three years


def test_the_register_speaks_of_the_providers_places_beside_the_provider() -> None:
    dossier = small(statements={})
    scheme = shipped("secnumcloud-3.2")
    case = Case(dossier, ON, scheme, Binder((), scheme, ON), None, dossier.register)
    assert case.fact("provider.seat").value == "FR"
    assert case.fact("provider.seat").shown

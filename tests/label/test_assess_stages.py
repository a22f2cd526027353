"""What a binder makes of a requirement: the states that it passes through, and what each is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.label.fixtures import ON, finding, paper, put
from tests.label.shipped_schemes import shipped
from tests.label.world import small

from egide.label.documents import Binder, State, months_later, state
from egide.label.dossier import Assurance, Document, EvidenceKind
from egide.label.results import Stage
from egide.label.scheme import Correspondence
from egide.label.stages import Demand, Standing, standing
from egide.vocabulary.findings import Answer

SCHEME = shipped("secnumcloud-3.2")
NEEDS_ALL = next(one for one in SCHEME.requirements if one.needs_all and len(one.evidence) == 2 and not one.computed)
ONE_DOCUMENT = next(
    one for one in SCHEME.requirements if one.evidence == {EvidenceKind.DOCUMENT} and not one.computed and one.fresh_months == 12
)


def stands(*documents: Document, requirement: object = ONE_DOCUMENT, demand: Demand = Demand.EVIDENCE, on: date = ON) -> Standing:
    return standing(Binder(documents, SCHEME, on), requirement, demand)  # type: ignore[arg-type]


def covering(name: str = "E-1", **more: object) -> Document:
    return paper(name, (ONE_DOCUMENT.id,), **more)


def test_with_nothing_it_is_unknown_and_says_which_evidence_to_bring() -> None:
    found = stands()
    assert (found.stage, found.answer) == (Stage.NOTHING, Answer.UNKNOWN)
    assert [one.kind for one in found.missing] == [EvidenceKind.DOCUMENT]


def test_an_entry_without_a_file_is_a_declaration_and_shows_nothing() -> None:
    found = stands(covering(file=None, digest=None, found=None))
    assert (found.stage, found.answer) == (Stage.DECLARED, Answer.UNKNOWN)


def test_a_file_that_is_not_in_the_folder_counts_for_nothing() -> None:
    found = stands(covering(found=None))
    assert (found.stage, found.answer) == (Stage.DECLARED, Answer.UNKNOWN)
    assert found.missing[0].what.code == "label.missing.file"


def test_the_providers_own_document_makes_it_ready_and_an_auditors_makes_it_audited() -> None:
    assert stands(covering(assurance=Assurance.DECLARED)).stage is Stage.READY
    assert stands(covering()).stage is Stage.AUDITED


def test_a_document_of_the_wrong_kind_is_no_evidence() -> None:
    found = stands(covering(kind=EvidenceKind.INTERVIEW))
    assert (found.stage, found.answer) == (Stage.NOTHING, Answer.UNKNOWN)
    assert found.because[0].code == "label.evidence.other-kind"


def test_where_every_kind_is_asked_one_is_partial() -> None:
    first, second = sorted(NEEDS_ALL.evidence)
    half, rest = paper("E-1", (NEEDS_ALL.id,), first), paper("E-2", (NEEDS_ALL.id,), second)
    found = stands(half, requirement=NEEDS_ALL)
    assert (found.stage, found.answer) == (Stage.PARTIAL, Answer.UNKNOWN)
    assert [one.kind for one in found.missing] == [second]
    assert stands(half, rest, requirement=NEEDS_ALL).answer is Answer.MET


def test_evidence_grows_old_a_year_after_the_day_it_speaks_of() -> None:
    document = covering(on=date(2025, 11, 23))
    assert stands(document).answer is Answer.MET
    assert stands(document).until == ON
    aged = stands(document, on=date(2026, 11, 24))
    assert (aged.stage, aged.answer) == (Stage.EXPIRED, Answer.UNKNOWN)


def test_a_document_that_ends_before_it_grows_old_ends_it() -> None:
    found = stands(covering(until=date(2026, 12, 31)), covering("E-2", until=date(2027, 2, 1)))
    assert found.until == date(2027, 2, 1)


def test_where_every_kind_is_asked_the_first_to_end_ends_it() -> None:
    first, second = sorted(NEEDS_ALL.evidence)
    soon = paper("E-1", (NEEDS_ALL.id,), first, until=date(2026, 12, 1))
    later = paper("E-2", (NEEDS_ALL.id,), second, until=date(2027, 2, 1))
    assert stands(soon, later, requirement=NEEDS_ALL).until == date(2026, 12, 1)


def test_a_document_of_a_coming_day_does_not_count_yet() -> None:
    assert stands(covering(on=date(2026, 12, 1))).answer is Answer.UNKNOWN


def test_a_document_that_does_not_conform_fails_it_whatever_the_provider_writes() -> None:
    own = covering("E-1", assurance=Assurance.DECLARED, on=date(2026, 11, 1))
    found = stands(own, covering("E-2", outcome="does-not-conform"))
    assert (found.stage, found.answer) == (Stage.CONTRADICTED, Answer.NOT_MET)
    assert found.evidence == ("E-2",)


def test_a_non_conformity_does_not_fade_with_age() -> None:
    old = covering("E-2", outcome="does-not-conform", on=date(2023, 1, 1))
    assert stands(old).answer is Answer.NOT_MET
    assert stands(covering("E-1", assurance=Assurance.DECLARED), old).answer is Answer.NOT_MET


def test_a_later_look_as_close_answers_a_non_conformity() -> None:
    old = covering("E-2", outcome="does-not-conform", on=date(2026, 3, 1))
    assert stands(covering("E-1", on=date(2026, 9, 1)), old).answer is Answer.MET
    assert stands(covering("E-1", on=date(2026, 2, 1)), old).answer is Answer.NOT_MET


def test_two_issuers_of_one_weight_who_disagree_on_one_day_settle_nothing() -> None:
    found = stands(covering("E-1"), covering("E-2", outcome="does-not-conform", issuer="Autre cabinet fictif"))
    assert (found.stage, found.answer) == (Stage.CONTRADICTED, Answer.UNKNOWN)


def test_reservations_leave_it_partial_and_say_what_to_lift() -> None:
    found = stands(covering(outcome="partial", findings=("deux comptes ouverts",)))
    assert (found.stage, found.answer) == (Stage.PARTIAL, Answer.UNKNOWN)
    assert found.because[0].args["findings"] == "deux comptes ouverts"
    assert found.missing[0].what.code == "label.missing.partial"


def test_a_file_that_changed_settles_nothing_even_beside_a_good_one() -> None:
    found = stands(covering("E-1"), covering("E-2", found="cd"))
    assert (found.stage, found.answer) == (Stage.CONTRADICTED, Answer.UNKNOWN)


def test_a_digest_in_capitals_is_the_same_digest() -> None:
    assert state(covering(digest="AB"), ON, None) is State.COUNTS


@pytest.mark.parametrize(("pattern", "covers"), [
    ("{id}", True), ("secnumcloud-3.2#{id}", True), ("{chapter}.*", True), ("secnumcloud-3.2#*", True), ("*", True),
    ("gaia-x-24.11#{id}", False), ("{id}0", False), ("gaia-x-24.11#*", False),
])  # fmt: skip
def test_a_bare_number_is_of_secnumcloud_and_a_pattern_covers_what_it_begins(pattern: str, covers: bool) -> None:
    written = pattern.format(id=ONE_DOCUMENT.id, chapter=ONE_DOCUMENT.chapter)
    found = stands(paper("E-1", (written,)))
    assert (found.answer is Answer.MET) is covers


def test_a_declaration_is_enough_where_no_more_is_asked_and_nowhere_else() -> None:
    said = covering(file=None, digest=None, found=None)
    assert stands(said, demand=Demand.DECLARATION).answer is Answer.MET
    assert stands(said, demand=Demand.DECLARATION).stage is Stage.DECLARED
    assert stands(said, demand=Demand.EVIDENCE).answer is Answer.UNKNOWN


def test_certification_asks_that_somebody_else_looked() -> None:
    own = stands(covering(assurance=Assurance.DECLARED), demand=Demand.CERTIFICATION)
    assert (own.stage, own.answer) == (Stage.READY, Answer.UNKNOWN)
    assert own.because[0].code == "label.evidence.not-audited"
    assert stands(covering(), demand=Demand.CERTIFICATION).answer is Answer.MET


def test_the_certificate_of_an_accepted_standard_stands_for_any_kind_of_evidence() -> None:
    requirement = replace(NEEDS_ALL, standards=("iso-27001",))
    held = paper("C-1", (), standard="iso-27001", assurance=Assurance.ATTESTED)
    assert stands(held, requirement=requirement).answer is Answer.MET
    assert stands(replace(held, standard="tisax"), requirement=requirement).answer is Answer.UNKNOWN
    assert stands(replace(held, assurance=Assurance.DECLARED), requirement=requirement).answer is Answer.UNKNOWN
    assert stands(replace(held, covers=("19.1.b",)), requirement=requirement).answer is Answer.UNKNOWN


@pytest.mark.parametrize(("relation", "answer"), [("answers", Answer.MET), ("supports", Answer.UNKNOWN), ("differs", Answer.UNKNOWN)])
def test_evidence_for_another_schemes_requirement_counts_only_where_it_answers(relation: str, answer: Answer) -> None:
    scheme = replace(SCHEME, correspondences=(Correspondence(ONE_DOCUMENT.id, "autre", "A.1", relation),), by_id={})
    found = standing(Binder((paper("E-1", ("autre#A.1",)),), scheme, ON), ONE_DOCUMENT)
    assert found.answer is answer


def test_what_must_be_shown_together_counts_only_together() -> None:
    pair = Correspondence(ONE_DOCUMENT.id, "autre", "A.1", "answers", None, ("A.2",))
    scheme = replace(SCHEME, correspondences=(pair,), by_id={})
    first, second = paper("E-1", ("autre#A.1",)), paper("E-2", ("autre#A.2",))
    assert standing(Binder((first,), scheme, ON), ONE_DOCUMENT).answer is Answer.UNKNOWN
    assert standing(Binder((first, second), scheme, ON), ONE_DOCUMENT).answer is Answer.MET


def test_months_end_with_the_month() -> None:
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_documents_cast_doubt_on_what_is_computed_and_never_lift_it() -> None:
    denies = paper("E-1", ("19.1.c",), outcome="does-not-conform")
    confirms = paper("E-2", ("19.1.c",))
    doubted = finding(put(small(documents=(denies,))), "19.1.c")
    assert (doubted.stage, doubted.answer) == (Stage.CONTRADICTED, Answer.UNKNOWN)
    bare = small(statements={})
    assert finding(put(replace(bare, documents=(confirms,))), "19.1.c").answer is Answer.UNKNOWN

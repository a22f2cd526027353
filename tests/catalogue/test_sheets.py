"""An offer is the fold of what is said of it: nothing is overwritten, doubt is no value, and order doesn't count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.saying import DAY, OFFER, STATEMENTS, origin, said

from egide.catalogue.sheets import Cell, Standing, fold, kind_of, same
from egide.vocabulary.properties import PROPERTIES, SubjectKind
from egide.vocabulary.statements import Assurance, Statement

AUDITOR = origin("did:web:auditeur-fictif.example", Assurance.AUDITED, document="d2", series="s2")


def cell(*statements: Statement, region: str | None = None, name: str = "sla_percent", **more: object) -> Cell:
    return fold(OFFER, statements, DAY, region, **more).cells[name]  # type: ignore[arg-type]


def standing(found: Cell) -> dict[Standing, int]:
    return {why: [one for one, _ in found.past].count(why) for why, _ in found.past}


def test_a_property_nobody_speaks_of_has_no_cell_and_no_value():
    sheet = fold(OFFER, [said(99.9)], DAY)
    assert "price_hour" not in sheet.cells
    assert sheet.value("price_hour") is None


def test_an_issuer_who_says_that_it_is_not_known_leaves_it_unknown():
    found = cell(said(None))
    assert found.value is None
    assert len(found.holding) == 1
    assert not found.conflict


def test_the_stronger_assurance_gives_the_value_and_the_conflict_is_shown():
    found = cell(said(99.99), said(99.5, by=AUDITOR))
    assert found.value == 99.5
    assert found.conflict
    assert [one.value for one in found.holding] == [99.5, 99.99]


def test_equal_words_that_differ_leave_it_unknown():
    other = origin("did:web:autre-fictif.example", document="d2", series="s2")
    found = cell(said(99.99), said(99.5, by=other))
    assert found.value is None
    assert found.conflict
    assert len(found.holding) == 2


def test_a_weaker_word_beside_two_stronger_ones_that_differ_does_not_settle_it():
    second = origin("did:web:second-auditeur.example", Assurance.AUDITED, document="d3", series="s3")
    found = cell(said(99.9), said(99.5, by=AUDITOR), said(99.0, by=second))
    assert found.value is None
    assert found.conflict


def test_a_later_document_of_the_issuer_replaces_the_earlier_whatever_came_in_last():
    older, newer = origin(issued=-30, document="d1"), origin(issued=-3, document="d2")
    for order in ([said(1, by=older), said(2, by=newer)], [said(2, by=newer), said(1, by=older)]):
        found = cell(*order)
        assert found.value == 2
        assert standing(found) == {Standing.SUPERSEDED: 1}


def test_an_ended_document_does_not_bring_the_earlier_one_of_its_series_back():
    older, newer = origin(issued=-60, until=300, document="d1"), origin(issued=-30, until=-3, document="d2")
    found = cell(said(1, by=older), said(2, by=newer))
    assert found.value is None
    assert standing(found) == {Standing.ENDED: 1, Standing.SUPERSEDED: 1}


def test_a_withdrawn_document_counts_no_more_from_its_day_on():
    assert cell(said(99.9), withdrawn={"d1": DAY}).value is None
    assert cell(said(99.9), withdrawn={"d1": DAY + timedelta(days=1)}).value == 99.9


def test_a_document_that_begins_tomorrow_holds_not_yet():
    found = cell(said(99.9, by=origin(issued=1)))
    assert found.value is None
    assert standing(found) == {Standing.NOT_YET: 1}


def test_what_is_said_of_a_region_comes_before_what_is_said_of_all():
    words = said(99.9), said(99.5, region="par")
    assert cell(*words, region="par").value == 99.5
    assert cell(*words, region="fra").value == 99.9


def test_without_a_region_what_depends_on_it_is_unknown():
    found = cell(said(99.9), said(99.5, region="par"))
    assert found.value is None
    assert found.varies
    assert not found.conflict


def test_a_set_is_what_all_who_speak_list():
    found = cell(said(frozenset({"FR"}), "countries"), said(frozenset({"US"}), "countries", by=AUDITOR), name="countries")
    assert found.value == frozenset({"FR", "US"})
    assert not found.conflict


def test_a_gibibyte_for_a_gigabyte_is_no_conflict():
    assert not cell(said(8, "memory_gb"), said(8.589934592, "memory_gb", by=AUDITOR), name="memory_gb").conflict
    assert cell(said(8, "memory_gb"), said(16, "memory_gb", by=AUDITOR), name="memory_gb").conflict


@pytest.mark.parametrize(("words", "kind"), [
    ({"gaia_x_type": "VirtualMachineServiceOffering"}, SubjectKind.OFFER), ({"gaia_x_type": "LegalPerson"}, SubjectKind.PROVIDER),
    ({"gaia_x_type": "Datacenter"}, SubjectKind.RESOURCE), ({"gaia_x_type": "LabelCredential", "gaia_x_label": "L1"}, SubjectKind.LABEL),
    ({"name": "x", "variant_of": "y"}, SubjectKind.VARIANT), ({"name": "x", "headquarters": "FR"}, SubjectKind.PROVIDER),
    ({"name": "x"}, SubjectKind.OFFER),
])  # fmt: skip
def test_what_a_subject_is_follows_from_what_is_said_of_it(words, kind):
    assert kind_of([said(value, name) for name, value in words.items()]) is kind


@given(st.lists(STATEMENTS, max_size=10).flatmap(lambda one: st.tuples(st.just(one), st.permutations(one))), st.sampled_from([None, "par"]))
def test_the_order_of_statements_changes_nothing(lists, region):
    one, other = lists
    assert fold(OFFER, one, DAY, region) == fold(OFFER, other, DAY, region)


@given(st.lists(STATEMENTS, max_size=8), STATEMENTS, st.sampled_from([None, "par"]))
def test_another_issuer_never_takes_a_word_away(statements, more, region):
    others = [one for one in statements if one.origin.issuer != more.origin.issuer]
    before, after = fold(OFFER, others, DAY, region), fold(OFFER, [*others, more], DAY, region)
    for name, found in before.cells.items():
        assert set(found.holding) <= set(after.cells[name].holding)
        assert set(found.past) <= set(after.cells[name].past) | {(why, one) for why, one in found.past if one in after.cells[name].holding}


@given(st.lists(STATEMENTS, min_size=1, max_size=8), st.sampled_from([None, "par", "lyo"]))
def test_every_statement_of_the_region_is_somewhere_on_the_sheet_unless_a_nearer_one_stands_for_it(statements, region):
    sheet = fold(OFFER, statements, DAY, region)
    for one in statements:
        found = sheet.cells[one.property]
        here = {*found.holding, *(past for _, past in found.past)}
        nearer = any(other.region == region and other.origin.issuer == one.origin.issuer for other in here)
        assert one in here or (region is not None and (one.region not in (None, region) or nearer))


@given(st.lists(STATEMENTS, min_size=1, max_size=8), st.sampled_from([None, "par"]))
def test_a_value_is_one_that_somebody_holds_and_never_that_of_the_weaker_side(statements, region):
    for found in fold(OFFER, statements, DAY, region).cells.values():
        if found.value is None or found.property.many:
            continue
        saying = [one for one in found.holding if one.value is not None and same(found.property, one.value, found.value)]
        assert saying
        if region is not None:
            best = max(one.strength()[0] for one in found.holding if one.value is not None)
            assert best == max(one.strength()[0] for one in saying)


def test_properties_that_the_law_reads_are_the_facts_of_offers():
    from egide.vocabulary.facts import FACTS, Subject

    assert {one.fact for one in PROPERTIES.values() if one.fact} == {name for name, fact in FACTS.items() if fact.subject is Subject.OFFER}

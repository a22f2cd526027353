"""What a change turns, what it leaves alone, and who is told by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.label.fixtures import answers, complete, paper
from tests.label.shipped_schemes import shipped
from tests.label.world import ON, statement

from egide.label.assess import assess
from egide.label.change import Change, apply_change, read_change
from egide.label.dossier import Access, AccessKind, Base, CatalogueLine, Customer, Dossier, PathState
from egide.label.results import LabelAssessment, Simulation
from egide.label.simulate import affected, simulate
from egide.ownership.holdings import Party, PartyKind
from egide.vocabulary.findings import Answer

SECNUMCLOUD = "secnumcloud-3.2"
SCHEMES = (SECNUMCLOUD, "gaia-x-24.11", "eu-csf-1.2.1")


def change(*steps: str, on: date = date(2026, 12, 1)) -> Change:
    text = f"title: Un changement fictif\non: {on}\nchanges:\n" + "".join(f"  - {step}\n" for step in steps)
    return read_change(text.encode(), "c.yaml")


def put(dossier: Dossier, on: date) -> LabelAssessment:
    return assess(dossier, shipped(SECNUMCLOUD), on)


def simulated(*steps: str, on: date = date(2026, 12, 1), dossier: Dossier | None = None) -> Simulation:
    return simulate(dossier or complete(), change(*steps, on=on), put)


SOLD = ("sale: {holder: associes-fictifs, of: petit-nuage-fictif, to: outre-mer, capital: 24.1, votes: 20, "
        "party: {name: Outre-mer fictif Inc., kind: entity, seat: US, administration: US, establishment: US}}")


def test_a_sale_that_breaks_24_turns_19_6_b_and_says_why() -> None:
    done = simulated(SOLD)
    assert [(one.requirement, one.before, one.after) for one in done.turned] == [("19.6.b", Answer.MET, Answer.NOT_MET)]
    assert any("24" in str(reason.args) for reason in done.turned[0].because)
    assert (done.before.on, done.after.on) == (date(2026, 11, 30), date(2026, 12, 1))


def test_a_sale_that_breaks_nothing_is_still_told_to_the_customers_within_a_month() -> None:
    done = simulated(SOLD.replace("24.1", "24.0"))
    assert done.turned == ()
    assert [(one.rule, one.changed_on, one.by, [each.id for each in one.whom]) for one in done.notices] == [
        ("19.6.f", date(2026, 12, 1), date(2027, 1, 1), ["client-fictif"])]


@pytest.mark.parametrize(("on", "by"), [
    (date(2027, 1, 31), date(2027, 2, 28)), (date(2028, 1, 31), date(2028, 2, 29)), (date(2027, 2, 28), date(2027, 3, 28)),
    (date(2026, 12, 31), date(2027, 1, 31)), (date(2027, 8, 31), date(2027, 9, 30)),
])  # fmt: skip
def test_a_month_is_a_calendar_month_and_ends_with_the_month(on: date, by: date) -> None:
    assert simulated(SOLD, on=on).notices[0].by == by


def test_a_notice_to_nobody_says_that_nobody_is_named() -> None:
    done = simulated(SOLD, dossier=replace(complete(), customers=()))
    assert (done.notices[0].whom, done.notices[0].because.code) == ((), "label.notice.nobody")


def test_everybody_whom_the_dossier_names_is_told() -> None:
    both = (Customer("client-fictif", "Client fictif"), Customer("anssi", "ANSSI", "anssi"))
    assert simulated(SOLD, dossier=replace(complete(), customers=both)).notices[0].whom == both


def test_a_document_that_goes_turns_what_it_covers_and_starts_no_clock() -> None:
    requirement = next(one for one in shipped(SECNUMCLOUD).requirements if not one.computed and one.binding == "mandatory" and one.evidence)
    steps = [f"document_withdrawn: {{document: {requirement.id}-{kind}}}" for kind in sorted(requirement.evidence)]
    done = simulated(*steps)
    assert [one.requirement for one in done.turned] == [requirement.id]
    assert done.notices == ()


def test_a_site_that_leaves_the_union_turns_19_2_b_and_starts_no_clock_of_19_6() -> None:
    done = simulated("site_moved: {facts: [places.storage], from: FR, to: US}")
    assert [(one.requirement, one.after) for one in done.turned] == [("19.2.b", Answer.NOT_MET)]
    assert done.notices == ()


def test_a_supplier_that_is_bought_by_a_third_company_is_one() -> None:
    access = Access("A-2", "support-fictif", "calcul", AccessKind.SUPPORT, PathState.DECLARED)
    done = simulated("bought: {company: support-fictif, by: outre-mer, party: {name: Outre-mer fictif Inc., kind: entity, seat: US}}",
                     dossier=replace(complete(), accesses=(*complete().accesses, access)))
    assert ("19.6.c", Answer.NOT_MET) in {(one.requirement, one.after) for one in done.turned}
    assert done.notices


def test_another_rulebook_is_put_after_the_day_only() -> None:
    other = replace(shipped(SECNUMCLOUD), requirements=tuple(
        replace(one, id="99.1.a") if one.id == "5.1.a" else one for one in shipped(SECNUMCLOUD).requirements))
    done = simulate(complete(), change("scheme: secnumcloud-3.3"), put, lambda dossier, on: assess(dossier, other, on))
    assert [(one.requirement, one.before, one.because[0].code) for one in done.turned] == [
        ("99.1.a", Answer.UNKNOWN, "label.simulate.new")]


def rich(scheme: str) -> Dossier:
    """The complete dossier with enough besides for every kind of step to bite."""
    line = CatalogueLine("socle", "qualified", "3.2", date(2026, 1, 1), date(2028, 1, 1), "catalogue fictif", "primary", ON)
    dossier = complete(scheme)
    assert dossier.register
    buyer = Party("outre-mer", "Outre-mer fictif Inc.", PartyKind.ENTITY, "US", "US", "US")
    register = replace(dossier.register, parties={**dossier.register.parties, buyer.id: buyer})
    shown = replace(statement("contract.law", "FR"), evidence=("E-loi",))
    return replace(
        dossier, register=register, bases=(Base("socle", "Socle", "IaaS", None, line, ("11.*",)),),
        statements={**dossier.statements, "contract.law": (shown,)},
        documents=(*dossier.documents, paper("E-loi", ()), paper("E-iso", (), standard="iso-27001"), paper("E-large", ("9.*",)),
                   paper("E-gaia", ("gaia-x-24.11#P1.*",), outcome="does-not-conform")),
    )  # fmt: skip


STEPS = (
    "sale: {holder: associes-fictifs, of: petit-nuage-fictif, to: outre-mer, capital: 30, votes: 30}",
    "holding: {holder: outre-mer, of: petit-nuage-fictif, capital: 40, votes: 60, dilutes: yes}",
    "power: {holder: outre-mer, of: petit-nuage-fictif, power: veto}",
    "bought: {company: support-fictif, by: outre-mer}",
    "supplier_cut: {supplier: support-fictif}",
    "supplier_added: {id: tiers, name: Tiers fictif, role: supplier, provides: x, seat: US}",
    "moved: {who: petit-nuage-fictif, seat: US}",
    "moved: {who: support-fictif, establishment: US, countries: [US]}",
    "site_moved: {facts: [places.storage, places.support], from: FR, to: US}",
    *(f"facts: {{{name}: null}}" for name in sorted(complete().statements)),
    "document_withdrawn: {document: E-loi}", "document_withdrawn: {document: E-iso}", "document_expired: {document: E-large}",
    "document_withdrawn: {document: E-gaia}",
    "document_added: {id: N-1, title: x, kind: document, assurance: attested, issuer: x, on: 2026-11-01, standard: iso-27001}",
    "document_added: {id: N-1, title: x, kind: document, issuer: x, on: 2026-11-01, covers: ['12.*'], outcome: does-not-conform}",
    "document_added: {id: N-1, title: x, kind: test, issuer: x, on: 2026-11-01, covers: ['gaia-x-24.11#P3.*'], outcome: does-not-conform}",
    "access_added: {id: A-9, source: outre-mer, target: calcul, kind: support}",
    "access_controlled: {access: A-1, control: null}", "access_removed: {access: A-1}",
    "base_replaced: {base: socle}", "qualification: {offer: socle, status: expired}", "qualification: {offer: petit-nuage, status: none}",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
def test_re_assessing_only_what_a_change_touches_is_re_assessing_all(scheme: str) -> None:
    dossier, book, on = rich(scheme), shipped(scheme), date(2026, 12, 1)
    before = answers(assess(dossier, book, on))
    turning = 0
    for step in STEPS:
        one = change(step)
        touched = affected(one, book, dossier)
        after = answers(assess(apply_change(dossier, one), book, on))
        only = {number: after[number] if number in touched else answer for number, answer in before.items()}
        assert only == after, step
        turning += only != before
    assert turning > (5 if scheme == SECNUMCLOUD else 0) or scheme == "eu-csf-1.2.1"


def test_what_a_change_touches_is_less_than_all() -> None:
    book = shipped(SECNUMCLOUD)
    assert affected(change("facts: {contract.law: US}"), book) == {"19.1.c"}
    assert len(affected(change(SOLD), book)) < 40
    assert affected(change("document_withdrawn: {document: E-loi}"), book) == {one.id for one in book.requirements}
    assert affected(change("scheme: x"), book) == {one.id for one in book.requirements}

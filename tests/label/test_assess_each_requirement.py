"""One fixture turns each requirement: from a file in which all is met, one thing taken away makes that requirement fall, and no other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.label.fixtures import complete, finding, put, turned, whole
from tests.label.shipped_schemes import SCHEMES, shipped
from tests.label.world import statement

from egide.label.dossier import AccessKind, Need, PathState, Supplier
from egide.label.results import Stage
from egide.ownership.holdings import Party, PartyKind, Range
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from egide.label.dossier import Dossier

    Turn = Callable[[Dossier], Dossier]

EVIDENCE_SCHEMES = ("secnumcloud-3.2", "gaia-x-24.11")
SHOWN_BY_PAPERS = [
    (scheme, one.id) for scheme in EVIDENCE_SCHEMES for one in shipped(scheme).requirements if not one.computed or one.computed_in_part
]
COMPUTED = [(scheme, one.id) for scheme in SCHEMES for one in shipped(scheme).requirements if one.computed]


def say(**facts: object) -> Turn:
    """The same dossier where these facts are otherwise (``places__storage`` for `places.storage`)."""
    said = {name.replace("__", "."): (statement(name.replace("__", "."), value),) for name, value in facts.items()}
    return lambda dossier: replace(dossier, statements={**dossier.statements, **said})


def seated(country: str) -> Turn:
    """The provider's central administration elsewhere, in what is stated and in the register alike."""

    def turn(dossier: Dossier) -> Dossier:
        register = dossier.register
        parties = {**register.parties, dossier.provider: _elsewhere(register.parties[dossier.provider], country)}
        return say(provider__administration=country)(replace(dossier, register=replace(register, parties=parties)))

    return turn


def _elsewhere(party: Party, country: str) -> Party:
    return Party(party.id, party.name, party.kind, party.seat, country, party.establishment, party.listed, party.identifiers, party.origin)


def third_holder(share: float, country: str = "US") -> Turn:
    """A fund from outside takes that share of the provider from its partners."""

    def turn(dossier: Dossier) -> Dossier:
        register, company = dossier.register, dossier.provider
        whole = next(one for one in register.holdings if one.held == company)
        places = {"seat": country, "administration": country, "establishment": country}
        fund = Party("fonds-fictif-alpha", "Fonds fictif Alpha", PartyKind.FUND, **places, origin=whole.origin)
        parts = [_part(whole, whole.holder, 100.0 - share), _part(whole, fund.id, share)]
        rest = [one for one in register.holdings if one.held != company]
        return replace(dossier, register=replace(register, parties={**register.parties, fund.id: fund}, holdings=[*rest, *parts]))

    return turn


def unnamed_holder(share: float) -> Turn:
    """Somebody whom nobody names has that share."""

    def turn(dossier: Dossier) -> Dossier:
        register = dossier.register
        whole = next(one for one in register.holdings if one.held == dossier.provider)
        nobody = Party("porteur-inconnu", "Porteur inconnu", PartyKind.UNDISCLOSED)
        parts = [_part(whole, whole.holder, 100.0 - share), _part(whole, nobody.id, share)]
        rest = [one for one in register.holdings if one.held != dossier.provider]
        return replace(dossier, register=replace(register, parties={**register.parties, nobody.id: nobody}, holdings=[*rest, *parts]))

    return turn


def _part(holding: object, holder: str, share: float) -> object:
    import msgspec

    return msgspec.structs.replace(holding, holder=holder, capital=Range(share, share), votes=Range(share, share), id=f"{holder}-{share}")


def third_support(dossier: Dossier) -> Dossier:
    """Support comes from a company outside, whose way to the data no tested control cuts."""
    (supplier,), (access,) = dossier.suppliers, dossier.accesses
    away = replace(supplier, id="support-lointain", name="Support lointain fictif Inc.", seat="US", administration="US", establishment="US")
    return replace(dossier, suppliers=(away,), accesses=(replace(access, source=away.id, control=None, control_state=None,
                                                                kind=AccessKind.SUPPORT, state=PathState.DECLARED),))  # fmt: skip


def third_technology(dossier: Dossier) -> Dossier:
    """One function stands on a company from outside alone."""
    away = Supplier("editeur-lointain", "Éditeur lointain fictif Inc.", "licensor", "moteur", None, "US", "US", "US", frozenset(),
                    frozenset({"FR"}))  # fmt: skip
    need = Need("moteur", "Moteur", (("editeur-lointain",),), {"editeur-lointain": 30})
    return replace(dossier, suppliers=(*dossier.suppliers, away), needs=(*dossier.needs, need))


TURNS: dict[tuple[str, str], tuple[Turn, set[str]]] = {
    ("secnumcloud-3.2", "5.3.d"): (say(risks__foreign_laws_listed=False), set()),
    ("secnumcloud-3.2", "5.3.e"): (say(contract__residual_risks_on_request=False), set()),
    ("secnumcloud-3.2", "15.1.a"): (say(suppliers__list_complete=False), {"19.6.c"}),
    ("secnumcloud-3.2", "19.1.c"): (say(contract__law="CH"), set()),
    ("secnumcloud-3.2", "19.1.g"): (say(contract__termination_without_penalty=False), set()),
    ("secnumcloud-3.2", "19.1.h"): (say(contract__reversibility_covers_all_data=False), set()),
    ("secnumcloud-3.2", "19.1.i"): (say(contract__reversibility_way="none"), set()),
    ("secnumcloud-3.2", "19.1.n"): (say(contract__remote_access_stated=False), set()),
    ("secnumcloud-3.2", "19.2.a"): (say(places__documented=False), set()),
    ("secnumcloud-3.2", "19.2.b"): (say(places__storage=frozenset({"FR", "NO"})), set()),
    ("secnumcloud-3.2", "19.2.c"): (say(places__supervision=frozenset({"IN"})), set()),
    ("secnumcloud-3.2", "19.2.d"): (say(places__technical_data=frozenset({"US"})), set()),
    ("secnumcloud-3.2", "19.2.e"): (say(places__support=frozenset({"IN"}), support__controlled=False), set()),
    ("secnumcloud-3.2", "19.4.a"): (say(contract__erasure_notice_days=20), set()),
    ("secnumcloud-3.2", "19.6.a"): (seated("CH"), set()),
    ("secnumcloud-3.2", "19.6.b"): (third_holder(24.1), set()),
    ("secnumcloud-3.2", "19.6.c"): (third_support, {"5.3.d", "19.6.d"}),
    ("secnumcloud-3.2", "19.6.d"): (third_technology, {"5.3.d"}),
    ("secnumcloud-3.2", "19.6.f"): (say(contract__change_notice_days=45), set()),
    ("secnumcloud-3.2", "annex-2.c"): (say(contract__says_qualified=False), set()),
    ("gaia-x-24.11", "P5.1.2"): (say(places__storage=frozenset({"CH"})), set()),
    ("gaia-x-24.11", "P5.1.3"): (say(risks__foreign_laws_listed=False), set()),
    ("gaia-x-24.11", "P5.1.4"): (seated("CH"), set()),
    ("gaia-x-24.11", "P5.1.5"): (third_holder(60.0), set()),
    ("gaia-x-24.11", "P5.1.6"): (third_support, {"P5.1.3"}),
    ("cada-proposal", "1.establishment"): (seated("CH"), set()),
    ("cada-proposal", "2.data"): (say(places__storage=frozenset({"US"})), set()),
    ("cada-proposal", "2.holders"): (unnamed_holder(6.0), set()),
    # nobody says who stands behind the fund that takes it over
    ("cada-proposal", "3.control"): (third_holder(60.0), {"4.control", "2.holders"}),
    ("cada-proposal", "4.control"): (third_holder(60.0), {"3.control", "2.holders"}),
    ("eucs-draft", "eucs.location"): (say(places__storage=frozenset({"US"})), set()),
}
"""For each computed requirement what turns it, and what else is computed from the same."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_file_in_which_all_is_shown_meets_every_requirement(scheme: str) -> None:
    assessment = whole(scheme)
    assert {one.id for one in assessment.findings if one.answer is not Answer.MET} == set()


@pytest.mark.parametrize(("scheme", "requirement"), SHOWN_BY_PAPERS)
def test_taking_away_its_evidence_turns_that_requirement_and_no_other(scheme: str, requirement: str) -> None:
    dossier = complete(scheme)
    without = replace(dossier, documents=tuple(one for one in dossier.documents if one.covers != (f"{scheme}#{requirement}",)))
    before, after = whole(scheme), put(without, scheme)
    assert turned(before, after) == {requirement}
    fallen = finding(after, requirement)
    assert fallen.answer is Answer.UNKNOWN
    assert fallen.stage is Stage.NOTHING
    assert {one.kind for one in fallen.missing if one.kind} == shipped(scheme).by_id[requirement].evidence


@pytest.mark.parametrize(("scheme", "requirement"), COMPUTED)
def test_one_fact_turns_what_is_computed_from_it_and_nothing_else(scheme: str, requirement: str) -> None:
    turn, alike = TURNS[scheme, requirement]
    dossier = complete(scheme)
    before, after = whole(scheme), put(turn(dossier), scheme)
    assert finding(after, requirement).answer is not Answer.MET
    assert turned(before, after) == {requirement} | alike
    assert finding(after, requirement).because

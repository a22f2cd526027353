"""What is written as a folder reads back as it was; what cannot be written is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from tests.label import world
from tests.label.dossier_cases import written_by_hand
from tests.label.oscal_cases import dossiers
from tests.label.test_oscal_example import below, found

from egide.app.law import scheme
from egide.label.assess import assess
from egide.label.dossier import Access, AccessKind, CatalogueLine, Component, Dossier, PathState, Supplier
from egide.label.dossier_writing import OFFER, write_dossier
from egide.label.loss import losses
from egide.label.oscal import read_oscal, write_oscal
from egide.label.reading import Given, read_dossier, references
from egide.ownership.holdings import Holding, Origin, Party, PartyKind, Range, Register
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def read_folder(files: Mapping[str, bytes], like: Dossier, at: str = "") -> Dossier:
    """The folder as a door would read it, with the documents and the catalogue of whoever made the dossier."""
    content = files[at + OFFER]
    under = next((base.dossier for base in like.bases if base.dossier), like)
    bases = {name: read_folder(files, under, at + name.removesuffix(OFFER)) for name in references(content, OFFER).bases}
    lines = {line.offer: line for line in (like.line, *(base.line for base in like.bases)) if line}
    here = {name.removeprefix(at): each for name, each in files.items() if name.startswith(at)}
    return read_dossier(content, OFFER, Given(here, found(like), bases, lines))


def same(one: Dossier, other: Dossier) -> bool:
    if list(losses(one, other, OFFER)):
        return False
    under = [(first.dossier, second.dossier) for first, second in zip(one.bases, other.bases, strict=True)]
    return all(first is second is None or (first and second and same(first, second)) for first, second in under)


@pytest.mark.parametrize("dossier", [world.worked, world.rival])
def test_the_worked_providers_read_back_as_they_were(dossier: object) -> None:
    one: Dossier = dossier()  # type: ignore[operator]
    folder = write_dossier(one)
    assert folder.problems == ()
    again = read_folder(folder, one)
    plain = {"digest": "", "problems": (), "register": None, "bases": ()}
    assert replace(again, **plain) == replace(one, **plain)
    assert same(one, again)


@SETTINGS
@given(dossier=written_by_hand())
def test_what_people_can_write_is_written_and_read_back_as_it_was(dossier: Dossier) -> None:
    folder = write_dossier(dossier)
    assert [one for one in folder.problems if one.rejected] == []
    assert same(dossier, read_folder(folder, dossier))


@SETTINGS
@given(dossier=dossiers(1))
def test_what_cannot_be_written_is_never_dropped_in_silence(dossier: Dossier) -> None:
    folder = write_dossier(dossier)
    try:
        again = read_folder(folder, dossier)
    except InputError:
        assert folder.problems
        return
    assert folder.problems or same(dossier, again)


def test_writing_what_was_read_gives_the_same_bytes() -> None:
    one = world.worked()
    folder = write_dossier(one)
    assert write_dossier(read_folder(folder, one)) == folder


def test_a_supplier_in_a_role_that_is_none_of_ours_stands_as_a_comment_with_what_named_it() -> None:
    vendor = Supplier("vendeur-fictif", "Vendeur fictif", "vendor", "logiciel")
    runs = Component("moteur", "Moteur", "vendeur-fictif")
    one = world.small(suppliers=(vendor,), components=(runs,), accesses=(), needs=())
    folder = write_dossier(one)
    assert [problem.at.path for problem in folder.problems] == ["$.suppliers[0].role", "$.components[0].operated_by", None]
    again = read_folder(folder, one)
    assert (again.suppliers, again.components) == ((), ())
    said = folder[OFFER].decode()
    assert "# - id: vendeur-fictif" in said
    assert "#   role: vendor" in said
    assert "# - id: moteur" in said


def test_a_plan_of_others_is_written_to_be_completed_and_says_where() -> None:
    """Others say neither of which kind an offer is nor who provides it."""
    one = Dossier("offre-fictive", "Offre fictive", "", "", (), "tout", components=(Component("c-1", "Portail fictif", ""),))
    folder = write_dossier(one)
    paths = [problem.at.path for problem in folder.problems]
    assert paths == ["$.offer.provider", "$.offer.provider_name", "$.offer.kinds", "$.components[0].operated_by", None]
    with pytest.raises(InputError, match=r"offer"):
        read_folder(folder, one)
    said = folder[OFFER].decode()
    for empty, filled in {"provider: ''": "provider: p", "provider_name: ''": "provider_name: P", "kinds: []": "kinds: [SaaS]"}.items():
        said = said.replace(empty, filled)
    assert read_folder({OFFER: said.encode()}, one).name == "Offre fictive"


def test_a_control_that_no_document_tried_is_not_taken_for_tested_and_that_is_said() -> None:
    one = world.small()
    folder = write_dossier(one)
    assert [problem.at.path for problem in folder.problems] == ["$.accesses[0]"]


def test_what_a_record_showed_stays_tested() -> None:
    way = Access("acces/bastion.csv:3", "support-fictif", "calcul", AccessKind.SUPPORT, PathState.DECLARED, "session à deux",
                 PathState.TESTED, origin="acces/bastion.csv:3, 4", on=date(2026, 9, 1))  # fmt: skip
    one = world.small(accesses=(way,))
    folder = write_dossier(one)
    assert folder.problems == ()
    assert read_folder(folder, one).accesses == (way,)


def test_no_cell_becomes_a_formula() -> None:
    way = Access("iam.csv:2", "support-fictif", "calcul", AccessKind.SUPPORT, PathState.DECLARED, "=HYPERLINK(1)", PathState.DECLARED,
                 origin="iam.csv:2")  # fmt: skip
    origin = Origin("greffe fictif", None, "statuts")
    held = Register({"+a": Party("+a", "+a", PartyKind.ENTITY)}, [
        Holding("+a", "petit-nuage-fictif", Range(1.0, 1.0), None, origin, id="c.csv:2")])  # fmt: skip
    files = write_dossier(world.small(accesses=(way,), register=held))
    assert not [name for name in files if name.endswith(".csv")]


@pytest.mark.parametrize("name", ["../x.csv:2", "/x.csv:2", "C:/x.csv:2", "a/../../x.csv:2"])
def test_no_file_is_written_outside_the_folder(name: str) -> None:
    way = Access(name, "support-fictif", "calcul", AccessKind.SUPPORT, PathState.DECLARED, origin=name)
    held = Register({"a": Party("a", "a", PartyKind.ENTITY)}, [
        Holding("a", "petit-nuage-fictif", Range(1.0, 1.0), None, Origin(name, None, name), id=name)])
    assert set(write_dossier(world.small(accesses=(way,), register=held))) == {OFFER, "register.json"}


def test_a_catalogue_line_is_looked_up_again_and_that_is_said() -> None:
    line = CatalogueLine("petit-nuage", "qualified", "3.2", None, None, "catalogue fictif", "primary", date(2026, 1, 1))
    folder = write_dossier(world.small(accesses=(), line=line))
    assert [(problem.args["name"], problem.rejected) for problem in folder.problems] == [("petit-nuage", False)]
    assert read_folder(folder, world.small(line=line)).line == line


@pytest.mark.parametrize("at_hand", [True, False])
def test_a_dossier_that_comes_by_oscal_loses_nothing_in_a_folder_whether_its_documents_are_at_hand_or_not(at_hand: bool) -> None:
    assessment = assess(world.worked(), scheme("secnumcloud-3.2"), world.ON)
    files = write_oscal(assessment)
    read = read_oscal(files, found(assessment.dossier), below(assessment.dossier)) if at_hand else read_oscal(files)
    assert read.dossier is not None
    folder = write_dossier(read.dossier)
    assert folder.problems == ()
    assert same(assessment.dossier, read_folder(folder, assessment.dossier))

"""Equivalents with a database beside the list: what others state of their offers counts, for what it says and no more."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.app.bringing import NOW, credential, how, subject

from egide.app.catalogue.equivalents import UnknownServiceError, equivalents, find
from egide.app.database import open_database
from egide.app.intake.sources import sources
from egide.app.intake.taking import take_in

PRICES = """fournisseur;code;catégorie;vCPU;RAM (Go);prix horaire HT (€);date
Nuage Fictif;petite;machine;2;8;0,0512;2026-10-01
"""


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An offer that says it stores objects, one that says it connects, and a price of a machine."""
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jwt").write_text(credential(1, said={"type": "gx:ObjectStorageServiceOffering"}))
    (folder / "b.jwt").write_text(credential(2, said={"type": "gx:ConnectivityServiceOffering"}))
    (folder / "p.csv").write_text(PRICES)
    path = str(tmp_path / "catalogue.db")
    with open_database(path) as store:
        report = take_in(sources([folder]), store, how(), NOW.date())
        assert report.taken == 3, report
    return path


def test_an_offer_of_a_database_is_in_it_for_what_it_states(db: str) -> None:
    made, names = equivalents(["AWS S3", "Amazon EC2", "Amazon VPC"], date(2026, 11, 23), db)
    store, machines, network = made.replaced
    stated = {one.offer.id: one for one in store.candidates}
    assert names[subject(1)] == "Offre fictive 1"
    assert stated[subject(1)].parts[0].open == ("s3-api", "s3-whole")  # object storage, and nothing more is said
    assert stated[subject(1)].parts[0].cover
    assert stated[subject(1)].qualified is None
    assert not any("petite" in one.offer.id for one in machines.candidates)  # a size is not an offer
    assert [one.offer.id for one in network.candidates if one.parts[0].cover and one.parts[0].cover.loose] == [subject(2)]


def test_without_a_database_the_list_alone_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path))
    made, _ = equivalents(["AWS S3"], date(2026, 11, 23))
    assert {one.offer.id for one in made.replaced[0].candidates} == {
        "cloud-temple-iaas", "numspot", "outscale", "ovh-public-cloud", "scaleway", "clever-cloud",
    }  # fmt: skip
    assert not (tmp_path / "cache").exists()  # no index is made for it


def test_the_day_decides_what_is_qualified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path))
    status = {}
    for day in (date(2026, 11, 23), date(2028, 12, 1)):
        made, _ = equivalents(["VMware Cloud on AWS"], day)
        status[day.year] = {one.offer.id: one.qualified for one in made.replaced[0].candidates}
    assert status[2026]["cloud-temple-iaas"] is True
    assert status[2028]["cloud-temple-iaas"] is False


@pytest.mark.parametrize(("name", "near"), [
    ("AWS S33", "Amazon S3"), ("Exchnage", "Exchange Online"), ("équipes Microsoft teams", "Teams"),
])  # fmt: skip
def test_a_name_that_is_not_known_is_refused_with_near_ones(name: str, near: str) -> None:
    with pytest.raises(UnknownServiceError) as refused:
        find(name)
    assert near in str(refused.value.values["near"])

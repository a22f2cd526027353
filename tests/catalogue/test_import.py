"""A newer list is read from any CSV, reported before it is accepted, and never loses history."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.catalogue import Change, differences, dump, facts_on, merge, read_catalogue, read_import, shipped
from egide.vocabulary.errors import InputError
from egide.vocabulary.offers import Catalogue

from .world import AS_OF, catalogue, line, offer, region

TITLES = "provider,service,kind,qualified_from,qualified_to,anssi_decision,status,note\n"
DAY = date(2026, 10, 15)
NAME = "liste-2026-10-15.csv"


def known() -> Catalogue:
    return catalogue(
        offer(line(regions=("souveraine",), framework="3.2"), regions=(region("souveraine", "FR"), region("ordinaire", "FR"))),
        offer(line(None, None, None, "in-progress"), name="nuage-en-cours-fictif"),
    )


def imported(rows: str, name: str = NAME) -> Catalogue:
    return merge(known(), read_import((TITLES + rows).encode(), name))


SAME = "Fournisseur fictif,Nuage Fictif,IaaS,2024-01-01,2027-01-01,1,qualified,\n"
COMING = "Fournisseur fictif,Nuage En Cours Fictif,,,,,in_progress,\n"


def test_the_same_list_read_again_changes_nothing() -> None:
    assert not differences(known(), imported(SAME + COMING))


def test_a_list_that_is_silent_on_regions_and_version_takes_nothing_away() -> None:
    newest = imported(SAME).by_id["nuage-fictif"].qualifications[-1]
    assert newest.regions == ("souveraine",)
    assert newest.framework == "3.2"


def test_a_renewal_is_added_beside_the_old_line_and_keeps_to_its_regions() -> None:
    new = imported(SAME + "Fournisseur fictif,Nuage Fictif,IaaS,2027-01-02,2030-01-01,77,qualified,\n" + COMING)
    report = differences(known(), new)
    assert [(change.change, change.offer) for change in report.changes] == [(Change.ADDED, "nuage-fictif")]
    one = new.by_id["nuage-fictif"]
    assert facts_on(one, "souveraine", date(2028, 1, 1), new)["offer.qualification"].value == "qualified"
    assert facts_on(one, "souveraine", date(2028, 1, 1), new)["offer.framework"].value is None
    assert facts_on(one, "ordinaire", date(2028, 1, 1), new)["offer.qualification"].value == "none"


@pytest.mark.parametrize(("rows", "change"), [
    (SAME.replace("2027-01-01", "2026-12-01") + COMING, Change.DATES),
    (COMING, Change.GONE),
    (SAME + COMING.replace("in_progress", "qualified").replace(",,,,", ",,2026-10-01,2029-10-01,5,").replace(",5,,", ",5,"), Change.STATUS),
    (SAME + COMING + "Autre fournisseur fictif,Autre service fictif,SaaS,2026-10-01,2029-10-01,8,qualified,\n", Change.OFFER),
])
def test_the_report_names_each_change(rows: str, change: Change) -> None:
    report = differences(known(), imported(rows))
    assert change in [one.change for one in report.changes]
    for one in report.changes:
        assert all("{" + name + "}" in one.message or name in ("status", "start", "end", "decision", "offer") for name in one.args)


def test_a_line_that_vanished_is_unknown_from_the_new_day_and_kept_before_it() -> None:
    new = imported(COMING)
    one = new.by_id["nuage-fictif"]
    assert facts_on(one, "souveraine", AS_OF, new)["offer.qualification"].value == "qualified"
    assert facts_on(one, "souveraine", DAY, new)["offer.qualification"].value is None


def test_an_ended_line_that_is_no_longer_listed_is_reported_as_ended() -> None:
    report = differences(known(), imported(COMING, "liste-2027-02-01.csv"))
    assert [one.change for one in report.changes] == [Change.ENDED]


def test_an_offer_unknown_to_us_is_added_with_nothing_but_its_line() -> None:
    new = imported("Autre fournisseur fictif,Autre service fictif,SaaS,2026-10-01,2029-10-01,8,qualified,\n")
    [added] = differences(known(), new).new_offers
    assert set(facts_on(new.by_id[added], None, DAY, new)) == {"offer.qualification", "offer.qualified_to", "offer.framework"}


def test_what_is_accepted_can_be_stored() -> None:
    new = imported(SAME + COMING + "Autre,Nuage Fictif,SaaS,2026-10-01,2029-10-01,8,qualified,\n")
    assert read_catalogue({"mine.yaml": dump(new)}) == new


def test_an_older_list_adds_history_and_leaves_today_alone() -> None:
    new = imported(SAME, "liste-2026-03-01.csv")
    assert new.as_of == AS_OF
    assert facts_on(new.by_id["nuage-fictif"], "ordinaire", date(2026, 3, 1), new)["offer.qualification"].value == "none"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_separator_and_encoding_is_read(encoding: str, separator: str) -> None:
    text = ("Prestataire,Service,Type,Date de qualification,Date de fin de validité,Numéro de décision,Statut\n"
            "Société fictive,Hébergement à façon,IaaS,1er août 2026,31/07/2029,42,qualifié\n")
    found = read_import(text.replace(",", separator).encode(encoding), NAME)
    [one] = found.lines
    assert (one.provider, one.service) == ("Société fictive", "Hébergement à façon")
    assert (one.start, one.end) == (date(2026, 8, 1), date(2029, 7, 31))
    assert not found.problems


@pytest.mark.parametrize(("row", "column", "rejected"), [
    ("Fictif,S,IaaS,le 3,2027-01-01,1,qualified,", "qualified_from", False),
    ("Fictif,S,IaaS,2027-01-02,2027-01-01,1,qualified,", "qualified_to", True),
    ("Fictif,S,IaaS,2024-01-01,2027-01-01,1,presque,", "status", True),
    ("Fictif,S,IaaS,2024-01-01,2027-01-01,1,,", "status", True),
    (",S,IaaS,2024-01-01,2027-01-01,1,qualified,", "provider", True),
])
def test_a_bad_row_is_a_problem_with_its_place_and_the_good_ones_go_on(row: str, column: str, rejected: bool) -> None:
    found = read_import((TITLES + row + "\n" + SAME).encode(), NAME)
    [problem] = found.problems
    assert (problem.at.row, problem.at.column, problem.rejected) == (2, column, rejected)
    assert len(found.lines) == (1 if rejected else 2)


@pytest.mark.parametrize(("content", "name"), [
    (b"", NAME), (b"\xff\xfe\x00", NAME), (TITLES.encode(), NAME), (b"a,b\n1,2\n", NAME),
    ((TITLES + SAME).encode(), "sans-date.csv"), ((TITLES + SAME).encode(), "liste-2026-13-45.csv"),
    ((TITLES + SAME * 6000).encode(), NAME), (TITLES.encode() + b'"' + b"x" * 200_000, NAME),
])
def test_a_file_out_of_which_no_list_can_be_read_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(InputError):
        read_import(content, name)


def test_the_day_can_be_given() -> None:
    assert read_import((TITLES + SAME).encode(), "sans-date.csv", as_of=DAY).as_of == DAY


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_content_whatever_crashes_the_reader(content: bytes) -> None:
    try:
        read_import(TITLES.encode() + content, NAME)
        read_import(content, NAME)
    except InputError:
        pass


def test_importing_into_the_shipped_catalogue_finds_the_offers_by_their_names() -> None:
    rows = ("Outscale,IaaS Cloud on Demand,IaaS,2026-11-30,2029-11-30,4001,qualified,\n"
            "Whaller,?,SaaS,2025-02-01,2028-02-01,4002,qualified,\n")
    new = merge(shipped(), read_import((TITLES + rows).encode(), NAME))
    assert differences(shipped(), new).new_offers == ()
    on = date(2027, 6, 1)
    assert facts_on(new.by_id["outscale"], "cloudgouv-eu-west-1", on, new)["offer.qualification"].value == "qualified"
    assert facts_on(new.by_id["outscale"], "eu-west-2", on, new)["offer.qualification"].value == "none"
    assert facts_on(new.by_id["whaller"], None, on, new)["offer.qualification"].value == "qualified"

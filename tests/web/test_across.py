"""Several bodies side by side, and whom a qualification won or lost would touch: held against judging each again by hand."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from typing import TYPE_CHECKING

import pytest

from egide.accounts import people
from egide.accounts.roles import Role
from egide.app.portfolio import assess
from egide.app.portfolio.supposing import Event, supposed, touched
from egide.catalogue.standing import standing

from .conftest import ON, PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import World


def test_one_sees_the_bodies_where_one_has_a_role_and_no_others(world: World, workbook: bytes) -> None:
    with world.store.write() as tx:
        both = people.add_person(tx, "deux-organismes", "Deux Organismes", PASSWORD).number
        people.grant(tx, "un", both, [Role.VIEWER])
        people.grant(tx, "deux", both, [Role.VIEWER])
    for login, body in (("auteur", "un"), ("autre", "deux")):
        with world.browser(login) as browser:
            browser.get(f"/b/{body}/portfolio")
            browser.send(f"/b/{body}/files", files={"file": ("portefeuille.xlsx", workbook)})
    with world.browser("deux-organismes") as browser:
        page = browser.get("/across").text
        assert "exemple un" in page
        assert "exemple deux" in page
        assert "82 services in all" in page
        offer = re.search(r'<option value="(outscale[^"]*)"', page)
        assert offer
        shown = browser.get(f"/across?offer={offer[1]}&event=loses&on=2027-01-15").text
        assert "No verdict and no deadline would change, and no clock would start." in shown  # it had ended on 30 November 2026
        for said in ("Notices and steps, in that order", "The agreement says that it is qualified", "Letters"):
            assert said in shown
        bundles = re.findall(r'href="(/b/(?:un|deux)/papers/loss.zip[^"]+)"', shown)
        assert len(bundles) == 2
        files = zipfile.ZipFile(io.BytesIO(browser.client.get(unescape(bundles[0])).content)).namelist()
        assert "loss.ics" in files
        assert {name.rsplit(".", 1)[1] for name in files} == {"html", "json", "ics", "docx", "odt"}
        nothing = re.search(r'<option value="(aws[^"]*)"', page)
        assert nothing
        assert "holds no qualification" in browser.get(f"/across?offer={nothing[1]}&event=loses&on=2027-01-15").text
        assert browser.get("/across?offer=absente&event=loses").status_code == 400
    with world.browser("lecteur") as browser:
        assert browser.client.get(unescape(bundles[1]).replace("/b/un/", "/b/deux/")).status_code == 404
        assert "exemple deux" not in browser.get("/across").text


@pytest.mark.parametrize("event", list(Event))
def test_what_is_supposed_of_an_offer_changes_its_standing_and_no_others(event: Event) -> None:
    known = assess.catalogue()
    for offer in known.offers[:20]:
        after = supposed(known, offer.id, event, ON)
        for other in known.offers:
            regions = [region.id for region in other.regions] or [None]
            for region in regions:
                before, now = (standing(one.by_id[other.id], region, ON, one.readings).status for one in (known, after))
                if other.id != offer.id:
                    assert before == now
                elif event is Event.QUALIFIES:
                    assert now == "qualified"
                else:
                    assert now != "qualified"


def test_a_loss_touches_only_services_on_that_offer_or_on_what_stands_on_it(workbook: bytes, tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    path.write_bytes(workbook)
    run = assess.assess([path], ON)
    assert touched(run, run.catalogue) == []
    some = 0
    for offer in [one for one in run.catalogue.offers if one.qualifications][::4]:
        standing_on = {offer.id} | {one.id for one in run.catalogue.offers if offer.id in one.built_on}
        for one in touched(run, supposed(run.catalogue, offer.id, Event.LOSES, ON)):
            some += 1
            assert standing_on & {hosting.hosting.offer for hosting in one.before.hostings}
    assert some

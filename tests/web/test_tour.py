"""The tour on invented data: it works as anybody's own, touches no other body, and is removed without a trace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from egide.app.site.tour import of_bodies

if TYPE_CHECKING:
    from .conftest import World


def _rows(world: World, body: str) -> int:
    with world.store.read() as tx:
        return sum(tx.execute(select(func.count()).select_from(one).where(one.c.body == body)).scalar_one() for one in of_bodies())


def test_a_tour_begins_with_one_press_shows_every_room_and_goes_without_a_trace(world: World) -> None:
    with world.browser("auteur") as browser, world.browser("autre") as other:
        assert "Try with invented data" in browser.get("/b/un/portfolio").text
        page = browser.send("/tour")
        here = page.url.path.removesuffix("/tour")
        assert re.fullmatch(r"/b/essai-[a-z0-9]+", here)
        for said in ("DONNÉES INVENTÉES", "/questions", "/label/", "Remove the invented data"):
            assert said in page.text
        assert "41 services" in browser.get(f"{here}/portfolio").text
        dossier = re.search(rf"{here}/label/[\w-]+", page.text)
        assert dossier
        evidence = browser.get(f"{dossier[0]}/evidence").text
        found = re.search(r'name="path" value="([^"]+)"><input type="hidden" name="digest" value="([0-9a-f]+)"', evidence)
        assert found
        path, digest = found.groups()
        reviewed = browser.send(f"{dossier[0]}/reviews", {"path": path, "digest": digest, "state": "reviewed"})
        assert reviewed.status_code == 200, reviewed.text  # nobody whom the visitor is brought it
        assert browser.send("/tour").url.path == f"{here}/tour"  # one tour for a person
        other.get("/b/deux/portfolio")
        assert other.get(f"{here}/tour").status_code == 404
        body, before = here.removeprefix("/b/"), _rows(world, "un")
        assert _rows(world, body) > 5
        assert other.send(f"{here}/tour/remove").status_code == 404
        browser.get(f"{here}/tour")
        assert browser.send(f"{here}/tour/remove").url.path == "/b/un/portfolio"
        assert _rows(world, body) == 0
        assert _rows(world, "un") == before
        assert browser.get(f"{here}/portfolio").status_code == 404


def test_a_real_body_has_no_tour_to_remove(world: World) -> None:
    with world.browser("auteur") as browser:
        browser.get("/b/un/portfolio")
        assert browser.get("/b/un/tour").status_code == 404
        assert browser.send("/b/un/tour/remove").status_code == 404
        with world.store.read() as tx, pytest.raises(ValueError, match="real body"):
            from egide.accounts import people

            world.site.tour.remove(1, people.body(tx, "un"))

"""The State's design system beside the site: taken from a folder, held to its digests, under the strict policy; nothing of it is ours."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from egide.app.site import design as designing
from egide.app.site.design import PACKAGE, STYLES, TRIED, design_in
from egide.vocabulary.errors import InputError
from egide.web.application import application

from .conftest import BASE

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import World


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder laid out as the package is, of another version than those that were tried."""
    described(tmp_path, PACKAGE, "1.99.0")
    for name in (*STYLES, "fonts/Lettres-Bold.woff2", "icons/system/x.svg", "core/other.css"):
        path = tmp_path / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"/* {name} */")
    return tmp_path


def described(folder: Path, name: Any, version: Any) -> None:
    (folder / "package.json").write_text(json.dumps({"name": name, "version": version}))


def test_pages_take_its_style_from_the_site_itself_and_the_policy_stays_strict(world: World, package: Path) -> None:
    design = design_in(package, "Ministère|de l’Exemple <i>")
    app = application(replace(world.site, design=design), ("egide.test",))
    with TestClient(app, base_url=BASE) as client:
        page = client.get("/login")
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert page.headers["content-security-policy"].endswith("font-src 'self'")
        assert "Ministère<br>de l’Exemple &lt;i&gt;" in page.text
        for address in design.styles:
            assert f'href="{address}"' in page.text
            assert client.get(address).headers["content-type"].startswith("text/css")
        at = design.styles[0].partition("core/")[0]
        assert client.get(f"{at}fonts/Lettres-Bold.woff2").headers["content-type"] == "font/woff2"
        assert client.get(f"{at}icons/system/x.svg").headers["content-type"] == "image/svg+xml"
        (package / "dist" / "icons" / "lien.svg").symlink_to(package / "package.json")
        for path in ("core/other.css", "package.json", "fonts/../../package.json", "fonts/absent.woff2", "icons/lien.svg"):
            assert client.get(f"{at}{path}").status_code == 404, path
        assert client.get(design.styles[0].replace(design.digest, "0" * 16)).status_code == 404


def test_without_one_nothing_of_it_is_there(world: World) -> None:
    with TestClient(world.app, base_url=BASE) as client:
        page = client.get("/login")
        assert "font-src" not in page.headers["content-security-policy"]
        assert "/design/" not in page.text
        assert "fr-" not in page.text
        assert client.get(f"/design/{'0' * 16}/{STYLES[0]}").status_code == 404


@pytest.mark.parametrize(("name", "version"), [("@ailleurs/dsfr", "1.15.3"), (PACKAGE, "2.0.0"), (PACKAGE, None), (None, "1.0.0")])
def test_another_package_or_major_version_is_refused(package: Path, name: Any, version: Any) -> None:
    described(package, name, version)
    with pytest.raises(InputError):
        design_in(package)


def test_an_altered_style_of_a_version_that_was_tried_is_refused(package: Path) -> None:
    described(package, PACKAGE, next(iter(TRIED)))
    with pytest.raises(InputError, match="altered"):
        design_in(package / "dist")


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    for content in (None, "{", "[]", "{}"):
        if content is not None:
            (tmp_path / "package.json").write_text(content)
        with pytest.raises(InputError):
            design_in(tmp_path)


def test_a_version_that_was_not_tried_says_so(package: Path) -> None:
    assert not design_in(package).tried
    assert set(TRIED) == {"1.15.3"}
    assert set(TRIED["1.15.3"]) == set(designing.STYLES)

"""A whole site in this process, with people in two bodies who must not see each other's."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from egide.accounts import people
from egide.accounts.entry import begin_session
from egide.accounts.roles import Role
from egide.accounts.tables import PEOPLE
from egide.app.database import rooms
from egide.app.portfolio.portfolios import Portfolios
from egide.store import open_store
from egide.web.application import application
from egide.web.site import Site

if TYPE_CHECKING:
    import httpx

    from egide.store.connection import Store

EXAMPLES = Path(__file__).parents[2] / "examples"
BASE = "http://egide.test"
ON = date(2026, 11, 23)
PASSWORD = "douze signes au moins"  # noqa: S105 - of nobody
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
KEY = re.compile(r'name="form_key" value="([^"]+)"')


@dataclass
class Browser:
    """Somebody at a browser: keeps cookies, sends the forms of the page seen last."""

    client: TestClient[Any]
    seen: str = ""

    def get(self, path: str, **options: Any) -> httpx.Response:
        answer = self.client.get(path, **options)
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.seen = answer.text
        return answer

    def send(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        token, key = TOKEN.search(self.seen), KEY.search(self.seen)
        whence = {"Sec-Fetch-Site": "same-origin", **options.pop("headers", {})}
        data = {"form_token": token[1] if token else "", "form_key": key[1] if key else "", **(fields or {})}
        answer = self.client.post(path, data=data, headers=whence, **options)
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.seen = answer.text
        return answer


@dataclass(frozen=True)
class World:
    """A site, its database, and how to come to it."""

    store: Store
    site: Site
    app: Any

    @contextmanager
    def browser(self, login: str | None = None, lang: str = "en") -> Iterator[Browser]:
        with TestClient(self.app, base_url=BASE) as client:
            client.headers["Accept-Language"] = lang
            opened = Browser(client)
            if login is not None:
                with self.store.write() as tx:
                    number = tx.execute(select(PEOPLE.c.number).where(PEOPLE.c.login == login)).scalar_one()
                    client.cookies.set("egide_session", begin_session(tx, number))
            yield opened


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two bodies; in the first an author who administers, a viewer and an evaluator, in the second an author."""
    db = str(tmp_path_factory.mktemp("site") / "egide.db")
    with open_store(db, rooms()) as store:
        with store.write() as tx:
            people.add_body(tx, "un", "Organisme d’exemple un", "DIFFUSION LIMITÉE")
            people.add_body(tx, "deux", "Organisme d’exemple deux")
            for login, body, roles in (
                ("auteur", "un", (Role.AUTHOR, Role.ADMINISTRATOR)), ("lecteur", "un", (Role.VIEWER,)),
                ("evaluateur", "un", (Role.EVALUATOR,)), ("autre", "deux", (Role.AUTHOR, Role.ADMINISTRATOR)),
            ):  # fmt: skip
                people.grant(tx, body, people.add_person(tx, login, login.title(), PASSWORD).number, roles)
        site = Site(store, Portfolios(store, lambda: ON), lambda: ON, BASE, db)
        yield World(store, site, application(site, ("egide.test",)))


@pytest.fixture
def workbook() -> bytes:
    return (EXAMPLES / "portefeuille.xlsx").read_bytes()


@pytest.fixture(scope="session")
def dossier_zip() -> bytes:
    """The example's folder as a zip, below a folder of its own."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((EXAMPLES / "fournisseur").rglob("*")):
            if path.is_file():
                archive.write(path, Path("fournisseur") / path.relative_to(EXAMPLES / "fournisseur"))
    return held.getvalue()


@pytest.fixture
def author(world: World) -> Iterator[Browser]:
    with world.browser("auteur") as browser:
        yield browser


Make = Callable[[str], Browser]

"""A tour on invented data: a body of its own, full of what the examples hold, apart from every real one and removed without a trace.

Its files, dossier and work are brought by nobody, so that the visitor may judge the evidence; signing stays for yet another person.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete

from egide.accounts import people
from egide.accounts.entry import Caller
from egide.accounts.people import Person
from egide.accounts.roles import Role
from egide.accounts.secrets import draw
from egide.accounts.tables import BODIES
from egide.accounts.trail import note
from egide.app.portfolio.portfolios import NOBODY
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from sqlalchemy import Table

    from egide.accounts.people import BodyOf
    from egide.app.label.dossiers import Dossiers
    from egide.app.portfolio.portfolios import Portfolios
    from egide.app.site.works import Works
    from egide.store.connection import Store
    from egide.store.transaction import Transaction

FOLDER, PREFIX, MARK = "examples", "essai-", "DONNÉES INVENTÉES"
MINISTRY, AGENCY = N_("Invented ministry"), N_("Invented agency")
VISITOR = "visite"
SMALL = """Service;Organisme;Hébergement;Secret CRPA;Mission essentielle;Atteinte en cas de violation;Étape
Permis d’accoster;Agence fictive du littoral;AWS Paris;oui;non;oui;en service
Relevés de marée;Agence fictive du littoral;OVHcloud;non;non;non;en service
Balises et feux;Agence fictive du littoral;Outscale cloudgouv;oui;oui;oui;en service
Courrier des riverains;Agence fictive du littoral;;oui;non;;en service
"""
NOBODY_HERE = Caller(Person(NOBODY, "", ""), {})


class Tour:
    """The tours of one site."""

    def __init__(self, store: Store, portfolios: Portfolios, dossiers: Dossiers, works: Works) -> None:
        self.store, self.portfolios, self.dossiers, self.works = store, portfolios, dossiers, works

    def of(self, number: int) -> BodyOf | None:
        """The body of that person's tour, while it lasts."""
        with self.store.read() as tx:
            return next((one for one in people.bodies_of(tx, number) if is_tour(one)), None)

    def begin(self, person: Person, lang: str) -> BodyOf:
        """A ministry's portfolio, a provider's dossier, a plan and a check; the visitor has every role. One tour for a person."""
        if (there := self.of(person.number)) is not None:
            return there
        with self.store.write() as tx:
            made = self._body(tx, person, MINISTRY, lang)
        self.portfolios.add_file(NOBODY_HERE, made.id, "portefeuille.xlsx", example("portefeuille.xlsx"), lang)
        self.dossiers.add(NOBODY_HERE, made.id, zipped("fournisseur"))
        plan = {"service.yaml": "service.yaml", "prices.csv": "prix-2026-11-02.csv", "regions.csv": "regions.csv"}
        self.works.plan(NOBODY_HERE, made.id, "service.yaml", {name: example("plan", file) for name, file in plan.items()}, lang)
        code = example("infrastructure", "kubernetes", "application.yaml")
        self.works.check(NOBODY_HERE, made.id, [("application.yaml", code)], ["sensitive"], "state", lang)
        return made

    def second(self, person: Person, lang: str) -> BodyOf:
        """A small body beside the first, so that several can be seen at once."""
        with self.store.write() as tx:
            made = self._body(tx, person, AGENCY, lang)
        self.portfolios.add_file(NOBODY_HERE, made.id, "agence.csv", SMALL.encode(), lang)
        return made

    def remove(self, person: int, body: BodyOf) -> None:
        """All that the tour made, and all that was made in it, is gone; only the trail says that there was one."""
        if not is_tour(body):
            raise ValueError("a real body is not removed")
        for one in self.works.listed(body.id):
            self.works.cancel(Caller(Person(person, "", ""), {}), body.id, one.job.id)
        with self.store.write() as tx:
            for table in of_bodies():
                tx.execute(delete(table).where(table.c.body == body.id))
            tx.execute(delete(BODIES).where(BODIES.c.id == body.id))
            note(tx, "tour-removed", body=body.id, person=person)

    def _body(self, tx: Transaction, person: Person, name: str, lang: str) -> BodyOf:
        made = people.add_body(tx, f"{PREFIX}{draw()[:8].lower().translate(_PLAIN)}", language(lang).text(name), MARK)
        people.grant(tx, made.id, person.number, list(Role))
        note(tx, "tour", body=made.id, person=person.number)
        return made


_PLAIN = str.maketrans("-_", "xy")


def of_bodies() -> Sequence[Table]:
    """The tables whose rows are bodies' own, the trail apart."""
    from egide.accounts.tables import ACCOUNTS
    from egide.portfolio.dossiers.tables import ROOM as DOSSIERS
    from egide.portfolio.kept.tables import PORTFOLIO
    from egide.portfolio.works.tables import ROOM as WORKS

    return [one for room in (ACCOUNTS, PORTFOLIO, DOSSIERS, WORKS) for one in reversed(room.metadata.sorted_tables)
            if "body" in one.c and one not in room.append_only]  # fmt: skip


def is_tour(body: BodyOf) -> bool:
    """Whether the body holds invented data alone: it was made by a tour, which marks it as no other is marked."""
    return body.id.startswith(PREFIX) and body.marking == MARK


def visitor(store: Store) -> tuple[Person, str]:
    """Somebody who visits, with the password to come in."""
    password = draw()[:16]
    with store.write() as tx:
        return people.add_person(tx, VISITOR, VISITOR.title(), password), password


def invented_log(folder: Path) -> Path:
    """A public log with a few invented entries."""
    from egide.app.trust import public_log

    now = datetime.now(UTC)
    public_log.append(public_log.begin(folder, "journal.example/visite", now), [b"une", b"deux", b"trois"], now)
    return folder


def example(*parts: str) -> bytes:
    """A file of the examples."""
    return _folder().joinpath(*parts).read_bytes()


def _folder() -> Traversable:
    """Within the package, where the build puts them; beside the sources otherwise."""
    packaged = resources.files("egide") / FOLDER
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / FOLDER


def zipped(name: str) -> bytes:
    """A folder of the examples."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(_files(_folder() / name).items()):
            archive.writestr(zipfile.ZipInfo(path), content)
    return held.getvalue()


def _files(folder: Traversable, above: str = "") -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for one in folder.iterdir():
        found |= _files(one, f"{above}{one.name}/") if one.is_dir() else {f"{above}{one.name}": one.read_bytes()}
    return found

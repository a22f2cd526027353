"""The index in the cache: one for each state of what is known, whole or absent, whoever is killed meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from tests.catalogue.kept.bringing import file, pack
from tests.catalogue.saying import moment

from egide.app.catalogue import search
from egide.app.catalogue.apart import finder_apart
from egide.app.catalogue.made_of import made_of
from egide.app.catalogue.shelves import written
from egide.catalogue.kept.files import Withdrawal
from egide.catalogue.kept.reading import Kept
from egide.catalogue.kept.tables import CATALOGUE
from egide.catalogue.kept.writing import keep
from egide.catalogue.search import Finder, build, chosen, parse, rows
from egide.catalogue.shelf import Shelf
from egide.store import open_store

DAY = date(2026, 11, 23)
SLOW = """
import os, sys, time
from datetime import date
from egide.app.catalogue import search
true = search.rows
def slowly(shelf):
    for place, row in enumerate(true(shelf)):
        yield row
        if place == 50:
            print("half way", flush=True)
            time.sleep(60)
search.rows = slowly
search.finder(date(2026, 11, 24))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path))
    return tmp_path


def indexes(home: Path) -> list[Path]:
    return sorted(one for one in (home / "cache/search").iterdir() if not one.name.startswith("."))


def test_the_same_state_is_asked_without_building_again_and_another_day_has_its_own(home: Path) -> None:
    search.finder(DAY)
    [made] = indexes(home)
    before = made.stat().st_ino
    search.finder(DAY)
    assert [one.stat().st_ino for one in indexes(home)] == [before]
    search.finder(date(2026, 12, 24))
    assert len(indexes(home)) == 2


def test_only_the_indexes_used_last_stay(home: Path) -> None:
    for day in range(1, 8):
        search.finder(date(2026, 11, day))
    assert len(indexes(home)) == search.KEPT


def test_a_run_killed_while_building_leaves_the_old_index_and_no_half_one(home: Path) -> None:
    count = search.finder(DAY).columns.count
    kept = indexes(home)
    with subprocess.Popen([sys.executable, "-c", SLOW], stdout=subprocess.PIPE, env=dict(os.environ)) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"half way\n"
        run.send_signal(signal.SIGKILL)
    assert indexes(home) == kept
    assert [one for one in (home / "cache/search").iterdir() if one.name.startswith(".")]
    assert search.finder(DAY).columns.count == count
    assert search.finder(date(2026, 11, 24)).columns.count == count
    assert len(indexes(home)) == 2


def test_what_a_killed_run_left_is_swept_away_after_a_day(home: Path) -> None:
    search.finder(DAY)
    left = home / "cache/search/.abc.123"
    left.mkdir()
    search.finder(DAY)
    assert left.exists()
    os.utime(left, (time.time() - 2 * search.LEFT_OVER_SECONDS,) * 2)
    search.finder(DAY)
    assert not left.exists()


@pytest.mark.parametrize("name", ["columns.json", "shown.npy", "by_name.npy"])
def test_an_index_that_lost_a_file_is_made_again(home: Path, name: str) -> None:
    search.finder(DAY)
    [made] = indexes(home)
    (made / name).write_bytes(b"")
    assert search.finder(DAY).ask("", parse("qualified=oui")).total > 5


def test_an_index_made_in_a_process_of_its_own_is_the_same(home: Path) -> None:
    steps: list[int] = []
    finder_apart(DAY, str(home / "egide.db"), steps.append)
    kept = indexes(home)
    assert search.finder(DAY, str(home / "egide.db")).columns.count > 50
    assert indexes(home) == kept


STANDS = frozenset({"urn:socle"})
CHANGES = {
    "an offer more": (file(pack("urn:offre:neuve", "sha256-n", name="Toute neuve", provided_by=frozenset({"urn:maison"}))),),
    "other words of an offer": (file(pack("urn:offre:3", "sha256-3b", series="sha256-3", issued=-1, name="Autrement dite", vcpu=8)),),
    "where a host is": (file(pack("urn:socle", "sha256-s2", series="sha256-s", issued=-1, countries=frozenset({"DE"}))),),
    "what a provider is called": (file(pack("urn:maison", "sha256-m2", series="sha256-m", issued=-1, name="Maison rebaptisée")),),
    "the offer of a size": (file(pack("urn:offre:7", "sha256-7b", series="sha256-7", issued=-1, name="Grande", sla_percent=99.5)),),
    "what was withdrawn": (file(pack("urn:autre", "sha256-a"), statuses=(Withdrawal("sha256-5", moment(-1), "revoked"),)),),
}


def everything(index: Finder) -> tuple[object, ...]:
    answer = index.ask("", parse(""), limit=10_000, facets=chosen(()))
    named = [index.ask(word, parse("")).total for word in ("neuve", "autrement", "rebaptisée", "maison", "fictive", "taille")]
    return answer.total, answer.hits, answer.facets, answer.unknown, named


def test_an_index_made_of_an_earlier_one_answers_as_a_whole_one(home: Path) -> None:
    with open_store(str(home / "egide.db"), [CATALOGUE]) as store:

        def bring(*files) -> None:
            with store.write() as tx:
                keep(tx, files, DAY)

        def is_as_whole(day: date, what: str, *, amended: bool = True) -> None:
            found, whole = search.finder_in(store, day, "egide.db"), home / what
            whole.mkdir()
            build(rows(Shelf([*written(day), Kept(store)], day)), whole)
            assert everything(found) == everything(Finder(whole)), what
            newest = max(indexes(home), key=lambda one: one.stat().st_mtime)
            said = made_of(newest)
            assert said is not None
            assert (said.anew > 0) is amended, what

        offers = [
            pack(f"urn:offre:{number}", f"sha256-{number}", name=f"Offre fictive {number}", until=3 if number == 9 else 90,
                 provided_by=frozenset({"urn:maison" if number % 8 == 0 else "urn:autre-maison"}),
                 **({"hosted_on": STANDS} if number % 9 == 0 else {"countries": frozenset({"FR"})}))
            for number in range(40)
        ]  # fmt: skip
        sizes = [pack(f"urn:taille:{number}", f"sha256-t{number}", name=f"Taille {number}", variant_of="urn:offre:7") for number in (0, 1)]
        others = pack("urn:socle", "sha256-s", countries=frozenset({"FR"})), pack("urn:maison", "sha256-m", name="Maison fictive")
        bring(file(*others, *offers, *sizes))
        is_as_whole(DAY, "first", amended=False)
        for what, files in CHANGES.items():
            bring(*files)
            is_as_whole(DAY, what)
        is_as_whole(date(2026, 11, 28), "another day")

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

from egide.app.catalogue import search
from egide.catalogue.search import parse

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

"""`kill -9` anywhere in issuing, revoking or logging loses nothing that was acknowledged and gives no place twice (see `killing.py`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def killing(folder: Path, *words: str) -> dict[str, int]:
    folder.mkdir()
    env = os.environ | {"EGIDE_TODAY": "2026-11-23"}
    ran = subprocess.run([sys.executable, HERE / "killing.py", folder, *words], capture_output=True, text=True, env=env, check=False)
    assert ran.returncode == 0, ran.stderr
    seen: dict[str, int] = json.loads(ran.stdout)
    return seen


def test_killed_at_each_touch_of_the_disk_in_turn(tmp_path: Path) -> None:
    seen = killing(tmp_path / "desk", "at-each-touch")
    assert seen["killed"] > 60
    assert seen["issued"] > 30
    assert seen["revoked"] > 3


def test_killed_a_hundred_times_at_random(tmp_path: Path) -> None:
    seen = killing(tmp_path / "desk", "at-random", "1", "100")
    assert seen["killed"] > 30
    assert seen["issued"] > 3


def test_killed_while_a_key_a_log_or_a_desk_is_begun(tmp_path: Path) -> None:
    assert killing(tmp_path / "desk", "beginnings")["killed"] > 15

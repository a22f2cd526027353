"""The continuous integration that the guide shows: its script runs, its files are what GitLab and pre-commit take."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from tests.papers.infrastructure.conftest import official
from tests.project.test_docs import FENCE

__all__ = ["official"]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """What the guide shows, by the name that each block bears."""
    text = (ROOT / "docs/guides/check-infrastructure.md").read_text("utf-8")
    return {name: block for _, name, block in FENCE.findall(text) if name}


def run(script: str, folder: Path, *words: str) -> int:
    """The script in a shell that knows the command."""
    bare = folder / "bin"
    bare.mkdir(exist_ok=True)
    command = bare / "egide"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m egide "$@"\n', "utf-8")
    command.chmod(0o755)
    (folder / "check-infrastructure.sh").write_text(script, "utf-8")
    env = {**os.environ, "PATH": f"{bare}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "src"), "EGIDE_TODAY": "2026-11-23",
           "EGIDE_HOME": str(folder / "home")}  # fmt: skip
    return subprocess.run(["sh", "check-infrastructure.sh", *words], cwd=folder, env=env, capture_output=True, check=False).returncode


def test_the_script_fails_on_what_is_forbidden_and_leaves_its_reports(shown: dict[str, str], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples/infrastructure", tmp_path / "infrastructure")
    assert run(shown["check-infrastructure.sh"], tmp_path, "infrastructure") == 1
    assert {path.name for path in tmp_path.glob("egide.*")} == {"egide.sarif", "egide.xml", "egide.md"}
    assert run(shown["check-infrastructure.sh"], tmp_path, "infrastructure") == 1, "it runs again over its own reports"


def test_the_script_tolerates_what_is_undetermined_and_not_what_is_unusable(shown: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "scaleway_object_bucket" "b" {\n  region = "fr-par"\n}\n', "utf-8")
    assert run(shown["check-infrastructure.sh"], tmp_path, "main.tf") == 0
    assert run(shown["check-infrastructure.sh"], tmp_path, "nowhere") == 2


def test_gitlab_and_pre_commit_take_what_is_shown(shown: dict[str, str], official: dict[str, Any]) -> None:
    for name, schema in (("gitlab", "ci.json"), ("pre-commit", "pre-commit-config.json")):
        written = yaml.safe_load(shown[name])
        assert not [error.message for error in Draft7Validator(official[schema]).iter_errors(written)], name
    assert yaml.safe_load(shown["github"])["jobs"]["check"]["steps"]


def test_the_hook_that_is_shown_is_the_hook_that_ships(shown: dict[str, str]) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["id"] == yaml.safe_load(shown["pre-commit"])["repos"][0]["hooks"][0]["id"]
    assert hook["entry"] == "egide check"
    assert hook["pass_filenames"] is False

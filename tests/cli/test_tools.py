"""Small tools, help, and how the command ends."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from openpyxl import load_workbook

from egide.cli import _dispatch, door


def test_the_template_is_a_workbook_that_is_read_back(egide, tmp_path):
    file = tmp_path / "services.xlsx"
    assert egide("template", file).code == 0
    assert load_workbook(file).sheetnames
    assert egide("template", file).code == 2, "never over an existing file without --force"
    assert egide("assess", file).code == 2, "an empty template holds no service"


def test_the_doctor_tells_versions_and_ages(egide):
    health = json.loads(egide("doctor", "--json").out)
    assert health["catalogue_age_days"] == 69
    assert health["rules"] > 30


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed(egide, shell):
    assert "egide" in egide("completion", shell).out


@pytest.mark.parametrize("command", [(), ("assess",), ("ask",), ("explain",), ("record",), ("rules",), ("catalogue",), ("doctor",)])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_help_is_there_in_both_languages(egide, command, lang):
    said = egide(*command, "--help", "--lang", lang)
    assert said.code == 0
    assert {"fr": "Usage :", "en": "Usage:"}[lang] in said.out or "egide" in said.out


def test_an_unknown_language_is_refused(egide):
    assert egide("doctor", "--lang", "de").code == 2


def test_an_internal_fault_exits_4_without_a_trace(monkeypatch, capsys):
    def broken():
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("egide.app.doctor.examine", lambda on: broken())
    door.LANG = "fr"
    assert _dispatch(["doctor"]) == 4
    said = capsys.readouterr()
    assert "Traceback" not in said.err


def test_the_module_runs_as_a_command():
    done = subprocess.run([sys.executable, "-m", "egide", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip()


def test_an_interruption_exits_130(monkeypatch, capsys):
    from egide.cli import run

    def interrupted(on):
        raise KeyboardInterrupt

    monkeypatch.setattr("egide.app.doctor.examine", interrupted)
    assert run(["doctor"]) == 130

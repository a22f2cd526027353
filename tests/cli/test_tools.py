"""Small tools, help, and how the command ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from openpyxl import load_workbook

from cli.conftest import EXAMPLES
from egide.cli import CUT, _dispatch, door, run
from egide.cli.commands import COMMANDS


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


def unread(command, beside, monkeypatch):
    """The code of a command whose output is a pipe that nobody reads any more; what it says beside it goes to a file."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as out, beside.open("w", encoding="utf-8") as err, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        return run(command)


@pytest.mark.parametrize("command", [
    *([name, "--help"] for name, *_ in COMMANDS), ["--version"], ["label", "issue", "--help"], ["catalogue", "list"],
    ["catalogue", "list", "--json"], ["rules", "list"], ["doctor"], ["doctor", "--json"],
], ids=" ".join)  # fmt: skip
def test_a_reader_that_went_away_ends_the_command_silently_and_with_no_verdicts_code(command, tmp_path, monkeypatch):
    """`egide … | head`: short output that waits until the end, tables and help alike."""
    assert unread(command, tmp_path / "beside", monkeypatch) == CUT == 141
    assert (tmp_path / "beside").read_text("utf-8") == ""


def test_a_refused_label_whose_reader_went_away_is_no_refusal():
    """The whole process, its errors in the same pipe: nothing is left to say so but the code."""
    words = [sys.executable, "-m", "egide", "label", "assess", EXAMPLES / "fournisseur"]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        assert subprocess.run(words, stdout=gone, stderr=gone, check=False).returncode == 141


def test_a_connection_of_ours_that_broke_is_a_fault_of_ours(monkeypatch, tmp_path):
    def broken(on):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("egide.app.doctor.examine", broken)
    with (tmp_path / "out").open("w") as out, (tmp_path / "err").open("w") as err:
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        assert run(["doctor"]) == 4


def test_an_interruption_exits_130(monkeypatch, capsys):
    def interrupted(on):
        raise KeyboardInterrupt

    monkeypatch.setattr("egide.app.doctor.examine", interrupted)
    assert run(["doctor"]) == 130

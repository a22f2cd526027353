"""The command line run in this process, as a person would type it."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.databases import another, bases, empty, engine, new_empty, postgres

from egide.cli import run

__all__ = ["another", "bases", "empty", "engine", "new_empty", "postgres"]

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class Said:
    """What a command line did."""

    code: int
    out: str
    err: str


@pytest.fixture
def egide(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Said]:
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("EGIDE_TODAY", "2026-11-23")
    monkeypatch.delenv("EGIDE_LANG", raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def type_(*words: object) -> Said:
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return type_


@pytest.fixture
def portfolio() -> Path:
    return EXAMPLES / "portefeuille.xlsx"


@pytest.fixture
def answers() -> Path:
    return EXAMPLES / "reponses.yaml"


def typed(place: Path, *words: object) -> str:
    """A command line that must end with 0, for what many tests begin with: built once, then copied."""
    said, complained = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(complained):
        patch.setenv("EGIDE_HOME", str(place / "home"))
        patch.setenv("EGIDE_TODAY", "2026-11-23")
        patch.delenv("EGIDE_LANG", raising=False)
        code = run([str(word) for word in words])
    assert code == 0, (words, complained.getvalue())
    return said.getvalue()

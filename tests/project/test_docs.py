"""What the documentation shows is what happens: its commands are run, its links are followed.

A ```console block is typed line by line, each page in a folder of its own that holds `examples/` and `services.xlsx`. Lines
that begin with `$ ` are commands: `egide …`, `python FILE`, `export NAME=VALUE`, and `echo $?`, which shows the exit code
(without it, 0, 1 and 3 will do). The lines below are what it prints, in that order; `…` stands for what is left out, a line
or several, or a part of one; blanks and the length of rules don't count. Lines that begin with `> ` are typed answers. A
fence that names a file, such as ```yaml mapping.yaml, writes it.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pytest
import xlsxwriter

from egide.cli import run
from egide.portfolio.guess import MSS_HEADERS

ROOT = Path(__file__).parents[2]
TYPED = ("README.md", "docs/start.md", *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs/guides").glob("*.md"))))
WRITTEN = sorted(path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "cases/README.md"))
FENCE = re.compile(r"^```(\w*)[ \t]*([\w./-]*)[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+(?:\([^()]*\))?)\)")
ANSWERED = {0, 1, 3}
PICTURE_BYTES = 250_000

MSS_ROWS = (
    ("Téléprocédure des aides", "000 000 109 00019", "Le système d’information repose sur une plateforme Cloud (IaaS/PaaS)",
     "Au sein de l'Union européenne", "01/10/2025", "2 ans"),
    ("Annuaire interne", "000 000 109 00019", "Hébergement interne (On-premise)", "Au sein de l'Union européenne", None, None),
    ("Visioconférence", "000 000 109 00019", "Le système est entièrement fourni (SaaS)",
     "En partie ou totalement hors de l'Union européenne", None, None),
)  # fmt: skip


@dataclass
class Command:
    """One command of a page, what was typed to it and what the page says it prints."""

    line: str
    shown: list[str] = field(default_factory=list)
    code: int | None = None

    @property
    def typed(self) -> list[str]:
        return [line[2:] for line in self.shown if line.startswith("> ")]


class Keyboard(io.StringIO):
    """Standard input that can be seen, as at a terminal."""

    def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
        typed = super().readline(-1 if size is None else size)
        sys.stdout.write(typed)
        return typed


def commands(block: str) -> list[Command]:
    found: list[Command] = []
    for line in block.splitlines():
        if line == "$ echo $?":
            found[-1].code = -1
        elif line.startswith("$ "):
            found.append(Command(line[2:]))
        elif found and found[-1].code == -1:
            found[-1].code = int(line)
        elif found:
            found[-1].shown.append(line)
    return found


def plain(text: str) -> list[str]:
    """Lines without what only pleases the eye."""
    return [" ".join(re.sub(r"[─━]+", "─", line).split()) for line in text.splitlines() if line.strip()]


def pattern(shown: list[str]) -> re.Pattern[str]:
    """A regular expression for an output, from the lines that a page shows of it."""
    parts = [r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", r".*?") + r"\n" for line in plain("\n".join(shown))]
    return re.compile("".join(parts))


def type_in(command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Run the command in the folder; its exit code and everything it printed."""
    words = shlex.split(command.line)
    if words[0] == "export":
        name, _, value = words[1].partition("=")
        monkeypatch.setenv(name, value)
        return 0, ""
    if words[0] == "python":
        made = subprocess.run([sys.executable, *words[1:]], cwd=folder, capture_output=True, encoding="utf-8", check=False)
        return made.returncode, made.stdout + made.stderr
    assert words[0] == "egide", command.line
    printed, code = io.StringIO(), 0
    monkeypatch.setattr(sys, "stdin", Keyboard("".join(f"{line}\n" for line in command.typed)))
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = run(words[1:])
    return code, printed.getvalue()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the pages suppose to be at hand."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "examples/portefeuille.xlsx", tmp_path / "services.xlsx")
    _write_mss(tmp_path / "mss.xlsx")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("EGIDE_TODAY", "2026-11-23")
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.setenv("PYTHONUTF8", "1")
    monkeypatch.delenv("EGIDE_LANG", raising=False)
    return tmp_path


def _write_mss(path: Path) -> None:
    """An invented list in the shape of MonServiceSécurisé's: its headers in row 6."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Template services")
    for row, cells in enumerate((tuple(MSS_HEADERS), *MSS_ROWS), start=5):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.close()


@pytest.mark.parametrize("page", TYPED)
def test_a_page_shows_what_its_commands_do(page: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for language, name, block in FENCE.findall((ROOT / page).read_text("utf-8")):
        if name:
            (desk / name).parent.mkdir(parents=True, exist_ok=True)
            (desk / name).write_text(block, "utf-8")
        if language != "console":
            continue
        for command in commands(block):
            code, printed = type_in(command, desk, monkeypatch)
            expected = ANSWERED if command.code is None else {command.code}
            assert code in expected, f"{page}: `{command.line}` ended with {code}\n{printed}"
            said = "".join(f"{line}\n" for line in plain(printed))
            as_shown = pattern(command.shown).fullmatch(said) is not None
            assert as_shown, f"{page}: `{command.line}` prints\n{printed}"


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    titles = re.findall(r"^#+\s+(.+?)\s*$", re.sub(FENCE, "", text), re.MULTILINE)
    bare = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower() for title in titles)
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in bare}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    broken = []
    for picture, words, target in LINK.findall(re.sub(FENCE, "", text)):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = unquote(target).partition("#")
        there = (path.parent / place).resolve() if place else path
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there.read_text("utf-8"))):
            broken.append(target)
        if picture and not words.strip():
            broken.append(f"{target} has no alternative text")
    assert not broken


def test_pictures_are_light_and_shown() -> None:
    shown = "\n".join(path.read_text("utf-8") for path in WRITTEN)
    for path in (ROOT / "docs/pictures").glob("*.png"):
        assert path.stat().st_size <= PICTURE_BYTES
        assert f"pictures/{path.name})" in shown

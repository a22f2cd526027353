"""What a machine can see of the rules of the house."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

REGISTRIES = re.compile(r"//[a-z.]*(py[p]i|pythonh[o]sted|n[p]mjs|d[e]bian)\.(org|com)", re.IGNORECASE)
MACHINES = re.compile(r"(/ro[o]t/|/wo[r]k/|/fa[r]m/|/bash_j[o]bs|/ho[m]e/[a-z]|/tm[p]/|[A-Z]:\\Us[e]rs)")
MARKS = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X]|NotImpl[e]mentedError)\b")
LOCKS = {"uv.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "poetry.lock"}
LONGEST_FILE = 400


def found(pattern: re.Pattern[str], texts: dict[Path, str], root: Path, under: str = "") -> list[str]:
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"
        for path, text in texts.items()
        if path.relative_to(root).as_posix().startswith(under)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_records_a_registry_address(texts: dict[Path, str], root: Path) -> None:
    assert not found(REGISTRIES, texts, root)


def test_no_file_names_a_path_of_the_machine_it_was_written_on(texts: dict[Path, str], root: Path) -> None:
    assert not found(MACHINES, texts, root)


def test_no_lock_file_is_tracked(files: tuple[Path, ...]) -> None:
    assert not [path for path in files if path.name in LOCKS]


def test_nothing_in_the_product_is_marked_unfinished(texts: dict[Path, str], root: Path) -> None:
    assert not found(MARKS, texts, root, "src/")


def test_no_large_file_is_tracked(files: tuple[Path, ...]) -> None:
    assert not [path for path in files if path.stat().st_size > 1_500_000]


def test_the_licence_states_its_identifier_and_is_whole(root: Path) -> None:
    text = (root / "LICENSE").read_text("utf-8")
    assert text.startswith("SPDX-License-Identifier: EUPL-1.2\n")
    assert "15.Applicable Law" in text


def test_the_readme_shows_the_two_commands_and_a_picture(root: Path) -> None:
    text = (root / "README.md").read_text("utf-8")
    assert "make demo" in text
    assert "make test" in text
    pictures = re.findall(r"(?:!\[[^\]]*\]\(|<img [^>]*src=\")([^)\"]+)", text)
    assert pictures
    assert not [picture for picture in pictures if not (root / picture).is_file()]


def test_files_stay_short_enough_to_read(files: tuple[Path, ...], root: Path) -> None:
    python = [path for path in files if path.suffix == ".py" and path.is_relative_to(root / "src")]
    assert not [str(path.relative_to(root)) for path in python if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE]


def test_rooms_import_downwards_only(root: Path) -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=root, capture_output=True, text=True, encoding="utf-8",
                         env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}, check=False)  # fmt: skip
    assert ran.returncode == 0, ran.stdout


HEAVY = {
    "jinja2", "openpyxl", "xlsxwriter", "python_calamine", "pdfplumber", "pdfminer", "pypdfium2", "PIL", "rapidfuzz",
    "yaml", "numpy", "hypothesis", "sqlite3", "asyncio",
}  # fmt: skip


def test_help_imports_nothing_heavy() -> None:
    ran = subprocess.run([sys.executable, "-X", "importtime", "-m", "egide", "--help"], capture_output=True, text=True,
                         encoding="utf-8", check=True)  # fmt: skip
    modules = {line.rsplit("|", 1)[1].strip() for line in ran.stderr.splitlines() if line.startswith("import time:")}
    assert "egide.cli.commands" in modules
    assert not {module for module in modules if module.split(".")[0] in HEAVY}
    assert not {module for module in modules if module.startswith(("egide.rules", "egide.doctrine", "egide.papers", "egide.portfolio"))}

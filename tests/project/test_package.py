"""What is published: one wheel that holds all that the main job reads, and works alone."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
                   cwd=root, check=True, capture_output=True)  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_law_offers_words_and_templates(root: Path, wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    package = root / "src/egide"
    wanted = {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and path.suffix in {".py", ".yaml", ".j2", ".css", ".js", ".mo", ".txt", ".xml", ".rels", ".typed"}
    }
    assert wanted <= held
    for kind in ("rulebooks/", "catalogue/data/", "papers/templates/", "locale/fr/LC_MESSAGES/egide.mo", "locale/en/LC_MESSAGES/egide.mo"):
        assert any(name.startswith(f"egide/{kind}") for name in held), kind
    assert any(name.endswith("licenses/LICENSE") for name in held)


def test_the_wheel_holds_nothing_of_the_workshop(wheel: Path) -> None:
    held = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in held if not name.startswith(("egide/", "egide-"))]
    assert not [name for name in held if "__pycache__" in name or name.endswith(".pyc")]


@pytest.mark.slow
def test_the_wheel_alone_judges_a_service(root: Path, wheel: Path, tmp_path: Path) -> None:
    """In a bare environment, far from the sources, with only what the user's pins name."""
    bare = tmp_path / "bare"
    venv.create(bare, with_pip=True)
    scripts = bare / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", root / "requirements/main.txt"], check=True)
    subprocess.run([*pip, "--no-deps", wheel], check=True)
    services = tmp_path / "services.csv"
    services.write_text("Nom du service;Hébergement\nAgenda fictif;OVH Public Cloud GRA\n", "utf-8")
    ran = subprocess.run(
        [scripts / "egide", "assess", services.name, "--on", "2026-11-23", "--json", "--lang", "en"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}, check=False,
    )  # fmt: skip
    assert ran.returncode == 3, ran.stderr
    assert '"schema": "egide/assessment/1"' in ran.stdout
    assert "undetermined" in ran.stdout

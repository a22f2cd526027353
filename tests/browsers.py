"""What drives a real browser: programs of the system, and packages of npm in pytest's cache, never beside the sources."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

PACKAGES = Path(__file__).parent / "papers" / "package.json"


def program(*names: str) -> str:
    """The first of these programs that is installed; tests/system-packages.txt names their packages."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    assert found, f"none of {', '.join(names)} is installed: run tests/system-packages.sh"
    return found


def looked_at(config: pytest.Config, script: Path, *arguments: str | Path) -> dict[str, Any]:
    """What that script reports, run by Node with Chromium, playwright and axe at hand."""
    assert config.cache is not None
    cache = config.cache.mkdir("browser")
    shutil.copy(PACKAGES, cache)
    if not (cache / "node_modules" / "axe-core").is_dir() or not (cache / "node_modules" / "playwright-core").is_dir():
        install = [program("npm"), "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=cache, check=True, capture_output=True)
    command = [program("node"), script, program("chromium", "chromium-browser", "google-chrome"), *arguments]
    said = subprocess.run(command, cwd=cache, check=False, capture_output=True, text=True, encoding="utf-8")
    assert said.returncode == 0, said.stderr
    report: dict[str, Any] = json.loads(said.stdout)
    return report

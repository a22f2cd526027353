"""Dependencies: each chosen in writing, each pinned, none under a licence that would bind the whole."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

COPYLEFT = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(?P<a>[A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+(?P<b>[A-Za-z_][\w., \t]*))", re.MULTILINE)
"""A line that imports, in code or in a text that is code."""
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")


@pytest.fixture(scope="module")
def declared(root: Path) -> dict[str, list[Requirement]]:
    """Requirements by where pyproject.toml declares them."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    wanted = {"core": project["project"]["dependencies"], "build": project["build-system"]["requires"]}
    wanted |= {f"extra {name}": listed for name, listed in project["project"]["optional-dependencies"].items()}
    wanted |= {f"group {name}": listed for name, listed in project["dependency-groups"].items()}
    return {
        where: [Requirement(one) for one in listed if isinstance(one, str) and not one.startswith("egide")]
        for where, listed in wanted.items()
    }


def pins(path: Path) -> dict[str, str]:
    matches = [PIN.match(line) for line in path.read_text("utf-8").splitlines()]
    return {canonicalize_name(match[1]): match[2] for match in matches if match}


def test_every_dependency_is_named_in_a_decision(root: Path, declared: dict[str, list[Requirement]]) -> None:
    decisions = "\n".join(path.read_text("utf-8") for path in (root / "docs/decisions").glob("*.md"))
    wanted = {one.name for listed in declared.values() for one in listed}
    for package in (root / "tests").rglob("package.json"):
        wanted |= set(json.loads(package.read_text("utf-8"))["dependencies"])
    for line in (root / "tests/system-packages.txt").read_text("utf-8").splitlines():
        wanted |= set(line.split("#")[0].split())
    assert not {name for name in wanted if f"`{name}`" not in decisions}


def test_every_dependency_is_pinned_within_its_bounds(root: Path, declared: dict[str, list[Requirement]]) -> None:
    pinned = pins(root / "requirements/dev.txt")
    loose = [
        f"{where}: {one}"
        for where, listed in declared.items()
        for one in listed
        if not one.specifier.contains(pinned.get(canonicalize_name(one.name), "0"), prereleases=True)
    ]
    assert not loose, "run `make pins`"
    core = pins(root / "requirements/main.txt")
    assert {canonicalize_name(one.name) for one in declared["core"]} <= core.keys()


def test_one_version_serves_the_user_the_tests_and_the_build(root: Path) -> None:
    everything = pins(root / "requirements/dev.txt")
    for part in ("main.txt", "build.txt"):
        assert pins(root / "requirements" / part).items() <= everything.items()


@cache
def distributions() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


def imported(folder: Path) -> set[str]:
    """The packages of others that the code of a folder imports, by their names in a registry."""
    lines = [line for path in folder.rglob("*.py") for line in IMPORT.finditer(path.read_text("utf-8"))]
    modules = {name.split()[0] for line in lines for name in (line["a"] or line["b"]).split(",")}
    outside = {module for module in modules if module.split(".")[0] not in sys.stdlib_module_names | {"egide"}}
    return {canonicalize_name(name) for module in outside for name in bringing(module)}


@cache
def bringing(module: str) -> list[str]:
    """The packages that hold that module: where several share a first name, those whose files are of the module itself."""
    named = distributions().get(module.split(".", maxsplit=1)[0], [])
    if len(named) < 2:
        return named
    path = module.replace(".", "/")
    return [name for name in named if any(file.startswith((f"{path}/", f"{path}.")) for file in files(name))]


@cache
def files(name: str) -> list[str]:
    return [str(file) for file in metadata.files(name) or ()]


def test_what_is_imported_is_declared(root: Path, declared: dict[str, list[Requirement]]) -> None:
    names = {where: {canonicalize_name(one.name) for one in listed} for where, listed in declared.items()}
    shipped = names["core"].union(*(listed for where, listed in names.items() if where.startswith("extra")))
    everything = shipped.union(*names.values())
    assert not imported(root / "src") - shipped
    workshop = {name for folder in ("tests", "docs", "benchmarks") for name in imported(root / folder)}
    assert not workshop - everything, workshop - everything


def test_every_pin_carries_its_hash(root: Path) -> None:
    for path in (root / "requirements").glob("*.txt"):
        blocks = re.split(r"\n(?=[a-z])", path.read_text("utf-8"))[1:]
        assert blocks
        assert all("--hash=sha256:" in block for block in blocks), path.name


def test_what_users_install_is_under_no_binding_licence(root: Path) -> None:
    bound = []
    for name in pins(root / "requirements/main.txt"):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:  # another platform's
            continue
        said = [about.get("License-Expression") or "", about.get("License") or "", *(about.get_all("Classifier") or [])]
        if any(COPYLEFT.search(line.strip().split("\n")[0]) for line in said):
            bound.append(name)
    assert not bound

"""Folders of HCL: the modules that are called by a path are looked for where they are, whatever folder was named."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import read
from egide.infrastructure.hcl.configuring import configure, roots
from egide.infrastructure.hcl.evaluating import value_of
from egide.infrastructure.hcl.modules import MOST_BYTES, Module, read_module, read_values
from egide.infrastructure.hcl.scope import Instance
from egide.infrastructure.values import utf_8
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.infrastructure.plan import Drafts

MOST_FOLDERS = 2_000
CODE = (".tf", ".tofu", ".tf.json", ".tofu.json")
LOADED_ALWAYS = ("terraform.tfvars", "terraform.tfvars.json")
TOO_MANY_FOLDERS = N_("more than {limit} folders of modules")
NOT_VALUES = N_("not readable as values of variables: {problem}")


def read_folders(folders: Iterable[str], within: Path | None = None) -> dict[str, Module]:
    """The modules in these folders, and those that they call by a path; ``within``: none outside of that folder is looked at."""
    modules: dict[str, Module] = {}
    waiting = list(dict.fromkeys(folders))
    while waiting:
        folder = waiting.pop(0)
        if folder in modules or not lies_within(Path(folder), within):
            continue
        if len(modules) >= MOST_FOLDERS:
            raise InputError(TOO_MANY_FOLDERS, Location(folder), values={"limit": MOST_FOLDERS})
        files = {name: read(Path(name), MOST_BYTES) for name in _code_in(folder)}
        if any(name.endswith(CODE) for name in files):
            modules[folder] = read_module(folder, files)
            waiting += modules[folder].called()
    return modules


def lies_within(path: Path, within: Path | None) -> bool:
    """Whether a path may be followed: it leads, links and all, to somewhere in that folder; anywhere, when None."""
    return within is None or path.resolve().is_relative_to(within.resolve())


def _code_in(folder: str) -> list[str]:
    """The files of a folder that Terraform would load of itself."""
    if not Path(folder).is_dir():
        return []
    names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    kept = [name for name in names if name.endswith((*CODE, ".auto.tfvars")) or name == LOADED_ALWAYS[0]]
    return [str(Path(folder, name)) for name in kept if not name.startswith(".")]


def read_code(modules: Mapping[str, Module], given: Mapping[str, object]) -> list[tuple[str, Drafts]]:
    """The resources of each root module, with its folder."""
    found = []
    for root in roots(modules):
        values = dict(_json_values(root.folder))
        found.append((root.folder, configure(root, modules, {**values, **given})))
    return found


def _json_values(folder: str) -> Mapping[str, object]:
    values: dict[str, object] = {}
    for name in sorted(entry.name for entry in os.scandir(folder)) if Path(folder).is_dir() else ():
        if name == LOADED_ALWAYS[1] or name.endswith(".auto.tfvars.json"):
            values |= named_values(Path(folder, name))
    return values


def named_values(path: Path) -> dict[str, object]:
    """The values that a file gives to variables; raises `InputError`."""
    content = read(path, MOST_BYTES)
    if path.name.endswith(".json"):
        try:
            said = json.loads(utf_8(content, str(path)))
        except (ValueError, RecursionError) as error:
            raise InputError(NOT_VALUES, Location(str(path)), values={"problem": str(error)}) from error
        if not isinstance(said, dict):
            raise InputError(NOT_VALUES, Location(str(path)), values={"problem": type(said).__name__})
        return said
    expressions, problems = read_values(content, str(path))
    if problems:
        raise InputError(problems[0].message, problems[0].at, values=problems[0].args)
    return {name: value_of(expression, Instance()) for name, expression in expressions.items()}

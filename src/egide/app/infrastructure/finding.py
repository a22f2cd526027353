"""Finds infrastructure code under the paths that are given, reads it, and tells where each resource stands.

What a folder holds beside it (packages that were fetched, other people's modules, hidden folders) isn't walked through.
A file that was named and can't be used stops the work; one that was found is a problem with its place. A plan or a state is a problem
either way when other files can be judged, and the check then says that its input was unusable.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import read
from egide.app.infrastructure.known_offers import known_offers
from egide.infrastructure.declared import NOTHING_DECLARED, Declared
from egide.infrastructure.identifying import Identifier, Offers
from egide.infrastructure.locating import Locator
from egide.infrastructure.plan import Drafts, read_plan
from egide.infrastructure.recognising import HEAD_BYTES, Kind, of_content, recognised
from egide.infrastructure.resources import FileRead, Read, Remark, Resource
from egide.infrastructure.uniting import united
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.vocabulary.offers import Catalogue

NOT_WALKED = frozenset({"node_modules", "__pycache__", "venv", "site-packages", "vendor"})
WHOLES = frozenset({"plan", "state"})
"""Files that stand for all that they list: without one, what was checked is not what will run."""
MOST_FILES = 50_000
MOST_BYTES = 100 * 1024 * 1024
NOT_INFRASTRUCTURE = N_("not recognised as a plan, a state, HCL, a Kubernetes manifest or a Compose file")
TOO_MANY = N_("more than {limit} files under this folder: name the folders that hold the code")
IS_TEMPLATE = N_("a template, which has no values yet: render it first (`helm template`) and check what comes out")
NOTHING_FOUND = N_("no infrastructure code under these paths")

Progress = Callable[[int, int], None]
"""Called with how many files are read, of how many."""


@dataclass(slots=True)
class Found:
    """One file, and what it is."""

    path: Path
    kind: Kind
    named: bool
    """The user named it, and didn't only name a folder that holds it."""


@dataclass(slots=True)
class Gathered:
    """What the files say, before anybody asks where it stands: addresses are one file's own."""

    plans: list[Drafts] = field(default_factory=list)
    states: list[Drafts] = field(default_factory=list)
    others: list[Drafts] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    """Of HCL."""
    composed: list[Path] = field(default_factory=list)
    """Compose files."""
    values: dict[str, object] = field(default_factory=dict)
    """Of variables, from files that the user named."""
    problems: list[Problem] = field(default_factory=list)
    files: list[FileRead] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)


def read_infrastructure(paths: Sequence[Path], on: date, catalogue: Catalogue, declared: Declared = NOTHING_DECLARED,
                        progress: Progress | None = None, within: Path | None = None) -> Read:
    """All resources that the files under these paths declare, each with its standing on that day.

    ``within``: paths that code names are followed within that folder alone.

    Raises `InputError` for a path that is absent, and for a named file that isn't infrastructure code or can't be used.
    """
    found = list(discover(paths))
    if not found:
        raise InputError(NOTHING_FOUND, Location(", ".join(map(str, paths))))
    gathered = gather(found, progress)
    variables = {name.removeprefix("TF_VAR_"): value for name, value in declared.environment.items() if name.startswith("TF_VAR_")}
    code = _code(gathered, variables, within)
    _composed(gathered, declared, within)
    drafts = [*united(gathered.plans, gathered.states, code), *gathered.others]
    return _identified(drafts, gathered, declared, known_offers(catalogue, on))


def _code(gathered: Gathered, variables: dict[str, str], within: Path | None) -> list[tuple[str, Drafts]]:
    if not gathered.folders:
        return []
    from egide.app.infrastructure.code import read_code, read_folders

    modules = read_folders(gathered.folders, within)
    for module in modules.values():
        gathered.problems += module.problems
        gathered.remarks += module.remarks
        gathered.files += (FileRead(name, "hcl", count) for name, count in module.counts.items())
    return read_code(modules, {**variables, **gathered.values})


def _composed(gathered: Gathered, declared: Declared, within: Path | None) -> None:
    if not gathered.composed:
        return
    from egide.app.infrastructure.compose_projects import projects
    from egide.infrastructure.compose import read_compose

    for files, others in projects(gathered.composed, declared.environment, within):
        drafts = read_compose(files, others)
        gathered.others.append(drafts)
        gathered.problems += drafts.problems
        for file in (*files, *others.values()):
            gathered.remarks += file.remarks
            gathered.files.append(FileRead(file.name, "compose", sum(draft.where.file == file.name for draft in drafts.resources)))


def _identified(every: list[Drafts], gathered: Gathered, declared: Declared, offers: Offers) -> Read:
    identifier = Identifier(offers)
    resources: list[Resource] = []
    destroyed: list[Resource] = []
    for drafts in every:
        locator = Locator((*drafts.resources, *drafts.data, *drafts.destroyed), declared)
        resources += (identifier.resource(draft, locator.place(draft)) for draft in drafts.resources)
        destroyed += (identifier.resource(draft, locator.place(draft)) for draft in drafts.destroyed)
    return Read(
        tuple(resources), tuple(gathered.problems), tuple(gathered.files), tuple(destroyed), tuple(gathered.remarks),
        tuple(gathered.unusable),
    )  # fmt: skip


def discover(paths: Iterable[Path]) -> Iterator[Found]:
    """The files of infrastructure code under these paths, each once, in the order of their names."""
    given = list(paths)
    alone = {path.resolve() for path in given if not path.is_dir()}
    seen: set[Path] = set()
    for path in given:
        for file in _walked(path) if path.is_dir() else [path]:
            resolved = file.resolve()
            if resolved in seen:
                continue
            seen.add(resolved)
            head, named = _head(file), resolved in alone
            kind = recognised(file.name, head) or (of_content(head) if named else None)
            if kind is not None:
                yield Found(file, kind, named)
            elif named:
                raise InputError(NOT_INFRASTRUCTURE, Location(str(file)))


def _walked(folder: Path) -> Iterator[Path]:
    count = 0
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in NOT_WALKED)
        for name in sorted(files):
            count += 1
            if count > MOST_FILES:
                raise InputError(TOO_MANY, Location(str(folder)), values={"limit": MOST_FILES})
            if name.endswith((".tf", ".tofu", ".json", ".tfvars", ".tfstate", ".yaml", ".yml")) and not name.startswith("."):
                yield Path(root, name)


def _head(path: Path) -> bytes:
    at = Location(str(path))
    try:
        with path.open("rb") as source:
            return source.read(HEAD_BYTES)
    except FileNotFoundError as error:
        raise InputError(N_("no such file"), at) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), at) from error


def gather(found: Sequence[Found], progress: Progress | None = None) -> Gathered:
    """What all these files say. A plan or a state that can't be used stops the work only when nothing else was given."""
    gathered = Gathered()
    for number, each in enumerate(found):
        try:
            _gather_one(each, gathered)
        except InputError as error:
            whole = each.kind in WHOLES
            if each.named and not (whole and len(found) > 1):
                raise
            if whole:
                gathered.unusable.append(str(each.path))
            at = error.at or Location(str(each.path))
            gathered.problems.append(Problem(at, error.message, error.values))
        if progress:
            progress(number + 1, len(found))
    return gathered


def _gather_one(found: Found, gathered: Gathered) -> None:
    name = str(found.path)
    match found.kind:
        case "template":
            raise InputError(IS_TEMPLATE, Location(name))
        case "hcl":
            gathered.folders.append(str(found.path.parent))
        case "values":
            if found.named:
                from egide.app.infrastructure.code import named_values

                gathered.values |= named_values(found.path)
        case "plan":
            _add(read_plan(read(found.path, MOST_BYTES), name), name, gathered.plans, gathered)
        case "kubernetes":
            from egide.infrastructure.kubernetes import read_manifests

            drafts, remarks = read_manifests(read(found.path, MOST_BYTES), name)
            gathered.remarks += remarks
            _add(drafts, name, gathered.others, gathered)
        case "compose":
            gathered.composed.append(found.path)
        case "state":
            from egide.infrastructure.state import read_state

            _add(read_state(read(found.path, MOST_BYTES), name), name, gathered.states, gathered)


def _add(drafts: Drafts, name: str, into: list[Drafts], gathered: Gathered) -> None:
    into.append(drafts)
    gathered.problems += drafts.problems
    gathered.files.append(FileRead(name, drafts.form, len(drafts.resources)))

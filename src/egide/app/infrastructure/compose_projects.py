"""Which Compose files belong together: a file, its override beside it, and those that they include or extend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from egide.app.files import read
from egide.app.infrastructure.code import lies_within
from egide.infrastructure.compose import ComposeFile, compose_file
from egide.vocabulary.errors import InputError

OVERRIDE = re.compile(r"(?P<stem>(?:docker-)?compose)\.override\.ya?ml")
MOST_BYTES = 16 * 1024 * 1024
MOST_FILES = 200


def projects(
    paths: Iterable[Path], environment: Mapping[str, str], within: Path | None = None,
) -> Iterator[tuple[list[ComposeFile], dict[str, ComposeFile]]]:
    """The files of each project in their order, and the files that they name; ``within``: none outside of that folder is looked at."""
    given = list(paths)
    overrides = {(path.parent, found["stem"]): path for path in given if (found := OVERRIDE.fullmatch(path.name))}
    taken: set[Path] = set()
    files = {path: compose_file(read(path, MOST_BYTES), str(path), environment) for path in given}
    named = {path: _named(path, file, environment, within) for path, file in files.items()}
    inner = {named[path][name][1] for path, file in files.items() for name in file.included if name in named[path]}
    for path in given:
        if path in taken or path in overrides.values() or path.resolve() in inner:
            continue
        over = overrides.get((path.parent, path.stem)) if path.stem in ("compose", "docker-compose") else None
        together = [path, *([over] if over else [])]
        taken.update(together)
        others = {name: file for one in together for name, (file, _) in named[one].items()}
        yield [files[one] for one in together], others
    for path in overrides.values():
        if path not in taken:
            yield [files[path]], {name: file for name, (file, _) in named[path].items()}


def _named(
    path: Path, file: ComposeFile, environment: Mapping[str, str], within: Path | None,
) -> dict[str, tuple[ComposeFile, Path]]:
    """The files that a file names, and those that these name, by the name it is written with."""
    found: dict[str, tuple[ComposeFile, Path]] = {}
    waiting = [(name, path.parent) for name in (*file.included, *file.extended)]
    while waiting and len(found) < MOST_FILES:
        name, folder = waiting.pop(0)
        other = folder / name
        if name in found or not lies_within(other, within) or not other.is_file():
            continue
        try:
            inner = compose_file(read(other, MOST_BYTES), str(other), environment)
        except InputError:
            continue
        found[name] = (inner, other.resolve())
        waiting += [(one, other.parent) for one in (*inner.included, *inner.extended)]
    return found

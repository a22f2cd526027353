"""Build a plan: read it, derive it again, and write what is deployed into a folder; nothing is written when something is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from egide.app.files import WouldOverwriteError, read, write, write_all
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.deployment import Built, Target
    from egide.planner.need import Component
    from egide.planner.plans import Placement
    from egide.vocabulary.findings import Reason

NO_PLACEMENT = N_("the plan is {status}: it places nothing, so there is nothing to build")
NOT_ONCE = N_("«{component}» is not placed exactly once")
NOT_A_FOLDER = N_("a folder was expected")
NOT_EMPTY = N_("the folder is not empty, and was not made by a build: choose another")


@dataclass(frozen=True)
class Outcome:
    """What came of it: what was built and written, or why nothing was."""

    built: Built | None
    paths: Sequence[Path] = ()
    kept: Sequence[Path] = ()
    """Files of an earlier build that were changed by hand: no longer built, not removed."""
    refused: Sequence[Reason] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    """What `--json` prints of it; of what was built, the same as lies beside the files."""


def build_plan(
    plan: Path, target: Target, folder: Path, *, registry: str | None = None, domain: str | None = None, partial: bool = False,
    platform_users: bool = False, force: bool = False,
) -> Outcome:  # fmt: skip
    """Build `plan` for `target` into `folder`.

    With `platform_users`, pods leave to their platform as whom they run.
    Nothing is written when the plan is unsound or places nothing, or when a part can't be built and `partial` is not given. Raises
    `InputError` for a plan that can't be read, `WouldOverwriteError` for a folder that holds something.
    """
    from egide.deployment import Site, build
    from egide.deployment.building import nothing
    from egide.planner.plan_reading import read_plan, verify_file

    content = read(plan)
    made = read_plan(content, str(plan))
    wrong = list(_placed_once(made.need.components, made.placements, str(made.status)))
    if wrong or (wrong := list(verify_file(made))):
        return Outcome(None, refused=wrong, summary=nothing(made.need.name, target, sha256(content).hexdigest()))
    _check_folder(folder, force)
    site = Site.of(made.need, made.placements, made.market().places, sha256(content).hexdigest(), made.facts)
    built = build(replace(site.told(_host(registry), _host(domain)), imposes_users=not platform_users), target)
    if (built.missing and not partial) or not built.files:
        return Outcome(built, summary=built.summary)
    return _write(built, folder)


def _placed_once(components: Sequence[Component], placements: Sequence[Placement], status: str) -> list[Reason]:
    from egide.vocabulary.findings import Reason

    names = [one.component for one in placements]
    if not names:
        return [Reason("nothing-placed", {"status": status}, NO_PLACEMENT)]
    wanted = [one.id for one in components]
    return [Reason("not-once", {"component": one}, NOT_ONCE) for one in sorted({*wanted, *names}) if names.count(one) != wanted.count(one)]


def _host(given: str | None) -> str | None:
    """A registry or a domain from the command line, held to the same form as in service.yaml."""
    from egide.planner.need_form import NO_HOST, REGISTRY

    if given is not None and not REGISTRY.fullmatch(given):
        raise InputError(NO_HOST, values={"name": given})
    return given


def _check_folder(folder: Path, force: bool) -> None:
    from egide.deployment.building import MANIFEST

    if folder.exists() and not folder.is_dir():
        raise InputError(NOT_A_FOLDER, Location(str(folder)))
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MANIFEST).is_file():
            raise InputError(NOT_EMPTY, Location(str(folder)))
        if not force:
            raise WouldOverwriteError(folder)


def _write(built: Built, folder: Path) -> Outcome:
    """A new folder comes into being whole; over an earlier build each file is replaced whole, the list of files last."""
    from egide.deployment.building import MANIFEST

    if not folder.is_dir() or not any(folder.iterdir()):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            made = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        except OSError as error:
            raise InputError(error.strerror or str(error), Location(str(folder))) from error
        made.chmod(0o755)
        write_all(made, built.files)
        if folder.is_dir():
            folder.rmdir()
        made.replace(folder)
        return Outcome(built, [folder / name for name in built.files], summary=built.summary)
    before = _earlier(folder / MANIFEST)
    for name, content in built.files.items():
        if name != MANIFEST:
            write(folder / name, content, force=True)
    kept = []
    for name, digest in before.items():
        path = folder / name
        if name not in built.files and path.is_file():
            if sha256(path.read_bytes()).hexdigest() == digest:
                path.unlink()
            else:
                kept.append(path)
    write(folder / MANIFEST, built.files[MANIFEST], force=True)
    return Outcome(built, [folder / name for name in built.files], kept, summary=built.summary)


def _earlier(path: Path) -> dict[str, str]:
    """The files of an earlier build with their digests; only those that lie within its folder."""
    try:
        files = json.loads(read(path)).get("files", {})
        return {name: digest for name, digest in files.items() if not Path(name).is_absolute() and ".." not in Path(name).parts}
    except (ValueError, AttributeError) as error:
        raise InputError(N_("not readable as JSON: {error}"), Location(str(path)), values={"error": error}) from error

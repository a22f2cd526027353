"""Takes OSCAL from strangers: bounded, of one version, with every key that is not understood named by its path."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

import msgspec

from egide.label.oscal.outcome_shapes import AssessmentPlan, AssessmentResults, Everything
from egide.label.oscal.shapes import READ, Catalog, ComponentDefinition, Shape, SystemSecurityPlan
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOTS: dict[str, type[Shape]] = {
    "catalog": Catalog,
    "component-definition": ComponentDefinition,
    "system-security-plan": SystemSecurityPlan,
    "assessment-plan": AssessmentPlan,
    "assessment-results": AssessmentResults,
}
"""The documents that are known, by their one root key."""
OTHER_ROOTS = frozenset({"profile", "mapping-collection", "plan-of-action-and-milestones"})
"""Documents of OSCAL that are not read."""
MAX_FILES = 200
MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 40

TOO_LARGE = N_("the file is larger than {limit} MiB, the most that is read")
TOO_DEEP = N_("more than {limit} levels")
NOT_JSON = N_("not readable as JSON: {problem}")
NOT_OSCAL = N_("not a document of OSCAL: it must hold one of {roots}")
NOT_READ = N_("documents of the kind «{root}» are not read")
NOT_UNDERSTOOD = N_("{times} × `{path}`: not understood, so left out")
NOT_ITS_SHAPE = N_("not as OSCAL has it: {problem}")
OTHER_VERSION = N_("the document follows OSCAL {found}; what is read is OSCAL 1.2")
NO_VERSION = N_("the document does not say which version of OSCAL it follows")
OTHER_VERSION_HINT = N_("write it again in OSCAL 1.2 with the tool that it comes from")
TOO_MANY = N_("more than {limit} documents")


@dataclass(frozen=True, slots=True)
class Parsed:
    """One document in the shape that its root names."""

    file: str
    root: str
    document: Any


def parse(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, Parsed]:
    """The documents that are understood, by file name.

    Raises `InputError` with the JSON path for a document that is too large, too deep, of another version or not as OSCAL has it.
    """
    if len(files) > MAX_FILES:
        raise InputError(TOO_MANY, values={"limit": MAX_FILES})
    found = {}
    for file, content in files.items():
        root, raw = _raw(file, content)
        if root in OTHER_ROOTS:
            problems.append(Problem(Location(file), NOT_READ, {"root": root}))
            continue
        document = _shaped(file, root, raw)
        found[file] = Parsed(file, root, document)
        problems.extend(_strange(file, root, raw))
    return found


def _raw(file: str, content: bytes) -> tuple[str, Any]:
    if len(content) > MAX_BYTES:
        raise InputError(TOO_LARGE, Location(file), values={"limit": MAX_BYTES // 2**20})
    try:
        raw = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError as error:
        raise InputError(TOO_DEEP, Location(file), values={"limit": MAX_DEPTH}) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(NOT_JSON, Location(file), values={"problem": error}) from error
    _refuse_depth(file, raw)
    roots = [key for key in raw if key != "$schema"] if isinstance(raw, dict) else []
    if len(roots) != 1 or (roots[0] not in ROOTS and roots[0] not in OTHER_ROOTS):
        raise InputError(NOT_OSCAL, Location(file, path="$"), values={"roots": ", ".join(sorted({*ROOTS, *OTHER_ROOTS}))})
    _refuse_version(file, roots[0], raw[roots[0]])
    return roots[0], raw[roots[0]]


def _refuse_depth(file: str, raw: Any) -> None:
    level = [raw]
    for _ in range(MAX_DEPTH):
        level = [below for one in level for below in (one.values() if isinstance(one, dict) else one) if isinstance(below, (dict, list))]
        if not level:
            return
    raise InputError(TOO_DEEP, Location(file), values={"limit": MAX_DEPTH})


def _refuse_version(file: str, root: str, raw: Any) -> None:
    at = Location(file, path=f"$.{root}.metadata.oscal-version")
    made = raw.get("metadata") if isinstance(raw, dict) else None
    version = made.get("oscal-version") if isinstance(made, dict) else None
    if version is None:
        raise InputError(NO_VERSION, at)
    if not isinstance(version, str) or not version.startswith(READ):
        raise InputError(OTHER_VERSION, at, OTHER_VERSION_HINT, {"found": str(version)[:40]})


def _shaped(file: str, root: str, raw: Any) -> Any:
    try:
        return msgspec.convert(raw, ROOTS[root])
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at `$")
        at = Location(file, path=f"$.{root}{path.rstrip('`')}")
        raise InputError(NOT_ITS_SHAPE, at, values={"problem": problem}) from error


def _strange(file: str, root: str, raw: Any) -> list[Problem]:
    """Keys that no shape names, each once with the number of times."""
    counted: Counter[str] = Counter()
    _count(raw, ROOTS[root], f"$.{root}", counted)
    return [Problem(Location(file, path=path), NOT_UNDERSTOOD, {"path": path, "times": times}, rejected=False)
            for path, times in counted.items()]


def _count(raw: Any, of: Any, path: str, counted: Counter[str]) -> None:
    if isinstance(raw, list):
        inner = next((get_args(one)[0] for one in _alternatives(of) if get_origin(one) is list), None)
        for one in raw:
            _count(one, inner, f"{path}[]", counted)
        return
    shape = next((one for one in _alternatives(of) if isinstance(one, type) and issubclass(one, Shape)), None)
    if shape is None or not isinstance(raw, dict):
        return
    known = _known(shape)
    for key, value in raw.items():
        if key in known:
            _count(value, known[key], f"{path}.{key}", counted)
        elif shape is not Everything:
            counted[f"{path}.{key}"] += 1


@cache
def _known(shape: type[Shape]) -> dict[str, Any]:
    return {one.encode_name: one.type for one in msgspec.structs.fields(shape)}


def _alternatives(of: Any) -> tuple[Any, ...]:
    return (of,) if isinstance(of, type) or get_origin(of) is list else get_args(of)

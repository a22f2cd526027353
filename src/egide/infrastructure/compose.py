"""Reads Compose files (Compose Specification): services, volumes, networks, configs and secrets; anchors, `extends` and profiles.

A file and its override are one project. Variables are filled with the defaults that the file itself gives; what isn't given
stays written. Compose says nothing of the machine it runs on: that is declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from egide.infrastructure.drafts import Draft
from egide.infrastructure.plan import Drafts
from egide.infrastructure.resources import Remark, Where
from egide.infrastructure.values import text, told
from egide.infrastructure.yaml_lines import documents, remarks
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

KINDS = {"services": "service", "volumes": "volume", "networks": "network", "configs": "config", "secrets": "secret"}
NOT_A_MAPPING = N_("`{name}` is no mapping")
EXTENDS_NOTHING = N_("service {service} extends {target}, which isn't there")
EXTENDS_ITSELF = N_("services extend each other in a circle: {path}")
INCLUDED_ABSENT = N_("{file} is included, and isn't there")
VARIABLE = re.compile(r"\$\$|\$\{([A-Za-z_]\w*)(?::?-((?:[^{}]|\{[^{}]*\})*))?(?:[:?+][^}]*)?\}")
MOST_DEEP = 20


@dataclass(slots=True)
class ComposeFile:
    """One file, its values and the lines of what it declares."""

    name: str
    values: dict[str, dict[str, object]] = field(default_factory=dict)
    """By section, by name."""
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    included: list[str] = field(default_factory=list)
    """Other files whose services it takes in, as it writes them."""
    extended: list[str] = field(default_factory=list)
    """Other files whose services its own extend."""
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def compose_file(content: bytes, name: str, environment: Mapping[str, str] | None = None) -> ComposeFile:
    """The declarations of one file; raises `InputError` on bytes that are no text."""
    said = text(content, name)
    file = ComposeFile(name, remarks=remarks(said, name))
    for document in documents(said, name, file.problems):
        whole = _filled(document.value, environment or {})
        sections = whole if isinstance(whole, dict) else {}
        originals = document.value if isinstance(document.value, dict) else {}
        for section in KINDS:
            declared = sections.get(section)
            if declared is not None and not isinstance(declared, dict):
                file.problems.append(Problem(Location(name, path=section), NOT_A_MAPPING, {"name": section}))
                continue
            for key, value in (declared or {}).items():
                file.values.setdefault(section, {})[key] = value
                original = originals[section].get(key)
                file.lines[section, key] = max(1, document.lines.get(id(original), 0) - 1) if original else _line(said, key)
        file.included += _included(sections)
        file.extended += _extended(file.values.get("services", {}))
    return file


def _line(said: str, key: str) -> int:
    """The line of a key that nothing stands under."""
    found = re.search(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*:", said, re.MULTILINE)
    return said.count("\n", 0, found.start()) + 1 if found else 1


def _included(sections: Mapping[str, object]) -> Iterator[str]:
    listed = sections.get("include")
    for one in listed if isinstance(listed, list) else ():
        path = one.get("path") if isinstance(one, dict) else one
        yield from (each for each in (path if isinstance(path, list) else [path]) if isinstance(each, str))


def _extended(services: Mapping[str, object]) -> Iterator[str]:
    for service in services.values():
        extends = service.get("extends") if isinstance(service, dict) else None
        if isinstance(extends, dict) and isinstance(extends.get("file"), str):
            yield str(extends["file"])


def read_compose(files: Sequence[ComposeFile], others: Mapping[str, ComposeFile]) -> Drafts:
    """The project of these files, the later ones over the earlier; ``others`` are those that they name, as they write them."""
    read = Drafts("compose", problems=[problem for file in (*files, *others.values()) for problem in file.problems])
    whole: dict[tuple[str, str], tuple[object, ComposeFile]] = {}
    included = [others[name] for file in files for name in file.included if name in others]
    for file in files:
        absent = [name for name in (*file.included, *file.extended) if name not in others]
        read.problems += (Problem(Location(file.name), INCLUDED_ABSENT, {"file": name}) for name in absent)
    for file in (*included, *files):
        for section, declared in file.values.items():
            for name, value in declared.items():
                before = whole.get((section, name))
                whole[section, name] = (_over(before[0], value), before[1]) if before else (value, file)
    for (section, name), (value, file) in whole.items():
        if section == "services":
            value = _extending(name, value, file, others, read, (name,))  # noqa: PLW2901
        _add(section, name, value, file, read)
    return read


def _extending(name: str, value: object, file: ComposeFile, others: Mapping[str, ComposeFile], read: Drafts,
               path: tuple[str, ...]) -> object:  # fmt: skip
    """The service over the one that it extends."""
    extends = value.get("extends") if isinstance(value, dict) else None
    if extends is None:
        return value
    target = extends.get("service") if isinstance(extends, dict) else extends
    where = extends.get("file") if isinstance(extends, dict) else None
    home = others.get(str(where)) if where else file
    base = home.values.get("services", {}).get(str(target)) if home else None
    at = Location(file.name, row=file.lines.get(("services", name)))
    if home is None or base is None:
        if where is None or where in others:
            read.problems.append(Problem(at, EXTENDS_NOTHING, {"service": name, "target": target}))
        return value
    step = f"{where}:{target}" if where else str(target)
    if step in path or len(path) > MOST_DEEP:
        read.problems.append(Problem(at, EXTENDS_ITSELF, {"path": " → ".join((*path, step))}))
        return value
    return _over(_extending(str(target), base, home, others, read, (*path, step)), value)


def _over(below: object, above: object) -> object:
    """One value over another: mappings join, lists add up, anything else is replaced."""
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{key: _over(below[key], value) if key in below else value for key, value in above.items()}}
    if isinstance(below, list) and isinstance(above, list):
        return [*below, *(one for one in above if one not in below)]
    return below if above is None else above


def _add(section: str, name: str, value: object, file: ComposeFile, read: Drafts) -> None:
    kind = KINDS[section]
    if value is not None and not isinstance(value, dict):
        read.problems.append(Problem(Location(file.name, path=f"{section}.{name}"), NOT_A_MAPPING, {"name": name}))
        return
    attributes = dict(value or {})
    for key in ("environment", "labels", "args"):
        if isinstance(listed := attributes.get(key), list):
            attributes[key] = {one.partition("=")[0]: one.partition("=")[2] for one in listed if isinstance(one, str)}
    address = f"{kind}/{name}"
    references = {key: tuple(f"{KINDS[key]}/{one}" for one in _names(attributes.get(key))) for key in ("networks", "secrets", "configs")}
    seen = told(attributes)
    where = Where(file.name, file.lines.get((section, name)), f"{section}.{name}")
    read.resources.append(Draft(address, address, kind, "compose", seen if isinstance(seen, dict) else {}, where, "compose",
                                references={key: named for key, named in references.items() if named}))  # fmt: skip


def _names(value: object) -> list[str]:
    if isinstance(value, dict):
        return [str(one) for one in value]
    listed = value if isinstance(value, list) else []
    return [one if isinstance(one, str) else str(one.get("source", "")) for one in listed if isinstance(one, (str, dict))]


def _filled(value: object, environment: Mapping[str, str], deep: int = 0) -> object:
    """The value with its variables, where the environment that was declared or the file's own default gives them."""
    if isinstance(value, str) and "$" in value:
        return VARIABLE.sub(lambda found: _given(found, environment), value)
    if isinstance(value, dict):
        return {key: _filled(inner, environment, deep + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, environment, deep + 1) for inner in value]
    return value


def _given(found: re.Match[str], environment: Mapping[str, str]) -> str:
    if found[0] == "$$":
        return "$"
    if said := environment.get(found[1]):
        return said
    return found[2] if found[2] is not None else found[0]

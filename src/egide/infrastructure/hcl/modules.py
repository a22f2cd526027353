"""A module: all files of one folder, their blocks sorted by what they declare (Terraform language, «Files and Directories»)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from egide.infrastructure.hcl.json_syntax import parse_json
from egide.infrastructure.hcl.parsing import Parsed, parse
from egide.infrastructure.hcl.syntax import Attribute, Block, Expression, Literal, Pairs
from egide.infrastructure.resources import Remark
from egide.infrastructure.values import text
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

MOST_BYTES = 16 * 1024 * 1024
TOO_LARGE = N_("the file is larger than {limit} MiB, the most that is read")
LABELS = N_("a block `{type}` has {n} labels")
DECLARED_TWICE = N_("{address} is declared twice in this folder")
WANTED_LABELS = {"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1}


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its file."""

    block: Block
    file: str


@dataclass(slots=True)
class Module:
    """What the files of one folder declare."""

    folder: str
    resources: dict[str, Placed] = field(default_factory=dict)
    """By ``type.name`` or ``data.type.name``."""
    variables: dict[str, Block] = field(default_factory=dict)
    local_values: dict[str, Attribute] = field(default_factory=dict)
    providers: list[Block] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    """Local name of a provider to its address."""
    calls: dict[str, Placed] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    values: dict[str, Expression] = field(default_factory=dict)
    """What files of values that are loaded without being named give to variables."""
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """By file, how many resources it declares."""

    def called(self) -> Iterable[str]:
        """The folders of the modules that this one calls by a path."""
        return (folder for placed in self.calls.values() if (folder := local_folder(self.folder, placed.block)))


def local_folder(folder: str, call: Block) -> str | None:
    """The folder of a module that is called by a path; None for one from a registry or a repository."""
    source = call.expression("source")
    if not isinstance(source, Literal) or not isinstance(source.value, str) or not source.value.startswith((".", "/")):
        return None
    return posixpath.normpath(posixpath.join(folder, source.value))


def read_module(folder: str, files: Mapping[str, bytes]) -> Module:
    """The module that these files make; a file that can't be read is a problem, and the others go on."""
    module = Module(folder)
    for name, content in sorted(files.items()):
        try:
            if len(content) > MOST_BYTES:
                raise InputError(TOO_LARGE, Location(name), values={"limit": MOST_BYTES // 2**20})
            parsed = (parse_json if name.endswith(".json") else parse)(text(content, name), name)
        except InputError as error:
            module.problems.append(Problem(error.at or Location(name), error.message, error.values))
            continue
        module.problems += parsed.problems
        module.remarks += parsed.remarks
        if name.endswith(".tfvars"):
            module.values |= {attribute.name: attribute.expression for attribute in parsed.attributes.values()}
        else:
            _sorted_in(parsed, module)
    return module


def read_values(content: bytes, name: str) -> tuple[dict[str, Expression], list[Problem]]:
    """The values that a file gives to variables."""
    parsed = parse(text(content, name), name)
    return {attribute.name: attribute.expression for attribute in parsed.attributes.values()}, parsed.problems


def _sorted_in(parsed: Parsed, module: Module) -> None:
    module.counts[parsed.file] = sum(block.type == "resource" for block in parsed.blocks)
    for block in parsed.blocks:
        wanted = WANTED_LABELS.get(block.type)
        if wanted is not None and len(block.labels) != wanted:
            at = Location(parsed.file, row=block.line)
            module.problems.append(Problem(at, LABELS, {"type": block.type, "n": wanted}))
            continue
        _sort_in(block, parsed.file, module)


def _sort_in(block: Block, file: str, module: Module) -> None:
    match block.type:
        case "resource" | "data":
            name = ".".join((*(["data"] if block.type == "data" else []), *block.labels))
            _once(module, module.resources, name, block, file)
        case "module":
            _once(module, module.calls, block.labels[0], block, file)
        case "variable":
            module.variables[block.labels[0]] = block
        case "output":
            module.outputs[block.labels[0]] = block
        case "locals":
            module.local_values |= block.attributes
        case "provider":
            module.providers.append(block)
        case "terraform":
            for required in block.inside("required_providers"):
                _require(required, module)


def _once(module: Module, into: dict[str, Placed], name: str, block: Block, file: str) -> None:
    if name in into:
        module.problems.append(Problem(Location(file, row=block.line), DECLARED_TWICE, {"address": name}))
        return
    into[name] = Placed(block, file)


def _require(required: Block, module: Module) -> None:
    for name, attribute in required.attributes.items():
        if isinstance(attribute.expression, Pairs):
            said = {key.value: value.value for key, value in attribute.expression.pairs
                    if isinstance(key, Literal) and isinstance(value, Literal)}  # fmt: skip
            if isinstance(source := said.get("source"), str):
                module.sources[name] = source

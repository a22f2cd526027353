"""Deployment problems as the SAGE project writes them: an application with its restrictions, and a list of machines.

Names are SAGE's: ``Conflicts``, ``LowerBound``, ``UpperBound``, ``EqualBound``, ``RequireProvideDependency``, ``OneToManyDependency``,
``AlternativeComponents`` (or ``ExclusiveDeployment``), ``FullDeployment``. Another name is refused, with its place: a
restriction that is not understood would make a plan cheaper than it may be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from egide.planner.packing import Bound, Box, Packing, Part, Provides
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

MAX_BYTES = 16 * 1024 * 1024
NOT_SAGE = N_("not a deployment problem of SAGE's form: {problem}")
UNKNOWN = N_("the restriction «{type}» is not known")
UNKNOWN_PART = N_("the component {id} is not in the application")
NO_INSTANCES = N_("the application leaves the number of instances of {name} open (bound {bound}); name it with `--instances`")
TOO_LARGE = N_("the file is larger than {limit} MiB, the most that is read")


class _Compute(msgspec.Struct):
    CPU: int
    Memory: int


class _Storage(msgspec.Struct):
    StorageSize: int = 0


class _Part(msgspec.Struct, rename={"system": "operatingSystem"}):
    id: int
    name: str
    Compute: _Compute
    Storage: _Storage = msgspec.field(default_factory=_Storage)
    system: str = ""


class _Application(msgspec.Struct):
    application: str
    components: list[_Part]
    restrictions: list[dict[str, Any]] = []


class _Offer(msgspec.Struct, rename={"system": "operatingSystem"}):
    cpu: int
    memory: int
    storage: int
    price: int
    system: str = ""


def read_offers(content: bytes, file: str) -> tuple[Box, ...]:
    """The machines. Raises `InputError`."""
    offers = _decoded(content, file, dict[str, _Offer])
    return tuple(Box(name, one.cpu, one.memory, one.storage, one.price, one.system or None) for name, one in offers.items())


def read_application(content: bytes, file: str, instances: Mapping[int, int] | None = None) -> tuple[str, Packing]:
    """The application's name and what is to be packed. ``instances`` fills bounds that are left open (−1). Raises `InputError`."""
    said = _decoded(content, file, _Application)
    parts = tuple(
        Part(one.id, one.name, one.Compute.CPU, one.Compute.Memory, one.Storage.StorageSize, one.system or None)
        for one in said.components
    )  # fmt: skip
    reader = _Reader(file, {part.id: part for part in parts}, instances or {})
    for place, restriction in enumerate(said.restrictions):
        reader.take(restriction, place)
    return said.application, Packing(
        parts, frozenset(reader.conflicts), tuple(reader.bounds), tuple(reader.provides), tuple(reader.either), tuple(reader.everywhere),
        tuple(reader.equal),
    )  # fmt: skip


def _decoded(content: bytes, file: str, form: Any) -> Any:
    if len(content) > MAX_BYTES:
        raise InputError(TOO_LARGE, Location(file), values={"limit": MAX_BYTES // 2**20})
    try:
        return msgspec.json.decode(content, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(NOT_SAGE, Location(file), values={"problem": str(error)}) from error


class _Reader:
    """Takes the restrictions one by one."""

    def __init__(self, file: str, parts: Mapping[int, Part], instances: Mapping[int, int]) -> None:
        self.file, self.parts, self.instances = file, parts, instances
        self.conflicts: list[tuple[int, int]] = []
        self.bounds: list[Bound] = []
        self.provides: list[Provides] = []
        self.either: list[tuple[int, int]] = []
        self.everywhere: list[int] = []
        self.equal: list[tuple[int, ...]] = []
        self.at = Location(file)

    def take(self, said: Mapping[str, Any], place: int) -> None:
        """One restriction. Raises `InputError`."""
        self.at = Location(self.file, path=f"$.restrictions[{place}]")
        kind = said.get("type")
        match kind:
            case "Conflicts":
                self.conflicts += [(self._part(said, "alphaCompId"), other) for other in self._parts(said)]
            case "LowerBound" | "UpperBound" | "EqualBound":
                self._bound(str(kind), said)
            case "RequireProvideDependency":
                self.provides.append(Provides(
                    self._part(said, "alphaCompId"), self._part(said, "betaCompId"), self._whole(said, "alphaCompIdInstances"),
                    self._whole(said, "betaCompIdInstances"),
                ))  # fmt: skip
            case "OneToManyDependency":
                given = self._whole(said, "number")
                self.provides.append(Provides(self._part(said, "betaCompId"), self._part(said, "alphaCompId"), 1, given))
            case "AlternativeComponents" | "ExclusiveDeployment":
                self.either.append((self._part(said, "alphaCompId"), self._part(said, "betaCompId")))
            case "FullDeployment":
                self.everywhere += self._parts(said)
            case _:
                raise InputError(UNKNOWN, self.at, values={"type": str(kind)})

    def _bound(self, kind: str, said: Mapping[str, Any]) -> None:
        parts = tuple(self._parts(said))
        bound = said.get("bound")
        if bound == -1:
            named = [self.instances[part] for part in parts if part in self.instances]
            if len(named) != len(parts):
                raise InputError(NO_INSTANCES, self.at, values={"name": self.parts[parts[0]].name, "bound": bound})
            bound = sum(named)
        if not isinstance(bound, int) or isinstance(bound, bool) or bound < 0:
            raise InputError(NOT_SAGE, self.at, values={"problem": f"bound {bound!r}"})
        self.bounds.append(Bound(parts, None if kind == "UpperBound" else bound, None if kind == "LowerBound" else bound))

    def _part(self, said: Mapping[str, Any], name: str) -> int:
        found = said.get(name)
        if found not in self.parts:
            raise InputError(UNKNOWN_PART, self.at, values={"id": str(found)})
        return int(found)  # type: ignore[arg-type]

    def _parts(self, said: Mapping[str, Any]) -> list[int]:
        listed = said.get("compsIdList")
        if not isinstance(listed, list) or not listed:
            raise InputError(NOT_SAGE, self.at, values={"problem": "compsIdList"})
        return [self._part({"id": one}, "id") for one in listed]

    def _whole(self, said: Mapping[str, Any], name: str) -> int:
        found = said.get(name)
        if not isinstance(found, int) or isinstance(found, bool) or found < 1:
            raise InputError(NOT_SAGE, self.at, values={"problem": f"{name} {found!r}"})
        return found

"""The `run` part of a component in `service.yaml`, read strictly into a `Workload`.

Three things are refused that would build badly: an image without a version of its own, a user who is root, and a figure that the plan
would not pay for (volumes other than the component's block storage, a public port without a load balancer).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec

from egide.planner.workload import Backup, Port, Probe, Product, Protocol, Volume, Workload
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HIGHEST_PORT = 65535
IMAGE = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:@sha256:[0-9a-f]{64})?")
PORT_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?")
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PATH = re.compile(r"/[A-Za-z0-9._/-]+")

NO_VERSION = N_("«{image}» is no image with its version, such as group/name:1.2.3, without its registry")
LATEST = N_("«{image}»: «latest» is not a version: what is built must be the same tomorrow")
BAD_PORT = N_("«{value}» is no port: write a number from 1 to 65535, or 10000/udp")
BAD_PORT_NAME = N_("«{name}» is no name for a port: at most 15 small letters, digits and hyphens, a letter among them")
UNKNOWN_PORT = N_("«{name}» is not a port of this component")
BAD_NAME = N_("«{name}» is no name: small letters, digits and hyphens, 63 at most")
BAD_VARIABLE = N_("«{name}» is no name of an environment variable")
BAD_PATH = N_("«{path}» is no absolute path")
ROOT = N_("user {value}: an instance never runs as root; give the number of another user")
ONE_WAY = N_("a probe is either a page (path and port), a port, or a command")
OTHER_STORAGE = N_("the volumes of {count} instances take {gib} GiB, but block_gib plans {planned}: write the same")
NO_WAY_BACK = N_("a dump needs both: command writes it into /backup, restore puts it back")
NOTHING_KEPT = N_("there is nothing to copy: neither a volume nor a command that writes a dump")
NO_BALANCER = N_("a port is public, but no load balancer is planned: write load_balancers: 1")
NOT_SINGLE = N_("at most one may run, and {count} instances are asked for: leave out single, or count")
NO_MACHINE = N_("something is to run, but no machine is planned: write vcpu and memory_gib")
SPELT_TWICE = N_("«{name}» is both an environment variable and a secret")
NOT_FROM_ONE = N_("{name} is {value}: it must be 1 or more")


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """Unknown keys are refused."""


class Said(_Strict):
    """The same in both languages."""

    fr: str
    en: str


class ProductForm(_Strict):
    """The product, its licence, and where its size comes from."""

    name: str
    licence: str
    sizing: str | Said | None = None
    source: str | None = None


class ProbeForm(_Strict):
    """A page, a port, or a command."""

    path: str | None = None
    port: str | None = None
    command: list[str] = []


class BackupForm(_Strict):
    """Where the copy goes, how often, how long it is kept."""

    to: str
    every_hours: Literal[1, 2, 3, 4, 6, 8, 12, 24] = 24
    keep_days: int = 30
    command: list[str] = []
    restore: list[str] = []


class RunForm(_Strict):
    """What runs in each machine of a component."""

    image: str
    product: ProductForm | None = None
    command: list[str] = []
    arguments: list[str] = []
    ports: dict[str, int | str] = {}
    public: list[str] = []
    peers: list[str] = []
    environment: dict[str, str] = {}
    secrets: dict[str, str] = {}
    volumes: dict[str, int] = {}
    scratch: list[str] = []
    ready: ProbeForm | None = None
    alive: ProbeForm | None = None
    user: int = 10001
    single: bool = False
    """At most one instance runs at a time, because the product can't stand a second."""
    backup: BackupForm | None = None


class Planned(msgspec.Struct, frozen=True):
    """What of its component a workload must agree with."""

    vcpus: int
    count: int
    block_gib: int
    load_balancers: int


def read_workload(said: RunForm, planned: Planned, at: Callable[[str], Location]) -> Workload:
    """The workload. Raises `InputError` with the path below ``run`` of what can't be built or isn't planned."""
    ports = _ports(said, at)
    names = {port.name for port in ports}
    _image(said.image, at("image"))
    if said.user < 1:
        raise InputError(ROOT, at("user"), values={"value": said.user})
    made = Workload(
        said.image, _product(said.product), tuple(said.command), tuple(said.arguments), ports, tuple(said.peers),
        _variables(said.environment, at), _secrets(said, at), _volumes(said.volumes, at),
        tuple(_path(path, at("scratch")) for path in said.scratch),
        _probe(said.ready, names, at, "ready"), _probe(said.alive, names, at, "alive"), said.user, _backup(said.backup, at), said.single,
    )  # fmt: skip
    _agrees(made, planned, at)
    return made


def _product(said: ProductForm | None) -> Product | None:
    if said is None:
        return None
    words = said.sizing
    sizing = Text(words.fr, words.en) if isinstance(words, Said) else Text(words, words) if words else None
    return Product(said.name, said.licence, sizing, said.source)


def _agrees(made: Workload, planned: Planned, at: Callable[[str], Location]) -> None:
    if not planned.vcpus:
        raise InputError(NO_MACHINE, at("image"))
    if made.single and planned.count > 1:
        raise InputError(NOT_SINGLE, at("single"), values={"count": planned.count})
    kept = planned.count * sum(volume.gib for volume in made.volumes)
    if kept != planned.block_gib:
        raise InputError(OTHER_STORAGE, at("volumes"), values={"count": planned.count, "gib": kept, "planned": planned.block_gib})
    if made.backup and not made.backup.command and not made.volumes:
        raise InputError(NOTHING_KEPT, at("backup"))
    if made.public and not planned.load_balancers:
        raise InputError(NO_BALANCER, at("public"))


def _image(image: str, at: Location) -> None:
    if not IMAGE.fullmatch(image):
        raise InputError(NO_VERSION, at, values={"image": image})
    if image.rpartition(":")[2] == "latest":
        raise InputError(LATEST, at, values={"image": image})


def _ports(said: RunForm, at: Callable[[str], Location]) -> tuple[Port, ...]:
    for which, names in (("public", said.public), ("peers", said.peers)):
        for name in names:
            if name not in said.ports:
                raise InputError(UNKNOWN_PORT, at(which), values={"name": name})
    found = []
    for name, value in said.ports.items():
        if not PORT_NAME.fullmatch(name) or name.isdigit():
            raise InputError(BAD_PORT_NAME, at("ports"), values={"name": name})
        number, _, word = str(value).partition("/")
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= HIGHEST_PORT or word not in ("", "tcp", "udp"):
            raise InputError(BAD_PORT, at(f"ports.{name}"), values={"value": value})
        protocol: Protocol = "udp" if word == "udp" else "tcp"
        found.append(Port(name, int(number), protocol, name in said.public))
    return tuple(found)


def _variables(said: Mapping[str, str], at: Callable[[str], Location]) -> tuple[tuple[str, str], ...]:
    for name in said:
        if not VARIABLE.fullmatch(name):
            raise InputError(BAD_VARIABLE, at("environment"), values={"name": name})
    return tuple(said.items())


def _secrets(said: RunForm, at: Callable[[str], Location]) -> tuple[tuple[str, str], ...]:
    for name, secret in said.secrets.items():
        if not VARIABLE.fullmatch(name):
            raise InputError(BAD_VARIABLE, at("secrets"), values={"name": name})
        if name in said.environment:
            raise InputError(SPELT_TWICE, at(f"secrets.{name}"), values={"name": name})
        if not NAME.fullmatch(secret):
            raise InputError(BAD_NAME, at(f"secrets.{name}"), values={"name": secret})
    return tuple(said.secrets.items())


def _volumes(said: Mapping[str, int], at: Callable[[str], Location]) -> tuple[Volume, ...]:
    return tuple(Volume(_path(path, at("volumes")), _from_one(gib, at, f"volumes.{path}")) for path, gib in said.items())


def _path(path: str, at: Location) -> str:
    if not PATH.fullmatch(path) or ".." in path.split("/"):
        raise InputError(BAD_PATH, at, values={"path": path})
    return path


def _from_one(value: int, at: Callable[[str], Location], path: str) -> int:
    if value < 1:
        raise InputError(NOT_FROM_ONE, at(path), values={"name": path.rpartition(".")[2], "value": value})
    return value


def _probe(said: ProbeForm | None, ports: set[str], at: Callable[[str], Location], which: str) -> Probe | None:
    if said is None:
        return None
    if bool(said.command) == (said.port is not None) or (said.path is not None and said.port is None):
        raise InputError(ONE_WAY, at(which))
    if said.port is not None and said.port not in ports:
        raise InputError(UNKNOWN_PORT, at(f"{which}.port"), values={"name": said.port})
    return Probe(said.path, said.port, tuple(said.command))


def _backup(said: BackupForm | None, at: Callable[[str], Location]) -> Backup | None:
    if said is None:
        return None
    if bool(said.command) != bool(said.restore):
        raise InputError(NO_WAY_BACK, at("backup"))
    kept = _from_one(said.keep_days, at, "backup.keep_days")
    return Backup(said.to, said.every_hours, kept, tuple(said.command), tuple(said.restore))

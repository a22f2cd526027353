"""What runs in a component: image, ports, state, secrets by reference, probes, backups.

The planner decides nothing by it; it stands in the need so that one `service.yaml` is both planned and built, and one `plan.json` holds
all that a build takes. Everything is a tuple: a component stays a value that can be compared and hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from egide.vocabulary.language import Text

Protocol = Literal["tcp", "udp"]


@dataclass(frozen=True, slots=True)
class Product:
    """Which product, under which licence, and where its size comes from."""

    name: str
    licence: str
    """SPDX expression."""
    sizing: Text | None = None
    """What the product's publisher says of its size, in a few words of ours."""
    source: str | None = None
    """Where the publisher says so; None: the size is our own estimate."""


@dataclass(frozen=True, slots=True)
class Port:
    """One port that a component listens on."""

    name: str
    number: int
    protocol: Protocol = "tcp"
    public: bool = False
    """Whether the internet may reach it, through the component's load balancer."""


@dataclass(frozen=True, slots=True)
class Volume:
    """Block storage that each instance keeps."""

    path: str
    gib: int


@dataclass(frozen=True, slots=True)
class Probe:
    """How one sees that an instance is ready, or alive: a page, an open port, or a command within it."""

    path: str | None = None
    port: str | None = None
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the state, elsewhere."""

    to: str
    """The component whose object storage holds it."""
    every_hours: int = 24
    keep_days: int = 30
    command: tuple[str, ...] = ()
    """Run in the component's own image, it writes a dump into ``/backup``; empty: the files of the volumes are copied."""
    restore: tuple[str, ...] = ()
    """Run in the same image, it puts the dump in ``/backup`` back."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What runs in each machine of a component."""

    image: str
    """Below the registry, with its version: ``group/name:1.2.3``."""
    product: Product | None = None
    command: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()
    peers: tuple[str, ...] = ()
    """The ports by which the instances of one component speak to each other."""
    environment: tuple[tuple[str, str], ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    """Environment variable, name of the secret that fills it. No value of a secret is ever here."""
    volumes: tuple[Volume, ...] = ()
    scratch: tuple[str, ...] = ()
    """Paths that may be written and are empty after a restart."""
    ready: Probe | None = None
    alive: Probe | None = None
    user: int = 10001
    """The number of the user that it runs as, never 0."""
    backup: Backup | None = None
    single: bool = False
    """Two at a time would do damage, or not know of each other: there is at most one, and it comes back elsewhere."""

    @property
    def public(self) -> tuple[Port, ...]:
        """The ports that the internet may reach."""
        return tuple(port for port in self.ports if port.public)

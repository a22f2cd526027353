"""What an infrastructure file declares, and where each thing it declares stands.

A resource is read as its file writes it, and its place is told with how the place was found (`by`). What no file, no
declaration and no table says is unknown, with what to declare: a resource without place is never taken to be in order,
and none is left out. Values that are known only when the plan is applied are `UNKNOWN`; what the plan marks as sensitive,
and what is called like a secret, is `SENSITIVE` and isn't kept at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from egide.vocabulary.findings import Problem, Reason

Service = Literal[
    "compute", "kubernetes", "database", "object-storage", "block-storage", "file-storage", "network", "load-balancer",
    "dns", "cdn", "registry", "telemetry", "identity", "mail", "queue", "function", "backup", "key-management",
    "certificate", "secret", "monitoring", "other",
]  # fmt: skip
By = Literal["attribute", "reference", "provider-block", "variable", "environment", "unknown"]
Form = Literal["plan", "state", "hcl", "kubernetes", "compose"]


class Withheld(Enum):
    """Stands in attributes for a value that isn't there."""

    UNKNOWN = "unknown"
    """Known only when the plan is applied, or written as an expression that can't be resolved without running it."""
    SENSITIVE = "sensitive"
    """Marked as sensitive, or named as a secret is: the value was dropped when it was read."""

    def __repr__(self) -> str:
        return f"({self.value})"


UNKNOWN: Final = Withheld.UNKNOWN
SENSITIVE: Final = Withheld.SENSITIVE


class Where(Struct, frozen=True):
    """Where a resource is written."""

    file: str
    """As the user gave it: the HCL file when one lies beside the plan, else the plan."""
    line: int | None
    """Counted from 1; None for a file that isn't written by hand (a plan, a state) when no HCL lies beside it."""
    path: str
    """The JSON path (``resource_changes[3]``) or the address inside the file."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a resource stands, and how that was found."""

    region: str | None
    """As the provider names it."""
    zone: str | None
    country: str | None
    """ISO 3166-1 alpha-2."""
    offer: str | None
    """The catalogue's identifier of the offer that this service in this region belongs to."""
    provider_party: str | None
    """Who operates it, as the catalogue names the provider."""
    by: By
    """How the place was found; ``unknown`` goes with ``declare``."""
    declare: Reason | None
    """What the user must declare, when the place or the cloud isn't known."""
    controlled_from: str | None = None
    """The country from which the operator is ultimately controlled, and whose law can reach it; None: not known."""
    qualification: str | None = None
    """``qualified``, ``in-progress``, ``expired`` or ``none`` for this service in this region on the day; None: not known."""
    until: date | None = None
    """The last day of the qualification."""
    because: Reason | None = None
    """Why the qualification isn't known or doesn't cover this service."""
    nowhere: bool = False
    """The resource has no place of its own (a random number, a local file, a rule inside a named group): nothing to declare."""


class Resource(Struct, frozen=True):
    """One thing that the files declare."""

    address: str
    """``module.a["b"].scaleway_instance_server.web[0]``, ``Deployment/namespace/name``, ``service/name``."""
    type: str
    """``scaleway_instance_server``, ``Deployment``, ``service``."""
    provider: str
    """``scaleway``, ``ovh``, ``openstack``, …, ``kubernetes``, ``compose``, or the own name of a provider never seen."""
    service: Service
    attributes: Mapping[str, object]
    """Decoded values; `UNKNOWN` and `SENSITIVE` stand for what isn't there. Never print them whole: a resource prints as its address."""
    where: Where
    standing: Standing
    form: Form = "plan"
    action: str = "create"
    """``create``, ``update``, ``replace``, ``no-op`` in a plan; ``create`` elsewhere. What is destroyed is in `Read.destroyed`."""
    references: tuple[str, ...] = ()
    """Addresses of the resources that this one names, without index, as its file writes them."""

    def __repr__(self) -> str:
        return f"Resource({self.address!r}, {self.where!r})"


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment that speaks to Égide (``# egide:…``), for those who read waivers."""

    file: str
    line: int
    """Counted from 1."""
    text: str
    """From ``egide:`` to the end of the line."""
    alone: bool
    """Nothing else is written on its line: it is about what follows."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file that was read."""

    name: str
    form: Form
    resources: int
    """How many resources it declares, those that are destroyed not counted."""


@dataclass(frozen=True, slots=True)
class Read:
    """All that was read."""

    resources: tuple[Resource, ...]
    problems: tuple[Problem, ...] = ()
    """Pieces that could not be used, each with its place."""
    files: tuple[FileRead, ...] = ()
    destroyed: tuple[Resource, ...] = ()
    """What the plan takes away: it stands nowhere once the plan is applied."""
    remarks: tuple[Remark, ...] = ()
    unusable: tuple[str, ...] = ()
    """Plans and states that could not be used as a whole, each with a problem that says why."""

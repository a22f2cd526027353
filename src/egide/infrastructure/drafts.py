"""A resource as a reader leaves it, before anybody asks where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from egide.infrastructure.resources import By, Form, Where

INDEX = re.compile(r"\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]\"]*)\]")
NOT_RESOURCES = frozenset({"var", "local", "module", "each", "count", "path", "self", "terraform", "data"})


@dataclass(frozen=True, slots=True)
class Told:
    """A value with how it came to be known."""

    value: object
    by: By = "provider-block"


@dataclass(frozen=True, slots=True)
class Configured:
    """What a provider block (or its alias) says."""

    values: Mapping[str, Told] = field(default_factory=dict)
    """By the argument's name; nested blocks as ``endpoints.s3``."""
    references: tuple[str, ...] = ()
    """Resources that the block names: the cluster that a Kubernetes provider speaks to."""


NOTHING_SAID = Configured()


@dataclass(slots=True)
class Draft:
    """One resource or data source, with all that can tell where it stands."""

    address: str
    base: str
    """The address without indices: ``module.a.data.aws_subnet.x``."""
    type: str
    provider: str
    attributes: Mapping[str, object]
    where: Where
    form: Form
    action: str = "create"
    mode: Literal["managed", "data"] = "managed"
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By attribute, the resources that it names, as bases."""
    configured: Configured = NOTHING_SAID
    derived: frozenset[str] = frozenset()
    """Attributes whose value came out of a variable, a default or a local."""


def without_index(address: str) -> str:
    """``module.a["x"].b.c[0]`` is ``module.a.b.c``."""
    return INDEX.sub("", address) if "[" in address else address


def joined(module: str, address: str) -> str:
    """The address inside the module."""
    return f"{module}.{address}" if module else address


def provider_name(source: str) -> str:
    """The last word of a provider's address: ``registry.example/acme/cloud`` is ``cloud``."""
    return source.rstrip("/").rsplit("/", 1)[-1].lower()


def referred(reference: str) -> str | None:
    """The resource or data source that a reference names, without index and attribute; None for what is none."""
    parts = without_index(reference).split(".")
    if parts[0] == "data":
        return ".".join(parts[:3]) if len(parts) >= 3 else None
    if parts[0] in NOT_RESOURCES or len(parts) < 2:
        return None
    return f"{parts[0]}.{parts[1]}"

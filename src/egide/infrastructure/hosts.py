"""Who answers a name that infrastructure code calls: sourced data, and what the product's own declaration adds or corrects.

A name belongs to the longest ending of it that somebody is known for. A name that is only for the inside of a network (one
word, ``.internal``, ``.svc``, a private address) leads to no third party and isn't asked about.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

import msgspec

from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

Function = Literal["cdn", "dns", "registry", "code", "telemetry", "identity", "mail", "service"]
SEES_DATA: frozenset[str] = frozenset({"cdn", "telemetry", "identity", "mail", "service"})
"""What people enter, or the service knows of them, passes through these. A registry or a forge gives what runs, a zone says where."""
INSIDE = ("local", "internal", "localhost", "localdomain", "lan", "svc", "intra", "home.arpa", "in-addr.arpa")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who answers a name."""

    party: str
    """Their name, as a person reads it."""
    function: Function
    controlled_from: str | None
    """ISO 3166-1 alpha-2; None: said by the catalogue's line for ``offer``, or not known."""
    offer: str | None = None
    """The catalogue's identifier, when the name is that of an offer."""
    region: str | None = None
    source: str = ""
    read: str = "secondary"
    on: date | None = None
    state: bool = False
    """A service of the State answers: it answers for itself, and no third party is reached."""
    country: str | None = None
    """Where it lies, where somebody says so (ISO 3166-1 alpha-2)."""


@dataclass(frozen=True)
class Hosts:
    """The names that are known."""

    names: dict[str, Holder] = field(default_factory=dict)
    providers: dict[str, Holder] = field(default_factory=dict)
    """By the name of a Terraform or OpenTofu provider that is somebody's service and no cloud."""

    def holder(self, host: str) -> Holder | None:
        """Who answers the name: the longest ending that is known."""
        name = host
        while name:
            if (found := self.names.get(name)) is not None:
                return found
            _, _, name = name.partition(".")
        return None

    def known(self, host: str) -> bool:
        """Whether somebody is known for the name."""
        return self.holder(host) is not None

    def also(self, declared: Iterable[tuple[str, Holder]]) -> Hosts:
        """What the product's declaration says comes first."""
        return Hosts({**self.names, **{name.lower().rstrip("."): holder for name, holder in declared}}, self.providers)


class _Source(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    read: Literal["primary", "secondary"]


class _Party(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str
    source: str
    controlled_from: str | None = None
    offer: str | None = None
    state: bool = False


class _Names(msgspec.Struct, forbid_unknown_fields=True):
    party: str
    function: Function
    names: list[str]


class _Hosts(msgspec.Struct, forbid_unknown_fields=True):
    read_on: date
    sources: dict[str, _Source]
    parties: list[_Party]
    hosts: list[_Names]
    providers: list[_Names]


@cache
def known_hosts() -> Hosts:
    """The names of the package's own list."""
    content = (resources.files("egide.infrastructure") / "data" / "hosts.yaml").read_bytes()
    written = msgspec.convert(read_yaml(content, "hosts.yaml"), _Hosts)
    parties = {party.id: party for party in written.parties}

    def holders(rows: Iterable[_Names]) -> dict[str, Holder]:
        found: dict[str, Holder] = {}
        for row in rows:
            party = parties[row.party]
            source = written.sources[party.source]
            holder = Holder(
                party.name, row.function, party.controlled_from, party.offer, None, source.text, source.read, written.read_on, party.state,
            )  # fmt: skip
            found |= dict.fromkeys(row.names, holder)
        return found

    return Hosts(holders(written.hosts), holders(written.providers))


@cache
def is_inside(host: str) -> bool:
    """Whether the name leads nowhere outside the product's own network."""
    if "." not in host and ":" not in host:
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return any(host == one or host.endswith(f".{one}") for one in INSIDE)
    return not address.is_global

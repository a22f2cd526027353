"""The names that a resource calls: image references, addresses with a scheme, servers in values, scripts in user data.

A name after a scheme is called whoever holds it; a bare word counts as a name only when somebody is known to hold it, or when
its key says that it is a server: file names and versions have dots too. What the code says of itself (labels, descriptions,
schemas) calls nobody. Values that were withheld aren't there to be looked into.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from egide.infrastructure.hosts import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.infrastructure.hosts import Hosts
    from egide.infrastructure.resources import Resource

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
SCHEME = re.compile(
    rf"\b([a-z][a-z0-9+.-]{{1,20}})://(?:[^\s/@:\"'<>]*(?::[^\s/@\"'<>]*)?@)?((?:{LABEL}\.)*{LABEL})\.?(?=[:/?#\s\"'<>,;)\]}}]|$)",
    re.IGNORECASE,
)
BARE = re.compile(rf"(?<![\w.@/-])((?:{LABEL}\.)+[a-z]{{2,24}})(?![\w-]|\.\w)", re.IGNORECASE)
REGISTRY = re.compile(rf"^((?:{LABEL}\.)*{LABEL})(:\d+)?/", re.IGNORECASE)
SERVER_KEY = re.compile(r"(?:^|[_-])(?:host|hostname|endpoint|server|relay|issuer|authority|registry)s?$", re.IGNORECASE)
ABOUT_ITSELF = frozenset({
    "apiversion", "kind", "$schema", "schema", "description", "labels", "matchlabels", "selector", "documentation", "homepage",
    "version", "readme", "license", "comment", "tags", "tags_all", "arn", "id", "resourceversion", "uid", "xmlns",
})  # fmt: skip
"""Keys whose values say what a thing is and call nobody."""
ENCODED = re.compile(r"^(?:user_?data|user_data_base64|custom_data|cloud_init)$", re.IGNORECASE)
NAMES_OF_SHAPES = frozenset({"www.w3.org", "w3.org", "json-schema.org", "schemas.xmlsoap.org", "schema.org"})
"""Addresses that name a vocabulary or a schema and that nobody calls."""
IMAGE_KEYS = frozenset({"image", "container_image", "image_uri", "docker_image", "registry_image"})
HUB = "docker.io"
LONGEST = 262_144
"""Characters of one value that are looked into."""
DEEPEST = 60
CONTAINED = frozenset({"kubernetes", "compose"})


class Called(Struct, frozen=True):
    """A name that a resource calls."""

    host: str
    """In lower case."""
    key: str
    """The key under which it stands, as the file writes it."""
    image: bool = False
    bare: bool = False
    """A word among others, and no address: the principal of a policy, say."""
    declared: bool = False
    """No name that the code writes, but the place of backups as the product declares it."""


def called(resource: Resource, hosts: Hosts) -> tuple[Called, ...]:
    """Each name once, in the order of the file. Names for the inside of a network are left out."""
    found: dict[str, Called] = {}
    containers = resource.provider in CONTAINED
    spoken: list[tuple[str, str]] = []
    _gather(resource.attributes, "", 0, spoken)
    for key, value in spoken:
        for one in _named(key, value, containers, hosts):
            if not is_inside(one.host):
                known = found.get(one.host)
                if known is None or (one.image and not known.image) or (known.bare and not one.bare):
                    found[one.host] = one
    return tuple(found.values())


def _gather(value: object, key: str, depth: int, into: list[tuple[str, str]]) -> None:
    """Every text that could call somebody, with the nearest key above it; a list of ``{name, value}`` speaks under its own name."""
    if isinstance(value, str):
        if len(value) > 3 and ("." in value or _without_dots(key)):
            into.append((key, value[:LONGEST]))
    elif depth > DEEPEST:
        return
    elif isinstance(value, dict):
        own = value.get("name")
        for name, inner in value.items():
            spoken = own if name == "value" and isinstance(own, str) else name
            if inner is None or (type(inner) is str and "." not in inner and not _without_dots(spoken)):
                continue  # most texts: no word in them could be a name
            if not _about_itself(name):
                _gather(inner, spoken if isinstance(spoken, str) else str(spoken), depth + 1, into)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _gather(inner, key, depth + 1, into)


@lru_cache(maxsize=20_000)
def _about_itself(name: object) -> bool:
    return str(name).lower() in ABOUT_ITSELF


@lru_cache(maxsize=20_000)
def _without_dots(key: object) -> bool:
    """Whether a text under this key may call somebody without a dot in it: an image of Docker's own, a script in base64."""
    return isinstance(key, str) and (key.lower() in IMAGE_KEYS or ENCODED.match(key) is not None)


def _named(key: str, value: str, containers: bool, hosts: Hosts) -> Iterator[Called]:
    if ENCODED.match(key):
        value = _decoded(value)
    if key.lower() in IMAGE_KEYS and (containers or "/" in value) and not any(mark in value for mark in (" ", "\n", "://")):
        if (registry := registry_of(value)) is not None:
            yield Called(registry, key, image=True)
        return
    if "." not in value:
        return
    for host in hosts_in(value):
        yield Called(host, key)
    server = SERVER_KEY.search(key) is not None
    for host in bare_in(value):
        if hosts.known(host) or (server and host == value.strip().lower().partition(":")[0].rstrip(".")):
            yield Called(host, key, bare=not server)


@lru_cache(maxsize=20_000)
def hosts_in(value: str) -> tuple[str, ...]:
    """The names that stand after a scheme."""
    if "://" not in value:
        return ()
    found = (match.group(2).lower() for match in SCHEME.finditer(value) if match.group(1).lower() not in ("arn", "file", "unix"))
    return tuple(host for host in found if host not in NAMES_OF_SHAPES)


@lru_cache(maxsize=20_000)
def bare_in(value: str) -> tuple[str, ...]:
    """The words that could be names."""
    return tuple(match.group(1).lower() for match in BARE.finditer(value))


@lru_cache(maxsize=5_000)
def registry_of(image: str) -> str | None:
    """The registry of an image reference: Docker's own where none is written. None when the text names no image."""
    reference = image.strip()
    if not reference or reference.startswith(("$", "{", "%", ".", "/")):
        return None
    match = REGISTRY.match(reference)
    if match is None:
        return HUB
    host = match.group(1).lower()
    if "." in host or match.group(2) or host == "localhost":
        return host
    return HUB


def _decoded(value: str) -> str:
    """The text behind base64, where it is one."""
    if len(value) < 16 or len(value) > LONGEST or not re.fullmatch(r"[A-Za-z0-9+/=\s]+", value):
        return value
    try:
        return base64.b64decode(value, validate=False).decode("utf-8")
    except (binascii.Error, ValueError):
        return value

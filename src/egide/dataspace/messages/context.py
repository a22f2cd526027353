"""The `@context` of a message: with the known names alone a body means what its keys say, and JSON-LD has nothing to add.

The context of the protocol is protected: no other may give its terms another meaning. So a body that
also names others is expanded with all of them and compacted to the protocol's own, by contexts that were held against a digest, and is
read as any other then. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

CONTEXT = "https://w3id.org/dspace/2025/1/context.jsonld"
PROFILE = "https://w3id.org/dspace/2025/1/odrl-profile.jsonld"
DIGESTS: Mapping[str, str] = {
    CONTEXT: "4c09141559c51331c8cb6946c93040d799c39f269afde5d76d79076b9645e1ea",
    PROFILE: "65b96c89a93830c6d8c1b7bba93f4ce64411fe9bb942b445a6d27862511bbb9d",
}
"""SHA-256 of the files as the specification's repository publishes them (release 2025-1-err1): a copy that differs is not used."""
KNOWN = frozenset(DIGESTS)
MINE = [CONTEXT]
"""The `@context` of what is sent."""
Expand = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""A body whose `@context` names more, in the plain form of the protocol; raises `UnfitMessageError` when a context is not at hand."""


class Contextual(Struct, kw_only=True):
    """A message with the `@context` that every one has."""

    context: list[str] = field(name="@context", default_factory=lambda: list(MINE))

    def __post_init__(self) -> None:
        be_of_the_protocol(self.context)


class Received(Struct, kw_only=True):
    """The one demand on `@context` that comes before any type: an array of strings that names the protocol's."""

    context: list[str] = field(name="@context")
    type: str | UnsetType = field(name="@type", default=UNSET)

    def __post_init__(self) -> None:
        be_of_the_protocol(self.context)


def be_of_the_protocol(context: Sequence[str]) -> None:
    """Raise `ValueError` unless the protocol's context is among them."""
    if CONTEXT not in context:
        raise ValueError(f"`@context` does not name {CONTEXT}")


def is_plain(context: Sequence[str]) -> bool:
    """Whether the names are all known, so that keys mean what they say."""
    return KNOWN.issuperset(context)

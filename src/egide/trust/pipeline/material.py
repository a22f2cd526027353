"""What is at hand for a verification: contexts, shapes, anchors, issuers that were named, and pages that were kept, all from bundles."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.trust.credentials.world import World
from egide.trust.dids.identifiers import Fetch, Fetched, NotAtHand, offline
from egide.trust.linked.data import LinkedData
from egide.trust.pipeline.roles import NO_ROLES, Role, Roles, read_roles
from egide.trust.x509 import read_anchors

if TYPE_CHECKING:
    from egide.trust.linked.bundle import Bundle
    from egide.trust.shapes import Shapes


@dataclass(frozen=True, slots=True)
class Material:
    """It may serve many verifications, and many threads."""

    linked: LinkedData
    world: World
    """Where keys, lists and certificates are had, and the anchors; what a scope or a mode decides is filled in for each verification."""
    shapes: Mapping[str, Shapes] = field(default_factory=dict)
    """By the name of their release."""
    roles: Roles = NO_ROLES
    digests: Mapping[str, str] = field(default_factory=dict)
    """Of what decides and has no name of its own: the anchors, the list of issuers."""


def material(bundle: Bundle, shapes: Mapping[str, Shapes] | None = None, beyond: Fetch = offline) -> Material:
    """Everything that a bundle holds. ``shapes`` are those of the bundle, compiled; ``beyond`` is asked for pages that it hasn't.

    Raises `InputError` when anchors or a list of issuers can't be read.
    """
    contexts, anchors, listed = bundle.contexts, bundle.anchors, bundle.issuers
    roles = NO_ROLES
    for name, content in sorted(listed.items()):
        roles = roles.joined(read_roles(content, name))
    world = World(
        fetch=_pages(bundle.pages, beyond), resources=contexts, status_issuers=roles.of(Role.STATUS),
        anchors=read_anchors(b"\n".join(content for _, content in sorted(anchors.items())), "anchors") if anchors else None,
    )
    digests = {f"{kind}/{name}": hashlib.sha256(content).hexdigest()
               for kind, files in (("anchors", anchors), ("issuers", listed)) for name, content in sorted(files.items())}
    return Material(LinkedData(contexts), world, shapes or {}, roles, digests)


def _pages(pages: Mapping[str, Fetched], beyond: Fetch) -> Fetch:
    def fetch(address: str) -> Fetched | NotAtHand:
        return pages.get(address) or beyond(address)

    return fetch

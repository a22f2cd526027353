"""The first minute of a site: its database, and the link for whoever administers it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.accounts.entry import invite
from egide.accounts.people import anybody
from egide.accounts.roles import Role

if TYPE_CHECKING:
    from egide.store.connection import Store

FIRST = (Role.ADMINISTRATOR, Role.AUTHOR)
"""What the first person is: enough to bring files and to invite others, who evaluate and sign."""


def first_link(store: Store, base: str) -> str | None:
    """The address by which the first administrator comes in; None once somebody is there."""
    with store.write() as tx:
        return None if anybody(tx) else f"{base}/join/{invite(tx, '', FIRST)}"

"""What other processes do that serve the same connector from one database on a server: they say what they moved, and are heard.

A word may be lost with its connection. So whoever begins to listen looks at everything once, and `engine` looks round now and then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from egide.dataspace.machines import Kind
from egide.store.calling import listening, say

if TYPE_CHECKING:
    from egide.store.connection import Store
    from egide.store.transaction import Transaction

CHANNEL = "egide_dataspace"
PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
LOGGER = logging.getLogger("egide.dataspace")


def tell(tx: Transaction, name: str, kind: Kind, pid: str) -> None:
    """Say that a process has moved. ``name``: of who says it."""
    say(tx, CHANNEL, f"{name} {kind.value} {pid}")


async def hear(store: Store, name: str, begun: Callable[[], Awaitable[None]], moved: Callable[[Kind, str], None]) -> None:
    """Listen until cancelled. ``begun``: called each time that listening begins; ``moved``: of each word that others than ``name`` say."""
    seconds = PAUSE_SECONDS
    while True:
        try:
            async with listening(store, CHANNEL) as words:
                await begun()
                async for word in words:
                    seconds = PAUSE_SECONDS
                    who, _, said = word.partition(" ")
                    kind, _, pid = said.partition(" ")
                    if who != name and pid:
                        moved(Kind(kind), pid)
        except Exception:
            LOGGER.exception("what other processes do is not heard; it is looked at again in %.0f s", seconds)
        await asyncio.sleep(seconds)
        seconds = min(seconds * 2, LONGEST_PAUSE_SECONDS)

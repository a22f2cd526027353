"""What the engine is given: how it speaks to peers, how it decides, who hears of what it did."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from egide.dataspace.machines import Refusal
from egide.dataspace.processes.process import Process
from egide.dataspace.processes.steps import Incoming, Move
from egide.dataspace.processes.watching import Stuck
from egide.dataspace.processes.writer import Unit
from egide.dataspace.wire.client import Client

Present = Callable[[str, str], Awaitable[Mapping[str, str]]]
"""Headers that prove who we are to a participant at an address."""


@dataclass(slots=True)
class Ways:
    """What the engine is given. ``reaction``: our step to a process as it stands, None when a person decides; called within a transaction,
    so it looks nothing up elsewhere. ``delay_seconds``: when that is due, None for never. ``callback``: where our own endpoint is."""

    client: Client
    callback: str
    present: Present
    reaction: Callable[[Unit, Process], Move | None]
    delay_seconds: Callable[[Process], float | None]
    admit: Callable[[Unit, Incoming], Refusal | None] = field(default=lambda unit, said: None)
    """What stands against a message that opens a process."""
    warn: Callable[[Stuck], None] = field(default=lambda stuck: None)
    """Told of each process that has not moved for a while, once for each place where it stays."""
    changed: Callable[[Process], None] = field(default=lambda process: None)
    """Told of each step, once it is kept; for what moves data."""
    follows: Callable[[Unit, Process], None] = field(default=lambda unit, process: None)
    """Told of each step of a transfer within its transaction; for the planes that must hear of it."""
    woken: Callable[[str], None] = field(default=lambda pid: None)
    """Told that something of a process was kept."""

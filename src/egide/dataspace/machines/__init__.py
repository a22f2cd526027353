"""What may happen next in a negotiation and in a transfer: two tables, and pure functions that read them.

The tables are those of the Dataspace Protocol 2025-1, for contract negotiations and for transfer processes. Nothing here knows HTTP,
a clock or a database.
"""

from __future__ import annotations

from egide.dataspace.machines.judging import Accepted, Fault, Refusal, Repeated, judged, reconciled
from egide.dataspace.machines.tables import MACHINES, NEGOTIATION, TRANSFER, Kind, Machine, Side, State, Step

__all__ = [
    "MACHINES", "NEGOTIATION", "TRANSFER", "Accepted", "Fault", "Kind", "Machine", "Refusal", "Repeated", "Side", "State", "Step", "judged",
    "reconciled",
]  # fmt: skip

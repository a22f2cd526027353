"""What the VC API keeps in a database: which credential has which entry of a status list, and what was decided of it since.

Each event is a record of the store's append-only log, numbered, so that the same decision taken again is another record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from egide.app.trust.vc_api_lists import Event, Given

if TYPE_CHECKING:
    from egide.store.connection import Store

KIND = "vc-api-status"


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: int
    event: Event


class Journal:
    """The events of one database, in order. One server writes at a time: `Lists` holds its lock meanwhile."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._count = 0

    def events(self) -> list[Event]:
        """What was kept."""
        from egide.store import records

        with self.store.read() as tx:
            kept = [msgspec.json.decode(one.body, type=_Kept) for one in records.since(tx, kinds={KIND})]
        self._count = len(kept)
        return [one.event for one in kept]

    def keep(self, events: Sequence[Event]) -> None:
        """Keep them, all or none."""
        from egide.store import records

        drafts = [
            records.statement(KIND, event.name, event.method if isinstance(event, Given) else "",
                              msgspec.to_builtins(_Kept(self._count + place, event)))
            for place, event in enumerate(events)
        ]  # fmt: skip
        with self.store.write() as tx:
            records.add(tx, drafts)
        self._count += len(drafts)

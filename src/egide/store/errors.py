"""What can go wrong between a program and its database, in words; never with a password."""

from __future__ import annotations

from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_


class StoreError(EgideError):
    """The database cannot do what was asked."""


class UnreachableStoreError(StoreError):
    """The database cannot be opened."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(N_("the database {address} cannot be opened: {reason}"), {"address": address, "reason": reason})


class BusyError(StoreError):
    """Another writer held the database for too long; nothing was written."""

    hint = N_("try again when the other work is done")

    def __init__(self, address: str) -> None:
        super().__init__(N_("the database {address} is held by another writer"), {"address": address})


class FailedStoreError(StoreError):
    """The database could not do its work: disk full, connection lost. What had not been accepted is undone."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            N_("the database {address} failed; what had not been accepted is undone: {reason}"), {"address": address, "reason": reason},
        )


class UncertainWriteError(StoreError):
    """The server was lost while it accepted a transaction."""

    hint = N_("look whether it is there before doing it again")

    def __init__(self, address: str) -> None:
        super().__init__(
            N_("the connection to {address} was lost while a write was being accepted: it may be there or not"), {"address": address},
        )


class NewerDatabaseError(StoreError):
    """The database was written by a newer Égide."""

    hint = N_("install the newer version, or restore the backup made before the upgrade")

    def __init__(self, address: str, room: str, found: str, known: str) -> None:
        super().__init__(
            N_("{address} has version {found} of the tables `{room}`; this Égide knows them up to {known}"),
            {"address": address, "room": room, "found": found, "known": known},
        )


class UnknownRoomError(StoreError):
    """The database holds tables that this program was not told of, so it cannot copy them."""

    def __init__(self, rooms: str) -> None:
        super().__init__(N_("the tables of {rooms} are not known here, and would be lost"), {"rooms": rooms})


class LostHeadError(StoreError):
    """The chain of an append-only table has no head any more: somebody took it out, and nothing may be added before it is explained."""

    hint = N_("verify the database, then restore a backup")

    def __init__(self, table: str) -> None:
        super().__init__(N_("{table}: the head of the chain is missing"), {"table": table})


class AppendOnlyError(StoreError):
    """A row of an append-only table would have been changed or deleted."""

    def __init__(self, table: str) -> None:
        super().__init__(N_("rows of `{table}` are never changed nor deleted"), {"table": table})


class BrokenReferencesError(StoreError):
    """Rows would have referred to rows that are not there; nothing was written."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(N_("rows of {tables} refer to rows that do not exist"), {"tables": ", ".join(tables)})


class NotEmptyError(StoreError):
    """A restoration would replace what the database holds."""

    hint = N_("--force replaces what it holds")

    def __init__(self, address: str) -> None:
        super().__init__(N_("the database {address} is not empty"), {"address": address})


class LostLeaseError(StoreError):
    """The job is no longer this worker's: another took it over, or it has ended. What was about to be written is undone."""

    def __init__(self, job: int) -> None:
        super().__init__(N_("job {job} is no longer this worker's"), {"job": job})


class UnknownJobError(StoreError):
    """No job by that number."""

    def __init__(self, job: int) -> None:
        super().__init__(N_("no job {job}"), {"job": job})

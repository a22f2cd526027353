"""What a log asks of the place where it lies: a folder (`egide.trust.log.folder`) or an object store (`egide.trust.log.objects`).

Durable when the call returns, whole or not there at all, and one writer at a time. Paths are the log's own, with «/».
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_


class Storage(Protocol):
    """A place for the files of one log."""

    def read(self, path: str) -> bytes | None:
        """The content, or nothing when there is no such file."""

    def create(self, files: Mapping[str, bytes]) -> None:
        """Write files that never change; one that is there with the same content stays. Raises `TamperedError` on another content."""

    def replace(self, path: str, content: bytes) -> None:
        """Put the file in the place of the one that this holder last read or wrote. Raises `TamperedError` when somebody else did."""

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files; those that are gone already are no matter."""

    def names(self, folder: str) -> list[str]:
        """The paths of the files right in a folder, in order; none when there is no such folder."""

    def held(self) -> AbstractContextManager[None]:
        """Be the only writer. Raises `HeldError` when there is one already."""


class HeldError(EgideError):
    """Another process writes this log."""

    hint = N_("wait until it has ended; after a crash of a writer to an object store, take the log over")

    def __init__(self, place: str) -> None:
        super().__init__(N_("the log in {place} is held by another writer"), {"place": place})


class TamperedError(EgideError):
    """The storage holds something else than what this log has written there."""

    hint = N_("compare the storage with a copy of the log before anything is added to it")

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, values)


CHANGED = N_("{path} does not hold what this log wrote there")

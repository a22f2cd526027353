"""A log in an object store: S3 and its kin, Azure, Google or, for tests, memory; through obstore, synchronous calls only.

A put is whole and durable when it returns. There is no lock of a system's to lean on: the writer creates the object
``.lock`` under a name of its own, which fails when there is one (``If-None-Match: *``). After a crash somebody who knows
that the other writer is dead says `Objects(..., take_over=True)`. Should that have been wrong, the log does not fork: what
never changes is only ever created, the checkpoint only put over the one that was read (``If-Match``), and a writer whose
lock is another's stops. That needs a store which keeps to both conditions, as AWS S3 says it does. Where the second is not to
be had (OpenStack Swift answers 501), the checkpoint is read again right before it is replaced: between the two requests nothing but
the lock, and so the care of who takes over, keeps a second writer away.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from egide.trust.log.storage import CHANGED, HeldError, TamperedError
from egide.vocabulary.errors import InputError, MissingExtraError
from egide.vocabulary.language import N_

try:
    import obstore
    from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
except ImportError as error:
    raise MissingExtraError("federation", N_("a log in an object store")) from error

if TYPE_CHECKING:
    from obstore import ObjectMeta, PutMode, PutResult, UpdateVersion
    from obstore.store import ObjectStore

LOCK = ".lock"
UNSUPPORTED = "501 Not Implemented"
LOST = N_("another writer has taken the log over")


class _UnconditionalError(InputError):
    """The store does not replace an object on a condition."""


class Objects:
    """The objects of one log under a prefix of a store."""

    def __init__(self, store: ObjectStore, prefix: str = "", *, take_over: bool = False) -> None:
        self._store = store
        self._prefix = prefix.rstrip("/") + "/" if prefix else ""
        self._take_over = take_over
        self._holder: bytes | None = None
        self._versions: dict[str, UpdateVersion] = {}
        """Of each object that is replaced, what was last read or written."""

    def __str__(self) -> str:
        return f"{self._store}/{self._prefix}"

    def read(self, path: str) -> bytes | None:
        """The content of the object."""
        with _told():
            try:
                found = obstore.get(self._store, self._prefix + path)
            except FileNotFoundError:
                return None
            self._versions[path] = _version(found.meta)
            return bytes(found.bytes())

    def create(self, files: Mapping[str, bytes]) -> None:
        """Create objects that never change."""
        self._still_held()
        for path, content in files.items():
            if not self._put(path, content, "create") and self.read(path) != content:
                raise TamperedError(CHANGED, path=path)

    def replace(self, path: str, content: bytes) -> None:
        """Put the object over the one that was last read or written here, or create it when none was there."""
        self._still_held()
        known = self._versions.get(path)
        try:
            done = self._put(path, content, known or "create")
        except _UnconditionalError:
            done = self._unchanged(path, known) and self._put(path, content, "overwrite")
        if not done:
            raise TamperedError(CHANGED, path=path)

    def remove(self, paths: Iterable[str]) -> None:
        """Remove objects."""
        with _told():
            for path in paths:
                with suppress(FileNotFoundError):
                    obstore.delete(self._store, self._prefix + path)

    def names(self, folder: str) -> list[str]:
        """The objects right under a prefix."""
        with _told():
            found = obstore.list_with_delimiter(self._store, f"{self._prefix}{folder}/")
        return sorted(one["path"].removeprefix(self._prefix) for one in found["objects"])

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock object while the log is written."""
        mine = secrets.token_hex(16).encode()
        if not self._put(LOCK, mine, "overwrite" if self._take_over else "create"):
            raise HeldError(str(self))
        self._holder = mine
        try:
            yield
        finally:
            if self.read(LOCK) == mine:
                self.remove([LOCK])
            self._holder = None

    def _put(self, path: str, content: bytes, mode: PutMode) -> bool:
        """Put the object; false when the condition does not hold."""
        with _told():
            try:
                put = obstore.put(self._store, self._prefix + path, content, mode=mode, use_multipart=False)
            except (AlreadyExistsError, PreconditionError):
                return False
        self._versions[path] = _version(put)
        return True

    def _unchanged(self, path: str, known: UpdateVersion | None) -> bool:
        """Whether the object is still the version that was last read or written here."""
        self.read(path)
        return known is not None and self._versions.get(path) == known

    def _still_held(self) -> None:
        if self._holder is None or self.read(LOCK) != self._holder:
            raise TamperedError(LOST)


@contextmanager
def _told() -> Iterator[None]:
    """What the store refuses or cannot do, as an error of ours."""
    try:
        yield
    except (BaseError, OSError) as error:
        kind = _UnconditionalError if UNSUPPORTED in str(error) else InputError
        raise kind(N_("the object store: {problem}"), values={"problem": str(error).splitlines()[0]}) from error


def _version(found: ObjectMeta | PutResult) -> UpdateVersion:
    """What tells this version of the object from others: a store gives one of the two, or both."""
    version: UpdateVersion = {}
    if found["e_tag"] is not None:
        version["e_tag"] = found["e_tag"]
    if found["version"] is not None:
        version["version"] = found["version"]
    return version

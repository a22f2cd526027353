"""Where fetched data goes: a folder, an object store, or a broker."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from egide.app.dataspace.fetching import BrokenPullError
from egide.app.dataspace.sources import in_clear
from egide.app.files import WouldOverwriteError
from egide.dataspace.planes.addresses import SCHEME, Message, is_stream, read_broker

if TYPE_CHECKING:
    from egide.app.dataspace.fetching import Coming
    from egide.dataspace.planes.streams import Publish

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Got:
    """What came: where it is, how many bytes, its SHA-256 in hexadecimal where it is whole; whether it was a stream."""

    place: str
    bytes: int
    sha256: str | None
    endless: bool


@dataclass(slots=True)
class File:
    """A file that is being written. ``most``: lines that are wanted, None for all."""

    handle: IO[bytes]
    most: int | None
    size: int = 0
    lines: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    async def write(self, piece: bytes) -> bool:
        """See `Target`."""
        self.handle.write(piece)
        self.digest.update(piece)
        self.handle.flush()
        self.size += len(piece)
        if self.most is None:
            return True
        self.lines += piece.count(b"\n")
        return self.lines < self.most

    def restart(self) -> None:
        """See `Target`."""
        self.handle.seek(0)
        self.handle.truncate()
        self.size, self.lines, self.digest = 0, 0, hashlib.sha256()


@dataclass(slots=True)
class Onward:
    """A broker that each message of a stream is handed to; other data goes as messages of a line each."""

    publish: Publish
    most: int | None
    size: int = 0
    messages: int = 0

    async def write(self, piece: bytes) -> bool:
        """See `Target`; it returns once the broker has them."""
        for line in piece.splitlines():
            with _as_broken(self.size):
                await self.publish(_message(line))
            self.messages += 1
        self.size += len(piece)
        return self.most is None or self.messages < self.most

    def restart(self) -> None:
        """See `Target`: what a broker has is not taken back."""
        raise BrokenPullError("it begins again, and a broker takes nothing back", self.size)


@contextmanager
def _as_broken(size: int) -> Iterator[None]:
    """A broker that does not take a message ends the pull: its faults are not those of the peer, which is asked again."""
    try:
        yield
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        raise BrokenPullError(f"the broker: {str(error) or type(error).__name__}", size) from error


def _message(line: bytes) -> Message:
    try:
        said = msgspec.json.decode(line, type=dict[str, str])
        content = base64.b64decode(said["base64"], validate=True) if "base64" in said else said["text"].encode()
    except (msgspec.MsgspecError, KeyError, binascii.Error) as error:
        raise BrokenPullError("only streams of messages are handed to a broker", 0) from error
    return Message(said.get("topic", ""), content)


async def fetched(coming: Coming, to: str, name: str, *, most: int | None, force: bool, progress: Progress) -> Got:
    """Bring data into a folder, `s3://bucket/key`, or a broker's topic.

    ``name``: of the file when the provider gives none. ``most``: messages of a stream. Raises `BrokenPullError`, `WouldOverwriteError`,
    `StoreRefusedError`.
    """
    if to.startswith(SCHEME):
        return await _to_store(coming, to, name, most, force, progress)
    if not is_stream(to):
        return await _to_folder(coming, Path(to), name, most, force, progress)
    from egide.dataspace.planes.streams import publisher

    async with AsyncExitStack() as stack:
        with _as_broken(0):
            publish = await stack.enter_async_context(publisher(read_broker(to)))
        target = Onward(publish, most)
        came = await coming(target, progress)
    return Got(to.rpartition("@")[2] if "@" in to else to, target.size, None, came.endless)


async def _to_folder(coming: Coming, folder: Path, name: str, most: int | None, force: bool, progress: Progress) -> Got:
    folder.mkdir(parents=True, exist_ok=True)
    handle, kept = tempfile.mkstemp(dir=folder, prefix=".egide-")
    try:
        with os.fdopen(handle, "wb") as opened:
            target = File(opened, most)
            came = await coming(target, progress)
            opened.flush()
            os.fsync(opened.fileno())
        path = folder / (came.name or name)
        if path.exists() and not force:
            raise WouldOverwriteError(path)
        Path(kept).replace(path)
    finally:
        Path(kept).unlink(missing_ok=True)
    return Got(str(path), target.size, target.digest.hexdigest(), came.endless)


async def _to_store(coming: Coming, to: str, name: str, most: int | None, force: bool, progress: Progress) -> Got:
    """By way of a file here: the store gets an object in parts only once every byte is there, and never a part of one."""
    from egide.dataspace.planes import objects

    with tempfile.TemporaryDirectory(prefix="egide-") as spool:
        got = await _to_folder(coming, Path(spool), name, most, True, progress)
        address = to + Path(got.place).name if to.endswith("/") else to
        if not force and await asyncio.to_thread(objects.find, address, in_clear=in_clear()) is not None:
            raise WouldOverwriteError(Path(address))
        stored = await asyncio.to_thread(objects.store_file, Path(got.place), address, in_clear=in_clear(), progress=progress)
        if stored != got.sha256:
            raise objects.StoreRefusedError(address, "other bytes than came")
    return Got(address, got.bytes, stored, got.endless)

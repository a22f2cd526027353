"""The data of a dataset, opened where it lies: a file, an object of a store, behind an address, or a stream of a broker.

Whoever takes the pieces, a peer that pulls or one that is pushed to, sees the same: how many bytes, which version, from which byte on.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from egide.app.dataspace.sources import STREAM_TYPE, in_clear
from egide.dataspace.deciding import agreement
from egide.dataspace.machines import Side
from egide.dataspace.offering import offered
from egide.dataspace.planes.addresses import SCHEME, is_stream, read_broker, split_object
from egide.dataspace.planes.streams import subscribed
from egide.dataspace.processes.process import find
from egide.dataspace.wire.client import FAULTS, Client
from egide.dataspace.wire.reach import Reach

if TYPE_CHECKING:
    from typing import IO

    from egide.dataspace.offering.offered import Offered
    from egide.dataspace.planes.addresses import Message
    from egide.store.connection import Store

PIECE = 1024 * 1024
"""Bytes that are read at one time: a quarter of it takes three times as long over loopback."""
Pieces = AsyncGenerator[bytes, None]


class UnopenedError(Exception):
    """The data is not to be had; ``gone``: it isn't there any more, rather than that its source is silent."""

    def __init__(self, why: str, *, gone: bool) -> None:
        super().__init__(why)
        self.gone = gone


@dataclass(frozen=True, slots=True)
class Opened:
    """``pieces``: from the first byte to the last, called once; ``size``: None where it is not known; ``ranged``: it may begin anywhere;
    ``version``: of those very bytes; ``sign``: sent where nothing comes for a while. ``shut``: instead of taking the pieces."""

    name: str | None
    media_type: str
    size: int | None
    pieces: Callable[[int, int], Pieces]
    shut: Callable[[], None] = lambda: None
    ranged: bool = False
    version: str | None = None
    sign: bytes = b""

    @property
    def endless(self) -> bool:
        """Whether it is a stream."""
        return bool(self.sign)


def dataset_of(store: Store, pid: str) -> Offered | None:
    """What a transfer of ours is about."""
    with store.read() as tx:
        process = find(tx, pid)
        agreed = agreement(tx, process.subject, Side.PROVIDER, process.peer) if process else None
        return offered.one(tx, agreed.subject) if agreed else None


async def opened(found: Offered) -> Opened:
    """The data of a dataset, by the scheme of where it lies. Raises `UnopenedError`."""
    if found.source.startswith(SCHEME):
        return await _object(found)
    if is_stream(found.source):
        return await _stream(found)
    return await _relayed(found) if "://" in found.source else _file(found)


def _file(found: Offered) -> Opened:
    path = Path(found.source)
    try:
        handle = path.open("rb")
    except OSError:
        raise UnopenedError("the dataset is gone", gone=True) from None
    about = os.fstat(handle.fileno())

    def pieces(first: int, last: int) -> Pieces:
        return _read(handle, first, last)

    media = found.media_type or "application/octet-stream"
    return Opened(path.name, media, about.st_size, pieces, handle.close, True, f"{about.st_size}-{about.st_mtime_ns}")


async def _read(handle: IO[bytes], first: int, last: int) -> Pieces:
    with handle:
        handle.seek(first)
        left = last - first + 1
        while left > 0 and (piece := await asyncio.to_thread(handle.read, min(PIECE, left))):
            left -= len(piece)
            yield piece


async def _object(found: Offered) -> Opened:
    from egide.dataspace.planes import objects  # the store's client is heavy

    try:
        thing = await asyncio.to_thread(objects.find, found.source, in_clear=in_clear())
    except objects.StoreRefusedError:
        raise UnopenedError("the source does not answer", gone=False) from None
    if thing is None:
        raise UnopenedError("the dataset is gone", gone=True)

    def pieces(first: int, last: int) -> Pieces:
        return _unwound(objects.pieces(thing, first, last, in_clear=in_clear()))

    name, media = split_object(found.source)[1].rpartition("/")[2], found.media_type or "application/octet-stream"
    return Opened(name, media, thing.size, pieces, ranged=True, version=thing.etag)


async def _unwound(made: Iterator[bytes]) -> Pieces:
    while (piece := await asyncio.to_thread(next, made, None)) is not None:
        yield piece


async def _stream(found: Offered) -> Opened:
    """A line of JSON for each message, from now on."""
    source = subscribed(read_broker(found.source))
    try:
        messages = await source.__aenter__()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        raise UnopenedError("the broker does not answer", gone=False) from None

    async def lines(first: int, last: int) -> Pieces:
        try:
            async for message in messages:
                yield _line(message)
        finally:
            await source.__aexit__(None, None, None)

    return Opened(None, STREAM_TYPE, None, lines, sign=b"\n")


def _line(message: Message) -> bytes:
    """Bytes that are no text go as base64."""
    said: Mapping[str, str]
    try:
        said = {"topic": message.topic, "text": message.content.decode("utf-8")}
    except UnicodeDecodeError:
        said = {"topic": message.topic, "base64": base64.b64encode(message.content).decode()}
    return msgspec.json.encode(said) + b"\n"


async def _relayed(found: Offered) -> Opened:
    client = Client(Reach(private=True))
    stream = client.stream(found.source, {})
    try:
        status, headers, coming = await stream.__aenter__()
    except (*FAULTS, TimeoutError):
        raise UnopenedError("the source does not answer", gone=False) from None
    if status != 200:
        await stream.__aexit__(None, None, None)
        raise UnopenedError(f"the source answers {status}", gone=False)

    async def through(first: int, last: int) -> Pieces:
        try:
            async for piece in coming:
                yield piece
        finally:
            await stream.__aexit__(None, None, None)

    media = found.media_type or headers.get("content-type", "application/octet-stream")
    size = headers.get("content-length", "")
    return Opened(None, media, int(size) if size.isdigit() else None, through)

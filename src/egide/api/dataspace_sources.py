"""Data of ours that lies elsewhere: behind an address, in an object store, or as a stream of a broker."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Response
from litestar.response import Stream

from egide.api.dataspace_flow import Pieces, no, spanned, while_it_may
from egide.app.dataspace.sources import STREAM_TYPE, in_clear
from egide.dataspace.planes.addresses import SCHEME, is_stream, read_broker, split_object
from egide.dataspace.planes.streams import subscribed
from egide.dataspace.wire.client import FAULTS, Client
from egide.dataspace.wire.reach import Reach

if TYPE_CHECKING:
    from egide.app.dataspace.running import Connector
    from egide.dataspace.offering.offered import Offered
    from egide.dataspace.planes.addresses import Message


async def opened_elsewhere(connector: Connector, pid: str, found: Offered, asked: str) -> Response[Any]:
    """The data, by the scheme of where it lies. ``asked``: the `Range`, which an object knows."""
    if found.source.startswith(SCHEME):
        return await _object(connector, pid, found, asked)
    if is_stream(found.source):
        return await _stream(connector, pid, found)
    return await _relayed(connector, pid, found)


async def _object(connector: Connector, pid: str, found: Offered, asked: str) -> Response[Any]:
    from egide.dataspace.planes import objects  # noqa: PLC0415 - the store's client is heavy

    try:
        thing = await asyncio.to_thread(objects.find, found.source, in_clear=in_clear())
    except objects.StoreRefusedError:
        return no(502, "the source does not answer")
    if thing is None:
        return no(404, "the dataset is gone")

    def pieces(first: int, last: int) -> Pieces:
        return _unwound(objects.pieces(thing, first, last, in_clear=in_clear()))

    return spanned(connector, pid, found, asked, split_object(found.source)[1].rpartition("/")[2], thing.size, pieces)


async def _unwound(made: Iterator[bytes]) -> Pieces:
    while (piece := await asyncio.to_thread(next, made, None)) is not None:
        yield piece


async def _stream(connector: Connector, pid: str, found: Offered) -> Response[Any]:
    """A line of JSON for each message, from now on, for as long as the transfer lasts."""
    source = subscribed(read_broker(found.source))
    try:
        messages = await source.__aenter__()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return no(502, "the broker does not answer")

    async def lines() -> Pieces:
        try:
            async for message in messages:
                yield _line(message)
        finally:
            await source.__aexit__(None, None, None)

    return Stream(while_it_may(connector, pid, lines(), b"\n"), media_type=STREAM_TYPE, headers={"cache-control": "no-store"})


def _line(message: Message) -> bytes:
    """Bytes that are no text go as base64."""
    said: Mapping[str, str]
    try:
        said = {"topic": message.topic, "text": message.content.decode("utf-8")}
    except UnicodeDecodeError:
        said = {"topic": message.topic, "base64": base64.b64encode(message.content).decode()}
    return msgspec.json.encode(said) + b"\n"


async def _relayed(connector: Connector, pid: str, found: Offered) -> Response[Any]:
    client = Client(Reach(private=True))
    stream = client.stream(found.source, {})
    try:
        status, headers, pieces = await stream.__aenter__()
    except (*FAULTS, TimeoutError):
        return no(502, "the source does not answer")
    if status != 200:
        await stream.__aexit__(None, None, None)
        return no(502, f"the source answers {status}")

    async def through() -> Pieces:
        try:
            async for piece in pieces:
                yield piece
        finally:
            await stream.__aexit__(None, None, None)

    media = found.media_type or headers.get("content-type", "application/octet-stream")
    given = {"content-length": headers["content-length"]} if "content-length" in headers else {}
    return Stream(while_it_may(connector, pid, through()), media_type=media, headers=given)

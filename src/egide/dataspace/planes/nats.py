"""NATS, its text protocol as far as streams need it: subscribe, publish, keep alive. Without TLS: a broker that demands it is refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from egide import __version__
from egide.dataspace.planes.addresses import Message

if TYPE_CHECKING:
    from egide.dataspace.planes.addresses import Broker
    from egide.dataspace.planes.streams import Publish

END = b"\r\n"
MAX_MESSAGE_BYTES = 1024 * 1024
SECONDS = 10.0
"""For a server to answer."""


@asynccontextmanager
async def subscribed(broker: Broker) -> AsyncIterator[AsyncIterator[Message]]:
    """See `streams.subscribed`."""
    async with _connected(broker) as (reader, writer):
        writer.write(f"SUB {broker.topic} 1\r\n".encode())
        await _settled(reader, writer)
        yield _messages(reader, writer)


@asynccontextmanager
async def publisher(broker: Broker) -> AsyncIterator[Publish]:
    """See `streams.publisher`."""
    async with _connected(broker) as (reader, writer):

        async def publish(message: Message) -> None:
            writer.write(f"PUB {broker.topic} {len(message.content)}\r\n".encode() + message.content + END)
            await writer.drain()
            await _settled(reader, writer)

        yield publish


@asynccontextmanager
async def _connected(broker: Broker) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection(broker.host, broker.port)
    try:
        async with asyncio.timeout(SECONDS):
            info = await _line(reader)
        told = json.loads(info.removeprefix(b"INFO ")) if info.startswith(b"INFO ") else None
        if not isinstance(told, dict):
            raise OSError("not a NATS server")
        if told.get("tls_required"):
            raise OSError("the NATS server demands TLS, which is not spoken here")
        said: dict[str, Any] = {"verbose": False, "pedantic": False, "headers": False, "lang": "python", "version": __version__}
        if broker.user is not None:
            said |= {"user": broker.user, "pass": broker.password}
        writer.write(b"CONNECT " + json.dumps(said).encode() + END)
        await _settled(reader, writer)
        yield reader, writer
    finally:
        writer.close()


async def _settled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Wait until the server has taken what was sent: it answers in order."""
    writer.write(b"PING\r\n")
    async with asyncio.timeout(SECONDS):
        await writer.drain()
        while (line := await _line(reader)) != b"PONG":
            _answered(line, writer)


async def _messages(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> AsyncIterator[Message]:
    while True:
        line = await _line(reader)
        if not line.startswith(b"MSG "):
            _answered(line, writer)
            continue
        _, topic, *_, size = line.decode().split()
        if int(size) > MAX_MESSAGE_BYTES:
            raise OSError(f"a message of {size} bytes; at most {MAX_MESSAGE_BYTES} are read")
        content = await reader.readexactly(int(size) + len(END))
        yield Message(topic, content[: -len(END)])


def _answered(line: bytes, writer: asyncio.StreamWriter) -> None:
    if line == b"PING":
        writer.write(b"PONG\r\n")
    elif line.startswith(b"-ERR"):
        raise OSError(f"the NATS server says: {line[5:200].decode('utf-8', 'replace')}")


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return (await reader.readuntil(END))[: -len(END)]
    except asyncio.LimitOverrunError as error:
        raise OSError("not a NATS server") from error

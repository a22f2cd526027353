"""MQTT 3.1.1 (OASIS, 2014) as far as streams need it: connect, subscribe and publish at QoS 1, keep alive."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from egide.dataspace.planes.addresses import Message

if TYPE_CHECKING:
    from egide.dataspace.planes.addresses import Broker
    from egide.dataspace.planes.streams import Publish

KEEP_ALIVE = 60
MAX_MESSAGE_BYTES = 1024 * 1024
SECONDS = 10.0
"""For a broker to answer."""
CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PING = 1, 2, 3, 4, 8, 9, 12
REFUSALS = {1: "protocol version", 2: "client identifier", 3: "server unavailable", 4: "user name or password", 5: "not authorised"}
FAILED = 0x80


@dataclass(slots=True)
class _Line:
    """A connection; one reader, any number of writers."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    last: int = field(default=0)

    async def send(self, kind: int, flags: int, body: bytes) -> None:
        self.writer.write(bytes([kind << 4 | flags]) + _length(len(body)) + body)
        await self.writer.drain()

    async def packet(self) -> tuple[int, int, bytes]:
        """Kind, flags and body of the next packet."""
        first = (await self.reader.readexactly(1))[0]
        size = 0
        for place in range(4):
            one = (await self.reader.readexactly(1))[0]
            size |= (one & 0x7F) << (7 * place)
            if not one & 0x80:
                break
        else:
            raise OSError("not an MQTT broker")
        if size > MAX_MESSAGE_BYTES:
            raise OSError(f"a message of {size} bytes; at most {MAX_MESSAGE_BYTES} are read")
        return first >> 4, first & 0x0F, await self.reader.readexactly(size)

    async def awaited(self, kind: int) -> bytes:
        async with asyncio.timeout(SECONDS):
            while True:
                found, _, body = await self.packet()
                if found == kind:
                    return body

    def name(self) -> bytes:
        """A packet identifier, never 0."""
        self.last = self.last % 65535 + 1
        return self.last.to_bytes(2, "big")


@asynccontextmanager
async def subscribed(broker: Broker) -> AsyncIterator[AsyncIterator[Message]]:
    """See `streams.subscribed`."""
    async with _connected(broker) as line:
        await line.send(SUBSCRIBE, 2, line.name() + _text(broker.topic) + b"\x01")
        answer = await line.awaited(SUBACK)
        if answer[2:3] == bytes([FAILED]):
            raise OSError(f"the MQTT broker refuses the topic {broker.topic}")
        yield _messages(line)


@asynccontextmanager
async def publisher(broker: Broker) -> AsyncIterator[Publish]:
    """See `streams.publisher`."""
    async with _connected(broker) as line:

        async def publish(message: Message) -> None:
            await line.send(PUBLISH, 2, _text(broker.topic) + line.name() + message.content)
            await line.awaited(PUBACK)

        yield publish


@asynccontextmanager
async def _connected(broker: Broker) -> AsyncIterator[_Line]:
    context = ssl.create_default_context() if broker.scheme == "mqtts" else None
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection(broker.host, broker.port, ssl=context)
    line = _Line(reader, writer)
    alive: asyncio.Task[None] | None = None
    try:
        flags, said = 0x02, _text(f"egide{uuid4().hex[:16]}")  # a clean session
        if broker.user is not None:
            flags |= 0xC0
            said += _text(broker.user) + _text(broker.password or "")
        await line.send(CONNECT, 0, _text("MQTT") + bytes([4, flags]) + KEEP_ALIVE.to_bytes(2, "big") + said)
        code = (await line.awaited(CONNACK))[1]
        if code:
            raise OSError(f"the MQTT broker refuses: {REFUSALS.get(code, code)}")
        alive = asyncio.create_task(_kept_alive(line))
        yield line
    finally:
        if alive is not None:
            alive.cancel()
        writer.close()


async def _kept_alive(line: _Line) -> None:
    """Speak even when nothing moves; the broker hangs up otherwise."""
    while True:
        await asyncio.sleep(KEEP_ALIVE / 2)
        await line.send(PING, 0, b"")


async def _messages(line: _Line) -> AsyncIterator[Message]:
    while True:
        kind, flags, body = await line.packet()
        if kind != PUBLISH:
            continue
        size = int.from_bytes(body[:2], "big")
        topic, rest = body[2 : 2 + size].decode("utf-8", "replace"), body[2 + size :]
        named = bool(flags & 0x06)
        yield Message(topic, rest[2:] if named else rest)
        if named:
            await line.send(PUBACK, 0, rest[:2])


def _text(said: str) -> bytes:
    content = said.encode()
    return len(content).to_bytes(2, "big") + content


def _length(size: int) -> bytes:
    """The remaining length, seven bits a byte (2.2.3)."""
    made = bytearray()
    while True:
        size, low = divmod(size, 128)
        made.append(low | (0x80 if size else 0))
        if not size:
            return bytes(made)

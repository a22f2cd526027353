"""HTTP/1.1 over connections that are kept: one question, one answer, each with its deadline and its bounds.

The connection goes to the very address that was looked at (`Reach.resolve`). Nothing is redirected: a peer is where it says it is. An
answer may be packed with gzip, and is unpacked within the bound.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from egide import __version__
from egide.dataspace.wire.reach import Place, Reach

SECONDS = 10.0
MAX_ANSWER_BYTES = 4 * 1024 * 1024
MAX_HEADER_BYTES = 32 * 1024
PIECE = 64 * 1024
KEPT = 32
"""Idle connections to one peer."""
AT_ONCE = 32
"""Questions to one peer at one time."""
KEPT_SECONDS = 4.0
"""Shorter than servers keep theirs: one that they close as we write is tried once more anyway."""
FAULTS = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, zlib.error, EOFError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class _Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used: float = 0.0

    def close(self) -> None:
        self.writer.close()


class Client:
    """Asks peers. One for a loop."""

    def __init__(self, reach: Reach, *, tls: ssl.SSLContext | None = None, seconds: float = SECONDS) -> None:
        self.reach = reach
        self.seconds = seconds
        self._tls = tls
        self._idle: dict[str, list[_Line]] = {}
        self._turns: dict[str, asyncio.Semaphore] = {}

    async def ask(
        self, method: str, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None,
        *, max_bytes: int = MAX_ANSWER_BYTES,
    ) -> Answer:
        """Ask, and read the whole answer. ``address`` may end in a query of ours.

        Raises `UnreachableError`, `TimeoutError`, `OSError`, `ValueError` for an answer that is not HTTP or too large.
        """
        bare, _, query = address.partition("?")
        place = self.reach.place(bare)
        turns = self._turns.setdefault(place.origin, asyncio.Semaphore(AT_ONCE))
        async with turns, asyncio.timeout(self.seconds):
            return await self._asked(method, place, query, body, headers or {}, max_bytes)

    async def _asked(
        self, method: str, place: Place, query: str, body: bytes | None, headers: Mapping[str, str], max_bytes: int,
    ) -> Answer:
        request, bare = _request(method, place, query, body, headers), method == "HEAD"
        while (line := self._kept(place.origin)) is not None:
            try:
                return await self._spoken(line, place, request, max_bytes, bare)
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                line.close()
                if isinstance(error, asyncio.IncompleteReadError) and error.partial:
                    raise
        return await self._spoken(await self._connected(place), place, request, max_bytes, bare)

    async def _spoken(self, line: _Line, place: Place, request: bytes, max_bytes: int, bare: bool) -> Answer:
        try:
            line.writer.write(request)
            await line.writer.drain()
            status, headers = await _head(line.reader)
            body = b"" if bare else b"".join([piece async for piece in _pieces(line.reader, status, headers, max_bytes)])
        except BaseException:
            line.close()
            raise
        if headers.get("connection", "").lower() == "close" or not (bare or _is_framed(headers)):
            line.close()
        else:
            self._keep(place.origin, line)
        return Answer(status, headers, _unpacked(body, headers, max_bytes))

    @asynccontextmanager
    async def stream(self, address: str, headers: Mapping[str, str]) -> AsyncIterator[tuple[int, Mapping[str, str], AsyncIterator[bytes]]]:
        """GET, piece by piece, however long; each piece comes in time or `TimeoutError` is raised."""
        bare, _, query = address.partition("?")
        place = self.reach.place(bare)
        async with asyncio.timeout(self.seconds):
            line = await self._connected(place)
        try:
            line.writer.write(_request("GET", place, query, None, {"Accept-Encoding": "identity", **headers}))
            async with asyncio.timeout(self.seconds):
                status, found = await _head(line.reader)
            yield status, found, _pieces(line.reader, status, found, None, self.seconds)
        finally:
            line.close()

    async def send(
        self, method: str, address: str, headers: Mapping[str, str], pieces: AsyncIterator[bytes], size: int | None,
    ) -> Answer:
        """Send a body piece by piece, in chunks where its ``size`` is not known, no faster than the other side takes it.

        An answer that comes before the end ends the sending. Raises as `ask`, and what the pieces raise: then the connection breaks.
        """
        place = self.reach.place(address)
        async with asyncio.timeout(self.seconds):
            line = await self._connected(place)
        framed = {"Transfer-Encoding": "chunked"} if size is None else {"Content-Length": str(size)}
        answering: asyncio.Task[tuple[int, dict[str, str]]] | None = None
        try:
            line.writer.write(_request(method, place, "", None, {**framed, **headers}))
            answering = asyncio.create_task(_head(line.reader))
            await self._poured(line, pieces, chunked=size is None, until=answering)
            async with asyncio.timeout(self.seconds):
                status, found = await answering
                body = b"".join([piece async for piece in _pieces(line.reader, status, found, MAX_ANSWER_BYTES)])
            return Answer(status, found, _unpacked(body, found, MAX_ANSWER_BYTES))
        finally:
            if answering is not None:
                answering.cancel()
                await asyncio.gather(answering, return_exceptions=True)
            line.close()

    async def _poured(self, line: _Line, pieces: AsyncIterator[bytes], *, chunked: bool, until: asyncio.Task[Any]) -> None:
        """Write the pieces; whoever refuses them has often answered before it hangs up."""
        async for piece in pieces:
            written = b"%x\r\n%b\r\n" % (len(piece), piece) if chunked and piece else piece
            if until.done() or not await self._written(line, written, until):
                return
        if chunked:
            await self._written(line, b"0\r\n\r\n", until)

    async def _written(self, line: _Line, content: bytes, until: asyncio.Task[Any]) -> bool:
        try:
            line.writer.write(content)
            async with asyncio.timeout(self.seconds):
                await line.writer.drain()
        except ConnectionError:
            await asyncio.wait({until}, timeout=0.5)
            if not until.done() or until.exception() is not None:
                raise
            return False
        return True

    async def _connected(self, place: Place) -> _Line:
        address = await self.reach.resolve(place)
        context = (self._tls or _default_tls()) if place.scheme == "https" else None
        reader, writer = await asyncio.open_connection(
            address, place.port, ssl=context, server_hostname=place.host if context else None, limit=MAX_HEADER_BYTES,
        )  # fmt: skip
        return _Line(reader, writer)

    def _kept(self, origin: str) -> _Line | None:
        lines = self._idle.get(origin, [])
        now = asyncio.get_running_loop().time()
        while lines:
            line = lines.pop()
            if now - line.used < KEPT_SECONDS and not line.reader.at_eof():
                return line
            line.close()
        return None

    def _keep(self, origin: str, line: _Line) -> None:
        lines = self._idle.setdefault(origin, [])
        line.used = asyncio.get_running_loop().time()
        if len(lines) < KEPT:
            lines.append(line)
        else:
            line.close()

    def close(self) -> None:
        """Close what is kept."""
        for lines in self._idle.values():
            for line in lines:
                line.close()
        self._idle.clear()


def _default_tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _request(method: str, place: Place, query: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    asked = (place.path or "/") + (f"?{query}" if query else "")
    lines = [f"{method} {asked} HTTP/1.1", f"Host: {place.netloc}", f"User-Agent: egide/{__version__}"]
    given = {"Accept": "application/json", "Accept-Encoding": "gzip"}
    if body is not None:
        given |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    given |= headers
    lines += [f"{name}: {value}" for name, value in given.items()]
    head = "\r\n".join(lines)
    if "\n" in head.replace("\r\n", "") or "\r" in head.replace("\r\n", "") or "\0" in head:
        raise ValueError("a header with a line break")
    return head.encode("latin-1") + b"\r\n\r\n" + (body or b"")


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status_line, *lines = head[:-4].split("\r\n")
        version, _, rest = status_line.partition(" ")
        if not version.startswith("HTTP/1.") or not rest[:3].isdigit():
            raise ValueError("not an answer of HTTP/1")
        status = int(rest[:3])
        if status >= 200:
            return status, {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _is_framed(headers: Mapping[str, str]) -> bool:
    return "content-length" in headers or headers.get("transfer-encoding", "").lower() == "chunked"


async def _pieces(
    reader: asyncio.StreamReader, status: int, headers: Mapping[str, str], max_bytes: int | None, seconds: float | None = None,
) -> AsyncIterator[bytes]:
    """The body, as it is framed: in chunks, by its length, or to the end of the connection."""
    if status in {204, 304}:
        return
    if headers.get("transfer-encoding", "").lower() == "chunked":
        pieces = _chunks(reader, seconds)
    elif "content-length" in headers:
        pieces = _sized(reader, int(headers["content-length"]), seconds)
    else:
        pieces = _to_the_end(reader, seconds)
    read = 0
    async for piece in pieces:
        read += len(piece)
        if max_bytes is not None and read > max_bytes:
            raise ValueError(f"an answer of more than {max_bytes} bytes")
        yield piece


async def _chunks(reader: asyncio.StreamReader, seconds: float | None) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(seconds):
            size = int((await reader.readuntil(b"\r\n")).partition(b";")[0].strip(), 16)
        async for piece in _sized(reader, size, seconds):
            yield piece
        async with asyncio.timeout(seconds):
            trailer = await reader.readuntil(b"\r\n")
            while size == 0 and trailer != b"\r\n":
                trailer = await reader.readuntil(b"\r\n")
        if size == 0:
            return


async def _sized(reader: asyncio.StreamReader, left: int, seconds: float | None) -> AsyncIterator[bytes]:
    while left > 0:
        async with asyncio.timeout(seconds):
            piece = await reader.read(min(left, PIECE))
        if not piece:
            raise asyncio.IncompleteReadError(b"", left)
        left -= len(piece)
        yield piece


async def _to_the_end(reader: asyncio.StreamReader, seconds: float | None) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(seconds):
            piece = await reader.read(PIECE)
        if not piece:
            return
        yield piece


def _unpacked(body: bytes, headers: Mapping[str, str], max_bytes: int) -> bytes:
    coding = headers.get("content-encoding", "identity").lower()
    if coding == "identity" or not body:
        return body
    if coding != "gzip":
        raise ValueError(f"an answer packed as {coding[:20]}")
    return unpacked(body, max_bytes)


def unpacked(body: bytes, max_bytes: int) -> bytes:
    """The content of a gzip stream, within a bound. Raises `ValueError`, `zlib.error`."""
    unpacker = zlib.decompressobj(wbits=31)
    content = unpacker.decompress(body, max_bytes + 1)
    if len(content) > max_bytes or unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError(f"a packed body of more than {max_bytes} bytes, or cut short")
    return content


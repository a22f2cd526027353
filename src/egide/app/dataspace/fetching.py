"""The data of a transfer, pulled: what broke off is taken up where it stopped, a token that ran out is renewed; a stream flows on.

Data of a known size is whole or absent: a file appears under its name, an object in its store, once every byte is there.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import msgspec

from egide.app.dataspace.sources import STREAM_TYPE
from egide.dataspace.messages import DataAddress
from egide.dataspace.wire.client import FAULTS, Client
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.dataspace.wire.reach import Reach

ATTEMPTS = 8
"""Without a byte between them."""
NAME = re.compile(r'filename="([\w.-]{1,200})"', re.ASCII)
SIZE = re.compile(r"/(\d{1,18})$")
MAX_LINE_BYTES = 4 * 1024 * 1024
STOPPED = frozenset({401, 403})


class BrokenPullError(EgideError):
    """The data did not come."""

    def __init__(self, problem: str, size: int) -> None:
        super().__init__(N_("the data did not come: {problem} ({bytes} bytes were there)"), {"problem": problem, "bytes": size})


class Target(Protocol):
    """Where pieces go: a file, or a broker."""

    @property
    def size(self) -> int:
        """Bytes that are there."""

    async def write(self, piece: bytes) -> bool:
        """Take a piece in, and return when the next may come; false when no more is wanted."""

    def restart(self) -> None:
        """Forget what came: it begins again."""


@dataclass(frozen=True, slots=True)
class Came:
    """``name``: as the provider calls it. ``endless``: it was a stream, which ends when somebody ends it."""

    name: str | None
    endless: bool


@dataclass(slots=True)
class _Key:
    """The token, and what renews it."""

    token: str
    refresh: str | None
    endpoint: str | None


Coming = Callable[[Target, Callable[[int, int], None]], Awaitable[Came]]
"""Brings data to a target; told of bytes so far and of how many. Raises `BrokenPullError`."""


def pulled(given: Mapping[str, Any], reach: Reach) -> Coming:
    """Pull what a data address leads to."""
    async def coming(target: Target, progress: Callable[[int, int], None]) -> Came:
        client = Client(reach)
        try:
            return await pull(given, client, target, progress)
        finally:
            client.close()

    return coming


async def pull(given: Mapping[str, Any], client: Client, target: Target, progress: Callable[[int, int], None]) -> Came:
    """The same, with a client at hand."""
    address = msgspec.convert(given, DataAddress)
    if not isinstance(address.endpoint, str):
        raise BrokenPullError("the data address has no endpoint", 0)
    key = _Key(address.said("authorization") or "", address.said("refreshToken"), address.said("refreshEndpoint"))
    return await _Pull(client, address.endpoint, key, target, progress).whole()


@dataclass(slots=True)
class _Pull:
    """One pull, over as many connections as it takes."""

    client: Client
    endpoint: str
    key: _Key
    target: Target
    progress: Callable[[int, int], None]
    name: str | None = None
    endless: bool = False
    renewed_at: int = -1

    async def whole(self) -> Came:
        problem, failed, size = "-", 0, 0
        while failed < ATTEMPTS:
            if failed:
                await asyncio.sleep(min(0.2 * 2**failed, 10))
            try:
                problem = await self._once()
            except (*FAULTS, TimeoutError) as error:
                problem = str(error) or type(error).__name__
            if not problem:
                return Came(self.name, self.endless)
            failed = 1 if self.target.size > size else failed + 1
            size = self.target.size
        raise BrokenPullError(problem, self.target.size)

    async def _once(self) -> str:
        """One connection; empty when nothing more is to come, else what was wrong."""
        at = self.target.size
        headers = {"Authorization": f"Bearer {self.key.token}"} | ({"Range": f"bytes={at}-"} if at and not self.endless else {})
        async with self.client.stream(self.endpoint, headers) as (status, found, pieces):
            if status == 401 and self.renewed_at != at and await _renewed(self.client, self.key):
                self.renewed_at = at
                return "the token ran out"
            if status in STOPPED and self.endless:
                return ""
            if status not in {200, 206}:
                raise BrokenPullError(f"HTTP {status}", at)
            self.endless = self.endless or ("content-length" not in found and found.get("content-type", "").startswith(STREAM_TYPE))
            if status == 200 and at and not self.endless:
                self.target.restart()
            self.name = self.name or _named(found)
            total = _total(found, self.target.size)
            async for piece in _lines(pieces) if self.endless else pieces:
                wanted = await self.target.write(piece)
                self.progress(self.target.size, total or self.target.size)
                if not wanted:
                    return ""
            return f"{self.target.size} of {total} bytes" if total not in {None, self.target.size} else "the stream broke" * self.endless


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Whole lines only, and none that is empty: those say that the stream still stands. What breaks off within a line is dropped."""
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > MAX_LINE_BYTES:
            raise ValueError(f"a line of more than {MAX_LINE_BYTES} bytes")
        if kept := [one for one in whole if one]:
            yield b"\n".join(kept) + b"\n"


async def _renewed(client: Client, key: _Key) -> bool:
    """Ask for a new token with the one that renews."""
    if not key.refresh or not key.endpoint:
        return False
    form = urlencode({"grant_type": "refresh_token", "refresh_token": key.refresh}).encode()
    answer = await client.ask("POST", key.endpoint, form, {"Content-Type": "application/x-www-form-urlencoded"})
    if answer.status != 200:
        return False
    said = msgspec.json.decode(answer.body, type=dict[str, Any])
    key.token, key.refresh = str(said["access_token"]), str(said.get("refresh_token", key.refresh))
    return True


def _named(headers: Mapping[str, str]) -> str | None:
    found = NAME.search(headers.get("content-disposition", ""))
    return found[1] if found and found[1].strip(".") else None


def _total(headers: Mapping[str, str], at: int) -> int | None:
    if found := SIZE.search(headers.get("content-range", "")):
        return int(found[1])
    return at + int(headers["content-length"]) if headers.get("content-length", "").isdigit() else None

"""The data of a transfer, pulled into a folder: what broke off is taken up where it stopped, a token that ran out is renewed."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from egide.app.files import WouldOverwriteError
from egide.dataspace.messages import DataAddress
from egide.dataspace.wire.client import FAULTS, Client
from egide.dataspace.wire.reach import Reach
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

ATTEMPTS = 8
NAME = re.compile(r'filename="([\w.-]{1,200})"', re.ASCII)
SIZE = re.compile(r"/(\d{1,18})$")


class BrokenPullError(EgideError):
    """The data did not come."""

    def __init__(self, problem: str, size: int) -> None:
        super().__init__(N_("the data did not come: {problem} ({bytes} bytes were there)"), {"problem": problem, "bytes": size})


@dataclass(slots=True)
class _Key:
    """The token, and what renews it."""

    token: str
    refresh: str | None
    endpoint: str | None


async def pull(
    given: Mapping[str, Any], folder: Path, name: str, reach: Reach, *, force: bool, progress: Callable[[int, int], None],
) -> Path:
    """Pull what a data address leads to into a file of the folder; whole, or not at all.

    ``name``: of the file when the provider gives none. Raises `BrokenPullError`, `WouldOverwriteError`.
    """
    address = msgspec.convert(given, DataAddress)
    if not isinstance(address.endpoint, str):
        raise BrokenPullError("the data address has no endpoint", 0)
    key = _Key(address.said("authorization") or "", address.said("refreshToken"), address.said("refreshEndpoint"))
    client = Client(reach)
    folder.mkdir(parents=True, exist_ok=True)
    handle, kept = tempfile.mkstemp(dir=folder, prefix=".egide-")
    try:
        with os.fdopen(handle, "wb") as target:
            named = await _whole(client, address.endpoint, key, target, progress)
            target.flush()
            os.fsync(target.fileno())
        path = folder / (named or name)
        if path.exists() and not force:
            raise WouldOverwriteError(path)
        Path(kept).replace(path)
    finally:
        Path(kept).unlink(missing_ok=True)
        client.close()
    return path


async def _whole(client: Client, endpoint: str, key: _Key, target: Any, progress: Callable[[int, int], None]) -> str | None:
    named: str | None = None
    problem, renewed_at = "-", -1
    for attempt in range(ATTEMPTS):
        if attempt:
            await asyncio.sleep(min(0.2 * 2**attempt, 10))
        at = target.tell()
        headers = {"Authorization": f"Bearer {key.token}"} | ({"Range": f"bytes={at}-"} if at else {})
        try:
            async with client.stream(endpoint, headers) as (status, found, pieces):
                if status == 401 and renewed_at != at and await _renewed(client, key):
                    renewed_at = at
                    continue
                if status not in {200, 206}:
                    raise BrokenPullError(f"HTTP {status}", at)
                if status == 200 and at:
                    target.seek(0)
                    target.truncate()
                named = named or _named(found)
                total = _total(found, target.tell())
                async for piece in pieces:
                    target.write(piece)
                    progress(target.tell(), total or target.tell())
                if total is None or target.tell() == total:
                    return named
                problem = f"{target.tell()} of {total} bytes"
        except (*FAULTS, TimeoutError) as error:
            problem = str(error) or type(error).__name__
    raise BrokenPullError(problem, target.tell())


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

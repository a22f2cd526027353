"""Data that providers push to us, kept in the folder of the connector until the command that asked for it takes it from there.

Beside each file stands what is known of it: its name, its version, how many bytes there will be. A push that broke off goes on where it
stopped, when it is the same version. Names on the disk are digests of ours, never what a peer chose.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from egide.app.dataspace.sources import STREAM_TYPE

RANGE = re.compile(r"^bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18})$")
NAME = re.compile(r'filename="([\w.-]{1,200})"', re.ASCII)
VERSION = re.compile(r'^"([\x21\x23-\x7e]{1,200})"$')
FOLDER = "arrivals"
MAX_LINE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class About:
    """What a push says of its data. ``first``: from which byte on it is; ``total``: None for a stream or a size that isn't known."""

    name: str | None = None
    version: str | None = None
    media_type: str = ""
    first: int = 0
    total: int | None = None

    @property
    def endless(self) -> bool:
        """Whether it is a stream."""
        return self.total is None and self.media_type.startswith(STREAM_TYPE)


def about(headers: Mapping[str, str]) -> About | None:
    """What the headers of a push say; None when they cannot be read."""
    said = headers.get("content-range")
    span = RANGE.match(said) if said is not None else None
    if said is not None and span is None:
        return None
    named, version = NAME.search(headers.get("content-disposition", "")), VERSION.match(headers.get("etag", ""))
    total = int(span[3]) if span else None
    first = 0 if span is None else int(span[1]) if span[1] else int(span[3])
    if total is not None and first > total:
        return None
    return About(named[1] if named and named[1].strip(".") else None, version[1] if version else None,
                 headers.get("content-type", "")[:200], first, total)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrival:
    """The data of one transfer, in a folder."""

    folder: Path
    pid: str

    @property
    def path(self) -> Path:
        """Where the bytes are."""
        return self.folder / hashlib.sha256(self.pid.encode()).hexdigest()[:32]

    @property
    def size(self) -> int:
        """Bytes that are there."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def about(self) -> About | None:
        """What was said of it; None before anything came."""
        try:
            said: dict[str, Any] = json.loads(self._beside.read_bytes())
        except (OSError, ValueError):
            return None
        return About(**said)

    def begins(self, said: About) -> bool:
        """Make ready for a push; false when it would go on behind a gap, or after another version."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = self.about()
        if said.first and (known is None or known.version is None or known.version != said.version or said.first > self.size):
            return False
        with self.path.open("ab") as kept:
            kept.truncate(self._whole_lines() if said.endless else said.first)
        self._beside.write_text(json.dumps(asdict(said)), "utf-8")
        return True

    def add(self, piece: bytes) -> None:
        """Keep a piece behind what is there. Raises `OSError`."""
        with self.path.open("ab") as kept:
            kept.write(piece)

    def settle(self) -> None:
        """On the disk, before the other side hears that it is there."""
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def forget(self) -> None:
        """Take it away."""
        self.path.unlink(missing_ok=True)
        self._beside.unlink(missing_ok=True)

    @property
    def _beside(self) -> Path:
        return self.path.with_suffix(".json")

    def _whole_lines(self) -> int:
        """Bytes up to the last whole line: a stream that is taken up again goes on behind it."""
        size = self.size
        with self.path.open("rb") as kept:
            kept.seek(max(size - MAX_LINE_BYTES, 0))
            rest = kept.read()
        return size - len(rest) + rest.rfind(b"\n") + 1

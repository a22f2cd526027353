"""Zip files from strangers: what each entry is called and how large it is are checked before a byte is unpacked.

Refused with `InputError`: paths that leave their folder or that some system reads otherwise, two names that some system takes for one,
links, encryption, compressions but deflate, entries that overlap (D. Fifield, «A better zip bomb», WOOT 2019), and sizes beyond the limits,
those declared and those met while unpacking.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, BinaryIO

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

UNREADABLE = N_("not readable as a zip file: {problem}")
NO_ZIP = N_("not readable as a zip file: it is none, or it was cut short on the way")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_ENCRYPTED = 0x1
_LOCAL_HEADER_BYTES = 30
_DEFLATE_RATIO = 1032
"""What deflate can reach at most (https://zlib.net/zlib_tech.html); more is a declaration that lies."""
_SMALL_BYTES = 64 * 2**20
"""What is unpacked without asking how small it was packed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is unpacked."""

    files: int
    file_bytes: int
    total_bytes: int
    ratio: int = _DEFLATE_RATIO
    """How many times its own size an archive may come to, once that is above `_SMALL_BYTES`."""


class Zip:
    """A zip file whose entries were found fit to be unpacked."""

    def __init__(self, source: BinaryIO, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        with self._readable():
            self._zip = zipfile.ZipFile(source)
            self.sizes = self._checked(self._zip.infolist(), source)
            """Each entry's path and the bytes that it declares."""

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        """The bytes of an entry as they are unpacked; no more of them than the entry declares. Raises `InputError`."""
        with self._readable(path), self._zip.open(path) as unpacked:
            yield unpacked

    def read(self, path: str, limit: int) -> bytes:
        """The whole of a small entry. Raises `InputError` when it is absent or larger than ``limit``."""
        if path not in self.sizes:
            raise InputError(N_("`{path}` is missing"), self._at(), values={"path": path})
        with self.open(path) as unpacked:
            content = unpacked.read(limit + 1)
        if len(content) > limit:
            raise InputError(N_("more than {limit} bytes"), self._at(path), values={"limit": limit})
        return content

    def _checked(self, entries: list[zipfile.ZipInfo], source: BinaryIO) -> dict[str, int]:
        if len(entries) > self.limits.files:
            raise InputError(N_("{count} files: the most that is read is {limit}"), self._at(),
                             values={"count": len(entries), "limit": self.limits.files})
        sizes: dict[str, int] = {}
        folded: dict[str, str] = {}
        for entry in entries:
            if entry.is_dir() and not entry.file_size and is_plain_path(entry.filename.rstrip("/")):
                continue
            self._check_entry(entry)
            twin = folded.setdefault(fold(entry.filename), entry.filename)
            if entry.filename in sizes or twin != entry.filename:
                raise InputError(N_("two files of one name"), self._at(entry.filename))
            sizes[entry.filename] = entry.file_size
        for twin, path in folded.items():
            parts = twin.split("/")
            if any("/".join(parts[:depth]) in folded for depth in range(1, len(parts))):
                raise InputError(N_("a file and a folder of one name"), self._at(path))
        self._check_whole(sum(sizes.values()), source)
        self._be_apart(entries, source)
        return sizes

    def _check_whole(self, unpacked: int, source: BinaryIO) -> None:
        if unpacked > self.limits.total_bytes:
            raise InputError(N_("{count} MiB unpacked: the most that is read is {limit}"), self._at(),
                             values={"count": unpacked // 2**20, "limit": self.limits.total_bytes // 2**20})
        packed = source.seek(0, os.SEEK_END)
        if unpacked > max(_SMALL_BYTES, packed * self.limits.ratio):
            raise InputError(N_("it unpacks to {count} times its size: the most that is read is {limit}"), self._at(),
                             values={"count": unpacked // max(packed, 1), "limit": self.limits.ratio})

    def _check_entry(self, entry: zipfile.ZipInfo) -> None:
        at = self._at(entry.filename)
        if entry.orig_filename != entry.filename or not is_plain_path(entry.filename):
            raise InputError(N_("a path that could lead elsewhere"), at)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in {0, stat.S_IFREG}:
            raise InputError(N_("a link or a device, where a file was expected"), at)
        if entry.flag_bits & _ENCRYPTED:
            raise InputError(N_("an encrypted file"), at)
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise InputError(N_("a compression that is not read; deflate is"), at)
        if entry.file_size > self.limits.file_bytes or entry.file_size > max(entry.compress_size, 1) * _DEFLATE_RATIO + 1024:
            said = N_("{count} bytes unpacked: more than is read of one file, {limit} MiB or {ratio} times what it is packed")
            raise InputError(said, at, values={
                "count": entry.file_size, "limit": self.limits.file_bytes // 2**20, "ratio": _DEFLATE_RATIO,
            })  # fmt: skip

    def _be_apart(self, entries: list[zipfile.ZipInfo], source: BinaryIO) -> None:
        """Each entry must end before the next begins, and the last before the directory."""
        end = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            source.seek(entry.header_offset)
            header = source.read(_LOCAL_HEADER_BYTES)
            if len(header) < _LOCAL_HEADER_BYTES or entry.header_offset < end:
                raise InputError(N_("files that overlap"), self._at(entry.filename))
            name_bytes, extra_bytes = struct.unpack("<HH", header[26:30])
            end = entry.header_offset + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes + entry.compress_size
        if end > self._zip.start_dir:
            raise InputError(N_("files that overlap"), self._at())

    def _at(self, path: str | None = None) -> Location:
        return Location(self.name, path=path)

    @contextmanager
    def _readable(self, path: str | None = None) -> Iterator[None]:
        try:
            yield
        except zipfile.BadZipFile as error:
            raise InputError(NO_ZIP, self._at(path), N_("send it again, or make the zip again")) from error
        except (zlib.error, struct.error, EOFError, OverflowError, RuntimeError, ValueError, OSError) as error:
            raise InputError(UNREADABLE, self._at(path), values={"problem": str(error)}) from error


def is_plain_path(path: str) -> bool:
    """Whether a path means the same file below the same folder on every system: relative, slashes, no dot parts, no device."""
    parts = path.split("/")
    return not _FORBIDDEN.search(path) and len(path) <= 1024 and all(
        part and part not in {".", ".."} and part[-1] not in " ." and part[0] != " " and len(part.encode(errors="replace")) <= 255
        and not _DEVICES.match(part)
        for part in parts
    )  # fmt: skip


def fold(path: str) -> str:
    """What systems that ignore case or compose accents take for the same name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())

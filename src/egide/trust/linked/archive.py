"""A zip file from a stranger: its files as bytes, bounded before and while they are unpacked. And one to give away.

Sizes that an archive states are not believed: each file is read no further than its limit.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

MAX_ARCHIVE_BYTES = 16 * 1024 * 1024
MAX_FILE_BYTES = 8 * 1024 * 1024
MAX_BYTES = 32 * 1024 * 1024
"""Of all files together, unpacked."""
MAX_FILES = 2_000
MAX_NAME = 200
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip file can state, so that the same files give the same bytes."""


def read_archive(content: bytes, file: str) -> dict[str, bytes]:
    """The files of a zip archive, folders left out.

    Raises `InputError` which names the file: not an archive, too large, too many, encrypted, two files of one name, a link, or a name that
    leads elsewhere.
    """
    if len(content) > MAX_ARCHIVE_BYTES:
        raise InputError(N_("the archive is larger than {limit} MiB, the most that is read"), Location(file),
                         values={"limit": MAX_ARCHIVE_BYTES // 2**20})
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _unpacked(archive, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise InputError(N_("not readable as a zip archive: {problem}"), Location(file), values={"problem": error}) from error


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of the files, in the order of their names; the same files give the same bytes."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return written.getvalue()


def _unpacked(archive: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(archive.infolist()) > MAX_FILES:
        raise InputError(N_("the archive holds more than {limit} files"), Location(file), values={"limit": MAX_FILES})
    files: dict[str, bytes] = {}
    left = MAX_BYTES
    for entry in entries:
        _refuse_odd(entry, files, file)
        with archive.open(entry) as packed:
            content = packed.read(min(MAX_FILE_BYTES, left) + 1)
        if len(content) > MAX_FILE_BYTES:
            raise _large(MAX_FILE_BYTES, f"{file}:{entry.filename}")
        left -= len(content)
        if left < 0:
            raise _large(MAX_BYTES, file)
        files[entry.filename] = content
    return files


def _refuse_odd(entry: zipfile.ZipInfo, files: Mapping[str, bytes], file: str) -> None:
    name = entry.filename
    at = Location(f"{file}:{name[:MAX_NAME]}")
    if len(name) > MAX_NAME or "\\" in name or ":" in name or any(part in ("", ".", "..") for part in name.split("/")):
        raise InputError(N_("the name of the file leads out of the archive, or is no name"), at)
    if name in files:
        raise InputError(N_("two files of the archive have this name"), at)
    if entry.flag_bits & 0x1:
        raise InputError(N_("the file is encrypted"), at)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise InputError(N_("the file is a link"), at)
    if entry.compress_type not in METHODS:
        raise InputError(N_("the file is packed in a way that is not read here"), at)


def _large(limit: int, file: str) -> InputError:
    return InputError(N_("unpacked, it is larger than {limit} MiB, the most that is read"), Location(file),
                      values={"limit": limit // 2**20})

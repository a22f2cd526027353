"""Data in object stores (S3 and its kin): read by ranges that stay one version, written in parts and read back; obstore's synchronous side.

Who we are at the store, its address and region come from the environment (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, …) and never from an
address that is kept or logged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import obstore
from obstore.store import S3Store

from egide.dataspace.planes.addresses import split_object
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

PART = 8 * 1024 * 1024
SECONDS = "30s"
TRIES = 5


class StoreRefusedError(EgideError):
    """An object store did not give or take an object."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(N_("{address}: the object store says {problem}"), {"address": address, "problem": problem[:300]})


@dataclass(frozen=True, slots=True)
class Object:
    """An object as it stood when it was found. ``etag``: of that version."""

    address: str
    size: int
    etag: str | None


def find(address: str, *, in_clear: bool) -> Object | None:
    """The object; None when there is none. ``in_clear``: plain http is spoken. Raises `StoreRefusedError`, `InputError`."""
    store, key = _opened(address, in_clear)
    try:
        meta = obstore.head(store, key)
    except FileNotFoundError:
        return None
    except Exception as error:  # obstore raises several kinds, of its own and of the language
        raise _refused(address, error) from error
    return Object(address, meta["size"], meta["e_tag"])


def pieces(found: Object, first: int, last: int, *, in_clear: bool) -> Iterator[bytes]:
    """The bytes from first to last, all of the version that was found. Raises `StoreRefusedError` when it has changed meanwhile."""
    store, key = _opened(found.address, in_clear)
    at = first
    while at <= last:
        end = min(at + PART, last + 1)
        options: Any = {"range": (at, end)} | ({"if_match": found.etag} if found.etag else {})
        try:
            piece = bytes(obstore.get(store, key, options=options).bytes())
        except Exception as error:
            raise _refused(found.address, error) from error
        if not piece:
            raise StoreRefusedError(found.address, "nothing, where bytes were")
        at += len(piece)
        yield piece


def store_file(path: Path, address: str, *, in_clear: bool, progress: Callable[[int, int], None]) -> str:
    """Put a file there in parts, each tried again by itself; read it back, and compare. Returns its SHA-256 in hexadecimal.

    Raises `StoreRefusedError`, also when what is read back differs.
    """
    store, key = _opened(address, in_clear)
    size = path.stat().st_size
    sent = hashlib.sha256()
    try:
        with path.open("rb") as source:
            obstore.put(store, key, _told(source, sent, size, progress), use_multipart=size > PART, chunk_size=PART)
    except Exception as error:
        raise _refused(address, error) from error
    found = find(address, in_clear=in_clear)
    read = hashlib.sha256()
    for piece in pieces(found, 0, found.size - 1, in_clear=in_clear) if found else ():
        read.update(piece)
    if read.digest() != sent.digest():
        raise StoreRefusedError(address, "other bytes than were sent")
    return sent.hexdigest()


def _told(source: Any, digest: Any, size: int, progress: Callable[[int, int], None]) -> Iterator[bytes]:
    done = 0
    while piece := source.read(PART):
        digest.update(piece)
        done += len(piece)
        progress(done, size)
        yield piece


def _opened(address: str, in_clear: bool) -> tuple[S3Store, str]:
    bucket, key = split_object(address)
    client: Any = {"timeout": SECONDS, "allow_http": in_clear}
    try:
        return S3Store(bucket, client_options=client, retry_config={"max_retries": TRIES}), key
    except Exception as error:
        raise _refused(address, error) from error


def _refused(address: str, error: Exception) -> StoreRefusedError:
    return StoreRefusedError(address, str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__)

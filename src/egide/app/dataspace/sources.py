"""What may be offered, and how it is opened: a file, an address that only we reach, an object of a store, a stream of a broker."""

from __future__ import annotations

import os
from pathlib import Path

from egide.dataspace.planes.addresses import SCHEME, is_stream, read_broker, split_object
from egide.dataspace.wire.reach import Reach
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

STREAM_TYPE = "application/x-ndjson"


def in_clear() -> bool:
    """Whether object stores are spoken to in plain http: where the environment says so, as other tools of S3 read it."""
    return os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true"


def store_at() -> dict[str, str]:
    """Where the object store is, by the members of an `AmazonS3` address that say so."""
    said = {"region": os.environ.get("AWS_REGION", ""), "endpointOverride": os.environ.get("AWS_ENDPOINT_URL", "")}
    return {name: value for name, value in said.items() if value}


def source_of(said: str) -> str:
    """The source as it is kept; a file by its whole path. Raises `InputError`, `UnreachableError`."""
    if said.startswith(SCHEME):
        split_object(said)
    elif is_stream(said):
        read_broker(said)
    elif "://" in said:
        Reach(private=True).place(said)
    else:
        path = Path(said)
        if not path.is_file():
            raise InputError(N_("no such file"), Location(said))
        return str(path.absolute())
    return said


def name_of(source: str) -> str:
    """How it is called when nobody says: without who opens it."""
    if is_stream(source):
        broker = read_broker(source)
        return f"{broker.scheme}: {broker.topic}"
    return Path(source).name or source

"""Addresses of data that lies elsewhere: objects of a store, topics of a broker."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

SCHEME = "s3://"
PORTS = {"mqtt": 1883, "mqtts": 8883, "nats": 4222}


@dataclass(frozen=True, slots=True)
class Message:
    """One message: the topic it came under, and its bytes."""

    topic: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Broker:
    """Where messages are: `mqtt://`, `mqtts://` or `nats://`, `[user:password@]host[:port]/topic`. ``topic``: may hold wildcards."""

    scheme: str
    host: str
    port: int
    topic: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def is_stream(address: str) -> bool:
    """Whether an address is that of a stream."""
    return address.partition("://")[0] in PORTS


def read_broker(address: str) -> Broker:
    """Take an address apart: a topic may hold `#`, so it is no URL. Raises `InputError`."""
    scheme, _, rest = address.partition("://")
    authority, slash, topic = rest.partition("/")
    credentials, at, place = authority.rpartition("@")
    host, colon, port = place.rpartition(":") if place.rpartition(":")[2].isdigit() else (place, "", "")
    wrong = any(one in topic for one in "\0\r\n") or (scheme == "nats" and any(one.isspace() for one in topic)) or len(topic) > 1000
    if scheme not in PORTS or not host or not slash or not topic or wrong or (colon and not 0 < int(port) < 65536):
        shown = f"{scheme}://{place}/{topic}"
        raise InputError(N_("not the address of a stream; as mqtt://host/topic or nats://host/subject"), Location(shown[:200]))
    user, _, password = credentials.partition(":")
    said = (unquote(user), unquote(password)) if at else (None, None)
    return Broker(scheme, host.strip("[]"), int(port) if colon else PORTS[scheme], topic, *said)


def split_object(address: str) -> tuple[str, str]:
    """Bucket and key. Raises `InputError`."""
    bucket, _, key = address.removeprefix(SCHEME).partition("/")
    if not address.startswith(SCHEME) or not bucket or not key:
        raise InputError(N_("not the address of an object; as s3://bucket/key"), Location(address[:200]))
    return bucket, key

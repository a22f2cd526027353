"""The messages of negotiations and transfers over HTTP, read from the server and answered to it without a framework between.

They are most of what a connector hears. 201 for what opened a process, 200, 400 for a message that is unfit or comes at the wrong time,
404 for what is unknown or somebody else's, 401 without an identity; errors are the protocol's own bodies. All else is left to the
application behind.
"""

from __future__ import annotations

import gzip
import logging
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from egide.api.guard import SlowError
from egide.app.dataspace.folder import PROTOCOL_PATH
from egide.dataspace.machines import Fault, Kind
from egide.dataspace.messages import CONTEXT, MAX_BODY_BYTES
from egide.dataspace.processes.steps import reason_document
from egide.dataspace.protocol.endpoints import FOLLOWING, OPENING
from egide.dataspace.wire.client import unpacked
from egide.store.errors import StoreError
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

    from egide.app.dataspace.running import Connector
    from egide.dataspace.protocol.service import Reply

STATUS: Mapping[Fault, int] = {Fault.ILLEGAL: 400, Fault.UNFIT: 400, Fault.UNKNOWN: 404}
PACKED_FROM = 1024
"""Bytes of an answer that are worth packing."""
KINDS = {"negotiations": Kind.NEGOTIATION, "transfers": Kind.TRANSFER}
ERRORS = {Kind.NEGOTIATION: "ContractNegotiationError", Kind.TRANSFER: "TransferError"}
Headers = Mapping[bytes, bytes]
Given = tuple[int, Mapping[str, Any], list[tuple[bytes, bytes]]]
"""A code, a body, and headers beside those that every answer has."""
_ENCODER = msgspec.json.Encoder()


class GoneError(Exception):
    """Who was sending has hung up."""


class BodyError(Exception):
    """A body that is not read, and the code that says so."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Messages:
    """An ASGI application in front of another. ``root``: the path that the connector stands under."""

    def __init__(self, connector: Connector, app: ASGIApp, root: str) -> None:
        self._connector = connector
        self._app = app
        self._base = f"{root}{PROTOCOL_PATH}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a message, or pass on what is none."""
        asked: Any = scope
        path: str = asked.get("path", "")
        meant = self._meant(asked["method"], path[len(self._base):]) if asked["type"] == "http" and path.startswith(self._base) else None
        if meant is None:
            await self._app(scope, receive, send)
            return
        headers = dict(asked["headers"])
        try:
            status, said, more = await self._answered(*meant, headers, receive)
        except GoneError:
            return
        await write(send, status, said, more, headers)

    def _meant(self, method: str, path: str) -> tuple[Kind, str, str | None] | None:
        """Which kind of process, what is posted to it, and its name of ours; an empty word asks where it stands."""
        first, _, rest = path.partition("/")
        kind, (name, _, what) = KINDS.get(first), rest.partition("/")
        if kind is None or not name:
            return None
        what = what.strip("/")
        if method == "GET":
            return None if what else (kind, "", name)
        if method != "POST":
            return None
        if what:
            return (kind, what, name) if (kind, what) in FOLLOWING else None
        return (kind, name, None) if (kind, name) in OPENING else None

    async def _answered(self, kind: Kind, what: str, pid: str | None, headers: Headers, receive: Receive) -> Given:
        try:
            shown = headers.get(b"authorization")
            party = await self._connector.recognise(None if shown is None else shown.decode("latin-1"), pid is None)
            if isinstance(party, Reason):
                return _stranger(kind, party, pid or "")
            if not what:
                return _replied(await self._connector.service.status(kind, pid or "", party.participant))
            content, key = await _body(headers, receive), headers.get(b"idempotency-key")
            return _replied(await self._connector.service.post(
                kind, what, content, party.participant, pid=pid, key=None if key is None else key.decode("latin-1"), proven=party.proven,
            ))  # fmt: skip
        except BodyError as error:
            return _plain(error.status, str(error))
        except SlowError as error:
            return _plain(408, f"the body did not arrive in {error.seconds} s")
        except GoneError:
            raise
        except StoreError as error:  # nothing was kept, so nothing is promised: the peer comes again
            _told(error)
            return 503, _plain(503, "the message could not be kept")[1], [(b"retry-after", b"1")]
        except Exception as error:
            _told(error)
            return _plain(500, "an internal fault")


async def _body(headers: Headers, receive: Receive) -> bytes:
    """The body, unpacked, within the bound. Raises `BodyError`, `GoneError`, `SlowError`."""
    if headers.get(b"content-length", b"0").isdigit() and int(headers.get(b"content-length", b"0")) > MAX_BODY_BYTES:
        raise BodyError(413, "the body is too large")
    pieces, read = [], 0
    while True:
        event: Any = await receive()
        if event["type"] == "http.disconnect":
            raise GoneError
        pieces.append(event.get("body", b""))
        read += len(pieces[-1])
        if read > MAX_BODY_BYTES:
            raise BodyError(413, "the body is too large")
        if not event.get("more_body"):
            break
    content, coding = b"".join(pieces), headers.get(b"content-encoding", b"identity").lower()
    if coding == b"identity":
        return content
    if coding != b"gzip":
        raise BodyError(415, "only gzip is unpacked")
    try:
        return unpacked(content, MAX_BODY_BYTES)
    except (ValueError, zlib.error) as error:
        raise BodyError(400, str(error)) from error


async def write(send: Send, status: int, said: Mapping[str, Any], more: list[tuple[bytes, bytes]], asked: Headers) -> None:
    """An answer, packed when the other side takes it so and it is long enough."""
    content = _ENCODER.encode(said)
    headers = [(b"content-type", b"application/json"), (b"vary", b"accept-encoding"), *more]
    if len(content) >= PACKED_FROM and b"gzip" in asked.get(b"accept-encoding", b"").lower():
        content = gzip.compress(content, 5, mtime=0)
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})


def _replied(reply: Reply) -> Given:
    return STATUS[reply.fault] if reply.fault else 201 if reply.opened else 200, reply.body, []


def _stranger(kind: Kind, why: Reason, pid: str) -> Given:
    """Nobody that we know, or whose credentials don't suffice."""
    return 401, unrecognised(ERRORS[kind], why, pid), [(b"www-authenticate", b"Bearer")]


def unrecognised(type_: str, why: Reason, pid: str | None = None) -> dict[str, Any]:
    """The protocol's own error for somebody who is not known. ``pid``: of the process that was written to, where there may be one."""
    document = reason_document(why)
    said = {"@context": [CONTEXT], "@type": type_, "code": document["code"], "reason": [document["text"]]}
    return said if pid is None else {**said, "providerPid": pid, "consumerPid": pid}


def _plain(status: int, detail: str) -> Given:
    return status, {"type": "about:blank", "status": status, "detail": detail}, []


def _told(error: Exception) -> None:
    """Its kind, and no more: a message may hold what nobody should read."""
    logging.getLogger("egide.dataspace").error("internal fault: %s", type(error).__name__)

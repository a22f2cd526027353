"""An answer is given again, as it was made, while nothing that it was made of has changed.

Programs ask the same again and again, mostly of what is as it was. An answer is kept with all that the database was asked for it and told
(the token that it was given to among it), the day, and the law and the catalogue in use. Each is looked at anew for every request: nothing
is given again because it is recent. What may be kept, a handler says by `Call.sent`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from egide.accounts.entry import TOKEN
from egide.vocabulary.errors import EgideError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from litestar.types import ASGIApp, Receive, Scope, Send

    from egide.api.calls import Served
    from egide.app.portfolio.deciding import Deciding
    from egide.store.glance import Looked, Moment

SLOT = "egide.answer"
"""Where in the scope of a request its answer is left to be kept."""
MOST, MOST_BYTES, LARGEST = 2048, 16 * 2**20, 256 * 1024
DEPENDS = (b"authorization", b"accept-language")
"""Headers that answers depend on; whether the caller holds a version is looked at each time."""


@dataclass(slots=True)
class Answer:
    """What is being answered to a request. ``looked``: what the database was asked, by each who worked at it; None: not all is known."""

    moment: Moment | None
    deciding: Deciding | None = None
    """The law and the catalogue in use, looked at since the request came."""
    looked: list[Looked | None] = field(default_factory=list)
    made: bytes | None = None
    tag: str | None = None


@dataclass(slots=True)
class _Kept:
    """An answer, and what it was made of."""

    made: bytes
    tag: str | None
    looked: Looked
    day: date
    deciding: object
    route: object
    whole: list[tuple[bytes, bytes]]
    """The headers with the document, and without it where the caller holds that version."""
    bare: list[tuple[bytes, bytes]]


class Again:
    """An ASGI application in front of another. ``below``: the path under which answers may be kept."""

    def __init__(self, app: ASGIApp, site: Served, below: str) -> None:
        self.app = app
        self._site = site
        self._below = below
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._size = 0
        self._looked = False
        self._today: tuple[date, Deciding] | None = None
        self._moment: Moment | None = None
        self._present = None if site.store.address.is_file else _Shared(site.store.lines.present)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the answer again, or pass on."""
        asked: Any = scope
        if asked.get("method") != "GET" or not asked["path"].startswith(self._below):
            await self.app(scope, receive, send)
            return
        key = _key(asked)
        kept = self._kept.get(key)
        now = self._now()
        moment = self._moment
        if kept is not None and self._present is not None:
            moment = await self._present()
        if kept is not None and now is not None and self._holds(kept, now, moment):
            self._kept.move_to_end(key)
            asked["path_template"] = kept.route
            await _give(kept, asked["headers"], send)
            return
        answer = asked[SLOT] = Answer(moment, now[1] if now else None)
        await self.app(scope, receive, send)
        if answer.made is not None and now is not None:
            self._keep(key, answer, now, asked.get("path_template"))

    def _now(self) -> tuple[date, Deciding] | None:
        """The day, and the law and the catalogue in use; None where these can't be read, which whoever needs them tells.

        Looked at once, with the moment of a file, for all requests that have come before: the loop takes them in the order in which they
        came, so whoever comes after this is behind `_later`. Each look lets a thread that computes go first.
        """
        if not self._looked:
            asyncio.get_running_loop().call_soon(self._later)
            self._looked, self._today = True, None
            with suppress(EgideError, OSError):
                self._today = self._site.today(), self._site.portfolios.deciding()
            if self._present is None:
                with suppress(Exception):  # what it was, the questions themselves tell
                    self._moment = self._site.store.lines.present()
        return self._today

    def _later(self) -> None:
        self._looked, self._moment = False, None

    def _holds(self, kept: _Kept, now: tuple[date, object], moment: Moment | None) -> bool:
        if (kept.day, kept.deciding) != now or moment is None:
            return False
        asked_already = moment.mark == kept.looked.moment.mark or kept.looked.found.keys() <= moment.known.keys()
        if self._present is not None and not asked_already:
            return False  # a server is asked over a connection, which a loop may not wait for
        store = self._site.store
        with store.lines.at_one_moment(moment) as looking:
            if looking is None or not kept.looked.still(store):
                return False
            kept.looked = type(looking)(looking.moment, kept.looked.found)
            return all(value is None or not value[0] < looking.moment.now for (of, *_), value in kept.looked.found.items() if of is TOKEN)

    def _keep(self, key: bytes, answer: Answer, now: tuple[date, object], route: object) -> None:
        first, made = answer.looked[0] if answer.looked else None, answer.made or b""
        if first is None or None in answer.looked or len(made) > LARGEST:
            return
        found = {asked: value for looked in reversed(answer.looked) if looked for asked, value in looked.found.items()}
        tags = [] if answer.tag is None else [(b"etag", answer.tag.encode())]
        whole = [*tags, (b"content-type", b"application/json"), (b"content-length", str(len(made)).encode())]
        self._drop(key)
        self._kept[key] = _Kept(made, answer.tag, type(first)(first.moment, found), *now, route, whole, tags)
        self._size += len(made)
        while len(self._kept) > MOST or self._size > MOST_BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: bytes) -> None:
        gone = self._kept.pop(key, None)
        self._size -= len(gone.made) if gone else 0


class _Shared:
    """One question at a time for all who wait for its answer: whoever comes while it is being put waits for the next."""

    def __init__(self, ask: Callable[[], Moment]) -> None:
        self._ask = ask
        self._next: asyncio.Future[Moment | None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "egide-moment")

    async def __call__(self) -> Moment | None:
        """A moment that isn't before this call; None where it can't be told."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._put())
        return await asyncio.shield(self._next)

    async def _put(self) -> None:
        while self._next is not None:
            waiting, self._next = self._next, None
            waiting.set_result(await asyncio.get_running_loop().run_in_executor(self._thread, self._told))

    def _told(self) -> Moment | None:
        try:
            return self._ask()
        except Exception:  # what it was, the questions themselves tell
            return None


def held(tag: str, given: str) -> bool:
    """Whether a caller who says so (``If-None-Match``) has that version already (RFC 9110, 13.1.2)."""
    if given == tag:
        return True
    known = [one.strip().removeprefix("W/") for one in given.split(",")]
    return tag.removeprefix("W/") in known or known == ["*"]


def _key(scope: dict[str, Any]) -> bytes:
    """What tells a request from every other, as a digest: secrets lie nowhere."""
    said = [scope["path"].encode("utf-8", "surrogatepass"), scope["query_string"]]
    said += [value for wanted in DEPENDS for name, value in (*scope["headers"], (wanted, b"\n")) if name == wanted]
    return hashlib.sha256(b"\0".join(said)).digest()


async def _give(kept: _Kept, headers: list[tuple[bytes, bytes]], send: Send) -> None:
    given = "" if kept.tag is None else next((value.decode("latin-1") for name, value in headers if name == b"if-none-match"), "")
    has = bool(given) and held(kept.tag or "", given)
    await send({"type": "http.response.start", "status": 304 if has else 200, "headers": [*(kept.bare if has else kept.whole)]})
    await send({"type": "http.response.body", "body": b"" if has else kept.made, "more_body": False})

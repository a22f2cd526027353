"""Signals on their way to planes of others: in order within a flow, kept until they arrived, tried again with growing pauses.

A plane that will not begin ends its transfer, and both sides learn why; one that does not hear that it should stop is told for a day.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec import UNSET
from sqlalchemy import func, or_, select

from egide.dataspace.kept.tables import SIGNALS
from egide.dataspace.processes.sending import AGAIN, document, pause
from egide.dataspace.processes.steps import noted, reason_document
from egide.dataspace.signaling.life import Signal
from egide.dataspace.signaling.messages import Authorization, Status, UnfitSignalError, fresh, read
from egide.dataspace.signaling.planes import RefusedFlowError, Registered, named
from egide.dataspace.wire.client import FAULTS, Answer, Client
from egide.dataspace.wire.reach import UnreachableError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.dataspace.machines import Refusal
    from egide.dataspace.processes.engine import Engine
    from egide.dataspace.processes.steps import Stepped
    from egide.dataspace.processes.writer import Unit
    from egide.dataspace.signaling.control import Planes

LOGGER = logging.getLogger("egide.dataspace")
LEASE_SECONDS = 30.0
BEGIN_PATIENCE = timedelta(minutes=2)
"""How long a peer is made to wait for a plane that does not answer."""
PATIENCE = timedelta(days=1)
BEGINNINGS = frozenset({Signal.PREPARE, Signal.START})
OAUTH = "oauth2_client_credentials"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A signal that waits, leased to the caller."""

    id: int
    pid: str
    plane: Registered | None
    what: Signal
    body: bytes
    attempts: int
    created_at: datetime


def waiting(unit: Unit) -> list[tuple[str, datetime]]:
    """The flows with signals that nobody is sending, and when each may be sent."""
    free = or_(SIGNALS.c.lease_until.is_(None), SIGNALS.c.lease_until < unit.now)
    rows = unit.tx.execute(select(SIGNALS.c.pid, func.min(SIGNALS.c.not_before).label("at")).where(free).group_by(SIGNALS.c.pid))
    return [(row.pid, datetime.fromisoformat(row.at) if isinstance(row.at, str) else row.at) for row in rows]


def take_up(unit: Unit, pid: str) -> Waiting | None:
    """The first signal of a flow, if it is time and nobody has it."""
    row = unit.tx.execute(select(SIGNALS).where(SIGNALS.c.pid == pid).order_by(SIGNALS.c.id).limit(1)).first()
    if row is None or row.not_before > unit.now or (row.lease_until is not None and row.lease_until >= unit.now):
        return None
    until = unit.now + timedelta(seconds=LEASE_SECONDS)
    unit.tx.execute(SIGNALS.update().where(SIGNALS.c.id == row.id).values(lease_until=until, attempts=row.attempts + 1))
    return Waiting(row.id, pid, named(unit.tx, row.plane), Signal(row.what), row.body, row.attempts, row.created_at)


@dataclass(slots=True)
class Signals:
    """One for a connector; `start` and `stop` it in its loop. ``unseal``: opens what a plane's secret was sealed as."""

    engine: Engine
    planes: Planes
    client: Client
    unseal: Callable[[str], bytes]
    hinted: set[str] = field(default_factory=set)
    """Flows that were given a signal, by this process: looked at once that is kept."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _tokens: dict[str, tuple[float, str]] = field(default_factory=dict)

    async def start(self, *, alone: bool) -> None:
        """Take up what was left."""
        if alone:
            await self.engine.writer.do(lambda unit: unit.tx.execute(SIGNALS.update().values(lease_until=None)))
        await self._take_up()
        if not alone:
            self._go(self._look_round())

    async def stop(self) -> None:
        """Break off; what waits is in the database."""
        ending = [*self._tasks]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        self.client.close()

    def woken(self, pid: str) -> None:
        """Something of a transfer was kept."""
        if pid in self.hinted:
            self.hinted.discard(pid)
            self._go(self._send(pid))

    async def hear(self, pid: str, said: Status, plane: str | None) -> Stepped | Refusal | None:
        """What a plane says of a flow. Raises `RefusedFlowError`."""
        found = await self.engine.step(lambda unit: self.planes.hear(unit, pid, said, plane))
        self.woken(pid)
        return found

    def _go(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_round(self) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS)
            await self._take_up()

    async def _take_up(self) -> None:
        for pid, at in await self.engine.writer.do(waiting):
            self._later(pid, (at - self.engine.store.now()).total_seconds())

    def _later(self, pid: str, seconds: float) -> None:
        async def then() -> None:
            await asyncio.sleep(max(seconds, 0.0) + 0.001)
            await self._send(pid)

        self._go(then())

    async def _send(self, pid: str) -> None:
        """Send what waits of a flow, one after the other."""
        try:
            while (one := await self.engine.writer.do(lambda unit: take_up(unit, pid))) is not None:
                if not await self._sent(one):
                    return
        except Exception:
            LOGGER.exception("a signal of %s could not be sent", pid)
            self._later(pid, LEASE_SECONDS)

    async def _sent(self, one: Waiting) -> bool:
        """Send a signal; false when it is to be tried again later."""
        answer = await self._asked(one)
        status = answer.status if isinstance(answer, Answer) else 0
        if 200 <= status < 300 or (status == 404 and one.what is Signal.TERMINATE):
            await self._arrived(one, answer)
            return True
        said = f"HTTP {status}: {_quoted(answer)}" if isinstance(answer, Answer) else f"{type(answer).__name__}: {answer}"
        known = await self._standing(one) if 400 <= status < 500 and one.attempts and one.what in BEGINNINGS else None
        if known is not None:
            await self._done(one)
            await self._heard(one, known)
            return True
        age = self.engine.store.now() - one.created_at
        lasts = status == 0 or status >= 500 or status in AGAIN
        if lasts and age < (BEGIN_PATIENCE if one.what in BEGINNINGS else PATIENCE) and one.plane is not None:
            seconds = pause(one.attempts, answer)
            await self.engine.writer.do(lambda unit: _postponed(unit, one, unit.now + timedelta(seconds=seconds), said))
            self._later(one.pid, seconds)
            return False
        await self._done(one)
        reason = Reason("plane-refused", {"signal": one.what.value, "error": said[:300]},
                        N_("its data plane does not take the signal «{signal}»: {error}"))  # fmt: skip
        if one.what in BEGINNINGS:
            await self.engine.step(lambda unit: self.planes.fail(unit, one.pid, reason))
        else:
            await self.engine.writer.do(lambda unit: noted(unit, one.pid, reason))
        return True

    async def _arrived(self, one: Waiting, answer: Answer | Exception) -> None:
        await self._done(one)
        resumed = one.what is Signal.RESUME and isinstance(answer, Answer) and answer.body.strip()
        if not isinstance(answer, Answer) or not (one.what in BEGINNINGS or resumed):
            return
        try:
            said = read(answer.body, Status)
        except UnfitSignalError as error:
            reason = Reason("plane-unreadable", error.values, error.message)
            await self.engine.step(lambda unit: self.planes.fail(unit, one.pid, reason))
            return
        await self._heard(one, said)

    async def _heard(self, one: Waiting, said: Status) -> None:
        try:
            await self.engine.step(lambda unit: self.planes.hear(unit, one.pid, said))
        except RefusedFlowError as error:
            reason = error.reason
            await self.engine.writer.do(lambda unit: noted(unit, one.pid, reason))

    async def _standing(self, one: Waiting) -> Status | None:
        """Where the flow stands that a first try may have opened: its answer was lost."""
        found = await self._spoken(one, "GET", f"{quote(one.pid, safe=':')}/status", None)
        body = document(found) if isinstance(found, Answer) and found.status == 200 else None
        try:
            return msgspec.convert({"messageId": fresh(), **(body or {})}, Status)
        except msgspec.ValidationError:
            return None

    async def _asked(self, one: Waiting) -> Answer | Exception:
        path = one.what.value if one.what in BEGINNINGS else f"{quote(one.pid, safe=':')}/{one.what.value}"
        return await self._spoken(one, "POST", path, one.body)

    async def _spoken(self, one: Waiting, method: str, path: str, body: bytes | None) -> Answer | Exception:
        if one.plane is None:
            return LookupError("the plane is no longer registered")
        try:
            return await self.client.ask(method, f"{one.plane.endpoint}/dataflows/{path}", body, await self._proof(one.plane))
        except (*FAULTS, TimeoutError, UnreachableError) as error:
            return error

    async def _proof(self, plane: Registered) -> Mapping[str, str]:
        """How we prove to a plane who we are, as it asked (`oauth2_client_credentials`)."""
        if plane.secret is None:
            return {}
        asked = read(self.unseal(plane.secret), Authorization)
        now = asyncio.get_running_loop().time()
        until, token = self._tokens.get(plane.id, (0.0, ""))
        if until < now and asked.token_endpoint:
            form = {"grant_type": "client_credentials", "client_id": asked.client_id or "", "client_secret": asked.client_secret or ""}
            answer = await self.client.ask("POST", asked.token_endpoint, urlencode(form).encode(),
                                           {"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
            granted = document(answer) or {}
            token = str(granted.get("access_token", ""))
            if answer.status != 200 or not token:
                raise OSError(f"no token is granted at {asked.token_endpoint}: HTTP {answer.status}")
            self._tokens[plane.id] = (now + float(granted.get("expires_in", 60)) - 10, token)
        return {"Authorization": f"Bearer {token}"}

    async def _done(self, one: Waiting) -> None:
        await self.engine.writer.do(lambda unit: unit.tx.execute(SIGNALS.delete().where(SIGNALS.c.id == one.id)))


def _postponed(unit: Unit, one: Waiting, until: datetime, said: str) -> None:
    error = reason_document(Reason("plane-away", {"error": said[:300]}, N_("its data plane does not answer: {error}")))
    unit.tx.execute(SIGNALS.update().where(SIGNALS.c.id == one.id).values(not_before=until, lease_until=None, error=error))


def _quoted(answer: Answer) -> str:
    return answer.body[:200].decode("utf-8", "replace")


def is_known(authorization: Authorization) -> bool:
    """Whether we can prove to a plane who we are in that way."""
    return authorization.type == OAUTH and UNSET not in (authorization.token_endpoint, authorization.client_id, authorization.client_secret)

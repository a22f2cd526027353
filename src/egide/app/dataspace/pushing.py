"""HTTP push: the data of ours that goes to the address of a peer, for as long as its transfer stands at STARTED.

A receiver that tells how much of it is there (`Upload-Offset`, as resumable uploads have it) is sent the rest, if it was the same version;
any other gets the whole once more. Each try is a `POST` with a `Content-Range` where the size is known, and the token of the address. What
fails is tried again with growing pauses; when no byte more gets there, the transfer ends and both sides keep the reason.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from egide.app.dataspace.flowing import StoppedError, while_it_may
from egide.app.dataspace.opening import Opened, UnopenedError, dataset_of, opened
from egide.dataspace.machines import Kind, Side, State, Step
from egide.dataspace.messages import DataAddress
from egide.dataspace.offering.offered import PUSH
from egide.dataspace.planes.pull import flows
from egide.dataspace.processes.steps import Move, reason_document
from egide.dataspace.signaling.flows import count_sent
from egide.dataspace.signaling.life import Flowing
from egide.dataspace.signaling.messages import HTTP_PUSH
from egide.dataspace.signaling.planes import RefusedFlowError
from egide.dataspace.signaling.taking import held, let_go, running
from egide.dataspace.wire.client import FAULTS, Answer
from egide.dataspace.wire.reach import UnreachableError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.dataspace.planes.own import OwnPlane
    from egide.dataspace.processes.engine import Engine
    from egide.dataspace.processes.process import Process

LOGGER = logging.getLogger("egide.dataspace")
ATTEMPTS = 10
"""Without a byte more at the other side: some two minutes."""
LONGEST_PAUSE_SECONDS = 30.0
LOOKS_SECONDS = 10.0
"""How often what another process of ours has left is looked for, where several serve."""
EARLY = frozenset({401, 403, 404, 408, 409, 425, 429})
"""Answers of a peer that may not have heard that the transfer has started, or has others to serve."""


class NotTakenError(Exception):
    """A try failed; ``for_good``: another would fail alike. ``at``: from which byte on it was; ``flowed``: a stream went on until then."""

    def __init__(self, why: str, *, for_good: bool = False, at: int = 0, flowed: bool = False) -> None:
        super().__init__(why)
        self.for_good, self.at, self.flowed = for_good, at, flowed


@dataclass(slots=True)
class Pushing:
    """One for a connector; `start` and `stop` it in its loop. ``alone``: no other process serves this database."""

    engine: Engine
    plane: OwnPlane
    alone: bool
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what was left."""
        await self._take_up()
        if not self.alone:
            self._looking = asyncio.create_task(self._look_round())

    async def stop(self) -> None:
        """Break off; what was sent counts."""
        ending = [*self._tasks.values(), *([self._looking] if self._looking else [])]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    def changed(self, process: Process) -> None:
        """A transfer has moved: begin, or break off at once."""
        if process.kind is not Kind.TRANSFER or process.side is not Side.PROVIDER or process.body.get("format") not in {PUSH, HTTP_PUSH}:
            return
        if process.state is State.STARTED:
            self._begin(process.pid)
        elif (task := self._tasks.get(process.pid)) is not None:
            task.cancel()

    def _begin(self, pid: str) -> None:
        before = self._tasks.get(pid)
        task = asyncio.create_task(self._run(pid, before))
        self._tasks[pid] = task
        task.add_done_callback(lambda done: self._tasks.pop(pid) if self._tasks.get(pid) is done else None)

    async def _run(self, pid: str, before: asyncio.Task[None] | None) -> None:
        """The whole push of one transfer, once the one before it has broken off."""
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
        if not await self.engine.writer.do(lambda unit: held(unit, pid, alone=self.alone)):
            return
        renewing = asyncio.create_task(self._renewed(pid))
        try:
            await self._until_done(pid)
        except Exception:
            LOGGER.exception("the push of %s has failed", pid)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await asyncio.shield(self.engine.writer.do(lambda unit: let_go(unit, pid)))

    async def _until_done(self, pid: str) -> None:
        failed, furthest = 0, 0
        while flows(process := await self.engine.look(pid), self.engine.store.now()):
            assert process is not None  # noqa: S101 - it flows
            try:
                await self._once(process)
            except StoppedError:
                return
            except UnopenedError as error:
                failed, last, why = failed + 1, error.gone, str(error)
            except NotTakenError as error:
                failed = 1 if error.at > furthest or error.flowed else failed + 1
                furthest, last, why = max(furthest, error.at), error.for_good, str(error)
            else:
                await self.engine.take(pid, Move(Step.COMPLETE), at_version=process.version)
                return
            if last or failed >= ATTEMPTS:
                await self._end(pid, why)
                return
            await asyncio.sleep(min(0.2 * 2**failed, LONGEST_PAUSE_SECONDS))

    async def _once(self, process: Process) -> None:
        """One try. Raises `NotTakenError`, `UnopenedError`, `StoppedError`."""
        found = await asyncio.to_thread(dataset_of, self.engine.store, process.pid)
        if found is None:
            raise UnopenedError("the dataset is gone", gone=True)
        given = process.body.get("data-address", {})
        try:
            endpoint = self.plane.admit(given)
            bearer = msgspec.convert(given, DataAddress).said("authorization")
            data = await opened(found)
            proof = {"Authorization": f"Bearer {bearer}"} if bearer else {}
            at = await self._there(endpoint, proof, data) if data.size is not None and data.ranged else 0
            await self._sent(process.pid, endpoint, proof, data, at)
        except RefusedFlowError as error:
            raise NotTakenError(str(reason_document(error.reason)["text"]), for_good=True) from error
        except (*FAULTS, TimeoutError, UnreachableError) as error:
            raise NotTakenError(str(error) or type(error).__name__) from error

    async def _there(self, endpoint: str, proof: Mapping[str, str], data: Opened) -> int:
        """How many bytes of this version the receiver has already."""
        try:
            answer = await self.engine.ways.client.ask("HEAD", endpoint, None, proof)
        except (*FAULTS, TimeoutError, UnreachableError):
            data.shut()
            raise
        offset, version = answer.headers.get("upload-offset", ""), answer.headers.get("etag")
        fits = answer.status < 300 and offset.isdigit() and version == f'"{data.version}"'
        return int(offset) if fits and int(offset) <= (data.size or 0) else 0

    async def _sent(self, pid: str, endpoint: str, proof: Mapping[str, str], data: Opened, at: int) -> None:
        headers, left = {**proof, "Content-Type": data.media_type}, None
        if data.name:
            headers["Content-Disposition"] = f'attachment; filename="{ascii_name(data.name)}"'
        if data.size is not None:
            left = data.size - at
            headers["Content-Range"] = f"bytes {at}-{data.size - 1}/{data.size}" if left else f"bytes */{data.size}"
            headers["ETag"] = f'"{data.version}"'
        counted = Counted()
        flow = while_it_may(self.engine, pid, data.pieces(at, (data.size or 0) - 1), data.sign, counted)
        try:
            async with aclosing(flow):
                answer = await self.engine.ways.client.send("POST", endpoint, headers, flow, left)
        except (*FAULTS, TimeoutError) as error:
            if isinstance(error, StoppedError):
                raise
            raise NotTakenError(str(error) or type(error).__name__, at=at, flowed=data.endless and counted.bytes > 0) from error
        finally:
            sent = counted.bytes
            await asyncio.shield(self.engine.writer.do(lambda unit: count_sent(unit, pid, sent)))
        if answer.status >= 300:
            raise _refused(answer, at)
        if data.endless:
            raise NotTakenError("the stream broke", flowed=counted.bytes > 0)

    async def _end(self, pid: str, why: str) -> None:
        reason = Reason("push-failed", {"why": why[:300]}, N_("the data could not be pushed: {why}"))
        await self.engine.take(pid, Move(Step.TERMINATE, reason=[reason_document(reason)]))

    async def _renewed(self, pid: str) -> None:
        while True:
            await asyncio.sleep(LOOKS_SECONDS)
            await self.engine.writer.do(lambda unit: held(unit, pid, renewed=True))

    async def _take_up(self) -> None:
        def left() -> list[str]:
            with self.engine.store.read() as tx:
                return running(tx, Flowing.STARTED, self.engine.store.now(), alone=self.alone)

        for pid in await asyncio.to_thread(left):
            process = await self.engine.look(pid)
            if process is not None and pid not in self._tasks:
                self.changed(process)

    async def _look_round(self) -> None:
        while True:
            await asyncio.sleep(LOOKS_SECONDS)
            await self._take_up()


@dataclass(slots=True)
class Counted:
    """Counts the bytes that went."""

    bytes: int = 0

    def __call__(self, sent: int) -> None:
        """So many went so far."""
        self.bytes = sent


def ascii_name(name: str) -> str:
    """A name of a file as a header may carry it."""
    return "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "_" for one in name)


def _refused(answer: Answer, at: int) -> NotTakenError:
    said = answer.body[:200].decode("utf-8", "replace")
    for_good = 300 <= answer.status < 500 and answer.status not in EARLY
    return NotTakenError(f"HTTP {answer.status} {said}".strip(), for_good=for_good or answer.status == 507, at=at)

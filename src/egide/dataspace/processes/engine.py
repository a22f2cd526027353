"""The part that runs: takes messages, takes the steps that are due, sends what waits. Woken by each of them, never looking round for work.

What was left when the process ended, however it ended, is in the database: `start` takes it up. Timers wake what is due later.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from egide.dataspace.machines import Accepted, Kind, Refusal, Side, State
from egide.dataspace.processes import outbox
from egide.dataspace.processes.elsewhere import hear
from egide.dataspace.processes.letters import names_pair, opens, status_address, target, written
from egide.dataspace.processes.outbox import Letter, release_all
from egide.dataspace.processes.process import Process, find
from egide.dataspace.processes.sending import Fate, Outcome, document, next_time, outcome, pause
from egide.dataspace.processes.settling import arrived, due, postponed, settled
from egide.dataspace.processes.steps import (
    Incoming,
    Move,
    ReactionError,
    Receipt,
    Stepped,
    begin,
    noted,
    react,
    receive,
    receive_and_react,
    take,
)
from egide.dataspace.processes.watching import watch
from egide.dataspace.processes.ways import Ways
from egide.dataspace.processes.writer import Unit, Writer
from egide.dataspace.wire.breaker import Breaker
from egide.dataspace.wire.client import FAULTS, Answer
from egide.dataspace.wire.reach import UnreachableError

if TYPE_CHECKING:
    from egide.store.connection import Store
    from egide.vocabulary.findings import Reason

T = TypeVar("T")
S = TypeVar("S")
LOGGER = logging.getLogger("egide.dataspace")
RESUMED_AT_ONCE = 128
"""Messages that waited and are taken up at one time: a lease must not run out before its message is sent."""
EARLY = timedelta(milliseconds=50)
TAKEOVER_SECONDS = 5.0
"""On a server, how often is looked for what a dead process has left: nobody says that it died. The one thing that is not woken."""
AGAIN_SECONDS = 30.0
"""After a fault of ours, until what it stopped is tried again."""


class Engine:
    """One for a process. `start` and `stop` it in its loop."""

    def __init__(self, store: Store, ways: Ways) -> None:
        self.store = store
        self.ways = ways
        self.writer = Writer(store)
        self._tasks: set[asyncio.Task[None]] = set()
        self._breakers: dict[str, Breaker] = {}
        self._watched: dict[str, list[asyncio.Future[None]]] = {}
        self._left: dict[str, dict[str, None]] = {}
        """By address, the processes whose messages wait until the peer is there again."""
        self._trying: set[str] = set()
        self._slots = asyncio.Semaphore(RESUMED_AT_ONCE)
        self._rounds: list[asyncio.Task[None]] = []
        self._stopped = False

    async def start(self, *, alone: bool) -> None:
        """Take up what was left. ``alone``: no other process works on this database, so what anybody had taken up is free."""
        if alone:
            await self.writer.do(release_all)
        await self._take_up()
        self._rounds.append(asyncio.create_task(watch(self.store, self.ways.warn)))
        if not alone:
            self._rounds.append(asyncio.create_task(self._take_over()))
            self._rounds.append(asyncio.create_task(hear(self.store, self.writer.name, self._look_again, self._moved)))

    async def stop(self) -> None:
        """End; what is under way is left to the database."""
        self._stopped = True
        ending = [*self._rounds, *self._tasks]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        self.ways.client.close()
        await asyncio.to_thread(self.writer.close)

    async def receive(self, said: Incoming) -> Receipt:
        """Take a message of a peer; it is on the disk when this returns, and so is our step to it where that is due at once.

        What we send then begins on its way after the caller has gone on with its answer.
        """
        try:
            receipt, stepped = await self.writer.do(partial(self._received, said=said))
        except ReactionError:
            LOGGER.exception("the step to a message could not be decided; the message is taken")
            receipt, stepped = await self.writer.do(partial(self._received, said=said, reacts=False))
        if stepped is not None:
            self._stepped(stepped)
        elif receipt.process is not None and not isinstance(receipt.answer, Refusal):
            self._happened(receipt.process)
        return receipt

    def _received(self, unit: Unit, said: Incoming, *, reacts: bool = True) -> tuple[Receipt, Stepped | None]:
        """Take a message, and react to it; a transfer moves by its planes, which hear of each step by itself."""
        ways, stepped = self.ways, None
        if reacts and said.kind is Kind.NEGOTIATION:
            receipt, stepped = receive_and_react(unit, said, ways.delay_seconds, ways.admit, ways.reaction)
        else:
            receipt = receive(unit, said, ways.delay_seconds, ways.admit)
        self._follow(unit, receipt)
        return receipt, stepped

    async def begin(self, kind: Kind, side: Side, peer: str, address: str, subject: str, move: Move) -> Process:
        """Open a process with a peer."""
        self.ways.client.reach.place(address)
        stepped = await self.writer.do(self._flowing(partial(
            begin, kind=kind, side=side, peer=peer, address=address, subject=subject, move=move,
            delay_seconds=self.ways.delay_seconds,
        )))  # fmt: skip
        self._stepped(stepped)
        return stepped.process

    async def take(self, pid: str, move: Move, *, at_version: int | None = None) -> Process | Refusal:
        """Take a step of ours."""
        stepped = await self.step(partial(take, pid=pid, move=move, delay_seconds=self.ways.delay_seconds, at_version=at_version))
        return stepped.process if isinstance(stepped, Stepped) else stepped

    async def step(self, work: Callable[[Unit], S]) -> S:
        """Do a piece of work, and send what it stepped to, if it stepped."""
        found = await self.writer.do(self._flowing(work))
        if isinstance(found, Stepped):
            self._stepped(found)
        return found

    async def look(self, pid: str) -> Process | None:
        """The process as it stands."""
        def looked() -> Process | None:
            with self.store.read() as tx:
                return find(tx, pid)

        return await asyncio.to_thread(looked)

    async def wait(self, pid: str, version: int, seconds: float, *, opens: bool = False) -> Process | None:
        """The process, once it is past that version or the time has run out. ``opens``: it need not be there yet."""
        future = self.moves(pid)
        try:
            found = await self.look(pid)
            if found is None and not opens:
                return None
            if found is not None and (found.version > version or found.ended):
                return found
            try:
                async with asyncio.timeout(seconds):
                    await future
            except TimeoutError:
                pass
            return await self.look(pid)
        finally:
            self.looks_away(pid, future)

    def moves(self, pid: str) -> asyncio.Future[None]:
        """Done once the process has moved; whoever asks looks away in the end."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watched.setdefault(pid, []).append(future)
        return future

    def looks_away(self, pid: str, future: asyncio.Future[None]) -> None:
        """Nobody waits for that any more."""
        watching = self._watched.get(pid, [])
        if future in watching:
            watching.remove(future)
        if not watching:
            self._watched.pop(pid, None)

    async def appears(self, pid: str, seconds: float) -> Process | None:
        """A process that something else is about to open; None when it was not opened in time."""
        return await self.wait(pid, 0, seconds, opens=True)

    def note(self, pid: str, reason: Reason) -> None:
        """Write something down in the log of a process, soon."""
        self._go(self.writer.do(partial(noted, pid=pid, reason=reason)), pid)

    # what is woken

    def _flowing(self, work: Callable[[Unit], T]) -> Callable[[Unit], T]:
        """The work, and in its transaction the word of what it changed to the planes that move the data."""
        def done(unit: Unit) -> T:
            found = work(unit)
            self._follow(unit, found)
            return found

        return done

    def _follow(self, unit: Unit, found: object) -> None:
        process = _changed(found)
        if process is not None and process.kind is Kind.TRANSFER:
            self.ways.follows(unit, process)

    def _happened(self, process: Process) -> None:
        self._wake(self._watched.pop(process.pid, []))
        self.ways.changed(process)
        self.ways.woken(process.pid)
        if process.due is not None:
            self._at(process.due, self._react, process.pid)

    def _stepped(self, stepped: Stepped) -> None:
        self._happened(stepped.process)
        if stepped.letter is not None:
            self._go(self._send(stepped.letter), stepped.process.pid)

    def _at(self, moment: datetime, work: Callable[[str], Coroutine[Any, Any, None]], pid: str) -> None:
        seconds = (moment - self.store.now()).total_seconds()
        if seconds <= 0:
            self._go(work(pid), pid)
        else:
            asyncio.get_running_loop().call_later(seconds + 0.001, lambda: self._go(work(pid), pid))

    def _go(self, work: Coroutine[Any, Any, None], pid: str) -> None:
        if self._stopped:
            work.close()
            return
        task = asyncio.create_task(self._guarded(work, pid))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None], pid: str) -> None:
        """A fault of ours, a full disk say, stops one piece of work; it is in the database still, and is taken up again a little later."""
        try:
            await work
        except Exception:
            LOGGER.exception("a step of %s could not be taken or told", pid)
            again = self.store.now() + timedelta(seconds=AGAIN_SECONDS)
            self._at(again, self._react, pid)
            self._at(again, self._resume, pid)

    async def _react(self, pid: str) -> None:
        stepped = await self.writer.do(self._flowing(partial(
            react, pid=pid, reaction=self.ways.reaction, delay_seconds=self.ways.delay_seconds,
        )))  # fmt: skip
        self.ways.woken(pid)
        if isinstance(stepped, datetime):
            self._early(stepped, self._react, pid)
        elif stepped is not None:
            self._stepped(stepped)

    def _early(self, moment: datetime, work: Callable[[str], Coroutine[Any, Any, None]], pid: str) -> None:
        """Our clock is ahead of the database's: ask again, not sooner than in a moment."""
        self._at(max(moment, self.store.now() + EARLY), work, pid)

    async def _resume(self, pid: str) -> None:
        async with self._slots:
            letter = await self.writer.do(partial(outbox.take_up, pid=pid))
            if isinstance(letter, datetime):
                self._early(letter, self._resume, pid)
            elif letter is not None:
                await self._send(letter)

    async def _send(self, letter: Letter) -> None:
        """Send one message, and then the next of the same process, until none waits."""
        following: Letter | None = letter
        while following is not None:
            following = await self._sent(following)

    async def _sent(self, letter: Letter) -> Letter | None:
        loop, address = asyncio.get_running_loop(), letter.process.address
        breaker = self._breakers.setdefault(address, Breaker())
        if left := breaker.wait_seconds(loop.time()):
            error = {"code": "peer-left-alone", "text": f"the peer failed {breaker.failures} times in a row"}
            await self.writer.do(partial(outbox.leave, letter=letter, error=error))
            self._leave(address, letter.process.pid, left)
            return None
        answer = await self._asked("POST", target(letter), letter, written(letter, self.ways.callback))
        found = outcome(answer, letter.attempts, self.store.now() - letter.created_at, opening=opens(letter))
        if found.fault:
            breaker.failed(loop.time())
            if self._left.get(address):
                self._try_later(address, breaker.until - loop.time())
        elif breaker.answered():
            self._go(self._back(address), letter.process.pid)
        if found.fate is Fate.LATER:
            await self._postpone(letter, pause(letter.attempts, answer), found.reason or {})
            return None
        if found.fate is Fate.REFUSED:
            return await self._refused(letter, found)
        body = document(answer) if isinstance(answer, Answer) else None
        named = names_pair(letter.process.kind, letter.process.side, body or {}) if opens(letter) else None
        if opens(letter) and named is None:
            text = "the answer to an opening message does not name the process"
            return await self._refused(letter, Outcome(Fate.REFUSED, {"code": "peer-unnamed", "text": text}))
        return await self.writer.do(partial(arrived, letter=letter, peer_pid=named))

    def _leave(self, address: str, pid: str, seconds: float) -> None:
        """The process waits until its peer is there again; one of those that wait tries the way."""
        self._left.setdefault(address, {})[pid] = None
        self._try_later(address, seconds)

    def _try_later(self, address: str, seconds: float) -> None:
        if address not in self._trying:
            self._trying.add(address)
            asyncio.get_running_loop().call_later(max(seconds, 0.05), self._try, address)

    def _try(self, address: str) -> None:
        self._trying.discard(address)
        if left := self._left.get(address):
            pid = next(iter(left))
            del left[pid]
            self._go(self._resume(pid), pid)

    async def _back(self, address: str) -> None:
        """The peer is there again: whatever waits for it goes now, what was to be tried again later too."""
        self._left.pop(address, None)
        await self.writer.do(partial(outbox.hurry, address=address))
        for pid, not_before in await self.writer.do(outbox.waiting):
            self._at(not_before, self._resume, pid)

    async def _asked(self, method: str, address: str, letter: Letter, body: bytes | None) -> Answer | Exception:
        try:
            headers = await self.ways.present(letter.process.peer, letter.process.address)
            key = {"Idempotency-Key": letter.key} if body is not None else {}
            return await self.ways.client.ask(method, address, body, {**headers, **key})
        except (*FAULTS, TimeoutError, UnreachableError) as error:
            return error

    async def _postpone(self, letter: Letter, seconds: float, error: Mapping[str, Any]) -> None:
        until = next_time(self.store.now(), seconds)
        await self.writer.do(partial(postponed, letter=letter, until=until, error=error))
        self._at(until, self._resume, letter.process.pid)

    async def _refused(self, letter: Letter, found: Outcome) -> Letter | None:
        """The peer wants none of it. Where does it stand? At an end: follow it. Elsewhere: say that this one is over, and why."""
        theirs: State | None = None
        if not opens(letter):
            answer = await self._asked("GET", status_address(letter), letter, None)
            body = document(answer) if isinstance(answer, Answer) and answer.status == 200 else None
            said = (body or {}).get("state")
            theirs = State(said) if said in {one.value for one in State} else None
        stepped = await self.writer.do(self._flowing(partial(settled, letter=letter, theirs=theirs, reason=found.reason or {})))
        if stepped is None:
            return None
        self._happened(stepped.process)
        return stepped.letter

    # what was left

    async def _take_up(self, within: timedelta | None = None) -> None:
        """What is due, and what waits to be sent. ``within``: as far as its time comes that soon."""
        before = None if within is None else self.store.now() + within
        for pid, at in await self.writer.do(partial(due, before=before)):
            self._at(at, self._react, pid)
        for pid, not_before in await self.writer.do(outbox.waiting):
            if before is None or not_before <= before:
                self._at(not_before, self._resume, pid)

    async def _take_over(self) -> None:
        while True:
            await asyncio.sleep(TAKEOVER_SECONDS)
            try:
                await self._take_up(timedelta(seconds=TAKEOVER_SECONDS))
            except Exception:
                LOGGER.exception("what others left could not be taken over")

    # what other processes say

    async def _look_again(self) -> None:
        """Whatever moved while nobody listened."""
        for futures in list(self._watched.values()):
            self._wake(futures)
        await self._take_up(timedelta(seconds=TAKEOVER_SECONDS))

    def _moved(self, kind: Kind, pid: str) -> None:
        """Another process has moved one: whoever waits for it looks; what moves its data here hears of it."""
        self._wake(self._watched.pop(pid, []))
        if kind is Kind.TRANSFER:
            self._go(self._moved_data(pid), pid)

    async def _moved_data(self, pid: str) -> None:
        if (process := await self.look(pid)) is not None:
            self.ways.changed(process)

    def _wake(self, futures: list[asyncio.Future[None]]) -> None:
        for future in futures:
            if not future.done():
                future.set_result(None)


def _changed(found: object) -> Process | None:
    """The process that a piece of work has moved."""
    if isinstance(found, Receipt):
        return found.process if isinstance(found.answer, Accepted) else None
    return found.process if isinstance(found, Stepped) else None

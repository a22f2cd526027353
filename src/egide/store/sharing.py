"""Writers of one process that share a commit: the disk is waited for once, for as many of them as there are.

Writers take turns. Whoever ends its block while another waits hands the transaction on to it, and waits; whoever ends its block when
nobody waits, commits for all. What holds for each of them is what would hold if each had a transaction of its own:

- its block is done alone, after those before it and before those after it, and sees what they wrote;
- a block that raises is undone alone, to its savepoint, and raises its own error; the others stand;
- no block has ended before what it wrote is on the disk;
- a commit that fails fails all that it was for, each with an error of its own.

Nobody joins a transaction that is older than `OLDEST_SECONDS` or has `MOST` parts, nor one that asked to be `alone`. On a server, who has
waited for a turn for `PATIENCE_SECONDS` goes ahead on a connection of its own: a long block, or one that waits for another process, holds
the others up no longer. There too, one process at a time has several parts in a transaction: each keeps its locks until the end, and two
such transactions could wait for each other.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from egide.store.errors import BusyError, FailedStoreError, UncertainWriteError
from egide.store.transaction import FAULTS, SERVER_TIME, Moment, Transaction, told

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from egide.store.address import Address

MOST = 64
OLDEST_SECONDS = 0.02
PATIENCE_SECONDS = 0.5
_PART, _UNDO = "SAVEPOINT egide_part", "ROLLBACK TO SAVEPOINT egide_part"
_SEVERAL = "SELECT pg_try_advisory_xact_lock(hashtextextended('egide: several writers in one transaction', 0))"


class Shared:
    """One transaction on a connection, and those who wait for its commit. Raises what the engine raises where it can't begin."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime] | None) -> None:
        self.parts: list[Transaction] = []
        """Those whose block ended well."""
        self.ended = threading.Event()
        self.error: BaseException | None = None
        """Why nothing of it is kept, once it has ended."""
        self.accepting = False
        self.connection = connection
        self._on_file = connection.dialect.name == "sqlite"
        self._moment = Moment(connection, clock)
        self._joined = self._locked = False
        try:
            self._transaction = connection.begin()
            if not self._on_file:  # which also shows that it is there still
                ((now,),) = self.part().driven(SERVER_TIME).fetchall()
                self._moment.told(now)
        except BaseException:
            self.connection.close()
            raise
        self._begun = time.monotonic()

    def part(self, first: str | None = None) -> Transaction:
        """What a block writes with."""
        return Transaction(self.connection, self._moment, writing=True, first=first)

    @property
    def whole(self) -> bool:
        """Whether the engine has it still and takes more: some faults undo a transaction as a whole, or leave it unable to go on."""
        if self.connection.closed or self.connection.invalidated:
            return False
        driver: Any = self.connection.connection.driver_connection
        return bool(driver.in_transaction) if self._on_file else driver.info.transaction_status.name == "INTRANS"

    def takes_more(self, oldest_seconds: float) -> bool:
        """Whether one more may join."""
        return not self.ended.is_set() and 0 < len(self.parts) < MOST and time.monotonic() - self._begun < oldest_seconds

    def join(self) -> Transaction | None:
        """One more block; None where another process has several in a transaction at this moment. Raises what the engine raises."""
        self._joined = True
        if self._locked:
            return self.part(_PART)
        part = self.part()
        if self._on_file:
            part.driven(_PART)
            return part
        with part.in_one_go():
            asked = part.driven(_SEVERAL)
            part.driven(_PART)
        (self._locked,) = asked.fetchone()
        return part if self._locked else None

    def undo(self, part: Transaction, error: BaseException) -> None:
        """Undo what the block that raised had done; all, where the fault did so."""
        if not self._joined:
            self.fail(error)
            return
        try:
            if part.first is None:  # else nothing was said within it
                self.part().driven(_UNDO)
            undone = self.whole
        except Exception:  # the connection is lost, or the transaction
            undone = False
        if not undone:
            self.fail(error if isinstance(error, FAULTS) else RuntimeError("a write that shared the transaction brought it down"))

    def fail(self, error: BaseException) -> None:
        """Nothing of it is kept."""
        self.error = error
        try:
            if not self.connection.invalidated:
                self.connection.connection.rollback()  # the library leaves a commit that failed as it is
            self._transaction.close()
        except Exception:  # a connection that is lost has undone it
            with suppress(Exception):
                self.connection.close()
        self.ended.set()

    def commit(self) -> None:
        """Accept it and let all go who wait for it; ``error`` says why it could not be."""
        try:
            last = self.part()
            for one in self.parts:
                last.take_over(one)
            with last.finishing():
                self.accepting = True
                self._transaction.commit()
        except BaseException as error:
            self.fail(error)
        else:
            self.ended.set()


class _Turn:
    """One who waits for a turn. ``shared``: the transaction that was handed on with it."""

    __slots__ = ("alone", "given", "shared")

    def __init__(self, *, alone: bool) -> None:
        self.alone = alone
        self.given = threading.Lock()
        self.given.acquire()
        self.shared: Shared | None = None


class Writers:
    """The turns of one store. Threads may share it."""

    def __init__(self, engine: Engine, address: Address, clock: Callable[[], datetime] | None, busy_seconds: float) -> None:
        self.commits = self.written = 0
        """Commits, and blocks that were accepted by them."""
        self.oldest_seconds = OLDEST_SECONDS
        self._engine, self._address, self._clock, self._busy_seconds = engine, address, clock, busy_seconds
        self._lock = threading.Lock()
        self._waiting: deque[_Turn] = deque()
        self._taken = False
        self._line: Connection | None = None

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One block, accepted when it ends. Raises as `egide.store.connection.Store.write`."""
        turn = self._take()
        try:
            shared, tx = self._begin(turn)
        except BaseException as error:
            if turn is not None:
                self._pass_on()
            raise self._told(error) from error
        try:
            yield tx
            if not shared.whole:
                raise FailedStoreError(str(self._address), "the transaction could not go on")
        except BaseException as error:
            shared.undo(tx, error)
            self._end(shared, turn)
            if isinstance(error, FAULTS):
                raise self._told(error) from error
            raise
        shared.parts.append(tx)
        self._end(shared, turn)
        if not shared.ended.is_set():
            shared.ended.wait()
        if shared.error is not None:
            raise self._failed(shared) from shared.error

    def close(self) -> None:
        """Give the connection back."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(Exception):
                line.close()

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return len(self._waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn without a transaction: nobody of this process writes to the file meanwhile. Raises `BusyError`."""
        self._take(alone=True)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, *, alone: bool = False) -> _Turn | None:
        """Wait for a turn; None: go ahead without. Raises `BusyError`."""
        turn = _Turn(alone=alone)
        with self._lock:
            if not self._taken:
                self._taken = True
                return turn
            self._waiting.append(turn)
        patience = self._busy_seconds if self._address.is_file else min(PATIENCE_SECONDS, self._busy_seconds)
        if turn.given.acquire(timeout=patience):
            return turn
        with self._lock:
            if turn in self._waiting:  # else it was given at the last moment
                self._waiting.remove(turn)
                if self._address.is_file:
                    raise BusyError(str(self._address))
                return None
        return turn

    def _begin(self, turn: _Turn | None) -> tuple[Shared, Transaction]:
        """The transaction in which the block begins, the one that was handed on or a new one; and the block's own part of it."""
        shared = turn.shared if turn else None
        if shared is not None:
            try:
                part = shared.join()
            except BaseException as error:  # nothing of this block's was in it
                shared.fail(error)
            else:
                if part is not None:
                    return shared, part
                self._commit(shared)
        shared = Shared(self._engine.connect(), self._clock) if turn is None else self._on_line()
        return shared, shared.part()

    def _on_line(self) -> Shared:
        """A transaction on the connection that is kept, or on another where that was lost meanwhile."""
        if self._line is not None and not self._line.closed:
            try:
                return Shared(self._line, self._clock)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
        self._line = self._engine.connect()
        return Shared(self._line, self._clock)

    def _end(self, shared: Shared, turn: _Turn | None) -> None:
        """Hand the transaction on to who waits, or commit it and pass on the turn."""
        if turn is not None:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                if following is not None and not following.alone and shared.takes_more(self.oldest_seconds):
                    self._waiting.popleft()
                    following.shared = shared
                    following.given.release()
                    return
        self._commit(shared)
        if turn is None:
            shared.connection.close()
        else:
            self._pass_on()

    def _commit(self, shared: Shared) -> None:
        if not shared.ended.is_set():
            shared.commit()
            if shared.error is None:
                self.commits, self.written = self.commits + 1, self.written + len(shared.parts)

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().given.release()
            else:
                self._taken = False

    def _told(self, error: BaseException) -> BaseException:
        return (told(error, self._address) if isinstance(error, FAULTS) else None) or error

    def _failed(self, shared: Shared) -> BaseException:
        """Of each block its own error."""
        error = shared.error
        if isinstance(error, FAULTS):
            return told(error, self._address, accepting=shared.accepting) or error
        if shared.accepting:
            return UncertainWriteError(str(self._address))
        return FailedStoreError(str(self._address), str(error))

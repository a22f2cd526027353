"""Several blocks that write, of one thread, in one transaction: it begins with the first and is accepted after the last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from egide.store.transaction import Transaction

WITHIN = "a write transaction within another of the same thread would wait for itself"


class Together:
    """The transaction of all blocks of `Store.write` within one of `Store.together`. Nothing is held until the first of them begins."""

    def __init__(self, begin: Callable[[], AbstractContextManager[Transaction]]) -> None:
        self._begin = begin
        self._held = ExitStack()
        self._tx: Transaction | None = None
        self._within = self._broken = False

    @contextmanager
    def part(self) -> Iterator[Transaction]:
        """One block. Once one has raised, none follows: the whole can only be undone."""
        if self._within:
            raise RuntimeError(WITHIN)
        if self._broken:
            raise RuntimeError("a part of this transaction failed, so all of it is undone")
        if self._tx is None:
            self._tx = self._held.enter_context(self._begin())
        self._within = True
        try:
            yield self._tx
        except BaseException:
            self._broken = True
            raise
        finally:
            self._within = False

    def __enter__(self) -> Together:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None and self._broken:
            error = RuntimeError("a part of this transaction failed, so all of it is undone")
            self._held.__exit__(RuntimeError, error, None)
            raise error
        self._held.__exit__(kind, error, trace)

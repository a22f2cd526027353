"""Values that took time to make, kept while they are asked for; each is made once even when several threads want it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class NotAtHandError(Exception):
    """It would have to be made first, and whoever asks can't wait."""


class Remembered(Generic[T]):
    """The values asked for last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of that key, made when it is not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                made = make()
                self.put(key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def at_hand(self, key: Hashable) -> T | None:
        """The value of that key where it is there."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def making(self, key: Hashable) -> bool:
        """Whether somebody makes it at this moment."""
        return key in self._making

    def put(self, key: Hashable, made: T) -> None:
        """Keep a value that is made already."""
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def drop(self, key: Hashable) -> T | None:
        """Forget it; what it was, if it was there."""
        with self._lock:
            return self._kept.pop(key, None)


class Latest(Generic[T]):
    """The last state of each of the things asked for last: of one thing, an earlier state isn't kept beside a later one.

    ``gone``: told of each value that a later one took the place of.
    """

    def __init__(self, most: int, gone: Callable[[T], object] = lambda _: None) -> None:
        self._gone = gone
        self._made: Remembered[T] = Remembered(most)
        self._states: Remembered[Hashable] = Remembered(most)

    def at_hand(self, thing: Hashable, state: Hashable) -> T | None:
        """The value of that thing in that state where it is there."""
        return self._made.at_hand((thing, state))

    def last(self, thing: Hashable) -> T | None:
        """Its value in whatever state it was asked for last."""
        state = self._states.at_hand(thing)
        return None if state is None else self._made.at_hand((thing, state))

    def making(self, thing: Hashable, state: Hashable) -> bool:
        """Whether somebody makes its value in that state at this moment."""
        return self._made.making((thing, state))

    def get(self, thing: Hashable, state: Hashable, make: Callable[[T | None], T]) -> T:
        """The value of that thing in that state, made of its earlier one when it is not there."""

        def once() -> T:
            before, old = self._states.at_hand(thing), self.last(thing)
            made = make(old)
            self._states.put(thing, state)
            if old is not None and before != state:
                self._made.drop((thing, before))
                self._gone(old)
            return made

        return self._made.get((thing, state), once)

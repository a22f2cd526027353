"""A site's database on either engine, with a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.databases import bases, engine, new_empty, new_url, postgres, url

from egide.accounts.tables import ACCOUNTS
from egide.store import open_store
from egide.store.connection import Store

__all__ = ["bases", "engine", "new_empty", "new_url", "postgres", "url"]


class Clock:
    """The present moment, until somebody moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Callable[[], datetime]) -> Iterator[Store]:
    with open_store(url, (ACCOUNTS,), clock=clock) as opened:
        yield opened

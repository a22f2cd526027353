"""The catalogue on both engines of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.store.conftest import bases, engine, new_empty, new_url, postgres  # noqa: F401 - fixtures

from egide.catalogue.kept.tables import CATALOGUE
from egide.store import open_store
from egide.store.connection import Store


@pytest.fixture
def url(engine: str, new_url: Callable[[str], str]) -> str:  # noqa: F811
    return new_url(engine)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url, [CATALOGUE]) as opened:
        yield opened

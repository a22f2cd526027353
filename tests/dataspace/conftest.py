"""What the tests of the data space share: both engines, and connectors that are really served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.databases import another, bases, empty, engine, new_empty, new_url, postgres, store, url
from tests.dataspace.serving import Served, introduce

__all__ = ["another", "bases", "empty", "engine", "new_empty", "new_url", "postgres", "store", "url"]


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    """A provider and a consumer, each a process of its own, that know each other."""
    provider, consumer = introduce(tmp_path_factory.mktemp("pair"))
    with provider, consumer:
        yield provider, consumer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path

"""One server for all tests of the VC API, started as its users start it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .calling import Server, started

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def server(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with drawn keys of four kinds, the base context, and a vocabulary of the tests' own."""
    with started(shared, tmp_path_factory.mktemp("vc-api")) as running:
        yield running

"""What the store's tests use."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.databases import another, bases, empty, engine, new_empty, new_url, postgres, store, url

__all__ = ["another", "archive_path", "bases", "empty", "engine", "new_empty", "new_url", "postgres", "store", "url"]


@pytest.fixture
def archive_path(tmp_path: Path) -> Path:
    return tmp_path / "egide.zip"

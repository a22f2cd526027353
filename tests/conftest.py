"""What every room's tests may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ../shared with others' files. Tests that need it are skipped without it, and fail when EGIDE_SHARED=required."""
    if not SHARED.is_dir():
        if os.environ.get("EGIDE_SHARED") == "required":
            pytest.fail("the folder ../shared is absent and EGIDE_SHARED=required")
        pytest.skip("the folder ../shared is absent")
    return SHARED


settings.register_profile("egide", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("egide")

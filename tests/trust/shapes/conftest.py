"""The shapes of Gaia-X 25.11, compiled once for all tests here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from egide.trust.shapes import compile_shapes

if TYPE_CHECKING:
    from pathlib import Path

    from egide.trust.shapes import Shapes


@pytest.fixture(scope="session")
def turtle(shared: Path) -> bytes:
    return (shared / "data/gaia-x/shapes/gx-development-25.11.shacl.ttl").read_bytes()


@pytest.fixture(scope="session")
def gaia_x(turtle: bytes) -> Shapes:
    return compile_shapes(turtle, "gaia-x.ttl")

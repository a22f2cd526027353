"""The schemes as shipped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import egide
from egide.label.loading import load_scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.label.scheme import Scheme

RULEBOOKS = Path(egide.__file__).parent / "rulebooks"
SCHEMES = ("cada-proposal", "eu-csf-1.2.1", "eucs-draft", "gaia-x-24.11", "secnumcloud-3.2")


@cache
def files_of(name: str) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((RULEBOOKS / name).glob("*.yaml"))}


@cache
def shipped(name: str) -> Scheme:
    return load_scheme(files_of(name))


def all_shipped() -> tuple[Scheme, ...]:
    return tuple(shipped(name) for name in SCHEMES)

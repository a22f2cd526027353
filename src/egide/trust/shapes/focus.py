"""Which nodes are to be looked at, and what to do with a subject that does not say what it is."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Mode(StrEnum):
    """How an untyped credential subject is met."""

    STRICT = "strict"
    """As it is: no shape looks at it."""
    COMPATIBLE = "compatible"
    """It takes the types that its credential states, and the report says so. Most presentations of 2026 need it."""


class Focus(msgspec.Struct, frozen=True):
    """The subjects that a verification is about."""

    subjects: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Each credential subject, to the types stated on its credential. Each must be looked at by a shape for the answer to be MET."""
    mode: Mode = Mode.STRICT


STRICT = Focus()
"""Whatever nodes the shapes target; at least one."""

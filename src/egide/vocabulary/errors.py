"""Errors carry facts and a hint; each door has one table from error to exit code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Location:
    """Where in what the user gave: a file, and as much below it as is known."""

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    path: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet:
            parts.append(f"[{self.sheet}]")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column «{self.column}»")
        if self.path:
            parts.append(f"at {self.path}")
        return " ".join(parts)


class EgideError(Exception):
    """The question cannot be asked. A negative answer is never one of these."""

    hint: str = ""
    """What to do: a command, or a message of the catalogue."""

    def __init__(self, message: str, values: Mapping[str, object] | None = None) -> None:
        said = message
        for name, value in (values or {}).items():
            said = said.replace("{" + name + "}", str(value))
        super().__init__(said)
        self.message = message
        """A message of the catalogue, its names filled from ``values``."""
        self.values = dict(values or {})


class InputError(EgideError):
    """What was given cannot be used at all (a single bad row is a `Problem`, not an error)."""

    def __init__(
        self, message: str, at: Location | None = None, hint: str = "", values: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, values)
        if at:
            self.args = (f"{at}: {self.args[0]}",)
        self.at = at
        if hint:
            self.hint = hint


class MissingExtraError(EgideError):
    """An optional part is not installed."""

    def __init__(self, extra: str, need: str) -> None:
        super().__init__(N_("{need} needs the extra `{extra}`"), {"need": need, "extra": extra})
        self.hint = f"pip install 'egide[{extra}]'"

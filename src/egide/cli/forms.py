"""Where an answer goes: to the console, to a program as JSON, or into a file whose ending says in which form."""

from __future__ import annotations

from dataclasses import dataclass
from json import dumps
from typing import TYPE_CHECKING, Any

from egide.cli import DONE, door
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORMS = (".html", ".xlsx", ".csv", ".json")


@dataclass(frozen=True, slots=True)
class Forms:
    """One answer in each form; only what is asked for is made."""

    document: Callable[[], Any]
    page: Callable[[], str]
    workbook: Callable[[], bytes]
    table: Callable[[], bytes]
    show: Callable[[], None]
    """At the console."""

    def content(self, suffix: str) -> bytes:
        """The file of that ending, one of `FORMS`."""
        if suffix == ".html":
            return self.page().encode()
        if suffix == ".xlsx":
            return self.workbook()
        if suffix == ".csv":
            return self.table()
        return (dumps(self.document(), ensure_ascii=False, indent=1) + "\n").encode()


def expected(out: Path | None) -> None:
    """Refuse an ending that no form has, before any work is done."""
    if out and out.suffix.lower() not in FORMS:
        raise InputError(N_("{path}: expected one of {choices}"), values={"path": str(out), "choices": ", ".join(FORMS)})


def deliver(forms: Forms, out: Path | None, *, json: bool, force: bool) -> int:
    """JSON and a file may both be wanted; the console speaks when neither is."""
    from egide.app.files import write

    if json:
        door.emit(forms.document())
    elif not out:
        forms.show()
    if out:
        write(out, forms.content(out.suffix.lower()), force=force)
        door.error(door.say(N_("Written: {path}"), path=str(out)))
    return DONE

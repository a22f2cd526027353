"""What every command shares: the language, the console, the day, progress, and the table from error to exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from egide.vocabulary.errors import EgideError, MissingExtraError
from egide.vocabulary.language import N_, Language, language

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from egide.vocabulary.findings import Answer, Problem, Verdict

LANG = "fr"
COLOURS = {
    "stop": "bold magenta", "forbidden": "bold red", "undetermined": "yellow", "derogation": "blue",
    "conditional": "cyan", "allowed": "green", "out-of-scope": "dim",
}  # fmt: skip
"""Colour never carries meaning alone: the word and the shape come first."""


def lang() -> Language:
    """The language of this run."""
    return language(LANG)


def say(message: str, **args: object) -> str:
    """A message in the language of this run."""
    return lang().text(message, args)


def console() -> Console:
    """Standard output, as wide as it is; plain when it is not a terminal."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "140"))
    return Console(highlight=False, emoji=False, width=width, soft_wrap=False)  # `did:key:` names no picture


def error(text: str) -> None:
    """A line on standard error."""
    sys.stderr.write(text + "\n")


def out(text: str = "") -> None:
    """A line on standard output."""
    sys.stdout.write(text + "\n")


def refuse(failure: EgideError) -> int:
    """Say why the question cannot be asked and what to do; exit code 2."""
    from egide.papers.text import place_text

    at = getattr(failure, "at", None)
    said = lang().text(failure.message, failure.values)
    error(f"egide: {place_text(at, LANG)} : {said}" if at else f"egide: {said}")
    for problem in getattr(failure, "problems", ())[:20]:
        error(f"  {place_text(problem.at, LANG)} : {lang().text(problem.message, problem.args)}")
    if failure.hint:
        error(f"  → {lang().text(failure.hint)}")
    return 2


def fault(failure: BaseException) -> int:
    """Something of ours broke; exit code 4. The details only when asked, so that nothing of the input leaks."""
    error(say(N_("egide: internal fault: {error}"), error=f"{type(failure).__name__}: {failure}"))
    if os.environ.get("EGIDE_DEBUG"):
        import traceback

        traceback.print_exception(failure)
    else:
        error("  " + say(N_("set EGIDE_DEBUG=1 to see where")))
    return 4


def emit(document: Any) -> None:
    """JSON on standard output, UTF-8, indented."""
    out(json.dumps(document, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    raise TypeError(f"not a JSON value: {type(value).__name__}")


def table(*headers: str, title: str | None = None) -> Table:
    """An empty table in the product's manner."""
    from rich import box
    from rich.table import Table

    made = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", header_style="bold", pad_edge=False)
    for header in headers:
        made.add_column(header, overflow="fold")
    return made


def verdict_cell(verdict: Verdict) -> str:
    """Shape and word, coloured."""
    from egide.papers.text import SHAPES

    style = COLOURS[verdict]
    return f"[{style}]{SHAPES[verdict]} {lang().label(verdict)}[/]"


ANSWER_MARKS = {"met": "[green]✓[/]", "not-met": "[red]✕[/]", "unknown": "[yellow]?[/]"}


def answer_mark(answer: Answer) -> str:
    """The shape of an answer, coloured."""
    return ANSWER_MARKS[answer]


def answer_cell(answer: Answer) -> str:
    """Shape and word of an answer."""
    return f"{ANSWER_MARKS[answer]} {lang().label(answer)}"


def yes_no_cell(answer: Answer) -> str:
    """Yes, no or not known."""
    from egide.papers.label.words import yes_no

    return say(yes_no(answer))


def more(left: int) -> None:
    """How many lines a table leaves out, when it does."""
    if left > 0:
        out(lang().plural(N_("{n} more line; all are in --out or --json"), N_("{n} more lines; all are in --out or --json"), left))


def problems(found: Sequence[Problem], most: int = 20, *, aside: bool = False) -> None:
    """What could not be used of the input, line by line; ``aside``: on standard error, all of it."""
    from egide.papers.text import place_text

    if aside:
        for problem in found:
            error(f"! {place_text(problem.at, LANG)} : {lang().text(problem.message, problem.args)}")
        return
    for problem in found[:most]:
        out(f"! {place_text(problem.at, LANG)} : {lang().text(problem.message, problem.args)}")
    more(len(found) - most)


def plain(text: str) -> str:
    """Text from the input, its square brackets not taken for markup."""
    from rich.markup import escape

    return escape(text)


@contextmanager
def progress(message: str, *, size: bool = False, then: str = "") -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error for what takes above a second; nothing when that is not a terminal.

    What is left is always told; with ``size`` steps are bytes, and so many a second are told too. ``then`` is what goes on at the end.
    """
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from time import monotonic

    from rich.console import Console
    from rich.progress import Progress, TransferSpeedColumn

    begun = monotonic()
    more = [TransferSpeedColumn()] if size else []
    with Progress(*Progress.get_default_columns(), *more, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(message, total=None, visible=False)

        def step(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, visible=monotonic() - begun > 1)
            if then and done >= of:
                bar.update(task, description=then, total=None)

        yield step


@contextmanager
def brought_by(name: str, need: str) -> Iterator[None]:
    """Import what an extra brings; when it isn't installed, `MissingExtraError` says which is."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("egide"):
            raise
        raise MissingExtraError(name, need) from error


def today() -> date:
    """The day, where none is given. ``EGIDE_TODAY`` sets it for rehearsals."""
    given = os.environ.get("EGIDE_TODAY")
    return date.fromisoformat(given) if given else date.today()  # noqa: DTZ011 - the day where the person is


def now() -> datetime:
    """The moment, in UTC, to the second. With ``EGIDE_TODAY``, noon of that day."""
    given = os.environ.get("EGIDE_TODAY")
    moment = datetime.combine(date.fromisoformat(given), time(12), UTC) if given else datetime.now(UTC)
    return moment.replace(microsecond=0)

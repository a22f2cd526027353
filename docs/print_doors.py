"""What one meets at the door, printed from the code: commands, settings, errors."""

from __future__ import annotations

import ast
import importlib
import inspect
import io
import os
import pkgutil
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from cyclopts import App
from printing import page, table

import egide
from egide import cli
from egide.app.site.serving import DESCRIBED
from egide.cli import commands as grammar
from egide.cli import door
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import language

WIDTH = "100"
SETTINGS = {
    "EGIDE_LANG": "The language when a command has no `--lang`: `fr` (the default) or `en`.",
    "EGIDE_HOME": "The folder that keeps what a person accepted, such as a newer catalogue. By default the system's own for such data.",
    "EGIDE_DB": "The database, when a command has no `--db`: a file, or `postgresql://…`. By default `egide.db` in the folder above.",
    "EGIDE_TODAY": "The day taken when a command has no `--on` (YYYY-MM-DD), for rehearsals.",
    "EGIDE_DEBUG": "Set to anything, an internal fault also prints where it happened. It may show parts of the input.",
    **DESCRIBED,
}
EXIT_CODES = (
    (0, "lawful or done; `conditional`, and a valid `derogation`, included"),
    (1, "something forbidden, refused, stopped or infeasible"),
    (2, "unusable input or usage"),
    (3, "otherwise, something undetermined or a row rejected"),
    (4, "internal fault"),
    (130, "interrupted"),
)


def commands() -> str:
    """Every command with its help, as the terminal shows it."""
    blocks = [grammar.EPILOGUE]
    with _speaking_english():
        for words in _command_lines():
            blocks += [f"## `{' '.join(('egide', *words))}`", f"```text\n{_help(words)}\n```"]
    return page("Commands", "code", *blocks)


def _command_lines() -> Iterator[tuple[str, ...]]:
    """Every command that does something, in the order of the grammar."""
    yield ()
    yield from _verbs(grammar.application(), ())


def _verbs(app: App, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name in app:
        if not name.startswith("-"):
            below = (*words, name)
            inner = list(_verbs(app[name], below))
            yield from inner or [below]


def _help(words: tuple[str, ...]) -> str:
    said = io.StringIO()
    with redirect_stdout(said):
        code = cli.run([*words, "--help", "--lang", "en"])
    if code:
        raise SystemExit(f"egide {' '.join(words)} --help ended with {code}")
    return "\n".join(line.rstrip() for line in said.getvalue().strip().splitlines())


@contextmanager
def _speaking_english() -> Iterator[None]:
    before, columns = door.LANG, os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = WIDTH
    try:
        yield
    finally:
        door.LANG = before
        os.environ.pop("COLUMNS")
        if columns is not None:
            os.environ["COLUMNS"] = columns


def settings(package: Path) -> str:
    """Every environment variable that the code reads; one without a description is refused."""
    used = {name for path in package.rglob("*.py") for name in re.findall(r"\bEGIDE_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))}
    if used != SETTINGS.keys():
        raise SystemExit(f"settings read and not described, or described and not read: {sorted(used ^ SETTINGS.keys())}")
    rows = [(f"`{name}`", about) for name, about in SETTINGS.items()]
    return page("Settings", "code", "Environment variables. None changes a verdict.", table(("name", "effect"), rows))


def errors(package: Path) -> str:
    """Exit codes, what is raised, and what is said of an input."""
    french = language("fr")
    classes = [(f"`{kind.__name__}`", (inspect.getdoc(kind) or "").splitlines()[0], kind.hint) for kind in _error_classes()]
    messages = [(room, message, french.text(message)) for room, message in _input_messages(package)]
    return page(
        "Errors", "code",
        "A negative answer is not an error: it is a verdict. An error says that the question cannot be asked, where, and what to do.",
        "## Exit codes", "Where several hold, the first of 4, 2, 1, 3 wins.", table(("code", "meaning"), EXIT_CODES),
        "## What is raised", table(("error", "when", "hint"), classes),
        "## What is said of an input", "Each comes with file, sheet, row and column, as far as they are known.",
        table(("room", "English", "French"), messages),
    )  # fmt: skip


def _error_classes() -> list[type[EgideError]]:
    for module in pkgutil.walk_packages(egide.__path__, "egide."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: set[type[EgideError]] = set()
    waiting: list[type[EgideError]] = [EgideError]
    while waiting:
        kind = waiting.pop()
        found.add(kind)
        waiting += kind.__subclasses__()
    return sorted((kind for kind in found if kind.__module__.startswith("egide.")), key=lambda kind: (kind.__name__, kind.__module__))


def _input_messages(package: Path) -> Iterable[tuple[str, str]]:
    """Every marked message that an `InputError` or a `Problem` carries, with its room."""
    said: set[tuple[str, str]] = set()
    for path in package.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
        named = {target.id: node.value for node in assigned for target in node.targets if isinstance(target, ast.Name)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("InputError", "Problem"):
                written = [named.get(one.id, one) if isinstance(one, ast.Name) else one for one in node.args[:2]]
                said |= {(path.relative_to(package).parts[0], message) for one in written if (message := _marked(one))}
    return sorted(said)


def _marked(node: ast.AST) -> str:
    marked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"
    return ast.literal_eval(node.args[0]) if marked else ""  # type: ignore[attr-defined]

"""The command line: one grammar, `egide NOUN VERB` and the everyday verbs; exit codes from one table.

0 lawful or done · 1 something forbidden or stopped · 2 unusable input or usage · 3 something undetermined or a row rejected ·
4 internal fault · 130 interrupted · 141 whoever read the output went away before its end. Heavy parts are imported by the command that
needs them.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

COLLECTED_AFTER = (100_000, 20, 50)
"""A command lives seconds and makes many small values that hold no cycles: looking for cycles often costs it a sixth of its time."""
DONE, REFUSED, UNUSABLE, UNDETERMINED, FAULT, INTERRUPTED = 0, 1, 2, 3, 4, 130
CUT = 128 + 13
"""As a shell counts a process that SIGPIPE ended: `egide … | head` is no verdict, whatever was asked."""


def main(argv: Sequence[str] | None = None) -> None:
    """The entry point of the command; exits with a code of the table."""
    gc.set_threshold(*COLLECTED_AFTER)
    sys.exit(run(list(sys.argv[1:] if argv is None else argv)))


def run(argv: list[str]) -> int:
    """Run one command line and return its exit code."""
    from egide.cli import door

    _speak_utf8()
    argv, lang = _language(argv)
    if lang is None:
        sys.stderr.write("--lang fr | --lang en\n")
        return UNUSABLE
    door.LANG = lang
    try:
        code = _dispatch(argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        door.error(door.say("Interrupted; nothing was left half written."))
        return INTERRUPTED
    except BrokenPipeError:
        _write_nowhere()
        return CUT
    return code


def _dispatch(argv: list[str]) -> int:
    from cyclopts.exceptions import CycloptsError

    from egide.cli import door
    from egide.cli.commands import application, usage_error
    from egide.vocabulary.errors import EgideError

    try:
        result = application()(argv, exit_on_error=False, print_error=False, result_action="return_value")
    except EgideError as error:
        return door.refuse(error)
    except CycloptsError as error:
        return door.refuse(usage_error(error))
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # so rich's console ends, with a code that is a verdict's here
            raise stop.__context__ from None
        return stop.code if isinstance(stop.code, int) else DONE
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _reader_gone():
            raise
        return door.fault(error)
    return result if isinstance(result, int) else DONE


def _language(argv: list[str]) -> tuple[list[str], str | None]:
    """Take ``--lang`` out of the line, wherever it stands; else ``EGIDE_LANG``; else French. None when it is neither fr nor en."""
    rest: list[str] = []
    lang = os.environ.get("EGIDE_LANG", "fr")
    words = iter(argv)
    for word in words:
        if word == "--lang":
            lang = next(words, "")
        elif word.startswith("--lang="):
            lang = word.removeprefix("--lang=")
        else:
            rest.append(word)
    return rest, lang if lang in ("fr", "en") else None


def _reader_gone() -> bool:
    """Whether it is our own output that nobody reads any more, and not a connection of ours that broke."""
    import select

    if not hasattr(select, "poll"):
        return True
    asked = select.poll()
    for stream in (sys.stdout, sys.stderr):
        asked.register(stream.fileno(), 0)
    return bool(asked.poll(0))


def _write_nowhere() -> None:
    """Let what is still to be written go, so that ending says nothing of it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())
    os.dup2(nowhere, sys.stdout.fileno())


def _speak_utf8() -> None:
    """French needs its accents whatever the console was set to."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and (stream.encoding or "").lower() not in ("utf-8", "utf8"):
            stream.reconfigure(encoding="utf-8", errors="replace")

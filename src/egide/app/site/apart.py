"""What a site has made in a process of its own: papers of large portfolios, and the reading of large files.

    python -P -m egide.app.site.apart paper|reading

In the present folder lie `asked.json` and the files that were given. The answer goes to standard output (a paper deflated), how far it
is to the file ``.done``, what it was made with to ``.with``; what went wrong to standard error, in the language that was asked. It knows no
database.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.app.portfolio import assess
from egide.app.portfolio.deciding import Present
from egide.app.portfolio.paper import paper
from egide.doctrine.pending import worked_out
from egide.portfolio import Answers, read_answers, read_services
from egide.portfolio.kept.keeping import NAME
from egide.portfolio.packed import packed, unpacked
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import language

if TYPE_CHECKING:
    from egide.app.portfolio.deciding import Deciding
    from egide.portfolio import Reading

ASKED, DONE, WITH = "asked.json", ".done", ".with"
EVERY = 50
"""So many pieces are done between two words about how far it is."""
PARENT = os.getppid()
Step = Callable[[int, int], None]


def main(kind: str) -> int:
    """Do it; 2 when it can't be done, as the command says it."""
    gc.disable()  # nearly all that is made stays until the end, and then the process is gone
    asked = json.loads(Path(ASKED).read_bytes())
    try:
        for piece in {"paper": _paper, "reading": _reading}[kind](asked, _step):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except EgideError as error:
        words = language(asked["lang"])
        hint = f"\n{words.text(error.hint)}" if error.hint else ""
        sys.stderr.write(f"{words.text(error.message, error.values)}{hint}\n")
        return 2
    return 0


def _reading(asked: Mapping[str, Any], step: Step) -> Iterator[bytes]:
    present = Present().now()
    reading = read_services(Path("0.file").read_bytes(), asked["name"], present.index, lang=asked["lang"], step=step)
    _made_with(present.read_with)
    yield packed(reading)


def _paper(asked: Mapping[str, Any], step: Step) -> Iterator[bytes]:
    from egide.papers.anonymise import anonymise

    present, on = Present(), date.fromisoformat(asked["on"])
    now = present.now()
    plain = assess.united([(name, _read(number, name, now, asked["lang"])) for number, name in enumerate(asked["names"])], Answers())
    whole = assess.with_answers(plain, read_answers(Path(NAME).read_bytes(), NAME) if Path(NAME).exists() else Answers())
    run = assess.survey(whole, now.offers, on, now.books, lambda *_: present.doctrine(now, whole.answers, on))
    _made_with(now.digest)
    total = len(run.assessment.decisions)
    for count, decision in enumerate(run.assessment.decisions, 1):
        worked_out(decision)
        step(count, total)
    assessment = replace(run.assessment, problems=assess.problems(run.portfolio, run.doctrine))
    pack = zlib.compressobj(6)
    for piece in paper(asked["paper"]).make(anonymise(assessment) if asked["coded"] else assessment, asked["lang"], asked["marking"]):
        yield pack.compress(piece)
    yield pack.flush()


def _read(number: int, name: str, present: Deciding, lang: str) -> Reading:
    """What stands in a file: as it was read before, where that was with the same catalogue."""
    kept = Path(f"{number}.{present.read_with}")
    if kept.exists():
        return unpacked(kept.read_bytes())
    return read_services(Path(f"{number}.file").read_bytes(), name, present.index, lang=lang)


def _made_with(what: str) -> None:
    Path(WITH).write_text(what, encoding="utf-8")


def _step(done: int, of: int) -> None:
    if done % EVERY == 0 or done == of:
        if os.getppid() != PARENT:  # the server is gone: the next one begins it again
            sys.exit(2)
        beside = Path(f"{DONE}.new")
        beside.write_text(f"{done} {of}", encoding="ascii")
        beside.replace(DONE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""The kinds of long work of a site: which command does each, which files of the body it needs, and what becomes of its answer."""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.app.portfolio.bringing import Hand, bring
from egide.app.site import apart
from egide.app.site.processes import OUT
from egide.portfolio.answers_file import write_answers
from egide.portfolio.kept import keeping, readings
from egide.portfolio.works import keeping as kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.store.jobs import Job
    from egide.store.transaction import Transaction

CHECK, PLAN, PAPER, IMPORT, READING = "site-check", "site-plan", "site-paper", "site-import", "site-reading"
KINDS = frozenset({CHECK, PLAN, PAPER, IMPORT, READING})
QUICK = frozenset({IMPORT, READING})
SHOWN = KINDS - {READING}
"""What somebody asked for."""


def command(kind: str, asked: Mapping[str, Any]) -> list[str]:
    """What does it, in the folder where the files lie."""
    own = [sys.executable, "-P", "-m"]  # -P: nothing is imported from the folder that was given
    if kind in {PAPER, IMPORT, READING}:
        return [*own, apart.__name__, "paper" if kind == PAPER else "reading"]
    if kind == PLAN:
        regions = ["--regions", "regions.csv"] if asked["regions"] else []
        given = ["service.yaml", "--prices", "prices.csv", *regions]
        return [*own, "egide", "plan", "make", *given, "--explain", "--json", "--lang", asked["lang"]]
    data = [word for one in asked["data"] for word in ("--data", one)]
    status = ["--body", asked["status"]] if asked["status"] else []
    return [*own, "egide", "check", ".", "--within", ".", *data, *status, "--json", "--both-languages", "--lang", asked["lang"]]


def files(tx: Transaction, held: Job, asked: Mapping[str, Any]) -> dict[str, bytes]:
    """What it needs beside what was given: files of the body as they are kept, and its answers at the version that was asked."""
    body: str = held.arguments["body"]
    if held.kind == READING:
        return {apart.ASKED: _json(asked), "0.file": keeping.content(tx, body, asked["file"]) or b""}
    if held.kind == IMPORT:
        return {apart.ASKED: _json(asked)}
    if held.kind != PAPER:
        return {}
    found = {apart.ASKED: _json(asked), keeping.NAME: write_answers(keeping.answers(tx, body, asked["version"]))}
    for number, id in enumerate(asked["files"]):
        found[f"{number}.file"] = keeping.content(tx, body, id) or b""
        found |= {f"{number}.{read_with}": content for read_with, content in readings.all_of(tx, body, id, asked["lang"])}
    return found


def keep(tx: Transaction, held: Job, asked: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Keep what came of it; what the job's result says of it."""
    body, made = held.arguments["body"], (folder / OUT).read_bytes()
    if held.kind == PAPER:
        law = (folder / apart.WITH).read_text("utf-8")
        kept.answer(tx, held.id, made)
        if law != asked["law"]:  # another law or catalogue came into use meanwhile
            kept.forget_about(tx, held.id)
        return {"bytes": _inflated_size(made)}
    if held.kind == IMPORT:
        hand = Hand(kept.person(tx, held.id), asked["token"])
        _, given = kept.asked(tx, held.id)
        brought = bring(tx, hand, body, asked["name"], keeping.pack(given["0.file"]), asked["seen"])
        readings.keep(tx, body, brought.file.id, asked["lang"], (folder / apart.WITH).read_text("utf-8"), made)
        kept.let_go(tx, held.id)
        return {"file": brought.file.id, "beside": brought.beside.id if brought.beside else None}
    if held.kind == READING:
        readings.keep(tx, body, asked["file"], asked["lang"], (folder / apart.WITH).read_text("utf-8"), made)
        return {}
    kept.answer(tx, held.id, zlib.compress(made, 6))
    whole = json.loads(made)  # what a list of answers shows: counts of a check, standing and total (micro-euros) of a plan
    return {name: whole[name] for name in ("counts", "status", "total") if name in whole}


def _json(asked: Mapping[str, Any]) -> bytes:
    return json.dumps(asked).encode()


def _inflated_size(packed: bytes) -> int:
    inflater, size, left = zlib.decompressobj(), 0, packed
    while left and not inflater.eof:
        size += len(inflater.decompress(left, 2**20))
        left = inflater.unconsumed_tail
    return size

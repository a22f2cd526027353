"""The papers of a portfolio by their names: what each is, and how it is made of an assessment.

The proofs of a service and their writing take some thousandths of a second, so a paper of a few hundred services is made while somebody
waits, and one of more is a piece of work of its own (`egide.app.site.works`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.portfolio.portfolios import Seen
    from egide.vocabulary.findings import Assessment

AT_ONCE = 300
"""So many services have their papers made while somebody waits: 1.5 s of a processor at most (docs/benchmarks.md)."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper. ``make``: of the assessment, the language and the marking, piece by piece."""

    media_type: str
    make: Callable[[Assessment, str, str], Iterator[bytes]]


def _page(assessment: Assessment, lang: str, marking: str) -> Iterator[bytes]:
    from egide.papers.page import page_pieces

    return (piece.encode() for piece in page_pieces(assessment, lang, marking=marking or None))


def _workbook(assessment: Assessment, lang: str, marking: str) -> Iterator[bytes]:
    from egide.papers.workbook import workbook

    yield workbook(assessment, lang, marking)


def _document(assessment: Assessment, lang: str, marking: str) -> Iterator[bytes]:
    from egide.papers.document import document_pieces

    return document_pieces(assessment, lang, marking)


PAPERS: Mapping[str, Paper] = {
    "egide.html": Paper("text/html", _page), "egide.xlsx": Paper(XLSX, _workbook), "egide.json": Paper("application/json", _document),
}  # fmt: skip


def at_once(assessment: Assessment) -> bool:
    """Whether its papers are made while somebody waits."""
    return len(assessment.decisions) <= AT_ONCE


def paper(name: str) -> Paper:
    """The paper of that name. Raises `InputError`."""
    if name not in PAPERS:
        raise InputError(N_("`{value}` is none of {known}"), values={"value": name[:60], "known": list(PAPERS)})
    return PAPERS[name]


def about(name: str, coded: bool, seen: Seen, marking: str) -> str:
    """What tells a paper from every other: its name, whether codes stand for names, and the state that it is made of."""
    state = hashlib.sha256(f"{seen.state}\n{marking}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{kind(name, coded)}{state}"


def kind(name: str, coded: bool) -> str:
    """What all states of a paper have in common."""
    return f"{name}:{'coded' if coded else 'named'}:"

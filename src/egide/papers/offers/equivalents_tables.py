"""Equivalents as a workbook and as CSV: one row for each function of each offer, to sort and to send on."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from egide.papers.offers import equivalents_words as words
from egide.papers.offers import words as shared
from egide.papers.offers.equivalents_words import MATCHES
from egide.papers.offers.tables import plain_cell
from egide.papers.sheets import Sheet
from egide.papers.workbook import Formats, opened, write_sheet, write_summary
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from egide.catalogue.equivalents import Candidate, Equivalents, Part, Replaced
    from egide.papers.sheets import Cell
    from egide.vocabulary.language import Language

OFFERS = (
    (N_("Cloud service"), 28), (N_("Offer"), 34), (N_("Provider"), 20), (N_("How far"), 24), (N_("What is lost"), 44),
    (N_("What is not known"), 44), (N_("SecNumCloud"), 34), (N_("Until"), 12), (N_("Perimeter"), 44), (N_("Your services"), 60),
    (N_("Sources"), 60),
)  # fmt: skip
FUNCTIONS = (
    (N_("Cloud service"), 28), (N_("Function"), 34), (N_("Offer"), 34), (N_("Stated"), 12), (N_("Lost"), 34), (N_("Not known"), 34),
    (N_("Covered by the qualification"), 16), (N_("Issuer"), 22), (N_("Source"), 70), (N_("Read on"), 12),
)  # fmt: skip
YES_NO = {True: N_("yes"), False: N_("no"), None: N_("not known")}


def equivalents_workbook(made: Equivalents, lang: str = "fr", offers: Mapping[str, str] | None = None) -> bytes:
    """The whole workbook as XLSX: a summary, the offers in the place of each service, the evidence by function, what nobody does."""
    said, held, names = shared.words(lang), BytesIO(), offers or {}
    title = words.title_of(made, said)
    book = opened(held, title, made.on)
    formats = Formats(book)
    heads = (said.text(N_("What it comes to")), said.text(N_("Cloud services")))
    lines = [said.text(words.DISCLAIMER, {"on": made.on})]
    write_summary(book, words.headline(made, said), lines, heads, words.counts(made, said), said, formats, made.on)
    write_sheet(book, _sheet(N_("Offers"), OFFERS, list(_offers(made, said, names)), said), said, formats)
    write_sheet(book, _sheet(N_("Functions"), FUNCTIONS, list(_functions(made, said)), said), said, formats)
    gaps = [(words.title(one.function, said), ", ".join(names.get(offer, offer) for offer in one.perhaps)) for one in made.uncovered]
    columns = ((N_("Function"), 40), (N_("To be checked"), 80))
    write_sheet(book, _sheet(N_("Not covered"), columns, gaps, said), said, formats)
    book.close()
    return held.getvalue()


def equivalents_csv(made: Equivalents, lang: str = "fr") -> bytes:
    """The evidence by function as CSV, with a mark that spreadsheets read as UTF-8."""
    said, held = shared.words(lang), StringIO(newline="")
    writer = csv.writer(held, delimiter=";" if lang == "fr" else ",", lineterminator="\r\n")
    writer.writerow([said.text(name) for name, _ in FUNCTIONS])
    writer.writerows([plain_cell(cell) for cell in row] for row in _functions(made, said))
    return b"\xef\xbb\xbf" + held.getvalue().encode()


def _sheet(name: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Cell]], said: Language) -> Sheet:
    return Sheet(said.text(name), tuple((said.text(head), width) for head, width in columns), rows)


def _offers(made: Equivalents, said: Language, names: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    for one in made.replaced:
        if not one.candidates:
            yield (one.service.name, None, None, words.best(one, said), *[None] * (len(OFFERS) - 4))
        for candidate in one.candidates:
            yield _offer(one, candidate, said, names)


def _offer(one: Replaced, candidate: Candidate, said: Language, names: Mapping[str, str]) -> Sequence[Cell]:
    verdicts = [
        f"{it.word}: {', '.join(it.services)}" + (f" ({'; '.join(it.because)})" if it.because else "")
        for it in words.verdicts(candidate.stands, said, names)
    ]  # fmt: skip
    return (
        one.service.name, candidate.offer.name, candidate.offer.provider, said.text(MATCHES[candidate.match]),
        "\n".join(words.lost(candidate, said)), "\n".join(words.unsaid(candidate, said)),
        words.qualification(candidate.offer.qualified, said), candidate.offer.qualified.until, words.scope(candidate, said),
        "\n".join(verdicts), "\n".join(f"{source.issuer}: {source.text}" for source in words.sources(candidate)),
    )  # fmt: skip


def _functions(made: Equivalents, said: Language) -> Iterator[Sequence[Cell]]:
    for one in made.replaced:
        for candidate in one.candidates:
            for part in candidate.parts:
                yield from _part(one, candidate, part, said)
        if not one.candidates:
            for function in one.functions:
                yield (one.service.name, words.title(function, said), *[None] * (len(FUNCTIONS) - 2))


def _part(one: Replaced, candidate: Candidate, part: Part, said: Language) -> Iterator[Sequence[Cell]]:
    head = (one.service.name, words.title(part.function, said), candidate.offer.name)
    if part.cover is None:
        yield (*head, said.text(YES_NO[None]), *[None] * (len(FUNCTIONS) - 4))
        return
    lost = ", ".join(words.traits(part.function, part.lost, said))
    open_ = ", ".join(words.traits(part.function, part.open, said)) or "; ".join(words.unsaid_of(part, said))
    stated = said.text(YES_NO[None if part.near or part.cover.loose else True])
    for source in part.cover.sources:
        yield (*head, stated, lost, open_, said.text(YES_NO[part.inside]), source.issuer, source.text, source.read_on)

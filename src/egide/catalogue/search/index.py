"""An index on disk: the words of every row in both languages, what is known of it in columns, and what a list of results shows of it.

French and English words are stemmed into two fields, since a text may be either; a third keeps the words as they are, for exact matches
and for spelling. The words are tantivy's, which only the release that wrote them reads: the name of an index carries it. Conditions and
counts need no engine, so without it an index is built that answers those alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from egide.catalogue.search.columns import ColumnWriter
from egide.vocabulary.errors import MissingExtraError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.catalogue.search.rows import Row

FORMAT = 4
"""Raised when what is written below changes, or which rows are."""
WORDS, SPELLING, SHOWN, SHOWN_AT = "words", "spelling.json", "shown.bin", "shown.npy"
MEMORY = 512 * 2**20
"""Enough for one segment of 100,000 rows, whose order is then that of the rows."""
STEMMED: Mapping[str, str] = {"fr": "french", "en": "english"}


def engine() -> Any:
    """The module. Raises `MissingExtraError` when it isn't installed."""
    try:
        import tantivy  # noqa: PLC0415 - the command line starts without it
    except ModuleNotFoundError as error:
        raise MissingExtraError("federation", N_("searching for words")) from error
    return tantivy


def release() -> str:
    """What an index depends on besides its rows: the engine's index format, if it is there, and ours."""
    try:
        return f"{engine().__version__.rpartition('index_format ')[2]}-{FORMAT}"
    except MissingExtraError:
        return f"none-{FORMAT}"


def analyser(stemmer: str | None = None) -> Any:
    """Words of letters and figures, in lower case, stemmed in a language or not, without accents."""
    kit = engine()
    made = kit.TextAnalyzerBuilder(kit.Tokenizer.simple()).filter(kit.Filter.remove_long(80)).filter(kit.Filter.lowercase())
    if stemmer:
        made = made.filter(kit.Filter.stemmer(stemmer))
    return made.filter(kit.Filter.ascii_fold()).build()


def opened(folder: Path) -> Any:
    """The words of an index, with their analysers."""
    index = engine().Index.open(str(folder / WORDS))
    _teach(index)
    return index


def _teach(index: Any) -> None:
    for name in ("named", "words"):
        index.register_tokenizer(f"egide_{name}", analyser())
    for name, stemmer in STEMMED.items():
        index.register_tokenizer(f"egide_{name}", analyser(stemmer))


class _Words:
    """Writes the words of the rows, in one thread: the same rows make an index that answers in the same order."""

    def __init__(self, folder: Path) -> None:
        kit = engine()
        builder = kit.SchemaBuilder().add_integer_field("row", fast=True)
        for name in ("named", "words", *STEMMED):
            builder = builder.add_text_field(name, tokenizer_name=f"egide_{name}", index_option="freq")
        self._form, self._document, self._folder = builder.build(), kit.Document, folder
        (folder / WORDS).mkdir()
        index = kit.Index(self._form, str(folder / WORDS))
        _teach(index)
        self._writer, self._plain, self._held = index.writer(MEMORY, 1), analyser(), Counter[str]()

    def add(self, place: int, row: Row) -> None:
        text = row.text()
        self._held.update(set(self._plain.analyze(text)))
        said = {"row": place, "named": row.name, "words": text} | dict.fromkeys(STEMMED, text)
        self._writer.add_document(self._document.from_dict(said, self._form))

    def write(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()
        (self._folder / SPELLING).write_text(json.dumps(dict(sorted(self._held.items())), ensure_ascii=False), encoding="utf-8")


def build(rows: Iterable[Row], folder: Path, progress: Callable[[int], None] | None = None) -> int:
    """Write the index of these rows into an empty folder and return how many there are."""
    try:
        words: _Words | None = _Words(folder)
    except MissingExtraError:
        words = None
    columns, ends = ColumnWriter(), [0]
    with (folder / SHOWN).open("wb") as target:
        for place, row in enumerate(rows):
            if words:
                words.add(place, row)
            said = {
                "key": row.key, "subject": row.sheet.subject, "region": row.sheet.region, "name": row.name,
                "values": columns.add(row.sheet, row.name, row.key), "conflicts": [cell.property.name for cell in row.sheet.conflicts],
            }  # fmt: skip
            ends.append(ends[-1] + target.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()))
            if progress and place % 1000 == 999:
                progress(place + 1)
    np.save(folder / SHOWN_AT, np.asarray(ends, np.int64))
    columns.write(folder)
    if words:
        words.write()
    return columns.count

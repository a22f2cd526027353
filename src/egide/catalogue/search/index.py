"""An index on disk: the words of every row in both languages, what is known of it in columns, and what a list of results shows of it.

French and English words are stemmed into two fields, since a text may be either; a third keeps the words as they are, for exact matches
and for spelling. The words are tantivy's, which only the release that wrote them reads: the name of an index carries it. Conditions and
counts need no engine, so without it an index is built that answers those alone.

Where little changed, an index is made of an earlier one: the rows of some subjects are taken out and theirs of now put in. It answers as
one that is built anew; only the order in which a search for words gives offers may differ where they are nearly as good, since how rare a
word is still counts what was taken out.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from egide.catalogue.search.columns import Columns
from egide.catalogue.search.writing import Before, ColumnWriter, Named, name_of
from egide.vocabulary.errors import MissingExtraError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from egide.catalogue.search.columns import Mask
    from egide.catalogue.search.rows import Row

FORMAT = 5
"""Raised when what is written below changes, or which rows are."""
WORDS, SPELLING, SHOWN, SHOWN_AT = "words", "spelling.json", "shown.bin", "shown.npy"
SUBJECTS, PLACES = "subjects.json", "places.npy"
"""Of which subject each row is; the place of each row that the words were ever written of, -1 of one that was taken out."""
MEMORY, MEMORY_FOR_FEW = 512 * 2**20, 64 * 2**20
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

    def __init__(self, folder: Path, before: Path | None = None) -> None:
        kit = engine()
        builder = kit.SchemaBuilder().add_integer_field("row", fast=True, indexed=True)
        for name in ("named", "words", *STEMMED):
            builder = builder.add_text_field(name, tokenizer_name=f"egide_{name}", index_option="freq")
        self._document, self._folder, self._held = kit.Document, folder, Counter[str]()
        if before is None:
            (folder / WORDS).mkdir()
            self._form = builder.build()
            index = kit.Index(self._form, str(folder / WORDS))
            _teach(index)
        else:
            shutil.copytree(before / WORDS, folder / WORDS, ignore=shutil.ignore_patterns("*.lock", ".*.lock"), copy_function=_link)
            index = opened(folder)
            self._form = index.schema
            self._held.update(json.loads((before / SPELLING).read_text(encoding="utf-8")))
        self._writer, self._plain = index.writer(MEMORY if before is None else MEMORY_FOR_FEW, 1), analyser()

    def add(self, number: int, row: Row) -> None:
        text = row.text()
        self._held.update(set(self._plain.analyze(text)))
        said = {"row": number, "named": row.name, "words": text} | dict.fromkeys(STEMMED, text)
        self._writer.add_document(self._document.from_dict(said, self._form))

    def take_out(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._writer.delete_documents_by_term("row", number)

    def write(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()
        (self._folder / SPELLING).write_text(json.dumps(dict(sorted(self._held.items())), ensure_ascii=False), encoding="utf-8")


def _link(given: str, to: str) -> None:
    """A segment is never written to again, so the same file may have two names; what names the segments is."""
    if Path(given).suffix == ".json":
        shutil.copyfile(given, to)
        return
    try:
        os.link(given, to)
    except OSError:  # a file system without such
        shutil.copyfile(given, to)


def build(rows: Iterable[Row], folder: Path, progress: Callable[[int], None] | None = None) -> int:
    """Write the index of these rows into an empty folder and return how many there are."""
    return _written(rows, folder, ColumnWriter(), _words(folder), np.empty(0, np.int64), [], progress)


def amend(before: Path, gone: Collection[str], rows: Iterable[Row], folder: Path) -> int:
    """As `build`, of an earlier index: what it holds of these subjects is taken out, and these rows are put in.

    Raises `OSError` or `ValueError` when the earlier one is not whole, or no longer there.
    """
    out, columns = frozenset(gone), Columns(before)
    subjects = msgspec.json.decode((before / SUBJECTS).read_bytes(), type=list[str])
    places, shown_at = np.load(before / PLACES), np.load(before / SHOWN_AT)
    stays: Mask = np.fromiter((one not in out for one in subjects), np.bool_, columns.count)
    now = np.where(stays, np.cumsum(stays) - 1, -1)
    kept: NDArray[np.int64] = np.where(places >= 0, now[places] if columns.count else -1, -1)
    words = _words(folder, before)
    if words:
        words.take_out(int(one) for one in np.flatnonzero((places >= 0) & (kept < 0)))
    shutil.copyfile(before / SHOWN, folder / SHOWN)
    with (folder / SHOWN).open("rb") as held:

        def named(place: int) -> Named:
            held.seek(int(shown_at[place, 0]))
            said = json.loads(held.read(int(shown_at[place, 1] - shown_at[place, 0])))
            return name_of(said["name"], said["key"])

        writer = ColumnWriter(Before(columns, stays, named))
        np.save(folder / SHOWN_AT, shown_at[stays])
        return _written(rows, folder, writer, words, kept, [one for one, stay in zip(subjects, stays, strict=True) if stay])


def _words(folder: Path, before: Path | None = None) -> _Words | None:
    if before is not None and not (before / WORDS).is_dir():
        return None
    try:
        return _Words(folder, before)
    except MissingExtraError:
        return None


def _written(
    rows: Iterable[Row], folder: Path, columns: ColumnWriter, words: _Words | None, places: NDArray[np.int64], subjects: list[str],
    progress: Callable[[int], None] | None = None,
) -> int:  # fmt: skip
    """Write rows behind those that stay. ``places`` and ``subjects``: of those that stay, as they are kept."""
    first, shown = columns.count, []
    with (folder / SHOWN).open("ab") as target:
        end = target.tell()
        for number, row in enumerate(rows):
            if words:
                words.add(len(places) + number, row)
            said = {
                "key": row.key, "subject": row.sheet.subject, "region": row.sheet.region, "name": row.name,
                "values": columns.add(row.sheet, row.name, row.key), "conflicts": [cell.property.name for cell in row.sheet.conflicts],
            }  # fmt: skip
            begin, end = end, end + target.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
            shown.append((begin, end))
            subjects.append(row.sheet.subject)
            if progress and number % 1000 == 999:
                progress(number + 1)
    before = np.load(folder / SHOWN_AT) if first else np.empty((0, 2), np.int64)
    np.save(folder / SHOWN_AT, np.concatenate([before, np.asarray(shown, np.int64).reshape(-1, 2)]))
    np.save(folder / PLACES, np.concatenate([places, np.arange(first, columns.count)]))
    (folder / SUBJECTS).write_bytes(msgspec.json.encode(subjects))
    columns.write(folder)
    if words:
        words.write()
    return columns.count

"""Asks an index: words and conditions in, the offers that answer with their counts by value out, and how many are left out as unknown.

Every word must be found, in either language's stem or as it is. A word that nothing holds is looked for as it may have been meant; the
answer says which words were taken instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from egide.catalogue.search import facets as counting
from egide.catalogue.search.columns import Columns
from egide.catalogue.search.index import PLACES, SHOWN, SHOWN_AT, SPELLING, STEMMED, analyser, engine, opened
from egide.catalogue.search.spelling import Spelling

if TYPE_CHECKING:
    from egide.catalogue.fields import Field
    from egide.catalogue.search.columns import Mask, Places
    from egide.catalogue.search.conditions import Where
    from egide.catalogue.search.facets import Facet

MOST_WORDS = 24
NAME_COUNTS = 3.0
"""How much more a word in the name weighs."""
SORTS = ("relevance", "name", "price")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a search gives."""

    total: int
    hits: tuple[Mapping[str, Any], ...]
    """The page asked, each as the index shows it."""
    unknown: int
    """How many rows meet every condition that can be told, and at least one cannot."""
    unknown_by: Mapping[str, int]
    """Of those, how many lack the value of each field that is asked."""
    facets: tuple[Facet, ...] = ()
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words that nothing holds, to those that were looked for instead; empty when none comes near."""


class Finder:
    """An index, opened to be asked many times."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.columns = Columns(folder)
        self._shown_at = np.load(folder / SHOWN_AT, mmap_mode="r")
        with (folder / SHOWN).open("rb") as held:
            self._shown: mmap | bytes = mmap(held.fileno(), 0, access=ACCESS_READ) if self.columns.count else b""

    @cached_property
    def _words(self) -> _Words:
        return _Words(self._folder)

    def ask(
        self, text: str, where: Where, *, limit: int = 20, offset: int = 0, sort: str = "relevance", facets: Sequence[Field] = (),
        unknown: bool = False,
    ) -> Answered:
        """The rows that hold every word and meet every condition.

        ``unknown``: list instead those that are left out because a value isn't known. ``sort``: one of `SORTS`; offers without a price
        come after those that have one. Raises `MissingExtraError` when there are words and no engine to look for them.
        """
        found, instead = self._words.find(text) if text.strip() else (None, {})
        met, open_, lacking = self._answers(where)
        if found is None:
            ranked, sort = np.arange(self.columns.count), "name" if sort == "relevance" else sort
        else:
            ranked = found
        matching, left_out = ranked[met[ranked]], ranked[open_[ranked]]
        chosen = left_out if unknown else matching
        page = self._first(chosen, sort, max(0, offset) + max(0, limit))[max(0, offset) :]
        return Answered(
            len(matching), tuple(self._row(int(place)) for place in page), len(left_out),
            {name: count for name, mask in lacking.items() if (count := int(mask[left_out].sum()))},
            counting.counted(self.columns, chosen, facets), instead,
        )  # fmt: skip

    def _answers(self, where: Where) -> tuple[Mask, Mask, dict[str, Mask]]:
        """Which rows meet every condition, which meet all that can be told and not all, and what each field is not known of."""
        met = np.ones(self.columns.count, np.bool_)
        open_ = np.ones(self.columns.count, np.bool_)
        lacking: dict[str, Mask] = {}
        for one in where.conditions:
            holds, unknown = self.columns.answers(one)
            met &= holds
            open_ &= holds | unknown
            lacking[one.field.name] = unknown
        return met, open_ & ~met, lacking

    def _first(self, places: Places, sort: str, most: int) -> Places:
        """The first rows in an order: as they are, by name, or by price and then by name, those without a price last."""
        if sort == "relevance" or most == 0:
            return places[:most]
        prices = self.columns.numbers("price") if sort == "price" else None
        if prices is not None:
            return places[np.lexsort((self.columns.by_name[places], prices[places]))[:most]]
        names = self.columns.by_name[places]
        first = np.argpartition(names, most)[:most] if most < len(names) else np.arange(len(names))
        return places[first[np.argsort(names[first])]]

    def _row(self, place: int) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self._shown[int(self._shown_at[place, 0]) : int(self._shown_at[place, 1])])
        return found


class _Words:
    """The words of an index."""

    def __init__(self, folder: Path) -> None:
        self._kit = engine()
        self._folder = folder
        index = opened(folder)
        self._searcher, self._form = index.searcher(), index.schema
        self._places = np.load(folder / PLACES, mmap_mode="r")
        self._whole = bool((self._places >= 0).all())
        self._plain = analyser()
        self._stems = {name: analyser(stemmer) for name, stemmer in STEMMED.items()}

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(json.loads((self._folder / SPELLING).read_text(encoding="utf-8")))

    def find(self, text: str) -> tuple[Places | None, dict[str, tuple[str, ...]]]:
        """The rows that hold every word, best first, and the words that were taken for others; None when the text has no word."""
        words = self._plain.analyze(text)[:MOST_WORDS]
        if not words:
            return None, {}
        instead = {word: self._near(word) for word in dict.fromkeys(words) if not self._held(word)}
        occur = self._kit.Occur
        query = self._kit.Query.boolean_query([(occur.Must, self._word(word, instead.get(word))) for word in words])
        hits = [address for _, address in self._searcher.search(query, max(1, self._searcher.num_docs), False).hits]
        found = self._places[np.asarray(self._searcher.fast_field_values("row", hits), np.int64)]
        return np.asarray(found, np.int64), instead

    def _near(self, word: str) -> tuple[str, ...]:
        return tuple(one for one in self._spelling.near(word) if self._whole or self._held(one))

    def _held(self, word: str) -> bool:
        """Whether a row holds it. How often a word was counted includes rows that were taken out since, so these are looked at."""
        asked = [("words", word), *((name, stem) for name, stems in self._stems.items() for stem in stems.analyze(word))]
        counted = [one for one in asked if self._searcher.doc_freq(*one)]
        if self._whole or not counted:
            return bool(counted)
        query = self._kit.Query
        return any(self._searcher.search(query.term_query(self._form, *one), 1, False).hits for one in counted)

    def _word(self, word: str, instead: Iterable[str] | None) -> Any:
        """The rows that hold the word in their name, in their text, or by its stem in either language."""
        query, ways = self._kit.Query, []
        for spelling in [word] if instead is None else instead:
            ways.append(query.boost_query(query.term_query(self._form, "named", spelling), NAME_COUNTS))
            ways.append(query.term_query(self._form, "words", spelling))
        if instead is None:
            ways += [query.term_query(self._form, name, stem) for name, stems in self._stems.items() for stem in stems.analyze(word)]
        return query.boolean_query([(self._kit.Occur.Should, way) for way in ways]) if ways else query.empty_query()

"""Searching 100,000 offers with facets, beside SQLite with FTS5 on the same offers and questions.

    python benchmarks/search.py [offers]

Every fact of an offer is drawn by itself and may be unknown; one question in four has a word with a mistake in it. SQLite gets an index on
each column that is asked, a side table for lists, and its matches in a temporary table before they are counted; it knows neither
stems in two languages nor spelling. What is equal is how many offers meet the conditions of the questions that have no words.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from measuring import Line, in_a_process, machine, peak_mib, printed

from egide.catalogue.comparing import compare
from egide.catalogue.search import Finder, Row, build, chosen, parse, rows
from egide.catalogue.shelf import Shelf
from egide.papers.offers import comparison_document, comparison_page
from egide.vocabulary.statements import Assurance, Backing, Origin, Statement

OFFERS, QUESTIONS, DAY = 100_000, 1_000, date(2026, 11, 23)
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
SAID = Origin("did:web:fictif.example", Assurance.DECLARED, Backing.SIGNED, "drawn", "0" * 64, "drawn", MOMENT, None, MOMENT)
FACETS = ("provider", "kinds", "functions", "countries", "qualification", "gaia_x_label", "price", "carbon_g_hour")
CHOICES = {
    "kinds": ("IaaS", "PaaS", "CaaS", "SaaS"),
    "functions": ("compute", "object-storage", "database", "kubernetes", "gpu", "mail", "backup", "dns"),
    "countries": ("FR", "DE", "NL", "IT", "ES", "PL", "SE", "FI", "IE", "BE"),
    "qualification": ("none", "in-progress", "qualified", "expired"),
    "gaia_x_label": ("SC", "L1", "L2", "L3"),
}  # fmt: skip
LISTS = ("kinds", "functions", "countries")
NUMBERS = {"price_hour": 2_000_000, "sla_percent": 100, "memory_gb": 512, "carbon_g_hour": 200}
LETTERS = "aeiouabcdefglmnoprstuv"


class Drawn:
    """A source of offers drawn one by one."""

    def __init__(self, count: int, seed: int = 7) -> None:
        self.count, self.chance = count, random.Random(seed)
        self.words = ["".join(self.chance.choices(LETTERS, k=self.chance.randint(4, 11))) for _ in range(20_000)]
        self.of: dict[str, dict[str, object]] = {f"offre-{number:06d}": self._one() for number in range(count)}

    def _one(self) -> dict[str, object]:
        chance, known = self.chance, {}
        known["name"] = " ".join(chance.choices(self.words[:4000], k=3))
        known["description"] = " ".join(chance.choices(self.words, k=14))
        known["provider"] = f"Fournisseur {chance.randrange(1500)}"
        for name, values in CHOICES.items():
            if chance.random() < 0.7:
                known[name] = frozenset(chance.sample(values, chance.randint(1, 3))) if name in LISTS else chance.choice(values)
        for name, most in NUMBERS.items():
            if chance.random() < 0.6:
                known[name] = chance.randrange(1, most)
        return known

    def subjects(self) -> Iterator[str]:
        return iter(self.of)

    def about(self, subject: str) -> Sequence[Statement]:
        return [Statement(subject, name, value, "", SAID) for name, value in self.of[subject].items()]  # type: ignore[arg-type]

    def withdrawn(self) -> Mapping[str, date]:
        return {}


@dataclass(frozen=True)
class Question:
    words: tuple[str, ...]
    where: str
    sql: tuple[str, ...]
    bound: tuple[object, ...]


def questions(drawn: Drawn, count: int) -> list[Question]:
    chance, made = random.Random(11), []
    for _ in range(count):
        words = tuple(chance.choices(drawn.words[:4000], k=chance.choice([0, 1, 1, 2])))
        if words and chance.random() < 0.25:
            words = (*words[1:], words[0][:-2] + words[0][-1])
        where: list[str] = []
        sql: list[str] = []
        bound: list[object] = []
        for name in chance.sample([*CHOICES, *NUMBERS], chance.randint(0 if words else 1, 3)):
            if name in NUMBERS:
                number = chance.randrange(1, NUMBERS[name])
                where.append(f"price<={number / 10**6:.6f}" if name == "price_hour" else f"{name}<={number}")
                sql.append(f"{name} <= ?")
                bound.append(number)
            else:
                value = chance.choice(CHOICES[name])
                where.append(f"{name}={value}")
                listed = f"id IN (SELECT id FROM listed WHERE name = '{name}' AND value = ?)"  # noqa: S608 - our own names
                sql.append(listed if name in LISTS else f"{name} = ?")
                bound.append(value)
        made.append(Question(words, " ".join(where), tuple(sql), tuple(bound)))
    return made


def measure(count: int) -> list[Line]:
    drawn = Drawn(count)
    asked = questions(drawn, QUESTIONS)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "index"
        place.mkdir()
        start = time.perf_counter()
        found: Iterator[Row] = rows(Shelf([drawn], DAY))
        build(found, place)
        built = time.perf_counter() - start
        size = sum(one.stat().st_size for one in place.iterdir()) / 2**20
        totals, taken, worked = ours(Finder(place), asked)
    beside = comparing(drawn)
    theirs, slower = sqlite(drawn, asked)
    plain = [index for index, one in enumerate(asked) if not one.words and theirs[index] >= 0]
    agree = sum(totals[index] == theirs[index] for index in plain)
    p50, p99 = at(taken, 0.5), at(taken, 0.99)
    return [
        Line(f"a search over {count:,} offers, {len(FACETS)} facets, 99 in 100 within", f"{p99 * 1000:.1f} ms", "under 10 ms", p99 < 0.01,
             f"half within {p50 * 1000:.1f} ms, the slowest {max(taken) * 1000:.1f} ms; of processor, 99 in 100 within "
             f"{at(worked, 0.99) * 1000:.1f} ms; {QUESTIONS} questions"),
        Line("the same in SQLite with FTS5", f"{at(slower, 0.99) * 1000:.0f} ms", "beside", True,
             f"half within {at(slower, 0.5) * 1000:.0f} ms; {agree} of {len(plain)} counts without words agree"),
        Line(f"the index of {count:,} offers, built", f"{built:.0f} s", "beside", True,
             f"{size:,.0f} MiB on disk; {peak_mib():,.0f} MiB of memory, the drawn offers and SQLite included"),
        *beside,
    ]  # fmt: skip


def comparing(drawn: Drawn) -> list[Line]:
    """Five offers side by side, out of a hundred draws: folded, compared, and written as a document and as a page."""
    chance, taken = random.Random(5), {"compared": [], "document": [], "page": []}
    subjects = list(drawn.of)
    for _ in range(100):
        shelf = Shelf([drawn], DAY)
        start = time.process_time()
        made = compare([sheet for name in chance.sample(subjects, 5) if (sheet := shelf.sheet(name))], DAY)
        compared = time.process_time()
        comparison_document(made)
        documented = time.process_time()
        comparison_page(made, "fr")
        taken["compared"].append(compared - start)
        taken["document"].append(documented - compared)
        taken["page"].append(time.process_time() - documented)
    slowest = at(taken["compared"], 0.99)
    return [
        Line("five offers compared, each property with its evidence, 99 in 100 within", f"{slowest * 1000:.1f} ms of processor",
             "under 20 ms", slowest < 0.02,
             f"as JSON {at(taken['document'], 0.99) * 1000:.1f} ms more; a page, half within {at(taken['page'], 0.5) * 1000:.1f} ms more"),
    ]  # fmt: skip


def at(taken: Sequence[float], share: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * share))]


def ours(finder: Finder, asked: Sequence[Question]) -> tuple[list[int], list[float], list[float]]:
    """How many each question finds, and what it takes by the clock and of the processor."""
    facets, totals, taken, worked = chosen(FACETS), [], [], []
    for one in asked[:20]:
        finder.ask(" ".join(one.words), parse(one.where), facets=facets)
    for one in asked:
        start, begun = time.perf_counter(), time.process_time()
        answer = finder.ask(" ".join(one.words), parse(one.where), facets=facets)
        worked.append(time.process_time() - begun)
        taken.append(time.perf_counter() - start)
        totals.append(answer.total)
    return totals, taken, worked


def sqlite(drawn: Drawn, asked: Sequence[Question]) -> tuple[list[int], list[float]]:
    base = sqlite3.connect(":memory:")
    single = ("provider", "qualification", "gaia_x_label", *NUMBERS)
    base.execute(f"CREATE TABLE offers (id INTEGER PRIMARY KEY, {', '.join(single)})")
    into = f"INSERT INTO offers VALUES ({','.join('?' * (1 + len(single)))})"  # noqa: S608 - only question marks
    base.execute("CREATE TABLE listed (id, name, value)")
    base.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize='porter unicode61')")
    for number, known in enumerate(drawn.of.values()):
        base.execute(into, (number, *(known.get(name) for name in single)))
        base.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, f"{known['name']} {known['description']}"))
        base.executemany("INSERT INTO listed VALUES (?, ?, ?)",
                         [(number, name, value) for name in LISTS for value in known.get(name, ())])  # type: ignore[union-attr]  # fmt: skip
    for name in single:
        base.execute(f"CREATE INDEX by_{name} ON offers ({name})")
    base.execute("CREATE INDEX by_value ON listed (name, value, id)")
    base.execute("CREATE INDEX by_id ON listed (id, name, value)")
    base.execute("ANALYZE")
    totals, taken = [], []
    for one in asked[:200]:
        start = time.perf_counter()
        totals.append(_asked(base, one))
        taken.append(time.perf_counter() - start)
    return totals + [-1] * (len(asked) - len(totals)), taken


def _asked(base: sqlite3.Connection, one: Question) -> int:
    wanted, bound = list(one.sql), list(one.bound)
    if one.words:
        wanted.append("id IN (SELECT rowid FROM words WHERE words MATCH ?)")
        bound.append(" AND ".join(f'"{word}"' for word in one.words))
    base.execute("DROP TABLE IF EXISTS met")
    base.execute(f"CREATE TEMP TABLE met AS SELECT id FROM offers WHERE {' AND '.join(wanted)}", bound)  # noqa: S608 - our own names
    base.execute("SELECT * FROM offers JOIN met USING (id) LIMIT 20").fetchall()
    for name in ("provider", "qualification", "gaia_x_label"):
        base.execute(f"SELECT {name}, count(*) FROM offers JOIN met USING (id) GROUP BY 1 ORDER BY 2 DESC").fetchall()  # noqa: S608
    for name in LISTS:
        base.execute("SELECT value, count(*) FROM listed JOIN met USING (id) WHERE name = ? GROUP BY 1", (name,)).fetchall()
    for name in ("price_hour", "carbon_g_hour"):
        base.execute(f"SELECT {name} / 100, count(*) FROM offers JOIN met USING (id) GROUP BY 1").fetchall()  # noqa: S608
    return int(base.execute("SELECT count(*) FROM met").fetchone()[0])


if __name__ == "__main__":
    print(f"Measured on {machine()}.\n")
    sys.exit(printed(in_a_process(measure, int(sys.argv[1]) if len(sys.argv) > 1 else OFFERS)))

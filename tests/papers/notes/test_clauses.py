"""The clauses as data: sourced, dated, in both languages, and each reachable."""

from __future__ import annotations

from egide.papers.notes.clauses import all_clauses


def test_every_clause_has_its_article_its_reading_and_both_languages() -> None:
    book = all_clauses()
    assert len({clause.id for clause in book.clauses}) == len(book.clauses)
    for clause in book.clauses:
        assert clause.source.read in ("primary", "secondary")
        assert clause.source.at and clause.when
        assert clause.text.fr != clause.text.en and clause.title.fr and clause.title.en
        assert "'" not in clause.text.fr, f"{clause.id}: typographic apostrophes in French"


def test_the_articles_that_buyers_need_are_there() -> None:
    articles = [str(getattr(clause.source.at, "fr", clause.source.at)) for clause in all_clauses().clauses]
    secnumcloud = [*(f"19.1.{letter}" for letter in "cghin"), "19.4", "annexe 2, c"]
    health = [f"EXI {number}" for number in range(27, 32)]
    wanted = ["R4", *secnumcloud, *health, *(f"article {number}" for number in range(25, 30))]
    assert sorted(articles) == sorted(wanted)


def test_what_was_read_at_second_hand_says_so() -> None:
    second = {clause.id for clause in all_clauses().clauses if clause.source.read == "secondary"}
    assert second == {f"data-act-{number}" for number in range(25, 30)}

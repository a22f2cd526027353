"""`egide rules`: the law on a day, between two days, and as a draft would make it."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path


def test_the_rulebooks_are_listed_with_what_is_in_force(egide):
    books = {book["id"]: book for book in json.loads(egide("rules", "list", "--on", "2021-07-10", "--json").out)}
    assert books["circular-6282-sg"]["rules_in_force"]
    assert not books["sren-article-31"]["rules_in_force"]


def test_a_rule_is_shown_with_its_article_and_how_it_was_read(egide):
    said = egide("rules", "show", "sren-article-31", "31-I")
    assert said.code == 0
    assert "article 31" in said.out
    assert "secondaire" in said.out


def test_every_rule_of_every_book_can_be_shown_in_both_languages(egide):
    for book in json.loads(egide("rules", "list", "--json").out):
        for lang in ("fr", "en"):
            assert egide("rules", "show", book["id"], "--lang", lang).code == 0


def test_a_wrong_name_is_answered_with_near_ones(egide):
    said = egide("rules", "show", "sren-31")
    assert said.code == 2
    assert "sren-article-31" in said.err


def test_what_changed_between_two_days_is_told(egide):
    changes = json.loads(egide("rules", "diff", "2023-05-30", "2023-05-31", "--json").out)
    kinds = {(change["rule"].split("@")[0], change["kind"]) for change in changes}
    assert ("circular-6282-sg", "leaves") in kinds
    assert ("circular-6404-sg", "enters") in kinds


def test_nothing_changes_from_a_day_to_itself(egide):
    assert json.loads(egide("rules", "diff", "2026-11-23", "2026-11-23", "--json").out) == []


def _draft(tmp_path: Path) -> Path:
    """The doctrine of 2023 as if local authorities were bound."""
    source = Path(str(resources.files("egide.rulebooks") / "circular-6404-sg"))
    draft = tmp_path / "draft"
    shutil.copytree(source, draft)
    book = draft / "book.yaml"
    bound = book.read_text(encoding="utf-8").replace("supervised-body]", "supervised-body, local-authority]")
    book.write_text(bound, encoding="utf-8")
    return draft


def test_a_draft_says_which_services_it_would_turn(egide, portfolio, answers, tmp_path):
    turns = json.loads(egide("rules", "impact", _draft(tmp_path), portfolio, "--answers", answers, "--on", "2026-11-23", "--json").out)
    assert "Vidéoprotection" in {turn["name"] for turn in turns}
    assert all(turn["before"] != turn["after"] and turn["because"] for turn in turns)


def test_a_broken_draft_is_refused_with_its_path(egide, portfolio, tmp_path):
    draft = _draft(tmp_path)
    book = draft / "book.yaml"
    book.write_text(book.read_text(encoding="utf-8").replace("binds:", "bindes:"), encoding="utf-8")
    said = egide("rules", "impact", draft, portfolio)
    assert said.code == 2
    assert "book.yaml" in said.err


def test_the_rules_of_a_day_export_as_rego(egide):
    said = egide("rules", "export", "--on", "2026-11-23", "--package", "doctrine")
    assert said.code == 0
    assert "package doctrine" in said.out

"""`egide explain` and `egide record`: the proof, and a file that can be replayed."""

from __future__ import annotations

import json

ON = ("--on", "2026-11-23")


def test_the_proof_names_rule_article_claim_source_and_date(egide, portfolio, answers):
    said = egide("explain", portfolio, "Paie des agents", "--answers", answers, *ON)
    assert said.code == 1
    for part in ("sren-article-31@", "article 31", "portefeuille.xlsx"):
        assert part in said.out, part


def test_what_would_change_the_answer_is_said(egide, portfolio, answers):
    said = egide("explain", portfolio, "Paie des agents", "--answers", answers, *ON)
    assert "Ce qui changerait la réponse" in said.out


def test_a_service_is_put_to_another_offer(egide, portfolio, answers):
    document = json.loads(egide("explain", portfolio, "Paie des agents", "--offer", "nubo", "--answers", answers, *ON, "--json").out)
    assert document["hostings"][0]["offer"] == "nubo"
    assert document["verdict"] in ("allowed", "conditional")


def test_a_wrong_name_is_answered_with_near_ones(egide, portfolio):
    said = egide("explain", portfolio, "Paye des agent", *ON)
    assert said.code == 2
    assert "Paie des agents" in said.err


def test_a_wrong_offer_is_answered_with_near_ones(egide, portfolio):
    said = egide("explain", portfolio, "Paie des agents", "--offer", "outscal", *ON)
    assert said.code == 2
    assert "outscale" in said.err


def test_a_record_replays_byte_for_byte(egide, portfolio, answers, tmp_path):
    made = egide("record", portfolio, "Paie des agents", "--answers", answers, *ON, "--out", tmp_path)
    assert made.code == 0, made.err
    (kept,) = tmp_path.glob("*.record.json")
    assert {path.suffix for path in tmp_path.iterdir()} >= {".json", ".docx", ".odt"}
    assert egide("record", kept, "--replay").code == 0


def test_a_record_that_was_touched_is_found_out(egide, portfolio, answers, tmp_path):
    egide("record", portfolio, "Paie des agents", "--answers", answers, *ON, "--out", tmp_path)
    (kept,) = tmp_path.glob("*.record.json")
    document = json.loads(kept.read_text(encoding="utf-8"))
    document["decision"]["verdict"] = "allowed"
    kept.write_text(json.dumps(document), encoding="utf-8")
    said = egide("record", kept, "--replay")
    assert said.code == 1
    assert "$.verdict" in said.out


def test_something_else_than_a_record_is_refused(egide, tmp_path):
    other = tmp_path / "other.json"
    other.write_text("{}", encoding="utf-8")
    assert egide("record", other, "--replay").code == 2

"""`egide continuity` and `egide doctrine` as a person types them, right and wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.cli.conftest import EXAMPLES

from egide.planner.need_form import read_need
from egide.planner.plan_file import PlanFile, plan_bytes
from egide.planner.plans import Placement, Status

SERVICE, OWNERS = EXAMPLES / "continuite/service.yaml", EXAMPLES / "continuite/captable.csv"
ACCEPTABLE = EXAMPLES / "continuite/offre-acceptable.yaml"


def test_the_first_line_answers_and_the_code_says_it(egide):
    said = egide("continuity", "assess", SERVICE, "--owners", OWNERS)
    assert said.code == 1
    assert said.out.startswith("Téléservice fictif des bourses\u00a0: 5 perturbations sur 6")
    assert "Groupe numérique fictif SA" in said.out, "the owner that two providers share"


def test_without_the_registers_the_shared_owner_is_not_seen_and_is_asked_for(egide):
    made = json.loads(egide("continuity", "assess", SERVICE, "--json").out)
    assert not [one for one in made["single_points"] if "Groupe" in one["node"]]
    assert {one["path"] for one in made["asks"]} >= {"continuity.providers.nuage-fictif"}


def test_a_loss_says_what_stops_and_what_to_do(egide):
    both = ("--lose", "provider:Outscale", "--lose", "region:nuage-fictif/nord")
    said = egide("--lang", "en", "continuity", "assess", SERVICE, "--owners", OWNERS, *both)
    assert "✕ 0\u202fmin  base – lost itself" in said.out
    made = json.loads(egide("continuity", "assess", SERVICE, "--owners", OWNERS, "--lose", "qualification:outscale", "--json").out)
    steps = {one["step"]: one for one in made["lost"]["steps"]}
    assert made["lost"]["abrupt"] is False and made["lost"]["rpo"]["at_most"] == 0
    assert steps["notice-ends"]["by"] == "2027-01-23" and steps["notice-ends"]["source"]["read"] == "secondary"
    assert steps["give-notice"]["source"]["at"] == "19.1.g"


def test_papers_are_written_once_and_never_over_others_without_leave(egide, tmp_path):
    out = tmp_path / "out"
    assert egide("continuity", "assess", SERVICE, "--out", out).code == 1
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    assert len(files) == 7
    assert egide("continuity", "assess", SERVICE, "--out", out, "--on", "2026-11-24").code == 2
    assert {path.name: path.read_bytes() for path in out.iterdir()} == files
    assert egide("continuity", "assess", SERVICE, "--out", out, "--force").code == 1


def plan_of(tmp_path: Path, spare: str, content: bytes | None = None) -> Path:
    need = read_need(content or SERVICE.read_bytes(), "service.yaml").need
    placements = tuple(
        Placement(one.id, spare if one.spare_of else "Outscale/cloudgouv-eu-west-1", "m" if one.runs else None, 7_000_000, 0, 0, 0)
        for one in need.components
    )
    made = PlanFile(schema="egide/plan/1", made_by="test", name=need.name, on=date(2026, 11, 23), status=Status.FEASIBLE, total=None,
                    bound=None, need=need, placements=placements)  # fmt: skip
    path = tmp_path / "plan.json"
    path.write_bytes(plan_bytes(made))
    return path


def test_a_plan_shows_what_its_spares_would_bring_at_their_price(egide, tmp_path):
    made = json.loads(egide("continuity", "assess", SERVICE, "--plan", plan_of(tmp_path, "nuage-fictif/nord"), "--json").out)
    region = next(one for one in made["disruptions"] if one["disruption"] == "region")
    assert region["planned"]["micro_euros_a_month"] == 7_000_000
    assert "7,00\u00a0€" in egide("continuity", "assess", SERVICE, "--plan", tmp_path / "plan.json").out


def test_spares_that_the_plan_added_by_itself_count_too(egide, tmp_path):
    """`egide plan make --spare` gives one to each component, whatever the service asked for."""
    front = b"front: {vcpu: 2, memory_gib: 4, count: 3, load_balancers: 1"
    more = SERVICE.read_bytes().replace(front, front + b", spare: {}", 1)
    assert more != SERVICE.read_bytes()
    plan = plan_of(tmp_path, "nuage-fictif/nord", more)
    made = json.loads(egide("continuity", "assess", SERVICE, "--plan", plan, "--json").out)
    assert made["disruptions"][3]["planned"]["micro_euros_a_month"] == 14_000_000


@pytest.mark.parametrize(("old", "new", "said"), [
    ("rto: 4 h", "rto: -4 h", "$.continuity.targets.software.rto"),
    ("at: Outscale/cloudgouv-eu-west-1/a", "at: a/b/c/d", "a/b/c/d"),
    ("      essential: false", "      needs: [statistiques]", "statistiques → statistiques"),
    ("kind: dns", "kind: magic", "magic"),
    ("detection: 15 min", "detection: [", "service.yaml"),
])  # fmt: skip
def test_a_service_that_cannot_be_read_is_refused_with_its_place_and_nothing_is_written(egide, tmp_path, old, new, said):
    text = SERVICE.read_text("utf-8")
    assert old in text
    wrong = tmp_path / "service.yaml"
    wrong.write_text(text.replace(old, new, 1), "utf-8")
    refused = egide("continuity", "assess", wrong, "--out", tmp_path / "out")
    assert refused.code == 2 and said in refused.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [
    ("--lose", "planet:earth"), ("--lose", "provider:personne"), ("--lose", "qualification:9999"), ("--on", "2026-02-30"),
    ("--plan", "absent.json"), ("--owners", "absent.csv"),
])  # fmt: skip
def test_what_names_nothing_is_refused(egide, words):
    refused = egide("continuity", "assess", SERVICE, *words)
    assert refused.code == 2 and refused.err.startswith("egide: ")


def test_a_truncated_plan_is_refused(egide, tmp_path):
    path = plan_of(tmp_path, "nuage-fictif/nord")
    path.write_bytes(path.read_bytes()[:-200])
    refused = egide("continuity", "assess", SERVICE, "--plan", path)
    assert refused.code == 2 and "plan.json" in refused.err


def test_a_plan_for_another_service_is_refused(egide, tmp_path):
    other = SERVICE.read_bytes().replace(b"  front:", b"  avant:").replace(b"from: front", b"from: avant")
    refused = egide("continuity", "assess", SERVICE, "--plan", plan_of(tmp_path, "nuage-fictif/nord", other))
    assert refused.code == 2 and "avant" in refused.err


def test_a_qualification_lost_touches_who_stands_on_it_and_says_what_the_law_then_says(egide, portfolio, answers, tmp_path):
    made = json.loads(egide("continuity", "loss", "outscale", portfolio, "--answers", answers, "--on", "2026-12-01", "--json").out)
    told = {one["name"]: (one["before"], one["after"], one["path"], one["surely"]) for one in made["touched"]}
    assert told["Dossiers contentieux"] == ("allowed", "forbidden", ["outscale"], True)
    assert told["Portail d’information"][2:] == (["scalingo", "outscale"], False)
    offers = {it["offer"] for one in made["touched"] for it in one["replacements"]}
    assert offers and not offers & {"outscale", "scalingo"}
    said = egide("continuity", "loss", "2118", portfolio, "--answers", answers, "--on", "2026-12-01", "--out", tmp_path / "out")
    assert said.code == 1 and len(list((tmp_path / "out").glob("*resiliation*"))) == 2


def test_the_law_before_the_loss_is_that_of_an_assessment_of_the_day_before(egide, portfolio, answers):
    made = json.loads(egide("continuity", "loss", "outscale", portfolio, "--answers", answers, "--on", "2026-11-24", "--json").out)
    judged = json.loads(egide("assess", portfolio, "--answers", answers, "--on", "2026-11-23", "--json").out)
    verdicts = {one["id"]: [it["verdict"] for it in one["hostings"]] for one in judged["services"]}
    assert made["touched"]
    assert all(one["before"] in verdicts[one["service"]] for one in made["touched"])


def test_a_day_before_the_first_known_line_is_unknown(egide, portfolio, tmp_path):
    said = egide("--lang", "en", "continuity", "loss", "outscale", portfolio, "--on", "2010-01-01", "--out", tmp_path / "out")
    assert said.code == 3 and "is not known" in said.err and "first known line" in said.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("words", "said"), [
    (("outscal",), "near: outscale"), (("aws",), "holds no qualification"), (("99999",), "no offer"), (("outscale/nowhere",), "no offer"),
])  # fmt: skip
def test_a_qualification_that_is_none_is_refused(egide, portfolio, words, said):
    refused = egide("--lang", "en", "continuity", "loss", *words, portfolio, "--on", "2026-12-01")
    assert refused.code == 2 and said in refused.err


def test_a_truncated_portfolio_is_refused(egide, portfolio, tmp_path):
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(portfolio.read_bytes()[:3000])
    assert egide("continuity", "loss", "outscale", cut, "--on", "2026-12-01").code == 2
    assert egide("continuity", "loss", "outscale", "--on", "2026-12-01").code == 2


def test_an_acceptable_offer_starts_the_clock_in_both_texts(egide):
    made = json.loads(egide("doctrine", "acceptable-offer", ACCEPTABLE, "--json").out)
    assert made["since"] == "2026-05-04"
    assert made["derogation_ends"] == {"shorter": "2027-05-04", "longer": "2027-11-04", "precedence": "not-read"}
    assert made["source"]["read"] == "secondary"
    before = egide("doctrine", "acceptable-offer", ACCEPTABLE, "--on", "2026-05-03", "--json")
    assert before.code == 3 and json.loads(before.out)["derogation_ends"] is None


def test_dissent_is_kept_beside_the_answer_and_never_taken_out(egide, tmp_path):
    db = tmp_path / "egide.db"
    few = ("--dissent", "trop peu d’agents", "--by", "le comité fictif")
    first = egide("doctrine", "acceptable-offer", ACCEPTABLE, *few, "--db", db, "--json")
    egide("doctrine", "acceptable-offer", ACCEPTABLE, "--dissent", "trop cher", "--by", "la direction fictive", "--db", db)
    kept = json.loads(egide("doctrine", "acceptable-offer", ACCEPTABLE, "--db", db, "--json").out)
    assert [(one["who"], one["why"]) for one in kept["dissent"]] == [
        ("le comité fictif", "trop peu d’agents"), ("la direction fictive", "trop cher"),
    ]
    assert json.loads(first.out)["answer"] == kept["answer"] == "met", "a dissent stands beside the answer"
    assert egide("data", "verify", "--db", db).code == 0


@pytest.mark.parametrize(("old", "new", "said"), [
    ("  objets:", "  objet:", "objets"), ("bearable: true", "bearable: peut-être", "bearable"), ("offer: s3ns", "offer: s4ns", "s4ns"),
    ("egide/acceptable-offer/1", "egide/other/1", "schema"),
])  # fmt: skip
def test_a_file_of_drawbacks_that_cannot_be_read_is_refused(egide, tmp_path, old, new, said):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(ACCEPTABLE.read_text("utf-8").replace(old, new, 1), "utf-8")
    refused = egide("doctrine", "acceptable-offer", wrong)
    assert refused.code == 2 and said in refused.err
    assert egide("doctrine", "acceptable-offer", ACCEPTABLE, "--dissent", "non").code == 2

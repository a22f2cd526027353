"""The blueprints on the prices of the examples, as somebody does who has just cloned: planned, drawn, built, checked."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.deployment.plans import BLUEPRINTS, blueprint

from egide.app.plan.making import Wishes, question
from egide.app.plan.sources import Sources
from egide.cli import run

EXAMPLES = Path(__file__).parents[2] / "examples/plan"
PRICES, REGIONS = EXAMPLES / "prix-2026-11-02.csv", EXAMPLES / "regions.csv"


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_the_examples_sell_what_each_component_needs_at_several_lawful_places(name: str, tmp_path: Path) -> None:
    (tmp_path / "service.yaml").write_bytes(blueprint(name))
    asked = question(Sources(tmp_path / "service.yaml", (PRICES,), (), (REGIONS,)), Wishes(date(2026, 11, 23)))
    for component in asked.need.components:
        providers = {asked.market.places[place].provider for place in asked.found.kept[component.id]}
        assert len(providers) >= 2, component.id


def test_the_platform_for_ai_is_planned_drawn_built_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service, plan = tmp_path / "ai/service.yaml", tmp_path / "plan"
    assert run(["blueprint", "new", "ai-platform", str(service.parent)]) == 0
    given = ["--prices", str(PRICES), "--regions", str(REGIONS), "--on", "2026-11-23", "--out", str(plan)]
    assert run(["plan", "make", str(service), *given]) == 0
    placed = {one["component"]: one for one in json.loads((plan / "plan.json").read_bytes())["placements"]}
    assert "gpu" in placed["calcul"]["machine"]
    page = (plan / "plan.html").read_text("utf-8")
    assert "<svg" in page
    assert all(name in page for name in placed)
    for target in ("kubernetes", "compose"):
        made = tmp_path / target
        assert run(["build", str(plan / "plan.json"), str(made), "--to", target]) == 0
        capsys.readouterr()
        assert run(["check", str(made), "--on", "2026-11-23", "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["findings"], said["problems"]) == ([], [])
    assert run(["build", str(plan / "plan.json"), str(tmp_path / "opentofu"), "--to", "opentofu", "--lang", "en"]) == 1
    assert "has no table here" in capsys.readouterr().out
    assert not (tmp_path / "opentofu").exists()

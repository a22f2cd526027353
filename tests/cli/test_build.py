"""`egide build` and `egide blueprint` as one uses them: what is written, what is refused, and that nothing is half written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from tests.deployment.plans import AWAY, BLUEPRINTS, HOME, STORE, at, blueprint, plan_of, planned

from egide.cli import run
from egide.papers.build_schema import build_schema
from egide.papers.infrastructure.schema import declaration_schema
from egide.planner.need_form import read_need
from egide.planner.plan_file import plan_bytes
from egide.planner.plans import Status
from egide.vocabulary.yaml import read_yaml


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_bytes(planned(blueprint("online-service")))
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def valid(said: object) -> bool:
    """Whether the published schema of a build takes it."""
    schema = build_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema).is_valid(said)


@pytest.mark.parametrize("target", ["opentofu", "kubernetes", "compose"])
def test_building_twice_gives_the_same_bytes_and_each_names_the_plan(target: str, plan: Path, tmp_path: Path) -> None:
    assert run(["build", str(plan), str(tmp_path / "one"), "--to", target]) == 0
    assert run(["build", str(plan), str(tmp_path / "two"), "--to", target]) == 0
    one = files(tmp_path / "one")
    assert one == files(tmp_path / "two")
    digest = json.loads(one["egide-build.json"])["plan"]["sha256"].encode()
    assert [name for name, content in one.items() if digest not in content and not name.endswith("kustomization.yaml")] == ["egide.yaml"]


def test_the_summary_says_what_was_built(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", str(plan), str(tmp_path / "made"), "--to", "kubernetes", "--json", "--lang", "en"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["schema"], said["target"], said["missing"], said["refused"]) == ("egide/build/1", "kubernetes", [], [])
    beside = json.loads((tmp_path / "made/egide-build.json").read_bytes())
    assert valid(beside)
    assert valid(said)
    assert not valid({**beside, "target": "ansible"})
    assert not valid({key: one for key, one in beside.items() if key != "restore_order"})
    assert {one["component"] for one in said["components"]} == {"web", "application", "base", "base-spare", "cache", "sauvegardes"}
    assert said["restore_order"][-1] == "base-spare"
    assert said["restore_order"].index("base") < said["restore_order"].index("application") < said["restore_order"].index("web")


def test_a_folder_that_holds_something_is_left_alone(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "terraform.tfstate").write_text("{}", "utf-8")
    for options in ([], ["--force"]):
        assert run(["build", str(plan), str(mine), "--to", "compose", *options]) == 2
    assert list(files(mine)) == ["terraform.tfstate"]
    assert "choisissez" in capsys.readouterr().err
    assert run(["build", str(plan), str(plan), "--to", "compose"]) == 2


def test_a_build_over_a_build_needs_force_and_keeps_what_was_changed_by_hand(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "made"
    assert run(["build", str(plan), str(made), "--to", "kubernetes"]) == 0
    assert run(["build", str(plan), str(made), "--to", "kubernetes"]) == 2
    (made / "scaleway-fr-par-1/20-cache.yaml").write_text("# mine\n", "utf-8")
    (made / ".env").write_text("MINE=1\n", "utf-8")
    assert run(["build", str(plan), str(made), "--to", "compose", "--force"]) == 0
    left = files(made)
    assert "compose.yaml" in left
    assert "scaleway-fr-par-1/20-web.yaml" not in left
    assert left["scaleway-fr-par-1/20-cache.yaml"] == b"# mine\n"
    assert left[".env"] == b"MINE=1\n"
    assert "20-cache.yaml" in capsys.readouterr().out


def test_an_infeasible_plan_is_an_answer_and_builds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = plan_of(read_need(blueprint("online-service"), "x").need)
    nothing = msgspec.structs.replace(made, status=Status.INFEASIBLE, placements=(), total=None, bound=None, verdicts=())
    (tmp_path / "plan.json").write_bytes(plan_bytes(nothing))
    assert run(["build", str(tmp_path / "plan.json"), str(tmp_path / "made"), "--to", "compose"]) == 1
    assert "rien à construire" in capsys.readouterr().out
    assert run(["build", str(tmp_path / "plan.json"), str(tmp_path / "made"), "--to", "compose", "--json"]) == 1
    assert valid(json.loads(capsys.readouterr().out))
    assert not (tmp_path / "made").exists()


def test_a_plan_with_a_wrong_cent_or_a_component_left_out_builds_nothing(plan: Path, tmp_path: Path) -> None:
    said = json.loads(plan.read_bytes())
    said["placements"][0]["machines"] = 5
    plan.write_text(json.dumps(said), "utf-8")
    assert run(["build", str(plan), str(tmp_path / "made"), "--to", "compose"]) == 1
    said["placements"] = said["placements"][1:]
    plan.write_text(json.dumps(said), "utf-8")
    assert run(["build", str(plan), str(tmp_path / "made"), "--to", "compose"]) == 1
    assert not (tmp_path / "made").exists()


def test_a_plan_cut_short_is_named_with_what_is_wrong(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan.write_bytes(plan.read_bytes()[:2000])
    assert run(["build", str(plan), str(tmp_path / "made"), "--to", "opentofu"]) == 2
    assert "plan.json" in capsys.readouterr().err
    assert run(["build", str(tmp_path / "absent.json"), str(tmp_path / "made"), "--to", "opentofu"]) == 2
    assert not (tmp_path / "made").exists()


def test_what_cannot_be_built_is_said_and_the_rest_only_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, made = tmp_path / "plan.json", tmp_path / "made"
    path.write_bytes(planned(blueprint("online-service"), at({"base-spare": "nuage-inconnu/x-1", "sauvegardes": STORE})))
    assert run(["build", str(path), str(made), "--to", "opentofu", "--lang", "en"]) == 1
    assert "nuage-inconnu" in capsys.readouterr().out
    assert run(["build", str(path), str(made), "--to", "opentofu", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert valid(said)
    assert (said["folder"], said["missing"][0]["args"]["provider"]) == (None, "nuage-inconnu")
    assert not made.exists()
    assert run(["build", str(path), str(made), "--to", "opentofu", "--partial", "--lang", "en"]) == 3
    assert "nuage-inconnu" in (made / "README.md").read_text("utf-8")
    assert json.loads((made / "egide-build.json").read_bytes())["missing"][0]["code"] == "no-table"


def test_without_a_registry_nothing_runs_until_one_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, made = tmp_path / "plan.json", tmp_path / "made"
    bare = blueprint("online-service").replace(b"registry: registre.exemple.fr\n", b"")
    path.write_bytes(planned(bare))
    assert run(["build", str(path), str(made), "--to", "compose"]) == 1
    assert run(["build", str(path), str(made), "--to", "compose", "--registry", "https://x"]) == 2
    assert run(["build", str(path), str(made), "--to", "compose", "--registry", "depot.exemple.fr/equipe"]) == 0
    assert b"image: depot.exemple.fr/equipe/postgres" in (made / "compose.yaml").read_bytes().replace(b'"', b"")


@pytest.mark.parametrize("target", ["kubernetes", "compose", "opentofu"])
def test_the_check_of_what_was_built_finds_nothing(target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All blueprints at all providers: `tests/deployment/test_checked.py`."""
    path, made = tmp_path / "plan.json", tmp_path / "made"
    path.write_bytes(planned(blueprint("online-service")))
    assert run(["build", str(path), str(made), "--to", target]) == 0
    capsys.readouterr()
    code = run(["check", str(made), "--on", "2026-11-23", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert said["resources"] > 0
    assert (code, said["findings"], said["suppressed"], said["problems"]) == (0, [], [], [])
    declared = json.loads(json.dumps(read_yaml((made / "egide.yaml").read_bytes(), "egide.yaml"), default=str))
    assert not list(Draft202012Validator(declaration_schema()).iter_errors(declared))


def shown_plan(module: dict[str, Any]) -> dict[str, Any]:
    """The module as `tofu show -json` would show its plan: instances counted out, what is known only afterwards left out."""
    ((alias, block),) = module["provider"].items()
    source = f"registry.opentofu.org/{module['terraform']['required_providers'][alias]['source']}"
    made = []
    for kind, resources in module["resource"].items():
        for name, arguments in resources.items():
            for index in range(arguments.get("count", 1)):
                address = f"{kind}.{name}" + (f"[{index}]" if "count" in arguments else "")
                values = known({key: one for key, one in arguments.items() if key not in ("count", "depends_on")})
                made.append({"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": source, "values": values})
    expressions = {key: {"constant_value": one} for key, one in known(block).items()}
    resources = [{"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "provider_config_key": alias}
                 for kind, named in module["resource"].items() for name in named]  # fmt: skip
    return {
        "format_version": "1.2", "terraform_version": "1.10.10", "planned_values": {"root_module": {"resources": made}},
        "configuration": {
            "provider_config": {alias: {"name": alias, "full_name": source, "expressions": expressions}},
            "root_module": {"resources": resources},
        },
    }  # fmt: skip


def known(value: Any) -> Any:
    """What stands in a module as it is."""
    if isinstance(value, dict):
        return {key: known(one) for key, one in value.items() if not (isinstance(one, str) and "${" in one)}
    return [known(one) for one in value if not (isinstance(one, str) and "${" in one)] if isinstance(value, list) else value


@pytest.mark.parametrize("place", [
    "scaleway/fr-par", "ovh/GRA11", "outscale/eu-west-2", "stackit/eu01", "hetzner/fsn1", "exoscale/de-fra-1",
])  # fmt: skip
def test_the_check_of_planned_modules_finds_nothing(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, made = tmp_path / "plan.json", tmp_path / "made"
    path.write_bytes(planned(blueprint("online-service"), at({"base-spare": AWAY, "sauvegardes": STORE} if place != "ovh/GRA11" else
                                                             {"base-spare": HOME, "sauvegardes": HOME}, place)))  # fmt: skip
    assert run(["build", str(path), str(made), "--to", "opentofu", "--partial"]) in (0, 3)
    capsys.readouterr()
    for module in made.rglob("main.tf.json"):
        (module.parent / "shown.json").write_text(json.dumps(shown_plan(json.loads(module.read_bytes()))), "utf-8")
        module.unlink()
    code = run(["check", str(made), "--declare", str(made / "egide.yaml"), "--on", "2026-11-23", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert said["findings"] == []
    assert code == 0


def test_blueprints_are_listed_shown_and_begun_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["blueprint", "list", "--json"]) == 0
    assert sorted(one["name"] for one in json.loads(capsys.readouterr().out)) == sorted(BLUEPRINTS)
    for name in BLUEPRINTS:
        assert run(["blueprint", "show", name, "--json", "--lang", "en"]) == 0
        for one in json.loads(capsys.readouterr().out)["components"]:
            assert one["image"] is None or (one["product"] and one["licence"] and one["sizing"])
            assert one["source"] is None or one["source"].startswith("https://")
        assert run(["blueprint", "show", name]) == 0
        shown = capsys.readouterr().out
    assert "notre estimation" in " ".join(shown.split())
    assert run(["blueprint", "new", "online-service", str(tmp_path / "x")]) == 0
    assert run(["blueprint", "new", "online-service", str(tmp_path / "x")]) == 2
    assert (tmp_path / "x/service.yaml").read_bytes() == blueprint("online-service")
    assert run(["blueprint", "show", "nothing"]) == 2

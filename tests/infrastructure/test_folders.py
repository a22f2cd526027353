"""What lies under the paths that are given: found, read once, and nothing of it passed over in silence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.infrastructure.making import ON, Made, made_plan

from egide.app.infrastructure.finding import read_infrastructure
from egide.catalogue import shipped
from egide.infrastructure.declared import Declared
from egide.infrastructure.resources import Read
from egide.vocabulary.errors import InputError

Lay = Callable[..., Path]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    def lay(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return lay


def read(*paths: Path, **environment: str) -> Read:
    return read_infrastructure(paths, ON, shipped(), Declared(environment))


def planned(*made: Made, **rest: object) -> str:
    return json.dumps({**made_plan(made), **rest})


CODE = 'module "web" {\n  source = "./web"\n}\n\nresource "scaleway_lb" "front" {\n  zone = var.zone\n}\nvariable "zone" {}\n'
WEB = '\n\nresource "scaleway_instance_server" "x" {\n  count = 2\n}\n'
FRONT = Made("scaleway_lb", "front", {"zone": "fr-par-1"})
PLAN = planned(FRONT, Made("scaleway_instance_server", "x", {"zone": "pl-waw-1"}, module=("web",)))


def test_a_plan_takes_the_file_and_line_of_the_code_beside_it(lay: Lay) -> None:
    folder = lay(main_dot_tf=CODE, web__main_dot_tf=WEB, plan_dot_json=PLAN)
    found = read(folder)
    assert {one.address: (Path(one.where.file).relative_to(folder).as_posix(), one.where.line) for one in found.resources} == {
        "scaleway_lb.front": ("main.tf", 5), "module.web.scaleway_instance_server.x": ("web/main.tf", 3)}  # fmt: skip
    assert {one.form for one in found.resources} == {"plan"}
    assert {(file.form, file.resources) for file in found.files} == {("plan", 2), ("hcl", 1)}


def test_what_a_plan_of_less_leaves_out_is_read_from_the_code(lay: Lay) -> None:
    part = planned(FRONT, complete=False)
    found = read(lay(main_dot_tf=CODE, web__main_dot_tf=WEB, plan_dot_json=part))
    assert [(one.address, one.form) for one in found.resources] == [
        ("scaleway_lb.front", "plan"), *((f"module.web.scaleway_instance_server.x[{n}]", "hcl") for n in (0, 1))]  # fmt: skip


def test_a_state_beside_its_code_adds_only_what_the_code_no_longer_has(lay: Lay) -> None:
    state = {"version": 4, "lineage": "x", "serial": 1, "resources": [
        {"mode": "managed", "type": "scaleway_lb", "name": name, "instances": [{"attributes": {"zone": "fr-par-1"}}]}
        for name in ("front", "old")
    ]}  # fmt: skip
    found = read(lay(main_dot_tf=CODE, web__main_dot_tf=WEB, terraform_dot_tfstate=json.dumps(state)))
    assert sorted((one.address, one.form) for one in found.resources if one.type == "scaleway_lb") == [
        ("scaleway_lb.front", "hcl"), ("scaleway_lb.old", "state")]  # fmt: skip


def test_values_of_variables_come_from_their_files_and_the_declared_environment(lay: Lay) -> None:
    folder = lay(main_dot_tf=CODE, web__main_dot_tf=WEB, prod_dot_tfvars='zone = "nl-ams-1"\n')
    assert [one.standing.country for one in read(folder, folder / "prod.tfvars").resources if one.type == "scaleway_lb"] == ["NL"]
    assert [one.standing.country for one in read(folder, TF_VAR_zone="pl-waw-2").resources if one.type == "scaleway_lb"] == ["PL"]
    (folder / "a.auto.tfvars").write_text('zone = "fr-par-1"\n')
    assert [one.standing.country for one in read(folder).resources if one.type == "scaleway_lb"] == ["FR"]


def test_a_module_that_is_called_is_read_wherever_it_lies(lay: Lay) -> None:
    folder = lay(envs__prod__main_dot_tf='module "w" {\n  source = "../../shared"\n}\n', shared__main_dot_tf=WEB)
    assert len(read(folder / "envs" / "prod").resources) == 2


def test_two_plans_never_mix_their_addresses(lay: Lay) -> None:
    folder = lay(a_dot_json=planned(Made("scaleway_vpc", "x", {"region": "fr-par"})), b_dot_json=planned(
        Made("scaleway_lb", "y", expressions={"vpc": {"references": ["scaleway_vpc.x.id"]}})))  # fmt: skip
    assert [one.standing.country for one in read(folder).resources] == ["FR", None]


def test_what_was_fetched_and_what_is_hidden_is_not_walked_through(lay: Lay) -> None:
    folder = lay(main_dot_tf=WEB, node_modules__x__compose_dot_yaml="services: {a: {image: b}}")
    for name in (".terraform/modules/x", ".git"):
        (folder / name).mkdir(parents=True)
        (folder / name / "main.tf").write_text(CODE)
    assert len(read(folder).resources) == 2


def test_what_is_found_and_cannot_be_used_is_a_problem_and_what_is_named_stops_the_work(lay: Lay) -> None:
    chart = "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Values.name }} }\n"
    folder = lay(main_dot_tf=WEB, plan_dot_json=PLAN[:200], chart__service_dot_yaml=chart, more_dot_tf_dot_json="{")
    found = read(folder)
    assert len(found.resources) == 2
    assert sorted(Path(problem.at.file).name for problem in found.problems) == ["more.tf.json", "plan.json", "service.yaml"]
    for name in ("plan.json", "chart/service.yaml", "absent.json"):
        with pytest.raises(InputError) as refused:
            read(folder / name)
        assert Path(name).name in str(refused.value)


def test_a_folder_without_infrastructure_code_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "notes.yaml").write_text("a: 1\n")
    with pytest.raises(InputError, match="no infrastructure code"):
        read(tmp_path)


def test_a_named_file_without_a_telling_name_is_recognised_by_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(PLAN.encode("utf-16"))
    assert len(read(tmp_path / "out").resources) == 2
    (tmp_path / "notes").write_text("hello")
    with pytest.raises(InputError, match="not recognised"):
        read(tmp_path / "notes")

"""Kubernetes manifests and Compose files: every document is read, each with its line, and anchors and nesting are bounded."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.infrastructure.making import stands

from egide.app.infrastructure.compose_projects import projects
from egide.infrastructure.compose import compose_file, read_compose
from egide.infrastructure.declared import Declared, DeclaredPlace
from egide.infrastructure.kubernetes import read_manifests
from egide.infrastructure.resources import SENSITIVE, Resource
from egide.infrastructure.yaml_lines import documents
from egide.vocabulary.findings import Problem

MANY = """\
# Source: web/templates/deploy.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  template:
    spec:
      nodeSelector: {topology.kubernetes.io/zone: fr-par-2}
      containers: [{name: web, image: "x/y:1", env: [{name: DB_PASSWORD, value: s3cret}]}]
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Secret
    metadata: {name: s}
    data: {k: czNjcmV0}
  - {apiVersion: v1, kind: Service, metadata: {name: web}}  # egide:ignore x
---
---
apiVersion: v1
kind: [broken
---
apiVersion: v1
metadata: {name: nothing}
"""


def manifests(text: str, declared: Declared | None = None) -> tuple[dict[str, Resource], list[Problem]]:
    drafts, _ = read_manifests(text.encode(), "all.yaml")
    return stands(drafts, declared or Declared()), drafts.problems


def test_every_document_and_every_item_of_a_list_is_read_with_its_line() -> None:
    found, problems = manifests(MANY)
    assert {key: (one.where.line, one.service) for key, one in found.items()} == {
        "Deployment/prod/web": (2, "compute"), "Secret/s": (14, "secret"), "Service/web": (18, "network")}  # fmt: skip
    assert [problem.at.row for problem in problems] == [23, 24]
    assert found["Deployment/prod/web"].where.path == "web/templates/deploy.yaml"
    assert "s3cret" not in repr([one.attributes for one in found.values()])
    assert found["Secret/s"].attributes["data"] == {"k": SENSITIVE}


def test_remarks_keep_their_line() -> None:
    _, remarks = read_manifests(MANY.encode(), "all.yaml")
    assert [(one.line, one.text, one.alone) for one in remarks] == [(18, "egide:ignore x", False)]


def test_what_a_pod_asks_of_its_node_tells_the_region_and_the_cluster_tells_the_offer() -> None:
    found, _ = manifests(MANY)
    standing = found["Deployment/prod/web"].standing
    assert (standing.region, standing.zone, standing.country) == ("fr-par", "fr-par-2", "FR")
    assert (standing.by, standing.offer) == ("attribute", None)
    service = found["Service/web"].standing
    assert service.by == "unknown"
    assert service.declare
    assert service.declare.code == "declare-cluster"
    declared, _ = manifests(MANY, Declared(cluster=DeclaredPlace(offer="outscale", region="cloudgouv-eu-west-1")))
    standing = declared["Service/web"].standing
    assert (standing.offer, standing.country, standing.by, standing.qualification) == ("outscale", "FR", "environment", "qualified")


BOMB = "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(8))
PIECES = ["", "\n", " ", ":", "- ", "[", "{", "*base", "&x ", "'", "|\n", "---\n", "\t", "<<: 3\n", "null", "é", "!x "]


@pytest.mark.parametrize(
    "text",
    ["apiVersion: v1\nkind: X\na: " + "[" * 50_000, "apiVersion: v1\nkind: X\na:\n" + "- " * 50_000, "{a: " * 50_000,
     "a: &a [*a]", "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + BOMB,
     "a: *nothing", "\t- x", "a: !!python/object:os.system x\n- b"],
)  # fmt: skip
def test_bombs_and_bad_syntax_are_problems(text: str) -> None:
    problems: list[Problem] = []
    assert not list(documents(text, "x.yaml", problems))
    assert len(problems) == 1


COMPOSE = """\
x-base: &base
  restart: always
  environment: [API_TOKEN=s3cret, "MODE=prod"]
services:
  web:
    <<: *base
    image: ${REGISTRY:-registry.example}/web:${TAG}
    ports: ["80:80", 22:22]
    networks: [front]
    profiles: [debug]
  job:
    extends: {service: web}
    image: job
  twice:
    extends: {file: common.yaml, service: base}
  lost:
    extends: absent
networks:
  front:
"""


def test_compose_is_read_with_anchors_defaults_and_extensions() -> None:
    common = compose_file(b"services:\n  base:\n    image: common\n    extends: base\n", "common.yaml")
    drafts = read_compose([compose_file(COMPOSE.encode(), "compose.yaml")], {"common.yaml": common})
    found = stands(drafts)
    assert {key: one.where.line for key, one in found.items()} == {
        "service/web": 5, "service/job": 11, "service/twice": 14, "service/lost": 16, "network/front": 19}  # fmt: skip
    web = found["service/web"].attributes
    assert (web["image"], web["restart"], web["ports"]) == ("registry.example/web:${TAG}", "always", ["80:80", "22:22"])
    assert web["environment"] == {"API_TOKEN": SENSITIVE, "MODE": "prod"}
    assert found["service/web"].references == ("network/front",)
    assert (found["service/job"].attributes["image"], found["service/job"].attributes["restart"]) == ("job", "always")
    assert found["service/twice"].attributes["image"] == "common"
    assert [problem.message.split(",")[0] for problem in drafts.problems] == [
        "services extend each other in a circle: {path}", "service {service} extends {target}"]  # fmt: skip
    assert all(one.standing.declare and one.standing.declare.code == "declare-machine" for one in found.values())


def test_an_override_and_what_is_included_are_one_project(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("include: [more.yaml, lost.yaml]\nservices:\n  web: {image: a, ports: ['1:1']}\n")
    (tmp_path / "compose.override.yaml").write_text("services:\n  web: {image: b, ports: ['2:2']}\n")
    (tmp_path / "more.yaml").write_text("services:\n  db: {image: c}\n")
    ((files, others),) = projects(sorted(tmp_path.iterdir()), {})
    drafts = read_compose(files, others)
    assert {draft.address: draft.attributes["image"] for draft in drafts.resources} == {"service/db": "c", "service/web": "b"}
    assert [problem.args for problem in drafts.problems] == [{"file": "lost.yaml"}]


@settings(max_examples=80)
@given(st.data())
def test_no_mutation_of_yaml_ends_in_anything_but_a_word(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([MANY, COMPOSE]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        put = data.draw(st.sampled_from(PIECES))
        text = text[:at] + put + text[at + data.draw(st.integers(0, 6)) :]
    drafts, _ = read_manifests(text.encode(), "a.yaml")
    composed = read_compose([compose_file(text.encode(), "c.yaml")], {})
    for one in (*stands(drafts).values(), *stands(composed).values()):
        assert one.standing.declare or one.standing.country


def test_scalars_are_read_as_the_core_schema_says() -> None:
    (document,) = documents("[1, -2, 1.5, true, no, ~, '1', 22:22, 010, 2026-12-01]", "x.yaml", [])
    assert document.value == [1, -2, 1.5, True, "no", None, "1", "22:22", "010", "2026-12-01"]

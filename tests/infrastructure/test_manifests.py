"""What the Interior's framework asks of a manifest, each requirement met and not met; it binds whoever says so and advises the others."""

from __future__ import annotations

import pytest
from tests.infrastructure.code_world import FRAMEWORK, PUBLIC, composed, deployment, found, manifest, tidy

SPREAD = {"topologySpreadConstraints": [{"topologyKey": "topology.kubernetes.io/zone"}]}
TIDY = {"topologySpreadConstraints": SPREAD["topologySpreadConstraints"]}


def asked(*resources: object) -> set[tuple[str, str]]:
    told = found(resources, FRAMEWORK)  # type: ignore[arg-type]
    return {(one.rule, str(one.level)) for one in told if one.rule.startswith("EXI")}


def with_container(**changes: object) -> object:
    return deployment("app", {**tidy(), **changes}, TIDY)


def test_a_tidy_workload_is_told_nothing() -> None:
    assert asked(with_container()) == set()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"image": "registry.ministere.example/app"}, ("EXI-ARCH-27", "forbidden")),
        ({"image": "registry.ministere.example:5000/app"}, ("EXI-ARCH-27", "forbidden")),
        ({"image": "registry.ministere.example/app:latest"}, ("EXI-ARCH-27", "forbidden")),
        ({"imagePullPolicy": "Always"}, ("EXI-ARCH-27", "forbidden")),
        ({"securityContext": {"privileged": True}}, ("EXI-ARCH-18", "forbidden")),
        ({"securityContext": {"runAsUser": 0}}, ("EXI-ARCH-18", "forbidden")),
        ({"ports": [{"containerPort": 80}]}, ("EXI-ARCH-18", "forbidden")),
        ({"ports": [{"containerPort": 1024}]}, ("EXI-ARCH-18", "forbidden")),
        ({"securityContext": {"runAsUser": 1000}}, ("EXI-ARCH-26", "advise")),
        ({"securityContext": {"allowPrivilegeEscalation": True}}, ("EXI-ARCH-26", "advise")),
        ({"securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}, ("EXI-ARCH-26", "advise")),
        ({"readinessProbe": {}, "livenessProbe": {}}, None),
    ],
)
def test_each_requirement_is_seen_where_it_is_not_met(changes: dict[str, object], rule: tuple[str, str] | None) -> None:
    told = asked(with_container(**changes))
    assert rule in told if rule is not None else told == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"image": "registry.ministere.example/app@sha256:0123"}, {"imagePullPolicy": "IfNotPresent"}, {"ports": [{"containerPort": 8080}]},
        {"securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}},
        {"image": "registry.ministere.example/app:${TAG}"},
    ],
)  # fmt: skip
def test_what_the_framework_allows_is_told_nothing(changes: dict[str, object]) -> None:
    assert asked(with_container(**changes)) == set()


def test_a_workload_without_a_probe_or_a_spread_is_told_so() -> None:
    container = {name: value for name, value in tidy().items() if name != "readinessProbe"}
    assert asked(deployment("app", container)) == {("EXI-ARCH-12", "forbidden"), ("EXI-ARCH-2", "forbidden")}


def test_one_replica_and_mounts_of_the_node_are_told() -> None:
    pod = {**TIDY, "hostNetwork": True, "volumes": [{"name": "d", "hostPath": {"path": "/var/run"}}]}
    assert asked(deployment("app", tidy(), pod, replicas=1)) == {("EXI-ARCH-2", "forbidden"), ("EXI-ARCH-26", "advise")}


def test_a_job_needs_neither_probe_nor_replicas() -> None:
    pod = {"containers": [{"name": "job", "image": "registry.ministere.example/job:1"}]}
    assert asked(manifest("Job", "once", {"spec": {"template": {"spec": pod}}})) == set()
    cron = {"spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "j", "image": "x/y:latest"}]}}}}}}
    assert asked(manifest("CronJob", "nightly", cron)) == {("EXI-ARCH-27", "forbidden")}


def test_compose_is_read_as_well() -> None:
    bare = {"image": "nginx", "privileged": True, "user": "0:0", "cap_add": ["SYS_ADMIN"], "network_mode": "host"}
    assert {rule for rule, _ in asked(composed("web", bare))} == {"EXI-ARCH-27", "EXI-ARCH-18", "EXI-ARCH-26", "EXI-ARCH-12"}
    neat = {"image": "registry.ministere.example/web:1", "healthcheck": {"test": ["CMD", "true"]}}
    assert asked(composed("web", neat)) == set()


def test_what_runs_once_in_compose_has_no_health_to_show() -> None:
    job = {"image": "registry.ministere.example/job:1", "profiles": ["backup"], "restart": "no"}
    assert asked(composed("once", job)) == set()
    for lasting in ({**job, "restart": "always"}, {key: one for key, one in job.items() if key != "profiles"}):
        assert asked(composed("web", lasting)) == {("EXI-ARCH-12", "forbidden")}
    assert asked(composed("off", {**job, "healthcheck": {"disable": True}})) == {("EXI-ARCH-12", "forbidden")}


def test_what_the_platform_imposes_is_asked_only_of_a_product_held_to_the_framework() -> None:
    """A user of its own keeps a pod from being root elsewhere; one instance of a StatefulSet is at most one; neither of a Deployment."""
    pod = {"securityContext": {"runAsUser": 7, "fsGroup": 7}, "containers": [{"name": "db", **tidy(), "securityContext": {"runAsUser": 8}}]}
    alone = manifest("StatefulSet", "db", {"spec": {"replicas": 1, "template": {"spec": pod}}})
    assert asked(alone) == {("EXI-ARCH-2", "forbidden"), ("EXI-ARCH-26", "advise")}
    assert not [one for one in found([alone], PUBLIC) if one.rule.startswith("EXI")]
    told = found([deployment("app", tidy(), TIDY, replicas=1)], PUBLIC)
    assert [one.rule for one in told if one.rule.startswith("EXI")] == ["EXI-ARCH-2"]
    root = deployment("app", {**tidy(), "securityContext": {"runAsUser": 0}}, TIDY)
    assert "EXI-ARCH-18" in {one.rule for one in found([root], PUBLIC)}


def test_it_only_advises_a_product_that_is_not_held_to_the_framework() -> None:
    told = found([deployment("app", {"image": "nginx:latest"})], PUBLIC)
    assert {str(one.level) for one in told if one.rule.startswith("EXI")} == {"advise"}


@pytest.mark.parametrize("broken", [{}, {"spec": None}, {"spec": {"template": []}}, {"spec": {"template": {"spec": {"containers": "x"}}}}])
def test_a_manifest_of_another_shape_makes_no_fault(broken: dict[str, object]) -> None:
    found([manifest("Deployment", "app", broken)], FRAMEWORK)

"""Manifests: what Kubernetes itself would accept, who may speak to whom and nobody else, and what no pod may do."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from itertools import product
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from kubernetes_validate.utils import schema_contents
from tests.deployment.plans import AWAY, BLUEPRINTS, HOME, at, blueprint, plan_of

from egide.deployment import Site, Target, build
from egide.deployment.kubernetes_pods import cpu_request_milli, memory_request_mib
from egide.planner.need import INTERNET
from egide.planner.need_form import read_need

VERSION = "1.34"
STRICT = "kubernetes-json-schema/v1.34.0-local-strict"


def site_of(service: bytes, **places: str) -> Site:
    need = read_need(service, "service.yaml").need
    plan = plan_of(need, at(places)) if places else plan_of(need)
    return Site.of(need, plan.placements, plan.market().places, sha256(service).hexdigest())


BUILT: dict[str, list[tuple[str, bytes]]] = {}
"""By the digest of the site: each is built once."""


def documents(site: Site) -> Iterator[tuple[str, dict[str, Any]]]:
    if site.digest not in BUILT:
        made = build(site, Target.KUBERNETES).files.items()
        BUILT[site.digest] = [one for one in made if one[0].endswith(".yaml") and not one[0].endswith(("kustomization.yaml", "egide.yaml"))]
    for path, content in BUILT[site.digest]:
        yield from ((path, document) for document in yaml.load_all(content, Loader=yaml.CSafeLoader))


@cache
def validator(kind: str, version: str) -> Draft202012Validator:
    """The published schema of a kind, from a package that carries them; unknown fields are errors."""
    long, slash, number = version.partition("/")
    group = f"{long.partition('.')[0]}-{number}" if slash else version
    schema = schema_contents(f"{STRICT}/{kind.lower()}-{group}.json", VERSION)
    bare = json.loads(re.sub(r'"\$ref": "[^"#]*#', '"$ref": "#', json.dumps({key: one for key, one in schema.items() if key != "$id"})))
    return Draft202012Validator(bare | {"$defs": definitions()})


@cache
def definitions() -> dict[str, Any]:
    """What the schemas of all kinds refer to."""
    found: dict[str, Any] = schema_contents(f"{STRICT}/_definitions.json", VERSION)["$defs"]
    return found


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_kubernetes_knows_every_field_of_every_manifest(name: str) -> None:
    found = Counter[str]()
    for path, document in documents(site_of(blueprint(name))):
        wrong = [f"{path}: {error.json_path}: {error.message}" for error in
                 validator(document["kind"], document["apiVersion"]).iter_errors(document)]  # fmt: skip
        assert not wrong
        found[document["kind"]] += 1
    assert {"Namespace", "NetworkPolicy", "StatefulSet", "Service", "CronJob", "Job"} <= found.keys()


def test_the_schemas_would_see_a_misspelt_field() -> None:
    policy = next(document for _, document in documents(site_of(blueprint("online-service"))) if document["kind"] == "NetworkPolicy")
    policy["spec"]["podSelectors"] = policy["spec"].pop("podSelector")
    assert not validator("NetworkPolicy", "networking.k8s.io/v1").is_valid(policy)


WORKLOADS = {"Deployment", "StatefulSet"}


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_every_component_stands_once_with_the_size_and_number_of_the_plan(name: str) -> None:
    site = site_of(blueprint(name))
    made = [(path.split("/")[0], one) for path, one in documents(site) if one["kind"] in WORKLOADS]
    assert Counter(one["metadata"]["name"] for _, one in made) == Counter(one.name for one in site.stands if one.component.run)
    for folder, one in made:
        stand = next(stand for stand in site.stands if stand.name == one["metadata"]["name"])
        assert folder == stand.folder
        assert one["spec"]["replicas"] == stand.component.count
        (container,) = one["spec"]["template"]["spec"]["containers"]
        limits = container["resources"]["limits"]
        assert (limits["cpu"], limits["memory"]) == (str(stand.component.vcpus), f"{stand.component.ram_mib}Mi")
        assert limits.get("nvidia.com/gpu") == (str(stand.component.gpus) if stand.component.gpus else None)
        claims = one["spec"].get("volumeClaimTemplates", [])
        gib = sum(int(claim["spec"]["resources"]["requests"]["storage"].removesuffix("Gi")) for claim in claims)
        assert gib * stand.component.count == stand.component.block_gib


def reached(site: Site) -> set[tuple[str, str, str, int]]:
    """Place, who sends, who takes in (or which range), port: all that both the sender's and the taker's policies let through."""
    policies = [(path.split("/")[0], one) for path, one in documents(site) if one["kind"] == "NetworkPolicy"]
    found = set()
    for folder, policy in policies:
        chosen = policy["spec"]["podSelector"].get("matchLabels", {}).get("app.kubernetes.io/name", "*")
        for direction, peers in (("egress", "to"), ("ingress", "from")):
            for rule in policy["spec"].get(direction, []):
                for peer, port in product(rule[peers], rule["ports"]):
                    other = peer["podSelector"]["matchLabels"].get("app.kubernetes.io/name", "dns") if "podSelector" in peer else (
                        peer["ipBlock"]["cidr"])  # fmt: skip
                    ends = (chosen, other) if direction == "egress" else (other, chosen)
                    found.add((f"{folder}:{direction}", *ends, port["port"]))
    return found


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_each_flow_is_open_at_both_ends_and_nothing_else_is(name: str) -> None:
    site = site_of(blueprint(name))
    wanted: set[tuple[str, str, str, int]] = set()
    names = {one.component.id: one for one in site.stands}
    for folder in {one.folder for one in site.stands if one.component.run}:
        wanted.add((f"{folder}:egress", "*", "dns", 53))
    for flow in site.flows:
        source, target = names[flow.source], names.get(flow.target)
        if target is None:
            if flow.port:
                wanted.add((f"{source.folder}:egress", source.name, "0.0.0.0/0", int(flow.port)))
            continue
        if target.component.run is None:
            copied = source.component.run.backup is not None and source.component.run.backup.to == flow.target
            wanted.add((f"{source.folder}:egress", f"{source.name}-backup" if copied else source.name, "0.0.0.0/0", 443))
            continue
        here = source.place == target.place
        for port in target.component.run.ports:
            if flow.port in (None, port.name):
                there, back = (target.name, source.name) if here else (site.range_of(target.place), site.range_of(source.place))
                wanted |= {(f"{source.folder}:egress", source.name, there, port.number),
                           (f"{target.folder}:ingress", back, target.name, port.number)}  # fmt: skip
    for stand in site.stands:
        run = stand.component.run
        for port in run.ports if run else ():
            pair = {("egress", f"{stand.name}-backup"), ("ingress", f"{stand.name}-backup")} if run.backup and run.backup.command else set()
            pair |= {("egress", stand.name), ("ingress", stand.name)} if port.name in run.peers else set()
            wanted |= {(f"{stand.folder}:{way}", other, stand.name, port.number) for way, other in pair}
            wanted |= {(f"{stand.folder}:ingress", "0.0.0.0/0", stand.name, port.number)} if port.public else set()
    assert reached(site) == wanted


def test_everything_is_shut_in_every_place() -> None:
    site = site_of(blueprint("secure-messaging"))
    policies = [(path.split("/")[0], one) for path, one in documents(site) if one["kind"] == "NetworkPolicy"]
    shut = [folder for folder, one in policies if one["metadata"]["name"] == "shut"]
    assert sorted(shut) == sorted({one.folder for one in site.stands if one.component.run})


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_no_pod_is_root_or_writes_where_it_should_not_and_no_secret_is_written_down(name: str) -> None:
    site = site_of(blueprint(name))
    for _, one in documents(site):
        spec = one.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec).get("template", {}).get("spec")
        if spec is None:
            assert one["kind"] != "Secret"
            continue
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] > 0
        assert spec["automountServiceAccountToken"] is False
        for container in spec["containers"] + spec.get("initContainers", []):
            assert container["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                                    "capabilities": {"drop": ["ALL"]}}  # fmt: skip
            assert container["image"].startswith("registre.exemple.fr/")
            assert not container["image"].endswith(":latest")
            assert {"limits", "requests"} <= container["resources"].keys()
            for variable in container.get("env", []):
                assert ("value" in variable) != ("valueFrom" in variable)


def test_instances_stand_apart_and_survive_the_drain_of_a_machine() -> None:
    site = site_of(blueprint("online-service"))
    made = {(one["kind"], one["metadata"]["name"]): one for _, one in documents(site)}
    spec = made["Deployment", "web"]["spec"]["template"]["spec"]
    apart = spec["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0]
    assert apart["topologyKey"] == "kubernetes.io/hostname"
    assert spec["topologySpreadConstraints"][0]["topologyKey"] == "topology.kubernetes.io/zone"
    assert made["PodDisruptionBudget", "web"]["spec"]["maxUnavailable"] == 1
    assert ("PodDisruptionBudget", "cache") not in made


def test_backups_go_to_the_other_provider_and_come_back() -> None:
    site = site_of(blueprint("online-service"))
    made = {(one["kind"], one["metadata"]["name"]): (path, one) for path, one in documents(site)}
    path, job = made["CronJob", "base-backup"]
    assert path == "scaleway-fr-par-1/40-backups.yaml"
    spec = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert [one["name"] for one in spec["initContainers"] + spec["containers"]] == ["dump", "copy"]
    keys = {one["valueFrom"]["secretKeyRef"]["name"] for one in spec["containers"][0]["env"] if "valueFrom" in one}
    assert keys == {"sauvegardes-access"}
    assert made["CronJob", "base-spare-backup"][0] == "ovh-gra11/recovery/copy-base-spare.yaml"
    path, back = made["Job", "base-backup-restore"]
    assert path == "scaleway-fr-par-1/recovery/restore-base.yaml"
    spec = back["spec"]["template"]["spec"]
    assert [one["name"] for one in spec["initContainers"] + spec["containers"]] == ["copy", "dump"]


@pytest.mark.parametrize(("place", "plain", "secret"), [
    ("scaleway/fr-par", {"RESTIC_REPOSITORY": "s3:https://s3.fr-par.scw.cloud/service-public-en-ligne-sauvegardes"},
     ["password", "key-id", "key-secret"]),
    ("azure/francecentral", {"RESTIC_REPOSITORY": "azure:sauvegardes:/"}, ["password", "account", "account-key"]),
    ("gcp/europe-west9", {"RESTIC_REPOSITORY": "s3:https://storage.googleapis.com/service-public-en-ligne-sauvegardes"},
     ["password", "key-id", "key-secret"]),
    ("Nuage/ouest-1", {}, ["repository", "password", "key-id", "key-secret"]),
])  # fmt: skip
def test_a_copy_opens_its_store_as_the_store_is_opened(place: str, plain: dict[str, str], secret: list[str]) -> None:
    """S3 by its address, Azure by its account; where no address is known, it comes from the secret."""
    site = site_of(blueprint("online-service"), sauvegardes=place)
    jobs = [one for path, content in build(site, Target.KUBERNETES).files.items() if path.endswith("40-backups.yaml")
            for one in yaml.load_all(content, Loader=yaml.CSafeLoader)]  # fmt: skip
    (job,) = [one for one in jobs if one["metadata"]["name"] == "base-backup"]
    (copy,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    said = {one["name"]: one["value"] for one in copy["env"] if "value" in one and one["name"] not in ("RESTIC_CACHE_DIR", "TMPDIR")}
    assert said == plain
    assert [one["valueFrom"]["secretKeyRef"]["key"] for one in copy["env"] if "valueFrom" in one] == secret


def test_what_must_never_run_twice_is_asked_for_at_most_once() -> None:
    """A Deployment may run a second while the first ends; a StatefulSet doesn't."""
    made = {one["metadata"]["name"]: one for _, one in documents(site_of(blueprint("online-service"))) if one["kind"] in WORKLOADS}
    assert (made["cache"]["kind"], made["web"]["kind"]) == ("StatefulSet", "Deployment")
    assert "volumeClaimTemplates" not in made["cache"]["spec"]
    assert made["cache"]["spec"]["replicas"] == 1


def test_shared_memory_is_memory() -> None:
    made = {one["metadata"]["name"]: one for _, one in documents(site_of(blueprint("ai-platform"))) if one["kind"] in WORKLOADS}
    spec = made["calcul"]["spec"]["template"]["spec"]
    mounts = {one["mountPath"]: one["name"] for one in spec["containers"][0]["volumeMounts"]}
    volumes = {one["name"]: one["emptyDir"] for one in spec["volumes"]}
    assert (volumes[mounts["/dev/shm"]], volumes[mounts["/tmp"]]) == ({"medium": "Memory"}, {})  # noqa: S108


def test_files_are_copied_on_the_machine_of_each_instance() -> None:
    jobs = [one for path, one in documents(site_of(blueprint("edge-data"))) if one["kind"] == "CronJob" and "recovery" not in path]
    mine = [one for one in jobs if one["metadata"]["name"].startswith("courrier-")]
    assert [one["metadata"]["name"] for one in mine] == ["courrier-backup-0", "courrier-backup-1", "courrier-backup-2"]
    spec = mine[1]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    near = spec["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0]["labelSelector"]["matchLabels"]
    assert near == {"statefulset.kubernetes.io/pod-name": "courrier-1"}
    assert spec["volumes"][-1]["persistentVolumeClaim"]["claimName"] == "data-0-courrier-1"


def test_a_place_knows_those_of_other_places_by_name_and_the_spare_has_its_switch() -> None:
    site = site_of(blueprint("online-service"))
    services = {(path, one["metadata"]["name"]): one["spec"] for path, one in documents(site) if one["kind"] == "Service"}
    assert services["scaleway-fr-par-1/30-elsewhere.yaml", "base-spare"]["externalName"] == "base-spare.ovh-gra11.interne.exemple.fr"
    switch = services["scaleway-fr-par-1/recovery/use-spare-of-base.yaml", "base"]
    assert switch == {"type": "ExternalName", "externalName": "base-spare.ovh-gra11.interne.exemple.fr"}
    taken = services["ovh-gra11/20-base-spare.yaml", "base-spare-elsewhere"]
    assert taken["loadBalancerSourceRanges"] == [site.range_of(next(one for one in site.places if one.provider == "scaleway"))]


def test_a_request_leaves_the_node_its_part_and_never_grows_backwards() -> None:
    assert memory_request_mib(4096) == 4096 - 1024 - 100
    assert memory_request_mib(8192) == 8192 - 1024 - -(-4096 // 5) - 100
    assert (cpu_request_milli(1), cpu_request_milli(2), cpu_request_milli(4)) == (940, 1930, 3920)
    sizes = [memory_request_mib(size) for size in range(256, 65536, 256)]
    assert sizes == sorted(sizes)
    assert all(request < 256 * (number + 1) for number, request in enumerate(sizes))


def test_a_flow_to_the_internet_without_a_port_is_said_to_be_missing() -> None:
    service = blueprint("online-service").replace(b'port: "443", gb_per_month: 5', b"gb_per_month: 5")
    built = build(site_of(service), Target.KUBERNETES)
    assert [(one.component, one.because.code) for one in built.missing] == [("application", "no-way-out")]
    assert not any("20-application" in path for path in built.files)
    assert INTERNET == "internet"


def test_places_that_speak_need_a_private_domain() -> None:
    service = blueprint("online-service").replace(b"domain: interne.exemple.fr\n", b"")
    assert {one.because.code for one in build(site_of(service), Target.KUBERNETES).missing} == {"no-domain"}
    alone = {one.id: HOME for one in read_need(service, "").need.components}
    assert not build(site_of(service, **alone), Target.KUBERNETES).missing
    assert AWAY != HOME

"""Laws of a build, whatever the need: every component once, sizes and flows as planned, the same bytes, and what is missing said."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.deployment.plans import plan_of
from tests.deployment.test_kubernetes import WORKLOADS, documents

from egide.deployment import Site, Target, build
from egide.deployment.names import labels
from egide.planner.need import INTERNET, Component, Flow, Need, Spare
from egide.planner.workload import Backup, Port, Volume, Workload

PLACES = ("scaleway/fr-par", "ovh/GRA11", "hetzner/fsn1")
NAMES = st.lists(
    st.sampled_from(["base", "Base", "bäse", "web", "Portail des aides", "a/b", "x" * 60, "x" * 61, "9", "…", "file d'attente"]),
    min_size=2, max_size=4, unique=True,
)  # fmt: skip


@st.composite
def needs(draw: st.DrawFn) -> Need:
    """Needs of every kind that the form lets through."""
    names = draw(NAMES)
    made, spares = [], []
    for name in names:
        count, gib = draw(st.integers(1, 3)), draw(st.sampled_from([0, 0, 10]))
        public = draw(st.booleans())
        ports = (Port("http", 8080, "tcp", public), Port("media", 9000, "udp"))[: draw(st.integers(1, 2))]
        backup = Backup("store", draw(st.sampled_from([1, 6, 24])), 7, *draw(st.sampled_from([((), ()), (("dump",), ("load",))])))
        kept = backup if gib or backup.command else None
        run = Workload(
            "groupe/image:1.0", ports=ports, volumes=(Volume("/data", gib),) if gib else (), backup=draw(st.sampled_from([None, kept])),
            environment=(("A", draw(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12))),),
            secrets=(("S", "le-secret"),), peers=("http",) if draw(st.booleans()) else (),
        )  # fmt: skip
        made.append(Component(name, count, draw(st.integers(1, 8)), 1024 * draw(st.integers(1, 8)), block_gib=gib * count,
                              load_balancers=int(public), run=run))  # fmt: skip
        if draw(st.booleans()):
            twin = f"{name}-spare"
            made.append(replace(made[-1], id=twin, spare_of=name))
            spares.append((name, twin, Spare()))
    made.append(Component("store", vcpus=0, object_gib=100))
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from([*names, "store", INTERNET])), max_size=5))
    flows = [Flow(source, target, 0, None, "443" if target == INTERNET else None) for source, target in pairs if source != target]
    flows += [Flow(one.id, "store") for one in made if one.run and one.run.backup and not one.spare_of]
    return Need("Un service", tuple(made), tuple(flows), spares=tuple(spares), registry="registre.exemple.fr", domain="interne.exemple.fr")


@st.composite
def sites(draw: st.DrawFn) -> Site:
    """Needs, placed anywhere."""
    need = draw(needs())
    where = {one.id: draw(st.sampled_from(PLACES)) for one in need.components}
    plan = plan_of(need, lambda one: where[one.id])
    return Site.of(need, plan.placements, plan.market().places, "0" * 64)


@given(sites())
@settings(max_examples=12, deadline=None)
def test_every_component_stands_once_whatever_its_name(site: Site) -> None:
    found = build(site, Target.KUBERNETES)
    assert found.files == build(site, Target.KUBERNETES).files
    assert not found.missing
    made = Counter[str]()
    for path, content in found.files.items():
        for one in yaml.load_all(content, Loader=yaml.CSafeLoader) if path.endswith(".yaml") else ():
            if one.get("kind") in WORKLOADS:
                made[one["metadata"]["name"]] += 1
                stand = next(stand for stand in site.stands if stand.name == one["metadata"]["name"])
                assert path.startswith(f"{stand.folder}/")
                assert one["spec"]["replicas"] == stand.component.count
                (variable,) = [item for item in one["spec"]["template"]["spec"]["containers"][0]["env"] if item["name"] == "A"]
                assert variable["value"] == stand.component.run.environment[0][1]
    assert made == Counter(one.name for one in site.stands if one.component.runs)


@given(sites())
@settings(max_examples=12, deadline=None)
def test_no_two_objects_of_a_place_bear_one_name_and_a_spare_has_the_flows_of_its_base(site: Site) -> None:
    site = replace(site, digest=repr(site.stands))
    for folder in {stand.folder for stand in site.stands}:
        seen = Counter((one["kind"], one["metadata"]["name"]) for path, one in documents(site)
                       if path.startswith(f"{folder}/") and "recovery" not in path)  # fmt: skip
        assert not [name for name, times in seen.items() if times > 1]
    pairs = {(flow.source, flow.target) for flow in site.flows}
    for flow in site.need.flows:
        for end, spare in site.spares.items():
            if end == flow.source and flow.target != spare:
                assert (spare, flow.target) in pairs
            if end == flow.target and flow.source != spare:
                assert (flow.source, spare) in pairs


@given(sites())
@settings(max_examples=12, deadline=None)
def test_machines_and_buckets_are_the_plans_or_said_to_be_missing(site: Site) -> None:
    made = build(site, Target.OPENTOFU)
    machines = Counter[str]()
    for path, content in made.files.items():
        if path.endswith("main.tf.json"):
            for kind, resources in json.loads(content)["resource"].items():
                if kind in {"scaleway_instance_server", "openstack_compute_instance_v2", "hcloud_server"}:
                    machines.update({name: one["count"] for name, one in resources.items()})
    assert machines == Counter({one.name.replace("-", "_"): one.component.count for one in site.stands if one.component.runs})
    buckets = {name for path, content in made.files.items() if path.endswith("main.tf.json")
               for kind, resources in json.loads(content)["resource"].items() if "bucket" in kind or "objectstorage" in kind
               for name in resources}  # fmt: skip
    assert buckets == {"store"}
    assert not made.missing


@given(st.lists(st.text(max_size=80), max_size=20, unique=True))
def test_labels_are_dns_labels_and_never_alike(words: list[str]) -> None:
    made = labels(words)
    assert len(set(made.values())) == len(words)
    for name in made.values():
        assert len(name) <= 45
        assert name.isascii()
        assert name[0].isalpha()
        assert name[-1].isalnum()
        assert name.replace("-", "").isalnum()
        assert name == name.lower()

"""Plans made by hand for what is built from them: every machine is free, so that each sum is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from importlib import resources
from typing import Any

from egide.planner.market import Machine, Place, Tariffs
from egide.planner.need import Component, Need
from egide.planner.need_form import read_need
from egide.planner.plan_file import Judged, PlanFile, plan_bytes
from egide.planner.plans import Placement, Status
from egide.vocabulary.findings import Verdict

FREE = Tariffs(0, 0, 0, 0, 0, 0)
HOME, AWAY, STORE = "scaleway/fr-par-1", "ovh/GRA11", "ovh/SBG5"
OFFERS = {HOME: "scaleway/fr-par", AWAY: "ovh-public-cloud/GRA", STORE: "ovh-public-cloud/SBG", "scaleway/fr-par": "scaleway/fr-par",
          "hetzner/fsn1": "hetzner/fsn1", "exoscale/de-fra-1": "exoscale/de-fra-1", "stackit/eu01": "stackit/eu01"}  # fmt: skip
"""As the catalogue knows them."""
GERMAN = {"hetzner/fsn1", "exoscale/de-fra-1", "stackit/eu01"}
BLUEPRINTS = ("ai-platform", "collaborative-suite", "edge-data", "online-service", "secure-messaging")


def blueprint(name: str) -> bytes:
    return (resources.files("egide.deployment") / "data" / f"{name}.yaml").read_bytes()


def two_providers(one: Component) -> str:
    """Most at home, spares at another provider, what is kept for them too."""
    return AWAY if one.spare_of else STORE if not one.runs and one.id == "sauvegardes" else HOME


def at(places: Mapping[str, str], other: str = HOME) -> Callable[[Component], str]:
    return lambda one: places.get(one.id, other)


def plan_of(need: Need, where: Callable[[Component], str] = two_providers, facts: Mapping[str, dict[str, Any]] | None = None) -> PlanFile:
    keys = {one.id: where(one) for one in need.components}
    places = tuple(
        Place(*key.split("/", 1), country="DE" if key in GERMAN else "FR", tariffs=FREE, offer=OFFERS.get(key))
        for key in sorted(set(keys.values()))
    )  # fmt: skip
    machines = {(keys[one.id], machine_name(one)): one for one in need.components if one.runs}
    return PlanFile(
        schema="egide/plan/1", made_by="a test", name=need.name, on=date(2026, 11, 23), status=Status.OPTIMAL, total=0, bound=0, need=need,
        facts=dict(facts or {}),
        places=places,
        machines=tuple(
            Machine(name, place, one.vcpus, one.ram_mib, 0, disk_gib=one.disk_gib, gpus=one.gpus, gpu_model=one.gpu_model,
                    architecture=one.architecture) for (place, name), one in sorted(machines.items())
        ),
        placements=tuple(Placement(one.id, keys[one.id], machine_name(one) if one.runs else None, 0, 0, 0, 0) for one in need.components),
        verdicts=tuple(Judged(one.id, keys[one.id], Verdict.ALLOWED) for one in need.components),
    )  # fmt: skip


def machine_name(one: Component) -> str:
    gpus, model, kind = f"-{one.gpus}g" if one.gpus else "", f"-{one.gpu_model}" if one.gpu_model else "", f"-{one.architecture or ''}"
    return f"m{one.vcpus}-{one.ram_mib}-{one.disk_gib}{gpus}{model}{kind}".strip("-")


def planned(service: bytes, where: Callable[[Component], str] = two_providers) -> bytes:
    """The bytes of a plan for a `service.yaml`."""
    asked = read_need(service, "service.yaml")
    return plan_bytes(plan_of(asked.need, where, asked.facts))

"""Needs and markets drawn over the real prices and places of ``../shared/data/prices``: seeded, each fact by itself.

The price file holds one list of machines for a provider and seldom says where. Each provider gets regions: its own where the list of
regions names it, else drawn from the same country or any other. In each region stand its machines at the list price times a factor drawn
for the region and a smaller one for the machine: up to the number of offers asked for, none of them a copy of another.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random
from typing import Any

from egide.planner.market import Machine, Market, Place, Tariffs
from egide.planner.need import Component, Flow, Need, Spare

PRICES = Path(__file__).parents[2] / "shared/data/prices"
NAMES = {"ovhcloud": "ovh", "hetzner": "hcloud"}


def micro(value: Any) -> int:
    return round(float(value) * 1_000_000)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def market(offers: int, seed: int) -> Market:
    random = Random(seed)
    listed = json.loads((PRICES / "instances.json").read_text("utf-8"))["providers"]
    about = json.loads((PRICES / "providers.json").read_text("utf-8"))
    with (PRICES / "regions.csv").open(encoding="utf-8") as lines:
        regions = list(csv.DictReader(lines))
    places: dict[str, Place] = {}
    machines: list[Machine] = []
    kinds = {provider: [one for one in said.get("instances", []) if one.get("price_hourly")] for provider, said in listed.items()}
    wanted = offers / sum(len(one) for one in kinds.values())
    for provider, said in sorted(listed.items()):
        own = [one for one in regions if one["provider"] == {"ovh": "ovh", "hetzner": "hcloud"}.get(provider, provider)]
        country = about.get(provider, {}).get("country")
        near = [one for one in regions if one["country"] == country] or [
            one for one in regions if one["country"] in ("FR", "DE", "NL", "SE", "IT")
        ]
        count = max(1, round(wanted + random.random() - 0.5))
        chosen = random.sample(own, min(count, len(own)))
        while len(chosen) < count:
            chosen.append(random.choice(near))
        for number, region in enumerate(chosen):
            tariffs = Tariffs(
                egress=micro((_number((said.get("egress") or {}).get("price_per_gb")) or 0.0) * random.uniform(0.8, 1.2)),
                block=micro(_number((said.get("block_storage") or {}).get("price_per_gb_monthly")) or random.uniform(0.04, 0.12)),
                object=micro(_number((said.get("object_storage") or {}).get("price_per_gb_monthly")) or random.uniform(0.005, 0.025)),
                load_balancer=micro(_number((said.get("load_balancer") or {}).get("price_monthly")) or random.uniform(5, 25)),
                control_plane=micro(_number(said.get("control_plane_cost")) or 0.0),
            )  # fmt: skip
            place = Place(
                provider,
                f"{region['region']}-{number}",
                region["country"],
                float(region["lat"]) + random.uniform(-0.5, 0.5),
                float(region["lon"]) + random.uniform(-0.5, 0.5),
                tariffs,
            )
            places[place.key] = place
            dearer = random.uniform(0.9, 1.25)
            for one in kinds[provider]:
                price = micro(float(one["price_hourly"]) * dearer * random.uniform(0.97, 1.03))
                machines.append(
                    Machine(
                        one["id"],
                        place.key,
                        int(one["vcpu"]),
                        round(float(one["ram_gb"]) * 1024),
                        price,
                        disk_gib=int(_number(one.get("disk_gb")) or 0),
                        architecture=one.get("architecture"),
                    )
                )
    return Market(places, tuple(machines[:offers] if len(machines) > offers else machines))


def need(components: int, flows: int, spares: int, seed: int, *, dense: bool = False) -> Need:
    random = Random(seed)
    made: list[Component] = []
    for number in range(components):
        vcpus = random.choice((1, 2, 2, 4, 4, 8, 16))
        made.append(Component(
            f"c{number}", random.choice((1, 1, 2, 3)), vcpus, vcpus * 1024 * random.choice((1, 2, 4)),
            block_gib=random.choice((0, 50, 200)),
            object_gib=random.choice((0, 0, 500)), countries=frozenset({"FR", "DE", "NL", "SE", "IT", "FI", "ES", "IE", "PL"})
            if random.random() < 0.4 else None,
        ))  # fmt: skip
    edges: list[Flow] = []
    for _ in range(flows):
        one, other = random.sample(range(components), 2)
        limit = random.randint(8_000, 40_000) if random.random() < 0.3 else None
        edges.append(Flow(f"c{one}", f"c{other}", random.randint(1, 800) * 1000, limit))
    stand_by = []
    for number in random.sample(range(components), spares):
        twin = made[number]
        made.append(
            Component(
                f"{twin.id}-spare",
                twin.count,
                twin.vcpus,
                twin.ram_mib,
                block_gib=twin.block_gib,
                countries=twin.countries,
                spare_of=twin.id,
            )
        )
        stand_by.append((twin.id, f"{twin.id}-spare", Spare(True, 150)))
    order = random.sample(range(components), min(components, 8))
    together = tuple((f"c{order[place]}", f"c{order[place + 1]}") for place in range(0, len(order) - 1, 2)) if components > 10 else ()
    providers = ("aws", "azure", "gcp", "ovh", "scaleway", "hetzner", "stackit", "exoscale", "upcloud", "gcore")
    fixed = {provider: random.randint(20, 300) * 1_000_000 for provider in providers}
    return Need(
        "drawn",
        tuple(made),
        tuple(edges),
        together,
        (),
        tuple(stand_by),
        3 if components > 4 else 1,
        (1, 2) if components > 4 else None,
        fixed=fixed,
    )

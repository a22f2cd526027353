"""A drawn service of many components with its continuity, as the file that a person would write."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

PROVIDERS, REGIONS, ZONES, DEPENDENCIES = 8, 3, 3, 10
LAWS = ("FR", "DE", "US")
REACH = 20
"""A component calls two of so many before it: what stands low carries nearly all."""
DISRUPTIONS = ("software", "hardware", "zone", "region", "provider", "legal")


def service(components: int, seed: int, *, told: bool = True) -> dict[str, Any]:
    """Components spread over the places, two in five with a standby, three in five with a backup, a fifth that is built anew.

    ``told``: of every provider it is said who controls it; else of every second one, so that many losses are perhaps.
    """
    chance = random.Random(seed)
    places = [f"nuage-{p}/region-{r}/{z}" for p in range(PROVIDERS) for r in range(REGIONS) for z in "abc"[:ZONES]]
    flows = {(n, chance.randrange(max(0, n - REACH), n)) for n in range(1, components) for _ in range(2)}
    return {
        "name": "Service tiré au sort",
        "components": {f"c{n}": {"vcpu": 2, "memory_gib": 4, "count": chance.choice((1, 2))} for n in range(components)},
        "flows": [{"from": f"c{one}", "to": f"c{other}", "gb_per_month": 1} for one, other in sorted(flows)],
        "facts": {},
        "continuity": {
            "targets": {one: {"rto": "4 h", "rpo": "1 h"} for one in DISRUPTIONS}, "detection": "10 min", "decision": "20 min",
            "components": {f"c{n}": entry(chance, places) for n in range(components)},
            "dependencies": {f"d{n}": {"kind": "dns", "at": chance.choice(places), "goes_on_for": "4 h"} for n in range(DEPENDENCIES)},
            "providers": {f"nuage-{p}": provider(chance, p, told=told or bool(p % 2)) for p in range(PROVIDERS)},
        },
    }  # fmt: skip


def entry(chance: random.Random, places: list[str]) -> dict[str, Any]:
    said: dict[str, Any] = {"at": chance.choice(places)}
    if chance.random() < 0.4:
        said["standby"] = [{"at": chance.choice(places), "runs": True, "lag": "10 s", "takes": "2 min", "automatic": True}]
    if chance.random() < 0.6:
        said["backups"] = [{"at": chance.choice(places), "every": "24 h", "restore_at": chance.choice(places), "takes": "3 h"}]
    if chance.random() < 0.2:
        said |= {"keeps_data": False, "rebuild": {"takes": "1 h", "at": chance.choice(places)}}
    return said


def provider(chance: random.Random, number: int, *, told: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"controlled_from": chance.choice(LAWS), "regions": {f"region-{r}": "FR" for r in range(REGIONS)}}
    return said | ({"controlled_by": [f"groupe-{number % 3}"], "rests_on": []} if told else {})


def write(path: Path, components: int, seed: int, *, told: bool = True) -> Path:
    """The file."""
    path.write_text(yaml.safe_dump(service(components, seed, told=told), allow_unicode=True, sort_keys=False), "utf-8")
    return path

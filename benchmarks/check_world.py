"""A plan of any size for the check of code, drawn from a seed: varied resources in nested modules.

It has the form of `terraform show -json`."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

TYPES: dict[str, tuple[tuple[str, ...], Callable[[random.Random], dict[str, object]]]] = {
    "scaleway": (("instance_server", "rdb_instance", "object_bucket", "k8s_cluster", "k8s_pool", "lb", "vpc_private_network", "iam_policy"),
                 lambda chance: {"region": chance.choice(["fr-par", "nl-ams", "pl-waw", None])}),
    "ovh": (("cloud_project_kube", "cloud_project_database", "cloud_project_instance", "domain_zone_record", "iploadbalancing"),
            lambda chance: {"region": chance.choice(["GRA11", "SBG5", "DE1", "WAW1", None])}),
    "outscale": (("vm", "volume", "load_balancer", "net", "subnet", "snapshot"), lambda chance: {}),
    "exoscale": (("compute_instance", "dbaas", "sks_cluster", "nlb", "block_storage_volume"),
                 lambda chance: {"zone": chance.choice(["ch-gva-2", "de-fra-1", "at-vie-1", "bg-sof-1"])}),
    "hcloud": (("server", "volume", "load_balancer", "network", "firewall"),
               lambda chance: {"location": chance.choice(["fsn1", "nbg1", "hel1", "ash", None])}),
    "ionoscloud": (("server", "volume", "k8s_cluster", "pg_cluster", "lan"), lambda chance: {}),
    "stackit": (("ske_cluster", "postgresflex_instance", "objectstorage_bucket"),
                lambda chance: {"region": chance.choice(["eu01", "eu02"])}),
    "aws": (("instance", "s3_bucket", "db_instance", "iam_role", "lambda_function", "route53_record", "sqs_queue", "cloudwatch_log_group"),
            lambda chance: {"availability_zone": chance.choice(["eu-west-3a", "eu-central-1b", None])}),
    "azurerm": (("linux_virtual_machine", "storage_account", "postgresql_flexible_server", "role_assignment", "subnet"),
                lambda chance: {"location": chance.choice(["francecentral", "West Europe", None])}),
    "google": (("compute_instance", "storage_bucket", "sql_database_instance", "project_iam_member", "pubsub_topic"),
               lambda chance: {"location": chance.choice(["europe-west9", "EU", "europe-west1-b"])}),
    "cloudflare": (("record", "zone"), lambda chance: {}),
    "datadog": (("monitor",), lambda chance: {}),
    "random": (("password", "id"), lambda chance: {}),
    "nimbus": (("vm",), lambda chance: {"region": "somewhere"}),
}  # fmt: skip
"""By provider: types, and what draws the attributes of a place."""
MODULES = [(), ("network",), ("data",), ("data", "backup"), ("apps", "web", "front"), ("apps", "batch")]
WORDS = ["web", "batch", "portail", "paie", "archive", "registre", "cache", "index", "journal", "sauvegarde"]


def plan(count: int, seed: int) -> bytes:
    """A plan of that many resources."""
    chance = random.Random(seed)
    made = list(_resources(count, chance))
    root: dict[str, object] = _module()
    planned: dict[str, object] = {"resources": [], "child_modules": []}
    changes = []
    for path, resource, values, expressions in made:
        module = root
        for name in path:
            module = module["module_calls"].setdefault(name, {"source": f"./modules/{name}", "module": _module()})["module"]  # type: ignore[attr-defined]
        module["resources"].append({**resource, "provider_config_key": resource["type"].split("_")[0], "expressions": expressions,  # type: ignore[attr-defined]
                                    "schema_version": 0})  # fmt: skip
        address = ".".join((*(f"module.{name}" for name in path), resource["type"], resource["name"]))
        provider = f"registry.example/acme/{resource['type'].split('_')[0]}"
        full = {**resource, "address": address, "provider_name": provider}
        planned["resources"].append({**full, "schema_version": 0, "values": values, "sensitive_values": {}})  # type: ignore[attr-defined]
        prefix = {"module_address": ".".join(f"module.{name}" for name in path)} if path else {}
        changes.append({**full, **prefix, "change": {
            "actions": [chance.choice(["create", "create", "no-op", "update"])], "before": None, "after": values,
            "after_unknown": {"id": True, "created_at": True, "endpoint": True, "tags_all": {}}, "before_sensitive": False,
            "after_sensitive": {"admin_password": True} if chance.random() < 0.2 else {},
        }})  # fmt: skip
    blocks = {name: {"name": name, "full_name": f"registry.example/acme/{name}", "expressions": _block(name)} for name in TYPES}
    return json.dumps({"format_version": "1.2", "terraform_version": "1.9.0", "variables": {"region": {"value": "fr-par"}},
                       "planned_values": {"root_module": planned}, "resource_changes": changes,
                       "configuration": {"provider_config": blocks, "root_module": root}}).encode()  # fmt: skip


def _module() -> dict[str, object]:
    return {"resources": [], "module_calls": {}, "variables": {"region": {"default": "fr-par"}}}


def _block(name: str) -> dict[str, object]:
    said = {"aws": "eu-west-3", "outscale": "cloudgouv-eu-west-1", "google": "europe-west9"}
    if name in said:
        return {"region": {"constant_value": said[name]}}
    return {"region": {"references": ["var.region"]}} if name == "scaleway" else {}


def _resources(count: int, chance: random.Random) -> Iterator[tuple[tuple[str, ...], dict[str, str], dict[str, object], dict[str, object]]]:
    last: dict[tuple[str, tuple[str, ...]], str] = {}
    for number in range(count):
        provider = chance.choice(list(TYPES))
        kinds, place = TYPES[provider]
        kind = f"{provider}_{chance.choice(kinds)}"
        path = chance.choice(MODULES)
        name = f"{chance.choice(WORDS)}_{number}"
        values: dict[str, object] = {
            "name": name, **place(chance), "tags": {"application": chance.choice(WORDS), "owner": f"equipe-{chance.randrange(90)}"},
            "description": " ".join(chance.choices(WORDS, k=chance.randint(2, 9))), "enabled": chance.choice([True, False, "true"]),
            "size": chance.randrange(500), "admin_password": None, "timeouts": None,
            "network": [{"cidr": f"10.{chance.randrange(256)}.0.0/16", "rules": [{"port": chance.randrange(65_536), "action": "accept"}]}],
            "image": f"registry.exemple.example/{chance.choice(WORDS)}:{chance.randrange(40)}",
            **({"user_data": "#cloud-config\nruncmd:\n" + "".join(f"  - echo {word}\n" for word in chance.choices(WORDS, k=12))}
               if chance.random() < 0.2 else {}),
        }  # fmt: skip
        expressions: dict[str, object] = {"name": {"constant_value": name}, "size": {"references": ["var.size"]}}
        if (before := last.get((provider, path))) and chance.random() < 0.5:
            expressions["parent_id"] = {"references": [f"{before}.id", before]}
        last[provider, path] = f"{kind}.{name}"
        yield path, {"mode": "managed", "type": kind, "name": name}, values, expressions

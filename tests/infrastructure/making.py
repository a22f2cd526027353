"""Plans made as Terraform would print them, for tests: resources at any depth of modules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from egide.app.infrastructure.known_offers import known_offers
from egide.catalogue import shipped
from egide.infrastructure.declared import NOTHING_DECLARED, Declared
from egide.infrastructure.identifying import Identifier
from egide.infrastructure.locating import Locator
from egide.infrastructure.plan import Drafts, read_plan
from egide.infrastructure.resources import Resource

ON = date(2026, 11, 23)


@dataclass
class Made:
    """One resource of a plan."""

    type: str
    name: str
    after: Mapping[str, object] = field(default_factory=dict)
    unknown: Mapping[str, object] = field(default_factory=dict)
    sensitive: object = field(default_factory=dict)
    module: tuple[str, ...] = ()
    actions: tuple[str, ...] = ("create",)
    expressions: Mapping[str, object] = field(default_factory=dict)
    mode: str = "managed"
    provider: str = ""

    @property
    def key(self) -> str:
        return self.provider or self.type.split("_")[0]


def made_plan(resources: Iterable[Made], providers: Mapping[str, object] | None = None, variables: Mapping[str, object] | None = None,
              calls: Mapping[str, object] | None = None) -> dict[str, object]:
    root: dict[str, object] = {"resources": [], "module_calls": {}}
    changes = []
    for one in resources:
        module = root
        for name in one.module:
            wanted = module["module_calls"].setdefault(name, {"source": f"./{name}", "module": {"resources": [], "module_calls": {}}})
            module = wanted["module"]
        local = f"data.{one.type}.{one.name}" if one.mode == "data" else f"{one.type}.{one.name}"
        module["resources"].append({"address": local, "mode": one.mode, "type": one.type, "name": one.name, "provider_config_key": one.key,
                                    "expressions": one.expressions})  # fmt: skip
        where = ".".join(f"module.{name}" for name in one.module)
        changes.append({
            "address": f"{where}.{local}" if where else local, **({"module_address": where} if where else {}), "mode": one.mode,
            "type": one.type, "name": one.name, "provider_name": f"registry.example/acme/{one.type.split('_')[0]}",
            "change": {"actions": list(one.actions), "before": None, "after": one.after, "after_unknown": one.unknown,
                       "after_sensitive": one.sensitive},
        })  # fmt: skip
    return {
        "format_version": "1.2", "resource_changes": changes, "variables": variables or {},
        "configuration": {"provider_config": providers or {}, "root_module": {**root, **(calls or {})}},
    }  # fmt: skip


def stands(drafts: Drafts, declared: Declared = NOTHING_DECLARED, on: date = ON) -> dict[str, Resource]:
    """Every resource by its address, identified with the catalogue that ships."""
    locator = Locator((*drafts.resources, *drafts.data), declared)
    identifier = Identifier(known_offers(shipped(), on))
    return {draft.address: identifier.resource(draft, locator.place(draft)) for draft in drafts.resources}


def planned(*resources: Made, declared: Declared = NOTHING_DECLARED, on: date = ON, **rest: object) -> dict[str, Resource]:
    plan = made_plan(resources, **rest)
    return stands(read_plan(json.dumps(plan).encode(), "plan.json"), declared, on)

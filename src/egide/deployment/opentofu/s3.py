"""Buckets of providers whose own code makes none: by their S3 address, with the provider `hashicorp/aws`, as their users do.

No call reaches Amazon: the address stands in the provider block, and what only Amazon has (accounts, regions, metadata) isn't asked. The
keys are those of the provider's own object storage, from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.deployment.stores import endpoint

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module

BY_ADDRESS = ("hcloud", "exoscale", "outscale")
"""Providers whose own code makes no buckets."""
SOURCE, VERSION = "hashicorp/aws", "~> 6.0"
NOT_AMAZON: dict[str, Any] = {
    "skip_credentials_validation": True, "skip_region_validation": True, "skip_requesting_account_id": True,
    "skip_metadata_api_check": True, "s3_use_path_style": True,
}  # fmt: skip


def write_buckets(made: Module) -> None:
    """Every bucket of the place, with its versions kept."""
    host = endpoint(made.place)
    for stand in made.buckets:
        if host is None:
            made.lacks(stand, "object-storage")
            continue
        region = made.place.region.partition("-")[0] if host.endswith(".your-objectstorage.com") else made.place.region
        made.also("aws", SOURCE, VERSION, {"region": region, "endpoints": [{"s3": f"https://{host}"}], **NOT_AMAZON})
        bucket = made.add("aws_s3_bucket", stand.name, bucket=made.bucket_name(stand))
        made.add("aws_s3_bucket_versioning", stand.name, bucket=f"${{{bucket}.id}}", versioning_configuration=[{"status": "Enabled"}])

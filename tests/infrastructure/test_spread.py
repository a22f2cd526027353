"""Backups in an independent place; more than one provider, region and zone; nothing said of what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.infrastructure.code_world import (
    AMSTERDAM,
    AWS,
    CLOUDGOUV,
    FRAMEWORK,
    PUBLIC,
    SCALEWAY,
    UNKNOWN_PLACE,
    deployment,
    found,
    manifest,
    resource,
    tidy,
)

from egide.infrastructure.code_findings import CodeFinding
from egide.infrastructure.product import Product, read_product
from egide.infrastructure.resources import Resource
from egide.vocabulary.errors import InputError

DATABASE = resource("scaleway_rdb_instance.db", SCALEWAY, "database")
SERVER = resource("scaleway_instance_server.web", SCALEWAY)
SERVER_AT_AWS = resource("aws_instance.web", AWS)


def whole(*resources: Resource, product: Product = PUBLIC) -> dict[str, CodeFinding]:
    return {one.rule: one for one in found(resources, product) if one.rule.startswith(("backup", "single"))}


def bucket(name: str, standing: object) -> Resource:
    return resource(f"scaleway_object_bucket.{name}", standing, "object-storage", {"name": name})  # type: ignore[arg-type]


def test_data_without_a_backup_are_told() -> None:
    assert "backup-none" in whole(DATABASE, SERVER)
    assert "backup-none" not in whole(SERVER)


def test_a_backup_beside_the_data_is_not_independent() -> None:
    told = whole(DATABASE, bucket("sauvegardes-prod", SCALEWAY))
    assert "backup-same-place" in told
    assert told["backup-same-place"].key == ("Scaleway fr-par",)


def test_another_region_or_another_provider_is_independent() -> None:
    for standing in (AMSTERDAM, AWS):
        assert not {rule for rule in whole(DATABASE, bucket("backup-prod", standing)) if rule.startswith("backup")}


def test_data_of_a_second_place_want_a_backup_elsewhere_too() -> None:
    other = resource("aws_db_instance.db", AWS, "database")
    told = whole(DATABASE, other, bucket("backup-prod", AWS))
    assert told["backup-same-place"].key == ("Amazon eu-west-3",)
    assert "backup-same-place" not in whole(DATABASE, other, bucket("backup-prod", AMSTERDAM))


def test_a_backup_whose_place_is_not_known_is_undetermined() -> None:
    hidden = replace(UNKNOWN_PLACE, provider_party=None)
    assert whole(DATABASE, bucket("backups", hidden))["backup-same-place"].level == "undetermined"


def test_a_backup_that_is_turned_off_is_told_of_its_resource() -> None:
    off = resource("scaleway_rdb_instance.db", SCALEWAY, "database", {"disable_backup": "true"})
    assert whole(off)["backup-off"].address == "scaleway_rdb_instance.db"
    zero = resource("aws_db_instance.db", AWS, "database", {"backup_retention_period": 0})
    assert "backup-off" in whole(zero)
    kept = resource("aws_db_instance.db", AWS, "database", {"backup_retention_period": 7})
    assert "backup-off" not in whole(kept)


def test_a_backup_of_a_cluster_is_where_it_writes_to() -> None:
    claim = manifest("PersistentVolumeClaim", "data", {"spec": {}})
    here = manifest("ScheduledBackup", "nightly", {"spec": {"endpointURL": "https://s3.fr-par.scw.cloud"}})
    assert "backup-none" in whole(claim)
    assert "backup-none" not in whole(claim, here)


def test_one_provider_one_region_one_zone_are_told_when_all_is_known() -> None:
    assert {"single-provider", "single-region", "single-zone"} <= set(whole(SERVER))
    assert not {rule for rule in whole(SERVER, resource("aws_instance.b", AWS)) if rule.startswith("single")}
    assert set(whole(SERVER, resource("scaleway_instance_server.b", AMSTERDAM))) == {"single-provider"}


def test_nothing_is_said_to_be_alone_while_a_place_is_unknown() -> None:
    hidden = replace(UNKNOWN_PLACE, provider_party=None)
    assert not {rule for rule in whole(SERVER, resource("x_server.b", hidden)) if rule.startswith("single")}


def test_a_copy_with_a_second_provider_is_placed_with_it() -> None:
    claim = manifest("StatefulSet", "db", {"spec": {}}, AWS)
    job = manifest("CronJob", "db-backup", {"spec": {"endpoint": "https://s3.fr-par.scw.cloud"}}, AWS)
    assert {"single-provider", "single-region"} <= set(whole(claim, SERVER_AT_AWS))
    assert not {rule for rule in whole(claim, SERVER_AT_AWS, job) if rule in ("single-provider", "single-region")}


def test_what_stands_by_holds_a_copy_and_needs_no_backup_elsewhere() -> None:
    spare = resource("aws_db_instance.db_spare", AWS, "database")
    backup = bucket("backup-prod", AWS)
    assert "backup-same-place" in whole(DATABASE, spare, backup)
    assert "backup-same-place" not in whole(DATABASE, spare, backup, product=declared(standbys=[{"match": "*.db_spare*", "of": "db"}]))


def declared(**said: object) -> Product:
    return read_product({"body": "state", "data": "public", **said}, "egide.yaml")


def test_where_copies_go_is_declared_and_judged_and_hides_no_other_name() -> None:
    """The address is in a secret: without a word it is undetermined; with one it counts, and the law is put to it."""
    claim = manifest("StatefulSet", "db", {"spec": {}}, SCALEWAY)
    job = manifest("CronJob", "db-backup", {"spec": {}}, SCALEWAY)
    to = {"party": "Nuage", "source": "le plan", "region": "x-1", "country": "FR", "controlled_from": "FR"}
    other = {"match": "*/other", "party": "Nuage", "source": "le plan", "offer": "scaleway"}
    assert whole(claim, job, product=declared(copies=[other]))["backup-same-place"].level == "undetermined"
    assert not {rule for rule in whole(claim, job, product=declared(copies=[to])) if rule.startswith("backup")}
    beside = whole(claim, job, product=declared(copies=[{"party": "?", "source": "x", "offer": "scaleway", "region": "fr-par"}]))
    assert beside["backup-same-place"].key == ("Scaleway fr-par",)
    away = {**to, "party": "Azur", "country": "US", "controlled_from": "US"}
    secret = read_product({"body": "state", "data": "sensitive", "copies": [away]}, "egide.yaml")
    told = {(one.rule, str(one.level)): one.reason.message for one in found([claim, job], secret) if one.address == job.address}
    assert told["hosting", "forbidden"] == "{party} holds the backups (controlled from {country})"
    calling = manifest("CronJob", "db-backup", {"spec": {"endpoint": "https://s3.eu-west-3.amazonaws.com"}}, SCALEWAY)
    assert "reach-service" in {one.rule for one in found([calling], declared(copies=[to]))}


@pytest.mark.parametrize(("key", "value", "path"), [
    ("copies", [{"party": "Nuage", "source": "x"}], "$.copies[0]"),
    ("copies", [{"party": "Nuage", "source": "x", "offer": "scaleway", "country": "France"}], "$.copies[0].country"),
    ("standbys", [{"match": "*"}], "$.standbys[0]"),
])  # fmt: skip
def test_what_is_declared_of_copies_is_held_to_its_form(key: str, value: object, path: str) -> None:
    with pytest.raises(InputError) as raised:
        declared(**{key: value})
    assert raised.value.at is not None
    assert raised.value.at.path == path


def test_the_framework_makes_them_bind() -> None:
    assert whole(DATABASE, product=FRAMEWORK)["backup-none"].level == "forbidden"
    assert whole(DATABASE)["backup-none"].level == "advise"


def test_a_qualification_that_ends_is_told_in_time_and_once_for_a_place() -> None:
    vms = [resource(f"outscale_vm.v{number}", CLOUDGOUV) for number in range(3)]
    (told,) = [one for one in found(vms) if one.rule == "qualification-ends"]
    assert (told.place, told.reason.args) == ("outscale/cloudgouv-eu-west-1", {"until": date(2026, 11, 30)})
    assert not [one for one in found(vms, on=date(2026, 6, 2)) if one.rule == "qualification-ends"]
    assert [one for one in found(vms, on=date(2026, 6, 3)) if one.rule == "qualification-ends"]


def test_a_name_with_back_in_it_is_no_backup() -> None:
    assert "backup-none" in whole(DATABASE, bucket("backend-assets", AWS), bucket("feedback", AWS))


def test_a_deployment_alone_holds_no_data() -> None:
    assert not {rule for rule in whole(deployment("app", tidy())) if rule.startswith("backup")}

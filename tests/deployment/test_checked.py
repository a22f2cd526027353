"""What was built, put to Égide's own check: nothing is forbidden, nothing asked, nothing advised, at any provider and on any target."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from tests.deployment.plans import BLUEPRINTS, blueprint, plan_of

from egide.app.infrastructure import check as work
from egide.app.infrastructure.check import CheckRun
from egide.deployment import Site, Target, build
from egide.planner.market import Place
from egide.planner.need import Component
from egide.planner.need_form import Asked, read_need
from egide.vocabulary.offers import Catalogue

ON = date(2026, 11, 23)
PLACES = {
    "scaleway/fr-par-1": ("scaleway/fr-par", "FR"), "ovh/GRA11": ("ovh-public-cloud/GRA", "FR"),
    "outscale/eu-west-2": ("outscale/eu-west-2", "FR"), "hetzner/fsn1": ("hetzner/fsn1", "DE"), "hetzner/nbg1": ("hetzner/nbg1", "DE"),
    "exoscale/de-fra-1": ("exoscale/de-fra-1", "DE"), "stackit/eu01": ("stackit/eu01", "DE"), "ionos/de/fra": ("ionos/de/fra", "DE"),
    "aws/eu-west-3": ("aws/eu-west-3", "FR"), "azure/francecentral": ("azure/francecentral", "FR"),
    "gcp/europe-west9": ("gcp/europe-west9", "FR"), "s3ns/u-france-east1": ("s3ns/u-france-east1", "FR"),
    "infomaniak/dc3-a": ("infomaniak", "CH"), "Stratus Nord/nord-1": (None, "NL"), "Nuage du Ponant/ouest-1": (None, "FR"),
}  # fmt: skip
"""A place of each provider that can be built for, with the catalogue's offer and its country; those of the examples have no offer."""


@cache
def asked(name: str) -> Asked:
    return read_need(blueprint(name), name)


@cache
def catalogue() -> Catalogue:
    return work.offers_named(work.NOTHING_DECLARED, work.Product(), ON)


def built_and_checked(name: str, target: Target, main: str, spare: str, store: str, folder: Path) -> CheckRun:
    """A blueprint in these places, written into the folder and checked there as the command does it."""

    def where(one: Component) -> str:
        return spare if one.spare_of else store if one.id == "sauvegardes" else main

    plan = plan_of(asked(name).need, where, asked(name).facts)
    site = Site.of(plan.need, plan.placements, {key: place(one) for key, one in plan.market().places.items()}, "0" * 64, plan.facts)
    for path, content in build(site, target).files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    declaration = work.declaration_in([folder])
    declared, product = work.declared_in(declaration), work.product_of(declaration, None, [], None)
    return work.check(work.read_code([folder], declared, ON, catalogue()), product, ON, offers=catalogue())


def place(one: Place) -> Place:
    offer, country = PLACES[one.key]
    return replace(one, offer=offer, country=country, controlled_from=None if offer else country)


def objections(run: CheckRun) -> list[str]:
    assert run.checked.resources > 0
    assert not run.checked.suppressed
    assert not run.checked.problems
    return [f"{one.level} {one.rule} {one.address}: {one.reason.code}" for one in run.checked.standing]


@pytest.mark.parametrize("main", [key for key, (offer, _) in PLACES.items() if offer])
def test_nothing_is_found_in_the_modules_of_any_provider(main: str, tmp_path: Path) -> None:
    away = "scaleway/fr-par-1" if main.startswith("ovh") else "ovh/GRA11"
    for name in BLUEPRINTS:
        assert not objections(built_and_checked(name, Target.OPENTOFU, main, away, away, tmp_path / name))


def test_nothing_is_found_where_one_provider_is_used_in_two_places(tmp_path: Path) -> None:
    found = built_and_checked("online-service", Target.OPENTOFU, "hetzner/fsn1", "hetzner/nbg1", "exoscale/de-fra-1", tmp_path)
    assert not objections(found)


@pytest.mark.parametrize("target", [Target.KUBERNETES, Target.COMPOSE])
@pytest.mark.parametrize(("main", "spare", "store"), [
    ("scaleway/fr-par-1", "ovh/GRA11", "ovh/GRA11"), ("gcp/europe-west9", "azure/francecentral", "azure/francecentral"),
    ("Stratus Nord/nord-1", "Nuage du Ponant/ouest-1", "Nuage du Ponant/ouest-1"), ("ionos/de/fra", "infomaniak/dc3-a", "aws/eu-west-3"),
])  # fmt: skip
def test_nothing_is_found_in_containers_wherever_backups_go(target: Target, main: str, spare: str, store: str, tmp_path: Path) -> None:
    for name in BLUEPRINTS:
        assert not objections(built_and_checked(name, target, main, spare, store, tmp_path / name))


@pytest.mark.parametrize("target", list(Target))
def test_the_check_would_see_what_is_wrong(target: Target, tmp_path: Path) -> None:
    """Backups beside the data, and a place that the law refuses to secrets of the State: the check isn't blind to what was built."""
    beside = built_and_checked("online-service", target, "scaleway/fr-par-1", "scaleway/fr-par-1", "scaleway/fr-par-1", tmp_path / "a")
    rules = {one.rule for one in beside.checked.standing}
    assert "backup-same-place" in rules
    assert "single-provider" in rules
    built_and_checked("online-service", target, "aws/eu-west-3", "scaleway/fr-par-1", "ovh/GRA11", tmp_path / "b")
    declaration = tmp_path / "b/egide.yaml"
    product = work.product_of(declaration, None, ["sensitive"], "state")
    found = work.check(work.read_code([tmp_path / "b"], work.declared_in(declaration), ON, catalogue()), product, ON, offers=catalogue())
    assert "forbidden" in {str(one.level) for one in found.checked.standing}

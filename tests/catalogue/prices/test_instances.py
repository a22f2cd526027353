"""Prices that others gathered: read whole, dated provider by provider, other currencies kept apart."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from egide.catalogue.prices import Basis, Priced, read_instances
from egide.vocabulary.errors import InputError


def test_every_machine_in_euros_is_read_and_the_others_are_kept_apart(shared: Path) -> None:
    content = (shared / "data/prices/instances.json").read_bytes()
    made = read_instances(content, "instances.json")
    providers = json.loads(content)["providers"]
    machines = [one for provider in providers.values() for one in provider["instances"]]
    currencies = Counter(one["currency"] for one in machines)
    assert sum(one.what is Priced.INSTANCE for one in made.prices) == currencies["EUR"]
    assert sum(".instances[" in str(one.at.path) for one in made.apart) == currencies["USD"]
    assert not made.problems
    hourly = {
        (name, one["id"], one["location"], Decimal(str(one["price_hourly"])) * 10**6)
        for name, provider in providers.items() for one in provider["instances"] if one["currency"] == "EUR" and "price_hourly" in one
    }
    read = {(one.provider, one.item, one.place, Decimal(one.micro_euros)) for one in made.prices
            if one.what is Priced.INSTANCE and one.basis is Basis.HOUR}  # fmt: skip
    assert {(*key[:3], round(key[3])) for key in hourly} == {(*key[:3], int(key[3])) for key in read}


def test_a_price_is_dated_by_the_day_its_provider_was_read(shared: Path) -> None:
    made = read_instances((shared / "data/prices/instances.json").read_bytes(), "instances.json")
    assert {one.on for one in made.prices if one.provider == "stackit"} == {date(2026, 5, 20)}


def document(**provider: object) -> bytes:
    machine = {"id": "a", "name": "A", "vcpu": 2, "ram_gb": 4, "disk_gb": 0, "currency": "EUR", "price_monthly": 10}
    return json.dumps({"providers": {"fictif": {"fetched_at": "2026-08-01T00:00:00Z", "instances": [machine], **provider}}}).encode()


def test_what_is_not_stated_beside_machines_is_not_a_price_of_zero() -> None:
    said = {"egress": {"free_tb": "unlimited"}, "block_storage": {"price_per_gb_monthly": 0.1}, "load_balancer": {"available": False}}
    made = read_instances(document(**said), "x")
    assert [(one.what, one.basis, one.micro_euros) for one in made.prices] == [
        (Priced.INSTANCE, Basis.MONTH, 10_000_000), (Priced.BLOCK_STORAGE, Basis.GB_MONTH, 100_000),
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"[]", b'{"providers": {"a": {}}}', b"{"])
def test_another_document_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_instances(content, "x")

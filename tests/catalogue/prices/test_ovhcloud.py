"""OVHcloud's public catalogue: what its real answer says, and what happens when its form, unit or currency changes."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from egide.catalogue.prices import Basis, Priced, PriceList, per_month, read_ovhcloud
from egide.vocabulary.errors import InputError

ON = date(2026, 8, 17)


def row(
    code: str = "x1-2.consumption", product: str = "publiccloud-instance", price: int = 5_120_000, unit: str = "hour",
    shown: str = "0.05 €", **more: Any,
) -> dict[str, Any]:  # fmt: skip
    pricing = {"price": price, "tax": price // 5, "interval": 1, "intervalUnit": unit, "capacities": ["consumption"], "mode": "default",
               "quantity": {"min": 1, "max": None}, "formattedPrice": shown}  # fmt: skip
    technical = {"cpu": {"cores": 2}, "memory": {"size": 8}, "storage": {"disks": [{"capacity": 50, "number": 2}]}}
    return {"planCode": code, "product": product, "invoiceName": code.split(".", maxsplit=1)[0], "pricings": [pricing],
            "blobs": {"tags": ["active"], "technical": technical}} | more  # fmt: skip


def read(*rows: dict[str, Any], **head: Any) -> PriceList:
    return read_ovhcloud(json.dumps({"addons": list(rows), **head}).encode(), "answer.json", ON)


def test_every_price_of_the_real_answer_is_the_one_it_shows(shared: Path) -> None:
    content = (shared / "data/prices/ovh_catalog_response.json").read_bytes()
    made = read_ovhcloud(content, "ovh.json", ON)
    expected = {
        (addon["planCode"], Decimal(pricing["price"]) / 100, pricing["intervalUnit"])
        for addon in json.loads(content)["addons"] for pricing in addon["pricings"]
    }
    said = {"hour": ".consumption", "month": ".monthly.postpaid"}
    read_codes = {
        (f"{price.item}{said[price.basis]}{f'.{price.place}' if price.place else ''}", Decimal(price.micro_euros), price.basis.value)
        for price in made.prices
    }
    assert read_codes == expected
    assert not made.problems
    assert not made.apart
    assert {price.what for price in made.prices} == {Priced.INSTANCE}


def test_a_machine_keeps_its_size_and_its_class_of_regions(shared: Path) -> None:
    made = read_ovhcloud((shared / "data/prices/ovh_catalog_response.json").read_bytes(), "ovh.json", ON)
    gpu = next(price for price in made.prices if price.item == "a100-180" and price.basis is Basis.HOUR)
    assert gpu.shape is not None
    assert (gpu.shape.vcpus, gpu.shape.ram_mib, gpu.shape.disk_gb, gpu.shape.gpus, gpu.shape.gpu_model) == (15, 180 * 1024, 300, 1, "A100")
    assert {price.place for price in made.prices if price.item == "b3-8"} == {None, "3AZ", "LZ.AF", "LZ.EU", "LZ.EUROZONE"}


def test_a_month_of_an_hourly_price_is_730_hours_and_a_monthly_plan_is_itself() -> None:
    hourly, monthly = read(row(), row("x1-2.monthly.postpaid", price=1_144_000_000, unit="month", shown="11.44 €")).prices
    assert per_month(hourly) == 51_200 * 730
    assert per_month(monthly) == 11_440_000


def test_a_stored_gigabyte_is_brought_from_the_hour_to_the_month_before_it_is_rounded() -> None:
    made = read(row("storage-standard.consumption", "publiccloud-storage", 1111, shown="0.00 €"))
    assert [(price.what, price.basis, price.micro_euros) for price in made.prices] == [(Priced.OBJECT_STORAGE, Basis.GB_MONTH, 8110)]


@pytest.mark.parametrize(("code", "product", "unit", "what"), [
    ("volume.classic.consumption", "publiccloud-volume", "hour", Priced.BLOCK_STORAGE),
    ("octavia-loadbalancer.loadbalancer-s.hour.consumption", "publiccloud-octavia", "hour", Priced.LOAD_BALANCER),
    ("mks.standard.hour.consumption", "publiccloud-mks", "hour", Priced.CONTROL_PLANE),
    ("bandwidth_storage-standard_out.consumption", "publiccloud-bandwidth", "none", Priced.EGRESS),
])  # fmt: skip
def test_what_goes_around_a_machine_is_recognised_by_its_code(code: str, product: str, unit: str, what: Priced) -> None:
    assert [price.what for price in read(row(code, product, unit=unit)).prices] == [what]


def test_what_is_not_compared_is_kept_apart_with_its_product() -> None:
    made = read(row(), row("ai-training.ai1.minute.consumption", "publiccloud-ai"))
    assert [(one.item, one.args) for one in made.apart] == [("ai-training.ai1.minute.consumption", {"what": "publiccloud-ai"})]


def test_a_price_that_no_longer_agrees_with_the_figure_shown_is_not_taken() -> None:
    made = read(row(), row("x1-4.consumption", price=51_200, shown="0.05 €"))
    assert [price.item for price in made.prices] == ["x1-2"]
    [problem] = made.problems
    assert problem.at.path == "$.addons[1].pricings[0]"
    assert problem.args == {"read": "0.000512", "said": "0.05 €"}


def test_when_the_unit_of_the_whole_answer_changed_that_is_the_error() -> None:
    with pytest.raises(InputError, match=r"\$\.addons\[0\]\.pricings\[0\].*its unit has changed"):
        read(row(price=51_200), row("x1-4.consumption", price=51_200))


def test_another_currency_is_kept_apart_and_never_converted() -> None:
    made = read(row(), row("x1-4.consumption", shown="0.05 $"), row("x1-8.consumption", shown=""))
    assert [(one.item, one.args) for one in made.apart] == [("x1-4.consumption", {"currency": "USD"}), ("x1-8.consumption", {})]
    assert [one.args for one in read(row(shown=""), locale={"currencyCode": "PLN"}).apart] == [{"currency": "PLN"}]


def test_the_head_and_the_rows_may_not_name_two_currencies() -> None:
    with pytest.raises(InputError, match="the currency reads CAD in one place and EUR in another"):
        read(row(), locale={"currencyCode": "CAD"})


def test_a_key_that_is_gone_is_named_by_its_path_and_the_other_rows_go_on() -> None:
    broken = row("x1-4.consumption")
    del broken["pricings"][0]["intervalUnit"]
    made = read(row(), broken)
    assert len(made.prices) == 1
    [problem] = made.problems
    assert problem.at.path == "$.addons[1].pricings[0]"
    assert "intervalUnit" in str(problem.args["error"])


@pytest.mark.parametrize(("content", "said"), [
    (b"{}", "addons"), (b'{"addons": 3}', r"\$\.addons"), (b"[", "object"), (b"\xff\xfe", "JSON"), (b'{"addons": ' + b"[" * 5000, "JSON"),
])  # fmt: skip
def test_what_is_not_the_answer_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_ovhcloud(content, "answer.json", ON)


def test_a_product_that_is_not_active_and_a_free_machine_are_no_prices() -> None:
    made = read(row(), row("old.consumption", blobs={"tags": ["legacy"]}), row("free.consumption", price=0, shown="0.00 €"))
    assert [one.item for one in made.apart] == ["old.consumption", "free.consumption"]


@pytest.mark.parametrize("technical", [{}, {"cpu": 3}, {"cpu": {"cores": "two"}, "memory": {"size": -1}, "storage": {"disks": ["x"]}}])
def test_a_size_that_is_no_figure_is_not_known(technical: Any) -> None:
    [price] = read(row(blobs={"tags": ["active"], "technical": technical})).prices
    assert price.shape is not None
    assert (price.shape.vcpus, price.shape.ram_mib, price.shape.disk_gb) == (None, None, None)

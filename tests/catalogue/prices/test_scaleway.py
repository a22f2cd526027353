"""Scaleway's public catalogue: what its real answer says, and what happens when its form, unit or currency changes."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from egide.catalogue.prices import Basis, Priced, PriceList, read_scaleway
from egide.vocabulary.errors import InputError

ON = date(2026, 8, 17)


def row(name: str = "FICTIF-2C-8G", nanos: int = 73_500_000, unit: str = "hour", said: str | None = None, **more: Any) -> dict[str, Any]:
    said = f"{name} - fr-par-1 ({nanos / 10**9:.9g}€ per {unit})" if said is None else said
    return {
        "sku": f"/compute/{name}", "product_category": "Instance", "product": name, "description": said, "status": "general_availability",
        "locality": {"zone": "fr-par-1"}, "price": {"retail_price": {"currency_code": "EUR", "units": 0, "nanos": nanos}},
        "unit_of_measure": {"unit": unit, "size": 1}, "properties": {"instance": {"offer_id": name}, "hardware": {}},
    } | more  # fmt: skip


def read(*rows: dict[str, Any], total: int | None = None) -> PriceList:
    return read_scaleway(json.dumps({"products": list(rows), "total_count": total or len(rows)}).encode(), "answer.json", ON)


def test_every_price_of_the_real_answer_is_the_one_its_description_gives(shared: Path) -> None:
    content = (shared / "data/prices/scaleway_catalog_response.json").read_bytes()
    made = read_scaleway(content, "scaleway.json", ON)
    sold = [one for one in json.loads(content)["products"] if one["status"] == "general_availability"]
    expected = {}
    for one in sold:
        figure, unit = re.search(r"\(([\d.]+)€ per (\w+)\)", one["description"]).groups()  # type: ignore[union-attr]
        key = one["properties"]["instance"]["offer_id"], one["locality"]["zone"]
        expected[key] = Decimal(figure) * 10**6 * {"hour": 1, "minute": 60}[unit]
    assert {(price.item, price.place): Decimal(price.micro_euros) for price in made.prices} == expected
    assert {price.basis for price in made.prices} == {Basis.HOUR}


def test_what_is_no_longer_sold_and_the_pages_that_are_missing_are_told(shared: Path) -> None:
    made = read_scaleway((shared / "data/prices/scaleway_catalog_response.json").read_bytes(), "scaleway.json", ON)
    assert {one.args["status"] for one in made.apart} == {"retired"}
    assert len(made.apart) == 10
    [problem] = made.problems
    assert problem.args == {"read": 17, "total": 5452}
    assert not problem.rejected


def test_carbon_is_the_providers_own_and_absent_where_it_gives_none(shared: Path) -> None:
    made = read_scaleway((shared / "data/prices/scaleway_catalog_response.json").read_bytes(), "scaleway.json", ON)
    by_item = {price.item: price.carbon for price in made.prices}
    assert by_item["B300-SXM-8-288G"] is None
    assert by_item["POP2-2C-8G"] is not None
    assert by_item["POP2-2C-8G"].micrograms_co2e_per_hour == 1_225_533
    assert by_item["POP2-2C-8G"].microlitres_water_per_hour == 115


def test_an_estimate_per_minute_is_brought_to_the_hour_with_its_price() -> None:
    [price] = read(row(unit="minute", environmental_impact_estimation={"kg_co2_equivalent": 0.001})).prices
    assert price.micro_euros == 73_500 * 60
    assert price.carbon is not None
    assert price.carbon.micrograms_co2e_per_hour == 60_000_000
    assert price.carbon.microlitres_water_per_hour is None


def test_a_stored_gigabyte_without_its_time_is_set_apart_and_not_guessed() -> None:
    stored = row("Volume", 118_000, "gigabyte", "Volume (0.000118€ per GB)", properties={"block_storage": {"volume": {}}})
    made = read(row(), stored)
    assert [one.args for one in made.apart] == [{"unit": "1 gigabyte"}]
    a_day = stored | {"unit_of_measure": {"unit": "gigabyte_day", "size": 1}, "description": "Volume"}
    assert [(one.what, one.basis, one.micro_euros) for one in read(a_day).prices] == [(Priced.BLOCK_STORAGE, Basis.GB_MONTH, 3589)]


def test_a_gigabyte_that_leaves_needs_no_time() -> None:
    out = row("Egress", 10_000_000, "gigabyte", "Egress (0.01€ per GB)",
              properties={"object_storage": {"internet_traffic": {"traffic_type": "egress"}}})  # fmt: skip
    assert [(one.what, one.basis, one.micro_euros) for one in read(out).prices] == [(Priced.EGRESS, Basis.GB, 10_000)]


def test_a_free_control_plane_is_a_price_and_a_free_machine_is_not() -> None:
    plane = row("Kapsule", 0, "hour", "Kapsule (0€)", properties={"kubernetes": {"kapsule_control_plane": {}}})
    made = read(plane, row("VIEUX", 0, said="VIEUX (0€)"))
    assert [(one.what, one.micro_euros) for one in made.prices] == [(Priced.CONTROL_PLANE, 0)]
    assert [one.item for one in made.apart] == ["/compute/VIEUX"]


@pytest.mark.parametrize("said", ["FICTIF (0.735€ per hour)", "FICTIF (0.0735€ per day)", "FICTIF (73.5€ per hour)"])
def test_a_price_that_its_description_contradicts_is_not_taken(said: str) -> None:
    made = read(row(), row("FICTIF-AUTRE", said=said))
    assert [one.item for one in made.prices] == ["FICTIF-2C-8G"]
    assert [one.at.path for one in made.problems] == ["$.products[1]"]


def test_another_currency_and_a_unit_that_is_no_time_are_set_apart() -> None:
    dollars = row("A") | {"price": {"retail_price": {"currency_code": "USD", "units": 0, "nanos": 1}}}
    assert [one.args for one in read(row(), dollars, row("B", unit="token")).apart] == [{"currency": "USD"}, {"unit": "1 token"}]


def test_a_key_that_is_gone_is_named_by_its_path() -> None:
    broken = row("B")
    del broken["price"]["retail_price"]["nanos"]
    [problem] = read(row(), broken).problems
    assert problem.at.path == "$.products[1].price.retail_price"
    assert "nanos" in str(problem.args["error"])


def test_when_no_row_has_the_form_any_more_the_first_is_the_error() -> None:
    with pytest.raises(InputError, match=r"at \$\.products\[0\]: the form of the answer has changed"):
        read({"sku": "x"})


@pytest.mark.parametrize("content", [b"{}", b'{"products": []}', b'{"products": {}, "total_count": 1}', b"nothing"])
def test_what_is_not_the_answer_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_scaleway(content, "answer.json", ON)

"""From price lists and regions to places and machines: which price holds where, and what has none."""

from __future__ import annotations

from datetime import date

import pytest

from egide.app.plan.market import Made, market
from egide.app.plan.prices import Line, Prices, read_prices
from egide.app.portfolio import assess
from egide.catalogue.prices import Basis, Price, Priced, Shape, Tariff
from egide.planner.regions import Region, read_regions
from egide.vocabulary.errors import InputError, Location

ON = date(2026, 11, 23)
SHAPE = Shape(4, 8192, 80, 0, None, "amd64")


def price(
    item: str = "m-4-8", micro_euros: int = 50_000, what: Priced = Priced.INSTANCE, basis: Basis = Basis.HOUR, **other: object
) -> Price:
    given = {
        "provider": "Inventé", "name": item, "place": None, "quoted": "", "at": Location("list"), "on": date(2026, 11, 1),
        "issuer": "Inventé", "source": "list", "shape": SHAPE if what is Priced.INSTANCE else None, **other,
    }  # fmt: skip
    return Price(item=item, what=what, micro_euros=micro_euros, basis=basis, **given)  # type: ignore[arg-type]


def made(*prices: Price, regions: tuple[Region, ...] = (), on: date = ON) -> Made:
    return market(Prices([Line(one) for one in prices]), regions, assess.catalogue(), on)


def test_without_regions_a_provider_that_nobody_knows_is_somewhere_and_nobody_knows_where() -> None:
    (place,) = made(price()).market.places.values()
    assert (place.key, place.country, place.offer) == ("Inventé/*", None, None)


def test_a_price_of_no_place_holds_in_every_region_that_the_user_names() -> None:
    regions = (Region("Inventé", "a", "FR", None, 48.0, 2.0), Region("inventé", "b", "DE"))
    found = made(price(), price("m-8", 90_000, place="a"), regions=regions)
    assert {one.key: one.country for one in found.market.places.values()} == {"Inventé/a": "FR", "Inventé/b": "DE"}
    assert {(one.place, one.id) for one in found.market.machines} == {("Inventé/a", "m-8"), ("Inventé/b", "m-4-8")}


def test_the_catalogue_knows_a_provider_s_regions_countries_and_the_zones_in_them() -> None:
    found = made(price(provider="Scaleway", place="fr-par-2"), price("n", provider="SCW", place="nl-ams-1"))
    assert {one.key: (one.country, one.offer) for one in found.market.places.values()} == {
        "Scaleway/fr-par-2": ("FR", "scaleway/fr-par"), "Scaleway/nl-ams-1": ("NL", "scaleway/nl-ams"),
    }  # fmt: skip


def test_a_class_of_regions_holds_where_the_user_says_that_it_does_and_nowhere_else() -> None:
    regions = (Region("Inventé", "a", "FR", prices="EU"), Region("Inventé", "b", "US", prices="US"))
    found = made(price(place="EU"), price("u", place="US"), regions=regions)
    assert {(one.place, one.id) for one in found.market.machines} == {("Inventé/a", "m-4-8"), ("Inventé/b", "u")}


def test_what_was_negotiated_stands_before_any_list_until_it_ends() -> None:
    deal = price(micro_euros=40_000, tariff=Tariff.NEGOTIATED, on=date(2026, 1, 1), until=date(2026, 12, 31), shape=None)
    monthly = price(micro_euros=1_000_000, basis=Basis.MONTH)
    (machine,) = made(price(), monthly, deal).market.machines
    assert (machine.per_hour, machine.per_month, machine.vcpus) == (40_000, None, 4)
    assert machine.source is not None
    assert machine.source.negotiated
    (machine,) = made(price(), deal, on=date(2027, 1, 1)).market.machines
    assert (machine.per_hour, machine.source.negotiated if machine.source else None) == (50_000, False)


def test_a_machine_without_a_price_a_size_or_one_word_on_it_is_planned_apart() -> None:
    found = made(price(shape=None), price("late", on=date(2027, 1, 1)), price("two"), price("two", 60_000, issuer="Autre"), price("good"))
    assert [one.id for one in found.market.machines] == ["good"]
    assert {one.machine for one in found.unpriced} == {"m-4-8", "late", "two"}


def test_of_storage_the_cheapest_kind_and_of_what_leaves_the_dearest_tier_counts() -> None:
    block, egress = (Priced.BLOCK_STORAGE, Basis.GB_MONTH), (Priced.EGRESS, Basis.GB)
    found = made(
        price(), price("fast", 90_000, *block), price("slow", 40_000, *block),
        price("out", 0, *egress), price("out", 10_000, *egress, from_quantity=1001),
        price("lb", 10_000, Priced.LOAD_BALANCER), price("k8s", 0, Priced.CONTROL_PLANE, Basis.MONTH),
    )  # fmt: skip
    (place,) = found.market.places.values()
    tariffs = place.tariffs
    assert (tariffs.block, tariffs.egress, tariffs.object) == (40_000, 10_000, None)
    assert (tariffs.load_balancer, tariffs.control_plane) == (7_300_000, 0)
    assert "slow" in tariffs.sources["block"].text


def test_leaving_a_provider_costs_nothing_from_the_day_of_the_data_act_and_is_unknown_before() -> None:
    for day, cost in ((date(2027, 1, 11), None), (date(2027, 1, 12), 0)):
        (place,) = made(price(), on=day).market.places.values()
        assert place.tariffs.switching == cost


def test_the_order_of_files_changes_nothing() -> None:
    prices = [price(place="b"), price("x", place="a"), price("y", provider="Autre")]
    assert made(*prices) == made(*reversed(prices))


def test_a_provider_s_public_answer_tells_its_offer(shared) -> None:
    answer = shared / "data/prices/scaleway_catalog_response.json"
    found = read_prices([answer], [], ON)
    assert {line.offer for line in found.lines} == {"scaleway"}
    assert found.inputs[0].name == answer.name


@pytest.mark.parametrize(("table", "said"), [
    (b"provider,region,lat\nA,b,48\n", "row 2"), (b"provider,region,country\nA,b,France\n", "France"),
    (b"provider,region\nA,\n", "row 2"), (b"provider,region\nA,b\nA,b\n", "A/b"), (b"", "empty"), (b"name,place\nA,b\n", "provider"),
    (b"provider,region,lat,lon\nA,b,nord,2\n", "nord"), (b"provider,region,contry\nA,b,FR\n", "contry"),
])  # fmt: skip
def test_a_table_of_regions_that_cannot_be_used_is_refused_with_its_row(table: bytes, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_regions(table, "regions.csv")
    assert said in str(refused.value)


def test_columns_of_regions_have_french_names_too() -> None:
    (one,) = read_regions("prestataire;région;pays;latitude;longitude\nInventé;a;fr;48,1;-1,7\n".encode(), "regions.csv")
    assert one == Region("Inventé", "a", "FR", None, 48.1, -1.7)

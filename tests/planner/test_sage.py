"""The deployment problems that five solvers published prices for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from egide.planner.packing import pack
from egide.planner.sage import read_application, read_offers
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

WORDPRESS = 1
APPLICATION = {
    "application": "invented", "components": [
        {"id": 1, "name": "Front", "Compute": {"CPU": 2, "Memory": 512}, "Storage": {"StorageSize": 100}},
        {"id": 2, "name": "Base", "Compute": {"CPU": 4, "Memory": 1024}, "Storage": {"StorageSize": 100}},
    ], "restrictions": [{"type": "LowerBound", "compsIdList": [1], "bound": 2}, {"type": "EqualBound", "compsIdList": [2], "bound": 1}],
}  # fmt: skip
OFFERS = {
    "small": {"cpu": 2, "memory": 1024, "storage": 100, "operatingSystem": "Linux", "price": 10},
    "middle": {"cpu": 4, "memory": 2048, "storage": 100, "operatingSystem": "Linux", "price": 19},
    "large": {"cpu": 6, "memory": 2048, "storage": 200, "operatingSystem": "Linux", "price": 26},
}


@pytest.mark.shared
def test_every_published_price_is_found(shared: Path) -> None:
    folder = shared / "data/sage"
    published = json.loads((folder / "published_prices.json").read_text("utf-8"))
    assert len(published) == 33
    for one in published:
        content = (folder / f"models/{one['app']}.json").read_bytes()
        _, asked = read_application(content, one["app"], {WORDPRESS: one["inst"]} if one["inst"] else None)
        packed = pack(asked, read_offers((folder / f"offers/offers_{one['offers']}.json").read_bytes(), "offers"))
        assert packed.price == one["mode_price"], one


def test_components_share_a_machine_when_that_is_cheaper_and_nothing_forbids_it() -> None:
    boxes = read_offers(json.dumps(OFFERS).encode(), "offers.json")
    _, asked = read_application(json.dumps(APPLICATION).encode(), "application.json")
    assert pack(asked, boxes).machines == (("large", (1, 2)), ("small", (1,)))
    apart = {**APPLICATION, "restrictions": [*APPLICATION["restrictions"], {"type": "Conflicts", "alphaCompId": 2, "compsIdList": [1]}]}
    _, asked = read_application(json.dumps(apart).encode(), "application.json")
    assert pack(asked, boxes).machines == (("middle", (2,)), ("small", (1,)), ("small", (1,)))


@pytest.mark.parametrize(("restriction", "said"), [
    ({"type": "Sorcery"}, "Sorcery"), ({"type": "Conflicts", "alphaCompId": 9, "compsIdList": [1]}, "9"),
    ({"type": "Conflicts", "alphaCompId": 1}, "compsIdList"),
    ({"type": "LowerBound", "compsIdList": [1], "bound": -1}, "--instances"), ({"type": "LowerBound",
    "compsIdList": [1], "bound": "two"}, "two"),
])  # fmt: skip
def test_a_restriction_that_is_not_understood_is_refused_with_its_place(restriction: dict[str, object], said: str) -> None:
    content = json.dumps({**APPLICATION, "restrictions": [restriction]}).encode()
    with pytest.raises(InputError) as refused:
        read_application(content, "application.json")
    assert said in str(refused.value)
    assert "restrictions[0]" in str(refused.value)

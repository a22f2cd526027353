"""A need as people write it, and what is said of one that cannot be read."""

from __future__ import annotations

import pytest

from egide.planner.need import INTERNET, Component, Flow, ShareOf, Spare
from egide.planner.need_form import read_need
from egide.vocabulary.errors import InputError

WHOLE = """
name: Téléservice inventé
facts: {body.status: state, data.secret: false}
components:
  front: {vcpu: 2, memory_gib: 4, count: 2, disk_gib: 20, load_balancers: 1, countries: [fr, DE]}
  base: {vcpu: 4, memory_gib: 0.5, block_gib: 200, spare: {at_least_km: 150}, facts: {data.secret: true}}
  archive: {object_gib: 5000}
flows:
  - {from: front, to: base, gb_per_month: 12.5, round_trip_ms: 2.5}
  - {from: front, to: internet, gb_per_month: 0.1}
together: [[front, base]]
apart: [[base, archive]]
providers: {at_least: 2, at_most_share: "66,5 %", counted_in: vcpus, fixed_eur_per_month: {alpha: 99.99}}
budget_eur_per_month: 1234.56
"""


def test_a_need_is_read_in_whole_units() -> None:
    asked = read_need(WHOLE.encode(), "service.yaml")
    need = asked.need
    front, base, spare, archive = need.components
    assert front == Component("front", 2, 2, 4096, 20, load_balancers=1, countries=frozenset({"FR", "DE"}))
    assert (base.ram_mib, spare.id, spare.spare_of, spare.block_gib) == (512, "base-spare", "base", 200)
    assert not archive.runs
    assert need.flows == (Flow("front", "base", 12_500, 2_500), Flow("front", INTERNET, 100))
    assert need.spares == (("base", "base-spare", Spare(True, 150)),)
    assert (need.at_least_providers, need.most_share, need.share_of) == (2, (133, 200), ShareOf.VCPUS)
    assert (need.budget, need.fixed) == (1_234_560_000, {"alpha": 99_990_000})
    assert asked.facts["base-spare"] == {"body.status": "state", "data.secret": True}
    assert asked.facts["front"]["data.secret"] is False


@pytest.mark.parametrize(("old", "new", "place", "said"), [
    ("vcpu: 2", "vcpus: 2", "$.components.front", "vcpus"),
    ("countries: [fr, DE]", "countries: [France]", "$.components.front.countries", "France"),
    ("gb_per_month: 12.5", "gb_per_month: -1", "$.flows[0].gb_per_month", "-1"),
    ("gb_per_month: 12.5", "gb_per_month: 0.00001", "$.flows[0].gb_per_month", "1e-05"),
    ("from: front, to: base", "from: front, to: nowhere", "$.flows[0].to", "nowhere"),
    ("from: front, to: base", "from: base, to: base", "$.flows[0]", "base"),
    ("[[front, base]]", "[[front, front]]", "$.together[0][1]", "front"),
    ("count: 2", "count: 0", "$.components.front.count", "0"),
    ("66,5 %", "two thirds", "$.providers.at_most_share", "two thirds"),
    ("66,5 %", "120 %", "$.providers.at_most_share", "120 %"),
    ("at_least: 2", "at_least: 0", "$.providers.at_least", "0"),
    ("  archive:", "  base-spare:", "$.components.base-spare", "base-spare"),
])  # fmt: skip
def test_what_cannot_be_planned_is_refused_with_its_path(old: str, new: str, place: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_need(WHOLE.replace(old, new, 1).encode(), "service.yaml")
    assert place in str(refused.value)
    assert said in str(refused.value)


def test_countries_of_the_whole_hold_for_what_says_nothing_else() -> None:
    need = read_need(WHOLE.replace("together:", "countries: [ES, nl]\ntogether:").encode(), "service.yaml").need
    assert [sorted(one.countries or ()) for one in need.components] == [["DE", "FR"], ["ES", "NL"], ["ES", "NL"], ["ES", "NL"]]
    with pytest.raises(InputError) as refused:
        read_need(WHOLE.replace("together:", "countries: [ES, Z1]\ntogether:").encode(), "service.yaml")
    assert "$.countries" in str(refused.value)


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(InputError):
        read_need(WHOLE.replace("  base:", "  front:").encode(), "service.yaml")

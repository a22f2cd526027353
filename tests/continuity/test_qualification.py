"""A qualification lost touches exactly what stands on the offer: networkx is the oracle."""

from __future__ import annotations

from datetime import date

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.app.continuity.leaving_terms import terms
from egide.continuity.leaving import leaving
from egide.continuity.qualification import hit, paths
from egide.vocabulary.errors import Location
from egide.vocabulary.offers import Offer
from egide.vocabulary.services import Body, Hosting, Service

NAMES = "abcdefg"


@settings(max_examples=60)
@given(
    st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1]), max_size=14),
    st.sampled_from(NAMES), st.lists(st.sampled_from([*NAMES, None]), max_size=8),
)  # fmt: skip
def test_it_touches_exactly_the_services_whose_offers_reach_it(edges: set[tuple[str, str]], lost: str, hosted: list[str | None]) -> None:
    below = {name: tuple(sorted(to for one, to in edges if one == name)) for name in NAMES}
    offers = {name: Offer(name, name, name, ("IaaS",), (), built_on=below[name]) for name in NAMES}
    services = [
        Service(f"s{n}", f"s{n}", Body(None, "b"), Location("f"), {}, (Hosting("x", offer, None, 100),)) for n, offer in enumerate(hosted)
    ]
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(NAMES)
    found = paths(offers, lost)
    assert set(found) == {name for name in NAMES if nx.has_path(graph, name, lost)}
    assert all(len(path) - 1 == nx.shortest_path_length(graph, name, lost) for name, path in found.items())
    assert {service.id for service, _, _ in hit(services, found, ())} == {
        f"s{n}" for n, offer in enumerate(hosted) if offer and nx.has_path(graph, offer, lost)
    }


@pytest.mark.parametrize(("region", "near", "wanted"), [
    ("r", (), [True]), ("other", (), []), (None, (), [False]), (None, ("lost",), [False]),
])  # fmt: skip
def test_a_region_that_is_not_said_makes_it_perhaps(region: str | None, near: tuple[str, ...], wanted: list[bool]) -> None:
    hosting = Hosting("x", None if near else "lost", region, 100, near=near)
    service = Service("s", "s", Body(None, "b"), Location("f"), {}, (hosting,))
    assert [surely for _, _, surely in hit([service], {"lost": ("lost",)}, ("r",))] == wanted


def test_one_leaves_by_the_lengths_of_the_texts() -> None:
    on = date(2026, 11, 30)
    steps = {one.what.code.removeprefix("step."): one.by for one in leaving(on, terms(on))}
    assert steps["give-notice"] == on
    assert steps["ask-provider"] == date(2026, 12, 30)
    assert steps["notice-ends"] == date(2027, 1, 30)
    assert steps["transition-ends"] == date(2027, 3, 1)
    assert steps["retrieval-ends"] == date(2027, 3, 31)
    assert steps["erasure"] == date(2027, 4, 21)


def test_before_the_data_act_only_the_agreement_lets_one_leave() -> None:
    on = date(2024, 6, 1)
    codes = {one.what.code.removeprefix("step.") for one in leaving(on, terms(on))}
    assert {"give-notice", "erasure"} <= codes
    assert not codes & {"notice-ends", "transition-ends", "retrieval-ends", "charges"}

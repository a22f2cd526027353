"""Parts that need each other in a circle, and the order in which the others start: networkx is the oracle."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st
from tests.continuity.world import known, services

from egide.continuity import Declared
from egide.continuity.knots import below, knots_of
from egide.continuity.losses import Ground, Loss
from egide.continuity.order import Service
from egide.continuity.spans import longest

NAMES = "abcdefgh"
_needs = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1]), max_size=24)


@given(_needs)
def test_knots_are_the_circles_and_each_starts_after_all_that_it_needs(edges: set[tuple[str, str]]) -> None:
    needs = {name: sorted(to for one, to in edges if one == name) for name in NAMES}
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(NAMES)
    knots = knots_of(needs)
    assert {frozenset(knot) for knot in knots} == {frozenset(one) for one in nx.strongly_connected_components(graph)}
    at = {name: place for place, knot in enumerate(knots) for name in knot}
    for name in NAMES:
        reached = {at[other] for other in nx.descendants(graph, name)} - {at[name]}
        assert reached == {place for place in range(len(knots)) if below(knots, needs)[at[name]] & 1 << place}
        assert all(place < at[name] for place in reached)


def test_a_chain_of_parts_may_be_long() -> None:
    needs = {str(n): [str(n - 1)] if n else [] for n in range(5000)}
    assert knots_of(needs)[-1] == ("4999",)


@given(services(), st.data())
def test_the_outage_is_that_of_the_essential_part_that_is_back_last(declared: Declared, data: st.DataObject) -> None:
    """The outage is worked out from the parts that the loss takes alone; when each is back, part by part."""
    service = Service(declared, Ground(declared, known()))
    outcome = service.after(Loss(frozenset(data.draw(st.sets(st.sampled_from(sorted(service.present)), min_size=1, max_size=4)))))
    assert outcome.rto == longest(outcome.back[name] for name in service.essential)

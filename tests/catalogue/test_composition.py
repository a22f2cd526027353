"""What an offer stands on: reached as networkx reaches it, worth its weakest link, exposed to the union."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.saying import DAY, said

from egide.catalogue.composition import FOLLOWED, UNDER, closure, exposure, is_bottom, rank, shared, shared_values, weakest
from egide.catalogue.sheets import fold
from egide.vocabulary.properties import PROPERTIES
from egide.vocabulary.statements import Statement

NODES = [f"n{number}" for number in range(7)]
EDGES = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(FOLLOWED), st.sampled_from(NODES)), max_size=18)
QUALIFICATIONS = [None, "none", "expired", "in-progress", "qualified"]


def world(edges, facts=()):
    """Sheets of subjects that refer to each other; a subject of which nothing is said has none."""
    statements: dict[str, list[Statement]] = {}
    for here, relation, to in edges:
        listed = frozenset(other for one, name, other in edges if (one, name) == (here, relation))
        statements.setdefault(here, []).append(said(to if relation == "variant_of" else listed, relation, subject=here))
    for subject, name, value in facts:
        statements.setdefault(subject, []).append(said(value, name, subject=subject))
    return lambda subject: fold(subject, statements[subject], DAY) if subject in statements else None


def single(edges):
    """An offer is a variant of one other at most; a second would be a conflict."""
    seen: set[str] = set()
    return [edge for edge in edges if edge[1] != "variant_of" or not (edge[0] in seen or seen.add(edge[0]))]


@given(EDGES.map(single))
def test_the_closure_is_that_of_networkx_circles_included(edges):
    graph = nx.DiGraph((here, to) for here, _, to in edges)
    graph.add_node("n0")
    found = closure("n0", world(edges))
    assert set(found.reached) - {"n0"} == nx.descendants(graph, "n0")
    below = graph.subgraph({"n0", *nx.descendants(graph, "n0")})
    circles = [group for group in nx.strongly_connected_components(below) if len(group) > 1 or below.has_edge(*(list(group) * 2))]
    assert set(found.circles) == {frozenset(group) for group in circles}
    assert ("n0" in found.reached) == any("n0" in group for group in circles)
    assert found.unknown == {node for node in below if node not in {here for here, _, _ in edges}}


@given(EDGES.map(single))
def test_each_chain_is_a_shortest_one_and_really_leads_there(edges):
    graph = nx.DiGraph((here, to) for here, _, to in edges)
    for to, chain in closure("n0", world(edges)).reached.items():
        assert chain[0].subject == "n0"
        assert chain[-1].to == to
        assert all((link.subject, link.relation, link.to) in edges for link in chain)
        assert all(one.to == other.subject for one, other in itertools.pairwise(chain))
        if to != "n0":
            assert len(chain) == nx.shortest_path_length(graph, "n0", to)


@given(EDGES.map(single), st.lists(st.sampled_from(QUALIFICATIONS), min_size=len(NODES), max_size=len(NODES)))
def test_no_offer_is_better_than_any_link_it_runs_on(edges, values):
    facts = [(node, "qualification", value) for node, value in zip(NODES, values, strict=True)]
    sheet_of = world(edges, facts)
    of = PROPERTIES["qualification"]
    found = weakest("qualification", "n0", sheet_of)
    below = {"n0", *closure("n0", sheet_of, UNDER).reached}
    known = {node: value for node, value in zip(NODES, values, strict=True) if node in below and value is not None}
    assert set(found.unknown) == below - known.keys()
    for value in known.values():
        assert rank(of, found.at_most) <= rank(of, value)
    assert (found.value is None) == (not known or (bool(found.unknown) and not is_bottom(of, found.at_most)))


@given(EDGES.map(single), st.sampled_from(NODES), st.sampled_from(QUALIFICATIONS[1:]))
def test_learning_of_one_more_link_never_raises_what_a_chain_is_worth(edges, node, value):
    of = PROPERTIES["qualification"]
    facts = [(one, "qualification", "qualified") for one in NODES if one != node]
    before = weakest("qualification", "n0", world(edges, [*facts, (node, "qualification", None)]))
    after = weakest("qualification", "n0", world(edges, [*facts, (node, "qualification", value)]))
    if before.at_most is not None:
        assert rank(of, after.at_most) <= rank(of, before.at_most)


@given(EDGES.map(single), st.lists(st.frozensets(st.sampled_from(["FR", "DE", "US"])), min_size=len(NODES), max_size=len(NODES)))
def test_exposure_is_the_union_over_all_that_is_reached(edges, places):
    facts = [(node, "countries", value) for node, value in zip(NODES, places, strict=True) if value]
    sheet_of = world(edges, facts)
    below = {"n0", *closure("n0", sheet_of).reached}
    union = {country for node, value in zip(NODES, places, strict=True) if node in below for country in value}
    found = exposure("countries", "n0", sheet_of)
    assert set(found.values) == union
    assert all(country in dict(zip(NODES, places, strict=True))[node] for country, nodes in found.values.items() for node in nodes)


def test_two_offers_that_share_an_owner_and_a_region_are_not_diverse():
    edges = [("n0", "provided_by", "n2"), ("n1", "hosted_on", "n3"), ("n3", "owned_by", "n2")]
    paris = frozenset({"par"})
    sheet_of = world(edges, [("n2", "countries", frozenset({"FR"})), ("n0", "regions", paris), ("n3", "regions", paris)])
    assert shared(["n0", "n1"], sheet_of) == {"n2": ("n0", "n1")}
    assert shared_values(["n0", "n1"], "regions", sheet_of) == {"par": ("n0", "n1")}


def test_a_property_without_a_better_end_has_no_weakest_link():
    with pytest.raises(ValueError, match="countries"):
        weakest("countries", "n0", world([]))


def test_a_promise_is_worth_the_least_below_it_and_a_price_the_most():
    sheet_of = world([("n0", "depends_on", "n1")], [("n0", "sla_percent", 99.99), ("n1", "sla_percent", 99.5), ("n1", "egress_price", 5),
                                                    ("n0", "egress_price", 1)])
    assert weakest("sla_percent", "n0", sheet_of).value == 99.5
    assert weakest("egress_price", "n0", sheet_of).value == 5

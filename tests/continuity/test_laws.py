"""Laws that hold of any service, whatever it says or leaves unsaid."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.continuity.world import known, services, standbys

from egide.continuity import Declared, assess
from egide.continuity.declared import At, Entry, Provider
from egide.continuity.losses import Ground, Loss
from egide.continuity.order import Outcome, Service
from egide.vocabulary.findings import Answer


def service(declared: Declared) -> Service:
    return Service(declared, Ground(declared, known()))


def no_better(one: Outcome, other: Outcome) -> bool:
    """Whether the second takes at least as long and loses at least as much, bound by bound."""
    return all(a.low <= b.low and a.high <= b.high for a, b in ((one.rto, other.rto), (one.rpo, other.rpo)))


@settings(max_examples=60)
@given(services(), st.data())
def test_losing_more_never_helps(declared: Declared, data: st.DataObject) -> None:
    of = service(declared)
    nodes = sorted(of.present)
    less = frozenset(data.draw(st.sets(st.sampled_from(nodes), min_size=1, max_size=3)))
    more = less | frozenset(data.draw(st.sets(st.sampled_from(nodes), max_size=3)))
    before, after = of.after(Loss(less)), of.after(Loss(more))
    assert no_better(before, after)
    assert {one.name for one in before.broken} <= {one.name for one in after.broken}


@settings(max_examples=60)
@given(services(), standbys, st.data())
def test_a_further_standby_never_harms(declared: Declared, spare: object, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(declared.components)))
    entry = declared.components[name]
    richer = replace(declared, components={**declared.components, name: replace(entry, standbys=(*entry.standbys, spare))})  # type: ignore[arg-type]
    before, after = assess(declared, known()), assess(richer, known())
    for one, other in zip(before.cells, after.cells, strict=True):
        for poor, rich in ((one.rto, other.rto), (one.rpo, other.rpo)):
            assert rich.low <= poor.low and rich.high <= poor.high
        assert one.rto_answer is not Answer.MET or other.rto_answer is Answer.MET
        assert one.rpo_answer is not Answer.MET or other.rpo_answer is Answer.MET


@settings(max_examples=30)
@given(services(), st.randoms(use_true_random=False))
def test_the_order_of_declarations_changes_nothing(declared: Declared, random: object) -> None:
    def mixed(values: object) -> list[object]:
        listed = list(values)  # type: ignore[call-overload]
        random.shuffle(listed)  # type: ignore[attr-defined]
        return listed

    components = dict(mixed(declared.components.items()))  # type: ignore[arg-type]
    other = replace(
        declared, components={name: replace(entry, standbys=tuple(mixed(entry.standbys)), backups=entry.backups)
                              for name, entry in components.items()},
        flows=tuple(mixed(declared.flows)), dependencies=tuple(mixed(declared.dependencies)),
    )  # type: ignore[arg-type]  # fmt: skip
    one, two = assess(declared, known()), assess(other, known())
    assert [(cell.rto, cell.rpo, cell.rto_answer, cell.rpo_answer) for cell in one.cells] == [
        (cell.rto, cell.rpo, cell.rto_answer, cell.rpo_answer) for cell in two.cells
    ]
    assert one.score == two.score
    assert {point.node for point in one.points} == {point.node for point in two.points}


@settings(max_examples=30)
@given(services())
def test_the_parts_of_the_score_add_up_to_it(declared: Declared) -> None:
    score = assess(declared, known()).score
    for bound in ("low", "high"):
        parts = [Fraction(getattr(one, bound), max(one.of, 1)) * one.weight for one in score.parts]
        assert getattr(score, bound) == sum(parts) / score.weights
    assert 0 <= score.low <= score.high <= 1
    assert all(0 <= one.low <= one.high <= max(one.of, 0) for one in score.parts)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.booleans()), max_size=12), st.sampled_from("abcdef"))
def test_a_provider_lost_takes_exactly_what_reaches_it(edges: list[tuple[str, str, bool]], lost: str) -> None:
    """Who controls and who carries, at any depth; networkx is the oracle. Whoever carries a holding does not carry its subsidiary."""
    providers = {
        name: Provider(
            tuple(other for one, other, controls in edges if one == name and controls and other != name), "FR",
            tuple(other for one, other, controls in edges if one == name and not controls and other != name), regions={"r": "FR"},
        )
        for name in "abcdef"
    }  # fmt: skip
    declared = Declared("drawn", {name: Entry(At(name, "r", "z"), keeps_data=False) for name in "abcdef"}, providers=providers)
    graph = nx.DiGraph()
    for name in "abcdef":
        graph.add_node(("carried", name))
        graph.add_edge(("carried", name), ("held", name))  # a holder of a holder holds; who carries a holder is left aside
    for one, other, controls in edges:
        if one != other:
            graph.add_edge(("carried", one), ("held", other) if controls else ("carried", other))
            if controls:
                graph.add_edge(("held", one), ("held", other))
    graph.add_node(("held", lost))
    wanted = {name for name in "abcdef" if nx.has_path(graph, ("carried", name), ("held", lost))}
    outcome = service(declared).after(Loss(frozenset({f"provider:{lost}"})))
    assert {name for name, part in outcome.parts.items() if part.hit is Answer.MET} == wanted
    assert all(part.hit is not Answer.UNKNOWN for part in outcome.parts.values())

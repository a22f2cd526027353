"""19.6.c: every way by which a third company may reach data, tested, declared or untested."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.label.world import ON, small

from egide.label.access import access
from egide.label.cut import Way, least_cut
from egide.label.dossier import Access, AccessKind, Base, CatalogueLine, Component, Dossier, PathState, Statement, Supplier
from egide.label.results import AccessAnswer
from egide.ownership.answer import prepare
from egide.ownership.answers import Readings
from egide.ownership.countries import EU
from egide.ownership.holdings import Holding, Origin, Party, PartyKind, Range, Register
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Answer

READINGS = Readings(EU, "EU")
TESTED, DECLARED, UNTESTED = PathState
US = {"seat": "US", "administration": "US", "establishment": "US"}
FR = {"seat": "FR", "administration": "FR", "establishment": "FR"}


def asked(dossier: Dossier) -> AccessAnswer:
    return access(dossier, prepare(dossier.register, ON, READINGS) if dossier.register else None, ON, READINGS)


def third(name: str = "editeur-tiers", data: frozenset[str] | None = frozenset(), **places: str) -> Supplier:
    return Supplier(name, f"{name} fictif Inc.", "licensor", "technologie", **(places or US), data=data)


def way(name: str, source: str, target: str, state: PathState = DECLARED, control: PathState | None = None, effort: int | None = None,
        kind: AccessKind = AccessKind.SUPPORT) -> Access:
    return Access(name, source, target, kind, state, "bastion" if control else None, control, effort)


DATA = Component("base", "Base de données", "petit-nuage-fictif", frozenset({"customer"}))
CONSOLE = Component("console", "Console", "petit-nuage-fictif")


def dossier(*accesses: Access, suppliers: tuple[Supplier, ...] = (third(),), components: tuple[Component, ...] = (DATA, CONSOLE),
            **more: object) -> Dossier:
    return small(suppliers=suppliers, components=components, accesses=accesses, **more)


def test_a_way_with_no_control_is_not_met_and_is_shown_with_its_steps() -> None:
    said = asked(dossier(way("support", "editeur-tiers", "console"), way("sql", "console", "base", TESTED)))
    assert said.answer is Answer.NOT_MET
    assert [(one.party, one.component, one.state, [step.access for step in one.steps]) for one in said.paths] == [
        ("editeur-tiers", "base", DECLARED, ["support", "sql"])]
    assert said.parties == ("editeur-tiers",)
    assert said.because[0].code == "label.access.open"


def test_a_tested_control_on_every_way_is_met() -> None:
    said = asked(dossier(way("support", "editeur-tiers", "console", DECLARED, TESTED), way("sql", "console", "base")))
    assert said.answer is Answer.MET
    assert said.paths == ()
    assert said.cut == ()


@pytest.mark.parametrize("doubt", [way("w", "editeur-tiers", "base", UNTESTED), way("w", "editeur-tiers", "base", TESTED, DECLARED),
                                   way("w", "editeur-tiers", "base", DECLARED, UNTESTED)])
def test_a_way_that_nobody_tried_or_a_control_on_paper_is_unknown(doubt: Access) -> None:
    assert asked(dossier(doubt)).answer is Answer.UNKNOWN


def test_a_control_whose_state_nobody_says_is_untested() -> None:
    said = asked(dossier(Access("w", "editeur-tiers", "base", AccessKind.KEYS, TESTED, "coffre", None)))
    assert said.paths[0].state is UNTESTED


def test_a_supplier_of_unknown_place_leaves_the_answer_open_even_when_it_is_cut() -> None:
    nobody = Supplier("inconnu-fictif", "Inconnu fictif", "support", "assistance", seat="FR", data=frozenset())
    said = asked(dossier(way("w", "inconnu-fictif", "base", DECLARED, TESTED), suppliers=(nobody,)))
    assert (said.answer, said.unknown_parties) == (Answer.UNKNOWN, ("inconnu-fictif",))


def test_an_open_way_of_a_party_of_unknown_place_is_unknown_and_not_a_failure() -> None:
    nobody = Supplier("inconnu-fictif", "Inconnu fictif", "support", "assistance", data=frozenset())
    said = asked(dossier(way("w", "inconnu-fictif", "base"), suppliers=(nobody,)))
    assert (said.answer, len(said.paths)) == (Answer.UNKNOWN, 1)


def test_a_european_company_that_a_third_company_controls_is_looked_at() -> None:
    origin = Origin("Registre fictif", None, "registre fictif")
    whole = Range(100.0, 100.0)
    parties = (Party("filiale", "Filiale fictive", PartyKind.ENTITY, **FR), Party("mere", "Mère fictive", PartyKind.ENTITY, **US))
    register = Register(
        {one.id: one for one in parties},
        [Holding("mere", "filiale", whole, whole, origin)],
    )
    said = asked(dossier(way("w", "filiale", "base"), suppliers=(third("filiale", **FR),), register=register))
    assert (said.answer, said.parties) == (Answer.NOT_MET, ("filiale",))
    assert said.paths[0].why_third.code == "label.party.controlled"


def test_without_a_register_a_european_supplier_is_unknown_unless_somebody_says_who_controls_it() -> None:
    said = Statement(Claim("controlled_by_third", False, "Cabinet fictif", None, "constat"))
    silent, told = third("x", **FR), Supplier("x", "X fictif", "support", "assistance", **FR, data=frozenset(),
                                              statements={"controlled_by_third": said})
    assert asked(dossier(suppliers=(silent,), register=None)).answer is Answer.UNKNOWN
    assert asked(dossier(suppliers=(told,), register=None)).answer is Answer.MET


def test_who_operates_a_component_that_holds_data_reaches_it() -> None:
    said = asked(dossier(components=(Component("base", "Base", "editeur-tiers", frozenset({"technical"})),)))
    assert said.answer is Answer.NOT_MET
    assert said.paths[0].steps[0].access == "operation:base"


def test_a_third_supplier_that_processes_customer_data_by_contract_obtains_them() -> None:
    assert asked(dossier(suppliers=(third(data=frozenset({"customer"})),))).answer is Answer.NOT_MET


def test_a_third_supplier_of_which_nobody_said_anything_is_not_taken_for_harmless() -> None:
    assert asked(dossier(suppliers=(third(data=None),))).answer is Answer.UNKNOWN
    assert asked(dossier(suppliers=(third(data=frozenset()),))).answer is Answer.MET


def test_a_dossier_that_describes_no_data_has_shown_nothing() -> None:
    assert asked(dossier(components=(CONSOLE,))).answer is Answer.UNKNOWN
    assert asked(dossier(components=(), suppliers=())).answer is Answer.UNKNOWN


def test_a_list_of_suppliers_that_is_not_complete_leaves_the_answer_open() -> None:
    said = {"suppliers.list_complete": (Statement(Claim("suppliers.list_complete", False, "x", None, "x")),)}
    assert asked(dossier(statements=said)).answer is Answer.UNKNOWN


def test_a_name_that_the_dossier_does_not_introduce_is_an_unknown_party() -> None:
    assert asked(dossier(way("w", "compte-inconnu", "base"))).unknown_parties == ("compte-inconnu",)


def test_customers_and_the_providers_own_people_are_no_third_company() -> None:
    said = asked(dossier(way("w", "client-fictif", "base"), way("x", "petit-nuage-fictif", "base")))
    assert said.answer is Answer.MET


def test_a_way_to_a_component_that_nobody_described_is_unknown() -> None:
    assert asked(dossier(way("w", "editeur-tiers", "ailleurs"))).answer is Answer.UNKNOWN


def test_what_leaves_a_component_for_a_company_is_a_way_of_that_company() -> None:
    said = asked(dossier(way("mesures", "base", "editeur-tiers", TESTED, kind=AccessKind.TELEMETRY)))
    assert (said.answer, said.paths[0].state) == (Answer.NOT_MET, TESTED)


def test_components_pass_data_to_each_other_both_ways() -> None:
    said = asked(dossier(way("w", "editeur-tiers", "console"), way("flux", "base", "console", kind=AccessKind.DATA)))
    assert said.answer is Answer.NOT_MET


def test_the_paths_of_each_state_are_given_shortest_first() -> None:
    said = asked(dossier(
        way("a", "editeur-tiers", "console", TESTED), way("b", "console", "base", TESTED), way("c", "editeur-tiers", "base", UNTESTED),
        way("d", "editeur-tiers", "base", DECLARED, DECLARED),
    ))  # fmt: skip
    assert [(one.state, [step.access for step in one.steps]) for one in said.paths] == [
        (DECLARED, ["d"]), (UNTESTED, ["c"]), (TESTED, ["a", "b"])]


def test_a_path_that_is_said_open_is_shown_before_one_that_is_cut_on_paper() -> None:
    said = asked(dossier(way("paper", "editeur-tiers", "base", DECLARED, DECLARED), way("open", "editeur-tiers", "console"),
                         way("next", "console", "base")))
    assert [[step.access for step in one.steps] for one in said.paths] == [["open", "next"]]


def test_the_cut_is_the_least_effort_in_days() -> None:
    said = asked(dossier(way("a", "editeur-tiers", "console", effort=3), way("b", "console", "base", effort=10),
                         way("c", "editeur-tiers", "base", effort=4)))
    assert (said.cut, said.cut_effort) == (("a", "c"), 7)


def test_the_cut_is_the_smallest_when_an_effort_is_missing() -> None:
    more = Component("journaux", "Journaux", "petit-nuage-fictif")
    said = asked(dossier(way("a", "editeur-tiers", "console", effort=1), way("b", "editeur-tiers", "journaux", effort=1),
                         way("c", "journaux", "console", effort=1), way("d", "console", "base"), components=(DATA, CONSOLE, more)))
    assert (said.cut, said.cut_effort) == (("d",), None)


def below(**more: object) -> Dossier:
    return small(**{
        "id": "socle", "provider": "socle-sas", "provider_name": "Socle fictif SAS", "register": None, "bases": (), "customers": (),
        "statements": {f"provider.{what}": (Statement(Claim(f"provider.{what}", "US", "Socle fictif", None, "x")),) for what in US},
        "suppliers": (), "components": (Component("hyperviseur", "Hyperviseur", "socle-sas", frozenset({"customer"})),), "accesses": (),
        **more})


def test_accesses_underneath_count_under_the_name_of_their_layer() -> None:
    said = asked(dossier(bases=(Base("socle", "Socle", "IaaS", below()),)))
    assert said.answer is Answer.NOT_MET
    assert said.paths[0].component == "socle/hyperviseur"
    assert "socle" in said.parties


def test_a_way_may_run_from_a_layer_into_the_one_above() -> None:
    base = below(statements={}, suppliers=(third("outil"),), provider="petit-nuage-fictif",
                 components=(Component("agent", "Agent", "petit-nuage-fictif"),), accesses=(way("w", "outil", "agent"),))
    said = asked(dossier(way("pont", "socle/agent", "base"), suppliers=(), bases=(Base("socle", "Socle", "IaaS", base),)))
    assert [step.access for step in said.paths[0].steps] == ["socle/w", "pont"]
    assert said.answer is Answer.NOT_MET


def test_a_layer_under_two_others_is_on_the_map_once() -> None:
    ground = below()
    bases = (Base("socle", "Socle", "IaaS", ground),)
    left, right = (below(id=name, provider=f"{name}-sas", components=(), bases=bases) for name in ("gauche", "droite"))
    said = asked(dossier(bases=(Base("gauche", "Gauche", "PaaS", left), Base("droite", "Droite", "PaaS", right))))
    assert [one.component for one in said.paths].count("socle/hyperviseur") == 1


def test_a_company_that_runs_two_layers_is_one_company() -> None:
    upper = below(id="gauche", components=(), bases=(Base("socle", "Socle", "IaaS", below()),))
    said = asked(dossier(bases=(Base("gauche", "Gauche", "PaaS", upper),)))
    assert [one.party for one in said.paths if one.component == "socle/hyperviseur"] == ["gauche"]


def test_an_unknown_base_is_an_unknown_party_unless_the_catalogue_vouches_for_it() -> None:
    line = CatalogueLine("socle", "qualified", "3.2", date(2026, 1, 1), date(2027, 1, 1), "catalogue fictif", "primary", ON)
    assert asked(dossier(bases=(Base("socle", "Socle", "IaaS"),))).answer is Answer.UNKNOWN
    assert asked(dossier(bases=(Base("socle", "Socle", "IaaS", None, line),))).answer is Answer.MET


# --- laws and oracles ---------------------------------------------------------------------------

NODES = ("c0", "c1", "c2", "c3", "c4")
HOLDS = {name: {"customer"} if name in {"c3", "c4"} else set() for name in NODES}
PARTIES = ("t0", "t1")
states = st.sampled_from(list(PathState))
edges = st.lists(
    st.builds(
        lambda source, target, state, control, effort: (source, target, state, control, effort),
        st.sampled_from([*NODES, *PARTIES]), st.sampled_from(NODES), states, st.one_of(st.none(), states), st.integers(0, 9),
    ), max_size=14,
)  # fmt: skip


def drawn(ways: list[tuple[str, str, PathState, PathState | None, int]]) -> Dossier:
    return small(
        suppliers=tuple(third(name) for name in PARTIES), register=None,
        components=tuple(Component(name, name, "petit-nuage-fictif", frozenset({"customer"} & HOLDS[name])) for name in NODES),
        accesses=tuple(way(f"a{index}", *one) for index, one in enumerate(ways)),
    )  # fmt: skip


def is_open(one: tuple[str, str, PathState, PathState | None, int], surely: bool = False) -> bool:
    return (one[3] is None and one[2] is not UNTESTED) if surely else one[3] is not TESTED


def reached(ways: list[tuple[str, str, PathState, PathState | None, int]], surely: bool) -> set[tuple[str, str]]:
    graph = networkx.DiGraph([one[:2] for one in ways if is_open(one, surely)])
    graph.add_nodes_from([*NODES, *PARTIES])
    return {(party, data) for party in PARTIES for data in ("c3", "c4") if networkx.has_path(graph, party, data)}


@given(edges)
@settings(max_examples=150, deadline=None)
def test_paths_and_answer_agree_with_networkx(ways: list[tuple[str, str, PathState, PathState | None, int]]) -> None:
    said = asked(drawn(ways))
    assert {(one.party, one.component) for one in said.paths} == reached(ways, surely=False)
    assert (said.answer is Answer.NOT_MET) == bool(reached(ways, surely=True))
    assert (said.answer is Answer.MET) == (not reached(ways, surely=False))


@given(edges)
@settings(max_examples=150, deadline=None)
def test_the_cut_costs_what_networkx_says_and_closes_everything(ways: list[tuple[str, str, PathState, PathState | None, int]]) -> None:
    said = asked(drawn(ways))
    graph = networkx.DiGraph()
    graph.add_nodes_from(["start", "end"])
    for index, one in enumerate(ways):
        if is_open(one):
            graph.add_edge(one[0], f"in{index}")
            graph.add_edge(f"in{index}", f"out{index}", capacity=one[4])
            graph.add_edge(f"out{index}", one[1])
    for party in PARTIES:
        graph.add_edge("start", party)
    for data in ("c3", "c4"):
        graph.add_edge(data, "end")
    assert said.cut_effort == networkx.minimum_cut_value(graph, "start", "end")
    closed = [(*one[:3], TESTED, one[4]) if f"a{index}" in said.cut else one for index, one in enumerate(ways)]
    assert asked(drawn(closed)).answer is Answer.MET
    for name in said.cut:
        spared = [(*one[:3], TESTED, one[4]) if f"a{index}" in set(said.cut) - {name} else one for index, one in enumerate(ways)]
        assert asked(drawn(spared)).answer is not Answer.MET, "no part of the cut is enough"


WORSE = {Answer.NOT_MET: 0, Answer.UNKNOWN: 1, Answer.MET: 2}


@given(edges, edges)
@settings(max_examples=100, deadline=None)
def test_adding_an_access_never_turns_a_failure_into_success(
    ways: list[tuple[str, str, PathState, PathState | None, int]], more: list[tuple[str, str, PathState, PathState | None, int]],
) -> None:  # fmt: skip
    assert WORSE[asked(drawn([*ways, *more])).answer] <= WORSE[asked(drawn(ways)).answer]


@given(edges, st.data())
@settings(max_examples=100, deadline=None)
def test_adding_a_tested_control_never_worsens(ways: list[tuple[str, str, PathState, PathState | None, int]], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(ways) - 1)) if ways else None
    held = [(*one[:3], TESTED, one[4]) if place == index else one for place, one in enumerate(ways)]
    assert WORSE[asked(drawn(held)).answer] >= WORSE[asked(drawn(ways)).answer]


@given(edges, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_the_order_of_accesses_changes_nothing(ways: list[tuple[str, str, PathState, PathState | None, int]], random: object) -> None:
    plain = drawn(ways)
    mixed = list(plain.accesses)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    turned = replace(plain, suppliers=plain.suppliers[::-1], components=plain.components[::-1], accesses=tuple(mixed))
    assert asked(turned) == asked(plain)


@given(edges)
@settings(max_examples=100, deadline=None)
def test_where_pairs_are_too_many_the_shortest_ways_alone_give_the_same_answer_and_it_is_said(
    ways: list[tuple[str, str, PathState, PathState | None, int]],
) -> None:  # fmt: skip
    every = asked(drawn(ways))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("egide.label.access.MOST_PAIRS", 0)
        few = asked(drawn(ways))
    assert (few.answer, few.cut, few.cut_effort, few.parties) == (every.answer, every.cut, every.cut_effort, every.parties)
    assert few.because[-1].code == "label.access.shortened"
    assert not any(one.code == "label.access.shortened" for one in every.because)
    least: dict[tuple[str, PathState], int] = {}
    for path in every.paths:
        key = path.party, path.state
        least[key] = min(least.get(key, len(path.steps)), len(path.steps))
    for path in few.paths:
        assert len(path.steps) <= least.get((path.party, path.state), len(path.steps))
    assert {path.party for path in few.paths} == {path.party for path in every.paths}


def test_a_cut_of_ten_thousand_ways_is_found() -> None:
    ways = [Way(f"w{index}", ((("at", index), ("at", index + 1)),)) for index in range(10_000)]
    prices = {one.id: 5 for one in ways} | {"w7000": 2}
    assert least_cut(ways, prices, [("at", 0)], [("at", 10_000)]) == ("w7000",)

"""Offers built on offers: a meet, with each responsibility answered or open, each layer once, and no best case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.label.world import ON, small

from egide.label.composition import RANK, compose, still_to_do
from egide.label.dossier import Answered, Assurance, Base, CatalogueLine, Dossier, Relation
from egide.label.layers import named_by
from egide.label.results import Inheritance, LabelAssessment, RequirementFinding, Stage
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, BookUsed, Reason, Source
from egide.vocabulary.language import Text

MET, NOT_MET, UNKNOWN = Answer
WORDS = Text("exigence", "requirement")


def finding(number: str, answer: Answer = MET, until: date | None = None, assurance: Assurance | None = Assurance.AUDITED,
            computed: bool = False) -> RequirementFinding:
    because = (Reason(f"own.{answer}", {}, "own"),)
    return RequirementFinding(number, WORDS, "mandatory", answer, Stage.READY, computed, because, (), (), until,
                              Source("text", number, "secondary"), assurance=assurance)


class World:
    """Dossiers whose own findings are given, and how often each was asked."""

    def __init__(self) -> None:
        self.own: dict[str, list[RequirementFinding]] = {}
        self.asked: list[str] = []

    def layer(self, name: str, own: Iterable[RequirementFinding], *bases: Base, answered: tuple[Answered, ...] = ()) -> Dossier:
        self.own[name] = list(own)
        return small(id=name, name=name, bases=bases, answered=answered)

    def alone(self, dossier: Dossier) -> LabelAssessment:
        self.asked.append(dossier.id)
        return assessment(dossier, self.own[dossier.id], (dossier.id.upper()[:2],))

    def composed(self, dossier: Dossier, scheme: str = "secnumcloud-3.2") -> dict[str, RequirementFinding]:
        return {one.id: one for one in compose(self.own[dossier.id], dossier, self.alone, ON, scheme).findings}


def assessment(dossier: Dossier, findings: Iterable[RequirementFinding], exposure: tuple[str, ...] = ()) -> LabelAssessment:
    book = BookUsed("secnumcloud-3.2", "3.2", WORDS, "")
    return LabelAssessment(dossier, book, "requirements", False, ON, UNKNOWN, None, (), tuple(findings), None, None, {}, None, None, None,
                           exposure, ())


def on(dossier: Dossier, inherits: tuple[str, ...] = (), leaves: dict[str, str] | None = None, line: CatalogueLine | None = None) -> Base:
    return Base(dossier.id, dossier.name, "IaaS", dossier, line, inherits, leaves or {})


def line(status: str = "qualified", framework: str | None = "3.2", start: date | None = date(2026, 1, 1),
         end: date | None = date(2027, 6, 30)) -> CatalogueLine:
    return CatalogueLine("socle", status, framework, start, end, "catalogue fictif", "primary", ON)


def relations(one: RequirementFinding) -> dict[str, tuple[Relation, Answer]]:
    return {layer.layer: (layer.relation, layer.answer) for layer in one.layers}


def test_an_offer_with_nothing_underneath_is_left_as_it_is() -> None:
    world = World()
    own = [finding("5.1.a")]
    assert compose(own, world.layer("haut", own), world.alone, ON).findings == tuple(own)


def test_what_a_base_provides_is_inherited_with_its_end_and_its_assurance() -> None:
    world = World()
    base = world.layer("socle", [finding("11.1.a", MET, date(2027, 1, 31), Assurance.DECLARED)])
    said = world.composed(world.layer("haut", [finding("11.1.a", UNKNOWN, None, None)], on(base, ("11.*",))))["11.1.a"]
    assert (said.answer, said.until, said.assurance, said.missing) == (MET, date(2027, 1, 31), Assurance.DECLARED, ())
    assert relations(said) == {"haut": (Relation.INHERITED, MET), "socle": (Relation.PROVIDED, MET)}


def test_what_is_not_inherited_must_be_met_by_both() -> None:
    world = World()
    base = world.layer("socle", [finding("7.1.a", UNKNOWN), finding("7.1.b", MET, date(2027, 3, 1), Assurance.AUDITED)])
    own = [finding("7.1.a"), finding("7.1.b", MET, date(2027, 2, 1), Assurance.ATTESTED)]
    said = world.composed(world.layer("haut", own, on(base)))
    assert said["7.1.a"].answer is UNKNOWN
    assert (said["7.1.b"].until, said["7.1.b"].assurance) == (date(2027, 2, 1), Assurance.AUDITED)


def test_a_failure_underneath_stays_a_failure_whatever_is_said_above() -> None:
    world = World()
    base = world.layer("socle", [finding("9.7.a", NOT_MET)])
    for relation in ({"inherits": ("*",)}, {"leaves": {"9.7.a": "au-dessus"}}, {}):
        reply = (Answered("socle", "9.7.a", "ainsi"),)
        said = world.composed(world.layer("haut", [finding("9.7.a")], on(base, **relation), answered=reply))  # type: ignore[arg-type]
        assert said["9.7.a"].answer is NOT_MET


def test_a_responsibility_that_nobody_answers_is_unknown_and_is_asked_for() -> None:
    world = World()
    base = world.layer("socle", [finding("9.7.a", UNKNOWN)])
    top = world.layer("haut", [finding("9.7.a")], on(base, (), {"9.7.*": "les droits des usagers"}))
    said = world.composed(top)["9.7.a"]
    assert (said.answer, said.because[0].code) == (UNKNOWN, "label.composition.open")
    assert said.missing[0].what.args["words"] == "les droits des usagers"
    assert relations(said)["socle"] == (Relation.RESPONSIBILITY, UNKNOWN)


def test_a_responsibility_that_is_answered_is_as_good_as_what_answers_it() -> None:
    world = World()
    base = world.layer("socle", [finding("9.7.a", UNKNOWN), finding("9.7.b", UNKNOWN)])
    own = [finding("9.7.a", MET), finding("9.7.b", UNKNOWN)]
    answers = (Answered("socle", "9.7.*", "revue trimestrielle"),)
    said = world.composed(world.layer("haut", own, on(base, (), {"9.7.*": "droits"}), answered=answers))
    assert (said["9.7.a"].answer, said["9.7.b"].answer) == (MET, UNKNOWN)
    assert relations(said["9.7.a"]) == {"haut": (Relation.SATISFIED, MET), "socle": (Relation.RESPONSIBILITY, MET)}


def test_a_responsibility_may_be_passed_on_and_answered_two_layers_up() -> None:
    world = World()
    ground = world.layer("iaas", [finding("9.7.a", UNKNOWN)])
    middle = world.layer("paas", [finding("9.7.a", UNKNOWN)], on(ground, (), {"9.7.a": "droits"}))
    top = world.layer("saas", [finding("9.7.a")], on(middle, (), {"9.7.a": "droits"}), answered=(Answered("paas", "9.7.a", "revue"),))
    assert world.composed(middle)["9.7.a"].answer is UNKNOWN
    said = world.composed(top)["9.7.a"]
    assert said.answer is MET
    assert {layer.answer for layer in said.layers} == {MET}


def test_a_layer_may_answer_what_one_far_below_leaves() -> None:
    world = World()
    ground = world.layer("iaas", [finding("9.7.a", UNKNOWN)])
    middle = world.layer("paas", [finding("9.7.a")], on(ground, (), {"9.7.a": "droits"}))
    top = world.layer("saas", [finding("9.7.a")], on(middle), answered=(Answered("iaas", "9.7.a", "revue"),))
    assert world.composed(top)["9.7.a"].answer is MET


def test_a_doubt_two_layers_down_is_not_lifted_by_a_responsibility_between() -> None:
    world = World()
    ground = world.layer("iaas", [finding("9.7.a", UNKNOWN)])
    middle = world.layer("paas", [finding("9.7.a", UNKNOWN)], on(ground))
    top = world.layer("saas", [finding("9.7.a")], on(middle, (), {"9.7.a": "droits"}), answered=(Answered("paas", "9.7.a", "revue"),))
    assert world.composed(top)["9.7.a"].answer is UNKNOWN


def test_of_two_ways_down_to_one_layer_both_must_be_answered() -> None:
    world = World()
    ground = world.layer("iaas", [finding("9.7.a", UNKNOWN)])
    left = world.layer("gauche", [finding("9.7.a")], on(ground, (), {"9.7.a": "droits"}), answered=(Answered("iaas", "9.7.a", "oui"),))
    right = world.layer("droite", [finding("9.7.a")], on(ground, (), {"9.7.a": "droits"}))
    said = world.composed(world.layer("haut", [finding("9.7.a")], on(left), on(right)))["9.7.a"]
    assert said.answer is UNKNOWN
    assert [one.layer for one in said.layers].count("iaas") == 1


def test_a_layer_under_two_others_is_assessed_once() -> None:
    world = World()
    layer = world.layer("n0", [finding("5.1.a")])
    for depth in range(1, 12):
        left, right = (world.layer(f"{side}{depth}", [finding("5.1.a")], on(layer)) for side in "gd")
        layer = world.layer(f"n{depth}", [finding("5.1.a")], on(left), on(right))
    assert world.composed(layer)["5.1.a"].answer is MET
    assert len(world.asked) == len(set(world.asked)) == 33


def test_an_offer_that_stands_on_itself_is_refused() -> None:
    world = World()
    ground = world.layer("socle", [], Base("haut", "Haut", "SaaS"))
    with pytest.raises(InputError, match="haut → socle → haut"):
        world.composed(world.layer("haut", [finding("5.1.a")], on(ground)))


def test_a_base_known_by_its_line_alone_provides_while_the_line_is_valid() -> None:
    world = World()
    own = [finding("11.1.a", UNKNOWN, None, None), finding("7.1.a", MET, None, Assurance.AUDITED)]
    said = world.composed(world.layer("haut", own, Base("socle", "Socle", "IaaS", None, line(), ("11.*",))))
    assert (said["11.1.a"].answer, said["11.1.a"].until, said["11.1.a"].assurance) == (MET, date(2027, 6, 30), Assurance.ATTESTED)
    assert (said["7.1.a"].answer, said["7.1.a"].until) == (MET, date(2027, 6, 30))


@pytest.mark.parametrize("bad", [None, line("in-progress"), line("expired"), line(framework="3.1"), line(framework=None),
                                 line(end=date(2026, 6, 30)), line(start=date(2026, 12, 31)), line(end=None), line(start=None)])
def test_a_line_that_shows_nothing_leaves_the_base_unknown(bad: CatalogueLine | None) -> None:
    world = World()
    said = world.composed(world.layer("haut", [finding("11.1.a"), finding("7.1.a")], Base("socle", "Socle", "IaaS", None, bad, ("11.*",))))
    assert (said["11.1.a"].answer, said["7.1.a"].answer) == (UNKNOWN, UNKNOWN)


def test_a_line_says_nothing_under_another_scheme() -> None:
    world = World()
    top = world.layer("haut", [finding("P1.1.1", UNKNOWN)], Base("socle", "Socle", "IaaS", None, line(), ("*",)))
    assert world.composed(top, "gaia-x-24.11")["P1.1.1"].answer is UNKNOWN


def test_a_line_does_not_hide_a_failure_that_the_bases_own_dossier_shows() -> None:
    world = World()
    base = world.layer("socle", [finding("11.1.a", NOT_MET), finding("11.1.b", UNKNOWN)])
    said = world.composed(world.layer("haut", [finding("11.1.a"), finding("11.1.b")], on(base, ("*",), None, line())))
    assert (said["11.1.a"].answer, said["11.1.b"].answer) == (NOT_MET, MET)


def test_a_service_on_a_qualified_base_is_not_itself_qualified() -> None:
    world = World()
    base = world.layer("socle", [finding("annex-2.c", MET, computed=True)])
    said = world.composed(world.layer("haut", [finding("annex-2.c", NOT_MET, computed=True)], on(base, ("*",), None, line())))
    assert said["annex-2.c"].answer is NOT_MET


def test_what_is_computed_from_facts_is_not_inherited_away() -> None:
    world = World()
    base = world.layer("socle", [finding("19.6.b", MET, computed=True)])
    said = world.composed(world.layer("haut", [finding("19.6.b", UNKNOWN, computed=True)], on(base, ("*",), None, line())))
    assert said["19.6.b"].answer is UNKNOWN


def test_a_licensed_technology_answers_only_for_what_it_is_said_to_provide() -> None:
    world = World()
    technology = Base("techno", "Technologie", "technology", None, None, ("14.*",))
    said = world.composed(world.layer("haut", [finding("7.1.a"), finding("14.1.a")], technology))
    assert (said["7.1.a"].answer, said["14.1.a"].answer) == (MET, UNKNOWN)


def test_exposure_is_the_union_over_all_layers_underneath() -> None:
    world = World()
    ground = world.layer("us-socle", [])
    middle = world.layer("cn-paas", [], on(ground))
    top = world.layer("haut", [finding("5.1.a")], on(middle))
    assert compose(world.own["haut"], top, world.alone, ON).exposure == {"US", "CN"}


def test_what_is_still_to_do_is_told_layer_by_layer() -> None:
    world = World()
    base = world.layer("socle", [finding("9.7.a", UNKNOWN), finding("11.1.a", NOT_MET)])
    top = world.layer("haut", [finding("9.7.a"), finding("11.1.a", UNKNOWN), finding("5.1.a", NOT_MET), finding("5.1.b")],
                      on(base, ("11.*",), {"9.7.a": "droits"}))
    found = still_to_do(assessment(top, world.composed(top).values()))
    assert {layer: [(one.requirement, one.relation) for one in tasks] for layer, tasks in found.items()} == {
        "haut": [("9.7.a", Relation.RESPONSIBILITY), ("5.1.a", Relation.PROVIDED)], "socle": [("11.1.a", Relation.PROVIDED)]}


@pytest.mark.parametrize(("pattern", "number", "named"), [
    ("9.7.a", "9.7.a", True), ("9.*", "9.7.a", True), ("9.*", "19.7.a", False), ("*", "9.7.a", True), ("9.7", "9.7.a", False),
    ("secnumcloud-3.2#9.*", "9.7.a", True), ("gaia-x-24.11#9.*", "9.7.a", False),
])  # fmt: skip
def test_requirements_are_named_by_number_or_by_prefix(pattern: str, number: str, named: bool) -> None:
    assert (named_by([pattern], number, "secnumcloud-3.2") is not None) is named


# --- laws ---------------------------------------------------------------------------------------

answers = st.sampled_from(list(Answer))
ends = st.one_of(st.none(), st.dates(date(2026, 12, 1), date(2028, 12, 1)))
assurances = st.one_of(st.none(), st.sampled_from(list(Assurance)))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, Dossier]:
    """Four layers at most, each standing on any of those before it, with any relation between them."""
    world = World()
    layers: list[Dossier] = []
    for index in range(draw(st.integers(2, 4))):
        below = draw(st.lists(st.sampled_from(layers), unique_by=lambda one: one.id, max_size=2)) if layers else []
        if index and not below:
            below = [layers[-1]]
        bases = [
            on(one, draw(st.sampled_from([(), ("9.*",)])), draw(st.sampled_from([None, {"9.7.a": "droits"}])),
               draw(st.sampled_from([None, line(), line("expired")])))
            for one in below
        ]  # fmt: skip
        replies = tuple(Answered(one.id, "9.7.a", "ainsi") for one in layers if draw(st.booleans()))
        own = [finding("9.7.a", draw(answers), draw(ends), draw(assurances), draw(st.booleans()))]
        layers.append(world.layer(f"l{index}", own, *bases, answered=replies))
    return world, layers[-1]


def lowest(layers: Iterable[Inheritance]) -> int:
    return min(RANK[one.answer] for one in layers)


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_a_composed_offer_is_never_better_than_its_weakest_layer(drawn: tuple[World, Dossier]) -> None:
    world, top = drawn
    said = world.composed(top)["9.7.a"]
    assert RANK[said.answer] <= lowest(said.layers)
    assert RANK[said.answer] <= RANK[world.own[top.id][0].answer] or relations(said)[top.id][0] is Relation.INHERITED


def under(dossier: Dossier) -> set[str]:
    return {base.offer for base in dossier.bases}.union(*(under(base.dossier) for base in dossier.bases if base.dossier))


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_a_failure_of_any_layer_is_a_failure_of_the_whole(drawn: tuple[World, Dossier]) -> None:
    world, top = drawn
    failing = any(world.own[name][0].answer is NOT_MET for name in {top.id} | under(top))
    assert (world.composed(top)["9.7.a"].answer is NOT_MET) is failing


@given(worlds(), st.data())
@settings(max_examples=150, deadline=None)
def test_worsening_a_layer_never_betters_the_whole(drawn: tuple[World, Dossier], data: st.DataObject) -> None:
    world, top = drawn
    before = world.composed(top)["9.7.a"].answer
    name = data.draw(st.sampled_from(sorted(world.own)))
    own = world.own[name][0]
    worse = data.draw(st.sampled_from([one for one in Answer if RANK[one] <= RANK[own.answer]]))
    world.own[name] = [replace(own, answer=worse)]
    assert RANK[world.composed(top)["9.7.a"].answer] <= RANK[before]


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_the_order_of_bases_changes_nothing(drawn: tuple[World, Dossier]) -> None:
    world, top = drawn
    said, turned = world.composed(top)["9.7.a"], world.composed(replace(top, bases=top.bases[::-1]))["9.7.a"]
    assert (said.answer, said.until, said.assurance, relations(said)) == (turned.answer, turned.until, turned.assurance, relations(turned))


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_what_is_met_ends_no_later_than_any_layer_that_it_stands_on(drawn: tuple[World, Dossier]) -> None:
    world, top = drawn
    said = world.composed(top)["9.7.a"]
    if said.answer is MET:
        known = [one.until for one in said.layers if one.until is not None and one.relation is Relation.PROVIDED]
        assert not known or (said.until is not None and said.until <= min(known))

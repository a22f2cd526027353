"""What a person reads, and laws that hold for any graph."""

from __future__ import annotations

import string
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.trust.shapes import Constraint, Graph, Literal
from egide.trust.shapes.demands import SAID
from egide.trust.shapes.graph import RDF_TYPE
from egide.trust.shapes.validating import MOST_VIOLATIONS
from egide.vocabulary.findings import Answer

from .small import graph, said, shapes

if TYPE_CHECKING:
    from egide.trust.shapes import Shapes

EX = "https://exemple.invalid/"
THING = shapes("""ex:ThingShape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
    sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:maxCount 2 ; sh:datatype xsd:string ; sh:nodeKind sh:Literal ],
        [ sh:path ex:q ; sh:class ex:Thing ], [ sh:path ex:r ; sh:or ( [ sh:class ex:Thing ] [ sh:in ( "a" "b" ) ] ) ],
        [ sh:path ex:s ; sh:minInclusive 1 ; sh:maxInclusive 4 ], [ sh:path ex:t ; sh:pattern "^a" ; sh:not [ sh:hasValue "ab" ] ] .""")
NODES = st.sampled_from([EX + "a", EX + "b", "_:c"])
PREDICATES = st.sampled_from([EX + name for name in "pqrstu"])
LITERALS = st.builds(Literal, st.sampled_from(["a", "ab", "b", "1", "5", "x"]), st.sampled_from(
    ["http://www.w3.org/2001/XMLSchema#string", "http://www.w3.org/2001/XMLSchema#integer"]))
TYPES = st.tuples(NODES, st.just(RDF_TYPE), st.just(EX + "Thing"))
TRIPLES = st.lists(TYPES | st.tuples(NODES, PREDICATES, NODES | LITERALS), max_size=20)


def graph_of_triples(triples: list[tuple[str, str, str | Literal]]) -> Graph:
    data = Graph()
    for triple in triples:
        data.add(*triple)
    return data


@given(TRIPLES, st.integers())
def test_the_order_of_triples_and_their_repetition_change_nothing(triples: list[tuple[str, str, str | Literal]], seed: int) -> None:
    shuffled = triples + triples[:3]
    Random(seed).shuffle(shuffled)  # noqa: S311 - a draw that can be repeated
    assert THING.validate(graph_of_triples(shuffled)) == THING.validate(graph_of_triples(triples))


@given(TRIPLES, NODES)
def test_a_property_that_no_shape_describes_never_makes_a_closed_shape_conform(
    triples: list[tuple[str, str, str | Literal]], node: str,
) -> None:
    before, more = graph_of_triples(triples), graph_of_triples([*triples, (node, EX + "unheard", Literal("x"))])
    found = THING.validate(more).results
    assert all(violation in found for violation in THING.validate(before).results)


@given(TRIPLES)
def test_to_conform_something_must_have_been_looked_at(triples: list[tuple[str, str, str | Literal]]) -> None:
    report = THING.validate(graph_of_triples(triples))
    assert (report.conforms is Answer.MET) == (report.focus_nodes > 0 and not report.results)
    assert (report.conforms is Answer.NOT_MET) == bool(report.results)


@given(TRIPLES)
def test_judging_leaves_the_graph_as_it_was(triples: list[tuple[str, str, str | Literal]]) -> None:
    data = graph_of_triples(triples)
    THING.validate(data)
    assert data == graph_of_triples(triples)


def test_each_violation_says_what_where_and_why() -> None:
    report = THING.validate(graph("""
        ex:a a ex:Thing ; ex:p 'a', 'b', 7 ; ex:q ex:nobody ; ex:r 'c' ; ex:s 5, 0 ; ex:t 'b', 'ab' ; ex:u 1 .
        ex:b a ex:Thing ; ex:p ex:node .
        ex:c a ex:Thing ."""))
    assert [f"{found.focus.removeprefix(EX)}  {said(found.message)}" for found in report.results if isinstance(found.focus, str)] == [
        "a  ex:p: 7 (xsd:integer) is not a well-formed xsd:string",
        "a  ex:p: 2 allowed at most, more are given",
        f"a  ex:q: {EX}nobody is not stated to be of class ex:Thing",
        "a  ex:r: c meets none of the 2 alternatives",
        "a  ex:s: 5 is not a number up to 4",
        "a  ex:s: 0 is not a number from 1 up",
        "a  ex:t: ab is what is excluded here",
        "a  ex:t: b does not have the form ^a",
        "a  ex:u is not a property that ex:ThingShape allows",
        f"b  ex:p: {EX}node (IRI) is not a well-formed xsd:string",
        f"b  ex:p: {EX}node is not of the kind Literal",
        "c  ex:p: 1 expected at least, fewer are given",
    ]
    assert said(report.reason) == "violations of the shapes: 12"
    assert {found.shape for found in report.results} == {EX + "ThingShape"}
    assert all(found.message.code == f"shape.{found.constraint}" for found in report.results)


def test_every_constraint_has_words_and_the_words_have_their_values() -> None:
    assert SAID.keys() == set(Constraint)
    report = shapes("""ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:node [ sh:nodeKind sh:BlankNode ] ;
        sh:and ( [ sh:nodeKind sh:IRI ] [ sh:nodeKind sh:Literal ] ) ;
        sh:property [ sh:path ex:p ; sh:hasValue "a" ; sh:in ( 1 ) ] .""").validate(graph("ex:a a ex:Thing ; ex:p 2 ."))
    told = [said(found.message) for found in report.results]
    assert told == [
        f"ex:S: {EX}a does not meet all of the 2 demands",
        f"ex:S: {EX}a does not meet what ex:S demands",
        "ex:p: the value a is missing",
        "ex:p: 2 is not among the values allowed (1)",
    ]
    for reason in (found.message for found in report.results):
        assert {name for _, name, _, _ in string.Formatter().parse(reason.message) if name} <= reason.args.keys()


def test_a_long_value_is_cut_in_the_message_and_whole_in_the_result() -> None:
    (found,) = shapes("ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] .").validate(
        graph(f'ex:a a ex:Thing ; ex:p "{"x" * 5_000}" .')).results
    assert len(said(found.message)) < 200
    assert found.value == Literal("x" * 5_000)


def test_countless_violations_are_cut_and_the_report_says_so() -> None:
    data = graph("".join(f"ex:n{number} a ex:Thing .\n" for number in range(MOST_VIOLATIONS * 2)))
    report = THING.validate(data)
    assert (report.conforms, len(report.results)) == (Answer.NOT_MET, MOST_VIOLATIONS)
    assert "the rest was not looked at" in said(report.reason)


@pytest.mark.shared
def test_a_large_graph_is_judged_in_one_pass(gaia_x: Shapes) -> None:
    body = "".join(
        f"ex:n{n} a gx:LegalPerson ; gx:legalAddress _:a{n} ; gx:headquartersAddress _:a{n} ; gx:registrationNumber _:r{n} .\n"
        f"_:a{n} a gx:Address ; gx:countryCode 'FR' . _:r{n} a gx:RegistrationNumber .\n" for n in range(2_000))
    report = gaia_x.validate(graph(body))
    assert (report.conforms, report.focus_nodes) == (Answer.MET, 6_000)

"""Each demand of SHACL Core that is known, put to values that meet it and values that don't."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from egide.trust.shapes import Constraint, Graph, Literal
from egide.trust.shapes.graph import RDF_TYPE
from egide.trust.shapes.literals import number, of_datatype
from egide.vocabulary.findings import Answer

from .small import graph, of_thing, shapes

if TYPE_CHECKING:
    from egide.trust.shapes import Shapes

XSD = "http://www.w3.org/2001/XMLSchema#"


def test_values_are_counted_each_once() -> None:
    assert of_thing("sh:minCount 1 ; sh:maxCount 2", none="", one='"a"', same='"a", "a", "a"', two='"a", "b"', three='"a", "b", "c"') == {
        "none", "three"}


def test_a_class_is_what_a_node_states_to_be_and_never_a_literal() -> None:
    assert of_thing("sh:class ex:Thing", itself="ex:itself", stranger="ex:nobody", text='"ex:itself"',
                    blank="[ a ex:Thing ; ex:p ex:itself ]") == {"stranger", "text"}


def test_a_subclass_stated_in_the_graph_counts_even_in_a_circle() -> None:
    ready = shapes("ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; sh:class ex:Thing ] .")
    data = graph("""ex:Fine rdfs:subClassOf ex:Thing . ex:Thing rdfs:subClassOf ex:Fine .
                    ex:a a ex:Fine ; ex:p ex:a, ex:b . ex:b a ex:Other .""")
    report = ready.validate(data)
    assert report.focus_nodes == 1
    assert [found.value for found in report.results] == ["https://exemple.invalid/b"]


def test_a_datatype_is_named_and_well_formed() -> None:
    assert of_thing("sh:datatype xsd:integer", good="7", long='"+007"^^xsd:integer', word='"seven"^^xsd:integer', text='"7"',
                    node="ex:seven", decimal="7.0", spaced='" 7"^^xsd:integer') == {"word", "text", "node", "decimal", "spaced"}
    assert of_thing("sh:datatype xsd:string", good='"a"', french='"a"@fr', number="1") == {"french", "number"}
    assert of_thing("sh:datatype rdf:langString", good='"a"@fr', bare='"a"') == {"bare"}
    assert of_thing("sh:datatype ex:own", good='"anything"^^ex:own', other='"a"') == {"other"}


@pytest.mark.parametrize(("datatype", "good", "bad"), [
    ("boolean", ["true", "0"], ["True", "yes", ""]),
    ("integer", ["0", "-12", "9" * 10_000], ["1_000", "1.0", "٣", "", "+", "1\n"]),
    ("decimal", ["1.", ".5", "-0.50"], ["1e3", ".", "1,5"]),
    ("float", ["1e3", "INF", "-INF", "NaN", "1.5E-3"], ["inf", "nan", "0x1", "1_0"]),
    ("date", ["2026-11-23", "2024-02-29", "2026-11-23Z", "-0001-01-01", "12026-01-01+02:00", "2000-02-29"],
     ["2026-02-29", "2026-13-01", "2026-1-1", "20261123", "1900-02-29", "2026-11-23+15:00"]),
    ("dateTime", ["2026-11-23T10:00:00Z", "2026-11-23T24:00:00", "2026-11-23T10:00:00.123456789+14:00"],
     ["2026-11-23", "2026-11-23 10:00:00", "2026-11-23T25:00:00", "2026-11-23T10:60:00", "2026-11-23T24:00:01", "1700000000000"]),
    ("time", ["10:00:00"], ["10:00"]),
    ("unsignedByte", ["0", "255"], ["256", "-1", "9" * 5_000]),
    ("positiveInteger", ["1", "9" * 5_000], ["0", "-" + "9" * 5_000]),
    ("negativeInteger", ["-1", "-" + "9" * 5_000], ["0", "9" * 5_000]),
    ("anyURI", ["https://exemple.invalid/", "no colon at all"], []),
])
def test_lexical_forms_are_those_of_xml_schema(datatype: str, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not of_datatype(Literal(text, XSD + datatype), XSD + datatype)] == []
    assert [text for text in bad if of_datatype(Literal(text, XSD + datatype), XSD + datatype)] == []


def test_kinds_of_nodes_are_told_apart() -> None:
    values = {"iri": "ex:a", "blank": "[]", "literal": '"a"'}
    for kind, refused in {"IRI": {"blank", "literal"}, "BlankNode": {"iri", "literal"}, "Literal": {"iri", "blank"},
                          "BlankNodeOrIRI": {"literal"}, "BlankNodeOrLiteral": {"iri"}, "IRIOrLiteral": {"blank"}}.items():
        assert of_thing(f"sh:nodeKind sh:{kind}", **values) == refused


def test_a_list_holds_terms_and_not_values() -> None:
    assert of_thing('sh:in ( "FR" 1 ex:a )', text='"FR"', number="1", node="ex:a", tagged='"FR"@fr', decimal="1.0",
                    padded='"01"^^xsd:integer', lower='"fr"') == {"tagged", "decimal", "padded", "lower"}


def test_one_value_must_be_the_one_wanted() -> None:
    assert of_thing('sh:hasValue "a"', none="", it='"a"', among='"b", "a"', other='"b"') == {"none", "other"}


def test_a_pattern_is_found_anywhere_in_a_text_or_an_iri_and_never_in_a_blank_node() -> None:
    assert of_thing('sh:pattern "b+"', inside='"abbc"', iri="ex:ab", number="1", blank="[]", other='"B"') == {"number", "blank", "other"}
    assert of_thing('sh:pattern "^B" ; sh:flags "im"', second='"a\\nb"', other='"ab"') == {"other"}


def test_a_text_that_is_no_sequence_of_characters_matches_no_pattern() -> None:
    ready = shapes('ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; sh:pattern "." ] .')
    data = Graph()
    data.add("ex:a", RDF_TYPE, "https://exemple.invalid/Thing")
    data.add("ex:a", "https://exemple.invalid/p", Literal("\ud800"))
    assert ready.validate(data).conforms is Answer.NOT_MET


def test_bounds_are_of_numbers_whatever_their_datatype() -> None:
    values = {"low": "0", "least": "1.0", "float": '"2e0"^^xsd:float', "most": "3", "high": "3.0001", "infinite": '"INF"^^xsd:double',
              "none": '"NaN"^^xsd:double', "word": '"x"^^xsd:integer', "text": '"2"', "true": "true", "node": "ex:a",
              "endless": f'"{"9" * 5_000}"^^xsd:integer'}
    assert of_thing("sh:minInclusive 1 ; sh:maxInclusive 3.0", **values) == values.keys() - {"least", "float", "most"}


def test_numbers_are_compared_exactly() -> None:
    assert number(Literal("0.1", XSD + "decimal")) != number(Literal("0.1", XSD + "double"))
    assert of_thing('sh:maxInclusive "9007199254740992"^^xsd:integer', above='"9007199254740993"^^xsd:integer') == {"above"}


def test_a_closed_shape_refuses_each_value_of_a_property_it_does_not_describe() -> None:
    ready = shapes("""ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:closed true ; sh:ignoredProperties ( rdf:type ex:q ) ;
                      sh:property [ sh:path ex:p ] .""")
    report = ready.validate(graph('ex:a a ex:Thing ; ex:p 1 ; ex:q 2 ; ex:r 3, 4 .'))
    assert [(found.path, found.constraint) for found in report.results] == [("https://exemple.invalid/r", Constraint.CLOSED)] * 2
    opened = shapes("ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:closed false .")
    assert opened.validate(graph("ex:a a ex:Thing ; ex:r 3 .")).results == ()


def test_alternatives_conjunctions_exclusions_and_other_shapes() -> None:
    values = {"text": '"a"', "number": "7", "both": '"a", 7', "node": "ex:node"}
    assert of_thing("sh:or ( [ sh:datatype xsd:string ] [ sh:minInclusive 8 ] )", **values) == {"number", "both", "node"}
    assert of_thing("sh:and ( [ sh:nodeKind sh:Literal ] [ sh:datatype xsd:integer ] )", **values) == {"text", "both", "node"}
    assert of_thing("sh:not [ sh:nodeKind sh:Literal ]", **values) == {"text", "number", "both"}
    assert of_thing("sh:node [ sh:nodeKind sh:IRI ]", **values) == {"text", "number", "both"}
    assert of_thing("sh:or ( [ sh:path ex:p ; sh:minCount 1 ] )", node="ex:other", other="ex:node", text='"a"') == {"text"}


def test_a_property_of_a_property_is_reported_at_the_node_it_is_missing_from() -> None:
    ready = shapes("""ex:S a sh:NodeShape ; sh:targetClass ex:Thing ;
        sh:property [ sh:path ex:p ; sh:property [ sh:path ex:q ; sh:minCount 1 ] ] .""")
    (found,) = ready.validate(graph("ex:a a ex:Thing ; ex:p ex:b .")).results
    assert (found.focus, found.path, found.shape) == ("https://exemple.invalid/b", "https://exemple.invalid/q", "https://exemple.invalid/S")


def test_a_property_shape_may_have_a_target_of_its_own() -> None:
    ready = shapes("ex:S a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path ex:p ; sh:minCount 1 .")
    assert [found.focus for found in ready.validate(graph("ex:a a ex:Thing . ex:b a ex:Thing ; ex:p 1 .")).results] == ["https://exemple.invalid/a"]


def test_nodes_to_which_countless_ways_lead_are_judged_once() -> None:
    inner = "sh:property [ sh:path ex:q ; sh:minCount 1 ]"
    for _ in range(15):
        inner = f"sh:property [ sh:path ex:p ; {inner} ]"
    ready = shapes(f"ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; {inner} .")
    everyone = ", ".join(f"ex:n{number}" for number in range(12))
    data = graph("".join(f"ex:n{number} a ex:Thing ; ex:p {everyone} .\n" for number in range(12)))
    assert {found.focus for found in ready.validate(data).results} == data.nodes.keys()


def test_consent_needs_a_contact_or_a_purpose(gaia_x: Shapes) -> None:
    def judged(body: str) -> Answer:
        return gaia_x.validate(graph(f"ex:a a gx:Consent ; {body} .")).conforms

    assert judged('gx:legalBasis "6.1.a" ; gx:dataProtectionContactPoint ex:dpo') is Answer.MET
    assert judged('gx:legalBasis "6.1.a"') is Answer.NOT_MET
    assert judged('gx:legalBasis "6.1.b" ; gx:purpose "paie"') is Answer.MET
    assert judged('gx:legalBasis "6.1.b"') is Answer.NOT_MET

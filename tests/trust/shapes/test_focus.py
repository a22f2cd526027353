"""What is looked at, what isn't, and that the second is never taken for the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from egide.trust.shapes import STRICT, Focus, Graph, Literal, Mode, classes_stated, internal, subject_graph
from egide.trust.shapes.graph import RDF_TYPE
from egide.trust.shapes.subjects import SUBJECT
from egide.vocabulary.findings import Answer

from .oracle import from_json_ld
from .small import graph, said, shapes

if TYPE_CHECKING:
    from pathlib import Path

    from egide.trust.shapes import Shapes

EX = "https://exemple.invalid/"
GX = "https://w3id.org/gaia-x/development#"
PERSON = "ex:S a sh:NodeShape ; sh:targetClass gx:LegalPerson ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ; "
NAMED = PERSON + "sh:property [ sh:path gx:legalName ; sh:minCount 1 ] ."
CREDENTIAL = """
ex:presentation a cred:VerifiablePresentation ; cred:verifiableCredential ex:credential .
ex:credential a cred:VerifiableCredential, gx:LegalPerson ; cred:issuer ex:issuer ; cred:validFrom "2026-01-01T00:00:00Z"^^xsd:dateTime ;
    sec:proof [ a sec:DataIntegrityProof ] ; cred:credentialSubject ex:a .
ex:issuer gx:legalName "issuer" .
"""


def test_a_graph_in_which_nothing_is_looked_at_is_not_evaluated() -> None:
    ready = shapes(NAMED)
    for body in ("", "ex:a gx:legalName 'A' .", "ex:a a gx:legalperson ; gx:legalName 'A' .", "ex:a a 'gx:LegalPerson' ."):
        report = ready.validate(graph(body))
        assert (report.conforms, report.focus_nodes, report.results) == (Answer.UNKNOWN, 0, ())
        assert "not evaluated" in said(report.reason)


def test_one_node_looked_at_does_not_speak_for_a_subject_that_was_not() -> None:
    ready = shapes(NAMED)
    data = graph("ex:a a gx:LegalPerson ; gx:legalName 'A' . ex:b gx:legalName 'B' .")
    report = ready.validate(data, Focus({EX + "a": (), EX + "b": ()}))
    assert (report.conforms, report.focus_nodes, report.unseen) == (Answer.UNKNOWN, 1, (EX + "b",))
    assert said(report.reason) == f"not evaluated: no shape speaks of {EX}b"
    assert ready.validate(data, Focus({EX + "a": ()})).conforms is Answer.MET


def test_a_subject_that_the_graph_does_not_hold_is_not_evaluated() -> None:
    report = shapes(NAMED).validate(graph("ex:a a gx:LegalPerson ; gx:legalName 'A' ."), Focus({EX + "absent": ()}))
    assert report.conforms is Answer.UNKNOWN


def test_a_violation_outweighs_what_was_not_looked_at() -> None:
    report = shapes(NAMED).validate(graph("ex:a a gx:LegalPerson ."), Focus({EX + "b": ()}))
    assert report.conforms is Answer.NOT_MET


def test_an_untyped_subject_takes_its_credentials_type_in_the_compatible_mode_only_and_is_flagged() -> None:
    ready = shapes(NAMED)
    data = graph("ex:a gx:legalName 'A' .")
    stated = {EX + "a": (GX + "LegalPerson", "https://www.w3.org/2018/credentials#VerifiableCredential")}
    assert ready.validate(data, Focus(stated)).conforms is Answer.UNKNOWN
    report = ready.validate(data, Focus(stated, Mode.COMPATIBLE))
    assert (report.conforms, report.focus_nodes) == (Answer.MET, 1)
    assert [said(flag) for flag in report.flags] == [f"{EX}a states no type; that of its credential was taken: gx:LegalPerson"]
    assert RDF_TYPE not in data.nodes[EX + "a"]


def test_a_copied_type_is_judged_like_a_stated_one() -> None:
    ready = shapes(NAMED)
    copied = ready.validate(graph("ex:a gx:other 'A' ."), Focus({EX + "a": (GX + "LegalPerson",)}, Mode.COMPATIBLE))
    stated = ready.validate(graph("ex:a a gx:LegalPerson ; gx:other 'A' ."))
    assert copied.results == stated.results
    assert stated.flags == ()


def test_a_subject_that_states_a_type_keeps_it() -> None:
    report = shapes(NAMED).validate(graph("ex:a a ex:Other ."), Focus({EX + "a": (GX + "LegalPerson",)}, Mode.COMPATIBLE))
    assert (report.conforms, report.flags, report.unseen) == (Answer.UNKNOWN, (), (EX + "a",))


def test_the_two_namespaces_of_gaia_x_are_one() -> None:
    for prefix, other in (("gx", "gx2511"), ("gx2511", "gx")):
        ready = shapes(NAMED.replace("gx:", f"{prefix}:"))
        report = ready.validate(graph(f"ex:a a {other}:LegalPerson ; {other}:legalName 'A' ."), Focus({EX + "a": ()}))
        assert report.conforms is Answer.MET
        assert ready.targets == {GX + "LegalPerson"}
    assert internal("https://w3id.org/gaia-x/2511#x") == internal("https://w3id.org/gaia-x/development#x") == GX + "x"
    assert internal("https://w3id.org/gaia-x/2411#x") == "https://w3id.org/gaia-x/2411#x"


def test_a_value_cannot_hide_in_the_other_namespace() -> None:
    ready = shapes(PERSON + "sh:property [ sh:path gx:legalName ; sh:maxCount 1 ] .")
    assert ready.validate(graph("ex:a a gx:LegalPerson ; gx:legalName 'A' ; gx2511:legalName 'B' .")).conforms is Answer.NOT_MET


def test_a_node_of_several_targeted_classes_is_put_to_each_shape_once() -> None:
    ready = shapes("""ex:S a sh:NodeShape ; sh:targetClass ex:Thing, ex:Other ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .
                      ex:T a sh:NodeShape ; sh:targetClass ex:Other ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .""")
    report = ready.validate(graph("ex:a a ex:Thing, ex:Other ."))
    assert (report.focus_nodes, len(report.results)) == (1, 2)


def test_closed_shapes_refuse_an_envelope_and_not_what_it_holds() -> None:
    ready = shapes(NAMED)
    whole = graph(CREDENTIAL + "ex:a a gx:LegalPerson ; gx:legalName 'A' .")
    assert ready.validate(whole).conforms is Answer.NOT_MET
    subject, stated = subject_graph(whole)
    assert set(subject.nodes) == {EX + "a"}
    assert stated == {EX + "a": (GX + "LegalPerson",)}
    assert ready.validate(subject, Focus(stated)).conforms is Answer.MET


def test_all_that_a_subject_leads_to_is_its_own() -> None:
    whole = graph(CREDENTIAL + """ex:a gx:legalAddress [ gx:locality [ schema:name 'x' ] ] ; gx:of ex:b .
                                  ex:b gx:of ex:a . ex:c gx:of ex:a .""")
    subject, _ = subject_graph(whole)
    assert len(subject.nodes) == 4
    assert {EX + "a", EX + "b"} <= subject.nodes.keys()
    assert EX + "c" not in subject.nodes


def test_a_subject_that_points_to_its_credential_does_not_draw_the_envelope_in() -> None:
    subject, _ = subject_graph(graph(CREDENTIAL + "ex:a a gx:LegalPerson ; gx:legalName 'A' ; gx:see ex:credential, ex:presentation ."))
    assert set(subject.nodes) == {EX + "a"}


def test_a_subject_with_the_identifier_of_its_credential_loses_only_the_envelope() -> None:
    subject, stated = subject_graph(graph("""ex:a a cred:VerifiableCredential, gx:LegalPerson ; cred:issuer ex:i ; gx:legalName 'A' ;
        cred:credentialSubject ex:a ."""))
    assert dict(subject.nodes[EX + "a"]) == {RDF_TYPE: {GX + "LegalPerson": None}, GX + "legalName": {Literal("A"): None}}
    assert shapes(NAMED).validate(subject, Focus(stated)).conforms is Answer.MET


def test_a_subject_shared_by_two_credentials_has_the_types_of_both() -> None:
    whole = graph(CREDENTIAL + "ex:other a cred:VerifiableCredential, gx:Issuer ; cred:credentialSubject ex:a . ex:a gx:legalName 'A' .")
    assert subject_graph(whole)[1] == {EX + "a": (GX + "Issuer", GX + "LegalPerson")}


def test_an_envelope_without_a_subject_holds_nothing_and_a_bare_graph_is_its_own_subject() -> None:
    empty, stated = subject_graph(graph("ex:credential a cred:VerifiableCredential, gx:LegalPerson ; cred:issuer ex:i ."))
    assert (len(empty), stated) == (0, {})
    assert shapes(NAMED).validate(empty, Focus(stated)).conforms is Answer.UNKNOWN
    bare = graph("ex:a a gx:LegalPerson .")
    assert subject_graph(bare) == (bare, {})


def test_a_subject_that_is_a_text_is_no_subject() -> None:
    data = Graph()
    data.add("urn:c", SUBJECT, Literal("someone"))
    assert subject_graph(data) == (Graph(), {})


def test_what_stands_beside_tells_a_class_and_completes_nothing() -> None:
    ready = shapes("""ex:S a sh:NodeShape ; sh:targetClass gx:ServiceOffering ;
        sh:property [ sh:path gx:providedBy ; sh:class gx:LegalPerson ], [ sh:path gx:name ; sh:minCount 1 ] .
        """ + NAMED.replace("ex:S", "ex:T"))
    offer = graph("ex:o a gx:ServiceOffering ; gx:providedBy ex:a .")
    beside = graph("ex:a a gx:LegalPerson . ex:o gx:name 'given by another' . ex:b a gx:LegalPerson .")
    assert {found.constraint for found in ready.validate(offer).results} == {"class", "min-count"}
    report = ready.validate(offer, STRICT, beside)
    assert [found.constraint for found in report.results] == ["min-count"]
    assert report.focus_nodes == 1


def test_what_stands_beside_does_not_make_an_untyped_subject_seen() -> None:
    ready = shapes(NAMED)
    report = ready.validate(graph("ex:a gx:legalName 'A' ."), Focus({EX + "a": ()}), graph("ex:a a gx:LegalPerson ."))
    assert (report.conforms, report.focus_nodes) == (Answer.UNKNOWN, 0)


def test_a_blank_node_of_another_document_is_another_node() -> None:
    ready = shapes("ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; sh:class ex:Thing ] .")
    data, other = Graph(), Graph()
    data.add("urn:a", RDF_TYPE, EX + "Thing")
    data.add("urn:a", EX + "p", "_:b0")
    other.add("_:b0", RDF_TYPE, EX + "Thing")
    assert ready.validate(data, STRICT, other).conforms is Answer.NOT_MET


def test_credentials_tell_each_other_the_classes_of_named_nodes_and_nothing_else() -> None:
    stated = classes_stated([graph("ex:a a ex:Thing ; ex:p 1 . [] a ex:Thing ."), graph("ex:a a ex:Other . ex:b ex:p 2 .")])
    assert stated.nodes == {EX + "a": {RDF_TYPE: {EX + "Thing": None, EX + "Other": None}}}


@pytest.mark.shared
def test_the_loire_examples_were_written_for_fewer_demands_than_those_of_release_25_11(shared: Path, gaia_x: Shapes) -> None:
    """Their own shape asks for a registration number and allows a legal name; 25.11 asks for two addresses and knows no legal name."""
    own = shapes(PERSON + """sh:property [ sh:path gx:registrationNumber ; sh:minCount 1 ],
                             [ sh:path gx:legalName ; sh:minCount 1 ; sh:datatype xsd:string ] .""")
    answers = {}
    for name in ("valid", "missing_required", "closed_violation"):
        subject, stated = subject_graph(from_json_ld(shared / f"data/gaia-x/loire-examples/loire_legalPerson_{name}.jsonld", shared))
        answers[name] = (own.validate(subject, Focus(stated)).conforms, gaia_x.validate(subject, Focus(stated)).conforms)
    assert answers == {
        "valid": (Answer.MET, Answer.NOT_MET),
        "missing_required": (Answer.NOT_MET, Answer.NOT_MET),
        "closed_violation": (Answer.NOT_MET, Answer.NOT_MET),
    }

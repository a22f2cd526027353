"""What can be compiled, and what is refused with its place."""

from __future__ import annotations

import re

import msgspec
import pytest

from egide.trust.shapes import Graph, Shapes, compile_shapes, load_shapes, read_graph
from egide.trust.shapes.model import FORMAT
from egide.trust.shapes.reading import DEPTH
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer

from .small import PREFIXES, graph, shapes

OPEN = "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; "


@pytest.mark.shared
def test_the_shapes_of_gaia_x_are_all_there(gaia_x: Shapes) -> None:
    assert len(gaia_x.targets) == 166
    assert {shape.name for shape in gaia_x.model.shapes if shape.targets} >= {"https://w3id.org/gaia-x/development#LegalPersonShape"}
    assert re.fullmatch("sha256-[0-9a-f]{64}", gaia_x.digest)


@pytest.mark.shared
def test_the_cached_form_gives_the_same_shapes(gaia_x: Shapes) -> None:
    cached = gaia_x.cached()
    again = load_shapes(cached, "shapes.cache")
    assert again == gaia_x
    assert again.cached() == cached
    data = graph("ex:a a gx:LegalPerson ; gx:legalName 'a' .")
    assert again.validate(data) == gaia_x.validate(data)


@pytest.mark.parametrize(("body", "at", "told"), [
    (OPEN + "sh:xone ( [ ] ) .", "ex:S sh:xone", "not supported"),
    (OPEN + "sh:property [ sh:path ex:p ; sh:uniqueLang true ] .", "sh:uniqueLang", "not supported"),
    (OPEN + "sh:severity sh:Warning .", "ex:S sh:severity", "not supported"),
    (OPEN + "sh:deactivated true .", "ex:S sh:deactivated", "not supported"),
    (OPEN + 'sh:sparql [ sh:select "SELECT ?this {}" ] .', "sh:s", "not supported"),
    ("ex:S a sh:NodeShape ; sh:targetNode ex:a .", "ex:S sh:targetNode", "not supported"),
    ("ex:S a sh:NodeShape, rdfs:Class .", "ex:S", "sh:targetClass"),
    ("ex:S a sh:SPARQLFunction .", "ex:S", "sh:SPARQLFunction of SHACL is not supported"),
    (OPEN + "sh:property [ sh:path ( ex:p ex:q ) ] .", "ex:S sh:path", "more than one property"),
    (OPEN + "sh:property [ sh:path [ sh:inversePath ex:p ] ] .", "sh:inversePath", "not supported"),
    (OPEN + "sh:property [ sh:path ex:p, ex:q ] .", "ex:S sh:path", "more than once"),
    (OPEN + "sh:property [ sh:minCount 1 ] .", "ex:S sh:property", "without sh:path"),
    (OPEN + "sh:property ex:nowhere .", "ex:S sh:property", "without sh:path"),
    (OPEN + 'sh:property "x" .', "ex:S sh:property", "a shape is expected"),
    (OPEN + "sh:node ex:Nowhere .", "ex:S", "ex:Nowhere is referred to and not described"),
    (OPEN + "sh:minCount 1 .", "ex:S sh:minCount", "sh:path is missing"),
    (OPEN + "sh:property [ sh:path ex:p ; sh:minCount -1 ] .", "sh:minCount", "a count from 0"),
    (OPEN + 'sh:property [ sh:path ex:p ; sh:minCount "1" ] .', "sh:minCount", "a literal of xsd:integer"),
    (OPEN + f"sh:property [ sh:path ex:p ; sh:maxCount {'9' * 5_000} ] .", "sh:maxCount", "a count from 0"),
    (OPEN + "sh:property [ sh:path ex:p ; sh:minCount 1, 2 ] .", "sh:minCount", "more than once"),
    (OPEN + "sh:property [ sh:path ex:p ; sh:datatype 'x' ] .", "sh:datatype", "an IRI"),
    (OPEN + "sh:nodeKind sh:Anything .", "sh:nodeKind", "Anything of SHACL is not supported"),
    (OPEN + "sh:minInclusive 'a' .", "sh:minInclusive", "only numbers"),
    (OPEN + "sh:maxInclusive '2026-11-23'^^xsd:date .", "sh:maxInclusive", "only numbers"),
    (OPEN + "sh:closed 'maybe' .", "sh:closed", "a literal of xsd:boolean"),
    (OPEN + "sh:closed true ; sh:ignoredProperties ( 'a' ) .", "sh:ignoredProperties", "an IRI"),
    (OPEN + "sh:closed true ; sh:ignoredProperties ( ex:a ), ( ex:b ) .", "sh:ignoredProperties", "more than once"),
    (OPEN + "sh:or () .", "ex:S sh:or", "not an empty one"),
    (OPEN + "sh:and ( 'a' ) .", "ex:S sh:and", "a list of shapes"),
    (OPEN + "sh:targetClass 'a' .", "sh:targetClass", "an IRI"),
    (OPEN + "sh:pattern 'a' ; sh:flags 'i', 'm' .", "sh:flags", "more than once"),
    ("ex:S a sh:NodeShape .", "shapes.ttl", "no shape with sh:targetClass"),
    ("", "shapes.ttl", "no shape with sh:targetClass"),
])
def test_what_is_not_known_or_ill_formed_is_refused_with_its_place(body: str, at: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        shapes(body)
    assert at in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize("body", [
    OPEN + "sh:node ex:S .",
    OPEN + "sh:not [ sh:or ( [ sh:node ex:S ] ) ] .",
    OPEN + "sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:S .",
    OPEN + "sh:node ex:T . ex:T sh:node ex:U . ex:U sh:node ex:T .",
])
def test_a_shape_that_refers_to_itself_is_refused(body: str) -> None:
    with pytest.raises(InputError, match="refers to itself"):
        shapes(body)


@pytest.mark.parametrize("body", [
    "sh:in ex:l . ex:l rdf:first 1 ; rdf:rest ex:l .",
    "sh:in ex:l . ex:l rdf:first 1 ; rdf:rest ex:m . ex:m rdf:first 2 ; rdf:rest ex:l .",
    "sh:in ex:l . ex:l rdf:first 1 ; rdf:rest rdf:nil, ex:m .",
    "sh:in ex:l . ex:l rdf:first 1, 2 ; rdf:rest rdf:nil .",
    "sh:in ex:l . ex:l rdf:first 1 .",
    "sh:in ex:l . ex:l rdf:first 1 ; rdf:rest 'end' .",
    "sh:in 'FR' .",
])
def test_a_list_without_end_or_that_branches_is_refused(body: str) -> None:
    with pytest.raises(InputError, match=r"sh:in: the list is broken or has no end"):
        shapes(OPEN + body)


def test_long_lists_are_read() -> None:
    ready = shapes(OPEN + f"sh:property [ sh:path ex:p ; sh:in ( {' '.join(map(str, range(20_000)))} ) ] .")
    assert ready.validate(graph("ex:a a ex:Thing ; ex:p 19999 .")).conforms is Answer.MET
    (found,) = ready.validate(graph("ex:a a ex:Thing ; ex:p 20000 .")).results
    assert str(found.message.args["wanted"]).endswith("… +19992")


@pytest.mark.parametrize("pattern", [r"(a)\\1", "a(?=b)", "(a", "a{1000}{1000}{1000}", "(?<name>a)\\\\k<name>"])
def test_a_regular_expression_that_cannot_be_run_in_bounded_time_is_refused(pattern: str) -> None:
    with pytest.raises(InputError, match=r"ex:S sh:pattern: .*bounded time"):
        shapes(OPEN + f'sh:pattern "{pattern}" .')
    with pytest.raises(InputError, match="bounded time"):
        shapes(OPEN + 'sh:pattern "a" ; sh:flags "?" .')


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)*$", "(.*)*x(.*)*y$"])
def test_a_regular_expression_that_explodes_elsewhere_answers_here(pattern: str) -> None:
    ready = shapes(OPEN + f'sh:property [ sh:path ex:p ; sh:pattern "^{pattern}" ] .')
    assert ready.validate(graph(f'ex:a a ex:Thing ; ex:p "{"a" * 20_000}!" .')).conforms is Answer.NOT_MET


def test_shapes_within_shapes_are_read_to_a_depth_and_a_number() -> None:
    def nested(deep: int) -> str:
        return OPEN + "sh:not [ " * deep + "sh:nodeKind sh:IRI" + " ]" * deep + " ."

    assert shapes(nested(DEPTH - 1)).targets
    for deep in (DEPTH, 5_000):
        with pytest.raises(InputError, match="deep"):
            shapes(nested(deep))
    doubling = "".join(f"ex:T{n} a sh:NodeShape ; sh:and ( ex:T{n + 1} ex:T{n + 1} ) .\n" for n in range(20))
    with pytest.raises(InputError, match="more than 5000 ways"):
        shapes(OPEN + "sh:node ex:T0 .\n" + doubling + "ex:T20 a sh:NodeShape .")
    chain = "".join(f"ex:T{n} a sh:NodeShape ; sh:node ex:T{n - 1} .\n" for n in range(1, 100))
    with pytest.raises(InputError, match="deep"):
        shapes("ex:T0 a sh:NodeShape ; sh:targetClass ex:Thing .\n" + chain)


def test_bad_turtle_is_refused_with_line_and_column() -> None:
    whole = (PREFIXES + OPEN + "sh:property [ sh:path ex:p ; sh:minCount 1 ] .").encode()
    for cut in range(len(PREFIXES), len(whole) - 2, 7):
        with pytest.raises(InputError) as caught:
            compile_shapes(whole[:cut], "shapes.ttl")
        assert caught.value.at is not None
        assert caught.value.at.row or "no shape" in str(caught.value)
    for content in (b"\xff\xfe\x00", b"<a> <b> <c> .", b"[" * 100_000, b"{}"):
        with pytest.raises(InputError, match=r"shapes\.ttl row 1"):
            compile_shapes(content, "shapes.ttl")


def test_a_statement_about_a_statement_is_refused() -> None:
    with pytest.raises(InputError, match="statement about a statement"):
        shapes("ex:S a sh:NodeShape ; ex:says <<( ex:a ex:b ex:c )>> .")
    with pytest.raises(InputError, match="statement about a statement"):
        graph("ex:a ex:b <<( ex:a ex:b ex:c )>> .")


def test_a_document_is_bounded_in_bytes() -> None:
    with pytest.raises(InputError, match="larger than 32 MiB"):
        compile_shapes(b"#" * (32 * 2**20 + 1), "shapes.ttl")


def test_quads_that_are_badly_written_are_refused_with_their_line() -> None:
    with pytest.raises(InputError, match=r"data\.nq row 2"):
        read_graph(b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n", "data.nq")
    assert read_graph(b"", "data.nq") == Graph()


def test_a_damaged_cache_is_refused() -> None:
    cached = shapes(OPEN + "sh:property [ sh:path ex:p ; sh:in ( 1 ) ] ; sh:not [ sh:nodeKind sh:Literal ] .").cached()
    assert load_shapes(cached, "cache").targets
    for cut in range(0, len(cached), 11):
        with pytest.raises(InputError, match="damaged"):
            load_shapes(cached[:cut], "cache")
    model = msgspec.msgpack.decode(cached)
    for broken in ({"format": FORMAT + 1}, {"lists": []}, {"shapes": list(reversed(model["shapes"]))}, {"more": 1}):
        with pytest.raises(InputError, match="compile them again"):
            load_shapes(msgspec.msgpack.encode(model | broken), "cache")
    emptied = [
        shape | {"parts": [part | ({"shapes": []} if "shapes" in part else {}) for part in shape["parts"]]} for shape in model["shapes"]
    ]
    with pytest.raises(InputError, match="damaged"):
        load_shapes(msgspec.msgpack.encode(model | {"shapes": emptied}), "cache")

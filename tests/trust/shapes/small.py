"""Small shapes and graphs, written in Turtle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat

from egide.trust.shapes import compile_shapes, read_graph
from egide.vocabulary.language import language

if TYPE_CHECKING:
    from egide.trust.shapes import Graph, Shapes
    from egide.vocabulary.findings import Reason

PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix gx: <https://w3id.org/gaia-x/development#> .
@prefix gx2511: <https://w3id.org/gaia-x/2511#> .
@prefix cred: <https://www.w3.org/2018/credentials#> .
@prefix sec: <https://w3id.org/security#> .
@prefix schema: <https://schema.org/> .
@prefix ex: <https://exemple.invalid/> .
"""


def shapes(body: str) -> Shapes:
    return compile_shapes((PREFIXES + body).encode(), "shapes.ttl")


def graph(body: str) -> Graph:
    return read_graph((PREFIXES + body).encode(), "data.ttl", RdfFormat.TURTLE)


def of_thing(demand: str, **values: str) -> set[str]:
    """What a shape with one demand of ``ex:p`` says of things with that value each: the names of those refused."""
    ready = shapes(f"ex:ThingShape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; {demand} ] .")
    things = "\n".join(f"ex:{name} a ex:Thing" + (f" ; ex:p {value} ." if value else " .") for name, value in values.items())
    return {str(found.focus).removeprefix("https://exemple.invalid/") for found in ready.validate(graph(things)).results}


def said(reason: Reason, lang: str = "en") -> str:
    return language(lang).text(reason.message, reason.args)

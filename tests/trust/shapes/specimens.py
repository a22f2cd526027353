"""An instance of each shape, made from the shape itself; and seeded ways to spoil a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.trust.shapes import Constraint, Graph, Literal, Shapes
from egide.trust.shapes.graph import GAIA_X, RDF_TYPE, XSD, XSD_STRING
from egide.trust.shapes.model import Bound, Class, Count, Datatype, In, Logic, NodeKind, Pattern, Property

if TYPE_CHECKING:
    from random import Random

    from egide.trust.shapes import Term
    from egide.trust.shapes.model import Shape

DEEPEST = 6
WRITTEN = {
    "string": "texte", "boolean": "true", "integer": "7", "float": "0.5", "date": "2026-11-23", "dateTime": "2026-11-23T10:00:00Z",
    "anyURI": "https://exemple.invalid/", "decimal": "1.5", "double": "1.0E0",
}
MATCHING = {
    "^CRS": "CRS84", r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}": "192.0.2.1", r"(?:[0-9a-fA-F]{2}\:){5}[0-9a-fA-F]{2}": "00:00:5e:00:53:01",
}
CONSENTS = [("6.1.a", "consentWithdrawalContactPoint"), ("9.2.a", "dataProtectionContactPoint"), ("6.1.b", "purpose")]
"""A legal basis, and what the shape of consents then requires."""
ODD = ["", "§", "-1", "0", "1", "4095", "1e3", "abc", "FR", "2026-13-01", "true", "  ", "a" * 300]
DATATYPES = [XSD + name for name in WRITTEN] + [GAIA_X + "unknown"]


class Maker:
    """Makes instances: what is required, and of the first a share of the rest."""

    def __init__(self, shapes: Shapes, random: Random, share: float) -> None:
        self.share = share
        self.model = shapes.model
        self.random = random
        self.of_class = {target: shape for shape in self.model.shapes for target in shape.targets}
        self.graph = Graph()
        self.count = 0

    def instance(self, kind: str, depth: int = 0) -> str:
        self.count += 1
        node = f"_:n{self.count}" if self.random.random() < 0.5 else f"urn:node:{self.count}"
        self.graph.add(node, RDF_TYPE, kind)
        shape = self.of_class.get(kind)
        for part in shape.parts if shape and depth < DEEPEST else ():
            if isinstance(part, Property):
                self.fill(node, self.model.shapes[part.shape], depth)
            elif isinstance(part, Logic):
                self.consent(node)
        return node

    def consent(self, node: str) -> None:
        """The one shape that has alternatives of the node itself."""
        basis, other = self.random.choice(CONSENTS)
        self.graph.add(node, GAIA_X + "legalBasis", Literal(basis))
        self.graph.add(node, GAIA_X + other, Literal("texte"))

    def fill(self, node: str, shape: Shape, depth: int) -> None:
        required = any(isinstance(part, Count) and part.constraint is Constraint.MIN_COUNT and part.count for part in shape.parts)
        if shape.path and (required or (depth == 0 and self.random.random() < self.share)):
            self.graph.add(node, shape.path, self.value(shape, depth))

    def value(self, shape: Shape, depth: int) -> Term:
        written, datatype = "texte", XSD_STRING
        for part in shape.parts:
            match part:
                case In():
                    return self.random.choice(self.model.lists[part.list])
                case Class():
                    return self.instance(part.iri, depth + 1)
                case Logic(constraint=Constraint.OR):
                    return self.value(self.model.shapes[self.random.choice(part.shapes)], depth)
                case Datatype():
                    datatype = part.iri
                    written = WRITTEN.get(datatype.removeprefix(XSD), "0.5")
                case NodeKind(kind="IRI"):
                    return "urn:iri"
        for part in shape.parts:
            if isinstance(part, Bound):
                written = "1" if datatype == XSD + "integer" else "1.0"
            elif isinstance(part, Pattern):
                written = MATCHING[part.pattern]
        return Literal(written, datatype)


def specimens(shapes: Shapes, random: Random, share: float = 1.0) -> list[Graph]:
    """One for each target class."""
    found = []
    for target in sorted(str(target) for target in shapes.targets):
        maker = Maker(shapes, random, share)
        maker.instance(target)
        found.append(maker.graph)
    return found


def spoiled(graph: Graph, shapes: Shapes, random: Random) -> Graph:
    """The graph with one to three things changed."""
    triples = list(graph.triples())
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(triples))
        triples[place:place + 1] = changed(*triples[place], graph, shapes, random)
        if not triples:
            break
    other = Graph()
    for triple in triples:
        other.add(*triple)
    return other


def changed(
    subject: str, predicate: str, value: Term, graph: Graph, shapes: Shapes, random: Random,
) -> list[tuple[str, str, Term]]:
    """What stands in the place of one triple."""
    was = (subject, predicate, value)
    lexical, datatype = ("FR", XSD_STRING) if isinstance(value, str) else (value[0], value[1])
    nodes = sorted(graph.nodes)
    match random.randrange(11):
        case 0:
            return []
        case 1:
            return [was, (subject, predicate, Literal(lexical + "x", datatype))]
        case 2:
            return [(subject, predicate, odd(random, datatype))]
        case 3:
            return [(subject, predicate, Literal(lexical, random.choice(DATATYPES)))]
        case 4:
            return [(subject, predicate, random.choice(["urn:elsewhere", "_:elsewhere", Literal("FR")]))]
        case 5:
            return [(subject, predicate, Literal(lexical, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "fr"))]
        case 6:
            return [was, (subject, random.choice([GAIA_X + "unheardOf", "https://schema.org/name", "urn:property"]), Literal("x"))]
        case 7:
            return [was, (subject, RDF_TYPE, random.choice(sorted(str(target) for target in shapes.targets)))]
        case 8:
            return [(random.choice(nodes), predicate, value)]
        case 9:
            return [was, (subject, predicate, random.choice(nodes))]
        case _:
            return [was, (subject, predicate, odd(random, random.choice(DATATYPES)))]


def odd(random: Random, datatype: str) -> Literal:
    return Literal(random.choice(ODD), datatype)

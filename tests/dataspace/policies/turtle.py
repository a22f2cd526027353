"""ODRL in Turtle, as the test suite has it, to ODRL in JSON: each resource by its properties' short names."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store

ODRL = "http://www.w3.org/ns/odrl/2/"
REPORT = "https://w3id.org/force/compliance-report#"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RULES = ("permission", "prohibition", "obligation")
NESTED = {*RULES, "duty", "consequence", "remedy", "constraint", "refinement", "and", "or", "xone"}


def load(*paths: Path) -> Store:
    store = Store()
    for path in paths:
        store.load(path.read_bytes(), format=RdfFormat.TURTLE)
    return store


def read(text: str) -> Store:
    store = Store()
    store.load(text.encode(), format=RdfFormat.N_TRIPLES)
    return store


def of_type(store: Store, iri: str) -> Any:
    return next(quad.subject for quad in store.quads_for_pattern(None, TYPE, NamedNode(iri)))


def objects(store: Store, subject: Any, iri: str) -> list[Any]:
    return [quad.object for quad in store.quads_for_pattern(subject, NamedNode(iri), None)]


def document(store: Store, node: Any) -> Any:
    """A policy, rule, constraint, party or asset."""
    said: dict[str, Any] = {} if isinstance(node, BlankNode) else {"@id": node.value}
    for quad in store.quads_for_pattern(node, None, None):
        name, value = quad.predicate.value.removeprefix(ODRL), quad.object
        if quad.predicate == TYPE:
            said["@type"] = value.value
        elif name in NESTED or (name in ("assignee", "assigner", "target") and list(store.quads_for_pattern(value, None, None))):
            said.setdefault(name, []).append(document(store, value))
        elif quad.predicate.value.startswith(ODRL):
            said[name] = {"@value": value.value, "@type": value.datatype.value} if isinstance(value, Literal) else value.value
    return said


def moment(store: Store) -> datetime:
    """The current time that the state of the world states."""
    issued = objects(store, NamedNode("http://example.com/request/currentTime"), "http://purl.org/dc/terms/issued")
    return datetime.fromisoformat(issued[0].value)


def memberships(store: Store) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for quad in store.quads_for_pattern(None, NamedNode(f"{ODRL}partOf"), None):
        found[quad.subject.value] = found.get(quad.subject.value, frozenset()) | {quad.object.value}
    return found


def duties(store: Store) -> dict[str, str]:
    """Each duty of which the state of the world has a report, and its deontic state."""
    reports = [quad.subject for quad in store.quads_for_pattern(None, TYPE, NamedNode(f"{REPORT}DutyReport"))]
    said = {name: [objects(store, one, f"{REPORT}{name}")[0].value for one in reports] for name in ("rule", "deonticState")}
    return dict(zip(said["rule"], (state.removeprefix(REPORT) for state in said["deonticState"]), strict=True))


def shape(store: Store, node: Any) -> Any:
    """A report without the names of its nodes, so that two can be compared: its properties, and the shapes of what is below it."""
    below = ("ruleReport", "premiseReport", "conditionReport")
    said: dict[str, Any] = {}
    for quad in store.quads_for_pattern(node, None, None):
        name = quad.predicate.value.removeprefix(REPORT)
        found: Any = quad.object.value
        if name in below:
            found = shape(store, quad.object)
        elif isinstance(quad.object, Literal) and "T" in found:
            found = datetime.fromisoformat(found).isoformat()
        said.setdefault(name, []).append(found)
    return {name: sorted(values, key=repr) for name, values in sorted(said.items())}

"""The compliance report of the FORCE model (`https://w3id.org/force/compliance-report#`), as RDF in N-Triples.

The model has two answers where we have three: what is not known is unsatisfied, as it does not allow. A promise is satisfied.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from egide.dataspace.policies.facts import DutyState, Outcome
from egide.dataspace.policies.model import Constraint, Policy, RuleKind
from egide.dataspace.policies.proving import DutyProof, Proof, Proved, RuleProof
from egide.dataspace.policies.terms import ODRL

REPORT = "https://w3id.org/force/compliance-report#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DCT_CREATED = "http://purl.org/dc/terms/created"
XSD = "http://www.w3.org/2001/XMLSchema#"
_PERFORMANCE = {DutyState.FULFILLED: "Performed", DutyState.VIOLATED: "Unperformed", DutyState.NON_SET: "Unknown"}
_DEONTIC = {DutyState.FULFILLED: "Fulfilled", DutyState.VIOLATED: "Violated", DutyState.NON_SET: "NonSet"}
_KINDS = {RuleKind.PERMISSION: "PermissionReport", RuleKind.PROHIBITION: "ProhibitionReport", RuleKind.OBLIGATION: "DutyReport"}


@dataclass(slots=True)
class _Graph:
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def node(self, kind: str) -> str:
        self.count += 1
        name = f"_:r{self.count}"
        self.add(name, RDF_TYPE, f"<{REPORT}{kind}>")
        return name

    def add(self, subject: str, predicate: str, value: str) -> None:
        self.lines.append(f"{subject} <{predicate}> {value} .")

    def state(self, subject: str, name: str, value: str | None) -> None:
        """A property of the report, unless there is nothing to say."""
        if value is not None:
            self.add(subject, f"{REPORT}{name}", value)


def report(policy: Policy, proved: Proved) -> str:
    """The report in N-Triples: one for the policy, one for each rule, one for each premise."""
    graph = _Graph()
    whole = graph.node("PolicyReport")
    graph.add(whole, DCT_CREATED, literal(proved.request.facts.at))
    graph.state(whole, "policy", iri(policy.id))
    graph.state(whole, "policyRequest", iri(proved.request.id))
    for one in (*proved.permissions, *proved.prohibitions, *proved.obligations):
        graph.state(whole, "ruleReport", _rule(graph, one, proved))
    return "\n".join(graph.lines) + "\n"


def _rule(graph: _Graph, one: RuleProof, proved: Proved) -> str:
    if one.rule.kind is RuleKind.OBLIGATION:
        return _duty(graph, one.duties[0]) if one.duties else _unbound(graph, one)
    node = graph.node(_KINDS[one.rule.kind])
    graph.state(node, "attemptState", f"<{REPORT}Attempted>")
    graph.state(node, "rule", iri(one.rule.id or one.path))
    graph.state(node, "ruleRequest", iri(proved.request.rule))
    for kind, outcome in (("TargetReport", one.target), ("PartyReport", one.party), ("ActionReport", one.action)):
        if outcome is not None:
            premise = graph.node(kind)
            graph.state(premise, "satisfactionState", _satisfied(outcome))
            graph.state(node, "premiseReport", premise)
    for each in one.conditions:
        graph.state(node, "premiseReport", _constraint(graph, each))
    for duty in one.duties:
        graph.state(node, "conditionReport", _duty(graph, duty))
    active = one.outcome >= Outcome.PROMISED if one.rule.kind is RuleKind.PERMISSION else one.outcome is Outcome.MET
    graph.state(node, "activationState", f"<{REPORT}{'Active' if active else 'Inactive'}>")
    return node


def _unbound(graph: _Graph, one: RuleProof) -> str:
    """An obligation of somebody else."""
    node = graph.node("DutyReport")
    graph.state(node, "attemptState", f"<{REPORT}NotAttempted>")
    graph.state(node, "rule", iri(one.rule.id or one.path))
    return node


def _duty(graph: _Graph, one: DutyProof) -> str:
    node = graph.node("DutyReport")
    graph.state(node, "attemptState", f"<{REPORT}Attempted>")
    graph.state(node, "rule", iri(one.duty.key))
    graph.state(node, "performanceState", f"<{REPORT}{_PERFORMANCE[one.state]}>")
    graph.state(node, "deonticState", f"<{REPORT}{_DEONTIC[one.state]}>")
    return node


def _constraint(graph: _Graph, one: Proof) -> str:
    node = graph.node("ConstraintReport")
    graph.state(node, "constraint", iri(one.condition.id))
    if isinstance(one.condition, Constraint):
        for value in one.value if isinstance(one.value, frozenset) else () if one.value is None else (one.value,):
            graph.state(node, "constraintLeftOperand", literal(value))
        if one.outcome >= Outcome.PROMISED:
            graph.state(node, "constraintOperator", f"<{ODRL}{one.condition.operator.value}>")
            for right in one.condition.right if isinstance(one.condition.right, list) else [one.condition.right]:
                graph.state(node, "constraintRightOperand", literal(right))
    else:
        graph.state(node, "constraintLogicalOperand", f"<{ODRL}{one.condition.how.value}>")
        for part in one.parts:
            graph.state(node, "premiseReport", _constraint(graph, part))
    graph.state(node, "satisfactionState", _satisfied(one.outcome))
    return node


def _satisfied(outcome: Outcome) -> str:
    return f"<{REPORT}{'Satisfied' if outcome >= Outcome.PROMISED else 'Unsatisfied'}>"


def iri(name: str | None) -> str | None:
    """A name as an IRI; what is none, as text."""
    if name is None:
        return None
    if ":" in name and not any(one in name for one in '<>"{}|^`\\ \n\t\r'):
        return f"<{name}>"
    return json.dumps(name, ensure_ascii=False)


def literal(value: object) -> str:
    """A value as an RDF literal; an object of `@id` as an IRI."""
    if isinstance(value, dict):
        if "@id" in value:
            return iri(str(value["@id"])) or '""'
        typed = value.get("@type")
        written = json.dumps(str(value.get("@value", json.dumps(value))), ensure_ascii=False)
        return f"{written}^^<{str(typed).replace('xsd:', XSD)}>" if typed else written
    if isinstance(value, datetime):
        said = value.astimezone(UTC).isoformat(timespec="milliseconds" if value.microsecond else "seconds").replace("+00:00", "Z")
        return f'"{said}"^^<{XSD}dateTime>'
    if isinstance(value, bool):
        return f'"{str(value).lower()}"^^<{XSD}boolean>'
    if isinstance(value, date):
        return f'"{value.isoformat()}"^^<{XSD}date>'
    if isinstance(value, (int, float)):
        return f'"{value}"^^<{XSD}{"integer" if isinstance(value, int) else "decimal"}>'
    return json.dumps(str(value), ensure_ascii=False)

"""Says, requirement by requirement, what each layer provides, leaves, inherits and satisfies, in OSCAL's words.

What the assessment found of a layer is carried exactly. What only the dossier says of a base (a number or a whole chapter) is shown
on every requirement that it covers, so that others can read it, and is read back from the base itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.label.dossier import Relation
from egide.label.oscal.carrying import carry, mark
from egide.label.oscal.names import WHOLE, Names, control_id
from egide.label.oscal.shapes import (
    ByComponent,
    ControlImplementation,
    Export,
    ImplementedRequirement,
    Inherited,
    Prop,
    Provided,
    Responsibility,
    Satisfied,
    Status,
)
from egide.label.results import Stage
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from egide.label.dossier import Dossier
    from egide.label.oscal.parts import Writing
    from egide.label.results import Inheritance, RequirementFinding

FROM = "from"
"""The mark of an entry that only shows what a base or an answer of the dossier says already."""
AT = "at"
"""The mark that keeps the order of what was found of the layers."""
PROVIDES = N_("Provided by {layer}.")
INHERITS = N_("Inherited from {layer}.")


@dataclass(slots=True)
class _Entry:
    layer: str
    relation: Relation
    description: str
    props: list[Prop] = field(default_factory=list)


def covers(pattern: str, requirement: str) -> bool:
    """Whether a number, or a prefix that ends with ``*``, covers the requirement."""
    return requirement.startswith(pattern[:-1]) if pattern.endswith("*") else pattern == requirement


def implementation(dossier: Dossier, requirements: Sequence[str], findings: Sequence[RequirementFinding], names: Names,
                   writing: Writing) -> ControlImplementation:
    """Every requirement that the findings or the layers name; the scheme as a whole when none does."""
    found = {one.id: one for one in findings}
    named = dict.fromkeys([*found, *_named(dossier, requirements)])
    made = [_requirement(one, found.get(one), dossier, names, writing) for one in named]
    if not made:
        made = [ImplementedRequirement(names.new("requirement", WHOLE), WHOLE)]
    return ControlImplementation(writing.said(N_("What the offer and each layer under it do for each requirement.")), made)


def _named(dossier: Dossier, requirements: Sequence[str]) -> Iterable[str]:
    patterns = [*(one for base in dossier.bases for one in (*base.inherits, *base.leaves)), *(one.requirement for one in dossier.answered)]
    for pattern in patterns:
        if pattern.endswith("*"):
            yield from (one for one in requirements if covers(pattern, one))
        else:
            yield pattern


def _requirement(requirement: str, finding: RequirementFinding | None, dossier: Dossier, names: Names, writing: Writing,
                 ) -> ImplementedRequirement:
    layers = finding.layers if finding else ()
    entries = [*(_found(at, one, writing) for at, one in enumerate(layers, 1)), *_said(requirement, layers, dossier, writing)]
    owners = {base.offer: names.of("base", base.offer) for base in dossier.bases}
    own = names.of("component", dossier.id)
    parts = {own: _offer(requirement, own, finding, names, writing)} if finding else {}
    links = {relation: _only(requirement, entries, relation, names) for relation in (Relation.PROVIDED, Relation.RESPONSIBILITY)}
    numbers: dict[tuple[str, Relation], int] = {}
    for entry in entries:
        component = owners.get(entry.layer, own)
        if component not in parts:
            parts[component] = ByComponent(component, names.new("by-component", f"{requirement} {component}"), entry.description)
        part = parts[component]
        nth = numbers[entry.layer, entry.relation] = numbers.get((entry.layer, entry.relation), 0) + 1
        _put(part, entry, names.of(entry.relation, f"{requirement} {entry.layer}", nth), links)
    return ImplementedRequirement(names.new("requirement", requirement), control_id(requirement), by_components=list(parts.values()))


def _only(requirement: str, entries: list[_Entry], relation: Relation, names: Names) -> str | None:
    """The one entry of that relation that another can refer to; None when there are several, or none."""
    layers = [one.layer for one in entries if one.relation is relation]
    return names.of(relation, f"{requirement} {layers[0]}") if len(layers) == 1 else None


def _put(part: ByComponent, entry: _Entry, uuid: str, links: dict[Relation, str | None]) -> None:
    part.export = part.export or (Export() if entry.relation in {Relation.PROVIDED, Relation.RESPONSIBILITY} else None)
    if entry.relation is Relation.INHERITED:
        part.inherited = [*part.inherited, Inherited(uuid, entry.description, links[Relation.PROVIDED], entry.props)]
    elif entry.relation is Relation.SATISFIED:
        part.satisfied = [*part.satisfied, Satisfied(uuid, entry.description, links[Relation.RESPONSIBILITY], entry.props)]
    elif part.export and entry.relation is Relation.PROVIDED:
        part.export.provided = [*part.export.provided, Provided(uuid, entry.description, entry.props)]
    elif part.export:
        part.export.responsibilities = [*part.export.responsibilities, Responsibility(uuid, entry.description, None, entry.props)]


def _found(at: int, one: Inheritance, writing: Writing) -> _Entry:
    props = [mark(AT, str(at)), *carry(one, {"relation": one.relation})]
    return _Entry(one.layer, one.relation, writing.language.text(one.because.message, one.because.args), props)


def _said(requirement: str, layers: Sequence[Inheritance], dossier: Dossier, writing: Writing) -> Iterable[_Entry]:
    known = {(one.layer, one.relation) for one in layers}
    for entry in _of_dossier(requirement, dossier, writing):
        if (entry.layer, entry.relation) not in known:
            entry.props = [mark(FROM, "dossier")]
            yield entry


def _of_dossier(requirement: str, dossier: Dossier, writing: Writing) -> Iterable[_Entry]:
    for base in dossier.bases:
        if any(covers(one, requirement) for one in base.inherits):
            yield _Entry(base.offer, Relation.PROVIDED, writing.said(PROVIDES, layer=base.name))
            yield _Entry(dossier.id, Relation.INHERITED, writing.said(INHERITS, layer=base.name))
        for pattern, left in base.leaves.items():
            if covers(pattern, requirement):
                yield _Entry(base.offer, Relation.RESPONSIBILITY, left)
    for answer in dossier.answered:
        if covers(answer.requirement, requirement):
            yield _Entry(dossier.id, Relation.SATISFIED, answer.how)


def _offer(requirement: str, own: str, finding: RequirementFinding, names: Names, writing: Writing) -> ByComponent:
    part = ByComponent(own, names.new("by-component", f"{requirement} {own}"), reasons(finding, writing))
    if finding.answer is Answer.MET:
        part.implementation_status = Status("implemented")
    elif finding.stage is Stage.PARTIAL:
        part.implementation_status = Status("partial")
    return part


def reasons(finding: RequirementFinding, writing: Writing) -> str:
    """Why the answer is what it is, in words, one reason a line."""
    said = "\n".join(writing.language.text(one.message, one.args) for one in finding.because)
    return said or writing.language.label(finding.answer)

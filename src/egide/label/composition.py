"""What an offer comes to once the layers underneath are counted: a meet, never a best case.

For each requirement a layer provides it, leaves a responsibility to the layer above, or inherits it (OSCAL's words).
A failure anywhere stays a failure. A responsibility that nobody answers is unknown. A base of which only the catalogue's
line is known provides what it provides while that line is valid. A service on a qualified base is not itself qualified
(SecNumCloud 3.2, annex 2): nothing here ever says so of the layer above.
What is computed from facts is each layer's own: a layer that inherits it must still meet it itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from egide.label.dossier import Assurance, Relation
from egide.label.layers import SCOPE_TYPES, SECNUMCLOUD, dossiers_under, line_holds, line_of, named_by, refuse_circles
from egide.label.results import Inheritance, Missing
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from egide.label.dossier import Answered, Base, CatalogueLine, Dossier
    from egide.label.results import LabelAssessment, RequirementFinding

OWN_ONLY = ("annex-2.",)
"""Speaks of the delivered service's own line and agreement: a base's counts neither for it nor against it."""
RANK = {Answer.NOT_MET: 0, Answer.UNKNOWN: 1, Answer.MET: 2}
STRENGTH = {Assurance.DECLARED: 0, Assurance.AUDITED: 1, Assurance.ATTESTED: 2}

LEFT_OPEN = N_("{base} leaves this to {above}: «{words}»; nobody says how it is answered")
LEFT_ANSWERED = N_("{base} leaves this to {above}: «{words}»; it answers: «{how}»")
BY_LINE = N_("the catalogue shows {base} as qualified until {end}")
NOT_SHOWN = N_("nothing shows that {base} provides this: neither a dossier nor a valid line of the catalogue")
INHERITED = N_("{offer} inherits this from {bases}")
SAYS = {
    Answer.MET: N_("{offer} meets this for its own part"),
    Answer.NOT_MET: N_("{offer} does not meet this for its own part"),
    Answer.UNKNOWN: N_("whether {offer} meets this for its own part"),
}


@dataclass(frozen=True, slots=True)
class Composed:
    """The findings of an offer with its layers counted, and what only the whole shows."""

    findings: tuple[RequirementFinding, ...]
    exposure: frozenset[str]
    """Countries whose law reaches some layer underneath; the offer's own are the caller's to add."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one layer must still do for one requirement."""

    requirement: str
    answer: Answer
    relation: Relation
    because: Reason


@dataclass(frozen=True, slots=True)
class _State:
    """What one layer comes to for one requirement, and all that stands underneath."""

    own: Answer | None
    """The layer's own part; None when nothing is asked of it, or when it inherits it."""
    under: Answer
    """The meet of the layers underneath, responsibilities that are still open left out."""
    open: frozenset[tuple[str, str]]
    """Responsibilities that nobody has answered: the layer above and the base that leaves it."""
    until: date | None
    assurances: tuple[Assurance | None, ...]
    layers: Mapping[str, Inheritance]

    @property
    def closed(self) -> Answer:
        """As if every open responsibility were answered."""
        return meet((self.under, *((self.own,) if self.own else ())))

    @property
    def whole(self) -> Answer:
        """Open responsibilities counted as the unknowns they are."""
        return meet((self.closed, Answer.UNKNOWN)) if self.open else self.closed


def meet(answers: Iterable[Answer]) -> Answer:
    """The worst of them; met when there is none."""
    return min(answers, key=RANK.__getitem__, default=Answer.MET)


def earliest(days: Iterable[date | None]) -> date | None:
    """The intersection of validities: the first end that is known."""
    return min((day for day in days if day is not None), default=None)


def weakest(assurances: Iterable[Assurance | None]) -> Assurance | None:
    """The least that stands behind any of them; None as soon as one stands on nothing."""
    known: list[Assurance] = []
    for one in assurances:
        if one is None:
            return None
        known.append(one)
    return min(known, key=STRENGTH.__getitem__, default=None)


def compose(
    findings: Sequence[RequirementFinding], dossier: Dossier, assess_one: Callable[[Dossier], LabelAssessment], on: date,
    scheme: str = SECNUMCLOUD,
) -> Composed:  # fmt: skip
    """The offer's own findings met with those of every layer underneath.

    ``assess_one`` answers for one layer by itself, as if nothing stood underneath; it is asked once for each layer, however
    many stand on it. Raises `InputError` when an offer stands on itself.
    """
    refuse_circles(dossier)
    if not dossier.bases:
        return Composed(tuple(findings), frozenset())
    under = {id(one): assess_one(one) for one in dossiers_under(dossier)}
    known = {key: {one.id: one for one in assessment.findings} for key, assessment in under.items()}
    known[id(dossier)] = {one.id: one for one in findings}
    composition = _Composition(known, on, scheme)
    whole = tuple(own if own.id.startswith(OWN_ONLY) else composition.finding(own, dossier) for own in findings)
    return Composed(whole, frozenset(country for one in under.values() for country in one.exposure))


class _Composition:
    """The layers of one offer on one day, each worked out once for each requirement."""

    def __init__(self, findings: Mapping[int, Mapping[str, RequirementFinding]], on: date, scheme: str) -> None:
        self.findings, self.on, self.scheme = findings, on, scheme
        self.states: dict[tuple[int, str], _State] = {}

    def finding(self, own: RequirementFinding, dossier: Dossier) -> RequirementFinding:
        """The top's finding as the whole makes it."""
        state = self.state(dossier, dossier.id, own.id)
        answer = state.whole
        told = sorted((one for one in state.layers.values() if one.layer != dossier.id and one.answer is not Answer.MET), key=_worst_first)
        below = tuple(one.because for one in told)
        inherits = state.layers[dossier.id].relation is Relation.INHERITED
        mine = (state.layers[dossier.id].because,) if inherits else own.because
        asked = (Missing(one.because, None, own.owner) for one in told if one.relation is Relation.RESPONSIBILITY)
        return replace(
            own, answer=answer, layers=tuple(state.layers.values()), assurance=weakest(state.assurances),
            because=(*mine, *below) if own.answer is answer and not inherits else (*below, *mine),
            missing=(*(() if inherits else own.missing), *asked),
            until=state.until if answer is Answer.MET else own.until if own.answer is answer else None,
        )  # fmt: skip

    def state(self, dossier: Dossier, layer: str, requirement: str) -> _State:
        """What the layer comes to with all underneath."""
        key = (id(dossier), requirement)
        if key not in self.states:
            self.states[key] = self._state(dossier, layer, requirement)
        return self.states[key]

    def _state(self, dossier: Dossier, layer: str, requirement: str) -> _State:
        own = self.findings[id(dossier)].get(requirement)
        replies = {one.base: one for one in dossier.answered if named_by((one.requirement,), requirement, self.scheme)}
        inherits = [base.offer for base in dossier.bases
                    if named_by(base.inherits, requirement, self.scheme) and not named_by(base.leaves, requirement, self.scheme)]
        parts = [part for base in dossier.bases if (part := self.part(base, layer, requirement, own, replies))]
        left = any(named_by(base.leaves, requirement, self.scheme) for base in dossier.bases)
        takes = left or any(edge[1] in replies for part in parts for edge in part.open)
        rests = bool(inherits) and not takes and own is not None and not own.computed and own.answer is Answer.UNKNOWN
        counts = own is not None and not rests
        entries: dict[str, Inheritance] = {}
        if own is not None:
            relation = Relation.SATISFIED if takes and replies else Relation.INHERITED if rests else Relation.PROVIDED
            entries[layer] = _entry(layer, own, relation, inherits, meet(part.whole for part in parts))
        for entry in (entry for part in parts for entry in part.layers.values()):
            if entry.layer not in entries or _worst_first(entry) < _worst_first(entries[entry.layer]):
                entries[entry.layer] = entry
        return _State(
            own.answer if own is not None and counts else None, meet(part.closed for part in parts),
            frozenset(edge for part in parts for edge in part.open if edge[1] not in replies),
            earliest((*(part.until for part in parts), own.until if own is not None and counts else None)),
            (*((own.assurance,) if own is not None and counts else ()), *(one for part in parts for one in part.assurances)), entries,
        )  # fmt: skip

    def part(
        self, base: Base, above: str, requirement: str, own: RequirementFinding | None, replies: Mapping[str, Answered],
    ) -> _State | None:  # fmt: skip
        """What one base brings to the layer above; None when it has nothing to do with the requirement."""
        below = self.below(base, requirement)
        leaves = named_by(base.leaves, requirement, self.scheme)
        gives = named_by(base.inherits, requirement, self.scheme)
        if leaves:
            return _left(base, above, base.leaves[leaves], own, replies.get(base.offer), below, below if gives else None)
        if (gives and (below is None or base.offer not in below.layers)) or (
            below is None and base.dossier is None and base.provides in SCOPE_TYPES
        ):
            return _not_shown(base, below)
        return below and _answering(below, above, own, replies)

    def below(self, base: Base, requirement: str) -> _State | None:
        """The base by itself: its dossier, its line; None when it has neither, or when nothing is asked of it."""
        state = self.state(base.dossier, base.offer, requirement) if base.dossier is not None else None
        line = line_of(base) if self.scheme == SECNUMCLOUD else None
        if line is not None and line_holds(line, self.on) and (state is None or state.whole is not Answer.NOT_MET):
            return _by_line(base, line, state)
        return state if state is not None and state.layers else None


def _entry(layer: str, own: RequirementFinding, relation: Relation, inherits: Sequence[str], below: Answer) -> Inheritance:
    if relation is Relation.INHERITED:
        said = Reason("label.composition.inherited", {"offer": layer, "bases": ", ".join(sorted(inherits))}, INHERITED)
        return Inheritance(layer, relation, below, said)
    said = Reason(f"label.composition.own.{own.answer}", {"offer": layer}, SAYS[own.answer])
    return Inheritance(layer, relation, own.answer, said, own.until)


def _left(
    base: Base, above: str, words: str, own: RequirementFinding | None, reply: Answered | None, below: _State | None, given: _State | None,
) -> _State:  # fmt: skip
    """A responsibility: the base's own doubt is no longer its own, its failure and the layers under it still count."""
    failed = below is not None and below.own is Answer.NOT_MET
    part = Answer.NOT_MET if failed else given.own if given is not None else None
    answered = reply is not None and own is not None
    args = {"base": base.offer, "above": above, "words": words, **({"how": reply.how} if reply else {})}
    because = (
        below.layers[base.offer].because if failed and below is not None
        else Reason("label.composition.answered", args, LEFT_ANSWERED) if reply
        else Reason("label.composition.open", args, LEFT_OPEN)
    )  # fmt: skip
    answer = meet((*((part,) if part else ()), own.answer if answered and own is not None else Answer.UNKNOWN))
    entry = Inheritance(base.offer, Relation.RESPONSIBILITY, answer, because, given.until if given else None)
    passed = below.open if below is not None else frozenset()
    under = dict(below.layers) if below is not None else {}
    if reply:
        under = {name: replace(one, answer=answer) if name in {edge[1] for edge in passed} else one for name, one in under.items()}
    return _State(
        part if answered or not reply else meet((*((part,) if part else ()), Answer.UNKNOWN)),
        below.under if below is not None else Answer.MET,
        frozenset() if reply else passed | {(above, base.offer)},
        below.until if below is not None else None,
        given.assurances if given is not None else (), under | {base.offer: entry},
    )  # fmt: skip


def _answering(below: _State, above: str, own: RequirementFinding | None, replies: Mapping[str, Answered]) -> _State:
    """A layer may answer what a base deeper down leaves, not only its own bases."""
    answer = own.answer if own is not None else Answer.UNKNOWN
    layers = dict(below.layers)
    for upper, base in sorted(below.open):
        if (reply := replies.get(base)) is not None and base in layers:
            words = layers[base].because.args.get("words", "")
            args = {"base": base, "above": upper, "words": words, "how": reply.how, "by": above}
            layers[base] = replace(layers[base], answer=answer, because=Reason("label.composition.answered", args, LEFT_ANSWERED))
    return replace(below, layers=layers)


def _not_shown(base: Base, below: _State | None) -> _State:
    """Nothing is known of the base itself; what stands under it still counts."""
    entry = Inheritance(base.offer, Relation.PROVIDED, Answer.UNKNOWN,
                        Reason("label.composition.not-shown", {"base": base.offer}, NOT_SHOWN))
    if below is None:
        return _State(Answer.UNKNOWN, Answer.MET, frozenset(), None, (None,), {base.offer: entry})
    return replace(below, own=Answer.UNKNOWN, assurances=(None, *below.assurances), layers={**below.layers, base.offer: entry})


def _by_line(base: Base, line: CatalogueLine, state: _State | None) -> _State:
    """A valid line covers the base and what it stands on, until it ends, or until what the dossier shows does."""
    until = earliest((line.end, state.until if state is not None and state.whole is Answer.MET else None))
    because = Reason("label.composition.line", {"base": base.offer, "end": line.end}, BY_LINE)
    entry = Inheritance(base.offer, Relation.PROVIDED, Answer.MET, because, until)
    return _State(Answer.MET, Answer.MET, frozenset(), until, (Assurance.ATTESTED,), {base.offer: entry})


def _worst_first(one: Inheritance) -> tuple[int, bool, str]:
    return RANK[one.answer], one.relation is not Relation.RESPONSIBILITY, one.layer


def still_to_do(assessment: LabelAssessment) -> dict[str, tuple[Task, ...]]:
    """«What must I still do?», for each layer, the offer itself first; an open responsibility is the layer's above."""
    tasks: dict[str, list[Task]] = {assessment.dossier.id: []}
    for finding in assessment.findings:
        if finding.answer is Answer.MET:
            continue
        if not finding.layers:
            because = finding.because[0] if finding.because else _entry(
                assessment.dossier.id, finding, Relation.PROVIDED, (), finding.answer).because
            tasks[assessment.dossier.id].append(Task(finding.id, finding.answer, Relation.PROVIDED, because))
        for one in finding.layers:
            if one.answer is Answer.MET or one.relation is Relation.INHERITED:
                continue
            opened = one.relation is Relation.RESPONSIBILITY and one.because.code == "label.composition.open"
            layer = str(one.because.args["above"]) if opened else one.layer
            because = finding.because[0] if layer == assessment.dossier.id and not opened and finding.because else one.because
            tasks.setdefault(layer, []).append(Task(finding.id, one.answer, one.relation, because))
    return {layer: tuple(given) for layer, given in tasks.items()}

"""For each service and each place where it runs: the verdict, the proof, the question, the repairs, the clocks.

Takes claims and the law of one day; returns decisions. Opens nothing, reads no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import RLock
from typing import TYPE_CHECKING, Any

from egide.doctrine.candidates import Candidates
from egide.doctrine.clocks import Clocks
from egide.doctrine.pending import pending, worked_out
from egide.doctrine.verdict import SERIOUSNESS, contribution, verdict, worst
from egide.doctrine.verdicts import Verdicts
from egide.rules.evaluation import Program
from egide.rules.expression import ANSWERS, MET, NOT_MET
from egide.rules.proofs import finding
from egide.rules.question import deciding_question
from egide.rules.repairs import smallest_repairs
from egide.vocabulary.facts import FactType, Kind, Role, Subject, Value, Values, values_of
from egide.vocabulary.findings import Answer, Change, Effect, Finding, Question, Repair, Verdict
from egide.vocabulary.language import N_
from egide.vocabulary.services import Hosting

if TYPE_CHECKING:
    from egide.rules.evaluation import CompiledRule, State
    from egide.vocabulary.facts import Claims
    from egide.vocabulary.findings import Decision, HostingDecision, Override
    from egide.vocabulary.offers import ComputedLabel, OfferOnDay
    from egide.vocabulary.services import Service

WHICH_OFFER = FactType("hosting.offer", Subject.HOSTING, Kind.TEXT, N_("On which offer does the service run, in which region?"), Role.CIO)
"""The question behind all `offer.*` facts, asked instead of them while no offer is named."""
NOT_ITS_LINE = N_("the catalogue's line is that of the platform, not of this software")
NOWHERE = Hosting("", None, None, 0)
"""What a service that states no hosting is judged on."""
MOVES = 3
"""Moves to another offer shown among the repairs."""
ACCEPTED: Mapping[Verdict, tuple[Verdict, ...]] = {
    Verdict.FORBIDDEN: (Verdict.ALLOWED, Verdict.CONDITIONAL, Verdict.DEROGATION, Verdict.OUT_OF_SCOPE),
    Verdict.CONDITIONAL: (Verdict.ALLOWED, Verdict.OUT_OF_SCOPE),
}
"""What counts as repaired."""


@dataclass(frozen=True, slots=True)
class Case:
    """One hosting of one service as claims: the last mapping to name a fact holds."""

    service: Service
    hosting: Hosting
    claims: Claims


class Doctrine:
    """The law of one day and the offers of that day, put to services."""

    def __init__(self, program: Program, offers: Sequence[OfferOnDay], labels: Sequence[ComputedLabel] = ()) -> None:
        self.program = program
        self.labels: dict[str, tuple[ComputedLabel, ...]] = {}
        for label in labels:
            self.labels[label.offer] = (*self.labels.get(label.offer, ()), label)
        self.offers = {(offer.offer, offer.region): offer for offer in offers}
        self.candidates = Candidates(program, offers)
        self.verdicts = Verdicts(program)
        self.clocks = Clocks(program)
        self.asked = 0
        """How many parts of decisions were worked out: some of each is remembered."""
        self._turn = RLock()
        """Several threads may read one portfolio; what is remembered for all is worked out by one at a time."""
        self._questions: dict[tuple[object, ...], Question | None] = {}
        self._repairs: dict[tuple[object, ...], tuple[Repair, ...]] = {}

    def decisions(self, services: Iterable[Service], overrides: Sequence[Override] = ()) -> Iterator[Decision]:
        """One decision for each service, in order, with what a person decided otherwise and still holds that day."""
        for decision in self.survey(tuple(services), overrides):
            yield worked_out(decision)

    def survey(
        self, services: Sequence[Service], overrides: Sequence[Override] = (), known: Sequence[Decision] = (),
    ) -> list[Decision]:  # fmt: skip
        """The same, of which only the verdicts are reached: the rest is worked out when somebody asks for it.

        ``known``: decisions by this law and with these overrides, which stand for services that are the very same objects.
        """
        stands = {id(one.service): one for one in known}
        fresh = iter(self._surveyed([service for service in services if id(service) not in stands], overrides))
        return [stands.get(id(service)) or next(fresh) for service in services]

    def _surveyed(self, services: Sequence[Service], overrides: Sequence[Override]) -> list[Decision]:
        placed = [(service, service.hostings or (NOWHERE,)) for service in services]
        with self._turn:
            cases = [values_of(self.case(service, hosting).claims) for service, hostings in placed for hosting in hostings]
            reached = iter(self.verdicts.of(cases))
        held: dict[str, tuple[Override, ...]] = {}
        for one in overrides:
            if one.on <= self.program.on <= one.until:
                held[one.service] = (*held.get(one.service, ()), one)
        return [
            self._decision(service, [(hosting, next(reached)) for hosting in hostings], held.get(service.id, ()))
            for service, hostings in placed
        ]

    def decide(self, service: Service, overrides: tuple[Override, ...] = ()) -> Decision:
        """The decision on a service: each hosting judged, the worst of those in use taken."""
        hostings = service.hostings or (NOWHERE,)
        with self._turn:
            reached = self.verdicts.of([values_of(self.case(service, hosting).claims) for hosting in hostings])
        return self._decision(service, list(zip(hostings, reached, strict=True)), overrides)

    def _decision(self, service: Service, judged: list[tuple[Hosting, Verdict]], overrides: tuple[Override, ...]) -> Decision:
        used = [verdict for hosting, verdict in judged if not hosting.planned] or [verdict for _, verdict in judged]
        return pending(self, service, worst(used), judged, overrides)

    def offers_for(self, service: Service) -> Mapping[str, Any]:
        """The offers that would be lawful for the service, and why each other one lost."""
        kinds = frozenset(kind for hosting in service.hostings if (offer := self._offer(hosting)) for kind in offer.kinds)
        with self._turn:
            eligible, refused = self.candidates.of(values_of(service.claims), kinds)
        return {"eligible": eligible, "refused": refused}

    def part(self, decision: Decision, hosting: HostingDecision, name: str) -> Any:
        """What the law says of a hosting, by the name of the part of its decision."""
        with self._turn:
            self.asked += 1
            case = self.case(decision.service, hosting.hosting)
            values = values_of(case.claims)
            if name == "findings":
                return self.findings(case)
            if name == "clocks":
                return self.clocks.of(values)
            if name == "labels":
                return self._labels(case.hosting)
            work = self._question if name == "question" else self._repair
            return work(case, values, hosting.verdict, decision)

    def answers(self, decisions: Sequence[Decision], wanted: Callable[[CompiledRule], bool]) -> list[frozenset[Answer]]:
        """For each decision, what those of the rules that are heard of its hostings answer."""
        rules = [rule for rule in self.program.rules if wanted(rule)]
        with self._turn:
            return [frozenset(self._answered(decision, rules)) for decision in decisions]

    def _answered(self, decision: Decision, rules: Sequence[CompiledRule]) -> Iterator[Answer]:
        for one in decision.hostings:
            values = values_of(self.case(decision.service, one.hosting).claims)
            for rule in rules:
                if _heard(rule.effect, state := rule.state(values)):
                    yield ANSWERS[state.value]

    def case(self, service: Service, hosting: Hosting) -> Case:
        """All that is claimed of this hosting: by the offer's catalogue lines, the service's file, the hosting's row."""
        offer = self._offer(hosting)
        known = under_software(offer) if offer and hosting.software and "SaaS" not in offer.kinds else offer.claims if offer else {}
        return Case(service, hosting, {**known, **service.claims, **hosting.claims})

    def findings(self, case: Case, everything: bool = False) -> tuple[Finding, ...]:
        """What each rule says, gravest first. ``everything`` keeps the rules that do not apply, for a full proof."""
        values = values_of(case.claims)
        kept = []
        for rule in self.program.rules:
            state = rule.state(values)
            if everything or _heard(rule.effect, state):
                kept.append((contribution(rule.effect, state), state, finding(rule, values, case.claims, self.program)))
        kept.sort(key=lambda one: (one[2].effect is Effect.ADVISE, SERIOUSNESS.index(one[0]), -one[1].concerned, one[1].value))
        return tuple(one for _, _, one in kept)

    def _offer(self, hosting: Hosting) -> OfferOnDay | None:
        return self.offers.get((hosting.offer, hosting.region)) if hosting.offer else None

    def _labels(self, hosting: Hosting) -> tuple[ComputedLabel, ...]:
        """What was computed of the offer by that day; a software that stands on it has no label by that."""
        if hosting.offer is None or hosting.software:
            return ()
        return tuple(one for one in self.labels.get(hosting.offer, ()) if one.on <= self.program.on)

    def _question(self, case: Case, values: Values, reached: Verdict, decision: Decision) -> Question | None:
        if reached not in (Verdict.UNDETERMINED, Verdict.CONDITIONAL):
            return None
        key = (reached, *self._key(values))
        if key not in self._questions:
            settling = deciding_question(self.program, values, self._outcome, Verdict(reached))
            would = {_token(answer): given for answer, given in settling.would.items()} if settling else {}
            self._questions[key] = Question(settling.fact, would) if settling else None
        question = self._questions[key]
        about_place = question is not None and (question.fact.subject is Subject.OFFER or question.fact.name == "hosting.place")
        if case.hosting.offer is None and about_place:
            near = {name: self._with_offer(values, name) for name in case.hosting.near}
            likely = near or {f"{one.offer}/{one.region}" if one.region else one.offer: one.verdict for one in decision.eligible[:MOVES]}
            return Question(WHICH_OFFER, likely)
        return question

    def _with_offer(self, values: Values, name: str) -> Verdict:
        offer = self.offers.get((name, None))
        return self._outcome(self.program.states({**values, **values_of(offer.claims if offer else {})}))

    def _repair(self, case: Case, values: Values, reached: Verdict, decision: Decision) -> tuple[Repair, ...]:
        if reached not in ACCEPTED:
            return ()
        wanted = ACCEPTED[reached]
        key = (reached, *self._key(values))
        if key not in self._repairs:
            self._repairs[key] = smallest_repairs(self.program, values, lambda states: self._outcome(states) in wanted)
        moves = [
            (Change("hosting.offer", f"{one.offer}/{one.region}" if one.region else one.offer), *one.conditions)
            for one in decision.eligible
            if one.verdict in wanted and one.offer != case.hosting.offer
        ]
        return (*moves[:MOVES], *self._repairs[key])

    def _outcome(self, states: Sequence[State]) -> Verdict:
        return verdict(self.program, states)

    def _key(self, values: Values) -> tuple[Value | None, ...]:
        return tuple([values.get(name) for name in self.program.readers])


def under_software(base: OfferOnDay) -> Claims:
    """What is known of a software that somebody else runs on this offer (SecNumCloud 3.2, annex 2 c).

    The place is the base's and the model is commercial; the catalogue's line is the base's alone, so the software has none;
    who provides and controls the software is another question.
    """
    line = base.claims.get("offer.qualification")
    kept = {name: base.claims[name] for name in ("offer.model", "offer.place") if name in base.claims}
    if line is not None:
        qualified = None if line.value is None else line.value == "qualified"
        kept["offer.qualification"] = replace(line, value="none", source=NOT_ITS_LINE)
        kept["offer.on_qualified_base"] = replace(line, fact="offer.on_qualified_base", value=qualified)
    return kept


def _heard(effect: Effect, state: State) -> bool:
    """Whether the rule has something to say: that it concerns the case, may do so, or, where it could forbid, why it does not."""
    if effect is Effect.ADVISE:
        return state.concerned == MET
    return state.concerned != NOT_MET or (effect is Effect.FORBID and state.bound == MET)


def _token(answer: Value) -> str:
    """Tokens of answers in data: ``yes``, ``no``, a choice, an ISO date, an amount."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return str(answer)


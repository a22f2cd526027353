"""Which offers would be lawful for a service on that day, on which conditions, and why each other one lost.

A candidate has no contract yet, so what a buyer can obtain on the way (a clause in the agreement, an approval) is put as
obtained and then shown as the condition it is: the smallest part of it without which the verdict would be graver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.doctrine.sweep import Judge, Row
from egide.doctrine.verdict import SERIOUSNESS, rank, verdict
from egide.rules.bits import columns
from egide.rules.evaluation import without_advice
from egide.rules.proofs import because
from egide.vocabulary.facts import FACTS, Subject, Value, Values, values_of
from egide.vocabulary.findings import Change, EligibleOffer, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.rules.evaluation import CompiledRule, Program, State
    from egide.vocabulary.offers import OfferOnDay

OBTAINABLE = (
    "hosting.agreement_says_qualified",
    "hosting.exit_terms",
    "hosting.foreign_laws_listed",
    "hosting.switching_terms",
    "hosting.restricted_approved",
)
"""What a contract still to be signed can hold, and the approval still to be given."""
WHOSE = (Subject.BODY, Subject.SERVICE)
"""Whose facts go along when a service moves: what was said of its present hosting stays behind."""
LAWFUL = (Verdict.ALLOWED, Verdict.CONDITIONAL, Verdict.OUT_OF_SCOPE)


@dataclass(frozen=True, slots=True)
class Stand:
    """One distinct offer for one service: the verdict, what it takes, or why it is refused or only under condition."""

    verdict: Verdict
    conditions: tuple[Change, ...]
    reasons: tuple[Reason, ...]


class Candidates:
    """The offers of one day, put to services one after the other."""

    def __init__(self, program: Program, offers: Sequence[OfferOnDay]) -> None:
        self.program = program = without_advice(program)
        placed = {offer.offer for offer in offers if offer.region}
        self.offers = [
            offer for offer in offers if offer.claims and offer.kinds and (offer.region is not None or offer.offer not in placed)
        ]
        self.values = [values_of(offer.claims) for offer in self.offers]
        self.table = columns(program, self.values)
        self.judge = Judge(program, self.table)
        self._places: dict[str, list[int]] = {}
        for place, offer in enumerate(self.offers):
            self._places.setdefault(offer.offer, []).append(place)
        self._stands: dict[tuple[object, ...], tuple[Stand, ...]] = {}

    def of(self, service: Values, kinds: frozenset[str]) -> tuple[tuple[EligibleOffer, ...], Mapping[str, tuple[Reason, ...]]]:
        """The lawful offers, the lightest verdict and fewest conditions first; and the reasons of each refused one.

        An offer that stands the same in all its regions is told once, without a region.

        ``kinds`` are those of the service's present offers; without any, software services are left aside.
        """
        own: dict[str, Value] = {name: value for name, value in service.items() if FACTS[name].subject in WHOSE}
        own["derogation.requested"] = False  # a derogation covers a project already engaged, never a hosting still to be chosen
        stands = self._standing(own)
        kept: list[EligibleOffer] = []
        refused: dict[str, tuple[Reason, ...]] = {}
        for offer, places in self._places.items():
            if not _fits(self.offers[places[0]], kinds):
                continue
            theirs = [stands[self.table.place[place]] for place in places]
            alike = all(stand is theirs[0] or stand == theirs[0] for stand in theirs)
            for place, stand in zip(places[:1] if alike else places, theirs, strict=False):
                region = None if alike and len(places) > 1 else self.offers[place].region
                if stand.verdict in LAWFUL:
                    kept.append(EligibleOffer(offer, region, stand.verdict, stand.conditions))
                else:
                    refused[f"{offer}/{region}" if region else offer] = stand.reasons
        kept.sort(key=lambda one: (-SERIOUSNESS.index(one.verdict), len(one.conditions), one.offer, one.region or ""))
        return tuple(kept), refused

    def stands(self, service: Values) -> Mapping[str, Stand]:
        """Where every offer in every region stands for a service, whatever its kind, by ``offer`` or ``offer/region``."""
        own: dict[str, Value] = {name: value for name, value in service.items() if FACTS[name].subject in WHOSE}
        own["derogation.requested"] = False
        stands = self._standing(own)
        return {offer.key: stands[self.table.place[place]] for place, offer in enumerate(self.offers)}

    def _standing(self, own: Values) -> tuple[Stand, ...]:
        """Where each distinct offer stands for a service, told once for all services with these facts."""
        asked = {**own, **dict.fromkeys(OBTAINABLE, True)}
        key = tuple([asked.get(name) for name in self.judge.reads])
        if key not in self._stands:
            row = self.judge.row(asked)
            self._stands[key] = tuple(self._stand(own, offer, row, 1 << bit) for bit, offer in enumerate(self.table.offers))
        return self._stands[key]

    def _stand(self, own: Values, offer: Values, row: Row, bit: int) -> Stand:
        """What the verdict rests on: the smallest part of what was put as obtained that keeps it as light, or why it is refused."""
        reached = next(one for one, offers in zip(SERIOUSNESS, row.verdicts, strict=True) if offers & bit)
        held: dict[str, Value] = {**own, **dict.fromkeys(OBTAINABLE, True), **offer}
        made = [self.program.rules[one.rule] for one in row.contributions if one.verdict is reached and one.offers & bit]
        if reached not in LAWFUL:
            return Stand(reached, (), reasons(made, self.program, held))
        told = reasons(made, self.program, held) if reached is Verdict.CONDITIONAL else ()
        states = self.program.states(held)
        for name in OBTAINABLE:
            without = held.copy()
            del without[name]
            fresh = self.program.restated(states, without, (name,))
            if self._alike(states, fresh, name) or verdict(self.program, fresh) is reached:
                held, states = without, fresh
        return Stand(reached, tuple(Change(name, held[name]) for name in OBTAINABLE if name in held), told)

    def _alike(self, states: Sequence[State], fresh: Sequence[State], name: str) -> bool:
        """Whether the rules that read the fact contribute what they did."""
        rules = self.program.rules
        return all(
            rank(rules[place].effect, states[place]) == rank(rules[place].effect, fresh[place])
            for place in self.program.readers.get(name, ())
        )


def reasons(made: Iterable[CompiledRule], program: Program, values: Values, most: int = 3) -> tuple[Reason, ...]:
    """Why that verdict: the telling leaves of the rules that made it, offers' own facts first."""
    told: dict[str, Reason] = {}
    for rule in made:
        for reason in because(rule, values, program):
            told.setdefault(reason.code, reason)
    ranked = sorted(told.values(), key=_of_offer, reverse=True)
    return tuple(ranked[:most])


def _of_offer(reason: Reason) -> bool:
    return any(str(name).startswith(("offer.", "hosting.")) for name in (*reason.args, reason.args.get("fact", "")))


def _fits(offer: OfferOnDay, kinds: frozenset[str]) -> bool:
    """A platform is compared with platforms, software with software: what an application does is not in the catalogue."""
    if kinds:
        return bool(kinds & frozenset(offer.kinds))
    return offer.kinds != ("SaaS",)

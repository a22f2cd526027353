"""Which offers would be lawful for a service on that day, on which conditions, and why each other one lost.

A candidate has no contract yet, so what a buyer can obtain on the way (a clause in the agreement, an approval) is put as
obtained and then shown as the condition it is: the smallest part of it without which the verdict would be graver.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from egide.doctrine.sweep import Judge
from egide.doctrine.verdict import SERIOUSNESS, contribution, verdict
from egide.rules.bits import columns
from egide.rules.evaluation import finding
from egide.vocabulary.facts import FACTS, Subject, Value, Values, values_of
from egide.vocabulary.findings import Change, Effect, EligibleOffer, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from egide.rules.evaluation import Program
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

class Candidates:
    """The offers of one day, put to services one after the other."""

    def __init__(self, program: Program, offers: Sequence[OfferOnDay]) -> None:
        self.program = program
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
        self._rows: dict[tuple[object, ...], tuple[Verdict, ...]] = {}
        self._conditions: dict[tuple[object, ...], tuple[Change, ...]] = {}
        self._reasons: dict[tuple[object, ...], tuple[Reason, ...]] = {}

    def of(self, service: Values, kinds: frozenset[str]) -> tuple[tuple[EligibleOffer, ...], Mapping[str, tuple[Reason, ...]]]:
        """The lawful offers, the lightest verdict and fewest conditions first; and the reasons of each refused one.

        An offer that stands the same in all its regions is told once, without a region.

        ``kinds`` are those of the service's present offers; without any, software services are left aside.
        """
        own: dict[str, Value] = {name: value for name, value in service.items() if FACTS[name].subject in WHOSE}
        own["derogation.requested"] = False  # a derogation covers a project already engaged, never a hosting still to be chosen
        asked = {**own, **dict.fromkeys(OBTAINABLE, True)}
        key = tuple([asked.get(name) for name in self.judge.reads])
        if key not in self._rows:
            row = self.judge.row(asked)
            self._rows[key] = tuple(
                next(one for one, bits in zip(SERIOUSNESS, row.verdicts, strict=True) if bits >> place & 1)
                for place in range(len(self.table.offers))
            )
        verdicts = self._rows[key]
        kept: list[EligibleOffer] = []
        refused: dict[str, tuple[Reason, ...]] = {}
        for offer, places in self._places.items():
            if not _fits(self.offers[places[0]], kinds):
                continue
            stands = {place: self._stand(key, place, own, asked, verdicts) for place in places}
            alike = len(set(map(_same, stands.values()))) == 1
            for place in places[:1] if alike else places:
                region = None if alike and len(places) > 1 else self.offers[place].region
                stand = stands[place]
                if isinstance(stand, tuple):
                    refused[f"{offer}/{region}" if region else offer] = stand
                else:
                    kept.append(replace(stand, region=region))
        kept.sort(key=lambda one: (-SERIOUSNESS.index(one.verdict), len(one.conditions), one.offer, one.region or ""))
        return tuple(kept), refused

    def _stand(
        self, key: tuple[object, ...], place: int, own: Values, asked: Values, verdicts: Sequence[Verdict]
    ) -> EligibleOffer | tuple[Reason, ...]:
        """The offer as eligible, or why it is not."""
        offer, values, bit = self.offers[place], self.values[place], self.table.place[place]
        reached = verdicts[bit]
        if reached in LAWFUL:
            return EligibleOffer(offer.offer, offer.region, reached, self._needed(key, bit, own, values, reached))
        return self._why(key, place, {**asked, **values}, reached)

    def _needed(
        self, key: tuple[object, ...], place: int, own: Values, offer: Values, reached: Verdict
    ) -> tuple[Change, ...]:
        """The smallest part of what was put as obtained that keeps the verdict as light."""
        known = self._conditions.get((key, place))
        if known is not None:
            return known
        held: dict[str, Value] = dict.fromkeys(OBTAINABLE, True)
        for name in OBTAINABLE:
            without = {one: value for one, value in held.items() if one != name}
            if verdict(self.program, self.program.states({**own, **without, **offer})) is reached:
                held = without
        needed = self._conditions[key, place] = tuple(Change(name, value) for name, value in held.items())
        return needed

    def _why(self, key: tuple[object, ...], place: int, values: Values, reached: Verdict) -> tuple[Reason, ...]:
        known = self._reasons.get((key, place))
        if known is None:
            known = self._reasons[key, place] = reasons(self.program, values, reached)
        return known


def reasons(program: Program, values: Values, reached: Verdict, most: int = 3) -> tuple[Reason, ...]:
    """Why that verdict: the telling leaves of the rules that made it, offers' own facts first."""
    told: dict[str, Reason] = {}
    for rule in program.rules:
        if rule.effect is Effect.ADVISE or contribution(rule.effect, rule.state(values)) is not reached:
            continue
        for reason in finding(rule, values, {}, program).because:
            told.setdefault(reason.code, reason)
    ranked = sorted(told.values(), key=_of_offer, reverse=True)
    return tuple(ranked[:most])


def _of_offer(reason: Reason) -> bool:
    return any(str(name).startswith(("offer.", "hosting.")) for name in (*reason.args, reason.args.get("fact", "")))


def _same(stand: EligibleOffer | tuple[Reason, ...]) -> tuple[object, ...]:
    if isinstance(stand, tuple):
        return tuple((reason.code, str(sorted(reason.args.items(), key=str))) for reason in stand)
    return stand.verdict, stand.conditions


def _fits(offer: OfferOnDay, kinds: frozenset[str]) -> bool:
    """A platform is compared with platforms, software with software: what an application does is not in the catalogue."""
    if kinds:
        return bool(kinds & frozenset(offer.kinds))
    return offer.kinds != ("SaaS",)

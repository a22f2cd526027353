"""19.6.d: does the service keep its operating autonomy when a third-controlled company is cut from it?

Each such supplier is cut, with all that stand under common control with it. The service goes on by own skills, or by at
least two alternatives that are not under common control; or the supplier is itself qualified on the day. Where control is not
known, two suppliers may be one: what still holds then is met, what fails even if all are apart is not met, the rest unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.label.parties import companies
from egide.label.results import AutonomyAnswer, Stoppage
from egide.label.supply import NEVER, OWN_SKILLS, Supply, operated
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from egide.label.dossier import Dossier
    from egide.label.parties import Company
    from egide.ownership.answer import Prepared
    from egide.ownership.answers import Readings

QUALIFIED = N_("{supplier} is itself qualified on that day")
GOES_ON = N_("the service goes on without {supplier}, by own skills or by two alternatives that are not under common control")
STOPS = N_("without {supplier} the service stops after {days} days: {functions}")
STOPS_UNKNOWN = N_("without {supplier} the service stops, after how many days is not known: {functions}")
ONE_ALTERNATIVE = N_("without {supplier} the service goes on, but {functions} would have fewer than two alternatives and no own skills")
PERHAPS_ONE = N_("it is not known whether the alternatives to {supplier} are under common control, or whether they are there")
PERHAPS_THIRD = N_("the service would not keep its autonomy without {supplier}, and it is not known whether that is a third company")
NOT_SAID = N_("no function says whether it stands on {supplier}")
NO_NEEDS = N_("the dossier does not say what the functions of the service stand on")
NO_SUPPLIERS = N_("the dossier names no supplier and does not say that the list is complete")
NOT_WORKING = N_("{functions} would not work even with every supplier: what it stands on is not there, or leans on itself")
NO_THIRD = N_("no third company is used")


def autonomy(dossier: Dossier, prepared: Prepared | None, on: date, readings: Readings) -> AutonomyAnswer:
    """The answer with what each cut stops, in which order and after how many days."""
    used = companies(dossier, prepared, on, readings)
    ended = frozenset(one.id for one in dossier.suppliers if one.contract_end is not None and one.contract_end < on)
    study = _Study(dossier, used, on, ended)
    groups = [group for group in study.groups if any(used[one].third is not Answer.NOT_MET for one in group)]
    stoppages = tuple(study.cut(group) for group in groups)
    doubts = tuple(_doubts(dossier, study, bool(groups)))
    answers = [one.answer for one in stoppages] + [Answer.UNKNOWN] * len(doubts)
    answer = Answer.NOT_MET if Answer.NOT_MET in answers else Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.MET
    none = (Reason("label.autonomy.no-third", {}, NO_THIRD),) if not groups and not doubts else ()
    return AutonomyAnswer(answer, stoppages, doubts + none)


def _doubts(dossier: Dossier, study: _Study, cut: bool) -> Iterable[Reason]:
    complete = any(one.claim.value is True for one in dossier.statements.get("suppliers.list_complete", ()))
    if not dossier.needs and cut:
        yield Reason("label.autonomy.no-needs", {}, NO_NEEDS)
    if not dossier.suppliers and not dossier.needs and not complete:
        yield Reason("label.autonomy.no-suppliers", {}, NO_SUPPLIERS)
    broken = sorted(study.essential - study.working)
    if broken:
        yield Reason("label.autonomy.not-working", {"functions": study.named(broken)}, NOT_WORKING)


@dataclass(frozen=True, slots=True)
class _Loss:
    """What one cut does."""

    stops: tuple[str, ...]
    after: int | None
    """When an essential function first stops; None when none does, or when the days are not known."""
    interrupts: bool


class _Study:
    """One service and the companies that it uses, on one day."""

    def __init__(self, dossier: Dossier, used: Mapping[str, Company], on: date, gone: frozenset[str]) -> None:
        self.used = used
        skills = not any(one.claim.value is False for one in dossier.statements.get("skills.own", ()))
        own = {dossier.provider, *(base.offer for base in dossier.bases if base.offer not in used)}
        self.supply = Supply(
            {one.id: one for one in dossier.needs}, frozenset(own | ({OWN_SKILLS} if skills else set())), frozenset(used),
            operated(dossier.components), gone if skills else gone | {OWN_SKILLS},
        )  # fmt: skip
        behind = (self.supply.operated.get(name, name) for need in dossier.needs for group in need.needs for name in group)
        self.named_in = frozenset(behind)
        self.working = self.supply.works(())
        self.essential = frozenset(one.id for one in dossier.needs if one.essential)
        self.qualified = frozenset(one.id for one in dossier.suppliers if one.qualified is not None and one.qualified.holds(on))
        self.qualified |= {base.offer for base in dossier.bases if _vouched(used.get(base.offer))}
        self.groups = _together(used.values())
        self.doubtful = frozenset(
            {one.id for one in used.values() if not one.control_known} | {name for name in self.named_in if self.supply.nobody(name)}
        ) - self.qualified  # fmt: skip

    def named(self, functions: Iterable[str]) -> str:
        """The functions' names."""
        return ", ".join(self.supply.needs[one].name for one in functions)

    def cut(self, group: frozenset[str]) -> Stoppage:
        """What happens without the members of the group that are not themselves qualified."""
        lost = group - self.qualified - self.supply.gone
        name = self.joined(group)
        if not lost or not any(self.used[one].third is not Answer.NOT_MET for one in lost):
            return self.say(group, Answer.MET, Reason("label.autonomy.qualified", {"supplier": name}, QUALIFIED))
        if not lost & self.named_in:
            return self.say(group, Answer.UNKNOWN, Reason("label.autonomy.not-said", {"supplier": name}, NOT_SAID))
        surely, perhaps = self.keeps(lost, frozenset()), self.keeps(lost, self.doubtful)
        loss = self.loss(lost)
        fails = tuple(sorted((self.essential & self.working) - surely))
        if not fails:
            doubted = (self.essential & self.working) - perhaps
            answer, code, message = (
                (Answer.UNKNOWN, "perhaps-one", PERHAPS_ONE) if doubted else (Answer.MET, "goes-on", GOES_ON)
            )  # fmt: skip
            return self.say(group, answer, Reason(f"label.autonomy.{code}", {"supplier": name}, message), loss)
        if not any(self.used[one].third is Answer.MET for one in lost):
            return self.say(group, Answer.UNKNOWN, Reason("label.autonomy.perhaps-third", {"supplier": name}, PERHAPS_THIRD), loss)
        return self.say(group, Answer.NOT_MET, self.failing(name, loss, fails), loss)

    def failing(self, supplier: str, loss: _Loss, fails: tuple[str, ...]) -> Reason:
        """Why autonomy is lost: the service stops, or too little is left to choose from."""
        if not loss.interrupts:
            return Reason("label.autonomy.one-alternative", {"supplier": supplier, "functions": self.named(fails)}, ONE_ALTERNATIVE)
        args = {"supplier": supplier, "functions": self.named(loss.stops)}
        if loss.after is None:
            return Reason("label.autonomy.stops-unknown", args, STOPS_UNKNOWN)
        return Reason("label.autonomy.stops", {**args, "days": loss.after}, STOPS)

    def keeps(self, lost: frozenset[str], doubtful: frozenset[str]) -> frozenset[str]:
        """Functions that keep their autonomy when the doubtful are under common control with the lost."""
        cut = lost | doubtful
        return self.supply.holds(cut, [rest for group in self.groups if (rest := group - cut)])

    def loss(self, lost: frozenset[str]) -> _Loss:
        """What stops, in the order of days; where a day is not known, last."""
        low, high = self.supply.days(lost, 0.0), self.supply.days(lost, NEVER)
        stops = sorted(self.working - self.supply.works(lost), key=lambda one: (high[one], low[one], one))
        first_low = min((low[one] for one in stops if one in self.essential), default=NEVER)
        first_high = min((high[one] for one in stops if one in self.essential), default=NEVER)
        known = first_low == first_high != NEVER
        return _Loss(tuple(stops), int(first_high) if known else None, any(one in self.essential for one in stops))

    def joined(self, group: frozenset[str]) -> str:
        """The names of the suppliers."""
        return ", ".join(self.used[one].name for one in sorted(group))

    def say(self, group: frozenset[str], answer: Answer, because: Reason, loss: _Loss | None = None) -> Stoppage:
        """The stoppage as reported."""
        members = tuple(sorted(group))
        common = (one for one in self.used[members[0]].controllers if all(one in self.used[other].controllers for other in members))
        name = members[0] if len(members) == 1 else next(common, "+".join(members))
        return Stoppage(name, members, answer, loss.stops if loss else (), loss.after if loss else None, because)


def _together(used: Iterable[Company]) -> list[frozenset[str]]:
    """Suppliers under common control together: one controls the other, or the same party controls both."""
    groups: list[tuple[frozenset[str], frozenset[str]]] = []
    for one in sorted(used, key=lambda company: company.id):
        members, ties = frozenset({one.id}), frozenset({*one.controllers, one.id})
        for group in [group for group in groups if group[1] & ties]:
            groups.remove(group)
            members, ties = members | group[0], ties | group[1]
        groups.append((members, ties))
    return sorted((members for members, _ in groups), key=sorted)


def _vouched(company: Company | None) -> bool:
    return company is not None and company.because.code == "label.party.line"

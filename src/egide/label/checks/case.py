"""What a check looks at: the dossier on one day, each fact resolved, ownership and access asked once for each reading.

Of one issuer the latest statement holds; two issuers who disagree settle nothing; a statement past its last day is silent.
A fact is *shown* when somebody who is not the provider says it was audited or attested, or when a document of the binder stands behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from egide.label.access import access
from egide.label.autonomy import autonomy
from egide.label.documents import STRENGTH, Binder, earliest, latest, weakest
from egide.label.dossier import Assurance, EvidenceKind, Statement
from egide.label.facts import FACTS
from egide.label.results import Missing
from egide.ownership.answers import Readings
from egide.ownership.countries import EEA, EU
from egide.ownership.holdings import Concert, Holding, Influence, Register
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.label.dossier import Dossier
    from egide.label.results import AccessAnswer, AutonomyAnswer
    from egide.label.scheme import Scheme
    from egide.ownership.answer import Prepared
    from egide.ownership.answers import Ownership
    from egide.vocabulary.facts import Value

Limits = Mapping[str, Any]
"""The limits of a requirement as they stand on the day, by name."""
AHEAD = 12
"""How many coming days of change are looked at before the next one is taken for the end."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a check says, and what it stands on."""

    answer: Answer
    because: tuple[Reason, ...]
    missing: tuple[Missing, ...] = ()
    until: date | None = None
    """The last day on which a met answer holds with what is there."""
    assurance: Assurance | None = None
    evidence: tuple[str, ...] = ()
    shown: bool = True
    """False: it stands on a bare declaration, so that a met answer is not yet shown."""
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A named question of a scheme over declared facts and dated limits."""

    name: str
    reads: tuple[str, ...]
    """Facts, and parts of the dossier (``ownership``, ``accesses``, ``needs``, ``suppliers``, ``risks``, ``line`` …)."""
    limits: tuple[str, ...]
    """Limits that a requirement must give."""
    test: Callable[[Case, Limits], Said]


@dataclass(frozen=True, slots=True)
class Known:
    """One fact on the day: its value, or why there is none."""

    fact: str
    value: Value | None
    doubt: Reason | None
    until: date | None = None
    assurance: Assurance | None = None
    shown: bool = False
    evidence: tuple[str, ...] = ()
    contradicted: bool = False

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What would make it known, or shown."""
        role = str(FACTS[self.fact].role)
        if self.doubt is not None:
            return (Missing(self.doubt, None, role, self.fact),)
        if not self.shown:
            ask = Reason("label.missing.shown", {"fact": FACTS[self.fact].ask}, N_("a document that shows it: {fact}"))
            return (Missing(ask, EvidenceKind.DOCUMENT, role, self.fact),)
        return ()


@dataclass
class Case:
    """One dossier on one day, as the checks of one scheme see it."""

    dossier: Dossier
    on: date
    scheme: Scheme
    binder: Binder
    given: Readings | None = None
    register: Register | None = None
    """What of the dossier's register lies above the provider and its suppliers."""
    _facts: dict[str, Known] = field(default_factory=dict)
    _asked: dict[tuple[object, ...], Any] = field(default_factory=dict)
    _days: dict[date, Case] = field(default_factory=dict)

    def fact(self, name: str) -> Known:
        """The fact as it is known on the day."""
        if name not in self._facts:
            statements = [*self.dossier.statements.get(name, ()), *self._from_register(name)]
            self._facts[name] = _resolved(name, statements, self)
        return self._facts[name]

    def _from_register(self, name: str) -> list[Statement]:
        """What the register of holdings says of the provider's own places."""
        subject, _, place = name.partition(".")
        party = self.register.parties.get(self.dossier.provider) if self.register and subject == "provider" else None
        value = getattr(party, place, None) if party else None
        if value is None or party is None:
            return []
        origin = party.origin
        claim = Claim(name, value, origin.issuer if origin else "register", origin.on if origin else None, origin.source if origin else "")
        return [Statement(claim, Assurance.AUDITED if claim.issuer not in self.provider_names else Assurance.DECLARED)]

    @property
    def provider_names(self) -> frozenset[str]:
        """Under which names the provider itself speaks."""
        return frozenset({self.dossier.provider, self.dossier.provider_name})

    def readings(self, limits: Limits) -> Readings:
        """The readings of ownership: caps and area are the scheme's on that day, the rest as given."""
        base = self.given or Readings(EU, "EU")
        union = frozenset(limits.get("union_countries") or base.union)
        name = {EU: "EU", EEA: "EEA"}.get(union, base.union_name if union == base.union else "+".join(sorted(union)))
        caps = {
            field_name: Fraction(str(limits[limit]))
            for field_name, limit in (("one", "one_holder_share"), ("together", "all_holders_share")) if limit in limits
        }  # fmt: skip
        return replace(base, union=union, union_name=name, **caps)  # type: ignore[arg-type]

    def prepared(self, limits: Limits) -> Prepared | None:
        """The register made ready under these readings; None when nobody gave one."""
        if self.register is None:
            return None
        from egide.ownership.answer import prepare  # noqa: PLC0415 - numpy, only where there is a register

        register, readings = self.register, self.readings(limits)
        made: Prepared = self._once(("prepared", readings), lambda: prepare(register, self.on, readings))
        return made

    def ownership(self, limits: Limits) -> Ownership | None:
        """Who holds and controls the provider; None when no register speaks of it."""
        prepared = self.prepared(limits)
        if prepared is None or self.register is None or self.dossier.provider not in self.register.parties:
            return None
        held: Ownership = self._once(("ownership", self.readings(limits)), lambda: prepared.ownership(self.dossier.provider))
        return held

    def access(self, limits: Limits) -> AccessAnswer:
        """Whether a third-controlled company can reach data (19.6.c)."""
        readings = self.readings(limits)
        found: AccessAnswer = self._once(("access", readings), lambda: access(self.dossier, self.prepared(limits), self.on, readings))
        return found

    def autonomy(self, limits: Limits) -> AutonomyAnswer:
        """Whether the service goes on when each third supplier is cut (19.6.d)."""
        readings = self.readings(limits)
        found: AutonomyAnswer = self._once(("autonomy", readings), lambda: autonomy(self.dossier, self.prepared(limits), self.on, readings))
        return found

    def _once(self, key: tuple[object, ...], ask: Callable[[], Any]) -> Any:
        if key not in self._asked:
            self._asked[key] = ask()
        return self._asked[key]

    @property
    def asked_ownership(self) -> tuple[Ownership, ...]:
        """Every answer on the provider that some check asked for, the first first."""
        return tuple(said for key, said in self._asked.items() if key[0] == "ownership" and said is not None)

    def first_asked(self, what: str) -> Any:
        """The first answer of that kind (``access``, ``autonomy``) that some check asked for."""
        return next((said for key, said in self._asked.items() if key[0] == what), None)

    def holds_until(self, judge: Callable[[Case], Answer]) -> date | None:
        """The last day on which a met answer on holdings and suppliers stays met; None when no coming day that is known ends it."""
        days = self._turning_days()
        for count, day in enumerate(days):
            if count == AHEAD or judge(self._at(day)) is not Answer.MET:
                return day - timedelta(days=1)
        return None

    def _turning_days(self) -> list[date]:
        """Coming days on which a holding, a power, a concert or a supplier's qualification begins or ends."""
        days: set[date] = set()
        register = self.register or Register()
        rows: tuple[Holding | Influence | Concert, ...] = (*register.holdings, *register.influences, *register.concerts)
        for one in rows:
            days |= {day for day in (one.since, one.until + timedelta(days=1) if one.until else None) if day}
        ends = (supplier.qualified.end for supplier in self.dossier.suppliers if supplier.qualified)
        days |= {end + timedelta(days=1) for end in ends if end}
        return sorted(day for day in days if day > self.on)

    def _at(self, day: date) -> Case:
        if day not in self._days:
            binder = Binder(self.dossier.documents, self.scheme, day)
            self._days[day] = Case(self.dossier, day, self.scheme, binder, self.given, self.register)
        return self._days[day]


def above(register: Register | None, companies: Iterable[str]) -> Register | None:
    """The part of a register that lies above these companies: their holders, the holders of those, and so on, of all days."""
    if register is None:
        return None
    held_by: dict[str, set[str]] = {}
    rows: tuple[Holding | Influence, ...] = (*register.holdings, *register.influences)
    for one in rows:
        held_by.setdefault(one.held, set()).add(one.holder)
    for concert in register.concerts:
        held_by.setdefault(concert.held, set()).update(concert.members)
    reached, waiting = set(), list(companies)
    while waiting:
        company = waiting.pop()
        if company not in reached:
            reached.add(company)
            waiting += held_by.get(company, ())
    return Register(
        {name: party for name, party in register.parties.items() if name in reached},
        [one for one in register.holdings if one.held in reached],
        [one for one in register.influences if one.held in reached],
        [one for one in register.concerts if one.held in reached],
        [one for one in register.conflicts if one.holder in reached],
        [], {},
    )  # fmt: skip


def _resolved(name: str, statements: Iterable[Statement], case: Case) -> Known:
    ask = FACTS[name].ask
    heard = _latest_of_each(one for one in statements if one.claim.on is None or one.claim.on <= case.on)
    told = [one for one in heard if one.claim.value is not None]
    speaking = [one for one in told if one.until is None or one.until >= case.on]
    values = {one.claim.value for one in speaking}
    if not told:
        return Known(name, None, Reason("label.fact.unknown", {"fact": name}, ask))
    if not speaking:
        ended = max(one.until for one in told if one.until)
        args = {"fact": name, "ask": ask, "until": ended}
        return Known(name, None, Reason("label.fact.expired", args, N_("what was stated held until {until} ({fact})")))
    if len(values) > 1:
        said = " ≠ ".join(sorted({f"{one.claim.issuer} : {_plain(one.claim.value)}" for one in speaking}))
        message = N_("statements contradict each other on {fact}: {said}")
        return Known(name, None, Reason("label.fact.contradicted", {"fact": name, "said": said}, message), contradicted=True)
    return _agreed(name, speaking, case)


def _latest_of_each(statements: Iterable[Statement]) -> list[Statement]:
    """Of each issuer what it said last."""
    last: dict[str, list[Statement]] = {}
    for one in statements:
        before = last.get(one.claim.issuer, [])
        if not before or _said_on(one) > _said_on(before[0]):
            last[one.claim.issuer] = [one]
        elif _said_on(one) == _said_on(before[0]):
            before.append(one)
    return [one for issuer in sorted(last) for one in last[issuer]]


def _said_on(statement: Statement) -> date:
    return statement.claim.on or date.min


def _agreed(name: str, statements: list[Statement], case: Case) -> Known:
    shown: list[tuple[date | None, Assurance, tuple[str, ...]]] = []
    for one in statements:
        behind = case.binder.stands_behind(one.evidence)
        if behind:
            strongest = max((one.assurance, *(document.assurance for document in behind)), key=STRENGTH.__getitem__)
            ends = earliest((one.until, latest(document.until for document in behind)))
            shown.append((ends, strongest, tuple(document.id for document in behind)))
        elif not one.evidence and one.assurance is not Assurance.DECLARED and one.claim.issuer not in case.provider_names:
            shown.append((one.until, one.assurance, ()))
    if not shown:
        return Known(name, statements[0].claim.value, None, latest(one.until for one in statements), Assurance.DECLARED)
    best = max((assurance for _, assurance, _ in shown), key=STRENGTH.__getitem__)
    evidence = tuple(sorted({name for _, _, names in shown for name in names}))
    return Known(name, statements[0].claim.value, None, latest(ends for ends, _, _ in shown), best, True, evidence)


def _plain(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "∅"
    return str(value)


def of_facts(check: str, known: Iterable[Known], judged: Mapping[str, tuple[Answer, Reason]], *, extra: tuple[Missing, ...] = ()) -> Said:
    """All of several facts: each with its own answer, the worst of which is the check's.

    ``judged`` holds the facts whose value is known; one that is not known is unknown, with its question.
    """
    facts = list(known)
    answers = [judged.get(one.fact, (Answer.UNKNOWN, one.doubt or silent(check)))[0] for one in facts]
    answer = worst(answers)
    because = tuple(
        judged[one.fact][1] if one.fact in judged else (one.doubt or silent(check))
        for one, said in zip(facts, answers, strict=True) if said is answer
    )  # fmt: skip
    wrong = [one for one, said in zip(facts, answers, strict=True) if said is Answer.NOT_MET]
    missing = tuple(Missing(judged[one.fact][1], None, str(FACTS[one.fact].role), one.fact) for one in wrong)
    missing += tuple(ask for one in facts if one not in wrong for ask in one.missing) + extra
    return Said(
        answer, because, missing, earliest(one.until for one in facts), weakest(one.assurance for one in facts),
        tuple(sorted({name for one in facts for name in one.evidence})), all(one.shown for one in facts),
        any(one.contradicted for one in facts),
    )  # fmt: skip


def both(*said: Said) -> Said:
    """Answers that must all be met, on all that they stand on."""
    answer = worst(one.answer for one in said)
    telling = [one for one in said if one.answer is answer]
    return Said(
        answer, tuple(reason for one in telling for reason in one.because), tuple(ask for one in said for ask in one.missing),
        earliest(one.until for one in said), weakest(one.assurance for one in said),
        tuple(sorted({name for one in said for name in one.evidence})), all(one.shown for one in said),
        any(one.contradicted for one in said),
    )  # fmt: skip


def silent(check: str) -> Reason:
    """Nobody said."""
    return Reason(f"label.{check}.unknown", {}, N_("nobody said"))


def worst(answers: Iterable[Answer]) -> Answer:
    """Kleene's all: not met when one is not, else unknown when one is. Of none: unknown."""
    known = set(answers)
    if Answer.NOT_MET in known:
        return Answer.NOT_MET
    return Answer.MET if known == {Answer.MET} else Answer.UNKNOWN

"""What a check looks at: the dossier on one day, each fact resolved, ownership and access asked once for each reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from egide.label.access import access
from egide.label.autonomy import autonomy
from egide.label.checks.known import Known, resolved
from egide.label.checks.said import Said
from egide.label.documents import Binder
from egide.label.dossier import Assurance, Statement
from egide.ownership.answers import Readings
from egide.ownership.countries import EEA, EU
from egide.ownership.holdings import Concert, Holding, Influence, Register
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from egide.label.dossier import Dossier
    from egide.label.results import AccessAnswer, AutonomyAnswer
    from egide.label.scheme import Scheme
    from egide.ownership.answer import Prepared
    from egide.ownership.answers import Ownership

Limits = Mapping[str, Any]
"""The limits of a requirement as they stand on the day, by name."""
AHEAD = 12
"""How many coming days of change are looked at before the next one is taken for the end."""


@dataclass(frozen=True, slots=True)
class Check:
    """A named question of a scheme over declared facts and dated limits."""

    name: str
    reads: tuple[str, ...]
    """Facts, and parts of the dossier (``ownership``, ``accesses``, ``needs``, ``suppliers``, ``risks``, ``line`` …)."""
    limits: tuple[str, ...]
    """Limits that a requirement must give."""
    test: Callable[[Case, Limits], Said]


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
            self._facts[name] = resolved(name, statements, self.binder, self.provider_names)
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
        from egide.label.checks.remembered import prepare  # noqa: PLC0415 - numpy, only where there is a register

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

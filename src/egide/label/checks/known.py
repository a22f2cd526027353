"""One fact on the day: who said it last, who contradicts it, what stands behind it.

Of one issuer the latest statement holds; two issuers who disagree settle nothing; a statement past its last day is silent.
A fact is *shown* when somebody who is not the provider says that it was audited or attested, or when a document of the binder
stands behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from egide.label.documents import STRENGTH, earliest, latest
from egide.label.dossier import Assurance, EvidenceKind
from egide.label.facts import FACTS
from egide.label.results import Missing
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from egide.label.documents import Binder
    from egide.label.dossier import Statement
    from egide.vocabulary.facts import Value


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
            ask = Reason("label.missing.shown", {"fact": self.fact}, N_("a document that shows it: {fact}"))
            return (Missing(ask, EvidenceKind.DOCUMENT, role, self.fact),)
        return ()


def resolved(name: str, statements: Iterable[Statement], binder: Binder, provider: frozenset[str]) -> Known:
    """The fact as the statements leave it on the binder's day; ``provider`` are the names under which the provider speaks."""
    ask = FACTS[name].ask
    heard = _latest_of_each(one for one in statements if one.claim.on is None or one.claim.on <= binder.on)
    told = [one for one in heard if one.claim.value is not None]
    speaking = [one for one in told if one.until is None or one.until >= binder.on]
    values = {one.claim.value for one in speaking}
    if not told:
        return Known(name, None, Reason("label.fact.unknown", {"fact": name}, ask))
    if not speaking:
        ended = max(one.until for one in told if one.until)
        args = {"fact": name, "ask": ask, "until": ended}
        return Known(name, None, Reason("label.fact.expired", args, N_("what was stated held until {until} ({fact})")))
    if len(values) > 1:
        return Known(name, None, _contradiction(name, speaking), contradicted=True)
    return _agreed(name, speaking, binder, provider)


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


def _agreed(name: str, statements: list[Statement], binder: Binder, provider: frozenset[str]) -> Known:
    shown: list[tuple[date | None, Assurance, tuple[str, ...]]] = []
    for one in statements:
        behind = binder.stands_behind(one.evidence)
        if behind:
            strongest = max((one.assurance, *(document.assurance for document in behind)), key=STRENGTH.__getitem__)
            ends = earliest((one.until, latest(document.until for document in behind)))
            shown.append((ends, strongest, tuple(document.id for document in behind)))
        elif not one.evidence and one.assurance is not Assurance.DECLARED and one.claim.issuer not in provider:
            shown.append((one.until, one.assurance, ()))
    if not shown:
        return Known(name, statements[0].claim.value, None, latest(one.until for one in statements), Assurance.DECLARED)
    best = max((assurance for _, assurance, _ in shown), key=STRENGTH.__getitem__)
    evidence = tuple(sorted({name for _, _, names in shown for name in names}))
    return Known(name, statements[0].claim.value, None, latest(ends for ends, _, _ in shown), best, True, evidence)


def _contradiction(name: str, speaking: Iterable[Statement]) -> Reason:
    """Two who say otherwise, both named."""
    ordered = sorted(speaking, key=lambda one: (one.claim.issuer, str(_sorted(one.claim.value))))
    first = ordered[0]
    second = next(one for one in ordered if one.claim.value != first.claim.value)
    args = {
        "fact": name, "issuer": first.claim.issuer, "value": first.claim.value, "other": second.claim.issuer,
        "otherwise": second.claim.value,
    }  # fmt: skip
    return Reason("label.fact.contradicted", args, N_("{issuer} says: {value}; {other} says: {otherwise} ({fact})"))


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value

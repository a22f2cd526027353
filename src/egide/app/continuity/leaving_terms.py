"""The lengths that the texts give to who leaves a provider, read from the rulebooks and the scheme in use on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from egide.app import law
from egide.continuity.leaving import Terms
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.rules.book import Dated, Rule, Rulebook

DATA_ACT, DORA, SECNUMCLOUD = "data-act", "dora", "secnumcloud-3.2"


class NoTermsError(EgideError):
    """The rulebooks in use lack what says how one leaves."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("the rulebooks in use do not say «{name}»: nothing can be dated"), {"name": name})


def terms(on: date) -> Terms:
    """What holds on that day, or first will. Raises `NoTermsError`."""
    switching, charges = _rule(law.in_use(), DATA_ACT, "25-4"), _rule(law.in_use(), DATA_ACT, "29")
    leaving = _rule(law.in_use(), DATA_ACT, "25")
    days = {str(one.kind): one.days for one in leaving.clocks}
    scheme = law.scheme(SECNUMCLOUD)
    points = {one.id: one for one in scheme.requirements}
    told, erasure = points["19.6.f"], points["19.4.a"]
    return Terms(
        _limit(switching.limits, "notice_months", on), _limit(switching.limits, "transition_days", on),
        _limit(switching.limits, "transition_months_longest", on), days["data-retrieval"] - days["switching-transition"],
        _limit(erasure.limits, "erasure_notice_days", on), _limit(told.limits, "notice_months", on), _no_charge(charges),
        switching.in_force.start, switching.source, charges.source,
        points["19.1.g"].source, erasure.source, told.source, points["17.3.a"].source,
        _rule(law.in_use(), DORA, "exit-strategy").source,
    )  # fmt: skip


def _rule(books: Iterable[Rulebook], book: str, rule: str) -> Rule:
    for one in books:
        for it in one.rules if one.id == book else ():
            if it.id == rule:
                return it
    raise NoTermsError(f"{book}#{rule}")


def _limit(limits: Mapping[str, tuple[Dated, ...]], name: str, on: date) -> int:
    """The value of that day; before the first, the first."""
    holding = [one for one in limits.get(name, ()) if one.period.holds(on)] or list(limits.get(name, ()))
    if not holding or not isinstance(holding[0].value, int):
        raise NoTermsError(name)
    return holding[0].value


def _no_charge(rule: Rule) -> date:
    """The day from which switching is free: the start of the last value."""
    starts = [one.period.start for one in rule.limits.get("allowed_charges", ()) if one.period.start]
    if not starts:
        raise NoTermsError("allowed_charges")
    return max(starts)

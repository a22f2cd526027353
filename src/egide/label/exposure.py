"""Exposure: the countries outside the area to which something in the offer leads, by its holders, suppliers, places or stated risks.

It grows with everything that is said and never shrinks by adding; how far the law of such a country reaches is for 5.3 to treat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.label.checks import Case

FACTS_OF_PLACES = (
    "provider.seat", "provider.administration", "provider.establishment", "contract.law", "places.storage", "places.administration",
    "places.supervision", "places.technical_data", "places.support",
)  # fmt: skip


def exposed(case: Case) -> frozenset[str]:
    """Countries outside that the offer itself leads to; the layers underneath are added by composition."""
    area = frozenset[str]().union(*(dated.value for one in case.scheme.requirements for dated in one.limits.get("union_countries", ())
                                    if dated.period.holds(case.on) and isinstance(dated.value, frozenset)))  # fmt: skip
    area = area or case.readings({}).union
    return frozenset(_countries(case)) - area


def _countries(case: Case) -> Iterator[str]:
    for name in FACTS_OF_PLACES:
        for one in case.dossier.statements.get(name, ()):
            value = one.claim.value
            yield from value if isinstance(value, frozenset) else [value] if isinstance(value, str) else []
    for supplier in case.dossier.suppliers:
        yield from filter(None, (supplier.seat, supplier.administration, supplier.establishment))
        yield from supplier.countries or ()
    for line in case.dossier.technical_data:
        yield from line.where or ()
    yield from (risk.country for risk in case.dossier.risks if risk.country)
    for held in case.asked_ownership:
        third = {one.party for one in held.holders if one.third is Answer.MET and any(share.high > 0 for share in one.shares.values())}
        third |= {one.party for one in held.controllers if one.third is Answer.MET and one.answer is not Answer.NOT_MET}
        for name in third & set(held.parties):
            party = held.parties[name]
            yield from filter(None, (party.seat, party.administration, party.establishment))

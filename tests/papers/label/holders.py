"""Who holds the invented provider: a fund through a holding company, a State, a float that nobody disclosed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from egide.ownership.answers import (
    Bounds,
    CapTest,
    Chain,
    Controller,
    Disclosure,
    Held,
    Link,
    Method,
    Ownership,
    Readings,
)
from egide.ownership.holdings import Conflict, Origin, Party, PartyKind, Range, Right
from egide.vocabulary.findings import Answer, Reason

ON = date(2026, 11, 23)
MET, NOT_MET, UNKNOWN = Answer.MET, Answer.NOT_MET, Answer.UNKNOWN
ANNUAL = Origin("Nuage fictif SAS", date(2026, 6, 30), "Table de capitalisation fictive")
MARKET = Origin("Autorité fictive des marchés", date(2026, 9, 1), "Déclaration de seuil fictive", "secondary")

PARTIES = {
    one.id: one
    for one in (
        Party("nuage-fictif", "Nuage fictif SAS", PartyKind.ENTITY, "FR", "FR", "FR"),
        Party("holding", "Holding fictive SA", PartyKind.ENTITY, "FR", "FR", "FR", True),
        Party("alpha", "Fonds fictif Alpha LP", PartyKind.FUND, "US", "US", "US"),
        Party("etat", "État fictif d’Arcadie", PartyKind.STATE, "FR", "FR", "FR"),
        Party("float", "Flottant non déclaré de Holding fictive SA", PartyKind.UNDISCLOSED),
    )
}


def between(low: int, high: int | None = None, of: int = 1000) -> Bounds:
    return Bounds(Fraction(low, of), Fraction(low if high is None else high, of))


ALPHA = Link("alpha", "holding", "votes", Range(40.0, 51.0), MARKET)
HOLDING = Link("holding", "nuage-fictif", "votes", Range(60.0, 60.0), ANNUAL)
HOLDING_CAPITAL = Link("holding", "nuage-fictif", "capital", Range(50.0, 50.0), ANNUAL)
STATE = Link("etat", "nuage-fictif", "capital", Range(45.0, 45.0), ANNUAL)
FLOAT = Link("float", "holding", "capital", Range(0.0, 100.0), None)


def cap(
    method: Method, right: Right, diluted: bool, one: Bounds, together: Bounds, answers: tuple[Answer, Answer, Answer],
) -> CapTest:  # fmt: skip
    return CapTest(method, right, diluted, "alpha", one, answers[0], together, answers[1], answers[2])


def ownership() -> Ownership:
    """Unknown in most readings, since a threshold declaration is only a bracket."""
    look, full = Method.LOOK_THROUGH, Method.ATTRIBUTION
    shares = {
        (look, Right.CAPITAL): between(190, 250), (look, Right.VOTES): between(240, 306),
        (full, Right.CAPITAL): between(190, 500), (full, Right.VOTES): between(240, 600),
    }  # fmt: skip
    chain = Chain((HOLDING, ALPHA), between(240, 306))
    return Ownership(
        company="nuage-fictif", on=ON, readings=Readings(frozenset({"DE", "FR"}), "EU"), parties=PARTIES,
        links=(HOLDING, HOLDING_CAPITAL, STATE, ALPHA, FLOAT),
        holders=(
            Held("alpha", MET, shares, (chain,), Fraction(1, 3)),
            Held("float", UNKNOWN, {(look, Right.CAPITAL): between(0, 250)}, (Chain((HOLDING_CAPITAL, FLOAT), between(0, 250)),)),
            Held("etat", NOT_MET, {(look, Right.CAPITAL): between(450), (look, Right.VOTES): between(350)},
                 (Chain((STATE,), between(450)),)),
        ),
        tests=(
            cap(look, Right.CAPITAL, False, between(190, 250), between(190, 300), (UNKNOWN, MET, UNKNOWN)),
            cap(look, Right.VOTES, False, between(240, 306), between(240, 330), (UNKNOWN, MET, UNKNOWN)),
            cap(full, Right.CAPITAL, False, between(190, 500), between(190, 500), (UNKNOWN, UNKNOWN, UNKNOWN)),
            cap(full, Right.VOTES, False, between(240, 600), between(240, 600), (UNKNOWN, UNKNOWN, UNKNOWN)),
            cap(look, Right.CAPITAL, True, between(241), between(391), (NOT_MET, NOT_MET, NOT_MET)),
            cap(look, Right.VOTES, True, between(240), between(390), (MET, MET, MET)),
        ),
        answer=NOT_MET,
        controllers=(Controller("alpha", MET, "presumed", UNKNOWN, Chain((HOLDING, ALPHA), None)),),
        third_control=UNKNOWN, third_veto=NOT_MET, third_organs=MET,
        disclosures=(
            Disclosure("alpha", "holding", "votes", Reason("ownership.ask.share", {"holder": "alpha", "held": "holding"},
                       "the exact share of {holder} in {held}"), True),
            Disclosure("float", "holding", "holders", Reason("ownership.ask.holders", {"held": "holding"}, "who holds the float of {held}"),
                       False),
        ),
        conflicts=(
            Conflict("etat", "nuage-fictif", "capital", "45 %, Nuage fictif SAS, 30 juin 2026, table de capitalisation fictive",
                     "44 %, Autorité fictive des marchés, 1er sept. 2026, déclaration fictive"),
        ),
        oscillating=("holding",), problems=(),
    )  # fmt: skip

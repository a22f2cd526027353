"""A computed label is shown beside the catalogue's line and never stands for it (article 31 of the SREN law; R9)."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from egide.app import law
from egide.doctrine.assess import Doctrine
from egide.rules.evaluation import compile_rules
from egide.vocabulary.errors import Location
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Answer, Verdict
from egide.vocabulary.language import Text
from egide.vocabulary.offers import ComputedLabel, OfferOnDay
from egide.vocabulary.services import Body, Hosting, Service

ON = date(2026, 11, 23)
LAW = compile_rules(law.shipped(), ON)
SCHEMES = law.scheme_names()
LABELS = [
    ComputedLabel("offre-fictive", f"{scheme}@1", Text("Label", "Label"), answer, level, ON, until, simulation, "label.json")
    for scheme, answer, level, until, simulation in product(SCHEMES, Answer, (None, "L3"), (None, date(2029, 1, 1)), (True, False))
]
SENSITIVE = {
    "body.status": "state", "data.classified": False, "data.restricted": False, "data.secret": True, "data.other_secret": False,
    "data.essential_mission": True, "data.harm": True, "service.stage": "new", "hosting.exit_terms": True,
    "hosting.agreement_says_qualified": True, "hosting.contract_end": date(2027, 1, 1), "offer.model": "commercial",
    "offer.provider_nature": "private", "offer.immune": True, "offer.framework": "3.2", "hosting.place": "france", "offer.place": "france",
}


def decide(facts: dict[str, object], labels: list[ComputedLabel]) -> tuple[Verdict, object]:
    claims = {name: Claim(name, value, "le fournisseur fictif", ON, "une déclaration") for name, value in facts.items()}
    offered = {name: claim for name, claim in claims.items() if name.startswith("offer.")}
    own = {name: claim for name, claim in claims.items() if name not in offered}
    service = Service("s", "Service fictif", Body("000000000"), Location("essai"), own, (Hosting("x", "offre-fictive", None, 100),))
    doctrine = Doctrine(LAW, [OfferOnDay("offre-fictive", None, ("IaaS",), offered)], labels)
    decision = doctrine.decide(service)
    return decision.verdict, decision.hostings[0]


@pytest.mark.parametrize("line", ["none", "in-progress", "expired", None])
@pytest.mark.parametrize("clause", [True, False, None])
def test_no_computed_label_makes_an_offer_without_a_line_allowed(line: str | None, clause: bool | None) -> None:
    facts = {**SENSITIVE, "offer.qualification": line, "hosting.agreement_says_qualified": clause}
    for label in LABELS:
        verdict, hosting = decide({name: value for name, value in facts.items() if value is not None}, [label])
        assert verdict in (Verdict.FORBIDDEN, Verdict.UNDETERMINED), label
        assert hosting.labels == (label,)


@pytest.mark.parametrize("clause", [False, None])
def test_nor_does_it_replace_the_clause_in_the_agreement(clause: bool | None) -> None:
    facts = {**SENSITIVE, "offer.qualification": "qualified", "hosting.agreement_says_qualified": clause}
    for label in LABELS:
        verdict, _ = decide({name: value for name, value in facts.items() if value is not None}, [label])
        assert verdict is not Verdict.ALLOWED


@pytest.mark.parametrize("line", ["qualified", "none", None])
def test_the_verdict_is_the_same_with_every_label_and_with_none(line: str | None) -> None:
    facts = {name: value for name, value in {**SENSITIVE, "offer.qualification": line}.items() if value is not None}
    alone, without = decide(facts, [])
    together, shown = decide(facts, LABELS)
    assert together is alone
    assert shown.findings == without.findings
    assert shown.question == without.question
    assert shown.labels == tuple(LABELS)


def test_with_the_line_and_the_clause_the_offer_passes_without_any_label() -> None:
    verdict, hosting = decide({**SENSITIVE, "offer.qualification": "qualified"}, [])
    assert not [one for one in hosting.findings if one.rule.startswith("sren-article-31") and one.answer is not Answer.MET]
    assert verdict is not Verdict.FORBIDDEN


def test_a_label_computed_after_the_day_is_not_shown_on_it() -> None:
    later = ComputedLabel("offre-fictive", "x@1", Text("x", "x"), Answer.MET, None, date(2027, 1, 1), None, False, "label.json")
    _, hosting = decide(SENSITIVE, [later])
    assert hosting.labels == ()

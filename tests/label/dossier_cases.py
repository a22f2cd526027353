"""Dossiers of every shape that a folder can hold, for the round trip through it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from tests.label.oscal_cases import nouns

from egide.label.dossier import (
    Access,
    Answered,
    Assurance,
    Base,
    CatalogueLine,
    Component,
    Customer,
    Document,
    Dossier,
    Need,
    PathState,
    Risk,
    Statement,
    Step,
    Supplier,
    TechnicalData,
)
from egide.label.facts import FACTS, ONE_COUNTRY
from egide.ownership.holdings import Concert, Conflict, Holding, Influence, Nature, Origin, Party, PartyKind, Power, Range, Register
from egide.vocabulary.facts import Claim, FactType, Kind
from egide.vocabulary.offers import Period

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    Draw = Callable[[SearchStrategy[Any]], Any]

PROVIDER, PROVIDER_NAME = "nuage-fictif", "Nuage fictif SAS"
ODD = ("NO", "1.0", "oui", "Société fictive : « x »", "# rien", "2026-01-01", "null", "[a]")
word = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=6)
words = st.just("") | word | st.just("une ligne,\nune autre ")
days = st.sampled_from([date(2024, 2, 29), date(2026, 10, 1), date(2027, 3, 1)])
some_day = st.none() | days
ends = st.sampled_from([None, date(2028, 1, 1)])
country = st.sampled_from(["FR", "NO", "US", "DE"])
some_country = st.none() | country
countries = st.frozensets(country, max_size=2)
asked = st.sampled_from(["19.6.b", "9.*", "*", "gaia-x-24.11#P5.1.5"])
some_asked = st.lists(asked, max_size=2).map(tuple)
held = st.frozensets(st.sampled_from(["customer", "technical"]))
names = st.sampled_from(["E-001", "E-002"])
evidence = st.lists(names, max_size=2).map(tuple)


def many(one: SearchStrategy[Any], by: str = "id", most: int = 2) -> SearchStrategy[Any]:
    return st.lists(one, max_size=most, unique_by=lambda each: getattr(each, by)).map(tuple)


# --- what is stated ------------------------------------------------------------------------------


def said(fact: str, of: SearchStrategy[Any]) -> SearchStrategy[Any]:
    claim = st.builds(Claim, st.just(fact), of, st.just(PROVIDER_NAME) | word, some_day, word, st.sampled_from(["primary", "secondary"]))
    return st.builds(Statement, claim, st.sampled_from(Assurance), ends, evidence)


def value(fact: FactType) -> SearchStrategy[Any]:
    if fact.choices:
        return st.sampled_from(fact.choices)
    if fact.name in ONE_COUNTRY:
        return country
    return {Kind.YES_NO: st.booleans(), Kind.DAYS: st.integers(0, 3660), Kind.COUNTRIES: countries}[fact.kind]


def several(name: str) -> SearchStrategy[Any]:
    return st.lists(said(name, st.none() | value(FACTS[name])), min_size=1, max_size=2).map(tuple)


facts = st.lists(st.sampled_from(list(FACTS)), max_size=4, unique=True).flatmap(
    lambda stated: st.fixed_dictionaries({name: several(name) for name in stated}))  # fmt: skip
level = st.integers(0, 4)
objectives = st.fixed_dictionaries({}, optional={name: said(name, level) for name in ("eu-csf-1.2.1#SOV-1", "autre#O-2")})


# --- who holds -----------------------------------------------------------------------------------

shares = st.sampled_from([None, Range(24.1, 24.1), Range(20.0, 25.0, high_open=True), Range(0.0, 100.0), Range(5.0, 10.0, True)])
origins = st.builds(Origin, st.sampled_from(["greffe fictif", "c.csv"]), some_day, st.sampled_from(["statuts", "c.csv"]),
                    st.sampled_from(["primary", "secondary"]))  # fmt: skip
rows = st.sampled_from(["c.csv:2", "c.csv:5", "statement-1"])
holdings = st.builds(
    Holding, st.sampled_from(["alpha", "beta"]), st.just(PROVIDER), shares, shares, origins, st.sampled_from(Nature), some_day, st.none(),
    st.booleans(), rows)  # fmt: skip
powers = st.builds(Influence, st.just("alpha"), st.just(PROVIDER), st.sampled_from(Power), origins, some_day, st.none(), rows)
concerts = st.builds(Concert, st.just(("alpha", "beta")), st.just(PROVIDER), origins, some_day, st.none(), st.just("c.csv:pacte"))
conflicts = st.builds(Conflict, st.just("alpha"), st.just(PROVIDER), st.just("capital"), word, word)


def party(name: str) -> SearchStrategy[Any]:
    return st.builds(Party, st.just(name), st.just(name) | word, st.sampled_from(PartyKind), some_country, some_country, some_country,
                     st.none() | st.booleans(), st.sampled_from([(), ("LEI:X", "SIREN:1")]), st.none() | origins)  # fmt: skip


registers = st.builds(
    Register, st.fixed_dictionaries({name: party(name) for name in ("alpha", "beta", PROVIDER)}),
    st.lists(holdings, max_size=2, unique_by=lambda one: one.holder), st.lists(powers, max_size=1), st.lists(concerts, max_size=1),
    st.lists(conflicts, max_size=1))  # fmt: skip
"""As readers leave them: one holding a day for each holder, company and nature."""


# --- who takes part ------------------------------------------------------------------------------


@st.composite
def suppliers(draw: Draw) -> Supplier:
    one = draw(nouns(
        Supplier, id=st.sampled_from(["editeur-fictif", "support-fictif"]), name=word, provides=words, under=st.none(),
        role=st.sampled_from(["sub-processor", "supplier", "licensor", "support", "host"]), seat=some_country, administration=some_country,
        establishment=some_country, data=st.none() | held, countries=st.none() | countries, contract_end=some_day,
        qualified=st.none() | st.builds(Period, some_day, some_day), statements=st.just({})))  # fmt: skip
    fields = draw(st.sets(st.sampled_from(["seat", "data", "contract_end"]), max_size=2))
    behind = {name: draw(said(f"supplier.{name}", st.just(getattr(one, name)))) for name in sorted(fields)}
    if draw(st.booleans()):
        behind["controlled_by_third"] = draw(said("supplier.controlled_by_third", st.none() | st.booleans()))
    return replace(one, statements=behind)


def components(operators: list[str]) -> SearchStrategy[Any]:
    return nouns(Component, id=st.sampled_from(["portail", "coffre"]), name=word, operated_by=st.sampled_from(operators), holds=held,
                 layer=st.sampled_from(["", "PaaS"]))  # fmt: skip


def accesses(places: list[str]) -> SearchStrategy[Any]:
    untried = st.sampled_from([PathState.DECLARED, PathState.UNTESTED])
    return nouns(Access, id=word, source=st.sampled_from(places), target=st.sampled_from(places), state=st.sampled_from(PathState),
                 control=st.just("bastion"), control_state=untried, effort=st.none() | st.integers(0, 99), evidence=evidence, on=some_day,
                 origin=st.sampled_from(["offer.yaml", "un relevé"]))  # fmt: skip


def needs(operators: list[str], places: list[str]) -> SearchStrategy[Any]:
    alternatives = st.lists(st.sampled_from([*places, "own-skills"]), min_size=1, max_size=2).map(tuple)
    return nouns(Need, id=st.sampled_from(["paie", "calcul"]), name=word, needs=st.lists(alternatives, max_size=2).map(tuple),
                 days=st.dictionaries(st.sampled_from(operators), st.none() | st.integers(0, 99), max_size=2))  # fmt: skip


def technical_data(operators: list[str], parts: list[str]) -> SearchStrategy[Any]:
    return nouns(TechnicalData, kind=word, where=st.none() | countries, component=st.sampled_from([None, *parts]),
                 held_by=st.sampled_from(operators), retention_days=st.none() | st.integers(0, 999))  # fmt: skip


def bases(below: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return nouns(Base, offer=st.just("socle-fictif"), name=word, provides=st.sampled_from(["site", "IaaS", "technology"]), dossier=below,
                 line=st.none(), inherits=some_asked, leaves=st.dictionaries(asked, words, max_size=2))  # fmt: skip


# --- the rest ------------------------------------------------------------------------------------

documents = nouns(
    Document, id=names, title=words, issuer=word, on=days, until=ends, scope=words, covers=some_asked,
    file=st.sampled_from([None, "a/b.pdf"]), digest=st.sampled_from([None, "a" * 64]), found=st.none(), standard=st.none() | word,
    outcome=st.sampled_from(["conforms", "partial"]), findings=st.lists(words, max_size=2).map(tuple))  # fmt: skip
risks = nouns(
    Risk, id=word, title=words, law=st.none() | word, country=some_country, treatment=words, residual=st.sampled_from([None, "low"]),
    accepted_by=st.none() | word, accepted_on=some_day, requirements=some_asked, evidence=evidence)  # fmt: skip
steps = nouns(
    Step, id=word, title=words, owner=word, days=st.integers(0, 99), after=st.just(()), done_on=some_day, not_before=some_day)  # fmt: skip
customers = nouns(Customer, id=word, name=word, role=st.sampled_from(["customer", "anssi"]))
lines = st.builds(CatalogueLine, st.just("ligne-fictive"), st.just("qualified"), st.just("3.2"), some_day, some_day, word,
                  st.just("primary"), days)  # fmt: skip


@st.composite
def written_by_hand(draw: Draw, depth: int = 1, offer: str = "offre-fictive") -> Dossier:
    """A dossier that some folder says."""
    sold = draw(many(suppliers()))
    under = draw(many(bases(st.none() | written_by_hand(depth - 1, "socle-fictif")), "offer", 1)) if depth else ()
    operators = [PROVIDER, *(one.id for one in sold), *(one.offer for one in under)]
    parts = draw(many(components(operators)))
    places = [*operators, *(one.id for one in parts)]
    return Dossier(
        offer, draw(word), PROVIDER, PROVIDER_NAME, draw(st.sampled_from([("IaaS",), ("PaaS", "SaaS")])), draw(words), draw(facts),
        draw(objectives), draw(many(documents)), sold, parts, draw(many(accesses(places))), draw(many(needs(operators, places))), under,
        tuple(Answered(one.offer, draw(asked), draw(words), draw(evidence)) for one in under), draw(many(risks)),
        draw(many(technical_data(operators, [one.id for one in parts]), "kind")), draw(many(steps)), draw(some_day),
        draw(many(customers)), draw(st.none() | registers), draw(st.none() | lines), draw(st.dictionaries(asked, word, max_size=2)),
        draw(st.dictionaries(asked, st.integers(0, 10**6), max_size=2)))  # fmt: skip

"""Doctrine before price: for every component and place of a market, may it run there on that day, on which conditions, or why not.

A qualification is of a service in a region within dates, so each place is judged by the catalogue's offer in that region. A place whose
offer the catalogue does not list is judged as such an offer: no qualification is known, and only the place itself counts. What a contract
still to be signed can hold is put as obtained and shown as the condition that it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from egide.app import law
from egide.app.portfolio import assess
from egide.catalogue import facts_on
from egide.catalogue.places import place_of
from egide.doctrine.assess import Doctrine
from egide.planner.plan_file import Book, Law
from egide.planner.plan_reading import LAWFUL
from egide.portfolio.cells import Said, value_of
from egide.rules.evaluation import compile_rules
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.facts import FACTS, Claim, FactType, Kind, Subject
from egide.vocabulary.findings import Reason, Verdict
from egide.vocabulary.language import N_
from egide.vocabulary.offers import OfferOnDay, Region
from egide.vocabulary.services import Body, Hosting, Service

if TYPE_CHECKING:
    from egide.doctrine.candidates import Stand
    from egide.planner.market import Market, Place
    from egide.planner.plan_file import FactValue
    from egide.vocabulary.facts import Claims, Value
    from egide.vocabulary.findings import Question
    from egide.vocabulary.offers import Catalogue

NO_FACT = N_("«{name}» is not a fact that can be stated here; near: {near}")
NO_ANSWER = N_("«{value}» does not answer {fact}; expected: {choices}")
OWN_WORD = N_("The need that is planned says so.")
UNJUDGED = N_(
    "nothing is known of the offer there, so that the law cannot be put to it: name it in the table of regions (`offer`), or state its "
    "facts there (`offer.model` …)"
)
UNCERTAIN = N_("the law is undetermined there: facts are missing")
ABOUT = (Subject.BODY, Subject.SERVICE)


@dataclass(frozen=True, slots=True)
class Lawfulness:
    """The verdicts of a day."""

    stands: Mapping[tuple[str, str], Stand]
    """By component and place."""
    allow_undetermined: bool
    law: Law
    offers: Mapping[str, str]
    """Identifiers of offers to their names."""
    _doctrine: Doctrine
    _claims: Mapping[str, Claims]

    def admission(self, component: str, place: str) -> Reason | None:
        """The law's refusal, for the planner; None when it may run there."""
        stand = self.stands.get((component, place))
        if stand is None:
            return Reason("undetermined", {}, UNJUDGED)
        if stand.verdict in LAWFUL or (stand.verdict is Verdict.UNDETERMINED and self.allow_undetermined):
            return None
        if stand.reasons:
            return stand.reasons[0]
        return Reason(str(stand.verdict), {}, UNCERTAIN)

    def question(self, component: str, place: Place) -> Question | None:
        """The one fact whose answer settles most for the component there."""
        hosting = Hosting(place.key, *_offer_key(place), 100, planned=True)
        service = Service(component, component, Body(None), Location("need"), self._claims[component], (hosting,))
        return self._doctrine.decide(service).hostings[0].question


def judged(
    facts: Mapping[str, Mapping[str, Any]], market: Market, catalogue: Catalogue, on: date, file: str,
    told: Mapping[str, Mapping[str, str]] | None = None, *, allow_undetermined: bool = False,
) -> Lawfulness:
    """Put the law of that day to every component and place. Raises `InputError` for a fact that does not exist or an answer to none."""
    claims = {component: dict(_claims(said, ABOUT, on, file, f"$.components.{component}.facts")) for component, said in facts.items()}
    own = {place: dict(_claims(said, (Subject.OFFER,), on, "regions", place)) for place, said in (told or {}).items()}
    books = tuple(law.in_use())
    program = compile_rules(books, on)
    listed = [one for one in assess.offers_on(catalogue, on) if one.claims and one.kinds]
    unlisted = [_unlisted(place, catalogue, on, own.get(place.key, {})) for place in market.places.values() if _apart(place)]
    doctrine = Doctrine(program, [*listed, *unlisted])
    stands: dict[tuple[str, str], Stand] = {}
    for component, said in claims.items():
        known = doctrine.candidates.stands({name: claim.value for name, claim in said.items() if claim.value is not None})
        for place in market.places.values():
            found = known.get(place.key if _apart(place) else str(place.offer))
            if found is not None:
                stands[component, place.key] = found
    used = tuple(Book(book.id, book.version, book.digest) for book in books if book.in_force.holds(on))
    names = {offer.id: offer.name for offer in catalogue.offers}
    return Lawfulness(stands, allow_undetermined, Law(law.law_as_read(books), catalogue.as_of, used), names, doctrine, claims)


def written(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, FactValue]]:
    """The facts as a plan keeps them."""
    return {component: {name: _plain(value) for name, value in sorted(said.items())} for component, said in facts.items()}


def _plain(value: Any) -> FactValue:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return sorted(str(one) for one in value)
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _claims(said: Mapping[str, Any], about: tuple[Subject, ...], on: date, file: str, path: str) -> Iterator[tuple[str, Claim]]:
    for name, answer in said.items():
        at = Location(file, path=f"{path}.{name}")
        fact = FACTS.get(name)
        if fact is None or fact.subject not in about:
            from rapidfuzz import process

            known = [one.name for one in FACTS.values() if one.subject in about]
            near = ", ".join(one for one, score, _ in process.extract(name, known, limit=3) if score > 40)
            raise InputError(NO_FACT, at, values={"name": name, "near": near or "—"})
        yield name, Claim(name, _answer(fact, answer, at), file, on, OWN_WORD)


def _answer(fact: FactType, said: Any, at: Location) -> Value | None:
    if said is None or said == "unknown":
        return None
    if isinstance(said, list):
        said = " ".join(map(str, said))
    plain = isinstance(said, (bool, str, int, date)) or (isinstance(said, float) and fact.kind is Kind.AMOUNT_EUR)
    found = value_of(fact, said) if plain else Said.NOT_UNDERSTOOD
    if found is Said.DOES_NOT_KNOW:
        return None
    if isinstance(found, Said):
        choices = ", ".join(fact.choices) or str(fact.kind)
        raise InputError(NO_ANSWER, at, values={"value": str(said)[:80], "fact": fact.name, "choices": choices})
    return found


def _apart(place: Place) -> bool:
    """Whether the place is to be judged by itself: the catalogue does not list its offer, or not that region of it."""
    return place.offer is None or ("/" not in place.offer and place.country is not None)


def _unlisted(place: Place, catalogue: Catalogue, on: date, told: Claims) -> OfferOnDay:
    """What is known of an offer in a place that the catalogue does not hold: the user's table says where it lies.

    Of an offer that is not listed at all, that no line of the list was found for it.
    """
    offer = catalogue.by_id.get(place.offer or "")
    claims = dict(facts_on(offer, None, on, catalogue) if offer else assess.unlisted(catalogue, on))
    if place.country is not None:
        claims["offer.place"] = place_of(Region(place.region, place.region, place.country, (), place.where or "", "secondary", on), on)
    claims |= told
    return OfferOnDay(place.key, None, offer.kinds or ("IaaS",) if offer else ("IaaS",), claims)


def _offer_key(place: Place) -> tuple[str, str | None]:
    if _apart(place) or place.offer is None:
        return place.key, None
    offer, _, region = place.offer.partition("/")
    return offer, region or None

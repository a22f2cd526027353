"""The main job: files of services in, an assessment out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app import law
from egide.app.files import read
from egide.app.updates.installed import CATALOGUE, holding, own_list
from egide.catalogue import facts_on, read_catalogue
from egide.catalogue import shipped as shipped_catalogue
from egide.doctrine.assess import Doctrine
from egide.rules.evaluation import compile_rules
from egide.vocabulary.errors import EgideError, Location
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Assessment, BookUsed, Problem
from egide.vocabulary.language import N_
from egide.vocabulary.offers import UNLISTED, Catalogue, OfferOnDay

if TYPE_CHECKING:
    from egide.portfolio import Answers, ColumnMapping
    from egide.rules.book import Rulebook
    from egide.vocabulary.facts import Claims
    from egide.vocabulary.offers import ComputedLabel
    from egide.vocabulary.services import Service

Progress = Callable[[int, int], None]
"""Called with how many services are decided, of how many."""
CATALOGUE_FILE = "catalogue.yaml"


class NothingToAssessError(EgideError):
    """No row of the files could be read as a service."""

    hint = "egide template services.xlsx"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(N_("no service could be read"))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What the files and the answers say, before any law."""

    services: tuple[Service, ...]
    problems: tuple[Problem, ...]
    columns_read: Mapping[str, ColumnMapping]
    """How the columns of each file were understood."""
    answers: Answers


@dataclass(frozen=True, slots=True)
class Run:
    """An assessment and what it was made with, for explaining and asking further."""

    assessment: Assessment
    doctrine: Doctrine
    portfolio: Portfolio
    catalogue: Catalogue


def catalogue() -> Catalogue:
    """The list that a person accepted last; else the latest of the package's and of accepted bundles'."""
    held = holding()
    if own := own_list(CATALOGUE_FILE, held):
        return read_catalogue({CATALOGUE_FILE: own})
    theirs = (held.read(bundle, CATALOGUE) for bundle in held.installed.bundles)
    known = [shipped_catalogue(), *(read_catalogue(files) for files in theirs if files)]
    return max(reversed(known), key=lambda one: one.as_of)


def portfolio(
    files: Sequence[Path], offers: Catalogue, answers: Path | None = None, mapping: Path | None = None, lang: str = "fr"
) -> Portfolio:
    """Read every file; services of the same name and body in two files are flagged, none is dropped."""
    from egide.portfolio import Answers, read_answers, read_mapping

    columns = read_mapping(read(mapping), str(mapping)) if mapping else None
    named = [(path.name, read(path)) for path in files]
    given = read_answers(read(answers), str(answers)) if answers and answers.exists() else Answers()
    return gathered(named, offers, given, str(answers) if answers else None, columns, lang)


def gathered(
    files: Sequence[tuple[str, bytes]], offers: Catalogue, given: Answers, answers_file: str | None = None,
    columns: ColumnMapping | None = None, lang: str = "fr",
) -> Portfolio:  # fmt: skip
    """As `portfolio`, of files by name that are read already. ``answers_file``: how problems call the place of the answers."""
    from egide.portfolio import read_services, unite, unplaced

    readings = [read_services(content, name, offers.offers, mapping=columns, lang=lang) for name, content in files]
    united = unite(*readings)
    services, problems = united.services, list(united.problems)
    if not services:
        raise NothingToAssessError(problems)
    if answers_file:
        problems += unplaced(given, services, answers_file)
    given = given.with_bodies(united.bodies)
    columns_read = {name: reading.mapping_used for (name, _), reading in zip(files, readings, strict=True)}
    return Portfolio(services, tuple(problems), columns_read, given)


def decide(
    given: Portfolio, offers: Catalogue, on: date, books: Sequence[Rulebook] | None = None, progress: Progress | None = None,
    labels: Sequence[ComputedLabel] = (),
) -> Run:  # fmt: skip
    """Put the law of that day to the portfolio; what was computed of offers is shown beside and changes nothing."""
    from egide.portfolio import apply

    taken = tuple(books if books is not None else law.in_use())
    program = compile_rules(taken, on)
    services = apply(given.answers, given.services, on)
    doctrine = Doctrine(program, _offers_on(offers, given.answers, services, on), labels)
    decisions = []
    for count, decision in enumerate(doctrine.decisions(services, given.answers.overrides), 1):
        decisions.append(decision)
        if progress:
            progress(count, len(services))
    used = tuple(
        BookUsed(book.id, book.version, book.title, book.digest) for book in taken if book.in_force.holds(on)
    )
    problems = [
        *given.problems,
        *(
            Problem(Location(fault.rule), N_("the check {check} failed: {error}"), {"check": fault.check, "error": fault.error}, False)
            for fault in dict.fromkeys(program.faults)
        ),
    ]
    names = {offer.id: offer.name for offer in offers.offers}
    assessment = Assessment(on, offers.as_of, used, tuple(decisions), tuple(problems), law.law_as_read(taken), names)
    return Run(assessment, doctrine, replace(given, services=tuple(services)), offers)


def assess(
    files: Sequence[Path], on: date, *, answers: Path | None = None, mapping: Path | None = None, lang: str = "fr",
    books: Sequence[Rulebook] | None = None, progress: Progress | None = None, labels: Sequence[ComputedLabel] = (),
) -> Run:  # fmt: skip
    """Read, decide: the whole job but the writing."""
    offers = catalogue()
    return decide(portfolio(files, offers, answers, mapping, lang), offers, on, books, progress, labels)


def _offers_on(offers: Catalogue, answers: Answers, services: Iterable[Service], on: date) -> list[OfferOnDay]:
    """Every offer in every region it has, and as named without one where a service does so."""
    unplaced = {hosting.offer for service in services for hosting in service.hostings if hosting.offer and not hosting.region}
    unplaced |= {name for service in services for hosting in service.hostings for name in hosting.near}
    return offers_on(offers, on, unplaced, answers.offer_claims(on))


def offers_on(
    offers: Catalogue, on: date, unplaced: Collection[str] = (), stated: Mapping[tuple[str, str | None], Claims] | None = None,
) -> list[OfferOnDay]:  # fmt: skip
    """Every offer in every region it has, without one where it has none or is among ``unplaced``, and the one that isn't listed."""
    told = stated or {}
    placed = []
    for offer in offers.offers:
        regions: list[str | None] = [region.id for region in offer.regions]
        if not regions or offer.id in unplaced:
            regions.append(None)
        for region in regions:
            said: Claims = {**facts_on(offer, region, on, offers), **told.get((offer.id, None), {}), **told.get((offer.id, region), {})}
            placed.append(OfferOnDay(offer.id, region, offer.kinds, said))
    return [*placed, OfferOnDay(UNLISTED, None, (), unlisted(offers, on))]


def unlisted(offers: Catalogue, on: date) -> Claims:
    """All that is known of an offer that is not in the catalogue: that no line of ANSSI's list was found for it, from its day on."""
    name, known = "offer.qualification", "none" if on >= offers.as_of else None
    return {name: Claim(name, known, "ANSSI", offers.as_of, N_("The catalogue at hand does not list this offer."), "secondary")}

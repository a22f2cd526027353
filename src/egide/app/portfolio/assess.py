"""The main job: files of services in, an assessment out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app import law
from egide.app.files import read
from egide.app.updates.installed import CATALOGUE, holding, own_list
from egide.catalogue import facts_on, read_catalogue
from egide.catalogue import shipped as shipped_catalogue
from egide.doctrine.assess import Doctrine
from egide.doctrine.pending import worked_out
from egide.rules.evaluation import compile_rules
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Assessment, BookUsed, Problem
from egide.vocabulary.language import N_
from egide.vocabulary.offers import UNLISTED, Catalogue, OfferOnDay

if TYPE_CHECKING:
    from egide.portfolio import Answers, ColumnMapping, Reading
    from egide.rules.book import Rulebook
    from egide.vocabulary.facts import Claims
    from egide.vocabulary.offers import ComputedLabel
    from egide.vocabulary.services import Service

Progress = Callable[[int, int], None]
"""Called with how many services are decided, of how many."""
CATALOGUE_FILE = "catalogue.yaml"
EARLIEST, LATEST = date(1950, 1, 1), date(2150, 12, 31)
"""The days that can be judged: around them months and years are counted, and a calendar ends with 9999."""


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
        return _as_read((CATALOGUE_FILE, own))
    theirs = (held.read(bundle, CATALOGUE) for bundle in held.installed.bundles)
    known = [shipped_catalogue(), *(_as_read(*sorted(files.items())) for files in theirs if files)]
    return max(reversed(known), key=lambda one: one.as_of)


@lru_cache(maxsize=4)
def _as_read(*files: tuple[str, bytes]) -> Catalogue:
    """The same bytes are the same list: a site asks for it at every page."""
    return read_catalogue(dict(files))


def portfolio(
    files: Sequence[Path], offers: Catalogue, answers: Path | None = None, mapping: Path | None = None, lang: str = "fr"
) -> Portfolio:
    """Read every file; services of the same name and body in two files are flagged, none is dropped."""
    from egide.portfolio import Answers, read_answers, read_mapping, read_services

    columns = read_mapping(read(mapping), str(mapping)) if mapping else None
    given = read_answers(read(answers), str(answers)) if answers and answers.exists() else Answers()
    readings = [(path.name, read_services(read(path), path.name, offers.offers, mapping=columns, lang=lang)) for path in files]
    return united(readings, given, str(answers) if answers else None)


def united(readings: Sequence[tuple[str, Reading]], given: Answers, answers_file: str | None = None) -> Portfolio:
    """What several files say, each read by itself, as one portfolio. ``answers_file``: how problems call the place of the answers.

    Raises `NothingToAssessError`.
    """
    from egide.portfolio import unite, unplaced

    together = unite(*(reading for _, reading in readings))
    services, problems = together.services, list(together.problems)
    if not services:
        raise NothingToAssessError(problems)
    if answers_file:
        problems += unplaced(given, services, answers_file)
    columns_read = {name: reading.mapping_used for name, reading in readings}
    return Portfolio(services, tuple(problems), columns_read, given.with_bodies(together.bodies))


def with_answers(plain: Portfolio, given: Answers) -> Portfolio:
    """The portfolio with the answers that were given: a body that they describe is as they say."""
    return replace(plain, answers=given.with_bodies(one for one in plain.answers.bodies if one not in given.bodies))


def decide(
    given: Portfolio, offers: Catalogue, on: date, books: Sequence[Rulebook] | None = None, progress: Progress | None = None,
    labels: Sequence[ComputedLabel] = (),
) -> Run:  # fmt: skip
    """Put the law of that day to the portfolio; what was computed of offers is shown beside and changes nothing."""
    run = survey(given, offers, on, books, lambda taken, services: _doctrine(taken, services, given.answers, offers, on, labels))
    for count, decision in enumerate(run.assessment.decisions, 1):
        worked_out(decision)
        if progress:
            progress(count, len(run.assessment.decisions))
    return replace(run, assessment=replace(run.assessment, problems=problems(given, run.doctrine)))


def survey(
    given: Portfolio, offers: Catalogue, on: date, books: Sequence[Rulebook] | None = None,
    law_of: Callable[[Sequence[Rulebook], Sequence[Service]], Doctrine] | None = None, before: Run | None = None,
) -> Run:  # fmt: skip
    """The same, of which only the verdicts are reached: the rest of a decision is worked out when somebody asks for it.

    ``law_of``: the law of these rulebooks on that day, ready for these services, where it is at hand. ``before``: an earlier run, of
    which the decisions on services that are the very same stand where the law is the same.
    """
    from egide.portfolio import apply

    if not EARLIEST <= on <= LATEST:
        raise InputError(N_("{day} is too far away: a day from {first} to {last} can be judged"),
                         values={"day": on, "first": EARLIEST, "last": LATEST})  # fmt: skip
    taken = tuple(books if books is not None else law.in_use())
    services = apply(given.answers, given.services, on)
    doctrine = law_of(taken, services) if law_of else _doctrine(taken, services, given.answers, offers, on)
    alike = before is not None and before.doctrine is doctrine and before.portfolio.answers.overrides == given.answers.overrides
    decisions = tuple(doctrine.survey(services, given.answers.overrides, before.assessment.decisions if before and alike else ()))
    used = tuple(BookUsed(book.id, book.version, book.title, book.digest) for book in taken if book.in_force.holds(on))
    names = {offer.id: offer.name for offer in offers.offers}
    assessment = Assessment(on, offers.as_of, used, decisions, problems(given, doctrine), law.law_as_read(taken), names)
    return Run(assessment, doctrine, replace(given, services=services), offers)


def _doctrine(
    books: Sequence[Rulebook], services: Sequence[Service], answers: Answers, offers: Catalogue, on: date,
    labels: Sequence[ComputedLabel] = (),
) -> Doctrine:  # fmt: skip
    placed = offers_on(offers, on, unplaced_offers(services), answers.offer_claims(on))
    return Doctrine(compile_rules(books, on), placed, labels)


def problems(given: Portfolio, doctrine: Doctrine) -> tuple[Problem, ...]:
    """What could not be read, and which checks failed."""
    failed = N_("the check {check} failed: {error}")
    faults = dict.fromkeys(doctrine.program.faults)
    return (*given.problems, *(Problem(Location(one.rule), failed, {"check": one.check, "error": one.error}, False) for one in faults))


def assess(
    files: Sequence[Path], on: date, *, answers: Path | None = None, mapping: Path | None = None, lang: str = "fr",
    books: Sequence[Rulebook] | None = None, progress: Progress | None = None, labels: Sequence[ComputedLabel] = (),
) -> Run:  # fmt: skip
    """Read, decide: the whole job but the writing."""
    offers = catalogue()
    return decide(portfolio(files, offers, answers, mapping, lang), offers, on, books, progress, labels)


def unplaced_offers(services: Iterable[Service]) -> frozenset[str]:
    """The offers that a service names without a region, or may mean."""
    unplaced = {hosting.offer for service in services for hosting in service.hostings if hosting.offer and not hosting.region}
    return frozenset(unplaced.union(name for service in services for hosting in service.hostings for name in hosting.near))


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

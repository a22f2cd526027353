"""Cloud services that a body uses, the offers that may stand for each on a day, and what its own services may do there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import process

from egide.app.catalogue.shelves import shelf
from egide.app.database import database_if_any
from egide.app.portfolio import assess
from egide.catalogue.equivalents import (
    Candidate,
    Equivalents,
    Offered,
    Replaced,
    Stand,
    by_name,
    candidate,
    coverage,
    functions_of,
    gaps,
    listed_offers,
    named_in,
    ordered,
    services,
    stated_offer,
)
from egide.catalogue.names import plain
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.findings import Verdict
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.portfolio.assess import Run
    from egide.catalogue.equivalents import CloudService
    from egide.catalogue.shelf import Shelf
    from egide.vocabulary.findings import Decision

MOST_OF_A_DATABASE = 10
"""Offers shown for each service of those that a database alone knows, which say only the kind of function."""


MOST_ASKED = 2000
"""Subjects of a database looked at for one kind of function; most are sizes of offers."""


class UnknownServiceError(EgideError):
    """No cloud service bears that name."""

    hint = "egide catalogue equivalents --list"

    def __init__(self, name: str, known: Mapping[str, CloudService]) -> None:
        close = process.extract(plain(name), list(known), limit=8)
        near = ", ".join(list(dict.fromkeys(known[one].name for one, score, _ in close if score > 60))[:3])
        super().__init__(N_("no cloud service is known as «{name}»; near: {near}"), {"name": name, "near": near or "—"})


@dataclass(slots=True)
class _Used:
    """What the reader's services use."""

    by: dict[str, list[Decision]] = field(default_factory=dict)
    """By cloud service."""
    on_offer: dict[str, list[Decision]] = field(default_factory=dict)
    """By offer, whatever of it is used."""
    unnamed: dict[str, list[Decision]] = field(default_factory=dict)
    """By offer, where the file names no service of it."""


def equivalents(
    names: Sequence[str], on: date, db: str | None = None, portfolio: Sequence[Path] = (), answers: Path | None = None, lang: str = "fr",
) -> tuple[Equivalents, Mapping[str, str]]:
    """The answer, and the names of offers for its conditions.

    Without names: the cloud services that the portfolio's hostings name. Raises `UnknownServiceError`, and `InputError` with neither.
    """
    if not names and not portfolio:
        raise InputError(N_("name a cloud service, or give your services with --portfolio"))
    chosen = [find(name) for name in dict.fromkeys(names)]
    run = assess.assess(portfolio, on, answers=answers, lang=lang) if portfolio else None
    used = _used(run) if run else _Used()
    if not names:
        chosen = [services()[name] for name in used.by]
    listed = list(listed_offers(run.catalogue if run else assess.catalogue(), coverage(), on))
    further = _of_a_database({function for one in chosen for function in one.does}, {one.id for one in listed}, on, db) if chosen else []
    replaced = tuple(_replaced(service, [*listed, *further], used) for service in dict.fromkeys(one.id for one in chosen))
    made = Equivalents(
        on, replaced, gaps((one.service for one in replaced), [*listed, *further], coverage()),
        tuple(one for one in listed if one.qualified.status == "qualified" and not one.covers),
        {offer: tuple(one.service.name for one in decisions) for offer, decisions in used.unnamed.items()} if not names else {},
    )  # fmt: skip
    return made, {one.id: one.name for one in (*listed, *further)}


def find(name: str) -> CloudService:
    """The cloud service that a person means, by any of its names. Raises `UnknownServiceError` with near ones."""
    known = by_name(services())
    found = known.get(plain(name))
    if found is None:
        raise UnknownServiceError(name, known)
    return found


def _used(run: Run) -> _Used:
    """Which decisions are about a service that runs, or will, on which cloud service."""
    used = _Used()
    offers = {one.offer for one in services().values() if one.offer}
    for decision in run.assessment.decisions:
        for hosting in decision.service.hostings:
            if hosting.offer not in offers:
                continue
            named = list(named_in(hosting.text, hosting.offer, services())) if hosting.offer else []
            for where in (*(used.by.setdefault(one.id, []) for one in named), used.on_offer.setdefault(str(hosting.offer), [])):
                if decision not in where:
                    where.append(decision)
            if not named:
                used.unnamed.setdefault(str(hosting.offer), []).append(decision)
    return used


def _replaced(name: str, offers: Iterable[Offered], used: _Used) -> Replaced:
    service = services()[name]
    decisions = used.by.get(name) or used.on_offer.get(service.offer or "", [])
    found = [made for offer in offers if (made := candidate(service, offer, coverage())) is not None]
    loose = [one for one in found if any(part.cover and part.cover.loose for part in one.parts)]
    left = {one.offer.id for one in loose[MOST_OF_A_DATABASE:]}
    kept = (replace(one, stands=tuple(_stand(decision, one) for decision in decisions)) for one in found if one.offer.id not in left)
    assumed = bool(decisions) and name not in used.by
    uses = tuple(one.service.name for one in decisions)
    return Replaced(service, functions_of(service, coverage()), ordered(kept), uses, assumed, len(left))


def _stand(decision: Decision, one: Candidate) -> Stand:
    """Where the rules would have that service on that offer: the lightest verdict of its regions."""
    name, offer = decision.service.name, one.offer.id
    for held in decision.eligible:
        if held.offer == offer:
            return Stand(name, held.verdict, held.region, held.conditions)
    refused = [why for key, why in decision.refused.items() if key.partition("/")[0] == offer]
    if not refused:
        return Stand(name, None)
    open_ = [why for why in refused if any(reason.code.endswith(".unknown") for reason in why)]
    worst = Verdict.STOP if decision.verdict is Verdict.STOP else Verdict.FORBIDDEN
    return Stand(name, Verdict.UNDETERMINED if open_ else worst, None, (), (open_ or refused)[0])


def _of_a_database(functions: Iterable[str], listed: set[str], on: date, db: str | None) -> list[Offered]:
    """The offers that only a database knows, by the kind of function that is stated of them."""
    with database_if_any(db) as store:
        if store is None:
            return []
    from egide.app.catalogue.search import finder
    from egide.catalogue.search import parse

    index = finder(on, db)
    tokens = dict.fromkeys(token for one in functions if (token := coverage().functions[one].token))
    found: dict[str, None] = {}
    for token in tokens:
        hits = index.ask("", parse(f"functions={token}"), limit=MOST_ASKED).hits
        found.update(dict.fromkeys(hit["subject"] for hit in hits if hit["subject"] not in listed))
    with shelf(on, db) as (known, _):
        return list(islice(_stated(found, known), MOST_OF_A_DATABASE * 4))


def _stated(subjects: Iterable[str], known: Shelf) -> Iterator[Offered]:
    """The offers, sizes and plans of them left out."""
    for subject in subjects:
        sheet = known.sheet(subject)
        if sheet is not None and all(sheet.value(name) is None for name in ("variant_of", "vcpu")):
            yield stated_offer(sheet, coverage())

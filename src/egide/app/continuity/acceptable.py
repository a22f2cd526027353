"""A file of drawbacks in, the test of the acceptable offer out; dissent kept where nothing is ever changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from egide.app import law
from egide.app.catalogue.catalogues import find
from egide.app.continuity.leaving_terms import NoTermsError
from egide.app.database import database_if_any, open_database
from egide.app.files import read
from egide.app.portfolio import assess
from egide.catalogue.names import slug
from egide.catalogue.standing import standing
from egide.doctrine.acceptable import Acceptable, Candidate, Drawback, FunctionOn, Months, judge
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from egide.vocabulary.offers import Offer

SCHEMA, KIND = "egide/acceptable-offer/1", "acceptable-offer-dissent"
BOOK, RULE = "sren-article-31", "31-I"
NOT_READ = N_("not a file of drawbacks: {problem}")
NO_FUNCTION = N_("«{name}» is not one of the service's functions: {known}")
NO_OFFER = N_("no offer is put to the test")
WITHOUT_WHO = N_("a dissent needs who and why: --by and --dissent")
STANDS = {"qualified": Answer.MET, "in-progress": Answer.NOT_MET, "expired": Answer.NOT_MET, "none": Answer.NOT_MET}
LONGEST_BYTES = 4 * 2**20


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """Unknown keys are refused."""


class _Drawback(_Strict):
    what: str
    bearable: bool | None = None
    compensable: bool | None = None
    compensated_by: str = ""
    compensated_from: date | None = None
    until: date | None = None
    by: str = ""
    on: date | None = None
    because: str = ""


class _Function(_Strict):
    provided: bool | None = None
    provided_from: date | None = None
    drawbacks: list[_Drawback] | None = None


class _Offer(_Strict):
    offer: str
    functions: dict[str, _Function] = {}


class _File(_Strict):
    schema: Literal["egide/acceptable-offer/1"]
    service: str
    functions: dict[str, str]
    offers: list[_Offer]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Dissent:
    """Somebody who judges otherwise."""

    who: str
    why: str
    on: str
    """The day judged."""
    recorded_at: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The test, the names of functions and offers, and who dissents."""

    made: Acceptable
    functions: Mapping[str, str]
    names: Mapping[str, str]
    dissent: tuple[Dissent, ...]


def schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of ``egide/acceptable-offer/1``."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(_File), "title": SCHEMA}


def acceptable(path: Path, on: date, db: str | None = None) -> Answered:
    """The test on that day. Raises `InputError` with the path of what is wrong, `UnknownOfferError`."""
    said = _read(path)
    offers = assess.catalogue()
    placed = {one.offer: find(one.offer, offers) for one in said.offers}

    def qualified(name: str, day: date) -> Answer:
        offer, region = placed[name]
        status = standing(offer, region, day, offers.readings).status
        return Answer.UNKNOWN if status is None else STANDS[status]

    candidates = [
        Candidate(one.offer, tuple(_function(name, one.functions.get(name)) for name in said.functions)) for one in said.offers
    ]
    changes = {name: _changes(offer, offers.readings) for name, (offer, _) in placed.items()}
    made = judge(said.service, candidates, on, _months(on), qualified, changes)
    names = {name: f"{offer.name} ({region})" if region else offer.name for name, (offer, region) in placed.items()}
    return Answered(made, said.functions, names, dissent_on(said.service, db))


def _read(path: Path) -> _File:
    plain = read_yaml(read(path, LONGEST_BYTES), path.name)
    try:
        said = msgspec.convert(plain, _File, strict=True)
    except msgspec.ValidationError as error:
        raise InputError(NOT_READ, Location(path.name), values={"problem": str(error)}) from error
    if not said.offers:
        raise InputError(NO_OFFER, Location(path.name, path="$.offers"))
    for number, one in enumerate(said.offers):
        for name in one.functions:
            if name not in said.functions:
                at = Location(path.name, path=f"$.offers[{number}].functions.{name}")
                raise InputError(NO_FUNCTION, at, values={"name": name, "known": ", ".join(said.functions)})
    return said


def _function(name: str, said: _Function | None) -> FunctionOn:
    if said is None:
        return FunctionOn(name)
    drawbacks = None if said.drawbacks is None else tuple(Drawback(**msgspec.structs.asdict(one)) for one in said.drawbacks)
    return FunctionOn(name, said.provided, said.provided_from, drawbacks)


def _changes(offer: Offer, readings: Sequence[date]) -> list[date]:
    """The days on which the standing of an offer may change: its lines' own, and those of the catalogues that were read."""
    found = set(readings)
    for line in offer.qualifications:
        found |= {day for day in (line.start, line.as_of) if day}
        if line.end:
            found.add(line.end + timedelta(days=1))
    return sorted(found)


def _months(on: date) -> Months:
    """The two lengths of the rule in force on that day, or the first."""
    for book in law.in_use():
        for rule in book.rules if book.id == BOOK else ():
            if rule.id == RULE:
                values = []
                for name in ("derogation_months", "derogation_months_longest"):
                    dated = rule.limits.get(name, ())
                    held = [one.value for one in dated if one.period.holds(on)] or [one.value for one in dated[:1]]
                    if not held or not isinstance(held[0], int):
                        raise NoTermsError(name)
                    values.append(held[0])
                return Months(values[0], values[1], rule.source)
    raise NoTermsError(f"{BOOK}#{RULE}")


def record_dissent(made: Acceptable, who: str, why: str, db: str | None = None) -> None:
    """Keep that somebody judges otherwise, with the answer that they saw: a row that is never changed nor taken out.

    Raises `InputError` when who or why is missing.
    """
    if not who.strip() or not why.strip():
        raise InputError(WITHOUT_WHO)
    from egide.store import records

    content = {
        "who": who, "why": why, "on": made.on.isoformat(), "service": made.service, "answer": made.answer.value,
        "since": made.since.isoformat() if made.since else None,
    }  # fmt: skip
    with open_database(db) as store, store.write() as tx:
        records.add(tx, [records.statement(KIND, slug(made.service), who, content)])


def dissent_on(service: str, db: str | None = None) -> tuple[Dissent, ...]:
    """What was recorded about that service, oldest first; nothing where there is no database."""
    with database_if_any(db) as store:
        if store is None:
            return ()
        from egide.store import records

        with store.read() as tx:
            found = records.about(tx, slug(service), KIND)
    kept = [(json.loads(one.body), one.recorded_at.isoformat()) for one in found]
    return tuple(Dissent(said["who"], said["why"], said["on"], moment) for said, moment in kept)

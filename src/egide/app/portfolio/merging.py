"""What two people changed at once: what it was, what it became, and what the second of them wrote, field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from sqlalchemy import select

from egide.app.portfolio import assess
from egide.app.portfolio.ask import open_questions, question_alone
from egide.app.portfolio.judged import question_key
from egide.portfolio import Answer, Answers, read_services
from egide.portfolio.kept import keeping
from egide.portfolio.kept.tables import ANSWERS

if TYPE_CHECKING:
    from datetime import date, datetime

    from egide.app.portfolio.ask import Group
    from egide.portfolio import Ask
    from egide.store.connection import Store
    from egide.vocabulary.findings import Override

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Both(Generic[T]):
    """One thing as somebody read it and as it is now; None: there was nothing of it."""

    was: T | None
    now: T | None
    version: int
    """The present one."""
    at: datetime | None
    """When it became so."""


def question_then(
    store: Store, body: str, version: int, on: date, lang: str, key: str, service: str | None = None
) -> Group | None:
    """The question of that key as it stood open at an earlier version of the answers, on the files of today.

    ``service``: the one of which alone it may have been asked.
    """
    with store.read() as tx:
        if not 0 <= version <= keeping.version(tx, body):
            return None
        given = keeping.answers(tx, body, version)
        named = [(one.name, keeping.content(tx, body, one.id) or b"") for one in keeping.files(tx, body)]
    if not named:
        return None
    offers = assess.catalogue()
    plain = assess.united([(name, read_services(content, name, offers.offers, lang=lang)) for name, content in named], Answers())
    run = assess.decide(replace(plain, answers=given.with_bodies(plain.answers.bodies)), offers, on)
    of_it = next((one for one in run.assessment.decisions if one.service.id == service), None) if service else None
    alone = [question_alone(run, of_it)] if of_it is not None else []
    every = (one for some in (alone, open_questions(run).groups) for one in some if one is not None)
    return next((one for one in every if question_key(one.ask) == key), None)


def answers_to(store: Store, body: str, version: int, ask: Ask) -> Both[Answer]:
    """The last answer to the question then and now."""
    about = Answer.to(ask, None, by="", on=None).about
    services = {identifier for identifier, _ in ask.services}

    def last(answers: Answers) -> Answer | None:
        found = [one for one in answers.answers if one.about == about and (not services or services & set(one.services))]
        return found[-1] if found else None

    return _both(store, body, version, last)


def overrides_of(store: Store, body: str, version: int, service: str) -> Both[Override]:
    """The decision beside the verdict of a service then and now."""
    return _both(store, body, version, lambda answers: next((one for one in answers.overrides if one.service == service), None))


def _both(store: Store, body: str, version: int, find: Callable[[Answers], T | None]) -> Both[T]:
    with store.read() as tx:
        now = keeping.version(tx, body)
        at = tx.execute(select(ANSWERS.c.at).where(ANSWERS.c.body == body, ANSWERS.c.version == now)).scalar_one_or_none()
        return Both(find(keeping.answers(tx, body, version)), find(keeping.answers(tx, body)), now, at)


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a folder that two people changed at once: paths to digests, None where there is no such file."""

    mine: Mapping[str, str | None]
    """What only one of them changed, of the second."""
    both: Mapping[str, tuple[str | None, str | None, str | None]]
    """What both changed: as it was, as it is now, as the second brought it."""


def merged(was: Mapping[str, str], now: Mapping[str, str], mine: Mapping[str, str]) -> Files:
    """The three put together, file by file: what one of the two left alone is as the other made it."""
    alone: dict[str, str | None] = {}
    both: dict[str, tuple[str | None, str | None, str | None]] = {}
    for path in sorted({*was, *now, *mine}):
        before, theirs, ours = was.get(path), now.get(path), mine.get(path)
        if ours in (before, theirs):
            continue
        if theirs == before:
            alone[path] = ours
        else:
            both[path] = (before, theirs, ours)
    return Files(alone, both)

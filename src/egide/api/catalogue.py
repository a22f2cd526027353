"""Offers and the law for programs: search, one offer with who says what, and what is in force on a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct
from msgspec.json import encode

from egide.api.calls import Call
from egide.api.threads import at_once, in_thread
from egide.app import law
from egide.app.portfolio.remembered import NotAtHandError
from egide.catalogue.comparing import MOST

MOST_PAGES = 10_000
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="How many offers a page holds.")]
Page = Annotated[int, QueryParameter(ge=1, le=MOST_PAGES, description="Which page, from 1.")]


class Found(Struct):
    """Offers that answer. Money is in micro-euros. ``unknown``: how many more may answer, by what is not known of them."""

    total: int
    unknown: int
    unknown_by: dict[str, int]
    items: list[dict[str, Any]]


class Book(Struct):
    """A rulebook in force on the day."""

    id: str
    version: str
    title: str
    digest: str
    rules: int


class Law(Struct):
    """The law of a day, as it was read."""

    on: date
    law_as_read: date
    books: list[Book]


@get("/offers")
@at_once
def search(
    request: Call, q: FromQuery[str] = "", where: FromQuery[str] = "", on: FromQuery[date | None] = None, limit: Limit = 20, page: Page = 1,
    sort: FromQuery[Literal["relevance", "name", "price"]] = "relevance",
) -> Response[Found]:  # fmt: skip
    """Find offers by words and conditions, such as ``region=FR qualified=SecNumCloud price<0.05``."""
    from egide.catalogue.search import parse

    _ = request.caller
    known, when, words, conditions = request.site.known, request.day(on), q[:500], where[:2000]
    asked = (known.state(when), words, conditions, limit, page, sort)
    found = known.answers.at_hand(asked)
    if found is None and not request.waits:
        raise NotAtHandError

    def made() -> bytes:
        answer = known.whole_finder(when).ask(words, parse(conditions), limit=limit, offset=(page - 1) * limit, sort=sort)
        return encode(Found(answer.total, answer.unknown, dict(answer.unknown_by), [dict(hit) for hit in answer.hits]))

    return request.sent(known.answers.get(asked, made) if found is None else found)


@get("/offers/{name:path}")
@in_thread
def offer(request: Call, name: FromPath[str], on: FromQuery[date | None] = None) -> dict[str, Any]:
    """One offer: each fact with everyone who says it, and what it stands on."""
    from egide.app.catalogue.shelves import subject_of
    from egide.catalogue.written import composition_json, sheet_json

    _ = request.caller
    known, kept = request.site.known.shelf(request.day(on))
    subject, region = subject_of(name.removeprefix("/"), known, kept)
    sheet = known.sheet(subject, region)
    said = {} if sheet is None else sheet_json(sheet)
    return {"subject": subject, "region": region, **said, "stands_on": composition_json(subject, known.sheet_in(region))}


@get("/comparison")
@in_thread
def comparison(
    request: Call, offer: Annotated[list[str], QueryParameter(min_items=2, max_items=MOST, description="An offer, by key; repeated.")],
    on: FromQuery[date | None] = None,
) -> dict[str, Any]:  # fmt: skip
    """Offers side by side: each property with who says what, what differs first. Money is in micro-euros."""
    from egide.app.catalogue.compare import compared, sheets_of
    from egide.papers.offers.document import comparison_document

    _ = request.caller
    when = request.day(on)
    known, kept = request.site.known.shelf(when)
    return comparison_document(compared(sheets_of(offer, known, kept), when))


@get("/rulebooks")
@in_thread
def rulebooks(request: Call, on: FromQuery[date | None] = None) -> Law:
    """The rulebooks in force on that day, by their digests."""
    _ = request.caller
    when, lang = request.day(on), request.language.code
    books = law.in_use()
    held = [Book(one.id, one.version, one.title.in_(lang), one.digest, len(one.rules)) for one in books if one.in_force.holds(when)]
    return Law(when, law.law_as_read(books), held)


ROUTES = (search, offer, comparison, rulebooks)

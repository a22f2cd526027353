"""Deadlines on a timeline, and as a calendar that agendas follow without logging in."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.params import FromPath

from egide.accounts import entry as entries
from egide.accounts.errors import AbsentError
from egide.accounts.people import body_now
from egide.accounts.roles import Act
from egide.accounts.trail import note
from egide.papers.calendar import calendar as as_calendar
from egide.papers.page import timeline, words_for
from egide.vocabulary.language import LANGUAGES, N_
from egide.web.rendering import page
from egide.web.routes import first_time, secret_of_form, shows, takes
from egide.web.visit import Visit

SHOWN = 200
FEED_DAYS = 366
FEED = N_("calendar")


@shows("/b/{body_id:str}/calendar")
def calendar(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """What falls when."""
    return _page(request, body_id, "")


@takes("/b/{body_id:str}/calendar", 200)
def make_feed(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """An address that an agenda follows: a token that only reads, for a year."""
    found, caller = request.for_body(body_id, Act.READ), request.somebody
    with request.site.store.write() as tx:
        drawn, name = secret_of_form(request), request.language.text(FEED)
        if first_time(request, tx):
            made, _ = entries.add_token(tx, found.id, caller.person.number, name, [Act.READ], FEED_DAYS, drawn=drawn)
            note(tx, "token", made.id, body=body_id, person=caller.person.number, details={"scopes": ["read"]})
    return _page(request, body_id, f"{request.site.base}/feeds/{entries.TOKEN_PREFIX}{drawn}/{request.language.code}/egide.ics")


@shows("/feeds/{secret:str}/{lang:str}/egide.ics")
def feed(request: Visit, secret: FromPath[str], lang: FromPath[str]) -> Response[bytes]:
    """The deadlines of the body whose token stands in the address."""
    with request.site.store.read() as tx:
        caller = entries.by_token(tx, secret)
    if caller is None or lang not in LANGUAGES:
        raise AbsentError
    ((body, acts),) = caller.acts.items()
    if Act.READ not in acts:
        raise AbsentError
    seen = request.site.portfolios.see(body, request.site.today(), lang)
    if seen.judged is None:
        raise AbsentError
    content = as_calendar(seen.judged.run.assessment, lang, body, body_now(request.site.store, body).marking)
    return Response(content, media_type="text/calendar; charset=utf-8")


ROUTES = (calendar, make_feed, feed)


def _page(request: Visit, body_id: str, address: str) -> Response[Any]:
    found = request.for_body(body_id, Act.READ)
    seen = request.site.portfolios.see(body_id, request.site.today(), request.language.code)
    if seen.judged is None:
        return page(request, "empty.html.j2", body=found, seen=seen, room="Calendar")
    assessment = seen.judged.run.assessment
    dated = seen.judged.deadlines
    soon = [one for one in dated if one.asks_something]
    return page(request, "calendar.html.j2", body=found, dated=dated[:SHOWN], all=len(dated), asking=len(soon), address=address,
                picture=timeline(dated, assessment, request.language),
                **words_for(assessment, request.language, seen.judged.sources))  # fmt: skip

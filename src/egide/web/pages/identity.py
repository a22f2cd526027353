"""Coming in by the body's own identity provider. Who is new gets a name here and nothing else: roles come by invitation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from litestar import Response
from litestar.params import FromQuery
from litestar.response import Redirect

from egide.accounts import entry as entries
from egide.accounts import people
from egide.accounts.errors import AbsentError, TakenError
from egide.accounts.secrets import draw
from egide.accounts.trail import note
from egide.app.site.identity import Attempt, NotBegunError
from egide.web.pages.entry import entered, within
from egide.web.routes import shows
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.accounts.people import Person
    from egide.app.site.identity import Identity, Provider
    from egide.store.transaction import Transaction

COOKIE, MINUTES = "egide_attempt", 10


@shows("/login/provider")
def leave(request: Visit, back: FromQuery[str] = "/") -> Response[Any]:
    """To the provider; what the attempt is bound to stays in a cookie of this browser."""
    provider, attempt = _provider(request), Attempt(draw(), draw(), draw(), within(back))
    answer = Redirect(provider.entrance(attempt, _return(request)), status_code=303)
    kept = json.dumps([attempt.state, attempt.nonce, attempt.verifier, attempt.back])
    answer.set_cookie(request.cookie(COOKIE, quote(kept, safe=""), MINUTES * 60))
    return answer


@shows("/login/provider/return")
def come_back(request: Visit) -> Response[Any]:
    """From the provider: whoever it confirms is logged in."""
    provider, attempt = _provider(request), _attempt(request)
    who = provider.identity(attempt, dict(request.query_params), _return(request))
    with request.site.store.write() as tx:
        person = people.by_identity(tx, who.issuer, who.subject) or _new(tx, who)
        secret = entries.begin_session(tx, person.number)
        note(tx, "login", person=person.number)
    answer = entered(request, secret, attempt.back)
    answer.set_cookie(request.cookie(COOKIE, "", 0))
    return answer


ROUTES = (leave, come_back)


def _provider(request: Visit) -> Provider:
    if request.site.provider is None:
        raise AbsentError
    return request.site.provider


def _return(request: Visit) -> str:
    return f"{request.site.base}/login/provider/return"


def _attempt(request: Visit) -> Attempt:
    try:
        state, nonce, verifier, back = json.loads(unquote(request.cookies.get(COOKIE, "")))
        return Attempt(str(state), str(nonce), str(verifier), within(str(back)))
    except ValueError:
        raise NotBegunError from None


def _new(tx: Transaction, who: Identity) -> Person:
    """A person of that identity; where the login is somebody else's, another is made from the subject."""
    login = "".join(sign for sign in who.login if sign.isprintable() and not sign.isspace())[:100] or who.subject[:100]
    try:
        return people.add_person(tx, login, who.name[: people.MOST_NAME], identity=(who.issuer, who.subject))
    except TakenError:
        return people.add_person(tx, f"{login}-{draw()[:8]}", who.name[: people.MOST_NAME], identity=(who.issuer, who.subject))


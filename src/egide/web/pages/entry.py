"""Coming in and going out: log in, use a link, choose a language, leave."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from litestar import Response, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from egide.accounts import entry as entries
from egide.accounts import people
from egide.accounts.errors import RefusedLoginError, SpentError
from egide.accounts.trail import note
from egide.api.threads import in_thread
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import LANGUAGES, N_
from egide.web.rendering import page
from egide.web.routes import given_back_after_login, shows, takes
from egide.web.typed import HELD_FIELD, MOST_SEALED
from egide.web.visit import LANGUAGE_COOKIE, YEAR_SECONDS, StaleFormError, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.accounts.people import BodyOf, Person
    from egide.accounts.roles import Role
    from egide.store.transaction import Transaction


@shows("/")
def home(request: Visit) -> Response[Any]:
    """The bodies of whoever is logged in; straight to the one when there is one."""
    caller = request.somebody
    with request.site.store.read() as tx:
        mine = people.bodies_of(tx, caller.person.number)
    if len(mine) == 1:
        return Redirect(f"/b/{next(iter(mine)).id}/portfolio", status_code=303)
    return page(request, "home.html.j2", bodies=mine)


@shows("/login")
def login_page(request: Visit, back: FromQuery[str] = "/") -> Response[Any]:
    """The form."""
    if request.caller:
        return Redirect(within(back), status_code=303)
    return _login_page(request, within(back))


@takes("/login", 200)
def log_in(request: Visit) -> Response[Any]:
    """Name and password in, session out."""
    login, back = request.field("login"), within(request.field("back"))
    password = request.state.form.get("password")
    try:
        with request.site.store.write() as tx:
            person = people.by_password(tx, login, password if isinstance(password, str) else "")
            secret = entries.begin_session(tx, person.number)
            note(tx, "login", person=person.number)
    except RefusedLoginError as error:
        with request.site.store.write() as tx:
            people.failed(tx, login)
        return _login_page(request, back, 403, login=login, refused=request.language.text(error.message))
    request.become(secret)
    if (again := given_back_after_login(request, person.number)) is not None:
        again.set_cookie(request.cookie(request.site.session_cookie, secret))
        return again
    return entered(request, secret, back)


@post("/held", status_code=200, include_in_schema=False)
async def held(request: Visit) -> Response[Any]:
    """What the login page holds, for whoever logged in beside it: by an OpenID provider, in another tab. It shows, and does nothing."""
    with suppress(StaleFormError):
        await request.check_form()
    return await in_thread(_held)(request)  # type: ignore[no-any-return]


def _held(request: Visit) -> Response[Any]:
    if request.caller is None:
        return _login_page(request, within(request.field("back")), 403, refused=request.language.text(N_("nobody is logged in yet")))
    return given_back_after_login(request, request.caller.person.number) or Redirect("/", status_code=303)


@takes("/logout")
def log_out(request: Visit) -> Response[Any]:
    """The session is over, here and wherever its cookie was copied to."""
    if request.secret and request.caller:
        with request.site.store.write() as tx:
            entries.end_session(tx, request.secret)
            note(tx, "logout", person=request.caller.person.number)
    gone = Redirect("/login", status_code=303)
    gone.set_cookie(request.cookie(request.site.session_cookie, "", 0))
    return gone


@shows("/join/{secret:str}")
def join_page(request: Visit, secret: FromPath[str]) -> Response[Any]:
    """What a link is for, and the form to use it. Opening it uses nothing up: mail scanners open links."""
    with request.site.store.read() as tx:
        found = _link(tx, secret)
    return _join_page(request, secret, found, {}, "")


@takes("/join/{secret:str}", 200)
def join(request: Visit, secret: FromPath[str]) -> Response[Any]:
    """Use the link: a new person with a password, another password, or roles for whoever is logged in."""
    given = {name: request.field(name) for name in ("login", "name", "body", "body_name")}
    password = request.state.form.get("password")
    with request.site.store.read() as tx:
        found = _link(tx, secret)
    try:
        with request.site.store.write() as tx:
            entries.spend(tx, secret)
            body = found.body.id if found.body else people.add_body(tx, given["body"], given["body_name"]).id
            number = _joined(request, tx, found, given, password if isinstance(password, str) else "")
            people.grant(tx, body, number, found.roles)
            note(tx, "joined", body=body, person=number, details={"roles": sorted(found.roles)})
            session = entries.begin_session(tx, number)
    except EgideError as error:
        return _join_page(request, secret, found, given, request.language.text(error.message, error.values), status=400)
    return entered(request, session, f"/b/{body}/portfolio")


@takes("/language")
def choose_language(request: Visit) -> Response[Any]:
    """French or English, for a year."""
    chosen = request.field("lang")
    answer = Redirect(within(request.field("back")), status_code=303)
    if chosen in LANGUAGES:
        answer.set_cookie(request.cookie(LANGUAGE_COOKIE, chosen, YEAR_SECONDS))
    return answer


ROUTES = (home, login_page, log_in, held, log_out, join_page, join, choose_language)


def _login_page(request: Visit, back: str, status: int = 200, *, login: str = "", refused: str = "") -> Response[Any]:
    kept = request.field(HELD_FIELD, MOST_SEALED) if request.method == "POST" else ""
    return page(request, "login.html.j2", status=status, back=back, login=login, refused=refused, held=kept, lost=False)


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is for: a body with roles in it (without one, the first body is named by who uses it), or a person's new password."""

    body: BodyOf | None
    roles: frozenset[Role]
    person: Person | None


def _link(tx: Transaction, secret: str) -> Link:
    found = entries.invitation(tx, secret)
    whose = people.person(tx, found.person) if found.person is not None else None
    if found.person is not None and whose is None:  # locked, or gone
        raise SpentError
    return Link(people.body(tx, found.body) if found.body else None, found.roles, whose)


def _join_page(request: Visit, secret: str, link: Link, given: Mapping[str, str], wrong: str, *, status: int = 200) -> Response[Any]:
    return page(request, "join.html.j2", status=status, secret=secret, link=link, given=given, wrong=wrong)


def _joined(request: Visit, tx: Transaction, link: Link, given: Mapping[str, str], password: str) -> int:
    if link.person is not None:
        people.set_password(tx, link.person.number, password)
        return link.person.number
    if request.caller is not None:
        return request.caller.person.number
    return people.add_person(tx, given["login"], given["name"], people.checked(password)).number


def entered(request: Visit, secret: str, back: str) -> Response[Any]:
    """On to where they wanted to go, with the session in a cookie."""
    answer = Redirect(back, status_code=303)
    answer.set_cookie(request.cookie(request.site.session_cookie, secret))
    return answer


def within(address: str) -> str:
    """An address of this site, whatever was asked for: nobody is sent elsewhere."""
    parts = urlsplit(address)
    fits = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if fits and address.isprintable() else "/"

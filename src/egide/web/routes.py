"""How pages and forms are declared: no form is taken that isn't ours, and none is done twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from egide.accounts import repeats
from egide.accounts.secrets import bound, draw
from egide.api.problems import RepeatedError
from egide.api.threads import Work, in_thread
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_
from egide.web.rendering import page
from egide.web.typed import HELD_FIELD, MOST_SEALED, body_page, opened, sealed, typed_of
from egide.web.visit import KEY_FIELD, ForeignFormError, StaleFormError, Visit

if TYPE_CHECKING:
    from litestar import Response

    from egide.store.transaction import Transaction
    from egide.web.typed import Typed

TWICE = N_("the same form is being done already: look before you send it again")


def shows(path: str) -> Callable[[Work], HTTPRouteHandler]:
    """A page at that path."""
    return lambda work: get(path, include_in_schema=False)(in_thread(work))


def takes(path: str, status: int = 303) -> Callable[[Work], HTTPRouteHandler]:
    """A form that is sent to that path, from a page of the same session.

    With 303, the same form sent twice (pressed twice, or again after going back) is done once, and leads where it led.
    """

    def declared(work: Work) -> HTTPRouteHandler:
        @wraps(work)
        def once(request: Visit, **named: Any) -> Any:
            return _once(request, lambda: work(request, **named)) if status == 303 else work(request, **named)

        done, returned = in_thread(once), in_thread(give_back)

        @wraps(work)
        async def handler(request: Visit, **named: Any) -> Any:
            try:
                await request.check_form()
            except StaleFormError:
                return await returned(request)
            return await done(request=request, **named)

        return post(path, status_code=status, include_in_schema=False)(handler)

    return declared


def _once(request: Visit, work: Callable[[], Any]) -> Any:
    """Do the work, or say where the same form led when it was done before."""
    known, store = _key(request), request.site.store
    if known is None:
        return work()
    who, asked = known

    def before() -> Redirect | None:
        with store.read() as tx:
            found = repeats.done(tx, who, asked)
        return Redirect(str(found.answer["to"]), status_code=303) if found else None

    if (led := before()) is not None:
        return led
    try:
        with store.together():
            made = work()
            if not isinstance(made, Redirect):
                return made
            with store.write() as tx:
                if not repeats.keep(tx, who, asked, "", {"to": made.url}):
                    raise RepeatedError(TWICE)
    except EgideError:
        if (led := before()) is not None:
            return led
        raise
    return made


def secret_of_form(request: Visit) -> str:
    """A secret that is drawn for this form: sent twice, the page that is shown last shows the one that holds."""
    known = _key(request)
    return bound(request.secret, known[1]) if known and request.secret else draw()


def first_time(request: Visit, tx: Transaction) -> bool:
    """Whether the form was not done before; from here on it was."""
    known = _key(request)
    return known is None or repeats.keep(tx, *known, "", {})


def _key(request: Visit) -> tuple[str, str] | None:
    """Whose form it is, and what tells it from all others; None where it can't be told."""
    key = request.field(KEY_FIELD, 100)
    return (f"person:{request.caller.person.number}", f"{key}:{_digest(request)}") if key and request.caller else None


def _digest(request: Visit) -> str:
    """Of all that the form says, files too."""
    digest = hashlib.sha256(f"{request.scope['path']}\n".encode())
    for name, value in request.state.form.items():
        if isinstance(value, UploadFile):
            said = hashlib.file_digest(value.file, "sha256").hexdigest()
            value.file.seek(0)
            digest.update(repr((name, value.filename, said)).encode("utf-8", "surrogatepass"))
        else:
            digest.update(repr((name, value)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def give_back(request: Visit) -> Response[Any]:
    """What was typed on a page of a session that is over: at once to its own person, else after they have logged in.

    Raises `ForeignFormError` for anybody else's.
    """
    typed = typed_of(request)
    if typed is None:
        raise ForeignFormError
    if request.caller is None and typed.owner:
        held = sealed(typed, request)
        return page(request, "login.html.j2", status=403, back=body_page(typed.path), login="", refused="", held=held, lost=not held)
    if typed.owner != (request.caller.person.number if request.caller else 0):
        raise ForeignFormError
    return given_back(request, typed)


def given_back(request: Visit, typed: Typed) -> Response[Any]:
    """The form again, as it was sent, with a token of this session: to be looked at and sent."""
    return page(request, "typed.html.j2", typed=typed, rows=typed.shown(request), back=body_page(typed.path))


def given_back_after_login(request: Visit, number: int) -> Response[Any] | None:
    """What the login page held, when it was typed by whoever logged in."""
    typed = opened(request.field(HELD_FIELD, MOST_SEALED), request)
    return given_back(request, typed) if typed is not None and typed.owner == number else None

"""A request as the pages see it: who asks, in which language, and whether a form that arrives was ours.

A form is taken only with the token that its page carried, which is bound to the session (or, before anybody is logged in, to a cookie of
its own), and only from our own pages where the browser says whence it comes (`Sec-Fetch-Site`, `Origin`).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from litestar import Request
from litestar.datastructures import Cookie
from litestar.exceptions import ClientException

from egide.accounts.entry import Caller, keep_session, session_now
from egide.accounts.errors import AbsentError, NotAllowedError
from egide.accounts.people import body_now
from egide.accounts.secrets import bound, draw, same
from egide.api.languages import preferred
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.kept import kept_property
from egide.vocabulary.language import LANGUAGES, N_, Language, language

if TYPE_CHECKING:
    from egide.accounts.people import BodyOf
    from egide.accounts.roles import Act
    from egide.web.site import Site

LANGUAGE_COOKIE, STRANGER_COOKIE = "egide_lang", "egide_form"
FORM_FIELD, KEY_FIELD = "form_token", "form_key"
YEAR_SECONDS = 31_536_000


class ForeignFormError(NotAllowedError):
    """The form did not come from a page of this session."""

    hint = N_("open the page again, and send the form from there")

    def __init__(self) -> None:
        EgideError.__init__(self, N_("this form is not from a page of your session, so nothing was done"))


class StaleFormError(ForeignFormError):
    """The form is from one of our pages, of a session that is over or of another than the present one: what was typed may be given back."""


class LoggedOutError(EgideError):
    """Nobody is logged in; ``back`` is where to go once somebody is."""

    def __init__(self, back: str) -> None:
        super().__init__(N_("log in first"))
        self.back = back


class Visit(Request[Any, Any, Any]):
    """A request to a page."""

    @property
    def site(self) -> Site:
        """What the pages stand on."""
        site: Site = self.app.state.site
        return site

    @kept_property
    def secret(self) -> str | None:
        """The secret of the session, as its cookie says."""
        return self.cookies.get(self.site.session_cookie)

    @kept_property
    def caller(self) -> Caller | None:
        """Who is logged in."""
        if not self.secret or len(self.secret) > 200:
            return None
        found = session_now(self.site.store, self.secret)
        if found is None:
            return None
        caller, telling = found
        if telling:
            with self.site.store.write() as tx:
                keep_session(tx, self.secret)
        return caller

    def become(self, secret: str) -> None:
        """From here on the request is one of that session, which has just begun."""
        for name in ("caller", "form_token"):
            self.__dict__.pop(name, None)
        self.secret = secret

    @property
    def somebody(self) -> Caller:
        """Who is logged in. Raises `LoggedOutError`."""
        if self.caller is None:
            raise LoggedOutError(self.here if self.method == "GET" else "/")
        return self.caller

    def for_body(self, id: str, act: Act) -> BodyOf:
        """A body, for that act. Raises `AbsentError` when the caller has no role in it, `NotAllowedError` when not for that."""
        if id not in self.somebody.acts:
            raise AbsentError
        if not self.somebody.may(act, id):
            raise NotAllowedError(act)
        return body_now(self.site.store, id)

    @kept_property
    def language(self) -> Language:
        """As chosen on a page, else as the browser prefers; French when it asks for neither of ours."""
        chosen = self.cookies.get(LANGUAGE_COOKIE)
        return language(chosen if chosen in LANGUAGES else preferred(self.headers.get("accept-language", ""), "fr"))

    def day(self) -> date:
        """The day that the address asks for (``on``); today when it asks for none. Raises `InputError`."""
        given = self.query_params.get("on", "")
        if not given:
            return self.site.today()
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise InputError(N_("`{day}` is not a day: YYYY-MM-DD"), values={"day": given[:20]}) from None

    @property
    def here(self) -> str:
        """This page's own address, within the site."""
        query = self.scope["query_string"].decode("latin-1")
        return quote(self.scope["path"]) + (f"?{query}" if query else "")

    @kept_property
    def stranger(self) -> str:
        """What binds the forms of somebody who is not logged in: a cookie, drawn when it isn't there."""
        kept = self.cookies.get(STRANGER_COOKIE, "")
        return kept if 20 <= len(kept) <= 100 else draw()

    @kept_property
    def form_token(self) -> str:
        """What a page's forms carry: the number of whose page it is (0: a stranger's), and what binds it to their session."""
        if self.caller and self.secret:
            return f"{self.caller.person.number}.{bound(self.secret, 'form')}"
        return f"0.{bound(self.stranger, 'form')}"

    @kept_property
    def form_key(self) -> str:
        """What a page's forms carry beside: the same form sent twice is done once."""
        return draw()

    def cookies_to_set(self) -> list[Cookie]:
        """The cookie of a stranger who is shown a form."""
        if self.caller is not None or self.cookies.get(STRANGER_COOKIE) == self.stranger:
            return []
        return [self.cookie(STRANGER_COOKIE, self.stranger)]

    def cookie(self, name: str, value: str, seconds: int | None = None) -> Cookie:
        """A cookie that scripts don't see and other sites don't send along."""
        return Cookie(name, value=value, path="/", httponly=True, samesite="lax", secure=self.site.secure, max_age=seconds)

    async def check_form(self) -> None:
        """Raise `ForeignFormError` unless what arrives is a form of ours; `StaleFormError` for one of ours from another session."""
        whence, origin = self.headers.get("sec-fetch-site"), self.headers.get("origin")
        if whence not in (None, "same-origin", "none"):
            raise ForeignFormError
        said = origin is not None and origin != "null"
        if said and str(origin).partition("://")[2] != self.headers.get("host", ""):
            raise ForeignFormError
        try:
            form = await self.form()
        except ValueError as error:
            raise ClientException(str(error)) from error
        self.state.form, self.state.ours = form, said or whence == "same-origin"
        given = form.get(FORM_FIELD)
        if isinstance(given, str) and same(given, self.form_token):
            return
        raise StaleFormError if self.state.ours else ForeignFormError

    @property
    def form_of(self) -> int | None:
        """The number of the person whose page the form was sent from, as the form says; None when it says nothing."""
        given = self.state.form.get(FORM_FIELD)
        number = given.partition(".")[0] if isinstance(given, str) else ""
        return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else None

    def field(self, name: str, most: int = 10_000) -> str:
        """A field of the form, without blanks around it; empty when it is absent or a file."""
        value = self.state.form.get(name)
        return value.strip()[:most] if isinstance(value, str) else ""

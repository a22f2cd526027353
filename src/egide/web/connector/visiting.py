"""Who looks at the pages of a connector: whoever has shown its key in this browser, for eight hours.

Sessions live in memory: they end with the process. A form is taken only with the token that its page carried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from egide.accounts.secrets import bound, digest, draw, same
from egide.api.languages import preferred
from egide.papers.frame import template
from egide.vocabulary.language import LANGUAGES, N_, Language, language
from egide.web.rendering import HEADERS, ROOM, asset_path

if TYPE_CHECKING:
    from egide.app.dataspace.running import Connector

LASTS = timedelta(hours=8)
LANGUAGE_COOKIE = "egide_lang"
STATES = {
    "REQUESTED": N_("asked for"), "OFFERED": N_("offered"), "ACCEPTED": N_("accepted"), "AGREED": N_("agreed"), "VERIFIED": N_("verified"),
    "FINALIZED": N_("final"), "STARTED": N_("flowing"), "SUSPENDED": N_("at rest"), "COMPLETED": N_("complete"), "TERMINATED": N_("ended"),
}  # fmt: skip
"""The protocol's states in words."""
ACTS = {
    "request": N_("request"), "offer": N_("offer"), "accept": N_("acceptance"), "agree": N_("agreement"), "verify": N_("verification"),
    "finalize": N_("conclusion"), "start": N_("start"), "suspend": N_("suspension"), "complete": N_("completion"), "terminate": N_("end"),
}  # fmt: skip
"""Its steps."""
POLICY = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""No script at all."""


@dataclass(slots=True)
class Door:
    """The connector, its key, and who is in."""

    connector: Connector
    key: str
    port: int
    sessions: dict[str, datetime] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        """Browsers keep no cookies apart by port."""
        return f"egide_connector_{self.port}"

    def enter(self, key: str) -> str | None:
        """A session for whoever has the key."""
        if not same(key, self.key):
            return None
        now = self.connector.store.now()
        self.sessions = {one: until for one, until in self.sessions.items() if until > now}
        secret = draw()
        self.sessions[digest(secret)] = now + LASTS
        return secret

    def inside(self, request: Request[Any, Any, Any]) -> str | None:
        """The secret of the session of a request, while it lasts."""
        secret = request.cookies.get(self.cookie, "")
        until = self.sessions.get(digest(secret)) if secret else None
        return secret if until and until > self.connector.store.now() else None

    def leave(self, request: Request[Any, Any, Any]) -> None:
        """End the session."""
        self.sessions.pop(digest(request.cookies.get(self.cookie, "")), None)

    def kept(self, secret: str) -> Cookie:
        """The cookie of a session; an empty one takes it away."""
        seconds = int(LASTS.total_seconds()) if secret else 0
        return Cookie(self.cookie, value=secret, path="/", httponly=True, samesite="strict", max_age=seconds)


def spoken(request: Request[Any, Any, Any]) -> Language:
    """As chosen on a page, else as the browser prefers; French when it asks for neither of ours."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return language(chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", ""), "fr"))


def page(door: Door, request: Request[Any, Any, Any], name: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A page, with the headers that keep everything else out."""
    words, secret = spoken(request), door.inside(request)
    here = {
        "lang": words.code, "t": lambda message, **args: words.text(message, args), "asset": asset_path, "inside": secret is not None,
        "participant": door.connector.settings.participant, "form_token": bound(secret, "form") if secret else "",
        "path": request.scope["path"], "moment": lambda at: f"{words.day(at.date())}, {at:%H:%M:%S} UTC", "say": saying(words),
        "states": STATES, "acts": ACTS,
    }  # fmt: skip
    html = template(name, ROOM).render({**values, **here})
    return Response(html, status_code=status, media_type="text/html", headers=headers(words))


def headers(words: Language) -> Mapping[str, str]:
    """On every page."""
    return {**HEADERS, "Content-Security-Policy": POLICY, "Content-Language": words.code}


def saying(words: Language) -> Any:
    """Reasons of ours in the reader's language; those of a peer as it gave them."""
    def say(reasons: list[dict[str, Any]] | None) -> str:
        return "; ".join(words.text(one["message"], one.get("args", {})) if "message" in one else str(one.get("text", ""))
                         for one in reasons or ())  # fmt: skip

    return say


async def form(door: Door, request: Request[Any, Any, Any]) -> Mapping[str, Any] | None:
    """A form of a page of ours; None for one from elsewhere."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return None
    given, secret = await request.form(), door.inside(request)
    if secret is not None and not same(str(given.get("form_token", "")), bound(secret, "form")):
        return None
    return given


def to(path: str, *cookies: Cookie) -> Redirect:
    """On to a page."""
    answer = Redirect(path, status_code=303)
    for one in cookies:
        answer.set_cookie(one)
    return answer

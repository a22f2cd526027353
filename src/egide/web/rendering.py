"""A page from its template, in the visitor's language, with the headers that keep everything else out."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from litestar import Response
from markupsafe import Markup, escape

from egide.accounts.roles import Act
from egide.app.site.tour import is_tour
from egide.papers import pictures, text
from egide.papers.frame import template
from egide.web.visit import FORM_FIELD

if TYPE_CHECKING:
    from datetime import datetime

    from egide.accounts.people import BodyOf
    from egide.app.site.design import Design
    from egide.web.visit import Visit

ROOM = "egide.web"
DESIGNED = "; font-src 'self'"
"""Beside the policy where a design system brings its letters."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}  # fmt: skip
"""On every answer of the site."""
ASSETS = {
    "egide.css": (
        ("egide.papers", "templates/page.css", ""), (ROOM, "assets/egide.css", ""), (ROOM, "assets/tables.css", ""),
        ("egide.papers.offers", "templates/offers.css", ""), ("egide.papers.plan", "templates/plan.css", ".planned"),
    ),
    "design.css": ((ROOM, "assets/design.css", ""),), "egide.js": ((ROOM, "assets/egide.js", ""),),
    "log.js": ((ROOM, "assets/log.js", ""),),
}  # fmt: skip
"""Each file of the site to its parts, and within what each holds: the style of a paper that a page shows is the paper's own."""


def page(visit: Visit, name: str, /, *, status: int = 200, body: BodyOf | None = None, **values: Any) -> Response[str]:
    """The page of that template. ``body``: the body whose matters it shows, for the navigation and the marking."""

    def may(act: str) -> bool:
        return body is not None and visit.caller is not None and visit.caller.may(Act(act), body.id)

    here = {"visit": visit, "body": body, "form_field": FORM_FIELD, "asset": asset_path, "may": may, "design": visit.site.design,
            "touring": body is not None and is_tour(body),
            "markings": values.get("markings") or ([body.marking] if body and body.marking else [])}  # fmt: skip
    html = template(name, ROOM).render({**values, **_words(visit), **here})
    return Response(html, status_code=status, media_type="text/html", headers={"Content-Language": visit.language.code},
                    cookies=visit.cookies_to_set())  # fmt: skip


def _words(visit: Visit) -> dict[str, Any]:
    """What templates call to speak."""
    words = visit.language

    def counted(one: str, many: str, count: int, **args: object) -> str:
        return text.counted(words, one, many, count, **args)

    def moment(at: datetime) -> str:
        return f"{words.day(at.date())}, {at:%H:%M} UTC"

    return {
        "lang": words.code, "t": lambda message, **args: words.text(message, args), "n": counted, "label": words.label,
        "day": _day(words.day), "date": date.fromisoformat, "moment": moment, "number": words.value, "sprite": pictures.sprite(),
        "upper_first": text.upper_first, "quote": lambda it: quote(it, safe=""), "sentence": text.sentence, "coded": coded,
        "breakable": breakable,
    }  # fmt: skip


def coded(said: str) -> Markup:
    """A sentence whose words between backticks are code."""
    parts = said.split("`")
    if len(parts) % 2 == 0:
        return escape(said)
    return Markup("").join(Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts))


def breakable(name: str) -> Markup:
    """A long name that lines may break after its dots, slashes and underscores."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[._/])", name))


def _day(say: Any) -> Any:
    def day(on: date | None) -> str:
        return "" if on is None else str(say(on))

    return day


@cache
def _asset(name: str) -> tuple[bytes, str]:
    parts = [((resources.files(room) / part).read_bytes(), within) for room, part, within in ASSETS[name]]
    content = b"".join(b"%s {\n%s}\n" % (within.encode(), part) if within else part for part, within in parts)
    return content, hashlib.sha256(content).hexdigest()[:16]


def asset_path(name: str) -> str:
    """Where a style or script of ours is: its address changes with its content, so browsers may keep it for a year."""
    return f"/assets/{_asset(name)[1]}/{name}"


def asset(digest: str, name: str) -> Response[bytes] | None:
    """A style or script of ours; None when there is none of that name and content."""
    if name not in ASSETS or _asset(name)[1] != digest:
        return None
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(_asset(name)[0], media_type=f"{media}; charset=utf-8", headers={"Cache-Control": "public, max-age=31536000, immutable"})


def designed(design: Design | None, digest: str, name: str) -> Response[bytes] | None:
    """A file of the design system; None when there is none of that name and content."""
    found = design.file(digest, name) if design else None
    if found is None:
        return None
    return Response(found[0], media_type=found[1], headers={"Cache-Control": "public, max-age=31536000, immutable"})


def with_query(path: str, changed: Mapping[str, object], kept: Mapping[str, str]) -> str:
    """An address whose query has some of its values changed; those that are None or empty go."""
    values = {**kept, **{name: "" if value is None else str(value) for name, value in changed.items()}}
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in values.items() if value)
    return f"{path}?{query}" if query else path

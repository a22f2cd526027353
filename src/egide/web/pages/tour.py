"""The tour on invented data: begun with a button, shown step by step, removed with another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.portfolio.judged import key_of
from egide.app.site.tour import is_tour
from egide.vocabulary.findings import Verdict
from egide.web.rendering import page
from egide.web.routes import shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.accounts.people import BodyOf
    from egide.web.site import Site


@takes("/tour", 200)
def begin(request: Visit) -> Response[Any]:
    """Make the invented body, or go on with the one that is there."""
    site: Site = request.site
    made = site.tour.begin(request.somebody.person, request.language.code)
    return Redirect(f"/b/{made.id}/tour", status_code=303)


@shows("/b/{body_id:str}/tour")
def tour(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """What there is to see, in the order of the work."""
    found = _tour(request, body_id, Act.READ)
    judged = request.site.portfolios.see(body_id, request.site.today(), request.language.code).judged
    dossiers = request.site.dossiers.listed(body_id)
    forbidden = next((one for one in judged.ordered if one.verdict is Verdict.FORBIDDEN), None) if judged else None
    return page(request, "tour.html.j2", body=found, dossier=dossiers[0] if dossiers else None, works=request.site.works.listed(body_id),
                forbidden=forbidden, key_of=key_of)  # fmt: skip


@takes("/b/{body_id:str}/tour/remove", 200)
def remove(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """Remove all of it."""
    site: Site = request.site
    site.tour.remove(request.somebody.person.number, _tour(request, body_id, Act.ADMINISTER))
    return Redirect("/", status_code=303)


ROUTES = (begin, tour, remove)


def _tour(request: Visit, body_id: str, act: Act) -> BodyOf:
    found = request.for_body(body_id, act)
    if not is_tour(found):
        raise AbsentError
    return found

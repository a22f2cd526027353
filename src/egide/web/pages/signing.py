"""An assessment recorded by an evaluator, and signed by somebody who brought, judged and assessed nothing of the dossier."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_
from egide.web.dossier_forms import attached, dossier_of, scheme_of, version_of
from egide.web.routes import shows, takes
from egide.web.visit import Visit


@takes("/b/{body_id:str}/label/{id:str}/assessments")
def record(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """Keep the assessment as the evaluator read it, for somebody else to sign."""
    request.for_body(body_id, Act.EVALUATE)
    seen = dossier_of(request, body_id, id)
    if seen.version.version != version_of(request):
        raise InputError(N_("the dossier was changed since you read it: read it again"))
    scheme = scheme_of(request.field("scheme", 100))
    request.site.dossiers.record(request.somebody, body_id, seen, scheme, request.site.today(), request.language.code)
    return Redirect(f"/b/{body_id}/label/{id}?scheme={scheme}#recorded", status_code=303)


@takes("/b/{body_id:str}/label/{id:str}/sign")
def sign(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """Sign a recorded assessment: nobody who brought, judged or assessed may."""
    request.for_body(body_id, Act.SIGN)
    seen, number = dossier_of(request, body_id, id), request.field("number", 9)
    if not (number.isascii() and number.isdigit()):
        raise AbsentError
    request.site.dossiers.sign(request.somebody, body_id, seen, int(number), request.field("digest", 64))
    return Redirect(f"/b/{body_id}/label/{id}#recorded", status_code=303)


@shows("/b/{body_id:str}/label/{id:str}/assessments/{number:str}/label.json")
def recorded(request: Visit, body_id: FromPath[str], id: FromPath[str], number: FromPath[str]) -> Response[bytes]:
    """A recorded assessment, as `egide label issue` takes it with the dossier."""
    request.for_body(body_id, Act.READ)
    dossier_of(request, body_id, id)
    known = number.isascii() and number.isdigit() and len(number) < 10
    content = request.site.dossiers.document(body_id, id, int(number)) if known else None
    if content is None:
        raise AbsentError
    return attached(content, "application/json", "label.json")


ROUTES = (record, sign, recorded)

"""What a change would turn in a label: one step chosen in a form, or a whole change as it is written for the command."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.params import FromPath

from egide.accounts.roles import Act
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import write_yaml
from egide.web.dossier_forms import dossier_of, scheme_of
from egide.web.rendering import page
from egide.web.routes import shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.label.dossier import Dossier
    from egide.label.results import Simulation
    from egide.web.site import Site

KINDS = {
    "document_withdrawn": N_("a document of the binder is withdrawn"), "supplier_cut": N_("a supplier goes"),
    "bought": N_("somebody comes to hold much of a company"), "moved": N_("a company moves its seat"),
}  # fmt: skip
"""The steps that the form offers; a change that is written may hold any."""
LONGEST, TURNED, WHOLE = 50_000, 200, 100.0


@dataclass(frozen=True, slots=True)
class Form:
    """What was asked, so that the form shows it again."""

    on: str
    kind: str = "document_withdrawn"
    fields: dict[str, str] = field(default_factory=dict)
    written: str = ""


@shows("/b/{body_id:str}/label/{id:str}/simulate")
def ask(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """The form."""
    scheme = scheme_of(request.query_params.get("scheme", ""))
    return _shown(request, body_id, id, scheme, Form(request.site.today().isoformat()), None)


@takes("/b/{body_id:str}/label/{id:str}/simulate", 200)
def simulate(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """What turns. Nothing is kept of it."""
    names = ("document", "supplier", "company", "by", "capital", "votes", "who", "seat")
    form = Form(request.field("on", 10), request.field("kind", 40), {one: request.field(one, 300) for one in names},
                request.field("written", LONGEST))  # fmt: skip
    scheme = scheme_of(request.field("scheme", 100))
    request.for_body(body_id, Act.READ)
    seen = dossier_of(request, body_id, id)
    found = request.site.dossiers.simulate(body_id, seen, _change(form, request), scheme)
    return _shown(request, body_id, id, scheme, form, found)


ROUTES = (ask, simulate)


def _shown(request: Visit, body_id: str, id: str, scheme: str, form: Form, found: Simulation | None) -> Response[Any]:
    from egide.papers.label.page import of_assessment
    from egide.papers.label.pages import turned_text
    from egide.papers.label.words import NEVER, teller

    body, seen = request.for_body(body_id, Act.READ), dossier_of(request, body_id, id)
    site: Site = request.site
    dossier = site.dossiers.judge(body_id, seen, scheme, site.today()).assessment.dossier
    parts: dict[str, Any] = {"found": None}
    if found is not None:
        told = teller(found.after, request.language.code)
        of = of_assessment(found.after, told)
        parts = {"found": found, "headline": turned_text(found, told), "told": told, "title_of": of["title_of"], "never": NEVER,
                 "most": TURNED}  # fmt: skip
    return page(request, "simulate.html.j2", body=body, seen=seen, scheme=scheme, form=form, kinds=KINDS, dossier=dossier,
                parties=_parties(dossier), **parts)  # fmt: skip


def _parties(dossier: Dossier) -> list[tuple[str, str]]:
    known = dossier.register.parties if dossier.register else {}
    return sorted(((one.id, one.name) for one in known.values()), key=lambda pair: pair[1].casefold())


def _change(form: Form, request: Visit) -> bytes:
    """The change as the command reads it. Raises `InputError` when the form doesn't say enough."""
    if form.written:
        return form.written.encode()
    if form.kind not in KINDS:
        raise InputError(N_("choose what changes"))
    try:
        on = date.fromisoformat(form.on)
    except ValueError:
        raise InputError(N_("`{day}` is not a day: YYYY-MM-DD"), values={"day": form.on}) from None
    title = request.language.text(KINDS[form.kind])
    return write_yaml({"title": title, "on": on, "changes": [{form.kind: _step(form)}]})


def _step(form: Form) -> dict[str, Any]:
    said = form.fields
    if form.kind == "document_withdrawn":
        return {"document": _given(said, "document")}
    if form.kind == "supplier_cut":
        return {"supplier": _given(said, "supplier")}
    if form.kind == "moved":
        return {"who": _given(said, "who"), "seat": _given(said, "seat").upper()}
    shares = {name: _percent(said[name]) for name in ("capital", "votes")}
    return {"company": _given(said, "company"), "by": _given(said, "by"), **shares}


def _given(said: dict[str, str], name: str) -> str:
    if not said[name]:
        raise InputError(N_("fill in what the change is about"))
    return said[name]


def _percent(given: str) -> float:
    try:
        return float(given.replace(",", ".").replace("%", "").strip()) if given else WHOLE
    except ValueError:
        raise InputError(N_("«{text}» is not a percentage"), values={"text": given[:30]}) from None

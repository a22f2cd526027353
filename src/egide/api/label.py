"""Dossiers of labels for programs: brought, assessed, simulated, judged, recorded and signed; each step by whom may take it."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter
from msgspec import Meta, Struct

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.api.calls import Call
from egide.api.threads import in_thread
from egide.app import law
from egide.portfolio.dossiers.keeping import State
from egide.portfolio.kept.keeping import ChangedError

if TYPE_CHECKING:
    from egide.app.label.dossiers import Seen

Number = Annotated[int, PathParameter(ge=0, lt=2**53, description="The number of the record.")]
Version = Annotated[int, QueryParameter(ge=0, lt=2**53, description="The version that this is based on; 0 for a new dossier.")]
USUAL = "secnumcloud-3.2"
TOKEN_MEDIA = "application/vc+jwt"  # noqa: S105 - a media type


class Record(Struct):
    """An assessment that was recorded. ``signer``: the number of whoever signed it."""

    number: int
    version: int
    scheme: str
    day: date
    answer: str
    digest: str
    assessor: int
    signer: int | None


class Document(Struct):
    """A document of the binder, and where it stands."""

    path: str
    digest: str
    state: State


class Dossier(Struct):
    """A dossier as it stands."""

    id: str
    name: str
    version: int
    documents: list[Document]
    records: list[Record]


class Dossiers(Struct):
    """The dossiers of a body, by name."""

    items: list[Dossier]


class Gaps(Struct):
    """What is missing, what most depends on first."""

    items: list[dict[str, Any]]


class Change(Struct, forbid_unknown_fields=True):
    """A change as `egide label simulate` reads it, in YAML."""

    change: Annotated[str, Meta(max_length=50_000)]


class Judgement(Struct, forbid_unknown_fields=True):
    """A step for a document, about those very bytes."""

    path: str
    digest: str
    state: State
    why: str = ""


class ToRecord(Struct, forbid_unknown_fields=True):
    """What was read: the version and the scheme."""

    version: int
    scheme: str = USUAL


class ToSign(Struct, forbid_unknown_fields=True):
    """The digest of the record that was read."""

    digest: str


@get("/bodies/{body_id:str}/dossiers")
@in_thread
def dossiers(request: Call, body_id: FromPath[str]) -> Dossiers:
    """The dossiers of labels of the body."""
    request.within(body_id, Act.READ)
    seen = (request.site.dossiers.see(body_id, one.id) for one in request.site.dossiers.listed(body_id))
    return Dossiers([_dossier(one) for one in seen if one is not None])


@post("/bodies/{body_id:str}/dossiers", status_code=201)
async def bring(request: Call, body_id: FromPath[str], id: FromQuery[str] = "", version: Version = 0) -> Dossier:
    """Bring a dossier: the body is the zip of its folder; with ``id`` and ``version``, as the next version of one."""
    content = await request.body()
    return await in_thread(_bring)(request, body_id, id, version, content)  # type: ignore[no-any-return]


@get("/bodies/{body_id:str}/dossiers/{id:str}")
@in_thread
def dossier(request: Call, body_id: FromPath[str], id: FromPath[str]) -> Dossier:
    """One dossier: its documents, its records."""
    request.within(body_id, Act.READ)
    return _dossier(_seen(request, body_id, id))


@get("/bodies/{body_id:str}/dossiers/{id:str}/label")
@in_thread
def assess(
    request: Call, body_id: FromPath[str], id: FromPath[str], scheme: FromQuery[str] = USUAL,
    on: FromQuery[date | None] = None,
) -> dict[str, Any]:  # fmt: skip
    """What the scheme says of the dossier on that day, as `egide label assess --json` gives it."""
    return _judged(request, body_id, id, scheme, on)


@get("/bodies/{body_id:str}/dossiers/{id:str}/gaps")
@in_thread
def gaps(
    request: Call, body_id: FromPath[str], id: FromPath[str], scheme: FromQuery[str] = USUAL,
    on: FromQuery[date | None] = None,
) -> Gaps:  # fmt: skip
    """What is missing, as `egide label gaps --json` gives it."""
    return Gaps(_judged(request, body_id, id, scheme, on)["gaps"] or [])


@post("/bodies/{body_id:str}/dossiers/{id:str}/simulations", status_code=200)
@in_thread
def simulate(
    request: Call, body_id: FromPath[str], id: FromPath[str], data: JSONBody[Change], scheme: FromQuery[str] = USUAL,
) -> dict[str, Any]:  # fmt: skip
    """What a change would turn, as `egide label simulate --json` gives it. Nothing is kept."""
    from egide.papers.label.answers_document import simulation_document

    request.within(body_id, Act.READ)
    seen = _seen(request, body_id, id)
    found = request.site.dossiers.simulate(body_id, seen, data.change.encode("utf-8", "replace"), _scheme(scheme))
    return simulation_document(found, request.language.code)


@post("/bodies/{body_id:str}/dossiers/{id:str}/reviews", status_code=201)
@in_thread
def review(request: Call, body_id: FromPath[str], id: FromPath[str], data: JSONBody[Judgement]) -> Dossier:
    """One step further for a document, by somebody who didn't bring it."""
    request.within(body_id, Act.EVALUATE)
    _seen(request, body_id, id)

    def judge() -> dict[str, Any]:
        request.site.dossiers.review(request.caller, body_id, id, data.path[:300], data.digest[:64], data.state, data.why[:2000])
        return {}

    request.once(f"{data.path}\n{data.digest}\n{data.state}\n{data.why}".encode("utf-8", "replace"), judge)
    return _dossier(_seen(request, body_id, id))


@post("/bodies/{body_id:str}/dossiers/{id:str}/records", status_code=201)
@in_thread
def record(request: Call, body_id: FromPath[str], id: FromPath[str], data: JSONBody[ToRecord]) -> Record:
    """Keep the assessment as it was read, for somebody else to sign; 409 when the dossier was changed since."""
    request.within(body_id, Act.EVALUATE)
    seen, scheme = _seen(request, body_id, id), _scheme(data.scheme)
    if seen.version.version != data.version:
        raise ChangedError(data.version, seen.version.version)
    today, lang = request.site.today(), request.language.code

    def keep() -> dict[str, Any]:
        return {"number": request.site.dossiers.record(request.caller, body_id, seen, scheme, today, lang).number}

    number = request.once(f"{data.version}\n{scheme}\n{today}\n{lang}".encode(), keep)["number"]
    return next(one for one in _dossier(_seen(request, body_id, id)).records if one.number == number)


@get("/bodies/{body_id:str}/dossiers/{id:str}/records/{number:int}")
@in_thread
def recorded(request: Call, body_id: FromPath[str], id: FromPath[str], number: Number) -> Response[bytes]:
    """The label.json of a record, byte for byte."""
    request.within(body_id, Act.READ)
    _seen(request, body_id, id)
    content = request.site.dossiers.document(body_id, id, number)
    if content is None:
        raise AbsentError
    return Response(content, media_type="application/json")


@post("/bodies/{body_id:str}/dossiers/{id:str}/records/{number:int}/signature", status_code=201)
@in_thread
def sign(request: Call, body_id: FromPath[str], id: FromPath[str], number: Number, data: JSONBody[ToSign]) -> Record:
    """Sign a record; refused to whoever brought, judged or assessed any of the dossier."""
    request.within(body_id, Act.SIGN)
    seen = _seen(request, body_id, id)

    def keep() -> dict[str, Any]:
        request.site.dossiers.sign(request.caller, body_id, seen, number, data.digest[:64])
        return {}

    request.once(data.digest.encode("utf-8", "replace"), keep)
    return next(one for one in _dossier(_seen(request, body_id, id)).records if one.number == number)


@post("/credential-offers/{level:str}", status_code=201, media_type=TOKEN_MEDIA)
async def credential_offer(request: Call, level: FromPath[str], vcid: FromQuery[str] = "", dossier: FromQuery[str] = "") -> Response[str]:
    """A label for the credentials of a presentation (`vp+jwt`), as Gaia-X's clearing houses give it: a credential (`vc+jwt`).

    ``level``: standard-compliance, label-level-1, -2 or -3; ``vcid``: the identifier that the label gets. Asked again with the same one,
    the same label is given. The token's body must have a signed record of the offer: of ``dossier``, or of the one that is presented.
    """
    content = await request.body()
    return await in_thread(_offered)(request, level, vcid, dossier, content)  # type: ignore[no-any-return]


ROUTES = (dossiers, bring, dossier, assess, gaps, simulate, review, record, recorded, sign)


def _offered(request: Call, level: str, vcid: str, dossier: str, content: bytes) -> Response[str]:
    from egide.app.site import credential_offers as offering

    body = next((one for one in request.caller.acts if request.caller.may(Act.SIGN, one)), next(iter(request.caller.acts)))
    request.within(body, Act.SIGN)
    key = request.headers.get("idempotency-key", "")
    drawn = uuid.uuid5(uuid.NAMESPACE_OID, f"{request.caller.token}\n{key}\n{hashlib.sha256(content).hexdigest()}") if key else uuid.uuid4()
    asked = offering.Asked(level, content.strip(), dossier, vcid or f"urn:uuid:{drawn}")
    made = offering.offered(request.site.dossiers, request.site.label_desk, request.caller, body, asked, request.site.now)
    return Response(made.given.text, status_code=201, media_type=TOKEN_MEDIA)


def _bring(request: Call, body_id: str, id: str, version: int, content: bytes) -> Dossier:
    request.within(body_id, Act.WRITE)
    if id:
        _seen(request, body_id, id)

    def keep() -> dict[str, Any]:
        return {"id": request.site.dossiers.add(request.caller, body_id, content, id, version).id}

    made = request.once(f"{id}\n{version}\n".encode("utf-8", "replace") + content, keep)["id"]
    return _dossier(_seen(request, body_id, made))


def _judged(request: Call, body_id: str, id: str, scheme: str, on: date | None) -> dict[str, Any]:
    request.within(body_id, Act.READ)
    seen = _seen(request, body_id, id)
    from egide.app.label import assessing as job

    return job.document(request.site.dossiers.judge(body_id, seen, _scheme(scheme), request.day(on)), request.language.code)


def _seen(request: Call, body_id: str, id: str) -> Seen:
    """The dossier of that body. Raises `AbsentError`."""
    seen = request.site.dossiers.see(body_id, id)
    if seen is None:
        raise AbsentError
    return seen


def _scheme(name: str) -> str:
    if name not in law.scheme_names():
        raise AbsentError
    return name


def _dossier(seen: Seen) -> Dossier:
    documents = [Document(path, seen.version.files[path], state) for path, state in sorted(seen.states.items())]
    records = [
        Record(one.number, one.version, one.scheme, one.day, one.answer, one.digest, one.person, one.signer) for one in seen.recorded
    ]  # fmt: skip
    return Dossier(seen.version.id, seen.version.name, seen.version.version, documents, records)

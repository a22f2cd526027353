"""Plans and checks for programs: files in, how far it is, the command's own answer out; stopped and begun again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery, PathParameter
from msgspec import Struct

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.api.calls import Call
from egide.api.threads import in_thread
from egide.app.site.given import Named, folder
from egide.app.site.works import CHECK
from egide.infrastructure.product import KINDS
from egide.vocabulary.errors import InputError
from egide.vocabulary.facts import BODY_STATUSES
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from egide.portfolio.works import keeping

Number = Annotated[int, PathParameter(ge=0, lt=2**53, description="The number of the work.")]
PLANNED = ("service.yaml", "prices.csv", "regions.csv")
NEEDED = N_("a plan takes {name}: a form with service, prices and regions, or a zip of service.yaml, prices.csv and regions.csv")


class Work(Struct):
    """A plan or a check: `queued`, `running`, `done`, `failed` or `cancelled`. ``seconds``: at work so far."""

    number: int
    kind: str
    name: str
    state: str
    seconds: int
    cancelling: bool
    asked_at: str
    error: str | None


class Works(Struct):
    """The last pieces of work of a body, newest first."""

    items: list[Work]


@get("/bodies/{body_id:str}/works")
@in_thread
def works(request: Call, body_id: FromPath[str]) -> Works:
    """What was asked last."""
    request.within(body_id, Act.READ)
    return Works([_work(one) for one in request.site.works.listed(body_id)])


@get("/bodies/{body_id:str}/works/{number:int}")
@in_thread
def work(request: Call, body_id: FromPath[str], number: Number) -> Work:
    """How far it is."""
    request.within(body_id, Act.READ)
    return _seen(request, body_id, number)


@get("/bodies/{body_id:str}/works/{number:int}/answer")
@in_thread
def answer(request: Call, body_id: FromPath[str], number: Number) -> Response[bytes]:
    """What came of it, as the command writes it with `--json`; 404 while nothing has."""
    request.within(body_id, Act.READ)
    _seen(request, body_id, number)
    content = request.site.works.made(body_id, number)
    if content is None:
        raise AbsentError
    return Response(content, media_type="application/json")


@post("/bodies/{body_id:str}/works/checks", status_code=201)
async def check(
    request: Call, body_id: FromPath[str], name: FromQuery[str] = "code.zip", holds: FromQuery[list[str] | None] = None,
    status: FromQuery[str] = "",
) -> Work:  # fmt: skip
    """Check infrastructure code: the body is one file or the zip of a folder, called ``name``, or a form with any number of files.

    ``holds``: what data the product holds, repeated; ``status``: whose product it is.
    """
    given = [one for _, one in await _given(request, name)]
    return await in_thread(_check)(request, body_id, given, holds or [], status)  # type: ignore[no-any-return]


@post("/bodies/{body_id:str}/works/plans", status_code=201)
async def plan(request: Call, body_id: FromPath[str], name: FromQuery[str] = "need.zip") -> Work:
    """Make a plan: a form with the files `service`, `prices` and, where they are known, `regions`, or the zip of the three."""
    given = await _given(request, name)
    return await in_thread(_plan)(request, body_id, given)  # type: ignore[no-any-return]


@post("/bodies/{body_id:str}/works/{number:int}/cancel", status_code=200)
@in_thread
def cancel(request: Call, body_id: FromPath[str], number: Number) -> Work:
    """Ask that it stop."""
    return _change(request, body_id, number, request.site.works.cancel)


@post("/bodies/{body_id:str}/works/{number:int}/resume", status_code=200)
@in_thread
def resume(request: Call, body_id: FromPath[str], number: Number) -> Work:
    """Begin one that failed again, from what was given, or one that was cancelled, under a new number; any other stays as it is."""
    request.within(body_id, Act.WRITE)
    _seen(request, body_id, number)
    made = request.once(b"", lambda: {"number": request.site.works.again(request.caller, body_id, number)})
    return _seen(request, body_id, made["number"])


ROUTES = (works, work, answer, check, plan, cancel, resume)


async def _given(request: Call, name: str) -> list[tuple[str, Named]]:
    """The files that were sent, each with its field; the body itself where it is no form."""
    if not request.content_type[0].startswith("multipart/"):
        return [("", (name[-200:], await request.body()))]
    try:
        form = await request.form()
    except ValueError as error:
        raise ClientException(str(error)) from error
    return [(field, (one.filename, await one.read())) for field, one in form.multi_items() if isinstance(one, UploadFile) and one.filename]


def _check(request: Call, body_id: str, given: list[Named], data: list[str], status: str) -> Work:
    request.within(body_id, Act.WRITE)
    if strange := [one for one in data if one not in KINDS] or [one for one in [status] if one and one not in BODY_STATUSES]:
        raise InputError(N_("`{value}` is none of {known}"), values={"value": strange[0][:60], "known": [*KINDS, *BODY_STATUSES]})
    lang = request.language.code

    def begin() -> dict[str, Any]:
        made = request.site.works.check(request.caller, body_id, given, data, status, lang)
        return {"number": made.job.id}

    said = f"{CHECK}\n{sorted(data)}\n{status}\n{lang}\n{_digests(given)}"
    return _seen(request, body_id, request.once(said.encode("utf-8", "surrogatepass"), begin)["number"])


def _plan(request: Call, body_id: str, given: list[tuple[str, Named]]) -> Work:
    request.within(body_id, Act.WRITE)
    fields = dict(zip(("service", "prices", "regions"), PLANNED, strict=True))
    named = {fields[field]: content for field, (_, content) in given if field in fields}
    files = named or {path.rpartition("/")[2]: content for path, content in folder([one for _, one in given]).items()}
    if missing := [one for one in PLANNED[:2] if one not in files]:
        raise InputError(NEEDED, values={"name": missing[0]})
    kept, lang = {path: content for path, content in files.items() if path in PLANNED}, request.language.code
    name = next((one for field, (one, _) in given if field in {"", "service"}), PLANNED[0])

    def begin() -> dict[str, Any]:
        return {"number": request.site.works.plan(request.caller, body_id, name, kept, lang).job.id}

    said = f"plan\n{lang}\n{_digests(sorted(kept.items()))}"
    return _seen(request, body_id, request.once(said.encode(), begin)["number"])


def _change(request: Call, body_id: str, number: int, how: Callable[..., bool]) -> Work:
    request.within(body_id, Act.WRITE)
    _seen(request, body_id, number)

    def change() -> dict[str, Any]:
        how(request.caller, body_id, number)
        return {"number": number}

    request.once(b"", change)
    return _seen(request, body_id, number)


def _digests(given: list[Named]) -> str:
    return "\n".join(f"{name}\t{hashlib.sha256(content).hexdigest()}" for name, content in given)


def _seen(request: Call, body_id: str, number: int) -> Work:
    """The work of that number of that body. Raises `AbsentError`."""
    found = request.site.works.see(body_id, number)
    if found is None:
        raise AbsentError
    return _work(found)


def _work(one: keeping.Work) -> Work:
    job = one.job
    kind = "check" if one.kind == CHECK else "plan"
    return Work(job.id, kind, one.name, job.state.value, job.done, job.cancelling, one.at.isoformat(), job.error)

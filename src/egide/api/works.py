"""Plans and checks for programs: files in, how far it is, the command's own answer out; stopped and begun again."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery, PathParameter
from msgspec import Struct

from egide.accounts import people
from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.api.calls import Call
from egide.api.streaming import streamed
from egide.api.threads import in_thread
from egide.app.portfolio.paper import PAPERS
from egide.app.site import kinds
from egide.app.site.given import Named, folder
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
    """A `check`, a `plan`, a `paper` or an `import`: `queued`, `running`, `done`, `failed` or `cancelled`.

    ``seconds``: at work so far. ``done`` of ``of``: services proved, or rows read; null where that is not counted. ``file``: the one that
    an import brought; ``beside``: another of the same name that came meanwhile, which counts while ``file`` is kept aside.
    """

    number: int
    kind: str
    name: str
    state: str
    seconds: int
    cancelling: bool
    asked_at: str
    error: str | None
    done: int | None
    of: int | None
    file: str | None
    beside: str | None


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
    return seen_work(request, body_id, number)


@get("/bodies/{body_id:str}/works/{number:int}/answer")
@in_thread
def answer(request: Call, body_id: FromPath[str], number: Number) -> Response[Any]:
    """What came of it: of a plan or a check what the command writes with `--json`, of a paper the paper; 404 while nothing has."""
    request.within(body_id, Act.READ)
    found = request.site.works.see(body_id, number)
    if found is None:
        raise AbsentError
    media_type = PAPERS[found.asked["paper"]].media_type if found.kind == kinds.PAPER else "application/json"
    return streamed(request, request.site.works, body_id, number, media_type)


@post("/bodies/{body_id:str}/works/papers", status_code=201)
@in_thread
def make_paper(
    request: Call, body_id: FromPath[str], paper: FromQuery[Literal["egide.html", "egide.xlsx", "egide.json"]] = "egide.html",
    on: FromQuery[date | None] = None, anonymised: FromQuery[bool] = False,
) -> Work:  # fmt: skip
    """Make a paper of the portfolio as it stands; what is being made or was made of the same is answered where there is one."""
    request.within(body_id, Act.READ)
    seen = request.site.portfolios.see(body_id, request.day(on), request.language.code)
    if seen.judged is None:
        raise AbsentError
    lang, marking = request.language.code, people.body_now(request.site.store, body_id).marking

    def begin() -> dict[str, Any]:
        return {"number": request.site.works.paper(request.caller, seen, paper, anonymised, marking, lang).job.id}

    return seen_work(request, body_id, request.once(f"{paper}\n{anonymised}\n{lang}\n{seen.state}".encode(), begin)["number"])


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
    seen_work(request, body_id, number)
    made = request.once(b"", lambda: {"number": request.site.works.again(request.caller, body_id, number)})
    return seen_work(request, body_id, made["number"])


ROUTES = (works, work, answer, check, plan, make_paper, cancel, resume)


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

    said = f"{kinds.CHECK}\n{sorted(data)}\n{status}\n{lang}\n{_digests(given)}"
    return seen_work(request, body_id, request.once(said.encode("utf-8", "surrogatepass"), begin)["number"])


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
    return seen_work(request, body_id, request.once(said.encode(), begin)["number"])


def _change(request: Call, body_id: str, number: int, how: Callable[..., bool]) -> Work:
    request.within(body_id, Act.WRITE)
    seen_work(request, body_id, number)

    def change() -> dict[str, Any]:
        how(request.caller, body_id, number)
        return {"number": number}

    request.once(b"", change)
    return seen_work(request, body_id, number)


def _digests(given: list[Named]) -> str:
    return "\n".join(f"{name}\t{hashlib.sha256(content).hexdigest()}" for name, content in given)


def seen_work(request: Call, body_id: str, number: int) -> Work:
    """The work of that number of that body. Raises `AbsentError`."""
    found = request.site.works.see(body_id, number)
    if found is None:
        raise AbsentError
    return _work(found)


def _work(one: keeping.Work) -> Work:
    job, told = one.job, one.job.result or {}
    counted = job.of is not None
    seconds = (job.checkpoint or {}).get("seconds", 0) if one.kind in {kinds.PAPER, kinds.IMPORT} else job.done
    return Work(job.id, one.kind.removeprefix("site-"), one.name, job.state.value, seconds, job.cancelling, one.at.isoformat(), job.error,
                job.done if counted else None, job.of, told.get("file"), told.get("beside"))  # fmt: skip


def begun(request: Call, body_id: str, number: int) -> Response[Any]:
    """202: it is made beside, and where to ask for it."""
    where = f"/api/v1/bodies/{body_id}/works/{number}"
    return Response(seen_work(request, body_id, number), status_code=202, headers={"Location": where, "Retry-After": "1"})

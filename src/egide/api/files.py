"""The files of a portfolio for programs: brought, replaced only where that is meant, removed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from litestar import Response, delete, post
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.api.calls import Call
from egide.api.threads import in_thread
from egide.api.works import begun
from egide.app.portfolio.bringing import check, is_large
from egide.portfolio.kept import keeping

if TYPE_CHECKING:
    from egide.portfolio.kept.keeping import Listed


class File(Struct):
    """A file of services that was brought. Its ``id`` in quotes is its ETag."""

    id: str
    name: str
    digest: str
    size: int
    added_at: str


def file_of(one: Listed) -> File:
    """As it is answered."""
    return File(one.id, one.name, one.digest, one.size, one.added_at.isoformat())


@post("/bodies/{body_id:str}/files", status_code=201)
async def add_file(request: Call, body_id: FromPath[str], name: FromQuery[str]) -> Response[File]:
    """Bring a file of services: its bytes are the body, its name tells the format. One of the same name is replaced.

    `If-Match` with the ETag of the file to replace, or `If-None-Match: *` for a new one: 412 when another is there. A large file is read
    beside: 202, with the work that reads it in `Location`; it counts once the whole of it is read.
    """
    content = await request.body()
    return await in_thread(_add_file)(request, body_id, name, content)  # type: ignore[no-any-return]


@delete("/bodies/{body_id:str}/files/{id:str}", status_code=204)
@in_thread
def remove_file(request: Call, body_id: FromPath[str], id: FromPath[str]) -> None:
    """The file no longer counts."""
    request.within(body_id, Act.WRITE)
    if not request.site.portfolios.remove_file(request.caller, body_id, id):
        raise AbsentError


ROUTES = (add_file, remove_file)


def _add_file(request: Call, body_id: str, name: str, content: bytes) -> Response[Any]:
    request.within(body_id, Act.WRITE)
    name, lang = name[-200:], request.language.code
    said, meant = _meant(request)

    def keep() -> dict[str, Any]:
        if not is_large(content):
            made = request.site.portfolios.add_file(request.caller, body_id, name, content, lang, meant, strict=said).file
            return {"id": made.id, "name": made.name, "digest": made.digest, "size": made.size, "added_at": made.added_at.isoformat()}
        if said:
            with request.site.store.read() as tx:
                check(keeping.files(tx, body_id), name, meant)
        return {"work": request.site.works.bring(request.caller, body_id, name, content, lang, meant).job.id}

    made = request.once(json.dumps(name).encode() + content, keep)
    if "work" in made:
        return begun(request, body_id, made["work"])
    return Response(File(**made), status_code=201, headers={"ETag": f'"{made["id"]}"'})


def _meant(request: Call) -> tuple[bool, frozenset[str] | None]:
    """Whether the request says which file it would replace, and by their ids which: any, for None (RFC 9110, 13.1.1 and 13.1.2)."""
    if request.headers.get("if-none-match", "").strip() == "*":
        return True, frozenset()
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return given is not None, None
    return True, frozenset(one.strip().strip('"') for one in given.split(","))

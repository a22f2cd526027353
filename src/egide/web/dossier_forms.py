"""What the pages of a dossier share: which dossier and scheme are meant, what was sent, where a change leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from egide.accounts import people
from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app import law
from egide.app.label.dossiers import Clash
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_
from egide.web.merging import merge_of_files
from egide.web.rendering import page

if TYPE_CHECKING:
    from egide.app.label.dossiers import Seen
    from egide.portfolio.dossiers.keeping import Version
    from egide.web.visit import Visit


def dossier_of(request: Visit, body_id: str, id: str) -> Seen:
    """The dossier of that body. Raises `AbsentError`."""
    seen = request.site.dossiers.see(body_id, id)
    if seen is None:
        raise AbsentError
    return seen


def scheme_of(name: str) -> str:
    """A scheme that there is; the usual one where none is named. Raises `AbsentError`."""
    from egide.app.label import assessing as job

    if name and name not in law.scheme_names():
        raise AbsentError
    return name or job.DEFAULT_SCHEME


def names_of(request: Visit, body_id: str) -> dict[int, str]:
    """The people of a body by their numbers."""
    with request.site.store.read() as tx:
        return {one.number: one.name for one in people.people_of(tx, body_id)}


def version_of(request: Visit) -> int:
    """The version that the form is about. Raises `InputError`."""
    given = request.field("version", 9)
    if not (given.isascii() and given.isdigit()):
        raise InputError(N_("the form does not say which version it is about"))
    return int(given)


def file_of(request: Visit) -> bytes:
    """The file that was chosen. Raises `InputError` when there is none."""
    given = request.state.form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        raise InputError(N_("choose a file first"))
    content: bytes = given.file.read()
    return content


def attached(content: bytes, media: str, name: str) -> Response[bytes]:
    """A file to keep."""
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def led(request: Visit, body_id: str, id: str, made: Version | Clash, where: str) -> Response[Any]:
    """On to the page that shows it, or to the choice between two who changed one file."""
    if not isinstance(made, Clash):
        return Redirect(where, status_code=303)
    found, seen = request.for_body(body_id, Act.WRITE), dossier_of(request, body_id, id)
    with request.site.store.read() as tx:
        by = people.person(tx, seen.version.person)
    merge = merge_of_files(request, found, seen, made, by.name if by else "")
    return page(request, "merge.html.j2", status=409, body=found, merge=merge)

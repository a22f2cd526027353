"""What was made apart, as it is sent: piece by piece, and as it is kept where the caller can inflate it, a sixteenth of the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar.response import Stream

from egide.accounts.errors import AbsentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar import Request

    from egide.app.site.works import Works


def streamed(
    request: Request[Any, Any, Any], works: Works, body: str, number: int, media_type: str, headers: Mapping[str, str] | None = None
) -> Stream:
    """What came of that work. Raises `AbsentError` while nothing has."""
    accepted = [one.partition(";") for one in request.headers.get("accept-encoding", "").lower().split(",")]
    deflated = any(name.strip() == "deflate" and "q=0" not in more.replace("q=0.", "") for name, _, more in accepted)
    pieces = works.pieces(body, number, deflated=deflated)
    if pieces is None:
        raise AbsentError
    said = {"Vary": "Accept-Encoding", **({"Content-Encoding": "deflate"} if deflated else {}), **(headers or {})}
    return Stream(pieces, media_type=media_type, headers=said)

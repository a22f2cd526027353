"""Data as the answer to whoever pulls it: whole, the part that was asked for, or for as long as the transfer lasts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.response import Stream

from egide.app.dataspace.flowing import while_it_may

if TYPE_CHECKING:
    from egide.app.dataspace.opening import Opened
    from egide.dataspace.processes.engine import Engine

RANGE = re.compile(r"^bytes=(\d{1,18})-(\d{0,18})$")


def no(status: int, why: str) -> Response[Any]:
    """A refusal."""
    return Response({"type": "about:blank", "status": status, "detail": why}, status_code=status, media_type="application/problem+json")


def pulled(engine: Engine, pid: str, data: Opened, asked: str) -> Response[Any]:
    """The data, or the one part of it that a `Range` asks for, where it may begin anywhere."""
    if data.size is None or not data.ranged:
        headers = {"content-length": str(data.size)} if data.size is not None else {}
        kept = {"cache-control": "no-store"} if data.endless else {}
        flow = while_it_may(engine, pid, data.pieces(0, (data.size or 0) - 1), data.sign)
        return Stream(flow, media_type=data.media_type, headers={**headers, **kept})
    span = RANGE.match(asked)
    first, last = (int(span[1]), min(int(span[2] or data.size - 1), data.size - 1)) if span else (0, data.size - 1)
    if span and first > last:
        data.shut()
        return Response(b"", status_code=416, headers={"content-range": f"bytes */{data.size}"})
    named = re.sub(r"[^\w.-]", "_", data.name or "", flags=re.ASCII)
    headers = {
        "content-length": str(last - first + 1), "accept-ranges": "bytes", "content-disposition": f'attachment; filename="{named}"',
    }  # fmt: skip
    if span:
        headers["content-range"] = f"bytes {first}-{last}/{data.size}"
    flow = while_it_may(engine, pid, data.pieces(first, last))
    return Stream(flow, status_code=206 if span else 200, media_type=data.media_type, headers=headers)

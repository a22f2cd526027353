"""The control plane's endpoint of Data Plane Signaling, behind the port of the connector: planes register, and say where flows stand.

A plane shows the key of signaling, or a token that it was granted for it (`oauth2_client_credentials`, its name as the client's); with a
token it speaks of its own flows only.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from litestar import Request, Response, Router, delete, get, post, put

from egide.api.dataspace_flow import no
from egide.app.dataspace.folder import sealing, signaling_key
from egide.app.dataspace.planes import UnknownPlaneError, agreement_of, register_plane, remove_plane
from egide.dataspace.signaling.life import Flowing
from egide.dataspace.signaling.messages import Registration, Status, UnfitSignalError, read
from egide.dataspace.signaling.planes import RefusedFlowError
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import language

if TYPE_CHECKING:
    from egide.app.dataspace.running import Connector

PATH = "/signaling"
PLANE = "plane"
TOKEN_SECONDS = 300
SAYS = {"prepared": Flowing.PREPARED, "started": Flowing.STARTED, "completed": Flowing.COMPLETED, "errored": None}
Asking = Request[Any, Any, Any]
ANY = ""


class _StrangerError(EgideError):
    """Who asks shows neither the key nor a token."""


def signaling(connector: Connector) -> Router:
    """All of it."""
    key = signaling_key(connector.folder)

    def speaker(request: Asking) -> str:
        """The plane that speaks; `ANY` with the key itself. Raises `_StrangerError`."""
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), key.encode()):
            return ANY
        named = connector.pull.tokens.read(PLANE, shown.strip(), connector.store.now()) if scheme.lower() == "bearer" else None
        if not named:
            raise _StrangerError("the key of signaling is wanted")
        return named

    @post("/token", status_code=200)
    async def token(request: Asking) -> Response[Any]:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode("latin-1")).items()}
        fits = hmac.compare_digest(form.get("client_secret", "").encode(), key.encode())
        if form.get("grant_type") != "client_credentials" or not form.get("client_id") or not fits:
            return Response({"error": "invalid_client"}, status_code=401, media_type="application/json")
        granted = connector.pull.tokens.issue(PLANE, form["client_id"], connector.store.now() + timedelta(seconds=TOKEN_SECONDS))
        said = {"access_token": granted, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return Response(said, media_type="application/json", headers={"cache-control": "no-store"})

    @put("/dataplanes", status_code=200)
    async def register(request: Asking) -> Response[Any]:
        who = speaker(request)
        said = read(await request.body(), Registration)
        if who not in {ANY, said.dataplane_id}:
            return no(403, "a plane registers itself")
        await connector.engine.writer.do(lambda unit: register_plane(unit.tx, said, sealing(connector.folder)[0]))
        return Response(b"", status_code=200)

    def gone(who: str, name: str) -> Callable[[Any], bool]:
        return lambda unit: who in {ANY, name} and remove_plane(unit.tx, name)

    @delete(["/dataplanes", "/dataplanes/{name:str}"], status_code=204)
    async def forget(request: Asking, name: str = "") -> None:
        who, named = speaker(request), name or request.query_params.get("dataplaneId", "")
        if not await connector.engine.writer.do(gone(who, named)):
            raise UnknownPlaneError(named)

    @post("/transfers/{pid:str}/dataflow/{what:str}", status_code=200)
    async def stands(request: Asking, pid: str, what: str) -> Response[Any]:
        who = speaker(request)
        if what not in SAYS:
            return no(404, "no such signal")
        said = read(await request.body(), Status)
        if said.state is not (SAYS[what] or said.state) or (said.data_flow_id and said.data_flow_id != pid):
            raise UnfitSignalError(f"the message does not say what «{what}» of this flow says")
        if what == "errored" and not said.error:
            raise UnfitSignalError("the error is not said")
        await connector.signals.hear(pid, said, who or None)
        return Response(b"", status_code=200)

    @get("/transfers/{pid:str}/agreement", status_code=200)
    async def agreed(request: Asking, pid: str) -> Response[Any]:
        found = agreement_of(connector.store, pid, speaker(request) or None)
        return no(404, "no such flow of that data plane") if found is None else Response(found, media_type="application/json")

    return Router(PATH, route_handlers=[token, register, forget, stands, agreed], exception_handlers={EgideError: _refused})


def _refused(_: Asking, error: EgideError) -> Response[Any]:
    if isinstance(error, _StrangerError):
        return Response(no(401, str(error)).content, status_code=401, media_type="application/problem+json",
                        headers={"www-authenticate": "Bearer"})  # fmt: skip
    unknown = isinstance(error, UnknownPlaneError) or (isinstance(error, RefusedFlowError) and error.reason.code == "flow-unknown")
    return no(404 if unknown else 400, language("en").text(error.message, error.values))

"""`egide trust vc-api`: a small server for conformance suites and tests of others' software."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import door
from egide.cli.listening import LOOPBACK, leave, listening_on, served, unused
from egide.cli.tools import AsJson
from egide.cli.trust_verify import Trusted
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.connection import Store


def vc_api(
    *,
    port: Annotated[int, Parameter(name="--port", help=N_("The port to listen on; 0 takes a free one."))] = 8040,
    host: Annotated[str, Parameter(name="--host", help=N_("The address to listen on: this machine alone by default."))] = "127.0.0.1",
    key: Annotated[
        list[str] | None,
        Parameter(name="--key", negative="", help=N_("A key to sign with, by its name or file; without any, two are drawn for this run.")),
    ] = None,
    trust: Trusted = None,
    context: Annotated[
        list[str] | None,
        Parameter(name="--context", negative="", help=N_("A further context, as ADDRESS=FILE, held against no digest; for tests.")),
    ] = None,
    base: Annotated[str | None, Parameter(name="--base", help=N_("The address by which others reach it, where that is another."))] = None,
    db: Annotated[
        str | None,
        Parameter(name="--db", help=N_("A database that keeps the status lists: a file or postgresql://…; with --key and a fixed --port.")),
    ] = None,
    json: AsJson = False,
) -> int:
    """Serve the VC API: issue, verify, present, set a status. For tests: it signs whatever it is asked to; --db keeps its lists."""
    with served():
        from egide.api.serving import serve
        from egide.api.vc_api import application
    from egide.app.trust.vc_api_opening import address, names, opened

    listening = unused(host, port)
    reached = address(host, listening, base)
    store = _kept(db, base, port)
    api, left_out = opened(key or (), trust or (), _contexts(context or ()), reached, door.now, store)

    def ready() -> None:
        for problem in left_out:
            door.error(f"! {problem.at} : {door.say(problem.message, **problem.args)}")
        for one in api.keys:
            door.error(door.say(N_("signs as {did} ({algorithm})"), did=one.did, algorithm=one.algorithm))
        if not api.contexts:
            door.error(door.say(N_("No context is at hand, so nothing can be issued or verified: egide trust bundle import, or --trust.")))
        door.error(door.say(N_("The VC API answers at {address}. Ctrl-C ends it."), address=reached))
        if json:
            door.emit({"address": reached, "keys": [{"issuer": one.did, "algorithm": one.algorithm} for one in api.keys]})

    door.error(door.say(N_("For tests only: whoever reaches it has it sign what they like, and it forgets everything when it ends.")
                        if store is None else N_("For tests only: whoever reaches it has it sign what they like.")))
    if host not in LOOPBACK:
        door.error(door.say(N_("It listens on {host}: other machines reach it."), host=host))
    with listening_on(host, listening):
        serve(application(api, names(host, listening, reached)), host, listening, ready)
    leave()


def _kept(db: str | None, base: str | None, port: int) -> Store | None:
    """The database of the status lists, if one was named: lists have their names under an address that must stay the same."""
    if db is None:
        return None
    if base is None and port == 0:
        raise InputError(N_("status lists are kept under an address that stays: give --port or --base"))
    from egide.app.database import open_database

    return open_database(db)


def _contexts(given: Sequence[str]) -> dict[str, Path]:
    found = {}
    for one in given:
        name, equals, file = one.rpartition("=")
        if not equals or not name or not file:
            raise InputError(N_("a context is given as ADDRESS=FILE, and not as `{text}`"), values={"text": one[:200]})
        found[name] = Path(file)
    return found

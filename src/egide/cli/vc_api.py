"""`egide trust vc-api`: a small server for conformance suites and tests of others' software."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.tools import AsJson
from egide.cli.trust_verify import Trusted
from egide.vocabulary.errors import InputError, MissingExtraError
from egide.vocabulary.language import N_

CANNOT_LISTEN = N_("cannot listen on {host}, port {port}: {problem}")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


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
    json: AsJson = False,
) -> int:
    """Serve the VC API: issue, verify, present, set a status. For tests: it signs whatever it is asked to, and keeps nothing."""
    try:
        from egide.api.serving import serve
        from egide.api.vc_api import application
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in {"litestar", "granian"}:
            raise MissingExtraError("server", N_("serving HTTP")) from error
        raise
    from egide.app.vc_api_opening import address, names, opened

    if not 0 <= port <= 65535:
        raise InputError(N_("{port} is not a port"), values={"port": str(port)})
    listening = _port(host, port)
    reached = address(host, listening, base)
    api, left_out = opened(key or (), trust or (), _contexts(context or ()), reached, door.now)

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

    door.error(door.say(N_("For tests only: whoever reaches it has it sign what they like, and it forgets everything when it ends.")))
    if host not in LOOPBACK:
        door.error(door.say(N_("It listens on {host}: other machines reach it."), host=host))
    try:
        serve(application(api, names(host, listening, reached)), host, listening, ready)
    except (OSError, RuntimeError) as error:
        raise InputError(CANNOT_LISTEN, values={"host": host, "port": str(listening), "problem": error}) from error
    _leave()


def _leave() -> NoReturn:
    """End the process at once: the server's threads outlive it for a moment, and one that meets an ending Python aborts the process."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(DONE)


def _contexts(given: Sequence[str]) -> dict[str, Path]:
    found = {}
    for one in given:
        name, equals, file = one.rpartition("=")
        if not equals or not name or not file:
            raise InputError(N_("a context is given as ADDRESS=FILE, and not as `{text}`"), values={"text": one[:200]})
        found[name] = Path(file)
    return found


def _port(host: str, port: int) -> int:
    """A port that nobody listens on: the server itself would share one with whoever has it.

    Raises `InputError` when it can't be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(CANNOT_LISTEN, values={"host": host, "port": str(port), "problem": error.strerror or error}) from error
        return int(probe.getsockname()[1])

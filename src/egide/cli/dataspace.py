"""`egide dataspace init`, `serve`, `offer`: a connector in a folder."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.tools import AsJson
from egide.vocabulary.errors import MissingExtraError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.dataspace.processes.process import Process
    from egide.dataspace.processes.watching import Stuck

At = Annotated[Path, Parameter(name="--at", help=N_("The folder of the connector."))]
Database = Annotated[
    str | None, Parameter(name="--db", help=N_("The database: a file of SQLite or postgresql://…; by default in the folder.")),
]
HERE = Path("connector")
AT_ONCE = 1024
"""Requests in work at one time: some wait for a step of a peer, and some senders are slow."""


def init(
    folder: Annotated[Path, Parameter(help=N_("The folder to make."))] = HERE,
    /,
    *,
    participant: Annotated[str, Parameter(name="--participant", help=N_("Who we are in the data space: a URI or a DID."))],
    port: Annotated[int, Parameter(name="--port", help=N_("The port to listen on."))] = 8181,
    address: Annotated[
        str | None, Parameter(name="--address", help=N_("The address by which peers reach it, with a path if it stands under one.")),
    ] = None,
    peer: Annotated[
        Path | None, Parameter(name="--peer", help=N_("The folder of another connector on this machine: both get to know each other.")),
    ] = None,
    fact: Annotated[
        list[str] | None,
        Parameter(name="--fact", negative="", help=N_("LEFT=VALUE: what that other knows of this one, as partyLabel=secnumcloud.")),
    ] = None,
    private: Annotated[
        bool, Parameter(name="--private", negative="", help=N_("Speak plain http, to this machine and to private networks: for trials.")),
    ] = False,
    identity: Annotated[
        Literal["static", "dcp"],
        Parameter(name="--identity", help=N_("How peers know each other: tokens that never change, or credentials (DCP).")),
    ] = "static",
    trust: Annotated[
        list[str] | None,
        Parameter(name="--trust", negative="", help=N_("TYPE=DID: which issuer is believed for which type of credential.")),
    ] = None,
    issues: Annotated[
        list[str] | None,
        Parameter(name="--issues", negative="", help=N_("A type of credential that others may ask of this connector.")),
    ] = None,
    example: Annotated[bool, Parameter(name="--example", help=N_("Offer a first dataset, an invented load curve."))] = True,
    json: AsJson = False,
) -> int:
    """Make a connector: who it is, its database, its secrets, and a first dataset."""
    installed()
    from egide.app.dataspace.folder import facts_of, init, new_settings

    made = new_settings(participant, port, address, identity, trust or [], private=private or peer is not None, issues=issues)
    init(folder, made, peer, example=example, facts=facts_of(fact or [], peer))
    if json:
        known = [one.participant for one in made.peers]
        door.emit({"folder": str(folder), "participant": participant, "address": made.base, "peers": known})
        return DONE
    door.out(door.say(N_("{participant} has its connector in {folder}."), participant=participant, folder=folder))
    for one in made.peers:
        door.out(door.say(N_("It knows {participant}, and is known there."), participant=one.participant))
    door.out(f"→ egide dataspace serve --at {folder}")
    return DONE


def serve(
    *,
    at: At = HERE,
    port: Annotated[int | None, Parameter(name="--port", help=N_("Another port than the folder says; 0 takes a free one."))] = None,
    host: Annotated[str | None, Parameter(name="--host", help=N_("Another address to listen on than the folder says."))] = None,
    address: Annotated[
        str | None, Parameter(name="--address", help=N_("The address by which peers reach it, with a path if it stands under one.")),
    ] = None,
    management_port: Annotated[
        int | None, Parameter(name="--management-port", help=N_("Another port for the management API and the pages; 0 takes a free one.")),
    ] = None,
    script: Annotated[
        Path | None, Parameter(name="--script", help=N_("React as this file says, to anyone: for conformance runs only.")),
    ] = None,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Serve the protocol, the data and our own commands, until interrupted."""
    installed()
    from egide.api.dataspace_face import application
    from egide.api.serving import serve as serve_app
    from egide.app.dataspace.control import say_serving
    from egide.app.dataspace.folder import FILE, PORT, Settings, control_token, management_key, settings
    from egide.app.dataspace.folder import init as init_folder
    from egide.app.dataspace.running import connector
    from egide.app.dataspace.script import read_script
    from egide.app.locking import held
    from egide.cli.listening import LOOPBACK, leave, listening_on, unused
    from egide.web.connector import application as managing

    played = read_script(script) if script else None
    if played and not (at / FILE).exists():
        own = port or PORT
        init_folder(at, Settings(participant=played.participant, address=f"http://127.0.0.1:{own}", port=own), example=False)
    found = settings(at)
    on = host or found.host
    listening = unused(on, found.port if port is None else port)
    managed = unused("127.0.0.1", found.managed_at if management_port is None else management_port)
    told = f"http://127.0.0.1:{listening}" if listening != found.port and found.address == f"http://127.0.0.1:{found.port}" else None
    made = connector(at, database=db, address=address or told, script=played, warn=_warn, ended=_ended)

    def ready() -> None:
        say_serving(at, on, listening)
        door.error(door.say(N_("Its pages and its management API: {address}"), address=f"http://127.0.0.1:{managed}/"))
        base = made.settings.base
        door.error(door.say(N_("{participant} answers at {address}. Ctrl-C ends it."), participant=found.participant, address=base))
        if json:
            door.emit({"participant": found.participant, "address": made.settings.base, "port": listening, "management_port": managed})
            sys.stdout.flush()

    if played:
        door.error(door.say(N_("It plays a script and asks nobody who they are: for conformance runs only.")))
    if on not in LOOPBACK:
        door.error(door.say(N_("It listens on {host}: other machines reach it."), host=on))
    with held(at, 0.0) if made.alone else nullcontext(), listening_on(on, listening):
        shown = (managing(made, management_key(at), managed), "127.0.0.1", managed)
        served = application(made, control_token(at), scripted=played is not None)
        serve_app(served, on, listening, ready, at_once=AT_ONCE, beside=shown)
    leave()


def key(
    *,
    signaling: Annotated[
        bool, Parameter(name="--signaling", negative="", help=N_("The key that a data plane shows which moves data for this connector.")),
    ] = False,
    at: At = HERE,
    json: AsJson = False,
) -> int:
    """Show the key of the management API and of the pages."""
    from egide.app.dataspace.folder import management_key, settings, signaling_key

    found = settings(at)
    if signaling:
        door.emit({"key": signaling_key(at)}) if json else door.out(signaling_key(at))
        return DONE
    if json:
        door.emit({"key": management_key(at), "management_port": found.managed_at})
    else:
        door.out(management_key(at))
    return DONE


def planes(
    *,
    forget: Annotated[str | None, Parameter(name="--forget", help=N_("Move nothing by this data plane any more."))] = None,
    at: At = HERE,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """The data planes of others that move data for this connector (Data Plane Signaling)."""
    installed()
    from dataclasses import asdict

    from egide.app.dataspace.planes import forget_plane, planes

    if forget is not None:
        forget_plane(at, forget, db)
    found = planes(at, db)
    if json:
        door.emit([asdict(one) for one in found])
        return DONE
    headers = (N_("Data plane"), N_("Address"), N_("Moves"), N_("Flows"), N_("Signals that wait"))
    table = door.table(*(door.say(name) for name in headers))
    for one in found:
        table.add_row(*map(door.plain, (one.id, one.endpoint, ", ".join(one.profiles), str(one.flows), str(one.waiting))))
    door.console().print(table)
    return DONE


def _ended(process: Process) -> None:
    """Say that something has ended or rests, and why."""
    why = "; ".join(door.say(one["message"], **one["args"]) if "message" in one else str(one["text"]) for one in process.reason or ())
    door.error(f"• {process.peer} · {process.subject} · {process.state.value} : {why}")


def _warn(stuck: Stuck) -> None:
    """Name a process that does not move."""
    why = door.say(stuck.because.message, **dict(stuck.because.args))
    door.error(f"! {stuck.process.pid} ({stuck.since:%Y-%m-%d %H:%M:%S}) : {why}")


def installed() -> None:
    """Raise `MissingExtraError` when what serves or keeps is absent."""
    if not all(find_spec(name) for name in ("granian", "litestar", "sqlalchemy")):
        raise MissingExtraError("dataspace", N_("a connector"))

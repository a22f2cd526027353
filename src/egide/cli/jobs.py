"""`egide data jobs`: long work under way, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, door
from egide.cli.data import Db
from egide.cli.tools import AsJson
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.jobs import Job

Number = Annotated[int, Parameter(help=N_("The job's number."))]
MOST = 100


def list_jobs(
    *,
    state: Annotated[
        Literal["queued", "running", "done", "failed", "cancelled"] | None, Parameter(name="--state", help=N_("Only those in this state."))
    ] = None,
    db: Db = None,
    json: AsJson = False,
) -> int:
    """The jobs, newest first: how far they are, what they failed on."""
    from egide.app.database import open_database
    from egide.app.keeping import jobs
    from egide.store.jobs import State

    with open_database(db, make=False) as store:
        found = jobs(store, frozenset({State(state)}) if state else None, MOST)
    if json:
        door.emit([_values(one) for one in found])
    elif not found:
        door.out(door.say(N_("No job.")))
    else:
        heads = N_("Job"), N_("Kind"), N_("Of what"), N_("State"), N_("Done"), N_("Since"), N_("Worker"), N_("Error")
        table = door.table(*(door.say(one) for one in heads))
        for one in found:
            table.add_row(
                str(one.id), one.kind.partition(":")[0], door.plain(_what(one)), _state(one), _done(one),
                one.updated_at.strftime("%Y-%m-%d %H:%M"), door.plain(one.worker or ""),
                door.plain(door.say(one.error) if one.error else ""),
            )  # fmt: skip
        door.console().print(table)
    return DONE


def resume(job: Number, /, *, db: Db = None, json: AsJson = False) -> int:
    """Put a failed job in the queue again; its own command, given again, goes on with it."""
    from egide.app.database import open_database
    from egide.app.keeping import resume as again

    with open_database(db, make=False) as store:
        return _told(again(store, job), json, {"queued"}, N_("job {job}: {state}; only a failed job is put in the queue again"))


def cancel(job: Number, /, *, db: Db = None, json: AsJson = False) -> int:
    """Ask that a job stop: at once when it waits, at its worker's next report when it runs."""
    from egide.app.database import open_database
    from egide.app.keeping import cancel as stop

    with open_database(db, make=False) as store:
        return _told(stop(store, job), json, {"cancelled", "running"}, N_("job {job}: {state}; it has ended and stays as it ended"))


def _told(found: Job, json: bool, done: set[str], refused: str) -> int:
    """Say what became of a job; exit code 1 when nothing could."""
    good = found.state.value in done
    if json:
        door.emit(_values(found))
    elif good:
        door.out(door.say(N_("job {job}: {state}"), job=str(found.id), state=_state(found)))
    else:
        door.out(door.say(refused, job=str(found.id), state=_state(found)))
    return DONE if good else REFUSED


def _what(one: Job) -> str:
    """The sources that its arguments name, when they do."""
    named = one.arguments.get("sources") if isinstance(one.arguments, dict) else None
    return ", ".join(str(name) for name in named) if isinstance(named, list) else ""


def _state(one: Job) -> str:
    return door.say(N_("stopping")) if one.cancelling else door.lang().label(f"job-{one.state.value}")


def _done(one: Job) -> str:
    done = door.lang().value(one.done)
    return f"{done} / {door.lang().value(one.of)}" if one.of is not None else done


def _values(one: Job) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "state": one.state.value, "done": one.done, "of": one.of, "cancelling": one.cancelling,
        "attempts": one.attempts, "most_attempts": one.most_attempts, "worker": one.worker, "error": one.error, "result": one.result,
        "created_at": one.created_at.isoformat(), "updated_at": one.updated_at.isoformat(),
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
    }  # fmt: skip

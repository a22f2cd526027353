"""`egide data`: what is kept, whether it is whole, in one file and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.tools import AsJson, Force
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.app.keeping import Status
    from egide.store.chain import Integrity

Db = Annotated[
    str | None,
    Parameter(name="--db", help=N_("The database: a file, or postgresql://…; else EGIDE_DB, else egide.db in your data folder.")),
]


def status(*, db: Db = None, json: AsJson = False) -> int:
    """What is kept and where: engine, versions, rows, jobs, last backup, what is in use."""
    from egide.app.keeping import status as look
    from egide.app.updates import installed, publishers

    found = look(db)
    bundles, keys = installed.holding().installed.bundles, publishers.pinned()
    if json:
        door.emit({
            "database": found.address, "engine": found.engine, "bytes": found.bytes, "versions": dict(found.versions),
            "to_upgrade": list(found.behind), "rows": dict(found.rows), "jobs": dict(found.jobs),
            "last_backup": {"at": found.backup.at.isoformat(), "file": found.backup.file, "sha256": found.backup.digest}
            if found.backup else None,
            "bundles": [{"name": one.name, "edition": one.edition, "made_on": one.made_on, "key": one.key, "sha256": one.digest}
                        for one in bundles],
            "publishers": [{"name": one.name, "key": one.did} for one in keys],
        })  # fmt: skip
        return DONE
    _lines([
        (N_("database"), f"{found.address} · {found.engine}"),
        *_kept(found),
        *((N_("bundle in use"), door.say(N_("{name}, edition {edition}, made on {day}"), name=one.name, edition=str(one.edition),
                                        day=date.fromisoformat(one.made_on))) for one in bundles),
        *((N_("publisher"), f"{one.name} · {one.did}") for one in keys),
    ])  # fmt: skip
    return DONE


def _kept(found: Status) -> list[tuple[str, str]]:
    if not found.versions:
        return [(N_("kept"), door.say(N_("nothing yet: what keeps something makes the database")))]
    lines = [(N_("tables"), ", ".join(f"{room} {version}" for room, version in found.versions.items()))]
    if found.behind:
        return [*lines, (N_("to upgrade"), door.say(N_("{rooms}: the next command that writes does it"), rooms=list(found.behind)))]
    rows = [f"{table} {door.lang().value(count)}" for table, count in found.rows.items()]
    jobs = [f"{door.lang().label(f'job-{state}')} {count}" for state, count in sorted(found.jobs.items())]
    backup = found.backup
    said = door.say(N_("{file}, on {day}"), file=backup.file, day=backup.at.date()) if backup else door.say(N_("never"))
    if found.bytes is not None:
        lines.append((N_("size"), door.say(N_("{n} KiB"), n=-(-found.bytes // 1024))))
    return [*lines, (N_("rows"), ", ".join(rows)), (N_("jobs"), ", ".join(jobs) or door.say(N_("No job."))), (N_("last backup"), said)]


def _lines(rows: Sequence[tuple[str, str]]) -> None:
    table = door.table("", "")
    table.show_header = False
    for name, value in rows:
        table.add_row(f"[bold]{door.say(name)}[/]", door.plain(value))
    door.console().print(table)


def backup(
    file: Annotated[Path, Parameter(help=N_("The file to write (.zip)."))], /, *, db: Db = None, force: Force = False, json: AsJson = False,
) -> int:
    """Write all that is kept into one file, while others go on working."""
    from egide.app.backup import backup as save
    from egide.app.database import open_database

    with open_database(db, make=False) as store, door.progress(door.say(N_("Backup"))) as step:
        made = save(store, file, force=force, progress=step)
    rows = sum(made.archived.rows.values())
    if json:
        door.emit({"file": str(file), "bytes": made.bytes, "sha256_of_manifest": made.archived.digest, "rows": made.archived.rows,
                   "files": made.files, "versions": made.archived.rooms, "noted": made.noted})  # fmt: skip
        return DONE
    door.out(door.say(N_("{rows} rows and {files} files → {path}"), rows=rows, files=made.files, path=str(file)))
    door.out(door.say(N_("Its fingerprint, worth keeping elsewhere: {digest}"), digest=made.archived.digest))
    if not made.noted:
        door.out(door.say(N_("The database could not note that it was made: another program held it.")))
    return DONE


def restore(
    file: Annotated[Path, Parameter(help=N_("A backup that was made with `egide data backup`."))],
    /,
    *,
    db: Db = None,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """Put a backup back, on either engine; all of it, or nothing changes."""
    from egide.app.backup import restore as put_back
    from egide.app.database import open_database

    with open_database(db) as store, door.progress(door.say(N_("Restoration"))) as step:
        found = put_back(store, file, force=force, progress=step)
        where = str(store.address)
    whole = _worst(found.integrity)
    if json:
        door.emit({"database": where, "sha256_of_manifest": found.digest, "versions": found.rooms, "rows": found.rows,
                   "files": sorted(found.files), "before": str(found.before) if found.before else None,
                   "tables": [_line(one) for one in found.integrity]})  # fmt: skip
        return whole
    door.out(door.say(N_("{rows} rows → {database}, {files} files → your data folder"), rows=sum(found.rows.values()), database=where,
                      files=len(found.files)))
    door.out(door.say(N_("Fingerprint of that backup: {digest}"), digest=found.digest))
    if found.before:
        door.out(door.say(N_("What the database held before is in {path}"), path=str(found.before)))
    _told(found.integrity)
    return whole


def verify(
    *,
    since: Annotated[
        Path | None, Parameter(name="--since", help=N_("What this command printed with --json earlier, and was kept elsewhere."))
    ] = None,
    db: Db = None,
    json: AsJson = False,
) -> int:
    """Compute every chain again: was a row changed, taken out or put in? Exit code 1 when one was."""
    from egide.app.database import open_database
    from egide.app.keeping import heads
    from egide.app.keeping import verify as check

    kept = heads(since) if since else None
    with open_database(db, make=False) as store, door.progress(door.say(N_("Verification"))) as step:
        found = check(store, kept, step)
    if json:
        door.emit({"tables": [_line(one) for one in found]})
    else:
        _told(found)
        if since is None:
            door.out(door.say(N_("A chain shows a change to whoever kept its head: keep what --json prints, then --since FILE.")))
    return _worst(found)


def _told(found: Sequence[Integrity]) -> None:
    for one in found:
        answer(one.answer, door.lang().text(one.because.message, one.because.args))


def answer(found: Answer, said: str) -> None:
    """An answer and its reason on one line, however long."""
    door.console().print(f"{door.answer_mark(found)} {door.plain(said)}", soft_wrap=True)


def _line(one: Integrity) -> dict[str, Any]:
    said = door.lang().text(one.because.message, one.because.args)
    return {"table": one.table, "answer": str(one.answer), "number": one.head.number, "link": one.head.link, "code": one.because.code,
            "because": said}  # fmt: skip


def _worst(found: Sequence[Integrity]) -> int:
    answers = {one.answer for one in found}
    return REFUSED if Answer.NOT_MET in answers else UNDETERMINED if Answer.UNKNOWN in answers else DONE

"""`egide trust log init`, `show`, `add`, `prove` and `check`: a public log that anybody can hold to its word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.ownership import CODES
from egide.cli.tools import AsJson, Force
from egide.cli.trust_issue import TakeOver
from egide.cli.trust_keys import KEY_HELP
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.trust.public_log import Appended, KeptLog
    from egide.trust.log import Examination
    from egide.trust.log_entries import Said

Writer = Annotated[Path | None, Parameter(help=N_("The writer's folder of the log; the one of this machine's person by default."))]
Place = Annotated[
    str | None, Parameter(help=N_("The log: the writer's folder, its public folder, or s3://bucket/prefix; this person's own by default."))
]
Keys = Annotated[
    tuple[str, ...], Parameter(name="--key", help=N_("A public key of the log (name+id+base64), or a file with one on each line."))
]
PolicyFile = Annotated[
    Path | None, Parameter(name="--policy", help=N_("The logs and witnesses that you trust (C2SP tlog-policy), in place of --key."))
]
SHOWN = 20
MOST_FILES = 2


def init(
    folder: Writer = None,
    /,
    *,
    origin: Annotated[str, Parameter(name="--origin", help=N_("The log's name for ever, such as registre.example/labels."))],
    at: Annotated[
        str | None, Parameter(name="--at", help=N_("Where the public side lies: a folder to serve, or s3://bucket/prefix."))
    ] = None,
    key: Annotated[str | None, Parameter(name="--key", help=KEY_HELP)] = None,
    lasting: Annotated[
        bool, Parameter(name="--ml-dsa-44", negative="", help=N_("Sign with an ML-DSA-44 key too, which withstands quantum computers."))
    ] = False,
    json: AsJson = False,
) -> int:
    """Begin a public log: its keys, and an empty head that anybody can see."""
    from egide.app.trust import public_log

    place = at if at is None or at.startswith(public_log.IN_A_STORE) else str(Path(at).resolve())
    made = public_log.begin(folder or public_log.default(), origin, door.now(), place=place, key=key, lasting=lasting)
    if json:
        door.emit({"origin": made.origin, "folder": str(made.folder), "place": made.place, "keys": list(made.keys)})
        return DONE
    door.out(door.say(N_("The log {origin} is open; what it shows lies at {place}"), origin=made.origin, place=made.place))
    door.out(door.say(N_("Others check it with this key, which you give them by another way than the log:")))
    door.out(made.keys[0])
    door.out(f"→ {made.folder / public_log.KEYS}")
    return DONE


def show(
    place: Place = None,
    /,
    *,
    last: Annotated[int, Parameter(name="--last", help=N_("How many entries to show, the last ones."))] = SHOWN,
    audit: Annotated[bool, Parameter(name="--audit", negative="", help=N_("Read every entry and compute the whole tree again."))] = False,
    json: AsJson = False,
) -> int:
    """The head of a log and its last entries; with --audit, whether all of it follows from its entries."""
    from egide.app.trust import log_work, public_log

    reader = public_log.reader(place)
    head = reader.shown()
    rows = list(log_work.listed(reader, last))
    found = reader.audit() if audit else None
    if json:
        door.emit({
            "origin": head.checkpoint.origin, "size": head.checkpoint.size, "root": head.checkpoint.root.hex(),
            "signed_by": [one.name for one in head.signatures], "entries": [entry_values(index, said) for index, said in rows],
            "audit": steps_values(found) if found else None,
        })  # fmt: skip
        return CODES[found.answer] if found else DONE
    counted = door.lang().plural(N_("{n} entry"), N_("{n} entries"), head.checkpoint.size)
    names = ", ".join(dict.fromkeys(one.name for one in head.signatures))
    door.out(door.say(N_("{origin}: {entries}; signed by {names}"), origin=head.checkpoint.origin, entries=counted, names=names))
    heads = N_("Entry"), N_("What it is"), N_("Of which credential"), N_("Issuer")
    table = door.table(*(door.say(one) for one in heads))
    for index, said in rows:
        table.add_row(str(index), entry_text(said), door.plain(said.id or said.digest or "—"), door.plain(said.issuer or "—"))
    door.console().print(table)
    if found:
        steps_shown(found)
    return CODES[found.answer] if found else DONE


def add(
    *files: Annotated[Path, Parameter(help=N_("Signed credentials, labels among them."))],
    log: Annotated[Path | None, Parameter(name="--log", help=N_("The writer's folder of the log."))] = None,
    take_over: TakeOver = False,
    json: AsJson = False,
) -> int:
    """Enter signed credentials into a log; each once, however often this is said."""
    from egide.app.trust import log_work, public_log

    if not files:
        raise InputError(door.say(N_("no file was named")))
    entries = [log_work.entry_from(path) for path in files]
    kept = public_log.opened(log)
    done = public_log.append(kept, entries, door.now(), take_over=take_over)
    appended(kept, done, json)
    return DONE


def prove(
    name: Annotated[str | None, Parameter(help=N_("An entry's number, or a credential: its identifier, its digest or its file."))] = None,
    /,
    *,
    log: Annotated[str | None, Parameter(name="--log", help=N_("The log: see `egide trust log show`."))] = None,
    since: Annotated[
        str | None, Parameter(name="--since", help=N_("Prove that the log continues this older checkpoint (its file, or its size)."))
    ] = None,
    out: Annotated[Path | None, Parameter(name="--out", help=N_("Write checkpoint and proofs into this folder."))] = None,
    force: Force = False,
) -> int:
    """Proofs that anybody can check offline, each with its entry and the signed head."""
    from egide.app.files import write_all
    from egide.app.trust import log_work, public_log

    reader = public_log.reader(log)
    if (name is None) is (since is None):
        raise InputError(door.say(N_("name an entry, or an older checkpoint with --since")))
    if since is not None:
        files = {"consistency.txt": log_work.since(reader, since)}
    else:
        entries = log_work.found(reader, str(name))
        files = {f"entry-{index}.tlog-proof": bytes(reader.prove(index)) for index, _ in entries}
    if out is None:
        if len(files) > 1:
            raise InputError(door.say(N_("{n} entries are about it; write their proofs with --out FOLDER"), n=len(files)))
        door.out(next(iter(files.values())).decode().removesuffix("\n"))
        return DONE
    for path in write_all(out, {"checkpoint": bytes(reader.shown()), **files}, force):
        door.out(f"→ {path}")
    return DONE


def check(
    *files: Annotated[Path, Parameter(help=N_("CHECKPOINT PROOF; the proof alone when no checkpoint is remembered."))],
    key: Keys = (),
    policy: PolicyFile = None,
    entry: Annotated[Path | None, Parameter(name="--entry", help=N_("What should be in the log; else what the proof carries."))] = None,
    consistency: Annotated[
        Path | None, Parameter(name="--consistency", help=N_("The proof that one of the two heads continues the other."))
    ] = None,
    json: AsJson = False,
) -> int:
    """Is it in the log? Answered with a public key alone: no network, no database, nobody's word."""
    from egide.app.trust import log_work

    if not 1 <= len(files) <= MOST_FILES:
        raise InputError(door.say(N_("name a checkpoint and a proof, or a proof alone")))
    *before, proof = files
    found = log_work.checked(proof, before[0] if before else None, key, policy, entry, consistency, door.now())
    if json:
        said = entry_values(found.index or 0, found.said) if found.said else None
        door.emit({"answer": found.examination.answer.value, "steps": steps_values(found.examination), "entry": said})
        return CODES[found.examination.answer]
    steps_shown(found.examination)
    if found.said is not None and found.index is not None:
        door.out(door.say(N_("Entry {index}: {what}, {name}"), index=str(found.index), what=entry_text(found.said),
                          name=found.said.id or found.said.digest or "—"))  # fmt: skip
    return CODES[found.examination.answer]


def appended(kept: KeptLog, done: Appended, json: bool) -> None:
    """Say what numbers entries have, and how large the log is now."""
    size = done.head.checkpoint.size
    if json:
        door.emit({"origin": kept.origin, "numbers": list(done.numbers), "size": size})
        return
    for number in done.numbers:
        counted = door.lang().plural(N_("{n} entry"), N_("{n} entries"), size)
        door.out(door.say(N_("Entry {number} of {origin}, which has {entries}"), number=str(number), origin=kept.origin, entries=counted))


def entry_text(said: Said) -> str:
    """What an entry is, in a few words."""
    own = [one.rpartition(":")[2] for one in said.types if one != "VerifiableCredential"]
    return door.lang().label(f"entry-{said.kind}") + (f" ({', '.join(own)})" if own else "")


def entry_values(index: int, said: Said) -> dict[str, Any]:
    """An entry as JSON."""
    about = {"id": said.id, "digest": said.digest, "issuer": said.issuer, "types": list(said.types)}
    return {"number": index, "kind": said.kind.value, **about}


def steps_shown(found: Examination) -> None:
    """Each step with its answer and why."""
    for step in found.steps:
        name = door.lang().label(f"step-{step.name}")
        said = door.lang().text(step.because.message, step.because.args)
        door.console().print(f"  {door.answer_mark(step.answer)} [bold]{door.plain(name)}[/] {door.plain(said)}")


def steps_values(found: Examination) -> list[dict[str, Any]]:
    """The steps as JSON."""
    return [
        {"step": step.name, "answer": step.answer.value, "because": {
            "code": step.because.code, "args": {name: str(value) for name, value in step.because.args.items()},
            "text": door.lang().text(step.because.message, step.because.args)}}
        for step in found.steps
    ]  # fmt: skip

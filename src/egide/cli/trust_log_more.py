"""`egide trust log commit`, `reveal`, `cosign` and `witness`: what stays secret of an entry, and who else vouches for a head."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, door
from egide.cli.ownership import CODES
from egide.cli.tools import AsJson, Force
from egide.cli.trust_issue import TakeOver
from egide.cli.trust_log import Keys, PolicyFile, appended, steps_shown, steps_values
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.log import Step

LogFolder = Annotated[Path | None, Parameter(name="--log", help=N_("The writer's folder of the log."))]
Proof = Annotated[Path, Parameter(help=N_("The proof of the entry, from `egide trust log prove`."))]


def commit(
    record: Annotated[Path, Parameter(help=N_("The decision to commit to. Nothing of it enters the log."))], /, *,
    secret: Annotated[Path, Parameter(name="--secret", help=N_("The file to make, which alone can show later what was committed to."))],
    log: LogFolder = None, take_over: TakeOver = False, json: AsJson = False,
) -> int:  # fmt: skip
    """Enter a salted commitment to a decision: that it was taken by this day can be shown later, to whom one chooses."""
    from egide.app.trust import log_work, public_log

    kept = public_log.opened(log)
    done = log_work.commit(kept, record, secret, door.now(), take_over)
    appended(kept, done, json)
    if not json:
        door.out(door.say(N_("Keep {file}: without it nobody can show what was committed to, and with it anybody can."), file=str(secret)))
    return DONE


def reveal(
    secret: Annotated[Path, Parameter(help=N_("The file that `egide trust log commit` made."))], proof: Proof, /, *,
    key: Keys = (), policy: PolicyFile = None,
    out: Annotated[Path | None, Parameter(name="--out", help=N_("Write the record that was committed to into this file."))] = None,
    force: Force = False, json: AsJson = False,
) -> int:  # fmt: skip
    """Show that a record is the one that the log's commitment stands for."""
    from egide.app.files import write
    from egide.app.trust import log_work

    found, record = log_work.opened_commitment(secret, proof, key, policy, door.now())
    if json:
        door.emit({"answer": found.answer.value, "steps": steps_values(found)})
    else:
        steps_shown(found)
    if out:
        write(out, record, force=force)
        (door.error if json else door.out)(f"→ {out}")
    return CODES[found.answer]


def cosign(
    *answers: Annotated[Path, Parameter(help=N_("What witnesses answered: lines of signatures."))],
    policy: Annotated[Path, Parameter(name="--policy", help=N_("The logs and witnesses that are followed (C2SP tlog-policy)."))],
    log: LogFolder = None,
    take_over: TakeOver = False,
) -> int:
    """Add to the head of a log what witnesses have signed of it."""
    from egide.app.files import read
    from egide.app.trust import public_log
    from egide.trust.log import Examination, read_policy

    if not answers:
        raise InputError(door.say(N_("no file was named")))
    trusted = read_policy(read(policy, 2**20))
    kept = public_log.opened(log)
    with public_log.writing(kept, take_over=take_over) as writer:
        steps: list[Step] = []
        for path in answers:
            head, more = writer.cosigned(read(path, 2**20), trusted)
            public_log.remember(kept, head)
            steps += more
    found = Examination(tuple(steps))
    steps_shown(found)
    return CODES[found.answer]


def witness(
    request: Annotated[Path | None, Parameter(help=N_("The head to cosign, from `egide trust log prove --since`."))] = None,
    /,
    *,
    state: Annotated[Path, Parameter(name="--state", help=N_("The witness's folder: its key, and the last head of each log."))],
    new: Annotated[str | None, Parameter(name="--new", help=N_("Begin a witness of that name, such as temoin.example/1."))] = None,
    key: Keys = (),
    out: Annotated[Path | None, Parameter(name="--out", help=N_("Write the line to hand back into this file."))] = None,
    force: Force = False,
) -> int:
    """Be a witness of others' logs: cosign a head only when it continues the one that was seen last."""
    from egide.app.files import write
    from egide.app.trust import public_log, witnesses

    if new is not None:
        door.out(witnesses.begin(state, new))
        return DONE
    if request is None:
        door.out(witnesses.public_key(state))
        return DONE
    if not key:
        raise InputError(door.say(N_("whose log? name its public key with --key")))
    found = witnesses.cosign(state, request, [str(one) for one in public_log.verifier_keys(key)], door.now())
    if found.line is None:
        steps_shown(found.examination)
        return CODES[found.examination.answer] or REFUSED
    if out:
        write(out, found.line.encode(), force=force)
        door.out(f"→ {out}")
    else:
        door.out(found.line.removesuffix("\n"))
    return DONE

"""`egide label issue` and `recompute`: a computed label that anyone can check, and compute again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.assess import day
from egide.cli.label import SECNUMCLOUD, Desk, SchemeName, minimums_of
from egide.cli.ownership import CODES, Both, Persons
from egide.cli.tools import AsJson, Force, On
from egide.cli.trust_issue import LogOption, TakeOver
from egide.cli.trust_keys import KeyOption
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from egide.app.label.credentials import Label
    from egide.papers.label.credential import Withheld
    from egide.vocabulary.findings import Reason

def issue(
    assessment: Annotated[Path, Parameter(help=N_("The dossier (offer.yaml, or its folder), or an assessment of it (label.json)."))],
    /,
    *,
    bound: Annotated[
        tuple[Path, ...], Parameter(name="--for", help=N_("The credentials that the label is given to: tokens, or a presentation of them."))
    ] = (),
    trust: Annotated[
        tuple[Path, ...], Parameter(name="--trust", help=N_("A bundle with the keys and lists of those who issued them."))
    ] = (),
    scheme: SchemeName = SECNUMCLOUD,
    level: Annotated[str | None, Parameter(name="--level", help=N_("The level; by default the highest that is reached."))] = None,
    on: On = None,
    persons: Persons = False,
    both: Both = False,
    minimum: Annotated[
        tuple[str, ...], Parameter(name="--minimum", help=N_("A buyer's minimum for an objective, as SOV-1=3."))
    ] = (),
    dossier: Annotated[
        Path | None, Parameter(name="--dossier", help=N_("The dossier of a label.json: it is computed again before anything is signed."))
    ] = None,
    key: KeyOption = None,
    desk: Desk = None,
    log: LogOption = None,
    valid_for: Annotated[
        int, Parameter(name="--valid-for", help=N_("For how many days it counts; never longer than what it stands on."))
    ] = 90,
    identifier: Annotated[str | None, Parameter(name="--id", help=N_("The identifier of the label; drawn by default."))] = None,
    out: Annotated[Path | None, Parameter(name="--out", help=N_("The file to write."))] = None,
    force: Force = False,
    take_over: TakeOver = False,
    json: AsJson = False,
) -> int:
    """Sign a computed label, when the assessment supports it; otherwise say what is in the way."""
    from egide.app.files import WouldOverwriteError, write
    from egide.app.label import credentials as labels
    from egide.app.trust import keys
    from egide.papers.label.credential import Withheld

    if out is not None and out.exists() and not force:
        raise WouldOverwriteError(out)
    labels.fit_log(desk, log)
    with door.progress(door.say(N_("reading"))):
        made = labels.assessed(assessment, scheme, day(on), dossier=dossier, persons=persons, both=both, minimums=minimums_of(minimum),
                               lang=door.LANG)  # fmt: skip
    given = labels.bound_to(bound, door.now(), trust)
    if isinstance(given, Withheld):
        door.error(door.say(N_("The credentials that the label would be given to are not good, or not known to be:")))
        _withheld(given, json)
        return REFUSED if given.evaluated else UNDETERMINED
    wish = labels.Wish(given, level, valid_for, identifier)
    found = labels.issue(made, wish, keys.find(key), door.now(), desk=desk, logged=log is not None, take_over=take_over)
    if isinstance(found, Withheld):
        door.error(door.say(labels.OTHER_OFFER if found.other_offer else labels.UNSUPPORTED))
        _withheld(found, json)
        return REFUSED
    if out:
        write(out, found.given.text.encode(), force=force)
    _issued(found, out, made.recomputed, json)
    return DONE


def recompute(
    credential: Annotated[Path, Parameter(help=N_("The label."))],
    dossier: Annotated[Path, Parameter(help=N_("The dossier that it was computed from (offer.yaml, or its folder)."))],
    /,
    *,
    json: AsJson = False,
) -> int:
    """Compute a label again from its dossier, as of its day: the same bytes, or what differs."""
    from egide.app.label import recompute as labels

    with door.progress(door.say(N_("reading"))):
        found = labels.recompute(labels.held(credential), dossier, door.LANG)
    if json:
        door.emit({"answer": found.answer.value, "differences": [_reason(one) for one in found.differences]})
        return CODES[found.answer]
    if not found.differences:
        door.out(door.say(N_("Computed again: the same bytes. Whether the signature is good is another question: egide trust verify")))
    for one in found.differences:
        door.console().print(f"  {door.answer_mark(found.answer)} {door.plain(door.lang().text(one.message, one.args))}")
    return CODES[found.answer]


def hold(
    credential: Path, document: dict[str, Any], on: date, desk: Path | None, *, act: bool, json: bool, before: dict[str, Any] | None = None,
) -> int:  # fmt: skip
    """Whether a label's requirements still hold by this assessment; 1 when one has turned, and then the label is suspended if asked.

    With ``before``, only those count that held by that one.
    """
    from egide.app.label import recompute as labels

    label, say = labels.held(credential), door.error if json else door.out
    if label.said("scheme") != document["scheme"]["id"]:
        raise InputError(door.say(N_("the label is one of {scheme}: assess with --scheme {scheme}"), scheme=str(label.said("scheme"))))
    if label.said("offer") != document["offer"]["id"]:
        raise InputError(door.say(N_("the label is of the offer {offer}, and the dossier is another's"), offer=str(label.said("offer"))))
    gone = [one for one in labels.turned(label, document) if before is None or one not in labels.turned(label, before)]
    if not gone:
        say(door.say(N_("Every requirement of the label still holds.")))
        return DONE
    say(door.say(N_("Requirements of the label have turned:")))
    for one in gone[:SHOWN]:
        say("  " + door.lang().text(one.message, one.args))
    if not act:
        say(door.say(N_("Nothing is suspended for what has not happened yet: egide label simulate --suspend, once it has.")))
        return REFUSED
    for entry in labels.suspend(label, gone, on, door.now(), door.LANG, desk=desk):
        say(door.say(N_("{name} is {standing}"), name=entry.id or entry.digest, standing=f"standing-{entry.standing}"))
    return REFUSED


SHOWN = 20


def _issued(found: Label, out: Path | None, recomputed: bool, json: bool) -> None:
    given = found.given
    if json:
        door.emit({
            "id": given.id, "digest": given.digest, "level": found.granted.level, "until": found.until.isoformat(), "index": given.index,
            "log_entry": given.number, "criteria": list(found.granted.criteria), "recomputed": recomputed, "token": given.text,
        })  # fmt: skip
        return
    say = door.out if out else door.error
    level = found.granted.level or door.say(N_("without levels"))
    said = N_("Label {id}: {level}, {n} requirements, until {until}")
    say(door.say(said, id=given.id, level=level, n=len(found.granted.criteria), until=found.until.date()))
    if given.number is not None:
        say(door.say(N_("Entry {number} of the public log"), number=str(given.number)))
    if not recomputed:
        say("! " + door.say(N_("The assessment was taken as it is, and the label says so; --dossier has it computed again.")))
    say(door.say(N_("It is computed, and no qualification.")))
    door.out(f"→ {out}" if out else given.text)


def _withheld(found: Withheld, json: bool) -> None:
    if json:
        door.emit({"level": found.level, "because": [_reason(one) for one in found.because]})
        return
    _reasons(found.because)


def _reasons(because: Sequence[Reason]) -> None:
    for one in because[:SHOWN]:
        door.error("  " + door.lang().text(one.message, one.args))
    if len(because) > SHOWN:
        door.error("  …")


def _reason(one: Reason) -> dict[str, object]:
    args = {name: value if isinstance(value, (int, str)) else str(value) for name, value in one.args.items()}
    return {"code": one.code, "args": args, "text": door.lang().text(one.message, one.args)}

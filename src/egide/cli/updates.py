"""`egide data import | export | pin`: signed updates of the catalogue and of the law, carried to machines without a network."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.assess import day
from egide.cli.data import Db, answer
from egide.cli.tools import AsJson, Force
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.app.updates.accepting import Proposal
    from egide.app.updates.differing import BookChange, Lists
    from egide.store.bundle import Bundle, Refusal

BECOMES = {
    "added": N_("{title} ({id}): new, version {after}"),
    "replaced": N_("{title} ({id}): version {before} → {after}"),
    "older": N_("{title} ({id}): read earlier than the one in use, which stays"),
}
SIGNS = {"added": "[green]+[/]", "replaced": "[yellow]≠[/]", "older": "[dim]−[/]"}


def import_(
    bundle: Annotated[Path, Parameter(help=N_("The bundle (.egide)."))],
    /,
    *,
    accept: Annotated[bool, Parameter(name="--accept", negative="", help=N_("Take it into use."))] = False,
    key: Annotated[
        str | None,
        Parameter(name="--key", help=N_("The publisher's public key for this once (PEM, JWK or did:key), instead of those pinned.")),
    ] = None,
    from_new_key: Annotated[
        bool, Parameter(name="--from-new-key", negative="", help=N_("Its publisher signs with another key than before, and that is known."))
    ] = False,
    db: Db = None,
    json: AsJson = False,
) -> int:
    """Read a signed update and say what it changes before it is accepted; refused when altered, older, or signed by another."""
    from egide.app.database import database_if_any, open_database
    from egide.app.files import opened
    from egide.app.updates import publishers
    from egide.app.updates.accepting import accept as keep
    from egide.app.updates.accepting import open_update, propose
    from egide.store.bundle import Refusal

    trusted = publishers.trusted({"": publishers.read_key(key)} if key else None)
    with opened(bundle) as source:
        found = open_update(source, bundle.name, trusted)
        if isinstance(found, Refusal):
            return _refused(bundle, found, json)
        with database_if_any(db) as known:
            proposal = propose(found, known, from_new_key=from_new_key)
        said = proposal.acceptance
        if accept and said.answer is Answer.MET:
            with open_database(db) as store:
                said = keep(proposal, store, from_new_key=from_new_key)
    good = said.answer is Answer.MET
    because = door.lang().text(said.because.message, said.because.args)
    if json:
        door.emit({
            **_bundle(found), "answer": str(said.answer), "code": said.because.code, "because": because,
            "catalogue": _lists(proposal.lists) if proposal.lists else None, "rulebooks": [_book(one) for one in proposal.books],
            "schemes": [_book(one) for one in proposal.schemes], "accepted": accept and good,
        })  # fmt: skip
        return DONE if good else REFUSED
    _show(bundle, proposal)
    if accept or not good or said.because.code == "edition-known":
        answer(said.answer, because)
    if accept and good:
        door.out(door.say(N_("In use from now on.")))
    elif good:
        door.out(door.say(N_("Nothing is kept yet: --accept takes it into use.")))
    return DONE if good else REFUSED


def _refused(path: Path, found: Refusal, json: bool) -> int:
    """Not met: altered, exit code 1. Unknown: nobody here vouches for its key, exit code 3."""
    because = door.lang().text(found.because.message, found.because.args)
    place = found.at.path if found.at else None
    if json:
        door.emit({"answer": str(found.answer), "code": found.because.code, "because": because, "path": place, "accepted": False})
    else:
        where = f"{path} · {place}" if place else str(path)
        answer(found.answer, f"{where} : {because}")
        if found.answer is Answer.UNKNOWN:
            door.out(door.say(N_("  → once you have compared it with what the publisher says by another way: egide data pin {key}"),
                              key=str(found.because.args["key"])))
    return REFUSED if found.answer is Answer.NOT_MET else UNDETERMINED


def _show(path: Path, proposal: Proposal) -> None:
    bundle, console = proposal.bundle, door.console()
    door.out(door.say(N_("{file}: {name}, edition {edition}, made on {day}, signed by {key}"), file=str(path), name=bundle.name,
                      edition=str(bundle.edition), day=bundle.made_on, key=bundle.key))
    if found := proposal.lists:
        _show_lists(found)
    texts = (*proposal.books, *proposal.schemes)
    if same := sum(one.becomes == "same" for one in texts):
        door.out("  " + door.lang().plural(N_("{n} text is the one in use"), N_("{n} texts are those in use"), same))
    for one in texts:
        if one.becomes == "same":
            continue
        said = door.say(BECOMES[one.becomes], title=one.title, id=one.id, before=one.before, after=one.after)
        console.print(f"  {SIGNS[one.becomes]} {door.plain(said)}", soft_wrap=True)
        for message, ids in (
            (N_("added: {ids}"), one.added), (N_("gone: {ids}"), one.gone), (N_("changed: {ids}"), one.changed),
        ):  # fmt: skip
            if ids and one.becomes == "replaced":
                door.out("      " + door.say(message, ids=_some(ids)))


def _show_lists(found: Lists) -> None:
    if found.becomes == "older":
        door.out("  " + door.say(N_("The catalogue in use, of {before}, is later than the bundle’s, of {after}, and stays."),
                                 before=found.before, after=found.after))
        return
    if found.becomes == "same":
        door.out("  " + door.say(N_("The catalogue is the one in use, of {after}."), after=found.after))
        return
    door.out("  " + door.say(N_("Catalogue of {after} in place of that of {before}:"), before=found.before, after=found.after))
    for line in found.changes.changes:
        door.out("    " + door.lang().text(line.message, line.args))
    for message, ids in (
        (N_("offers added: {ids}"), found.offers_added), (N_("offers gone: {ids}"), found.offers_gone),
        (N_("offers of which something else is said: {ids}"), found.offers_changed),
    ):  # fmt: skip
        if ids:
            door.out("    " + door.say(message, ids=_some(ids)))
    if found.lost:
        door.out("    ! " + door.say(N_("lists that the bundle does not hold, and which are known no more: {days}"), days=list(found.lost)))


def _some(ids: Sequence[str], most: int = 12) -> str:
    left = len(ids) - most
    return ", ".join(ids[:most]) + (f", … (+{left})" if left > 0 else "")


def _bundle(bundle: Bundle) -> dict[str, Any]:
    return {"name": bundle.name, "edition": bundle.edition, "made_on": bundle.made_on, "key": bundle.key, "sha256": bundle.digest,
            "files": len(bundle.files)}  # fmt: skip


def _lists(found: Lists) -> dict[str, Any]:
    return {
        "becomes": str(found.becomes), "before": found.before, "after": found.after,
        "changes": [door.lang().text(line.message, line.args) for line in found.changes.changes] if found.becomes == "replaced" else [],
        "offers_added": list(found.offers_added), "offers_gone": list(found.offers_gone), "offers_changed": list(found.offers_changed),
        "lists_lost": list(found.lost),
    }  # fmt: skip


def _book(one: BookChange) -> dict[str, Any]:
    return {"id": one.id, "becomes": str(one.becomes), "before": one.before, "after": one.after, "added": list(one.added),
            "gone": list(one.gone), "changed": list(one.changed)}  # fmt: skip


def export(
    file: Annotated[Path, Parameter(help=N_("The bundle to write (.egide)."))],
    /,
    *,
    key: Annotated[str, Parameter(name="--key", help=N_("The Ed25519 key to sign with: its name or its file."))],
    folder: Annotated[
        Path | None,
        Parameter(name="--from", help=N_("A folder with catalogue/*.yaml and rulebooks/<id>/*.yaml; else all that is in use here.")),
    ] = None,
    name: Annotated[str, Parameter(name="--name", help=N_("What its editions are called: one name for one publisher’s series."))] = "egide",
    edition: Annotated[
        int | None, Parameter(name="--edition", help=N_("Its number, greater than every one before; the day by default (20261124)."))
    ] = None,
    on: Annotated[str | None, Parameter(name="--on", help=N_("The day it is made (YYYY-MM-DD); today by default."))] = None,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """Make a signed update for others, of what is in use here or of a folder."""
    from egide.app.trust.keys import find
    from egide.app.updates.publishing import publish

    made = publish(file, find(key).signer, day(on), folder=folder, name=name, edition=edition, force=force)
    if json:
        door.emit({"file": str(file), **asdict(made)})
        return DONE
    door.out(door.say(N_("{name}, edition {edition}: {n} files, {bytes} bytes → {path}"), name=made.name, edition=str(made.edition),
                      n=made.files, bytes=made.bytes, path=str(file)))
    door.out(door.say(N_("Signed by {key}: whoever takes it pins that key first."), key=made.key))
    return DONE


def pin(
    key: Annotated[str | None, Parameter(help=N_("A public key: PEM, JWK or did:key. Without one, those pinned are listed."))] = None,
    /,
    *,
    name: Annotated[str | None, Parameter(name="--name", help=N_("What to call its publisher; the file’s name by default."))] = None,
    json: AsJson = False,
) -> int:
    """Trust a publisher’s public key for updates, or list those trusted."""
    from egide.app.updates import publishers

    if key is not None:
        made = publishers.pin(key, name)
        if json:
            door.emit({"name": made.name, "key": made.did})
        else:
            door.out(door.say(N_("Pinned as {name}: {key}"), name=made.name, key=made.did))
            door.out(door.say(N_("Compare it with what the publisher says by another way before you take anything from it.")))
        return DONE
    known = publishers.pinned()
    if json:
        door.emit([{"name": one.name, "key": one.did} for one in known])
        return DONE
    for one in known:
        door.out(f"{one.name} · {one.did}")
    if not known:
        door.out(door.say(N_("No publisher is pinned: no update can be taken.")))
    return DONE


def unpin(name: Annotated[str, Parameter(help=N_("The publisher’s name here."))], /) -> int:
    """Trust a publisher no longer; what was taken from it stays."""
    from egide.app.updates import publishers

    publishers.unpin(name)
    door.out(door.say(N_("{name} is no longer trusted; what was taken from it stays in use."), name=name))
    return DONE


def drop(name: Annotated[str, Parameter(help=N_("The bundle’s name."))], /) -> int:
    """No longer use an accepted bundle: what shipped decides again."""
    from egide.app.updates.accepting import drop as take_out

    gone = take_out(name)
    door.out(door.say(N_("{name}, edition {edition}, is no longer in use. It can be imported again; an older one cannot."), name=gone.name,
                      edition=str(gone.edition)))
    return DONE

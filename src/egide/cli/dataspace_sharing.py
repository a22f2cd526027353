"""`egide dataspace offer`, `browse`, `negotiate`, `fetch`, `log`: share data and get it, one command each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.dataspace import HERE, At, Database
from egide.cli.tools import AsJson, Force
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.dataspace.control import Control
    from egide.dataspace.processes.watching import Event

SHOWN = 50
CROSSING_SECONDS = 1
"""For the word of a peer that has ended a transfer to come after its data broke off."""


def offer(
    source: Annotated[
        list[str] | None,
        Parameter(help=N_("A file, an address that only we reach, s3://bucket/key, mqtt://host/topic or nats://host/subject; or several.")),
    ] = None,
    /,
    *,
    dcat: Annotated[
        Path | None, Parameter(name="--dcat", help=N_("DCAT-AP metadata (JSON-LD, Turtle, RDF/XML): offer each dataset it describes.")),
    ] = None,
    policy: Annotated[Path, Parameter(name="--policy", help=N_("The terms: an ODRL policy in YAML or JSON."))],
    title: Annotated[str | None, Parameter(name="--title", help=N_("How it is called in the catalogue."))] = None,
    dataset: Annotated[str | None, Parameter(name="--id", help=N_("The name of the dataset; by default one is drawn."))] = None,
    media_type: Annotated[str | None, Parameter(name="--media-type", help=N_("The kind of data, as text/csv."))] = None,
    format: Annotated[
        list[str] | None,
        Parameter(name="--format", negative="", help=N_("How it is had, as a data plane that registered calls it.")),
    ] = None,
    at: At = HERE,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Offer a dataset to the peers, under terms."""
    if bool(source) is (dcat is not None):
        raise InputError(N_("say what to offer: a file or an address, or else --dcat"))
    if dcat is not None:
        return _offer_described(at, dcat, policy, db, json)
    sources = source or []
    if len(sources) > 1 and (title or dataset):
        raise InputError(N_("--title and --id name one thing that is offered, and these are several"))
    from egide.app.dataspace.offering import offer as offer_it

    made = [offer_it(at, one, policy, title=title, dataset=dataset, media_type=media_type, database=db, formats=format) for one in sources]
    if json:
        said = [{"dataset": one.id, "offers": [offer.id for offer in one.offers], "formats": list(one.formats)} for one in made]
        door.emit(said[0] if len(said) == 1 else {"datasets": said})
        return DONE
    for one in made:
        door.out(door.say(N_("{title} is now in the catalogue as {dataset}."), title=one.title, dataset=one.id))
    return DONE


def _offer_described(at: Path, dcat: Path, policy: Path, db: str | None, json: bool) -> int:
    from egide.app.dataspace.describing import offer_described

    found = offer_described(at, dcat, policy, db)
    if json:
        datasets = [{"dataset": one.id, "offers": [offer.id for offer in one.offers]} for one in found.offered]
        door.emit({"datasets": datasets, "without_data": [one.id for one in found.without_data]})
    else:
        for one in found.offered:
            door.out(door.say(N_("{title} is now in the catalogue as {dataset}."), title=one.title, dataset=one.id))
        for missing in found.without_data:
            door.error(door.say(N_("{title} is not offered: its metadata leads to no data that is within reach."), title=missing.title))
    return UNDETERMINED if found.without_data else DONE


def import_(
    address: Annotated[str, Parameter(help=N_("The root of the other connector's management API, above /v3."))],
    /,
    *,
    key_file: Annotated[Path | None, Parameter(name="--key-file", help=N_("A file with its API key."))] = None,
    at: At = HERE,
    db: Database = None,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """Take over assets, policies and contract definitions from another connector."""
    from egide.app.dataspace.importing import take_over
    from egide.app.files import read

    key = read(key_file, 4096).decode("ascii", "replace").strip() if key_file else None
    with door.progress(door.say(N_("Taking over"))) as step:
        taken = take_over(at, address, key, db, force=force, progress=step)
    left = [{"kind": kind, "id": name, "why": door.say(message, **values)} for kind, name, message, values in taken.left]
    if json:
        door.emit({"kept": taken.kept, "left": left})
    else:
        door.out(door.say(N_("taken over: {assets} assets, {policies} policies, {definitions} contract definitions"), **{
            many: taken.kept.get(one, 0) for one, many in (("asset", "assets"), ("policy", "policies"), ("definition", "definitions"))}))
        for one in left:
            door.error(f"! {one['kind']} {one['id']} : {one['why']}")
    return UNDETERMINED if left else DONE


def browse(
    peer: Annotated[str, Parameter(help=N_("A peer: its participant id or its address."))],
    /,
    *,
    where: Annotated[
        list[str] | None, Parameter(name="--where", negative="", help=N_("Only datasets with that text in their title.")),
    ] = None,
    at: At = HERE,
    json: AsJson = False,
) -> int:
    """See what a peer offers."""
    from egide.app.dataspace.offering import browse as look

    found = look(at, peer, where or [])
    if json:
        door.emit(found)
        return DONE
    table = door.table(door.say(N_("Dataset")), door.say(N_("Title")), door.say(N_("Formats")), door.say(N_("Terms")))
    for one in found[:SHOWN]:
        table.add_row(*(door.plain(str(one[name])) for name in ("id", "title", "formats", "terms")))
    door.console().print(table)
    door.more(len(found) - SHOWN)
    return DONE


def negotiate(
    dataset: Annotated[str, Parameter(help=N_("The name of the dataset, as `browse` shows it, or its title."))],
    /,
    *,
    peer: Annotated[
        str | None, Parameter(name="--with", help=N_("The peer that offers it; by default the only one that is known.")),
    ] = None,
    offer: Annotated[str | None, Parameter(name="--offer", help=N_("Which offer, when there are several."))] = None,
    to: Annotated[
        str | None, Parameter(name="--to", help=N_("Once it is agreed, fetch the data to there: what `fetch --to` takes.")),
    ] = None,
    most: Annotated[int | None, Parameter(name="--most", help=N_("Of a stream: end it after so many messages."))] = None,
    at: At = HERE,
    json: AsJson = False,
) -> int:
    """Negotiate a dataset, and wait until it is agreed or ended; with --to, fetch it too."""
    from egide.app.dataspace.control import Control
    from egide.app.dataspace.offering import only_peer

    control = Control(at)
    process = control.ask("POST", "/negotiations", {"peer": peer or only_peer(at), "dataset": dataset, "offer": offer})
    _tell(process)
    process = control.until(process, frozenset({"FINALIZED", "TERMINATED"}), _tell)
    if to is None or process["state"] != "FINALIZED":
        return _ended(process, json)
    return fetch(process["agreement"], to=to, most=most, at=at, json=json)


def fetch(
    agreement: Annotated[str, Parameter(help=N_("The agreement, as `negotiate` gave it."))],
    /,
    *,
    to: Annotated[
        str, Parameter(name="--to", help=N_("Where to put the data: a folder, s3://bucket/key, mqtt://host/topic or nats://host/subject.")),
    ] = ".",
    most: Annotated[int | None, Parameter(name="--most", help=N_("Of a stream: end it after so many messages."))] = None,
    push: Annotated[
        bool, Parameter(name="--push", negative="", help=N_("Have the provider push the data to this connector, instead of pulling it.")),
    ] = False,
    at: At = HERE,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """Get the data of an agreement: open a transfer, pull the data or have it pushed, and close it."""
    from egide.app.dataspace.control import Control
    from egide.app.dataspace.offering import collect
    from egide.app.dataspace.offering import fetch as fetch_it

    control = Control(at)
    process = control.ask("POST", "/transfers", {"agreement": agreement, "format": "HttpData-PUSH" if push else "HttpData-PULL"})
    _tell(process)
    process = control.until(process, frozenset({"STARTED", "COMPLETED", "TERMINATED"}), _tell)
    if process["state"] == "TERMINATED" or (process["state"] == "COMPLETED" and not push):
        return _ended(process, json)
    try:
        with door.progress(door.say(N_("Fetching the data")), size=True) as step:
            if push:
                got = collect(at, process, control.a_moment_later, to, most=most, force=force, progress=step)
            else:
                got = fetch_it(at, process, to, most=most, force=force, progress=step)
    except BaseException as failure:
        found = control.ask("GET", f"/processes/{process['pid']}?after={process['version']}&seconds={CROSSING_SECONDS}")
        if isinstance(failure, EgideError) and found["state"] in {"COMPLETED", "SUSPENDED", "TERMINATED"}:
            return _ended(found, json)
        control.ask("POST", f"/processes/{process['pid']}/terminate", {"reason": f"{type(failure).__name__}"})
        raise
    if got.endless and most is None:
        process = control.until(process, frozenset({"SUSPENDED", "COMPLETED", "TERMINATED"}), _tell)
    else:
        process = _completed(control, process)
    if json:
        said = {"place": got.place, "bytes": got.bytes, "sha256": got.sha256, "transfer": process["pid"], "state": process["state"]}
        door.emit({**said, "reason": process["reason"]})
    else:
        door.out(door.say(N_("{file}: {bytes} bytes"), file=got.place, bytes=got.bytes))
        if process["state"] != "COMPLETED":
            door.out(door.say(N_("ended by one of the sides: {why}"), why=_why(process["reason"])))
    return DONE if process["state"] == "COMPLETED" else REFUSED


def _completed(control: Control, process: dict[str, Any]) -> dict[str, Any]:
    """The transfer, ended as it should; whoever pushes has often ended it by then."""
    found: dict[str, Any] = control.ask("GET", f"/processes/{process['pid']}")
    return found if found["state"] == "COMPLETED" else control.ask("POST", f"/processes/{process['pid']}/complete")


def log(
    process: Annotated[
        str | None, Parameter(help=N_("A negotiation, a transfer or an agreement; without one, all processes are listed.")),
    ] = None,
    /,
    *,
    at: At = HERE,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """What happened: every state, message and reason; and what is stuck, with why."""
    from egide.app.dataspace.offering import events, overview

    if process is not None:
        found = events(at, process, db)
        if json:
            door.emit([_event(one) for one in found])
        else:
            _print_events(found)
        return DONE
    listed, stuck = overview(at, db)
    if json:
        door.emit({"processes": listed, "stuck": [{**one, "why": door.say(one["why"], **one["args"])} for one in stuck]})
        return DONE
    headers = (N_("Process"), N_("Kind"), N_("Side"), N_("Peer"), N_("State"), N_("About"), N_("Since"))
    words = {
        "negotiation": N_("negotiation"), "transfer": N_("transfer"), "consumer": N_("we ask"), "provider": N_("we give"),
    }  # fmt: skip
    table = door.table(*(door.say(name) for name in headers))
    for one in listed[:SHOWN]:
        kind, side = door.say(words[one["kind"]]), door.say(words[one["side"]])
        table.add_row(one["pid"], kind, side, door.plain(one["peer"]), one["state"], door.plain(one["about"]), one["since"])
    door.console().print(table)
    door.more(len(listed) - SHOWN)
    for one in stuck:
        door.out(f"! {one['pid']} ({one['since']}) : {door.say(one['why'], **one['args'])}")
    return DONE


def _event(one: Event) -> dict[str, Any]:
    return {
        "number": one.number, "process": one.pid, "version": one.version, "at": one.at.isoformat(), "what": one.what, "step": one.step,
        "state": one.state, "reason": one.reason, "message": one.message,
    }  # fmt: skip


def _print_events(found: list[Event]) -> None:
    table = door.table(*(door.say(name) for name in (N_("When"), N_("What"), N_("Step"), N_("State"), N_("Why"))))
    words = {
        "received": N_("received"), "taken": N_("taken"), "delivered": N_("delivered"), "failed": N_("did not arrive"),
        "refused": N_("refused"), "noted": N_("noted"),
    }  # fmt: skip
    for one in found:
        table.add_row(one.at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3], door.say(words[one.what]), one.step or "", one.state,
                      door.plain(_why(one.reason)))
    door.console().print(table)


def _why(reasons: list[dict[str, Any]] | None) -> str:
    """Reasons of ours in the language of the run; those of a peer as it gave them."""
    return "; ".join(door.say(one["message"], **one["args"]) if "message" in one else str(one["text"]) for one in reasons or ())


def _tell(process: dict[str, Any]) -> None:
    door.error(f"  {process['state']}")


def _ended(process: dict[str, Any], json: bool) -> int:
    refused = process["state"] in {"TERMINATED", "SUSPENDED"}
    if json:
        door.emit({name: process[name] for name in ("pid", "state", "agreement", "reason", "subject", "peer")})
    elif refused:
        door.out(door.say(N_("ended by one of the sides: {why}"), why=_why(process["reason"])))
    else:
        door.out(door.say(N_("agreed: {agreement}"), agreement=process["agreement"]))
        door.out(f"→ egide dataspace fetch {process['agreement']}")
    return REFUSED if refused else DONE
